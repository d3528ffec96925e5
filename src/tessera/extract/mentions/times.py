"""Times of day. The value has 24 hours: 14:32. "2210 hours" is a time, "1200 hours of work" is none.

The zone belongs to the words and not to the value: 1732Z is 17:32.
"""

import re
from typing import Final

from tessera.extract.mentions.bare_time_clues import BEFORE, NEAR
from tessera.extract.mentions.day_parts import PART, hour_of, is_told
from tessera.extract.mentions.rule import Rule, anywhere, at_figures, before, behind
from tessera.model.found import MentionType

_TWELVE = re.compile(
    r"(?<![\w.:/$])(?<![^\dmM]-)(?P<hour>1[0-2]|0?[1-9])(?::?(?P<minute>[0-5]\d)(?P<second>:[0-5]\d)?)?\s?(?P<half>[aApP])(?:\.\s?[mM]\.|[mM]\b(?!\.\w))(?!\w)"
    r"|(?<![\w.:/$])(?<![^apAP]-)(?P<h>1[0-2]|0?[1-9])(?::?(?P<m>[0-5]\d))?(?P<p>[aApP])\b(?!\.?\w)",
    re.ASCII,
)
_COLON = re.compile(
    r"(?<![\w.:/$])(?<!\D-)(?<!\w\[)(?<!\d[Tt])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?:(?P<second>:[0-5]\d)(?:\.\d{1,6}(?!\d))?(?:[+-]\d\d:?\d\d(?![\d:]))?)?"
    r"(?:\s?(?:hours|hrs?)\b|Z\b)?(?!\w|[:/.]\d|:[0-9A-Fa-f]{2}\b)",
    re.ASCII,
)
_MILITARY = re.compile(
    r"(?<![\w.,:/$#-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:\s?(?:hours|hrs?|HOURS|HRS?)\b|Z\b)(?!\s+of\b)",
    re.ASCII,
)
_ABROAD = re.compile(
    r"(?<![\w.:/$-])(?:(?P<h>[01]?\d|2[0-3])\s?h\s?(?P<hm>[0-5]\d)|(?P<u>[01]?\d|2[0-3])(?:[.:](?P<um>[0-5]\d))?\sUhr)(?!\w)",
    re.ASCII,
)
_THREE = re.compile(r"(?<![\w.,:/$#-])(?P<hour>[1-9])(?P<minute>[0-5]\d)(?![\w%]|[.,:/-]\d)", re.ASCII)
_TOLD_ABROAD = re.compile(r"(?i)(?:à|vers|las|dès|um|gegen|às)\s\Z")
_STAMP = re.compile(
    r"(?<=\d[T ])(?P<hour>[01]\d|2[0-3])(?P<colon>:?)(?P<minute>[0-5]\d)(?:(?P=colon)(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?(?!\w)",
    re.ASCII,
)
_STAMPED: Final = re.compile(
    r"(?<!\w)(?:19|20)\d\d(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:T|(?<=\d{8}) )\Z", re.ASCII
)
"""A day of ISO 8601 in front of its time."""
_WEB_LOG: Final = re.compile(
    r"(?<=/\d{4}:)(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)(?:\.\d{1,6})?(?![\w:])", re.ASCII
)
_NO_TIME = re.compile(
    r"(?i)\b(?:lines?|rows?|chr|lasted|lasting|runs|running|rom|cor|gal|eph|phil|rev|matt|prov|deut|lev)\.?\s\Z|\bran\s\Z|\bran\b(?:[^.;\n]|\.\d){0,56}\sin\s\Z|\b(?:ratio|scale|odds|score[ds]?|mix|won|lost|chapter|verse|psalms?|genesis|exodus|leviticus|deuteronomy|joshua|judges|samuel|kings|"
    r"chronicles|job|proverbs|ecclesiastes|isaiah|jeremiah|ezekiel|daniel|hosea|micah|matthew|mark|luke|john|acts|romans|corinthians|galatians|"
    r"ephesians|philippians|colossians|timothy|hebrews|james|peter|revelation|surah?|quran|marathon|5k|10k|chip|mile|clocked|personal best|finish(?:ed|ing)?(?!\sat)|pace|splits?|laps?|race|"
    r"duration|elapsed|runtime|run time|uptime|stopwatch|track length|length|track|song|tr|dep|trial tr|aspect|gear|counter|dur)\b[^;\n]{0,20}\Z|\b(?:5k|10k|marathon|race|relay|swim) (?:results?|times?)\b[^\n]{0,80}\Z"
)
_DAY_BEFORE: Final = re.compile(r"(?:\d/\d{2,4}|\d{4}-\d\d-\d\d),?\s{1,2}\Z")
_BEGUN: Final = re.compile(
    r"(?i)\b(?:out|arr|arrived|left|began|begins?|start(?:ed|s)?|end(?:ed|s)?|dep|departed|woke|due|time|time in|dismiss(?:al|ed)|sign(?:ed)?[ -](?:in|out))[\s:]{1,2}\Z"
)
_NO_TIME_BEHIND: Final = re.compile(
    r"(?i)\s?(?:monitor|display|ratio|min(?:ute)?s?\b|mins\b|/mi\b|/km\b|pace|per\b|aspect|odds|mix|lead\b|win\b|loss\b|vote|split)"
)
_MEASURED = re.compile(
    r"(?i)\b(?:for|worked|were|served|total(?:ed|ing|s)?|of|over|than|lasted|logged|flew|spent)\s(?:about |some |nearly )?\Z"
)
_TOLD = re.compile(
    r"(?i)(?:\b(?:at|around|about|approximately|approx\.?|circa|until|since|by|between|as of)|@)\s?(?:abt |about |approx\.? |around )?\Z"
)
_DAY_BEHIND: Final = re.compile(
    r"(?i)\s(?:sharp|tonight|tonite|tmrw|tmw|tomorrow|today|yesterday|daily|every|this (?:morning|afternoon|evening)|last night)\b"
)
_SPOKEN: Final = re.compile(
    r"(?i)(?:\b(?:at|by|until|till?|from|around|about|after|before|show|doors|to|since)|\d[ap]?\s?-|@)\s?\Z"
)


