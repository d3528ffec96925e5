"""Dates, times and amounts of money, as American reports write them."""

import re
from datetime import date
from typing import Final

from tessera.extract.mentions.pattern import Rule, after, before
from tessera.model.found import MentionType

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_MONTH: Final = rf"(?i:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_ISO: Final = re.compile(
    r"(?<![\w.-])(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\w-]|\.\d)"
)
_SLASHED: Final = re.compile(r"(?<![\w./-])(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?![\w/-]|\.\d)")
_WORDED: Final = re.compile(
    rf"(?<![\w-])({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?:of\s+)?(\d{{4}}))?(?![\w-]|:\d|\.\d|,\d)"
)
_DAY_FIRST: Final = re.compile(
    rf"(?<![\w./-])(\d{{1,2}})(?:st|nd|rd|th)?[\s-]?(?:of\s+)?({_MONTH})[\s,-]{{0,2}}(\d{{4}}|(?<=-)\d{{2}})(?![\w-]|\.\d)"
)
_MONTH_ALONE: Final = re.compile(rf"(?<![\w-])({_MONTH})\s+(?:of\s+)?((?:19|20)\d{{2}})(?![\w-]|\.\d)")
_CLOCK: Final = re.compile(
    r"(?<![\w:.-])([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?:\s?(?P<half>[AaPp])\.?[Mm]\b\.?)?(?:\s?(?:hours|hrs|h)\b)?(?![\w:]|\.\d|-\d)"
)
_HOUR: Final = re.compile(r"(?<![\w:.,/-])(1[0-2]|0?[1-9])\s?([AaPp])\.?[Mm]\b\.?(?!\w)")
_MILITARY: Final = re.compile(r"(?<![\w:.,/-])([01]\d|2[0-3])([0-5]\d)\s?(?:hours|hrs|hr|h)\b\.?(?!\w)")
_AMOUNT: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?"
_SCALE: Final = r"(?:\s?(?P<scale>(?i:thousand|million|billion|mil|mm|bn|k|m|b))\b)?"
_SIGNED: Final = re.compile(
    rf"(?<![\w.])(?P<sign>US\$|USD\s?\$?|\$|€|£|EUR\s?|GBP\s?)\s?(?P<amount>{_AMOUNT}){_SCALE}(?![\d]|[.,]\d)"
)
_DOLLARS: Final = re.compile(
    rf"(?<![\w.$])(?P<amount>{_AMOUNT}){_SCALE}\s?(?P<sign>(?i:u\.?s\.? dollars?|dollars?|usd|euros?|pounds sterling|bucks))\b"
)
_SCALES: Final = {
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mil": 1e6,
    "mm": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
}
_EARLIEST, _LATEST = 1850, 2100
_CENTURY: Final = 100
_PIVOT: Final = 50
_NOT_A_DATE: Final = re.compile(
    r"(?:version|ver|v|section|sec|§|part|pn|model|serial|ratio|score|ip|build|release|phone|tel|case|docket|order|ref|grid)\.?\s*[:#]?\s*$"
)


_A_DATE: Final = re.compile(r"(?:on|dated?|dob|born|since|until|by|from|before|after|expires?|issued|of)\s*:?\s*$")


_AT: Final = re.compile(
    r"(?:\b(?:at|about|around|by|until|till|from|between|before|after|since|to|and|approximately|approx|time|circa|past|on|is|was|starts?|ends?|opens?|closes?|seen)|[@,;(~-]|^)\s*:?\s*$"
)


