"""Words behind an hour that tell its half of the day: "in the morning", "this afternoon", "at night"."""

import re
from typing import Final

PART: Final = r"\s(?:in the|this) (?:morning|afternoon|evening)\b|\sat night\b"
_PART: Final = re.compile(PART, re.IGNORECASE)
_NOON: Final = 12
_NIGHT_ENDS: Final = 6


def is_told(text: str, end: int) -> bool:
    """Claim that the half of the day stands behind."""
    return _PART.match(text, end) is not None


def hour_of(hour: int, text: str, end: int) -> int:
    """Give an hour of twelve as one of 24 where the half of the day stands behind.

    >>> hour_of(7, "7 in the evening", 1), hour_of(12, "12 at night", 2), hour_of(2, "2 at night", 1), hour_of(7, "7 boats", 1)
    (19, 0, 2, 7)
    """
    part = _PART.match(text, end)
    return of_part(hour, part[0]) if part else hour


def of_part(hour: int, part: str) -> int:
    """Give an hour of twelve in the half of the day that these words name; an hour of 24 stays what it is."""
    if not 1 <= hour <= _NOON:
        return hour
    said = part.lower()
    at_night = "night" in said and _NIGHT_ENDS <= hour < _NOON
    return hour % _NOON + _NOON * ("noon" in said or "evening" in said or at_night)
