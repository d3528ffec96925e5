"""What may stand around four figures and tell for or against a time. `bare_time_weights` says how much each tells."""

import re
from collections.abc import Mapping
from typing import Final

CLOCK: Final = r"(?:[01]\d|2[0-3])[0-5]\d"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY_WITH_YEAR: Final = (
    rf"(?:(?<![\d/])\d{{1,2}}[/-]\d{{1,2}}[/-](?:\d\d)?\d\d|\d{{4}}-\d\d-\d\d|(?<!\d)20\d{{6}}|\b{_MONTH}\s\d{{1,2}},?\s\d{{4}}"
    rf"|(?<!\d)\d{{1,2}}[ -]?{_MONTH}[ -]?(?:\d\d)?\d\d)"
)
_CELL_BEFORE: Final = r"(?:\A|[|\t,]\s*|\s{3,})\Z"
_CELL_BEHIND: Final = r"\s*(?:[|\t,]|\Z)|\s{3,}"

_BEFORE: Final[Mapping[str, str]] = {
    "at": r"(?:\bat|@)\s?(?:exactly |precisely |about |around |abt |approx\w*\.? )?\Z",
    "about": r"(?:\b(?:around|about|abt|approx\w*|circa|roughly|nlt)\.?|~)\s?\Z",
    "until or since": r"\b(?:until|till?|since|between|btwn|starting|effective|eff)\s(?:about |around |approx\w*\.? )?\Z",
    "from or by": r"\b(?:from|by|before|after|through|thru|to|past|prior to|no later than)\s(?:about |around |approx\w*\.? )?\Z",
    "a day with its year": rf"{_DAY_WITH_YEAR}(?:[\s,;:|@/-]{{1,4}}|\s(?:at|around|about)\s)\Z",
    "a day without a year": rf"(?:\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?|(?<![\d/])\d{{1,2}}/\d{{1,2}}|\b\d{{1,2}}[ -]?{_MONTH}|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?)[\s,;:|@-]{{1,3}}\Z",
    "a day in figures": r"(?<![\d/])\d{1,2}/\d{1,2}[\s,;:|@-]{1,3}\Z",
    "a stage of a call": r"\b(?:tod|toc|toa|t\.o\.d|disp|dsp|rcvd|rcv|recd|onsc|ons|arr|arvd?|arrvd?|arrived|clrd?|cleared|avl|insvc|hosp|xprt|xport|eta|etd|lkw|lsn|"
    r"sunrise|sunset|moonrise|moonset|(?:high|low) (?:tide|water)|tide high|time of \w+|times?|dispatch|dispatched|enrt|enr|en ?route|on ?scene|"
    r"time out|time in|start(?:ed|s)?|began|begins?|ended|ends?|end|out|in|off|on|second|first|third|last|last seen|last known well|"
    r"departed|dep|left|update|vitals|crest|window|period|login|logon|logoff|lands|landed|rounds|arrives?|booking|sunup|sundown|expected|clear|wake-?up|lights out|msg|call|tide|launched|lodged|booked|admitted|discharged|drawn|called|expires?|due)[\s:=]{1,3}\Z",
    "what happened": r"\b(?:heard|shots|fired|fires?|fight|crash\w*|party|game|practice|service|rally|stopped|entered|exited|walked|texted|woke|found|meet|met|meeting|"
    r"see|saw|seen|observed|come|came|coming|arriv\w+|depart\w+|left|leav\w+|start\w*|began|begins?|end(?:ed|s)|pick(?:ed)?|drop|dispatched|responded|called|"
    r"calls?|occurr\w+|happened|there|open\w*|clos\w+|shift|reported|advised|cleared|tx|xport|on scene|notified|logged|pronounced|home|here|ready|link|"
    r"pull up|roll|parked|anchored|answer\w*|due|curfew|briefing|muster|roll call|planned|scheduled|slated|rescheduled|closures?|tour|duty)\b[^.;\n]{0,28}\Z",
    "a number of something": r"(?:[#⑆⑇⑈⑉]|\b(?:box|pin|code|unit|room|rm|apt|suite|ext|extension|no|nos|number|badge|account|acct|case|lot|item|id|check|last four|last 4|card|ending|ending in|"
    r"series|model|tag|claim|locker|photo|image|img|frame|clip|exhibit|ceiling|vis|altimeter|form|flight|bus|train|un|sticker|placard|barcode|reader|serial|branch|channel|stop|exit|hwy|highway|route|page|block|blk|"
    r"dep|deputy|ofc|officer|cpl|sgt|tpr|trooper|det|lt|capt|medic|engine|volt(?:s|age)?|rev|revision|part|bin|shelf|invoice|ticket|order|voucher|dorm|cell|pod|bed|gate|bay|slip|pier|post office box|po box))[s]?[\s:]{1,2}\Z",
    "an amount": r"\b(?:for|worked|were|served|total(?:ed|ing|s)?|of|over|than|lasted|logged|flew|spent|capped at|some|nearly|almost|can take|weigh\w*|is)\s(?:about |some |nearly )?\Z",
    "a price or a house": r"\b(?:pric\w+|sold|sells?|selling|valued?|listed|runs?|running|capped|stuck|count|altitude|altimeter|elevation|peaked|index|closed|traded|dow|scor\w+|limit|"
    r"liv\w+|resid\w+|house|home|located|address|parked|store|building|warehouse|fly\w*|cruis\w+|spin\w*|idl\w+|rate[ds]?|quoted|offered|estimated|set|held|"
    r"steady|met|responded to)\b[^.;\n]{0,20}\b(?:at|to)\s\Z",
    "a word for years": r"\b(?:in|of|year|years|fy|class of|early|late|mid)\s\Z",
    "an article": r"\b(?:an?|the|this|that|his|her|my|your|our|their|in|per|year|class of|years?|fiscal|model)\s\Z",
    "the end of a clause": r"(?:,|;|\s-|\s/)\s\Z",
    "the begin of its line": r"\A\Z",
    "the begin of a part": r"(?:[;|]\s|\.\s)\Z",
    "a cell's begin": _CELL_BEFORE,
    "the first cell of a row": r"\A\s*\|\s*\Z",
    "a figure": rf"(?<!{CLOCK})(?<!\d/\d\d)(?<!\d/\d)\d\s\Z",
    "a verb": r"\b(?!weighed|seized|counted|numbered|burned|handled|used|based|parked|priced|valued|owed|needed|earned)[a-z]{2,}ed\s\Z",
}
_WRITTEN_BEFORE: Final[Mapping[str, str]] = {
    "a name": r"(?<![.!?:;]\s)\b(?!(?:At|On|By|From|Since|Until|About|Around|Between|Before|After|Time|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\s)[A-Z][a-z]+\s\Z",
    "a word in capitals": r"\b[A-Z]{2,}[\s:]{1,3}\Z",
}
_BEHIND: Final[Mapping[str, str]] = {
    "hours": r"\s?(?:hours|hrs?)\b(?!\s+of\b)",
    "a day": r",?\s(?:sharp|tonight|tonite|tmrw|tmw|tomorrow|today|yesterday|daily|every|this (?:morning|afternoon|evening)|last night|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    "the end of a clause": r"\s?(?:[.,;)\]\"'!?]|\Z)",
    "a cell's end": _CELL_BEHIND,
    "how it goes on": r",?\s(?:by|on|in|near|outside|behind|inside|when|and|to|with|w/|for|the|a|he|she|they|we|i|u|per|via|from|where|left|saw|met|meet|went|arrived|but|so|or|til|till|until|thru)\b",
    "who did something": r",?\s(?:an?|the|he|she|they|we|i|officers?|deput(?:y|ies)|agents?|troopers?|units?|callers?|victims?|suspects?|subjects?|drivers?|dispatch|"
    r"inmates?|patrol|security|guards?|medics?|crews?|staff|nurses?|pt|patient|comp|compl|rp|r/p|witness(?:es)?|[a-z]+s? (?:adv\w*|stat\w+|report\w*|observ\w+))\b",
    "what was done": r":?\s(?:[A-Za-z0-9/-]+\s){0,3}?(?:underway|on ?scene|arriv\w+|recovered|en ?route|enrt|dispatched|cleared|transport\w*|notified|departed|returned|"
    r"launched|called|advised|requested|secured|located|left|found|entered|exited|woke|toned|staged|pronounced|released|detained|arrested|admitted|fed|checked|"
    r"moored|aboard|under way|responding|complete[d]?|out of service|in service|reported|checks|leaves|enters|exits|arrives|knock\w*|contained|start\w*|stopp\w+|resumed|seen|refused|given)\b",
    "a colon or a dash": r"(?::|\s[-\u2013])\s[A-Za-z]",
    "a unit": r"\s?(?:block|blk|n\b|s\b|e\b|w\b|north|south|east|west|people|persons|men|women|dollars|miles|feet|ft\b|m\b|yards|meters|units|vehicles|cars|pounds|grams|"
    r"(?:hours|hrs|hr) of|rpm|gpm|psi|lbs?\b|kg\b|volts|watts|gallons|gal\b|hundred|calls|boxes|rounds|pills|tablets|students|words|pages|points|an ounce|a ton|each|per (?:month|week|day|hour|unit|person|head|gallon|night|pill|year|minute)|square|sq|mg|mcg|ml|cc|max\b|min\b)",
    "a figure": rf"\s(?!{CLOCK}\b)\d",
    "a clear time": r"\s\d\d:\d\d",
    "a place": r"\s-?\d{1,2}\.\d{3,}",
    "the code of a unit": r"\s(?=[A-Z]*\d)[A-Z0-9]{2,5}\b",
    "another number": rf"\s?(?:and|or|to|-|\u2013)\s?(?!{CLOCK}\b)\d{{3,6}}\b",
    "a stage of a call": r"\s(?:in|out|off|on)\b(?=\s?[/,;.|]|\Z)|\s(?:disp|dispatch|enrt|enr|en ?route|on ?scn|on ?scene|trans|tx|at (?:dest|hosp|scene)|clr|clear|avail|rcvd|toned|arr)\b",
    "plural": r"\s[a-z]{3,}s\b",
}
_WRITTEN_BEHIND: Final[Mapping[str, str]] = {
    "a zone": r"\s(?:local time|zulu|Zulu|ZULU|utc|UTC|gmt|GMT)\b|\s(?:local|LOCAL)(?=\s?(?:[.,;)]|\Z))|\s?(?:[ECMPA][SD]T|[ecmp][sd]t)(?=\s?(?:[.,;)/]|\Z|\s[a-z]))|\sL(?=[.,;]|\Z)|Z\b",
    "a name": r" (?:[A-Z]\. )?[A-Z][a-z]+",
    "a street": r" (?:[NSEW]\.?\s)?(?:[A-Z]\w+|\d+\w\w)\s(?:[A-Z]\w+\s)?(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Blvd|Ct|Court|Way|Pike|Hwy|Highway|Pl|Place|Ter|Cir|Pkwy)\b",
    "a word in capitals": r"\s[A-Z]{2,6}\s[a-z]",
}
_AROUND: Final[Mapping[str, str]] = {
    "a note": r"\b[Ll]og(?:ged|s)?\b|\bLOG\b|\b10-\d{1,2}\b|\b(?:veh|PI|PD|NB|SB|EB|WB|POB|SOB|F/V|M/V|S/V|R/P|RP|compl|adv|enrt|O/S|ALS|BLS|Unit|UNIT|Units|UNITS|Medic|MEDIC|Engine|ENGINE|Trooper|TROOPER|CAD|AIS|USCG|DISPATCH|"
    r"Sector|kt|kts|nm|VHF|MAYDAY|PAN-PAN|METAR|LKP|ATC|VFR|IFR|ENRT|ONSCENE|on scene|in custody|transported|dispatched|cleared|notified|GOA|UTL|BOLO|EMS|Pt|pt|Ofc|OFC|Dep|Cpl|Sgt)\b",
    "a clear time": rf"\b{CLOCK}\s?(?:hrs?\b|hours|Z\b)|\b\d{{1,2}}:[0-5]\d\b|\b\d{{1,2}}\s?[ap]\.?m\b",
    "a day": rf"(?i){_DAY_WITH_YEAR}",
    "years": r"(?i)\b(?:years?|history|timeline|bids?|prices?|population|elevation|census|century|since the)\b",
}


def _compiled(patterns: Mapping[str, str], flags: int = 0) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, flags) for name, pattern in patterns.items()}


BEFORE: Final = _compiled(_BEFORE, re.IGNORECASE) | _compiled(_WRITTEN_BEFORE)
BEHIND: Final = _compiled(_BEHIND, re.IGNORECASE) | _compiled(_WRITTEN_BEHIND)
NEAR: Final = _compiled(_AROUND)
