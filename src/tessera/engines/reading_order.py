"""In which order a reader takes the pieces of text on a page: column by column, line by line, from left to right.

The page is cut into bands from top to bottom. Inside a band with an empty strip from its top to its foot, running text on
both sides of the strip is columns, read one after another; anything else, such as a form or a table, is read across.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

_SAME_LINE: Final = 0.5
"""Share of the lower of two boxes that must stand beside the other for both to be on one line."""
_TALLER: Final = 3.0
"""So many times as high as its neighbour, a box is no part of the line: it runs up the side of the page."""
_STRIP: Final = 0.8
"""Width of an empty strip between columns, in heights of a line."""
_RUNNING: Final = 8.0
"""Width of a line of running text, in heights of a line: shorter pieces are cells and labels."""
_FILLED: Final = 0.75
"""Share of its column that a line of running text fills, but for the last of a paragraph."""
_FEWEST: Final = 3
"""Lines that make a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A box on an upright page: any unit, y grows downward."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left


Row = list[int]
"""Places of the boxes of one line in the list that was given, from left to right."""


def rows_in_order(spans: Sequence[Span]) -> list[Row]:
    """Give the lines in reading order, each as the places of its boxes; every box stands in one line.

    >>> label, value = Span(left=0, top=0, right=9, bottom=2), Span(left=12, top=0.2, right=20, bottom=2)
    >>> rows_in_order([value, label, Span(left=0, top=3, right=20, bottom=5)])
    [[1, 0], [2]]
    """
    return _read(spans, list(range(len(spans))))


def _read(spans: Sequence[Span], places: Sequence[int]) -> list[Row]:
    rows = _rows(spans, places)
    if len(rows) < _FEWEST:
        return rows
    line = median(spans[place].height for place in places)
    found: list[Row] = []
    for band in _bands(spans, rows, line):
        columns = _columns(spans, band, line)
        if columns:
            for column in columns:
                found.extend(_read(spans, column))
        else:
            found.extend(band)
    return found


def _rows(spans: Sequence[Span], places: Sequence[int]) -> list[Row]:
    """Gather what stands on one line, from top to bottom."""
    rows: list[Row] = []
    for place in sorted(places, key=lambda one: (spans[one].top + spans[one].bottom, spans[one].left)):
        home = next((row for row in reversed(rows[-3:]) if _fits(spans, place, row)), None)
        if home is None:
            rows.append([place])
        else:
            home.append(place)
    for row in rows:
        row.sort(key=lambda one: (spans[one].left, one))
    return sorted(rows, key=lambda row: min(spans[one].top + spans[one].bottom for one in row))


def _fits(spans: Sequence[Span], place: int, row: Row) -> bool:
    """Whether a box stands beside all boxes of a line, above or below none of them."""
    return all(_beside(spans[place], spans[other]) for other in row)


def _beside(one: Span, other: Span) -> bool:
    low, high = sorted((one.height, other.height))
    if high > _TALLER * low:
        return False
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    across = min(one.right, other.right) - max(one.left, other.left)
    narrow = min(one.width, other.width)
    return shared > _SAME_LINE * low and across < _SAME_LINE * narrow


Strips = list[tuple[float, float]]
"""Stretches from left to right that no box covers."""


def _bands(spans: Sequence[Span], rows: Sequence[Row], line: float) -> list[list[Row]]:
    """Cut the page below and above lines that close the empty strip between columns."""
    bands: list[list[Row]] = []
    free: Strips = []
    page = _edges(spans, rows)
    parted = False
    for row in rows:
        own = _free(spans, row)
        left = _both(free, own, _STRIP * line)
        alone = _parts(spans, [row], _both(own, own, _STRIP * line))
        shared = _parts(spans, [*bands[-1], row], left) if bands else []
        if shared and (len(shared) >= len(alone) or len(bands[-1]) >= _FEWEST):
            bands[-1].append(row)
            free, parted = left, True
        elif bands and not parted and _inside(own, page) < _inside(left, page) + _STRIP * line:
            bands[-1].append(row)
            free = left
        else:
            bands.append([row])
            free, parted = own, bool(alone)
    return bands


def _free(spans: Sequence[Span], row: Row) -> Strips:
    """Give what the boxes of a line leave free, out to both sides."""
    strips, at = [], float("-inf")
    for place in row:
        strips.append((at, spans[place].left))
        at = max(at, spans[place].right)
    return [*strips, (at, float("inf"))]


def _both(one: Strips, other: Strips, least: float) -> Strips:
    """Give the strips that are free in both and not narrower than `least`."""
    met = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(start, end) for start, end in met if end - start >= least]


def _parts(spans: Sequence[Span], rows: Sequence[Row], strips: Strips) -> Strips:
    """Give the strips with boxes on both sides."""
    left, right = _edges(spans, rows)
    return [(start, end) for start, end in strips if left < start and end < right]


def _edges(spans: Sequence[Span], rows: Sequence[Row]) -> tuple[float, float]:
    places = [place for row in rows for place in row]
    return min(spans[place].left for place in places), max(spans[place].right for place in places)


def _inside(strips: Strips, page: tuple[float, float]) -> float:
    """Give how much is free between the edges of the page."""
    return sum(max(0.0, min(end, page[1]) - max(start, page[0])) for start, end in strips)


def _columns(spans: Sequence[Span], band: Sequence[Row], line: float) -> list[list[int]]:
    """Give the boxes of each column, if the band holds columns of running text; nothing where it is read across."""
    free: Strips = [(float("-inf"), float("inf"))]
    for row in band:
        free = _both(free, _free(spans, row), _STRIP * line)
    strips = _parts(spans, band, free)
    edges = [float("-inf"), *((start + end) / 2 for start, end in sorted(strips)), float("inf")]
    places = [place for row in band for place in row]
    columns = [
        [place for place in places if low < (spans[place].left + spans[place].right) / 2 <= high]
        for low, high in pairwise(edges)
    ]
    several = len(columns) > 1 and all(_runs(spans, column, line) or _holds(spans, column, line) for column in columns)
    return columns if several else []


def _holds(spans: Sequence[Span], column: Sequence[int], line: float) -> bool:
    """Whether these boxes hold columns of running text themselves."""
    return any(_columns(spans, band, line) for band in _bands(spans, _rows(spans, column), line))


def _runs(spans: Sequence[Span], column: Sequence[int], line: float) -> bool:
    """Whether these boxes are running text: several lines, wide enough, most of them filled to the edge."""
    rows = _rows(spans, column)
    widths = [max(spans[one].right for one in row) - min(spans[one].left for one in row) for row in rows]
    whole = sorted(widths)[len(widths) * 9 // 10]  # a long word may stick out of its column
    full = sum(width >= _FILLED * whole for width in widths)
    return len(rows) >= _FEWEST and median(widths) >= _RUNNING * line and 2 * full >= len(rows)
