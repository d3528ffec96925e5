"""Tables on a page: by their ruling lines where they have them, else by words that stand under one another.

A table is rows of cells; a cell is a list of words. Places are in points from the upper left corner of the page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Final, NamedTuple, Protocol

from tessera.extract.pdf_lines import PdfWord

_SNAP: Final = 3.0
"""Points that lines may miss one another by and still touch."""
_GAP: Final = 0.75
"""Blank between two words of one line that may divide columns, in heights of the line."""
_LEAST_ROWS: Final = 3
_LEAST_COLUMNS: Final = 2
_PROSE_WORDS: Final = 4.0
"""A cell of a table without lines has fewer words than this on average; columns of prose have more."""
_NEXT: Final = 2.6
"""How far a row may lie below the last one, in its heights."""
_CROSSING: Final = 0.08
"""Share of the rows whose words may lie across the blank between two columns: titles and totals."""
_MOST_PARTED: Final = 1.4
"""Parts with wide blanks between them that a line within a ruled cell has on average, at most."""
_MOST_IN_BAND: Final = 8
"""Lines of words between two level lines that may be one row."""
_MOST_WORDS: Final = 20_000
_MOST_RULES: Final = 3_000
_MOST_CELLS: Final = 20_000


class _Straight(Protocol):
    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def bottom(self) -> float: ...
    @property
    def level(self) -> bool: ...


class Line(NamedTuple):
    """A straight line: where it lies across its own direction, and from where to where it runs."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells with words, by row and column from 0."""

    cells: Mapping[tuple[int, int], tuple[PdfWord, ...]]

    def rows(self) -> Iterator[tuple[int, list[tuple[int, tuple[PdfWord, ...]]]]]:
        """Give each row that has words: its number, and its columns with their words."""
        for row, places in groupby(sorted(self.cells), key=lambda place: place[0]):
            yield row, [(column, self.cells[row, column]) for _, column in places]


def find_tables(words: Sequence[PdfWord], rules: Sequence[_Straight]) -> list[Table]:
    """Find the tables among the words of a page, from top to bottom."""
    if len(words) > _MOST_WORDS:
        return []
    found = list(_ruled(words, rules[:_MOST_RULES]))
    taken = {id(word) for table in found for cell in table.cells.values() for word in cell}
    level = [one for one in rules[:_MOST_RULES] if one.level]
    found += _aligned([word for word in words if id(word) not in taken], level)
    return sorted(found, key=lambda table: min(word.top for cell in table.cells.values() for word in cell))


def _ruled(words: Sequence[PdfWord], rules: Sequence[_Straight]) -> Iterator[Table]:
    level = _merged(Line((one.top + one.bottom) / 2, one.left, one.right) for one in rules if one.level)
    upright = _merged(Line((one.left + one.right) / 2, one.top, one.bottom) for one in rules if not one.level)
    for rows, columns in _grids(level, upright):
        inside = _filled(words, rows, columns)
        if len(inside) > _LEAST_COLUMNS and len({at for _, at in inside}) >= _LEAST_COLUMNS and _is_whole(inside):
            yield Table(cells=_divided(inside))


def _is_whole(inside: Mapping[tuple[int, int], list[PdfWord]]) -> bool:
    """Whether the lines divide all columns: within a cell, no line of words has wide blanks."""
    lines = [_chunks(line) for words in inside.values() for line in visual_lines(words)]
    return sum(map(len, lines)) <= _MOST_PARTED * len(lines)


def _merged(lines: Iterable[Line]) -> list[Line]:
    """Join lines that lie on one another or go on where another ends."""
    kept: list[Line] = []
    for group in _snapped(sorted(lines)):
        at = median(line.at for line in group)
        start, end = None, 0.0
        for line in sorted(group, key=lambda one: one.start):
            if start is None:
                start, end = line.start, line.end
            elif line.start <= end + _SNAP:
                end = max(end, line.end)
            else:
                kept.append(Line(at, start, end))
                start, end = line.start, line.end
        if start is not None:
            kept.append(Line(at, start, end))
    return kept


