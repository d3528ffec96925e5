"""What is withheld of a table, and what is not: the borders of the rule, and the cheapest way to keep a number from being worked out."""

import pytest

from tessera.trust.small_cells import TOTAL, Cell, Counts, K, interval, protect

Table = dict[str, list[int]]


def counts(table: Table) -> Counts:
    """Rows by name, each with its counts in columns x, y, z."""
    columns = tuple("xyz"[: len(next(iter(table.values())))])
    cells = {(row, column): n for row, line in table.items() for column, n in zip(columns, line, strict=True)}
    return Counts(rows=tuple(table), columns=columns, cells=cells)


def shown(table: Table, *, k: int = K, earlier: tuple[dict[Cell, int | None], ...] = ()) -> str:
    """Write what is published as lines of cells, totals last; `-` is withheld, a space is not printed at all."""
    found = protect(counts(table), k=k, earlier=earlier)
    rows, columns = (*found.rows, TOTAL), (*found.columns, TOTAL)
    lines = [[found.shown.get((row, column), "") for column in columns] for row in rows]
    return " / ".join(" ".join("-" if n is None else str(n) for n in line).strip() for line in lines)


def test_one_to_ten_are_small_and_none_and_eleven_are_not() -> None:
    assert K == 11
    assert shown({"a": [0], "b": [11], "c": [12]}) == "0 / 11 / 12 / 23"
    assert shown({"a": [10], "b": [50], "c": [60]}) == "- / - / 60 / 120"
    assert shown({"a": [1], "b": [50], "c": [60]}) == "- / - / 60 / 111"


def test_a_table_of_one_column_is_printed_without_the_totals_that_repeat_it() -> None:
    assert set(protect(counts({"a": [12]})).shown) == {("a", "x"), (TOTAL, "x")}


def test_what_was_shown_before_is_shown_again_unless_the_difference_is_small() -> None:
    before = protect(counts({"a": [30], "b": [50]})).shown
    assert shown({"a": [30], "b": [50]}, earlier=(dict(before),)) == "30 / 50 / 80"
    assert shown({"a": [41], "b": [50]}, earlier=(dict(before),)) == "41 / 50 / 91"
    assert shown({"a": [19], "b": [50]}, earlier=(dict(before),)) == "19 / 50 / 69"
    for moved in (20, 29, 31, 40):
        assert shown({"a": [moved], "b": [50]}, earlier=(dict(before),)).startswith("- /")
    assert shown({"a": [90], "b": [50]}, earlier=(dict(before),)) == "90 / 50 / 140"


@pytest.mark.parametrize(
    ("table", "published"),
    [
        # two small numbers that can trade five between them need no more
        ({"a": [1], "b": [4]}, "- / - / 5"),
        # of two counts that would do, the smaller goes
        ({"a": [40], "b": [4], "c": [12]}, "40 / - / - / 56"),
        # totals of rows go before four more cells
        ({"a": [3, 40], "b": [4, 0]}, "- 40 - / - 0 - / 7 40 47"),
        # a 0 that says something weighs as much as a large number
        ({"a": [4, 6], "b": [1, 0]}, "- - - / - - - / - - 11"),
        ({"a": [12, 0], "b": [0, 1]}, "12 0 12 / 0 - - / 12 - -"),
        # where two ways cost the same, it is always the same one
        ({"a": [0, 2, 2], "b": [3, 5, 3]}, "0 - - - / - - - - / - 7 - 15"),
    ],
)
def test_what_is_withheld_besides_costs_readers_least(table: Table, published: str) -> None:
    assert shown(table, k=5) == published


def test_how_far_a_count_can_move_is_looked_at_no_further_than_asked() -> None:
    table = counts({"a": [7, 10], "b": [2, 50], "c": [10, 50]})
    hidden = [(row, column) for row in "abc" for column in "xy"]
    values = table.with_totals()
    assert interval(values, hidden, ("a", "x"), most=3) == (4, 10)
    assert interval(values, hidden, ("a", "x"), most=100) == (0, 17)
