"""Dates, in the forms that Americans, soldiers and computers write. The value is that of ISO 8601; a missing year is `--`."""

import calendar
import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Finder, Hit, Reader, Rule, at_figures, before, tried
from tessera.model.found import MentionType

_MONTHS: Final = {
    name: at
    for at, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}
_MONTH: Final = (
    r"(?P<month>J(?:an(?:uary)?|AN(?:UARY)?|une?|UNE?|uly?|ULY?)|F(?:eb(?:ruary)?|EB(?:RUARY)?)|M(?:ar(?:ch)?|AR(?:CH)?|ay|AY)|"
    r"A(?:pr(?:il)?|PR(?:IL)?|ug(?:ust)?|UG(?:UST)?)|S(?:ept?(?:ember)?|EPT?(?:EMBER)?)|O(?:ct(?:ober)?|CT(?:OBER)?)|"
    r"N(?:ov(?:ember)?|OV(?:EMBER)?)|D(?:ec(?:ember)?|EC(?:EMBER)?)|"
    r"j(?:an(?:uary)?|une?|uly?)|feb(?:ruary)?|march|a(?:pr(?:il)?|ug(?:ust)?)|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b(?:\.(?=,?\s?\d))?"
)
_DAY: Final = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|ST|ND|RD|TH)?"
_YEAR: Final = r"(?P<year>(?:1[6-9]|20)\d\d)"
_LAST: Final = r"(?:\s?[-\u2013]\s?(?P<last>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d/:.]\d|\d))?"

_MONTH_FIRST = re.compile(
    rf"(?<![\w-]){_MONTH}\s{{1,2}}{_DAY}(?![\w:]|[.,/]\d|-\d{{3}}){_LAST}(?:(?:,\s?|\s|,?\s(?:of|in)\s){_YEAR}(?![\w]|[./-]\d))?",
    re.ASCII,
)
_DAY_FIRST = re.compile(
    rf"(?<![\w/.,:$-]){_DAY}(?:[ ](?:day[ ])?of[ ]|[ -]){_MONTH}(?:(?:,\s?|[ -]){_YEAR}(?!\w)|[ -](?P<short>\d\d)(?![\w:]))?",
    re.ASCII,
)
_JOINED = re.compile(
    r"(?<![\w-])(?P<day>[0-3]\d)-?(?P<month>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"-?(?P<year>(?:19|20)\d\d|\d\d)(?!\w)",
    re.ASCII,
)
_MONTH_ONLY = re.compile(rf"(?<![\w-]){_MONTH}(?:,? | of ){_YEAR}(?![\w]|[./-]\d)", re.ASCII)
_ISO = re.compile(
    r"(?<![\w./-])(?P<year>(?:19|20)\d\d)(?P<joint>[-/.])(?P<month>0[1-9]|1[0-2])(?P=joint)(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:T(?P<time>\d\d:?\d\d(?::?\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)(?![\w])|(?![\w]|[./-]\d))",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?<!\w)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?P<time>T\d{4}(?:\d\d)?Z?)?(?![\w-])",
    re.ASCII,
)
_NUMERIC = re.compile(
    r"(?<![\w./$-])(?P<first>\d{1,2})(?P<joint>[/.-])(?P<second>\d{1,2})(?P=joint)(?P<year>(?:1[6-9]|20)\d\d|\d\d)(?![\w]|[./-]\d)",
    re.ASCII,
)
_NO_YEAR = re.compile(
    r"(?<![\w./$-])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\w/]|[./-]\d|\s?(?:cup|inch|in\.|of|oz|lb|mile|tsp|tbsp|teasp|tablesp))",
    re.ASCII,
)
_GROUP = re.compile(
    r"(?<!\w)(?P<day>[0-3]\d)(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<zone>[A-Z])\s?"
    r"(?P<month>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\s?(?P<year>(?:20)?\d\d)(?!\w)",
    re.ASCII | re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s(?:miles?|people|persons|times|hours|minutes|years|days|weeks|months|men|women|percent|feet|units|more|others)\b"
)
_BORN = re.compile(r"(?i)\b(?:d\.?o\.?b(?:\.|\b)|born\b|birth\s?(?:date|day)?\b|b\.)[^.;\n]{0,12}\Z")
_DATED = re.compile(
    r"(?i)\b(?:on|dated?|since|until|till|by|from|between|d\.?o\.?b\.?|born|through|before|after|expires?|issued|as of|effective|of)\b[\s:(]{1,3}(?:or about )?\Z"
)
_SHORT_PIVOT: Final = 69
_BORN_PIVOT: Final = 27


def _full_year(year: str, *, born: bool) -> int:
    """Read two digits of a year: 69 to 99 are of the twentieth century (POSIX); of a birth, 27 to 99."""
    if len(year) == 4:  # noqa: PLR2004 - all of it
        return int(year)
    return int(year) + (1900 if int(year) >= (_BORN_PIVOT if born else _SHORT_PIVOT) else 2000)


