"""What two birth dates say of two names: the same, swapped, only a year, a slip, or another person."""

import re
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from tessera.errors import Invalid

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_NAMED = re.compile(
    r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})|([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})|([A-Za-z]{3,9})[ -](\d{4})"
)
_CIRCA = re.compile(r"^(?:circa|approximately|approx\.?|about|c\.|ca\.?)\s*", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EARLIEST, _MONTHS_IN_YEAR = 1800, 12
_NEAR_YEARS = 2


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, or as much of it as is known; 0 for what is not."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """Write as ISO 8601 does.

        >>> str(PartialDate(1970, 3)), str(PartialDate(1970))
        ('1970-03', '1970')
        """
        return "-".join([f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)])


@dataclass(frozen=True, slots=True)
class DateMatch:
    """What two dates say. `factor` multiplies the score of the names; `reason` is a sentence."""

    factor: float
    reason: str


def read_date(text: str) -> PartialDate | None:
    """Read a date as lists write it; None for nothing. With slashes, the month leads unless that cannot be.

    >>> str(read_date("03 Apr 1970")), str(read_date("1970")), str(read_date("13/2/1970"))
    ('1970-04-03', '1970', '1970-02-13')
    """
    plain = _CIRCA.sub("", " ".join(text.split()))
    if not plain:
        return None
    found = _parts(plain)
    if found is None or not _is_sound(found):
        raise Invalid(
            f"{text[:40]!r} is no date",
            where="birth date",
            advice="Write it as 1970-03-31, 1970-03 or 1970; 31 Mar 1970 is read as well.",
        )
    return found


def _parts(text: str) -> PartialDate | None:
    if iso := _ISO.fullmatch(text.removesuffix("T00:00:00").removesuffix(" 00:00:00")):
        return PartialDate(*(int(part or 0) for part in iso.groups()))
    if slashed := _SLASHED.fullmatch(text):
        first, second, year = (int(part) for part in slashed.groups())
        month, day = (second, first) if first > _MONTHS_IN_YEAR or "." in text else (first, second)
        return PartialDate(year, month, day)
    if named := _NAMED.fullmatch(text):
        parts = named.groups("")
        return PartialDate(
            int(parts[2] or parts[5] or parts[7]),
            _month(parts[1] or parts[3] or parts[6]),
            int(parts[0] or parts[4] or 0),
        )
    return None


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1 if word[:3].lower() in _MONTHS else 99


def _is_sound(found: PartialDate) -> bool:
    try:
        date(found.year, found.month or 1, found.day or 1)
    except ValueError:
        return False
    return found.year >= _EARLIEST


def compare_dates(asked: PartialDate, known: PartialDate) -> DateMatch:
    """Say what two birth dates tell.

    >>> compare_dates(PartialDate(1970, 4, 3), PartialDate(1970, 3, 4)).reason
    'The birth dates agree with day and month exchanged (1970-04-03, 1970-03-04).'
    """
    both = f"({asked}, {known})"
    if asked.year == known.year:
        return _same_year(asked, known, both)
    if (asked.month, asked.day) == (known.month, known.day) and asked.day and _one_digit(asked.year, known.year):
        return DateMatch(0.98, f"The birth dates differ by one digit of the year {both}.")
    if abs(asked.year - known.year) <= _NEAR_YEARS:
        return DateMatch(0.92, f"The years of birth lie close together {both}.")
    return DateMatch(0.75, f"The years of birth differ {both}.")


def _same_year(asked: PartialDate, known: PartialDate, both: str) -> DateMatch:
    if asked == known and asked.day:
        return DateMatch(1.03, f"The birth dates are the same ({asked}).")
    if not (asked.day and known.day):
        if asked.month and known.month and asked.month != known.month:
            return DateMatch(0.93, f"Only the years of birth agree {both}.")
        return DateMatch(1.01, f"The birth dates agree as far as they are known {both}.")
    if (asked.month, asked.day) == (known.day, known.month):
        return DateMatch(1.02, f"The birth dates agree with day and month exchanged {both}.")
    if (asked.month == known.month) or (asked.day == known.day):
        return DateMatch(
            0.97, f"The birth dates differ only in the {'day' if asked.month == known.month else 'month'} {both}."
        )
    return DateMatch(0.92, f"Only the years of birth agree {both}.")


def _one_digit(one: int, other: int) -> bool:
    return OSA.distance(str(one), str(other)) == 1
