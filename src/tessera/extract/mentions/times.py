"""Times of day. The value has 24 hours: 14:32. "2210 hours" is a time, "1200 hours of work" is none.

The zone belongs to the words and not to the value: 1732Z is 17:32.
"""

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule, at_figures, before, behind
from tessera.model.found import MentionType

_TWELVE = re.compile(
    r"(?<![\w.:/$])(?<![^\dmM]-)(?P<hour>1[0-2]|0?[1-9])(?::?(?P<minute>[0-5]\d)(?P<second>:[0-5]\d)?)?\s?(?P<half>[aApP])(?:\.\s?[mM]\.|[mM]\b(?!\.\w))(?!\w)"
    r"|(?<![\w.:/$-])(?P<h>1[0-2]|0?[1-9])(?::(?P<m>[0-5]\d))?(?P<p>[aApP])\b(?![.\w])",
    re.ASCII,
)
_COLON = re.compile(
    r"(?<![\w.:/$])(?<!\D-)(?<!\w\[)(?<!\d[Tt])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?:(?P<second>:[0-5]\d)(?:\.\d{1,6}(?!\d))?(?:[+-]\d\d:?\d\d(?![\d:]))?)?"
    r"(?:\s?(?:hours|hrs?)\b|Z\b)?(?!\w|[:/.]\d)",
    re.ASCII,
)
_MILITARY = re.compile(
    r"(?<![\w.,:/$#-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:\s?(?:hours|hrs?|HOURS|HRS?)\b|Z\b)(?!\s+of\b)",
    re.ASCII,
)
_RANGE = re.compile(
    r"(?<![\w.,:/$#-])(?P<first>(?:[01]\d|2[0-3])[0-5]\d)\s?(?:and|to|until|thru|through|-|\u2013)\s?(?P<last>(?:[01]\d|2[0-3])[0-5]\d\s?(?:hours|hrs?|HOURS|HRS?))\b",
    re.ASCII,
)
_ABROAD = re.compile(
    r"(?<![\w.:/$-])(?:(?P<h>[01]?\d|2[0-3])\s?h\s?(?P<hm>[0-5]\d)|(?P<u>[01]?\d|2[0-3])(?:[.:](?P<um>[0-5]\d))?\sUhr)(?!\w)",
    re.ASCII,
)
_THREE = re.compile(r"(?<![\w.,:/$#-])(?P<hour>[1-9])(?P<minute>[0-5]\d)(?![\w%]|[.,:/-]\d)", re.ASCII)
_TOLD_ABROAD = re.compile(r"(?i)(?:à|vers|las|dès|um|gegen|às)\s\Z")
_BARE = re.compile(
    r"(?:(?<![\w.,:/$#+-])|(?<=[A-Z]{3}:))(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?![\w%]|[.,:/-]\d)", re.ASCII
)
_STAMP = re.compile(
    r"(?<=\dT)(?P<hour>[01]\d|2[0-3])(?P<colon>:?)(?P<minute>[0-5]\d)(?:(?P=colon)(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?(?!\w)",
    re.ASCII,
)
_STAMPED: Final = re.compile(r"(?<!\w)(?:19|20)\d\d(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])T\Z", re.ASCII)
"""A day of ISO 8601 in front of its time."""
_WEB_LOG: Final = re.compile(
    r"(?<=/\d{4}:)(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)(?![\w:])", re.ASCII
)
_NO_TIME = re.compile(
    r"(?i)\b(?:lines?|rows?|chr|lasted|lasting|runs|running|rom|cor|gal|eph|phil|rev|matt|prov|deut|lev)\.?\s\Z|\bran\b[^.;\n]{0,24}\sin\s\Z|\b(?:ratio|scale|odds|score[ds]?|mix|won|lost|chapter|verse|psalms?|genesis|exodus|leviticus|deuteronomy|joshua|judges|samuel|kings|"
    r"chronicles|job|proverbs|ecclesiastes|isaiah|jeremiah|ezekiel|daniel|hosea|micah|matthew|mark|luke|john|acts|romans|corinthians|galatians|"
    r"ephesians|philippians|colossians|timothy|hebrews|james|peter|revelation|surah?|quran|marathon|5k|10k|chip|mile|clocked|personal best|finish(?:ed|ing)?(?!\sat)|pace|splits?|laps?|race|"
    r"duration|elapsed|runtime|run time|uptime|stopwatch|track length|length|track|song|tr|dep|trial tr|aspect|gear)\b[^;\n]{0,20}\Z"
)
_BEGUN: Final = re.compile(
    r"(?i)\b(?:out|arr|arrived|left|began|begins?|start(?:ed|s)?|end(?:ed|s)?|dep|departed|woke|due|time|time in|sign(?:ed)?[ -](?:in|out))[\s:]{1,2}\Z"
)
_NO_TIME_BEHIND: Final = re.compile(
    r"(?i)\s?(?:monitor|display|ratio|min(?:ute)?s?\b|mins\b|/mi\b|/km\b|pace|per\b|aspect|odds|mix|lead\b|win\b|loss\b|vote|split)"
)
_MEASURED = re.compile(
    r"(?i)\b(?:for|worked|were|served|total(?:ed|ing|s)?|of|over|than|lasted|logged|flew|spent|after)\s(?:about |some |nearly )?\Z"
)
_TOLD = re.compile(
    r"(?i)(?:\b(?:at|around|about|approximately|approx\.?|circa|until|since|by|between)|@)\s?(?:abt |about |approx\.? |around )?\Z"
)
_AT: Final = re.compile(r"(?i)(?:\bat|@)\s?\Z")
_MET = re.compile(
    r"(?i)\b(?:heard|shots|fired|fires?|fight|crash\w*|party|game|practice|service|rally|stopped|entered|exited|walked|texted|woke|found|meet|met|meeting|see|saw|seen|observed|come|came|coming|arriv\w+|depart\w+|left|leav\w+|start\w*|began|begins?|end(?:ed|s)|pick(?:ed)?|"
    r"drop|dispatched|responded|called|calls?|occurr\w+|happened|be there|there|open\w*|clos\w+|shift|reported|advised|cleared|tx|xport|on scene|"
    r"notified|logged|pronounced|home|here|ready|link|pull up|roll)\b[^.;\n]{0,28}\Z"
)
_BEHIND_DATE = re.compile(r"(?<![\d/])(?:\d{1,2}/\d{1,2}/\d{2}(?:\d\d)?|\d{4}-\d\d-\d\d),?\s\Z")
_NOT_BEHIND = re.compile(
    r"(?i)\s?(?:block|blk|n\b|s\b|e\b|w\b|north|south|east|west|people|dollars|miles|feet|persons|units|men|vehicles|cars|pounds|grams|"
    r"(?:hours|hrs) of|rpm|psi|lbs?\b|kg\b|yards|meters|block|hundred|"
    r"[A-Z][a-z]+\s(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|ct|court|way|pike|hwy|highway)\b)"
)
_ENDS: Final = re.compile(r"\s?(?:[.,;)\]\"'!?]|\Z|\n)")
_GOES_ON: Final = re.compile(
    r"(?i)\s(?:by|on|in|near|outside|behind|inside|when|and|to|with|w/|for|the|a|he|she|they|we|i|u|per|via|from|where|left|saw|met|meet|went|arrived|but|so|or|til|till|until|thru)\b"
)
_DAY_BEHIND: Final = re.compile(
    r"(?i)\s(?:sharp|tonight|tonite|tmrw|tmw|tomorrow|today|yesterday|daily|every|this (?:morning|afternoon|evening)|last night)\b"
)
_ZONE_BEHIND: Final = re.compile(
    r"\s(?i:local time|zulu|utc|gmt)\b|\s(?:local|LOCAL)(?=\s?(?:[.,;)]|\Z|\n))|\s?(?:[ECMPA][SD]T|[ecmp][sd]t)(?=\s?(?:[.,;)/]|\Z|\n|\s[a-z]))|\sL(?=[.,;]|\Z)"
)
_LEAD_OF_NOTE: Final = re.compile(r"(?:,|;|\s-|\s/)\s\Z")
_NOTE: Final = re.compile(
    r"\b10-\d{1,2}\b|\b(?:veh|PI|PD|NB|SB|EB|WB|POB|SOB|F/V|M/V|S/V|R/P|RP|compl|adv|enrt|O/S|ALS|BLS|Unit|UNIT|Medic|Engine|Trooper|TROOPER|CAD|AIS|USCG|"
    r"Sector|kt|kts|nm|VHF|MAYDAY|PAN-PAN|METAR|LKP|ATC|VFR|IFR|ENRT|ONSCENE|on scene|in custody|transported|dispatched|cleared|notified|GOA|UTL)\b"
)
"""Words of notes of dispatchers, boats and planes, whose times have four digits and no word."""
_SPOKEN: Final = re.compile(
    r"(?i)(?:\b(?:at|by|until|till?|from|around|about|after|before|show|doors|to|since)|\d[ap]?\s?-|@)\s?\Z"
)
_TIMED: Final = re.compile(r"\b(?:[01]\d|2[0-3])[0-5]\d\s?(?:hrs?\b|hours|Z\b)|\b\d{1,2}:[0-5]\d\b")
_COUNTED: Final = re.compile(
    r"(?i)(?:[#$]|\b(?:box|pin|code|unit|room|rm|apt|ext|no|nos|number|badge|account|acct|case|lot|item|id|suite|check|check no|last four|last 4|card|ending|ending in|series|model))\.?\s?\Z"
)
_IN_AND_OUT: Final = re.compile(r"(?i)\bin\s[0-2]\d[0-5]\d\b[^.\n]{0,24}\bout\s[0-2]\d[0-5]\d\b")
_EVENT: Final = re.compile(
    r"(?i)\b(?:began|begins?|ended|ends?|started|cleared|dispatched|arrived|departed|second|third|first|last|out|in|off|on)\s\Z"
)
_SHORTHAND: Final = re.compile(
    r"(?i)\b(?:tod|toc|toa|disp|dsp|rcvd|rcv|onsc|ons|arr|arvd?|arrvd?|clrd?|avl|insvc|hosp|xprt|xport|eta|etd|sunrise|sunset|moonrise|moonset|(?:high|low) (?:tide|water)|tide high|time of (?:death|call|arrival|birth)|dispatched|cleared|enrt|enr|en route|on scene|time out|time in)[\s:]{1,2}\Z"
)
_YEAR_OR_TIME: Final = re.compile(
    r"(?i)(?:\bat|@|\d,?|[a-z]{3}:|tod|toc|toa|eta|etd|disp|onsc|arr|clr|rcvd|set|rise|tide|dispatched|cleared|enrt|enr|en route|on scene|left|met|seen|saw|heard|\A)\s?\Z"
)
_YEARS: Final = frozenset({"19", "20"})