def _day(year: int, month: int, day: int) -> str | None:
    """Write a day that exists and that a report can speak of."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if _EARLIEST <= year < _LATEST else None


def _whole_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year > _PIVOT else 2000)  # noqa: PLR2004 - four digits are a year


def _iso(match: re.Match[str]) -> str | None:
    day = _day(int(match[1]), int(match[2]), int(match[3]))
    return f"{day}T{match[4]}:{match[5]}" if day and match[4] else day


def _slashed(match: re.Match[str]) -> str | None:
    if _NOT_A_DATE.search(before(match)):
        return None
    if match[2] == "-" and len(match[4]) == 2 and not _A_DATE.search(before(match)):  # noqa: PLR2004 - 5-10-15 may be anything
        return None
    return _day(_whole_year(match[4]), int(match[1]), int(match[3]))


def _worded(match: re.Match[str]) -> str | None:
    """Read "March 1, 2026"; a day without a year stays without one."""
    month, day = _MONTHS[match[1].rstrip(".").lower()], int(match[2])
    if match[3]:
        return _day(int(match[3]), month, day)
    plain = match[1].lower() == "may" and not match[1][0].isupper()
    return f"--{month:02d}-{day:02d}" if not plain and _day(2024, month, day) else None


def _day_first(match: re.Match[str]) -> str | None:
    return _day(_whole_year(match[3]), _MONTHS[match[2].rstrip(".").lower()], int(match[1]))


def _month_alone(match: re.Match[str]) -> str | None:
    return f"{match[2]}-{_MONTHS[match[1].rstrip('.').lower()]:02d}" if match[1][0].isupper() else None


def _clock(match: re.Match[str]) -> str | None:
    if re.search(
        r"(?:ratio|score|odds|verse|chapter|psalm|matthew|luke|john|genesis|scale|version|mixed)\s*$|\bv\.?\s?$",
        before(match),
    ):
        return None
    if len(match[1]) == 1 and not match["half"] and not _AT.search(before(match)):
        return None  # "7:15" alone may be odds, a verse or a score
    return _time(int(match[1]), int(match[2]), match["half"])


def _hour(match: re.Match[str]) -> str | None:
    return _time(int(match[1]), 0, match[2])


def _time(hour: int, minute: int, half: str | None) -> str | None:
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock of twelve hours
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    return f"{hour:02d}:{minute:02d}"


def _military(match: re.Match[str]) -> str | None:
    """Read "2210 hours": a time, and no duration such as "1200 hours of service"."""
    return (
        f"{match[1]}:{match[2]}"
        if not re.match(r"\s?(?:of|worked|per|a (?:week|month|year)|total)\b", after(match))
        else None
    )


def _money(match: re.Match[str]) -> str | None:
    sign = match["sign"].strip().lower()
    currency = "EUR" if sign.startswith(("€", "eur")) else "GBP" if sign.startswith(("£", "gbp", "pound")) else "USD"
    scale = (match["scale"] or "").lower()
    amount = float(match["amount"].replace(",", "")) * _SCALES.get(scale, 1)
    return f"{currency} {amount:.2f}"


_DIGIT: Final = re.compile(r"\d")
_MONTH_WORDS: Final = frozenset(_MONTHS)
RULES: Final = (
    Rule(name="date-iso", type=MentionType.DATE, pattern=_ISO, read=_iso, confidence=0.99, hint=_DIGIT),
    Rule(name="date-slashed", type=MentionType.DATE, pattern=_SLASHED, read=_slashed, confidence=0.97, hint=re.compile(r"\d[/-]\d")),
    Rule(name="date-day-first", type=MentionType.DATE, pattern=_DAY_FIRST, read=_day_first, confidence=0.98, hint=re.compile(r"\d(?:st|nd|rd|th)?[\s-]?(?:of\s+)?[A-Za-z]{3}")),
    Rule(name="date-worded", type=MentionType.DATE, pattern=_WORDED, read=_worded, confidence=0.98, hint=_DIGIT, words=_MONTH_WORDS),
    Rule(name="month", type=MentionType.DATE, pattern=_MONTH_ALONE, read=_month_alone, confidence=0.96, hint=_DIGIT, words=_MONTH_WORDS),
    Rule(name="time", type=MentionType.TIME, pattern=_CLOCK, read=_clock, confidence=0.96, hint=re.compile(r"\d:\d")),
    Rule(name="time-hour", type=MentionType.TIME, pattern=_HOUR, read=_hour, confidence=0.97, hint=re.compile(r"[AaPp]\.?[Mm]")),
    Rule(name="time-military", type=MentionType.TIME, pattern=_MILITARY, read=_military, confidence=0.97, hint=re.compile(r"\d{4}\s?h")),
    Rule(name="money", type=MentionType.MONEY, pattern=_SIGNED, read=_money, confidence=0.99, hint=re.compile(r"[$€£]|USD|EUR|GBP")),
    Rule(name="money-words", type=MentionType.MONEY, pattern=_DOLLARS, read=_money, confidence=0.98, hint=_DIGIT, words=frozenset(["dollar", "dollars", "usd", "euro", "euros", "pounds", "bucks"])),
)  # fmt: skip