def _iso(year: int | None, month: int, day: int) -> str | None:
    """Write a day that exists."""
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year or 2000, month)[1]:  # noqa: PLR2004 - months
        return None
    return f"--{month:02d}-{day:02d}" if year is None else f"{year:04d}-{month:02d}-{day:02d}"


def _month(match: re.Match[str]) -> int:
    return _MONTHS[match["month"].rstrip(".").lower()]


def _read_month_first(match: re.Match[str]) -> str | None:
    year = int(match["year"]) if match["year"] else None
    if year is None and match["last"] is None and _COUNTED.match(match.string, match.end()):
        return None
    start = _iso(year, _month(match), int(match["day"]))
    if match["last"] is None or start is None:
        return start
    end = _iso(year, _month(match), int(match["last"]))
    return f"{start}/{end}" if end else None


def _read_day_first(match: re.Match[str]) -> str | None:
    year = match["year"] or match["short"]
    full = _full_year(year, born=bool(_BORN.search(before(match, 24)))) if year else None
    return _iso(full, _month(match), int(match["day"]))


def _read_joined(match: re.Match[str]) -> str | None:
    return _iso(_full_year(match["year"], born=bool(_BORN.search(before(match, 24)))), _month(match), int(match["day"]))


def _read_month_only(match: re.Match[str]) -> str:
    return f"{match['year']}-{_month(match):02d}"


def _read_iso(match: re.Match[str]) -> str | None:
    value = _iso(int(match["year"]), int(match["month"]), int(match["day"]))
    return f"{value}T{match['time']}" if value and match["time"] else value


def _read_compact(match: re.Match[str]) -> str | None:
    """Take eight digits in a row only with a time, or after a word for a date."""
    value = _iso(int(match["year"]), int(match["month"]), int(match["day"]))
    if match["time"]:
        return value and value + match["time"]
    return value if re.search(r"(?i)\b(?:date|dated|dob|on|since|until|born)\W{1,3}\Z", before(match, 12)) else None


def _read_numeric(match: re.Match[str]) -> str | None:
    """Read month, day and year; day first where the other order cannot be."""
    first, second, short = int(match["first"]), int(match["second"]), len(match["year"]) == 2  # noqa: PLR2004 - 98
    said = before(match, 24)
    if short and match["joint"] != "/" and not (_DATED.search(said) or _BORN.search(said)):
        return None
    year = _full_year(match["year"], born=bool(_BORN.search(said)))
    return _iso(year, first, second) or _iso(year, second, first)


def _read_no_year(match: re.Match[str]) -> str | None:
    told = re.search(r"(?i)\b(?:on|dated?|since|until|till|by|before|from|through|thru)\s\Z", before(match, 8))
    return _iso(None, int(match["first"]), int(match["second"])) if told else None


def _read_group(match: re.Match[str]) -> str | None:
    """Read a date-time group such as 031410ZNOV26; letters other than Z are other zones, and the value does not say which."""
    value = _iso(_full_year(match["year"], born=False), _MONTHS[match["month"].lower()], int(match["day"]))
    zone = "Z" if match["zone"].upper() == "Z" else ""
    return value and f"{value}T{match['hour']}:{match['minute']}{zone}"


def _at_days(pattern: re.Pattern[str], read: Reader) -> Finder:
    """Try a pattern at figures, and take the article in front of "the 3rd of May" along."""
    find = at_figures(pattern, read)

    def with_article(look: Look) -> Iterator[Hit]:
        for start, end, value in find(look):
            article = " of " in look.text[start:end] and look.lower[max(0, start - 4) : start] == "the "
            yield start - 4 if article else start, end, value

    return with_article


def _at_months(pattern: re.Pattern[str], read: Reader) -> Finder:
    names = frozenset(_MONTHS)

    def find(look: Look) -> Iterator[Hit]:
        yield from tried(pattern, read, look.text, (start for start, _ in look.places(names)))

    return find


RULES: Final = tuple(
    Rule(name=name, type=MentionType.DATE, find=find(pattern, read), confidence=confidence)
    for name, find, pattern, read, confidence in (
        ("date, month first", _at_months, _MONTH_FIRST, _read_month_first, 0.96),
        ("date, day first", _at_days, _DAY_FIRST, _read_day_first, 0.95),
        ("date in one word", at_figures, _JOINED, _read_joined, 0.8),
        ("date, ISO 8601", at_figures, _ISO, _read_iso, 0.8),
        ("date, eight digits", at_figures, _COMPACT, _read_compact, 0.97),
        ("date in digits", at_figures, _NUMERIC, _read_numeric, 0.97),
        ("date without year", at_figures, _NO_YEAR, _read_no_year, 0.9),
        ("date-time group", at_figures, _GROUP, _read_group, 0.99),
        ("month", _at_months, _MONTH_ONLY, _read_month_only, 0.67),
    )
)