def _read_twelve(match: re.Match[str]) -> str | None:
    said, half = match["hour"] or match["h"], match["half"] or match["p"]
    if match["h"] and not match["m"] and not _SPOKEN.search(before(match, 16)):
        return None
    hour = int(said) % 12 + (12 if half.lower() == "p" else 0)
    return f"{hour:02d}:{match['minute'] or match['m'] or '00'}{match['second'] or ''}"


def _read_colon(match: re.Match[str]) -> str | None:
    """Take 14:32; one digit before the colon is a ratio or a verse unless a word for a time is near."""
    said = before(match, 32)
    if (
        _NO_TIME.search(said)
        or _NO_TIME_BEHIND.match(behind(match, 16))
        or (len(match["hour"]) == 1 and not (_TOLD.search(said) or _BEGUN.search(said)) and not match["second"])
    ):
        return None
    return f"{int(match['hour']):02d}:{match['minute']}{match['second'] or ''}"


def _read_three(match: re.Match[str]) -> str | None:
    """Take "by 915 tmrw"."""
    told = _TOLD.search(before(match, 16)) and _DAY_BEHIND.match(behind(match, 16))
    return f"0{match['hour']}:{match['minute']}" if told else None


def _read_abroad(match: re.Match[str]) -> str | None:
    """Take 14h30, and 14.30 Uhr; 2h30 may be an amount of hours."""
    if match["h"] and len(match["h"]) == 1 and not _TOLD_ABROAD.search(before(match, 8)):
        return None
    hour, minute = match["h"] or match["u"], match["hm"] or match["um"]
    return f"{int(hour):02d}:{minute or '00'}"