def _snapped(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and line.at - group[0].at > _SNAP:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _grids(level: Sequence[Line], upright: Sequence[Line]) -> Iterator[tuple[list[Line], list[Line]]]:
    """Give the level and upright lines of each set of lines that touch one another."""
    parent = list(range(len(level) + len(upright)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for row, flat in enumerate(level):
        for column, tall in enumerate(upright, start=len(level)):
            if _cross(flat, tall):
                parent[root(row)] = root(column)
    groups: dict[int, tuple[list[Line], list[Line]]] = {}
    for at, line in enumerate([*level, *upright]):
        groups.setdefault(root(at), ([], []))[at >= len(level)].append(line)
    for rows, columns in groups.values():
        if len(rows) >= 2 and len(columns) >= 2:  # noqa: PLR2004 - a frame
            yield rows, columns


def _cross(flat: Line, tall: Line) -> bool:
    return flat.start - _SNAP <= tall.at <= flat.end + _SNAP and tall.start - _SNAP <= flat.at <= tall.end + _SNAP


def _filled(
    words: Sequence[PdfWord], level: Sequence[Line], upright: Sequence[Line]
) -> dict[tuple[int, int], list[PdfWord]]:
    """Put words into the cells of a grid; cells without a line between them are one."""
    tops, lefts = _places(level), _places(upright)
    if (len(tops) - 1) * (len(lefts) - 1) > _MOST_CELLS:
        return {}
    inside: dict[tuple[int, int], list[PdfWord]] = {}
    whole = _Whole(tops, lefts, level, upright)
    for word in words:
        row, column = _slot(tops, word.middle), _slot(lefts, (word.left + word.right) / 2)
        if row >= 0 and column >= 0:
            inside.setdefault(whole.cell(row, column), []).append(word)
    return inside


def _places(lines: Sequence[Line]) -> list[float]:
    return [group[0].at for group in _snapped(sorted(lines))]


def _slot(borders: Sequence[float], at: float) -> int:
    """Say between which borders a place lies; -1 where it lies outside."""
    if not borders[0] <= at < borders[-1]:
        return -1
    return max(place for place, border in enumerate(borders) if border <= at)


class _Whole:
    """Which squares of a grid are one cell, because no line divides them."""

    def __init__(self, tops: list[float], lefts: list[float], level: Sequence[Line], upright: Sequence[Line]) -> None:
        self._tops, self._lefts, self._level, self._upright = tops, lefts, level, upright
        self._known: dict[tuple[int, int], tuple[int, int]] = {}

    def cell(self, row: int, column: int) -> tuple[int, int]:
        """Name the square at the upper left of the cell that this square belongs to."""
        if (row, column) not in self._known:
            self._known[row, column] = self._found(row, column)
        return self._known[row, column]

    def _found(self, row: int, column: int) -> tuple[int, int]:
        while column > 0 and not _divides(self._upright, self._lefts[column], _between(self._tops, row)):
            column -= 1
        while row > 0 and not _divides(self._level, self._tops[row], _between(self._lefts, column)):
            row -= 1
        return row, column


def _between(borders: Sequence[float], at: int) -> float:
    return (borders[at] + borders[at + 1]) / 2


def _divides(lines: Sequence[Line], at: float, along: float) -> bool:
    return any(abs(line.at - at) <= _SNAP and line.start - 1 <= along <= line.end + 1 for line in lines)


def _divided(inside: Mapping[tuple[int, int], list[PdfWord]]) -> dict[tuple[int, int], tuple[PdfWord, ...]]:
    """Divide a ruled row into the rows that its words show, where only its columns have lines."""
    cells: dict[tuple[int, int], tuple[PdfWord, ...]] = {}
    shift = 0
    for row, places in groupby(sorted(inside), key=lambda place: place[0]):
        columns = {column: inside[row, column] for _, column in places}
        parts = _rows_within(columns)
        for nth, part in enumerate(parts):
            for column, words in part.items():
                cells[row + shift + nth, column] = tuple(_in_reading_order(words))
        shift += len(parts) - 1
    return cells


def _rows_within(columns: dict[int, list[PdfWord]]) -> list[dict[int, list[PdfWord]]]:
    lines = visual_lines([word for words in columns.values() for word in words])
    where = {id(word): column for column, words in columns.items() for word in words}
    filled = [{where[id(word)] for word in line} for line in lines]
    enough = len(columns) >= _LEAST_COLUMNS and len(lines) >= _LEAST_ROWS
    if not enough or sum(map(len, filled)) < 0.6 * len(columns) * len(lines):
        return [columns]
    parts: list[dict[int, list[PdfWord]]] = []
    for line in lines:
        part: dict[int, list[PdfWord]] = {}
        for word in line:
            part.setdefault(where[id(word)], []).append(word)
        parts.append(part)
    return parts


def visual_lines(words: Sequence[PdfWord]) -> list[list[PdfWord]]:
    """Put words into the lines that the eye sees, from top to bottom, each from left to right."""
    lines: list[list[PdfWord]] = []
    middle = 0.0
    for word in sorted(words, key=lambda one: one.middle):
        if lines and word.middle - middle < 0.5 * min(word.height, lines[-1][0].height):
            lines[-1].append(word)
            middle += (word.middle - middle) / len(lines[-1])
        else:
            lines.append([word])
            middle = word.middle
    return [sorted(line, key=lambda one: one.left) for line in lines]


def _in_reading_order(words: Sequence[PdfWord]) -> list[PdfWord]:
    """Keep the page's own order within a line, so that scripts written from the right stay right."""
    place = {id(word): at for at, word in enumerate(words)}
    return [word for line in visual_lines(words) for word in sorted(line, key=lambda one: place[id(one)])]


class _Chunk(NamedTuple):
    """Words of one line with no wide blank between them."""

    words: tuple[PdfWord, ...]
    left: float
    right: float


def _aligned(words: Sequence[PdfWord], level: Sequence[_Straight]) -> Iterator[Table]:
    rows = [_chunks(line) for line in visual_lines(words)]
    for block in _blocks(rows):
        columns = _columns(block)
        if len(columns) < _LEAST_COLUMNS:
            continue
        cells = _placed(block, columns)
        if _is_table(block, cells):
            yield Table(cells=_banded(cells, columns, level))


def _banded(
    cells: dict[tuple[int, int], tuple[PdfWord, ...]],
    columns: Sequence[tuple[float, float]],
    level: Sequence[_Straight],
) -> dict[tuple[int, int], tuple[PdfWord, ...]]:
    """Where level lines divide the rows, lines of words with none between them are one row."""
    across = 0.6 * (columns[-1][1] - columns[0][0])
    borders = sorted(one.top for one in level if one.right - one.left >= across)
    bands: dict[int, dict[int, list[PdfWord]]] = {}
    lines: dict[int, set[int]] = {}
    for (row, column), words in cells.items():
        band = sum(1 for border in borders if border <= words[0].middle)
        bands.setdefault(band, {}).setdefault(column, []).extend(words)
        lines.setdefault(band, set()).add(row)
    if len(bands) < _LEAST_ROWS or max(map(len, lines.values())) > _MOST_IN_BAND:
        return cells
    return _divided({(band, column): words for band, row in bands.items() for column, words in row.items()})


def _chunks(line: Sequence[PdfWord]) -> list[_Chunk]:
    groups: list[list[PdfWord]] = []
    gap = _GAP * median(word.height for word in line)
    for word in line:
        if groups and word.left - groups[-1][-1].right < gap:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [_Chunk(tuple(group), group[0].left, max(word.right for word in group)) for group in groups]


def _blocks(rows: Sequence[list[_Chunk]]) -> Iterator[list[list[_Chunk]]]:
    """Give runs of rows near one another of which most have several chunks."""
    block: list[list[_Chunk]] = []
    for row in rows:
        if block and _far(block[-1], row):
            yield from _trimmed(block)
            block = []
        block.append(row)
        if len(block) > 2 and all(len(one) == 1 for one in block[-3:]):  # noqa: PLR2004 - three lines of words only
            yield from _trimmed(block)
            block = []
    yield from _trimmed(block)


def _far(before: Sequence[_Chunk], row: Sequence[_Chunk]) -> bool:
    above, below = before[0].words[0], row[0].words[0]
    return below.middle - above.middle > _NEXT * max(above.height, below.height)


def _trimmed(block: list[list[_Chunk]]) -> Iterator[list[list[_Chunk]]]:
    """Take single lines off both ends."""
    while block and len(block[-1]) == 1:
        block = block[:-1]
    while block and len(block[0]) == 1:
        block = block[1:]
    if sum(1 for row in block if len(row) > 1) >= _LEAST_ROWS:
        yield block


def _columns(block: Sequence[Sequence[_Chunk]]) -> list[tuple[float, float]]:
    """Find the stretches across the page that hold columns: between them nearly no row has words."""
    several = [row for row in block if len(row) > 1]
    edges = sorted(
        [(chunk.left, 1) for row in several for chunk in row] + [(chunk.right, -1) for row in several for chunk in row]
    )
    allowed = int(_CROSSING * len(several))
    columns: list[tuple[float, float]] = []
    depth, start = 0, 0.0
    for at, step in edges:
        if depth <= allowed < depth + step:
            start = at
        elif depth > allowed >= depth + step:
            columns.append((start, at))
        depth += step
    return _joined_columns(columns, median(chunk.words[0].height for row in several for chunk in row))


def _joined_columns(columns: Sequence[tuple[float, float]], size: float) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for left, right in columns:
        if joined and left - joined[-1][1] < 0.3 * size:
            joined[-1] = (joined[-1][0], right)
        else:
            joined.append((left, right))
    return joined


def _is_table(block: Sequence[Sequence[_Chunk]], cells: Mapping[tuple[int, int], tuple[PdfWord, ...]]) -> bool:
    """Whether cells hold few words or numbers; columns of prose, whose lines may be spread, hold more."""
    several = {row for row, chunks in enumerate(block) if len(chunks) > 1}
    told = [words for (row, _), words in cells.items() if row in several]
    wordy = sum(map(len, told)) / len(told)
    numeric = sum(1 for words in told if any(sign.isdigit() for sign in words[0].text)) / len(told)
    return wordy < _PROSE_WORDS or numeric > 0.5  # noqa: PLR2004 - half of its cells are numbers


def _placed(
    block: Sequence[Sequence[_Chunk]], columns: Sequence[tuple[float, float]]
) -> dict[tuple[int, int], tuple[PdfWord, ...]]:
    cells: dict[tuple[int, int], list[PdfWord]] = {}
    for row, chunks in enumerate(block):
        for chunk in chunks:
            cells.setdefault((row, _nearest(columns, chunk)), []).extend(chunk.words)
    return {place: tuple(words) for place, words in cells.items()}


def _nearest(columns: Sequence[tuple[float, float]], chunk: _Chunk) -> int:
    """Choose the column of a chunk; one that lies across several is a title and goes to the first of them."""
    shared = [min(right, chunk.right) - max(left, chunk.left) for left, right in columns]
    covered = [at for at, length in enumerate(shared) if length > 0]
    return covered[0] if covered else max(range(len(columns)), key=lambda at: shared[at])
