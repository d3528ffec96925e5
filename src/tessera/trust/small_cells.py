"""Small numbers of people are withheld from what is published, and so is all from which they could be worked out.

Rule of CMS for public tables (2024): counts of 1 to 10 are not shown, nor anything from which they can be derived; 0 may be
shown. A table is published with its totals, so its cells hang together: each row adds up to its total, each column too.

    1. Every count from 1 to k-1 is withheld, totals too (primary).
    2. Every count that differs from what was shown of it before by 1 to k-1 is withheld (differencing).
    3. Further counts are withheld until nobody who knows all that is shown, and that counts are not negative, can say of a
       withheld count to within fewer than k numbers what it is (complementary).

How far a withheld count can move while the others stay as shown is a largest flow: rows and columns are nodes, and withheld
counts are edges that can carry more, or less down to zero. That is exact for tables of two ways, in whole numbers.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias

from tessera.errors import Invalid

K = 11
TOTAL = ""
"""Name of the row and the column of totals."""
Cell: TypeAlias = tuple[str, str]
Node: TypeAlias = tuple[str, str]
Room: TypeAlias = dict[Node, dict[Node, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A table of counts by row and column. What is not in `cells` is 0."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int]

    def __post_init__(self) -> None:
        names = (self.rows, self.columns)
        if any(TOTAL in each or len(set(each)) != len(each) for each in names) or not all(names):
            raise Invalid("rows and columns of a table need names of their own", where="table")
        known = {(row, column) for row in self.rows for column in self.columns}
        if not set(self.cells) <= known or any(count < 0 for count in self.cells.values()):
            raise Invalid("a count is negative, or stands in no row and column of its table", where="table")

    def with_totals(self) -> dict[Cell, int]:
        """Give every cell, totals of rows and columns and the grand total included."""
        full = {(r, c): self.cells.get((r, c), 0) for r in self.rows for c in self.columns}
        full |= {(r, TOTAL): sum(full[r, c] for c in self.columns) for r in self.rows}
        return full | {(TOTAL, c): sum(full[r, c] for r in self.rows) for c in (*self.columns, TOTAL)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What may be shown of a table: each cell's count, or None where it is withheld."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shown: Mapping[Cell, int | None] = field(default_factory=dict)

    @property
    def withheld(self) -> int:
        """How many cells are withheld."""
        return sum(count is None for count in self.shown.values())


def protect(counts: Counts, *, k: int = K, earlier: Iterable[Mapping[Cell, int | None]] = ()) -> Published:
    """Decide what may be shown of a table, given all that was shown of it before.

    >>> found = protect(Counts(rows=("a", "b"), columns=("n",), cells={("a", "n"): 40, ("b", "n"): 3}))
    >>> [found.shown[cell] for cell in (("a", "n"), ("b", "n"), ("", "n"))]
    [None, None, 43]
    """
    values = counts.with_totals()
    # a table of one column repeats it as its totals of rows; they are one number, so only the column itself is shown
    repeats = frozenset((r, TOTAL) for r in (*counts.rows, TOTAL)) if len(counts.columns) == 1 else frozenset()
    before = list(earlier)
    hidden = {cell for cell, count in values.items() if 0 < count < k or changed_a_little(cell, count, before, k)}
    hidden |= repeats
    waiting = deque(sorted(hidden - repeats))
    while waiting:  # withholding more only widens what an onlooker must allow for, so no cell is looked at again
        cell = waiting.popleft()
        while further := _needed_besides(values, hidden, cell, k):
            waiting.extend(further)
            hidden.update(further)
    shown = {cell: None if cell in hidden else count for cell, count in values.items() if cell not in repeats}
    return Published(rows=counts.rows, columns=counts.columns, shown=shown)


def changed_a_little(cell: Cell, count: int, earlier: Sequence[Mapping[Cell, int | None]], k: int) -> bool:
    """Claim that a cell was once shown with a count that differs by 1 to k-1: the difference is itself a small count."""
    seen = (shown.get(cell) for shown in earlier)
    return any(before is not None and 0 < abs(count - before) < k for before in seen)


def interval(values: Mapping[Cell, int], hidden: Iterable[Cell], cell: Cell, *, most: int) -> tuple[int, int]:
    """Say between which numbers a withheld cell can lie for all that is shown, looking no further than `most` away."""
    withheld = frozenset(hidden)
    below, _ = _slack(values, withheld, cell, most, upwards=False)
    above, _ = _slack(values, withheld, cell, most, upwards=True)
    return values[cell] - below, values[cell] + above


def _needed_besides(values: Mapping[Cell, int], hidden: set[Cell], cell: Cell, k: int) -> list[Cell]:
    """Choose what to withhold besides, so that a pinned cell can move; nothing where it can move far enough already.

    The cheapest way around the cell is a ring of counts of which some grow where others shrink. One that only grows always
    exists: the cell, the totals of its row and column, and the grand total.
    """
    withheld = frozenset(hidden)
    below, _ = _slack(values, withheld, cell, k, upwards=False)
    above, room = _slack(values, withheld, cell, k, upwards=True)
    if below + above >= k:
        return []
    return _cheapest_ring(values, withheld, cell, room)


def _cheapest_ring(values: Mapping[Cell, int], hidden: frozenset[Cell], cell: Cell, room: Room) -> list[Cell]:
    """Find the cheapest way from the cell's end back to its start; what is withheld already costs nothing."""
    start, end = _ends(cell)
    ways: dict[Node, list[tuple[int, Node, Cell | None]]] = {}
    for here, there in ((a, b) for a, onward in room.items() for b, left in onward.items() if left):
        ways.setdefault(here, []).append((0, there, None))
    for shown in (one for one in values if one not in hidden):
        up, down = _ends(shown)
        ways.setdefault(up, []).append((_cost(values, shown), down, shown))
        if values[shown]:
            ways.setdefault(down, []).append((_cost(values, shown), up, shown))
    waiting: list[tuple[int, Node, tuple[Cell, ...]]] = [(0, end, ())]
    seen: set[Node] = set()
    while waiting:
        cost, here, used = heappop(waiting)
        if here == start:
            return sorted(used)
        if here in seen:
            continue
        seen.add(here)
        for more, there, other in ways.get(here, ()):
            if there not in seen:
                heappush(waiting, (cost + more, there, (*used, other) if other else used))
    msg = "every cell lies on a ring through the totals"
    raise AssertionError(msg)