def _read_military(match: re.Match[str]) -> str | None:
    """Take 2210 hours; an amount of hours is none."""
    if match["minute"] == "00" and _MEASURED.search(before(match, 24)):
        return None
    return f"{match['hour']}:{match['minute']}"


def _read_stamp(match: re.Match[str]) -> str | None:
    """Take the time of 2026-03-04T05:06:07Z; its day is a date of its own."""
    if not _STAMPED.search(before(match, 12)):
        return None
    return f"{match['hour']}:{match['minute']}" + (f":{match['second']}" if match["second"] else "")


def _read_web_log(match: re.Match[str]) -> str:
    return match.group()


def _bares(look: Look) -> Iterator[Hit]:
    """Find four digits that are told, and those that go on from one: "0512 and 1743"."""
    last = -1
    for start in look.figures:
        match = _BARE.match(look.text, start)
        if match is None or _may_be_a_year(match):
            continue
        said, following = look.text[max(0, start - 48) : start], behind(match, 32)
        joined = _JOINED.fullmatch(look.text, last, start) if last >= 0 else _AFTER_HOURS.search(said)
        goes_on = joined is not None and not _NOT_BEHIND.match(following) and _ENDS.match(following) is not None
        if goes_on or _is_bare_time(match, said, following):
            last = match.end()
            yield start, last, f"{match['hour']}:{match['minute']}"


