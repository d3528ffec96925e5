"""The order in which the pieces of a page are read."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tessera.engines.reading_order import Span, rows_in_order


def line(left: float, top: float, width: float, height: float = 10) -> Span:
    return Span(left=left, top=top, right=left + width, bottom=top + height)


def paragraph(left: float, top: float, width: float, lines: int) -> list[Span]:
    return [line(left, top + 15 * number, width if number + 1 < lines else width / 2) for number in range(lines)]


def test_pieces_on_one_line_are_read_from_left_to_right_though_they_stand_unevenly() -> None:
    spans = [line(120, 2, 50), line(0, 0, 50), line(0, 20, 50), line(60, -2, 50)]
    assert rows_in_order(spans) == [[1, 3, 0], [2]]


def test_columns_of_running_text_are_read_one_after_another() -> None:
    heading, left, right = line(0, 0, 420), paragraph(0, 30, 200, 6), paragraph(220, 30, 200, 6)
    spans = [heading, *(one for pair in zip(left, right, strict=True) for one in pair)]
    rows = rows_in_order(spans)
    assert [spans[place] for (place,) in rows] == [heading, *left, *right]


def test_columns_whose_lines_stand_between_one_another_are_columns_too() -> None:
    left, right = paragraph(0, 0, 200, 8), paragraph(220, 7, 200, 8)
    spans = [*right, *left]
    assert [spans[place] for (place,) in rows_in_order(spans)] == [*left, *right]


def test_a_line_across_the_page_parts_columns_above_and_below() -> None:
    upper = [*paragraph(0, 0, 200, 5), *paragraph(220, 0, 200, 5)]
    across = line(0, 90, 420)
    lower = [*paragraph(0, 120, 200, 5), *paragraph(220, 120, 200, 5)]
    spans = [*upper, across, *lower]
    shuffled = random.Random(3).sample(spans, len(spans))
    assert [shuffled[place] for (place,) in rows_in_order(shuffled)] == spans


def test_a_heading_over_some_of_the_columns_joins_none_of_them() -> None:
    heading = line(0, 0, 260)
    columns = [paragraph(left, 40 + shift, 150, 9) for left, shift in ((0, 0), (180, 5), (360, 11))]
    spans = [heading, *(one for row in zip(*columns, strict=True) for one in row)]
    read = [spans[place] for row in rows_in_order(spans) for place in row]
    assert read == [heading, *(one for column in columns for one in column)]


def test_one_long_word_does_not_keep_a_column_from_being_one() -> None:
    left, right = paragraph(0, 0, 200, 12), paragraph(230, 0, 200, 12)
    right[4] = line(230, 60, 330)
    spans = [one for pair in zip(left, right, strict=True) for one in pair]
    assert [spans[place] for row in rows_in_order(spans) for place in row] == [*left, *right]


def test_columns_one_of_whose_lines_crosses_into_the_next_leave_the_third_whole() -> None:
    first, second, third = (paragraph(left, 0, 150, 12) for left in (0, 180, 360))
    first[6], second[6:7] = line(0, 90, 300), []
    spans = [*first, *second, *third]
    read = [spans[place] for row in rows_in_order(spans) for place in row]
    assert read[-12:] == third
    assert read[:6] == first[:6]


def test_a_form_with_labels_and_values_is_read_across() -> None:
    spans = [one for number in range(6) for one in (line(0, 15 * number, 60), line(220, 15 * number, 90))]
    assert rows_in_order(spans) == [[2 * number, 2 * number + 1] for number in range(6)]


def test_a_table_is_read_row_by_row() -> None:
    spans = [line(100 * column, 15 * row, 40) for row in range(5) for column in range(4)]
    assert rows_in_order(spans) == [[4 * row + column for column in range(4)] for row in range(5)]


def test_an_empty_page_has_no_lines() -> None:
    assert rows_in_order([]) == []


SIZES = st.integers(1, 60)
SPANS = st.lists(st.builds(line, st.integers(0, 500), st.integers(0, 500), SIZES, SIZES), max_size=30)


@given(spans=SPANS)
def test_every_piece_is_read_once(spans: list[Span]) -> None:
    rows = rows_in_order(spans)
    assert sorted(place for row in rows for place in row) == list(range(len(spans)))


@given(spans=SPANS, right=st.integers(0, 99), down=st.integers(0, 99))
def test_where_the_page_lies_does_not_matter(spans: list[Span], right: int, down: int) -> None:
    moved = [line(one.left + right, one.top + down, one.width, one.height) for one in spans]
    assert rows_in_order(moved) == rows_in_order(spans)
