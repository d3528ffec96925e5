"""No withheld count can be worked out: an attacker with exact linear programming tries, on tables of every sort."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.trust.small_cells import TOTAL, Cell, Counts, Published, interval, protect

K = 5
"""Small, so that tables of a few cells come near it."""
Row = list[Fraction]
counts = st.one_of(st.integers(0, 12), st.sampled_from([0, 1, 4, 5, 6, 40, 1000]))


@st.composite
def tables(draw: st.DrawFn) -> Counts:
    rows = tuple(f"r{i}" for i in range(draw(st.integers(1, 3))))
    columns = tuple(f"c{i}" for i in range(draw(st.integers(1, 3))))
    return Counts(rows=rows, columns=columns, cells={(r, c): draw(counts) for r in rows for c in columns})


def equations(published: Published) -> tuple[list[Cell], list[tuple[Row, Fraction]]]:
    """What an onlooker knows: each line adds up to its total; what is shown is known, what is withheld is not negative."""
    rows, columns = (*published.rows, TOTAL), (*published.columns, TOTAL)
    unknown = [(r, c) for r in rows for c in columns if published.shown.get((r, c)) is None]
    lines = [[(r, c) for c in columns] for r in rows] + [[(r, c) for r in rows] for c in columns]
    found = []
    for line in lines:
        sign = {cell: -1 if position == len(line) - 1 else 1 for position, cell in enumerate(line)}
        known = sum(sign[cell] * (published.shown.get(cell) or 0) for cell in line)
        found.append(([Fraction(sign.get(cell, 0)) for cell in unknown], Fraction(-known)))
    return unknown, found


def largest(goal: Row, known: list[tuple[Row, Fraction]]) -> Fraction | None:
    """Maximise goal·x over x >= 0 with known equations: the simplex method in fractions, two phases, Bland's rule."""
    tableau = [[*(row if right >= 0 else [-v for v in row]), abs(right)] for row, right in known]
    width, height = len(goal), len(tableau)
    for i, row in enumerate(tableau):
        row[width:width] = [Fraction(int(i == j)) for j in range(height)]
    base = [width + i for i in range(height)]
    first = [Fraction(0)] * width + [Fraction(-1)] * height
    assert climb(tableau, base, first, width + height) == 0, "what is published contradicts itself"
    for i in range(height):  # an artificial variable that is left at zero goes where it can
        swap = next((j for j in range(width) if base[i] >= width and tableau[i][j]), None)
        if swap is not None:
            pivot(tableau, base, i, swap)
    return climb(tableau, base, [*goal, *[Fraction(0)] * height], width)


def climb(tableau: list[Row], base: list[int], goal: Row, usable: int) -> Fraction | None:
    while True:
        gains = [goal[j] - sum(goal[b] * row[j] for b, row in zip(base, tableau, strict=True)) for j in range(usable)]
        enter = next((j for j, gain in enumerate(gains) if gain > 0), None)
        if enter is None:
            return sum((goal[b] * row[-1] for b, row in zip(base, tableau, strict=True)), Fraction(0))
        bounds = [(row[-1] / row[enter], base[i], i) for i, row in enumerate(tableau) if row[enter] > 0]
        if not bounds:
            return None
        pivot(tableau, base, min(bounds)[2], enter)


def pivot(tableau: list[Row], base: list[int], at: int, enter: int) -> None:
    by = tableau[at][enter]
    tableau[at] = [value / by for value in tableau[at]]
    for i, row in enumerate(tableau):
        if i != at and row[enter]:
            tableau[i] = [a - row[enter] * b for a, b in zip(row, tableau[at], strict=True)]
    base[at] = enter


def widths(published: Published) -> dict[Cell, Fraction | None]:
    """How far apart the least and the greatest possible value of each withheld cell are; None: without bound.

    A table of one column is printed without totals of its rows, which repeat it; so these are unknown, but not withheld.
    """
    unknown, known = equations(published)
    found: dict[Cell, Fraction | None] = {}
    for position, cell in enumerate(unknown):
        if cell in repeated(published):
            continue
        one = [Fraction(int(i == position)) for i in range(len(unknown))]
        high, low = largest(one, known), largest([-v for v in one], known)
        assert low is not None
        found[cell] = None if high is None else high + low
    return found


def repeated(published: Published) -> set[Cell]:
    return {cell for cell in ((r, TOTAL) for r in (*published.rows, TOTAL)) if len(published.columns) == 1}


@settings(max_examples=150, deadline=None)
@given(tables())
def test_an_attacker_cannot_pin_a_withheld_count_to_fewer_than_k_numbers(table: Counts) -> None:
    published = protect(table, k=K)
    for cell, width in widths(published).items():
        assert width is None or width >= K, (cell, dict(published.shown))


@given(tables())
def test_what_is_shown_is_true_and_no_small_number_is_shown(table: Counts) -> None:
    full = table.with_totals()
    for cell, count in protect(table, k=K).shown.items():
        assert count is None or count == full[cell]
        assert count is None or not 0 < count < K


@settings(max_examples=150, deadline=None)
@given(tables(), st.data())
def test_two_reports_never_show_a_small_difference_nor_let_it_be_pinned(table: Counts, data: st.DataObject) -> None:
    first = protect(table, k=K)
    moved = {cell: max(0, n + data.draw(st.sampled_from([-6, -1, 0, 0, 1, 4, 7]))) for cell, n in table.cells.items()}
    later = Counts(rows=table.rows, columns=table.columns, cells=moved)
    second = protect(later, k=K, earlier=[first.shown])
    for cell, count in second.shown.items():
        before = first.shown.get(cell)
        if count is not None and before is not None:
            assert count == before or abs(count - before) >= K
    for cell, width in widths(second).items():
        assert width is None or width >= K, cell


@settings(max_examples=60, deadline=None)
@given(tables())
def test_the_flow_says_the_same_as_linear_programming(table: Counts) -> None:
    """Two ways to the same bounds: the one in use, and the attacker's."""
    full = table.with_totals()
    published = protect(table, k=K)
    hidden = {cell for cell, count in published.shown.items() if count is None} | repeated(published)
    most = 3000
    for cell, width in widths(published).items():
        low, high = interval(full, hidden, cell, most=most)
        assert (high - full[cell] >= most) == (width is None)
        assert width is None or high - low == width


@given(tables())
def test_the_order_of_rows_does_not_matter_to_what_is_small(table: Counts) -> None:
    turned = Counts(rows=table.rows[::-1], columns=table.columns[::-1], cells=table.cells)
    small = {cell for cell, n in table.with_totals().items() if 0 < n < K}
    for found in (protect(table, k=K), protect(turned, k=K)):
        assert all(found.shown.get(cell) is None for cell in small)


def test_the_attacker_finds_what_is_badly_withheld() -> None:
    """The attack itself works: one count withheld alone is one subtraction away."""
    shown: dict[Cell, int | None] = {("a", "n"): None, ("b", "n"): 40, (TOTAL, "n"): 43}
    assert widths(Published(rows=("a", "b"), columns=("n",), shown=shown))["a", "n"] == 0