_JOINED: Final = re.compile(r"\s?(?:and|or|to|until|til|thru|through|then|,|&|/|-|\u2013)\s?")
_AFTER_HOURS: Final = re.compile(r"\d{4}\s?(?:hrs|hours)\s(?:and|or|to|until|-)\s\Z")


def _may_be_a_year(match: re.Match[str]) -> bool:
    """Say whether this is more likely a year: neither a zone stands behind it nor a word for times in front."""
    start, text = match.start(), match.string
    if match["hour"] not in _YEARS or _ZONE_BEHIND.match(text, match.end()):
        return False
    return _YEAR_OR_TIME.search(text, max(0, start - 16), start) is None


_CAPITALS: Final = re.compile(r"\s[A-Z]{2,6}\s[a-z]")


def _is_bare_time(match: re.Match[str], said: str, following: str) -> bool:
    """Say whether a zone, a date, a word or the sort of note tells that these four digits are a time."""
    if _ZONE_BEHIND.match(following) and not _MEASURED.search(said):
        return True
    is_at = match["hour"][0] == "0" and _AT.search(said) is not None and _COUNTED.search(said) is None
    if is_at and _CAPITALS.match(following):  # no house has such a number
        return True
    if _NOT_BEHIND.match(following):
        return False
    if is_at:
        return True
    ends = _ENDS.match(following) is not None
    if _BEHIND_DATE.search(said):
        return ends or following.startswith(": ") or (match["hour"][0] == "0" and following[:1] == " ")
    return _is_told(match, said, following, ends=ends) or _is_noted(match, said, following, ends=ends)


_PLANNED: Final = re.compile(
    r"(?i)\b(?:(?P<sure>planned|scheduled|slated|rescheduled|booked)|set|expected|moved|muster|briefing|roll call)\s(?:for|to)\s\Z"
)
_CLAUSE: Final = re.compile(
    r"(?i)\s(?:an?|the|he|she|they|we|i|officers?|deput(?:y|ies)|agents?|troopers?|units?|callers?|victims?|suspects?|subjects?|drivers?|dispatch|"
    r"inmates?|patrol|security|guards?|medics?|crews?|staff|nurses?|witness(?:es)?)\b"
)
_AMOUNT_AT: Final = re.compile(
    r"(?i)\b(?:pric\w+|sold|sells?|selling|valued?|listed|runs?|running|capped|stands?|count|altitude|elevation|peaked|index|closed|traded|dow|scor\w+|limit|"
    r"liv\w+|resid\w+|house|home|located|address|parked|store|building|warehouse|fly\w*|cruis\w+|spin\w*|idl\w+|rate[ds]?|quoted|offered|estimated|set|held|steady)\b[^.;\n]{0,20}\bat\s\Z"
)


