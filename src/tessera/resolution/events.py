"""Events: when, where and what, so that one happening told by two agencies can be found."""

# ruff: noqa: SIM905 - a long list of words reads better as words

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from tessera.resolution.letters import words_of

_MINUTE = 60
_DEGREE_METRES = 111_320.0
"""Metres in a degree of latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happened. `second` is Unix time in UTC, `whole_day` is true where only the day is known."""

    second: int
    whole_day: bool

    @property
    def day(self) -> str:
        """The day in ISO form, in the zone that the value was written in."""
        return datetime.fromtimestamp(self.second, UTC).date().isoformat()


def moment_of(text: str) -> Moment | None:
    """Read an ISO 8601 day or date and time; without an offset it is taken as UTC. None for anything else.

    >>> moment_of("2026-03-01T14:05:00-05:00"), moment_of("2026-03-01").whole_day
    (Moment(second=1772391900, whole_day=False), True)
    """
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return Moment(second=int(when.timestamp()), whole_day=len(text.strip()) <= len("2026-03-01"))


def windows(second: int, minutes: int) -> tuple[str, str]:
    """Name the two windows of this length, half a length apart, that a moment falls into.

    Two moments less than half the length apart always share a window; two that share one are less than it apart.

    >>> set(windows(1_000_000, 60)) & set(windows(1_000_000 + 29 * 60, 60)) != set()
    True
    """
    length = minutes * _MINUTE
    return f"a{second // length}", f"b{(second + length // 2) // length}"


def squares(latitude: float, longitude: float, metres: int) -> tuple[str, ...]:
    """Name the four squares with sides of this length, half a side apart, that a point falls into.

    Two points less than half a side apart both north and east always share a square; two that share one are less than a
    side apart both ways. Rows of squares follow the parallels, so that a side is as long in Alaska as in Florida.

    >>> bool(set(squares(39.16, -75.52, 200)) & set(squares(39.1605, -75.5203, 200)))
    True
    """
    north = latitude * _DEGREE_METRES / metres
    return tuple(
        f"{name}{row}:{math.floor(_east(row - down, longitude, metres) + right)}"
        for name, down, right in (("a", 0.0, 0.0), ("b", 0.5, 0.0), ("c", 0.0, 0.5), ("d", 0.5, 0.5))
        for row in [math.floor(north + down)]
    )


def _east(row: float, longitude: float, metres: int) -> float:
    """Measure how many sides a meridian lies east of Greenwich, along the foot of this row of squares."""
    parallel = math.radians(row * metres / _DEGREE_METRES)
    return longitude * _DEGREE_METRES * math.cos(parallel) / metres


_COMMON = frozenset(
    "a about after again all also an and another any are arrived as at away back be because been before being but by came can "
    "could did do does down during each for from further get go going had has have he her him his how i if in information "
    "into is it its left made male man met near no not of off officer officers officer on one or other out over person police "
    "property report reported reporting responded said saw scene seen she so some stated stolen subject suspect taken than that the their "
    "them then there they this those time to told took two unknown until up upon vehicle very victim was we went were what "
    "when where which while who will with witness woman female would you your contacted advised complainant caller".split()
)
_SHORTEST = 3
_MOST = 24


def distinct_words(text: str) -> tuple[str, ...]:
    """Give the words of a narrative that can tell it from others: each once, without common ones, longest first.

    >>> distinct_words("The suspect took a red canoe from the boathouse; the canoe was found.")
    ('boathouse', 'canoe', 'found', 'red')
    """
    told = {word for word in words_of(text) if len(word) >= _SHORTEST and word not in _COMMON}
    kept = sorted(told, key=lambda word: (not any(c.isdigit() for c in word), -len(word), word))[:_MOST]
    return tuple(sorted(kept))


def number_of_case(text: str) -> str | None:
    """Write a case number so that one copied by another agency is found: letters and digits, no leading zeros in groups.

    >>> number_of_case("NC26-000123"), number_of_case("nc 26 / 123")
    ('NC26-123', 'NC26-123')
    """
    groups: list[str] = []
    for word in words_of(text):
        if groups and groups[-1].isalpha():
            groups[-1] += word
        else:
            groups.append(word.lstrip("0") if word.isdigit() else word)
    return "-".join(groups).upper() or None