_TO_HOUR: Final = re.compile(r"\s?(?:-|\u2013|to)\s?\d{1,2}[aApP]\b")
_HOUR = re.compile(
    rf"(?<![\w.,:/$#-])(?P<hour>1[0-2]|[1-9])(?i:(?P<clock>\so['\u2019]clock\b(?!\s(?:position|high|low|direction|from)))|(?={PART}))",
    re.ASCII,
)
_LINES: Final = frozenset({"144p", "240p", "720p"})
"""Of pictures that move."""


def _is_compact(match: re.Match[str]) -> bool:
    """Take 930p; 1028A is a paragraph unless a word for times stands in front, and 720p is a sort of picture."""
    said = match.group()
    return said.lower() not in _LINES and (said.islower() or _SPOKEN.search(before(match, 16)) is not None)


def _read_twelve(match: re.Match[str]) -> str | None:
    said, half = match["hour"] or match["h"], match["half"] or match["p"]
    if match["h"] and not match["m"] and not (_SPOKEN.search(before(match, 16)) or _TO_HOUR.match(behind(match, 6))):
        return None
    if match["m"] and ":" not in match.group() and not _is_compact(match):
        return None
    hour = int(said) % 12 + (12 if half.lower() == "p" else 0)
    return f"{hour:02d}:{match['minute'] or match['m'] or '00'}{match['second'] or ''}"


def _read_colon(match: re.Match[str]) -> str | None:
    """Take 14:32; one digit before the colon is a ratio or a verse unless a word for a time is near.

    What joins it to a time of the other half of the day tells its own: "1:10 and 1:52 PM".
    """
    said = before(match, 96)
    joined = _JOINED_HALF.match(behind(match, 20))
    if joined and 1 <= int(match["hour"]) <= _HALF:
        return _of_half(match, int(joined["hour"]), joined["half"].lower() == "p")
    if (
        (_NO_TIME.search(said) and not _DAY_BEFORE.search(said))
        or _NO_TIME_BEHIND.match(behind(match, 16))
        or (
            len(match["hour"]) == 1
            and not (
                _TOLD.search(said)
                or _BEGUN.search(said)
                or is_told(match.string, match.end())
                or _TO_LATER.match(behind(match, 12))
            )
            and not match["second"]
        )
    ):
        return None
    hour = hour_of(int(match["hour"]), match.string, match.end())
    return f"{hour:02d}:{match['minute']}{match['second'] or ''}"


_TO_LATER: Final = re.compile(r"\s?(?:-|\u2013|to)\s?(?:1[0-9]|2[0-3]):[0-5]\d(?![\d:])")
"""Makes a time of what stands in front: 7:00-15:00."""
_JOINED_HALF: Final = re.compile(
    r"\s?(?:and|to|until|or|-|\u2013)\s?(?P<hour>1[0-2]|0?[1-9]):[0-5]\d\s?(?P<half>[aApP])\.?[mM]\b"
)


def _of_half(match: re.Match[str], last: int, late: bool) -> str:  # noqa: FBT001 - the half of the day
    """Give the hour in the half of the day that the time behind names; 11:30 to 1:15 pm goes over noon."""
    first = int(match["hour"])
    late = late if first % _HALF <= last % _HALF else not late
    return f"{first % _HALF + _HALF * late:02d}:{match['minute']}{match['second'] or ''}"


_HALF: Final = 12
"""Hours of half a day."""


def _read_three(match: re.Match[str]) -> str | None:
    """Take "by 915 tmrw"."""
    told = _TOLD.search(before(match, 16)) and _DAY_BEHIND.match(behind(match, 16))
    return f"0{match['hour']}:{match['minute']}" if told else None


def _read_hour(match: re.Match[str]) -> str | None:
    """Take "at 6 in the evening"; three in the morning may be people."""
    told = _TOLD.search(before(match, 16)) or _SPOKEN.search(before(match, 16)) or match["clock"]
    hour = hour_of(int(match["hour"]), match.string, match.end())
    return f"{hour:02d}:00" if told else None


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