def _is_told(match: re.Match[str], said: str, following: str, *, ends: bool) -> bool:
    """Say whether "at" or "about" stands in front, or what happened in front and the day behind."""
    is_early, met = match["hour"][0] == "0", _MET.search(said) is not None
    day = _DAY_BEHIND.match(following) is not None
    if planned := _PLANNED.search(said):
        sure = planned["sure"] is not None and match["hour"] not in _YEARS
        return (is_early or sure) and (ends or day or _GOES_ON.match(following) is not None)
    if not _TOLD.search(said):
        return day and (is_early or met)
    if _AT.search(said) and match["minute"] != "00" and _CLAUSE.match(following) and not _AMOUNT_AT.search(said):
        return True
    goes_on = _GOES_ON.match(following) is not None and (is_early or met or said.rstrip().endswith("@"))
    return (match["hour"] not in _YEARS or _AT.search(said) is not None) and (ends or day or goes_on)


def _is_noted(match: re.Match[str], said: str, following: str, *, ends: bool) -> bool:
    """Say whether this is a time as notes and logs write it."""
    if _SHORTHAND.search(said) or _begins_a_note(match, following):
        return True
    is_year = match["hour"] in _YEARS
    is_early = match["hour"][0] == "0" and _COUNTED.search(said) is None
    beside = not is_year and (
        (_EVENT.search(said) is not None and _TIMED.search(said) is not None)
        or (is_early and _TIMED.search(said + "|" + following) is not None)
        or _IN_AND_OUT.search(said + match.group() + following) is not None
    )
    return ends and (beside or _is_in_a_note(match, said, following))


def _begins_a_note(match: re.Match[str], following: str) -> bool:
    """Say whether a line of a log begins with this: "0712: caller states"."""
    if match.start() and match.string[match.start() - 1] != "\n":
        return False
    line = match.string[match.end() : match.end() + 80].partition("\n")[0]
    return _LOG.match(following) is not None and (
        match["hour"][0] == "0" or bool(_NOTE.search(line) or _MET.search(line))
    )


_LOG: Final = re.compile(r"(?::|\s[-\u2013])\s[A-Za-z]")


def _is_in_a_note(match: re.Match[str], said: str, following: str) -> bool:
    """Say whether this stands at the end of a note whose writer leaves out "at" and "hours"."""
    if not _LEAD_OF_NOTE.search(said) or following.strip(" .")[:1] not in {"", "\n"}:
        return False
    start = match.string.rfind("\n", 0, match.start()) + 1
    line = match.string[max(start, match.start() - 160) : match.start()]
    return match["hour"] not in _YEARS and _NOTE.search(line) is not None


_SHIFTS = re.compile(
    r"(?<![\w.,:/$#-])(?P<first>(?:[01]\d|2[0-3])(?:00|15|30|45))\s?(?:and|to|until|till|thru|through|-|\u2013)\s?(?P<last>(?:[01]\d|2[0-3])(?:00|15|30|45))(?![\w%]|[.,:/-]\d)",
    re.ASCII,
)
_SHIFT_TOLD: Final = re.compile(
    r"(?i)\b(?:shifts?|from|between|open|hours|hrs|on duty|window|curfew|closed|tour|days|nights|works?|worked|working|schedule[d]?|eff(?:ective)?|(?:mon|tue|wed|thu|fri|sat|sun)\w*|daily|"
    r"detail|watch|platoon)\W{1,3}\Z"
)


