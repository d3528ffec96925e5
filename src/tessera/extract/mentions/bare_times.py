"""Times of four figures and nothing else, "arrived 0915": weighed, for the same four figures may be a year, a house or an amount.

Each clue of the surroundings has a weight, and their sum is the log odds that a time is meant. `bench/bare_times.py` fits the
weights to labelled lines, prints them, and says how well they do on lines that they were not fitted to.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from tessera.extract.mentions.bare_time_weights import WEIGHTS
from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule
from tessera.model.found import MentionType

_CLOCK: Final = r"(?:[01]\d|2[0-3])[0-5]\d"
_FOUR: Final = re.compile(
    rf"(?:(?<![\w.:/$#£€=+\u2010-\u2015-])|(?<=[A-Z]{{3}}:)|(?<={_CLOCK}[/\u2013-])(?<![\w-]\d{{4}}[-\u2013]))(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)"
    rf"(?![\w%$€]|[.:]\w|/(?!{_CLOCK}(?!\w))\d|,\d{{3}}(?!\d)|[-\u2013](?!{_CLOCK}(?![\w-])))",
    re.ASCII,
)
_REACH: Final = 48
_LINE: Final = 160
_HEADINGS: Final = frozenset(
    {"time", "times", "start", "begin", "end", "hour", "hrs", "in", "out", "arrived", "cleared", "dispatched"}
)
_LAST_YEAR: Final = "41"
"""Of this century, that a text is likely to tell of."""
_SOON: Final = 90
"""Minutes."""
_JOINED: Final = re.compile(
    r"(?:\s?(?:hrs|hours|hr)[.,]?)?(?:,?\s(?:and|or|then)(?:\sagain)?(?:\sat)?\s|\s?(?:\b(?:to|until|till?|thru|through)\b|[,&/\u2013-])\s?)"
)
_BEGINS: Final = re.compile(r"(?:[,;|]\s|\.\s|\A|:\s|\n)\Z")
_TELLS: Final = re.compile(r":?\s[A-Za-z]")


@dataclass(frozen=True)
class Candidate:
    """Four figures that might be a time, and what stands around them."""

    text: str
    start: int
    headed: bool = False
    """Whether it stands below the heading of a column of times."""

    @property
    def end(self) -> int:
        """Where the figures end."""
        return self.start + 4

    @property
    def hour(self) -> str:
        """The first two figures."""
        return self.text[self.start : self.start + 2]

    @property
    def minute(self) -> str:
        """The last two figures."""
        return self.text[self.start + 2 : self.end]

    @property
    def minutes(self) -> int:
        """The minutes since midnight."""
        return int(self.hour) * 60 + int(self.minute)

    @cached_property
    def line(self) -> tuple[int, int]:
        """Where the part of its line that is looked at begins and ends."""
        begins = self.text.rfind("\n", 0, self.start) + 1
        ends = self.text.find("\n", self.end)
        return max(begins, self.start - _LINE), min(ends if ends >= 0 else len(self.text), self.end + _LINE)

    @cached_property
    def before(self) -> str:
        """What stands in front in its line; the full stop of "no." ends no sentence."""
        said = self.text[max(self.line[0], self.start - _REACH) : self.start]
        return _SHORT.sub(r"\1 ", said) if "." in said else said

    @cached_property
    def behind(self) -> str:
        """What stands behind in its line."""
        return self.text[self.end : min(self.line[1], self.end + _REACH)]

    @cached_property
    def around(self) -> str:
        """The line without the figures."""
        return self.text[self.line[0] : self.start] + "\x00" + self.text[self.end : self.line[1]]


_SHORT: Final = re.compile(r"\b(no|nos|num|acct|lic)\.", re.IGNORECASE)
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
    "a stage of a call": r"\b(?:tod|toc|toa|t\.o\.d|disp|dsp|rcvd|rcv|recd|onsc|ons|arr|arvd?|arrvd?|arrived|clrd?|cleared|avl|insvc|hosp|xprt|xport|eta|etd|lkw|lsn|"
    r"sunrise|sunset|moonrise|moonset|(?:high|low) (?:tide|water)|tide high|time of \w+|times?|dispatch|dispatched|enrt|enr|en ?route|on ?scene|"
    r"time out|time in|start(?:ed|s)?|began|begins?|ended|ends?|end|out|in|off|on|second|first|third|last|last seen|last known well|"
    r"departed|dep|left|update|vitals|crest|window|period|login|logon|logoff|lands|landed|rounds|arrives?|booking|sunup|sundown|expected|clear|wake-?up|lights out|msg|call|tide|launched|lodged|booked|admitted|discharged|drawn|called|expires?|due)[\s:=]{1,3}\Z",
    "what happened": r"\b(?:heard|shots|fired|fires?|fight|crash\w*|party|game|practice|service|rally|stopped|entered|exited|walked|texted|woke|found|meet|met|meeting|"
    r"see|saw|seen|observed|come|came|coming|arriv\w+|depart\w+|left|leav\w+|start\w*|began|begins?|end(?:ed|s)|pick(?:ed)?|drop|dispatched|responded|called|"
    r"calls?|occurr\w+|happened|there|open\w*|clos\w+|shift|reported|advised|cleared|tx|xport|on scene|notified|logged|pronounced|home|here|ready|link|"
    r"pull up|roll|parked|anchored|answer\w*|due|curfew|briefing|muster|roll call|planned|scheduled|slated|rescheduled|closures?|tour|duty)\b[^.;\n]{0,28}\Z",
    "a number of something": r"(?:[#]|\b(?:box|pin|code|unit|room|rm|apt|suite|ext|extension|no|nos|number|badge|account|acct|case|lot|item|id|check|last four|last 4|card|ending|ending in|"
    r"series|model|tag|claim|locker|photo|image|img|frame|clip|exhibit|ceiling|vis|altimeter|form|flight|bus|train|un|sticker|placard|barcode|reader|serial|branch|channel|stop|exit|hwy|highway|route|page|block|blk|"
    r"dep|deputy|ofc|officer|cpl|sgt|tpr|trooper|det|lt|capt|medic|engine|volt(?:s|age)?|rev|revision|part|bin|shelf|invoice|ticket|order|voucher|dorm|cell|pod|bed|gate|bay|slip|pier|post office box|po box))[s]?[\s:]{1,2}\Z",
    "an amount": r"\b(?:for|worked|were|served|total(?:ed|ing|s)?|of|over|than|lasted|logged|flew|spent|capped at|some|nearly|almost|can take|weigh\w*|is)\s(?:about |some |nearly )?\Z",
    "a price or a house": r"\b(?:pric\w+|sold|sells?|selling|valued?|listed|runs?|running|capped|stuck|count|altitude|altimeter|elevation|peaked|index|closed|traded|dow|scor\w+|limit|"
    r"liv\w+|resid\w+|house|home|located|address|parked|store|building|warehouse|fly\w*|cruis\w+|spin\w*|idl\w+|rate[ds]?|quoted|offered|estimated|set|held|"
    r"steady|met|responded to)\b[^.;\n]{0,20}\b(?:at|to)\s\Z",
    "an article": r"\b(?:an?|the|this|that|his|her|my|your|our|their|in|per|year|class of|years?|fiscal|model)\s\Z",
    "the end of a clause": r"(?:,|;|\s-|\s/)\s\Z",
    "the begin of its line": r"\A\Z",
    "the begin of a part": r"(?:[;|]\s|\.\s)\Z",
    "a cell's begin": _CELL_BEFORE,
    "the first cell of a row": r"\A\s*\|\s*\Z",
    "a figure": rf"(?<!{_CLOCK})(?<!\d/\d\d)(?<!\d/\d)\d\s\Z",
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
    "a figure": rf"\s(?!{_CLOCK}\b)\d",
    "a clear time": r"\s\d\d:\d\d",
    "a place": r"\s-?\d{1,2}\.\d{3,}",
    "the code of a unit": r"\s(?=[A-Z]*\d)[A-Z0-9]{2,5}\b",
    "another number": rf"\s?(?:and|or|to|-|\u2013)\s?(?!{_CLOCK}\b)\d{{3,6}}\b",
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
    "a clear time": rf"\b{_CLOCK}\s?(?:hrs?\b|hours|Z\b)|\b\d{{1,2}}:[0-5]\d\b|\b\d{{1,2}}\s?[ap]\.?m\b",
    "a day": rf"(?i){_DAY_WITH_YEAR}",
    "years": r"(?i)\b(?:years?|history|timeline|bids?|prices?|population|elevation|census|century|since the)\b",
}


def _compiled(patterns: Mapping[str, str], flags: int = 0) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, flags) for name, pattern in patterns.items()}


_IN_FRONT: Final = _compiled(_BEFORE, re.IGNORECASE) | _compiled(_WRITTEN_BEFORE)
_FOLLOWING: Final = _compiled(_BEHIND, re.IGNORECASE) | _compiled(_WRITTEN_BEHIND)
_NEAR: Final = _compiled(_AROUND)

_TOLD: Final = frozenset({"before: at", "before: about", "before: until or since", "before: from or by"})
_STOPS: Final = frozenset(
    {"behind: the end of a clause", "behind: how it goes on", "behind: who did something", "behind: a day"}
)
_DAYS: Final = frozenset({"before: a day with its year", "before: a day without a year"})
_CELL: Final = frozenset({"before: a cell's begin", "behind: a cell's end"})


def clues(candidate: Candidate) -> frozenset[str]:
    """Name what tells for or against a time, but for the company that it is in."""
    found = {f"before: {name}" for name, pattern in _IN_FRONT.items() if pattern.search(candidate.before)}
    found |= {f"behind: {name}" for name, pattern in _FOLLOWING.items() if pattern.match(candidate.behind)}
    found |= {f"near: {name}" for name, pattern in _NEAR.items() if pattern.search(candidate.around)}
    found |= {name for name, holds in _OWN.items() if holds(candidate)}
    if found & _DAYS:
        found.discard("before: a figure")
    return frozenset(found)


_OWN: Final[Mapping[str, Callable[[Candidate], bool]]] = {
    "early": lambda one: one.hour[0] == "0",
    "may be a year of ours": lambda one: one.hour == "19" or (one.hour == "20" and one.minute < _LAST_YEAR),
    "may be an old year": lambda one: one.hour in {"16", "17", "18"},
    "below a heading of times": lambda one: one.headed,
    "full hour": lambda one: one.minute == "00",
    "quarter of an hour": lambda one: one.minute in {"15", "30", "45"},
}
_TOGETHER: Final[Mapping[str, Callable[[frozenset[str]], bool]]] = {
    "told, and the clause ends": lambda found: bool(found & _TOLD) and bool(found & _STOPS),
    "told, and early": lambda found: bool(found & _TOLD) and "early" in found,
    "what happened, and the clause ends": lambda found: "before: what happened" in found and bool(found & _STOPS),
    "done, and the clause ends": lambda found: "before: a verb" in found and bool(found & _STOPS),
    "done, and early": lambda found: "before: a verb" in found and "early" in found,
    "an early end": lambda found: found >= {"behind: the end of a clause", "early"},
    "what happened, and early": lambda found: "before: what happened" in found and "early" in found,
    "a cell of its own": lambda found: found >= _CELL,
    "a cell of its own, a day near": lambda found: found >= _CELL | {"near: a day"},
    "begins, and something was done": lambda found: (
        bool(found & {"before: the begin of its line", "before: the begin of a part"})
        and bool(found & {"behind: what was done", "behind: a colon or a dash", "behind: who did something"})
    ),
    "in a row, and something was done": lambda found: found >= {"in a row that rises", "behind: what was done"},
    "begins its line, and early": lambda found: found >= {"before: the begin of its line", "early"},
    "begins its line, and a unit follows": lambda found: (
        found >= {"before: the begin of its line", "behind: the code of a unit"}
    ),
    "ends a note": lambda found: (
        found >= {"before: the end of a clause", "behind: the end of a clause", "near: a note"}
    ),
    "a year behind a day or a month": lambda found: (
        "may be a year of ours" in found and "before: a day without a year" in found
    ),
    "a year, told by at": lambda found: found >= {"may be a year of ours", "before: at"},
    "a year, told by more": lambda found: (
        "may be a year of ours" in found
        and bool(found & {"behind: hours", "behind: a zone", "joined to a time", "before: a stage of a call"})
    ),
}


_RISES: Final = "in a row that rises"
_ROW_OF_THREE: Final = "in a row of three that rises"
_ROW_OF_NUMBERS: Final = "in a row that counts"
_SOON_AFTER: Final = "soon after or before another"
_SOON_AFTER_TIME: Final = "soon after or before a time"
_NUMBER_OF_A_YEAR: Final = "joined by a dash to what may be a year"
_ONE_IS_EARLY: Final = "of two that are joined, one is early"
_COUNTS: Final = "before: a number of something"
_JOINED_TO: Final = {True: "joined to a time", False: "joined to no time"}
CLUES: Final = frozenset(
    {
        *(f"before: {name}" for name in _IN_FRONT),
        *(f"behind: {name}" for name in _FOLLOWING),
        *(f"near: {name}" for name in _NEAR),
        *(*_OWN, *_TOGETHER, *_JOINED_TO.values()),
        *(_RISES, _ROW_OF_THREE, _ROW_OF_NUMBERS, _SOON_AFTER, _SOON_AFTER_TIME, _ONE_IS_EARLY, _NUMBER_OF_A_YEAR),
    }
)
"""All that may tell for or against a time."""


def candidates(look: Look) -> list[Candidate]:
    """Give what might be a time."""
    starts = [start for start in look.figures if _FOUR.match(look.text, start)]
    headed = {cell.start for cell in look.below(_HEADINGS)} if starts else set()
    return [Candidate(text=look.text, start=start, headed=start in headed) for start in starts]


def all_clues(some: Sequence[Candidate], weigh: Callable[[frozenset[str]], float]) -> list[frozenset[str]]:
    """Name what tells for or against each of a text, with the company of those that are more likely times than not."""
    alone = [clues(one) for one in some]
    found = [one | _together(one) for one in alone]
    for _ in range(_LINKS if len(some) > 1 else 0):
        company = _company(some, alone, [weigh(one) > 0 for one in found])
        both = [one | beside for one, beside in zip(alone, company, strict=True)]
        found = [one | _together(one) for one in both]
    return found


def _company(some: Sequence[Candidate], alone: Sequence[frozenset[str]], likely: Sequence[bool]) -> list[set[str]]:
    found: list[set[str]] = [set() for _ in some]
    for at, (one, after) in enumerate(pairwise(some)):
        told = set()
        if _JOINED.fullmatch(one.text, one.end, after.start):
            found[at].add(_JOINED_TO[likely[at + 1]])
            found[at + 1].add(_JOINED_TO[likely[at]])
            is_number = one.text[one.end] in "-\u2013" and "may be a year of ours" in alone[at] and int(one.minute) % 5
            told |= {_NUMBER_OF_A_YEAR} if is_number else set()
            told |= {_ONE_IS_EARLY} if "0" in {one.hour[0], after.hour[0]} else set()
        apart = after.start - one.end
        if apart <= _LINE and one.minutes <= after.minutes and _tells_a_part(one) and _tells_a_part(after):
            told |= {_RISES} | ({_ROW_OF_NUMBERS} if _COUNTS in alone[at] else set())
        if apart <= _REACH and 0 < after.minutes - one.minutes <= _SOON:
            told.add(_SOON_AFTER)
            found[at] |= {_SOON_AFTER_TIME} if likely[at + 1] else set()
            found[at + 1] |= {_SOON_AFTER_TIME} if likely[at] else set()
        found[at] |= told
        found[at + 1] |= told
    for three in zip(found, found[1:], found[2:], strict=False):
        if all(_RISES in some_of_it for some_of_it in three):
            for some_of_it in three:
                some_of_it.add(_ROW_OF_THREE)
    return found


_LINKS: Final = 2
"""How often a time tells of the one that is joined to it."""


def _together(found: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, holds in _TOGETHER.items() if holds(found))


def _tells_a_part(one: Candidate) -> bool:
    return (
        _BEGINS.search(one.text, max(0, one.start - 2), one.start) is not None
        and _TELLS.match(one.text, one.end) is not None
    )


def weigh(found: frozenset[str]) -> float:
    """Give the log odds of a time that these clues tell."""
    return WEIGHTS[""] + sum(WEIGHTS.get(clue, 0.0) for clue in found)


def _find(look: Look) -> Iterator[Hit]:
    some = candidates(look)
    for one, found in zip(some, all_clues(some, weigh), strict=True):
        if weigh(found) > 0:
            yield one.start, one.end, f"{one.hour}:{one.minute}"


RULES: Final = (Rule(name="time of four figures", type=MentionType.TIME, find=_find, confidence=0.95),)