def _cost(values: Mapping[Cell, int], cell: Cell) -> int:
    """Weigh what readers lose: totals more than parts, large counts more than small ones, and a 0 that says something."""
    return 10 + 30 * cell.count(TOTAL) + (values[cell].bit_length() or 20)


def _slack(
    values: Mapping[Cell, int], hidden: frozenset[Cell], cell: Cell, most: int, *, upwards: bool
) -> tuple[int, Room]:
    """Find how far a cell can move while the other withheld cells make up for it: a largest flow around it.

    Gives also what room is left then.
    """
    if not upwards:
        most = min(most, values[cell])
    room: Room = {}
    for other in hidden - {cell}:
        up, down = _ends(other)
        room.setdefault(up, {})[down] = most
        room.setdefault(down, {})[up] = min(values[other], most)
    start, end = _ends(cell)
    return (_largest_flow(room, end, start, most) if upwards else _largest_flow(room, start, end, most)), room


def _ends(cell: Cell) -> tuple[Node, Node]:
    """Give the edge along which more of a cell flows. In every row and column, the total weighs against the parts."""
    row, column = ("row", cell[0]), ("column", cell[1])
    return (row, column) if (cell[0] == TOTAL) == (cell[1] == TOTAL) else (column, row)


def _largest_flow(room: Room, start: Node, end: Node, most: int) -> int:
    """Push along shortest ways with room left until there is none, or `most` has flowed."""
    flowed = 0
    while flowed < most:
        way = _way(room, start, end)
        if not way:
            break
        push = min(most - flowed, *(room[a][b] for a, b in way))
        for a, b in way:
            room[a][b] -= push
            room[b][a] = room[b].get(a, 0) + push
        flowed += push
    return flowed


def _way(room: Room, start: Node, end: Node) -> list[tuple[Node, Node]]:
    came: dict[Node, Node] = {start: start}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for there, left in room.get(here, {}).items():
            if left and there not in came:
                came[there] = here
                waiting.append(there)
    if end not in came:
        return []
    way, here = [], end
    while here != start:
        way.append((came[here], here))
        here = came[here]
    return way[::-1]