def _shifts(look: Look) -> Iterator[Hit]:
    """Find both times of "shift 0600-1400"."""
    for start in look.figures:
        match = _SHIFTS.match(look.text, start)
        if match and _SHIFT_TOLD.search(before(match, 20)) and not _NOT_BEHIND.match(behind(match, 32)):
            yield *match.span("first"), f"{match['first'][:2]}:{match['first'][2:]}"
            yield *match.span("last"), f"{match['last'][:2]}:{match['last'][2:]}"


_ZONED = re.compile(
    r"(?<![\w.,:/$#-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<zone>[A-IK-Y])(?!\w|[.,:/-]\w)", re.ASCII
)
_RARE_ZONES: Final = frozenset("HINOQRSUXY")
"""Letters of zones that are no units of what is measured."""


def _read_zoned(match: re.Match[str]) -> str | None:
    """Take 2104Q: at the beginning of a line of a log, or behind "at"."""
    said, text = before(match, 16), match.string
    line = text[match.end() : match.end() + 80].partition("\n")[0]
    begins = not match.start() or text[match.start() - 1] == "\n"
    told = begins and _LOG.match(line) and (match["zone"] in _RARE_ZONES or _NOTE.search(line) or _MET.search(line))
    return (
        f"{match['hour']}:{match['minute']}" if told or (match["zone"] in _RARE_ZONES and _TOLD.search(said)) else None
    )


_DOTTED = re.compile(
    r"(?<![\w.,:/$#£€-])(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?:\s?(?P<half>[aApP])\.?[mM]\b\.?(?!\w))?(?![\w%]|[.,:/-]\d)",
    re.ASCII,
)
_BRITISH: Final = re.compile(
    r"£|\+44|\b(?:UK|London|Britain|British|Scotland|NCA|Met Police|Heathrow|Gatwick|Dover docks)\b"
)
_MEETS: Final = re.compile(r"(?i)\b(?:at|from|until|by)\s\Z")
_UNIT: Final = re.compile(
    r"(?i)\s?(?:kg|km|m|cm|mm|g|miles?|mph|per|percent|each|hours?|hrs|a\s|points?|p|to the|metres?|litres?|seconds?|million|m|k|bn|euros?|pounds?|dollars?)\b"
)


def _read_dotted(match: re.Match[str]) -> str | None:
    """Take 2.30pm; and 14.30 behind "at" in a text from Britain."""
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half and " " in match.group() and not _SPOKEN.search(before(match, 16)):
        return None
    if half:
        return f"{hour % 12 + 12 * (half == 'p'):02d}:{match['minute']}" if 1 <= hour <= 12 else None  # noqa: PLR2004 - hours
    text, start = match.string, match.start()
    told = (
        _MEETS.search(before(match, 8))
        and not _UNIT.match(behind(match, 12))
        and not _AMOUNT_AT.search(before(match, 40))
    )
    is_british = told and _BRITISH.search(text, max(0, start - 200), start + 100)
    return f"{hour:02d}:{match['minute']}" if is_british and len(match["hour"]) == 2 else None  # noqa: PLR2004 - hours


_PART: Final = re.compile(r"(?<![\w.,:/$#-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?=:?\s[A-Za-z])", re.ASCII)
_PART_LEAD: Final = re.compile(r"(?:[;:|]\s|\.\s|\A|\n)\Z")
_LOGGED: Final = re.compile(
    r"(?i):?\s(?:[A-Za-z0-9/-]+\s){0,3}?(?:underway|on ?scene|arriv\w+|recovered|en ?route|enrt|dispatched|cleared|transport\w*|notified|departed|returned|"
    r"launched|called|advised|requested|secured|located|left|found|entered|exited|woke|toned|staged|pronounced|released|detained|arrested|admitted|fed|checked|"
    r"moored|aboard|under way|responding|complete[d]?|out of service|in service|reported|checks|leaves|enters|exits|arrives|knock\w*|contained|start\w*|stopp\w+|resumed)\b"
)
_NUMBERS: Final = re.compile(
    r"(?i)\b(?:years?|history|timeline|bids?|prices?|stock|counts?|ext(?:ension)?s?|rooms?|badges?|units?|lockers?|codes?|pins?|tags?|flights?|boxe?s?|lots?|items?|addresses|houses?|cards?|keys?|apts?)\b[^;\n]{0,16}\Z"
)
_LINE: Final = 160
_OLD: Final = frozenset({"16", "17", "18", "19", "20"})