_NOON = re.compile(
    r"(?i)(?<![\w-])(?P<twelve>12\s)?(?P<word>noon|midnight)(?![\w-]|['’]s|\s(?:shift|blue|black|express|mass|run|snack|special|oil|show|rider|club|sun|meal|hour)s?\b)"
)
_BY_NOON: Final = re.compile(
    r"(?i)(?:\b(?:at|by|before|after|until|till?|around|about|abt|near|nearly|past|since|from|to|between|and|or|through|thru|high|just|approx\w*|closes?|open|almost|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tonight|tomorrow|yesterday)"
    r"|\d{4}|/\d\d|@|[-\u2013])[,.]?\s?\Z"
)
_HOURS_OF: Final = {"noon": "12:00", "midnight": "00:00"}


def _read_noon(match: re.Match[str]) -> str | None:
    """Take "before noon" and "12 noon"; the Midnight Express is none."""
    told = match["twelve"] or _BY_NOON.search(before(match, 16))
    return _HOURS_OF[match["word"].lower()] if told else None


def _read_web_log(match: re.Match[str]) -> str:
    return f"{match['hour']}:{match['minute']}:{match['second']}"


_LOG: Final = re.compile(r"(?::|\s[-\u2013])\s[A-Za-z]")


_ZONED = re.compile(
    r"(?<![\w.,:/$#-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<zone>[A-IK-Y])(?!\w|[.,:/-]\w)", re.ASCII
)
_RARE_ZONES: Final = frozenset("HINOQRSUXY")
"""Letters of zones that are no units of what is measured."""


_PART: Final = re.compile(r"[:;]\s\Z")
_GROUP_BEFORE: Final = re.compile(r"\b\d\d[A-Z]{3}(?:\d\d)?\s\Z")


def _read_zoned(match: re.Match[str]) -> str | None:
    """Take 2104Q: at the beginning of a line of a log, or behind "at"."""
    said, text = before(match, 16), match.string
    line = text[match.end() : match.end() + 80].partition("\n")[0]
    begins = not match.start() or text[match.start() - 1] == "\n" or _PART.search(said) is not None
    tells = _LOG.match(line) or (match["zone"] in _RARE_ZONES and _PART.search(said) and line[1:2].islower())
    told = (
        begins
        and tells
        and (match["zone"] in _RARE_ZONES or NEAR["a note"].search(line) or BEFORE["what happened"].search(line))
    )
    told = told or _GROUP_BEFORE.search(said)
    told = told or (match["zone"] in _RARE_ZONES | {"L"} and _TOLD.search(said))
    return f"{match['hour']}:{match['minute']}" if told else None


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
    said = before(match, 16)
    if half and " " in match.group() and not (_SPOKEN.search(said) or _BEGUN.search(said)):
        return None
    if half:
        return f"{hour % 12 + 12 * (half == 'p'):02d}:{match['minute']}" if 1 <= hour <= 12 else None  # noqa: PLR2004 - hours
    text, start = match.string, match.start()
    told = (
        _MEETS.search(before(match, 8))
        and not _UNIT.match(behind(match, 12))
        and not BEFORE["a price or a house"].search(before(match, 40))
    )
    is_british = told and _BRITISH.search(text, max(0, start - 200), start + 100)
    return f"{hour:02d}:{match['minute']}" if is_british and len(match["hour"]) == 2 else None  # noqa: PLR2004 - hours


RULES: Final = (
    Rule(
        name="time, French and German",
        type=MentionType.TIME,
        find=at_figures(_ABROAD, _read_abroad),
        confidence=0.9,
        words=frozenset({"h", "uhr"}),
    ),
    Rule(
        name="hour of a part of the day",
        type=MentionType.TIME,
        find=at_figures(_HOUR, _read_hour),
        confidence=0.9,
        words=frozenset({"morning", "afternoon", "evening", "night", "clock"}),
    ),
    Rule(name="time of three digits", type=MentionType.TIME, find=at_figures(_THREE, _read_three), confidence=0.8),
    Rule(name="time with a zone's letter", type=MentionType.TIME, find=at_figures(_ZONED, _read_zoned), confidence=0.9),
    Rule(
        name="time with full stop",
        type=MentionType.TIME,
        find=at_figures(_DOTTED, _read_dotted),
        confidence=0.9,
        parts=(".",),
    ),
    *(
        Rule(name=name, type=MentionType.TIME, find=find, confidence=confidence, parts=parts)
        for name, find, confidence, parts in (
            ("time of twelve hours", at_figures(_TWELVE, _read_twelve), 0.97, ()),
            ("time with colon", at_figures(_COLON, _read_colon), 0.96, (":",)),
            ("time in hours", at_figures(_MILITARY, _read_military), 0.97, ()),
            ("time, ISO 8601", at_figures(_STAMP, _read_stamp), 0.97, ()),
            ("noon and midnight", anywhere(_NOON, _read_noon), 0.95, ("noon", "midnight")),
            ("time of a web log", at_figures(_WEB_LOG, _read_web_log), 0.97, (":",)),
        )
    ),
)
