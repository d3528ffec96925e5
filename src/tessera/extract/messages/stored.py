"""Values of messages in the form in which records hold them: texts, times, numbers."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

_INSTANT: Final = re.compile(
    r"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.\d+)?Z", re.ASCII
)
_BEGINS: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]|$)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)
_DIGITS: Final = 15
_FINE: Final = 9
"""Digits behind the point that are kept."""


def text(value: object) -> str:
    """Give a plain value as text, without the sign NUL that no database takes; lists and objects give nothing.

    >>> text(True), text(3), text(" a "), text(["a"]), text(None)
    ('true', '3', 'a', '', '')
    """
    if isinstance(value, str):
        return value.replace("\0", "").strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else number(value) if isinstance(value, float) else ""


def number(value: object) -> str:
    """Give a number in digits, with a point before decimals; nothing where it is none, or one out of all bounds.

    >>> number("52.98358450460521"), number(3), number("1e3"), number("NaN"), number("x"), number(1e300)
    ('52.983584505', '3', '1000', '', '', '')
    """
    try:
        found = float(str(value))
    except ValueError:
        return ""
    if isinstance(value, bool) or not math.isfinite(found) or abs(found) >= 10**_DIGITS:
        return ""
    digits = f"{found:.{_FINE}f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def whole(value: object) -> str:
    """Give a whole number in digits; nothing where it is none.

    >>> whole(7), whole("0"), whole(7.5), whole(True)
    ('7', '0', '', '')
    """
    digits = number(value)
    return "" if "." in digits else digits


def joined(values: Iterable[object]) -> str:
    """Join several plain values by semicolons, each once.

    >>> joined(["a", "b", "", "a", 3])
    'a; b; 3'
    """
    return "; ".join(dict.fromkeys(filter(None, map(text, values))))


def moment(value: object) -> str:
    """Give a time as records hold it, in UTC and whole seconds; a day as it stands; else nothing.

    >>> moment("2014-05-08T09:00:00.123Z"), moment("2010-08-31T00:09:25-05:00"), moment("2020-02"), moment("soon")
    ('2014-05-08T09:00:00Z', '2010-08-31T05:09:25Z', '', '')
    >>> moment("2016-02-19T10:00:00"), moment("2016-02-30")
    ('2016-02-19', '')
    """
    given = text(value)
    quick = _INSTANT.fullmatch(given)
    if quick:
        return f"{quick[1]}Z" if _exists(given[:10]) else ""
    try:
        found = datetime.fromisoformat(given) if given.isascii() and _BEGINS.match(given) else None
        if found is None:
            return ""
        # A time without its zone could be any of a day and a half; the day alone is what is known.
        return f"{found.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".zfill(20) if found.tzinfo else found.date().isoformat()
    except (ValueError, OverflowError):
        return ""


def epoch(value: object) -> str:
    """Give a time that is written as seconds since 1970.

    >>> epoch("1400000000"), epoch(0), epoch("never")
    ('2014-05-13T16:53:20Z', '1970-01-01T00:00:00Z', '')
    """
    digits = number(value)
    try:
        return f"{datetime.fromtimestamp(float(digits), UTC):%Y-%m-%dT%H:%M:%SZ}".zfill(20) if digits else ""
    except (ValueError, OverflowError, OSError):
        return ""


def day(value: object) -> str:
    """Give the day of a time; nothing where no day is told.

    >>> day("2016-02-21T03:00:00"), day("2016-02"), day("x")
    ('2016-02-21', '', '')
    """
    return moment(value)[:10]


def birth(value: object) -> str:
    """Give a date of birth; a month or a year alone where the source knows no more.

    >>> birth("1984-07-19"), birth("1984-07"), birth("1984"), birth("1984-13")
    ('1984-07-19', '1984-07', '1984', '')
    """
    given = text(value)
    return given if _DAY.fullmatch(given) and _exists(given) else ""


def boolean(value: object) -> str:
    """Give true or false; nothing where it is neither.

    >>> boolean(True), boolean("false"), boolean("1"), boolean("yes")
    ('true', 'false', 'true', '')
    """
    return {"true": "true", "false": "false", "1": "true", "0": "false"}.get(text(value).lower(), "")


def filled(terms: Mapping[str, str]) -> dict[str, str]:
    """Leave out the terms that say nothing."""
    return {name: value for name, value in terms.items() if value}


def _exists(given: str) -> bool:
    rest = {4: "-01-01", 7: "-01"}.get(len(given), "")
    try:
        datetime.fromisoformat(given + rest)
    except ValueError:
        return False
    return True
