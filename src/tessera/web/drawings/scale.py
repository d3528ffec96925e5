"""Where a figure lies on a line: from its own range to units across a drawing."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 1000.0
"""Units across a drawing; the page stretches them to its own width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A line from `low` to `high`, drawn WIDTH units wide.

    >>> Scale(low=-10, high=10).at(0)
    500.0
    """

    low: float
    high: float

    def at(self, value: float) -> float:
        """Say where a value lies; one outside lies at the end."""
        share = (value - self.low) / (self.high - self.low)
        return round(WIDTH * min(1.0, max(0.0, share)), 1)


def spanning(values: Iterable[float], *, margin: float = 0.03) -> Scale:
    """Make a scale that holds all the values, with a little room at both ends."""
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    room = (high - low) * margin or 1.0
    return Scale(low=low - room, high=high + room)
