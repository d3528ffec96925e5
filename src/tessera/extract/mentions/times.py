"""Times of day. The value has 24 hours: 14:32. "2210 hours" is a time, "1200 hours of work" is none."""

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule, at_figures, before, behind
from tessera.model.found import MentionType

_TWELVE = re.compile(
    r"(?<![\w.:/$-])(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d)(?P<second>:[0-5]\d)?)?\s?(?P<half>[aApP])(?:\.\s?[mM]\.|[mM]\b(?!\.\w))(?!\w)",
    re.ASCII,
)
_COLON = re.compile(
    r"(?<![\w.:/$])(?<!\D-)(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?P<second>:[0-5]\d)?(?:\s?(?:hours|hrs?)\b|(?P<zone>Z)\b)?(?![\w]|[:/.]\d)",
    re.ASCII,
)
_MILITARY = re.compile(
    r"(?<![\w.,:/$#-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:\s?(?:hours|hrs?|HOURS|HRS?)\b|(?P<zone>Z)\b)(?!\s+of\b)",
    re.ASCII,
)
_RANGE = re.compile(
    r"(?<![\w.,:/$#-])(?P<first>(?:[01]\d|2[0-3])[0-5]\d)\s?(?:and|to|until|thru|through|-|\u2013)\s?(?P<last>(?:[01]\d|2[0-3])[0-5]\d\s?(?:hours|hrs?|HOURS|HRS?))\b",
    re.ASCII,
)
_AT = re.compile(r"(?<![\w.,:/$#-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?![\w%]|[.,:/-]\d)", re.ASCII)
_NO_TIME = re.compile(
    r"(?i)\b(?:ratio|scale|odds|score[ds]?|psalms?|mix|won|lost|chapter|verse|genesis|john|luke|mark|matthew)\b[^.;\n]{0,20}\Z"
)
_MEASURED = re.compile(
    r"(?i)\b(?:for|worked|were|served|total(?:ed|ing|s)?|of|over|than|lasted|logged|flew|spent|after)\s(?:about |some |nearly )?\Z"
)
_TOLD = re.compile(r"(?i)(?:\b(?:at|around|about|approximately|approx\.?|circa|until|since|by)|@)\s\Z")
_BEHIND_DATE = re.compile(r"(?<![\d/])(?:\d{1,2}/\d{1,2}/\d{2}(?:\d\d)?|\d{4}-\d\d-\d\d),?\s\Z")
_NOT_BEHIND = re.compile(
    r"(?i)\s?(?:block|blk|n\b|s\b|e\b|w\b|north|south|east|west|people|dollars|miles|feet|persons|units|men|vehicles|cars|pounds|grams|"
    r"[A-Z][a-z]+\s(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|ct|court|way|pike|hwy|highway)\b)"
)


def _read_twelve(match: re.Match[str]) -> str:
    hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
    return f"{hour:02d}:{match['minute'] or '00'}{match['second'] or ''}"


def _read_colon(match: re.Match[str]) -> str | None:
    """Take 14:32; one digit before the colon is a ratio or a verse unless a word for a time is near."""
    said = before(match, 32)
    if _NO_TIME.search(said) or (len(match["hour"]) == 1 and not _TOLD.search(said) and not match["second"]):
        return None
    return f"{int(match['hour']):02d}:{match['minute']}{match['second'] or ''}{match['zone'] or ''}"


def _read_military(match: re.Match[str]) -> str | None:
    """Take 2210 hours; an amount of hours is none."""
    if match["minute"] == "00" and _MEASURED.search(before(match, 24)):
        return None
    return f"{match['hour']}:{match['minute']}{match['zone'] or ''}"


def _read_at(match: re.Match[str]) -> str | None:
    """Take four digits behind a date, or behind "at" or "about", where no house, year or amount can be meant."""
    is_year = match["hour"] in {"19", "20"}
    dated = _BEHIND_DATE.search(before(match, 16)) is not None
    if not (dated or (_TOLD.search(before(match, 16)) and not is_year)) or _NOT_BEHIND.match(behind(match, 32)):
        return None
    following = behind(match, 2)
    return f"{match['hour']}:{match['minute']}" if following.strip()[:1] in {"", ".", ",", ";", ")"} else None


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
    *(
        Rule(name=name, type=MentionType.TIME, find=at_figures(pattern, read), confidence=confidence)
        for name, pattern, read, confidence in (
            ("time of twelve hours", _TWELVE, _read_twelve, 0.97),
            ("time with colon", _COLON, _read_colon, 0.96),
            ("time in hours", _MILITARY, _read_military, 0.97),
            ("time behind at", _AT, _read_at, 0.9),
        )
    ),
)
