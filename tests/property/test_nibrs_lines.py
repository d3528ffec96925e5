"""No ordinary text or table is taken for a NIBRS flat file, and a flat file is known in whatever order, trimmed or not."""

from hypothesis import given, settings
from hypothesis import strategies as some
from sample_messages import ERROR_SHEET, FLAT, flat_file

from tessera.extract.nibrs_lines import is_error_sheet, is_submission
from tessera.extract.text_formats import find_text_format

NUMBERS = some.integers(min_value=0, max_value=10**12).map(str)
WORDS = some.sampled_from(
    ["0087", "00871I012016", "20260219", "0063", "2I", "DE0010000", "I", "A", "1", "2", "7", "incident", "report", "of", "2026", "The", "seen", "at", "0400,", "$500"]
)  # fmt: skip
CELLS = some.one_of(NUMBERS, WORDS, some.text("AIMRWD0123456789 ", max_size=40))
PROSE = some.lists(WORDS, min_size=1, max_size=20).map(" ".join)
ROWS = some.tuples(some.sampled_from(",;\t| "), some.lists(CELLS, min_size=1, max_size=12)).map(
    lambda row: row[0].join(row[1])
)
TEXTS = some.one_of(some.text(max_size=300), some.lists(some.one_of(PROSE, ROWS, CELLS), max_size=30).map("\n".join))


@given(TEXTS, some.booleans())
@settings(max_examples=400, deadline=None)
def test_no_ordinary_text_or_table_is_taken_for_a_flat_file(text: str, is_whole: bool) -> None:
    assert not is_submission(text, is_whole=is_whole)
    assert not is_error_sheet(text, is_whole=is_whole)
    assert not find_text_format(text, ".txt", is_whole=is_whole).startswith("nibrs-")


@given(
    some.permutations(FLAT),
    some.sampled_from(["\n", "\r\n", "\n\n"]),
    some.booleans(),
    some.integers(min_value=0, max_value=320),
)
@settings(max_examples=100, deadline=None)
def test_a_flat_file_is_known_in_whatever_order_trimmed_or_filled_up(
    segments: list[str],
    ends: str,
    trimmed: bool,
    width: int,
) -> None:
    text = ends.join(segment.rstrip() if trimmed else segment.ljust(width) for segment in segments)
    assert find_text_format(text, "", is_whole=True) == "nibrs-flat"
    assert find_text_format(text, ".csv", is_whole=False) == "nibrs-flat"


@given(some.lists(some.sampled_from([*FLAT, "0063 was the number of the room."]), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_a_text_that_quotes_a_few_segments_is_no_flat_file(lines: list[str]) -> None:
    quoted = sum(line not in FLAT for line in lines)
    known = is_submission("\n".join(lines), is_whole=True)
    assert known == (lines[0] in FLAT and quoted * 5 <= len(lines))


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_a_text_before_a_flat_file_or_a_sheet_keeps_it_a_text(text: str) -> None:
    assert not is_submission(f"Dear Sir,\n{text}\n{flat_file()}", is_whole=True)
    assert not is_error_sheet(f"Dear Sir,\n{text}\n{ERROR_SHEET}", is_whole=True)