def _logs(look: Look) -> Iterator[Hit]:
    """Find the times of a log in one line: "0330 underway; 0412 on scene; 0455 survivor recovered"."""
    text = look.text
    run: list[re.Match[str]] = []
    for start in look.figures:
        match = _PART.match(text, start)
        if match is None or not (_PART_LEAD.search(text, max(0, start - 2), start) or _may_begin(match, run)):
            continue
        if run and (start - run[-1].end() > _LINE or match.group() < run[-1].group()):
            yield from _logged(run)
            run = []
        run.append(match)
    yield from _logged(run)


def _may_begin(match: re.Match[str], run: list[re.Match[str]]) -> bool:
    """Say whether a log may begin with this though a word stands in front: "Jail rounds 2215 checked cell 4; 2245 ..."."""
    return not run and _LOGGED.match(match.string, match.end()) is not None and not _NUMBERS.search(before(match, 32))


def _logged(run: list[re.Match[str]]) -> Iterator[Hit]:
    """Take parts where two or more tell what happened; all of them where all hours might be years."""
    done = sum(_LOGGED.match(part.string, part.end(), part.end() + 60) is not None for part in run)
    years = all(part["hour"] in _OLD for part in run)
    if len(run) > 1 and done >= (len(run) if years else 1) and not _NUMBERS.search(before(run[0], 32)):
        yield from ((*part.span(), f"{part['hour']}:{part['minute']}") for part in run)


def _ranges(look: Look) -> Iterator[Hit]:
    """Find both times of "between 0900 and 1100 hours" and of "2200-0600 hrs"."""
    for start in look.figures:
        if match := _RANGE.match(look.text, start):
            yield *match.span("first"), f"{match['first'][:2]}:{match['first'][2:]}"
            yield *match.span("last"), f"{match['last'][:2]}:{match['last'][2:4]}"


RULES: Final = (
    Rule(
        name="times from and to",
        type=MentionType.TIME,
        find=_ranges,
        confidence=0.98,
        words=frozenset({"hours", "hour", "hrs", "hr"}),
    ),
    Rule(name="times of a shift", type=MentionType.TIME, find=_shifts, confidence=0.9),
    Rule(
        name="time, French and German",
        type=MentionType.TIME,
        find=at_figures(_ABROAD, _read_abroad),
        confidence=0.9,
        words=frozenset({"h", "uhr"}),
    ),
    Rule(name="time of three digits", type=MentionType.TIME, find=at_figures(_THREE, _read_three), confidence=0.8),
    Rule(name="times of a log", type=MentionType.TIME, find=_logs, confidence=0.9, parts=(";", ". ", "\n")),
    Rule(name="time with a zone's letter", type=MentionType.TIME, find=at_figures(_ZONED, _read_zoned), confidence=0.9),
    Rule(
        name="time with full stop",
        type=MentionType.TIME,
        find=at_figures(_DOTTED, _read_dotted),
        confidence=0.9,
        parts=(".",),
    ),
    Rule(name="time behind at", type=MentionType.TIME, find=_bares, confidence=0.9),
    *(
        Rule(name=name, type=MentionType.TIME, find=at_figures(pattern, read), confidence=confidence, parts=parts)
        for name, pattern, read, confidence, parts in (
            ("time of twelve hours", _TWELVE, _read_twelve, 0.97, ()),
            ("time with colon", _COLON, _read_colon, 0.96, (":",)),
            ("time in hours", _MILITARY, _read_military, 0.97, ()),
            ("time, ISO 8601", _STAMP, _read_stamp, 0.97, ("t0", "t1", "t2")),
            ("time of a web log", _WEB_LOG, _read_web_log, 0.97, (":",)),
        )
    ),
)
