"""Where a figure lies on a line: from its own range to percent of a drawing's width."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 100.0
"""Percent: SVG takes them as they are, so a drawing is as wide as the page lets it be and its letters keep their size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A line from `low` to `high`, as percent of the width.

    >>> Scale(low=-10, high=10).at(0)
    50.0
    """

    low: float
    high: float

    def at(self, value: float) -> float:
        """Say where a value lies; one outside lies at the end."""
        share = (value - self.low) / (self.high - self.low)
        return round(WIDTH * min(1.0, max(0.0, share)), 2)


def spanning(values: Iterable[float], *, margin: float = 0.03) -> Scale:
    """Make a scale that holds all the values, with a little room at both ends."""
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    room = (high - low) * margin or 1.0
    return Scale(low=low - room, high=high + room)
