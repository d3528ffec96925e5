import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tables import read_one

from tessera import errors, extract
from tessera.extract.delimited import batches
from tessera.extract.piece import Budget, Piece
from tessera.model.rows import TableFormat, TablePart


def _write(folder: Path, content: bytes | str, name: str = "given.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    lines = [["id", "when", "what"], ["1", "2026-01-02", "theft"], ["2", "2026-01-03", "fire"]]
    found = read_one(_write(tmp_path, "\n".join(delimiter.join(line) for line in lines)))
    assert found.part.columns == ("id", "when", "what")
    assert found.cells == [("1", "2026-01-02", "theft"), ("2", "2026-01-03", "fire")]


def test_decimal_commas_do_not_hide_the_semicolon(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "lat;lon\n1,5;2,5\n3,5;4,5\n"))
    assert found.cells == [("1,5", "2,5"), ("3,5", "4,5")]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("utf-16", b""),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("cp1252", b""),
        ("iso-8859-1", b""),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str, mark: bytes) -> None:
    text = "name,city\nJosé,Curaçao\nZoë,Málaga\n" + ("\x81ñ,x\n" if encoding == "iso-8859-1" else "")
    found = read_one(_write(tmp_path, mark + text.encode(encoding)))
    assert found.part.columns == ("name", "city")
    assert found.cells[:2] == [("José", "Curaçao"), ("Zoë", "Málaga")]
    assert not found.rejected


def test_a_late_accent_in_windows_1252_is_seen(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, b"id,name\n" + b"1,x\n" * 100_000 + b"2,Jos\xe9\n"), size=50_000)
    assert found.rows[100_001]["name"] == "José"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(tmp_path: Path, end: str) -> None:
    found = read_one(_write(tmp_path, end.join(["a,b", "1,2", "", "3,4"]) + end))
    assert found.cells == [("1", "2"), ("3", "4")]


def test_single_quotes_and_backslashes_are_found_out(tmp_path: Path) -> None:
    single = read_one(_write(tmp_path, "id,name\n1,'Doe, Jane'\n2,'Roe, Rick'\n3,'x'\n"))
    assert [cells[1] for cells in single.cells] == ["Doe, Jane", "Roe, Rick", "x"]
    escaped = read_one(_write(tmp_path, 'id,says\n1,"he said \\"no\\", twice"\n2,"a \\"b\\", c"\n'))
    assert [cells[1] for cells in escaped.cells] == ['he said "no", twice', 'a "b", c']


def test_a_note_above_the_header_is_left_out(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "Report of calls\n\nid,date,what\n1,2026-01-01,x\n2,2026-01-02,y\n"))
    assert found.part.columns == ("id", "date", "what")
    assert len(found.rows) == 2


def test_a_sep_line_names_the_delimiter(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "sep=;\r\nid;name\r\n1;a,b\r\n2;c,d\r\n"))
    assert found.part.columns == ("id", "name")
    assert found.cells == [("1", "a,b"), ("2", "c,d")]


def test_without_a_header_the_columns_are_numbered(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "40.1,-75.2,EMS: FALL\n40.2,-75.3,EMS: FALL\n40.3,-75.4,FIRE\n"))
    assert found.part.columns == ("column_1", "column_2", "column_3")
    assert len(found.rows) == 3


def test_years_may_name_columns(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "county,date,deaths\nKent,2024,12\nSussex,2025,31\n"))
    assert found.part.columns == ("county", "date", "deaths")


def test_namesakes_and_nameless_columns_are_told_apart(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "id,date,,date\n1,2026-01-01,x,2026-01-02\n"))
    assert found.part.columns == ("id", "date", "column_3", "date_2")


def test_a_header_shorter_than_its_rows_is_widened(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "id,name\n" + "1,x,\n2,y,z\n" * 5))
    assert found.part.columns == ("id", "name", "column_3")
    assert not found.rejected


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "id,name\n"))
    assert found.part.columns == ("id", "name")
    assert not found.rows


def test_row_numbers_count_rows_and_not_lines(tmp_path: Path) -> None:
    text = 'id,note\n1,"two\nlines"\n\n\n2,"one ""word"""\n3\n4,""\n5,x,y\n6,end'
    found = read_one(_write(tmp_path, text))
    assert {number: row["id"] for number, row in found.rows.items()} == {1: "1", 2: "2", 4: "4", 6: "6"}
    assert found.rows[1]["note"] == "two\nlines"
    assert found.rows[2]["note"] == 'one "word"'
    assert found.rows[4]["note"] is None
    assert {number: row.text for number, row in found.rejected.items()} == {3: "3", 5: "5,x,y"}
    assert "1 cell where the table has 2 columns" in found.rejected[3].reason


@pytest.mark.parametrize("reader", ["fast", "exact"])
@pytest.mark.parametrize("size", [1, 7, 1000, 100_000])
def test_both_readers_give_the_same_rows_in_batches_of_any_size(tmp_path: Path, reader: str, size: int) -> None:
    lines = [
        f'{n},"a\n{n}"' if n % 3 else f"{n}" if n % 5 == 0 else f"{n},x,y" if n % 7 == 0 else f"{n},z"
        for n in range(1, 400)
    ]
    path = _write(tmp_path, "id,v\n" + "\n".join(lines))
    (table,) = extract.open_tables(path, filename="x.csv")
    assert table.part.options["reader"] == "fast"
    table.part.options["reader"] = reader
    rows = [number for batch in table.batches(size) for number in batch.row_numbers.to_pylist()]
    bad = [row.row for batch in table.batches(size) for row in batch.rejected]
    assert rows == [n for n in range(1, 400) if lines[n - 1].count(",") == 1]
    assert bad == [n for n in range(1, 400) if lines[n - 1].count(",") != 1]


def test_a_quotation_mark_never_closed_costs_one_row(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, 'id,note\n1,fine\n2,"open\n3,fine\n4,fine\n'))
    assert sorted(found.rows) == [1, 3, 4]
    assert "never closed" in found.rejected[2].reason
    assert found.rejected[2].text == '2,"open'


def test_nul_bytes_reject_their_row_only(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, b"id,note\n1,fine\n2,a\x00b\n3,fine\n"))
    assert sorted(found.rows) == [1, 3]
    assert "NUL" in found.rejected[2].reason
    assert found.rejected[2].text == "2,a\\x00b"


def test_bytes_that_are_no_text_reject_their_row_only(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "id,note\n1,Zoë\n2,Málaga\n".encode() + b"3,a\xffb\n4,fine\n"))
    assert sorted(found.rows) == [1, 2, 4]
    assert found.rejected[3].text == "3,a\\xffb"
    assert "UTF-8" in found.rejected[3].reason


@pytest.mark.parametrize("chars", [1_500_000, 10_000_000])
def test_a_cell_without_end_rejects_its_row_only(tmp_path: Path, chars: int) -> None:
    text = "id,note\n1,a\n2," + "x" * chars + "\n3,b\n"
    found = read_one(_write(tmp_path, text))
    assert sorted(found.rows) == [1, 3]
    assert f"{chars:,} characters" in found.rejected[2].reason
    assert len(found.rejected[2].text) == 64 * 1024


def test_a_line_longer_than_the_memory_should_hold_is_cut(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, b"id,note\n1,a\n2," + b"x" * (70 * 1024 * 1024) + b"\n3,b\n"))
    assert sorted(found.rows) == [1, 3]
    assert sorted(found.rejected) == [2]


def test_many_rejected_rows_do_not_pile_up(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "a,b\n1,2\n3,4\n" + "x\n" * 10_000 + "5,6\n"), size=500)
    assert len(found.rejected) == 10_000
    assert sorted(found.rows) == [1, 2, 10_003]


def test_a_gzipped_table_is_read_and_read_again(tmp_path: Path) -> None:
    path = _write(tmp_path, gzip.compress(b"id,n\n1,a\n2,b\n3,c\n"), "x")
    found = read_one(path, "x.csv.gz")
    assert found.cells == [("1", "a"), ("2", "b"), ("3", "c")]
    assert extract.read_rows(path, found.part, 2, 3, filename="x.csv.gz") == [(2, ("2", "b")), (3, ("3", "c"))]


def test_rows_read_again_are_the_same(tmp_path: Path) -> None:
    path = _write(tmp_path, "id,n\n" + "".join(f"{n},{'bad,' if n % 4 == 0 else ''}v{n}\n" for n in range(1, 30_000)))
    found = read_one(path, size=10_000)
    again = extract.read_rows(path, found.part, 20_000, 20_005, filename=path.name)
    assert again == [(n, (str(n), f"v{n}")) for n in (20_001, 20_002, 20_003, 20_005)]


@pytest.mark.parametrize("content", [b"\n\n\n", b"\xef\xbb\xbf\n"])
def test_a_file_of_blank_lines_has_no_rows(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(errors.Unreadable, match="no rows"):
        read_one(_write(tmp_path, content))


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="2,001 columns"):
        read_one(_write(tmp_path, ",".join(f"c{n}" for n in range(2001)) + "\n"))


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\n\r\t\"',;\\"), max_size=12
)
_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@st.composite
def _tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(_TEXT, min_size=width, max_size=width), min_size=1, max_size=8))


@settings(suppress_health_check=_QUIET, max_examples=150, deadline=None)
@given(
    table=_tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|", "^", "~"]),
    quote=st.sampled_from(['"', "'"]),
    escape=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
    fast=st.booleans(),
)
@example([["\n", '"'], ["\r", ""]], ",", '"', False, csv.QUOTE_MINIMAL, "\r\n", True)
def test_any_table_written_in_any_dialect_comes_back_the_same(  # noqa: PLR0917 - a property needs its inputs
    tmp_path: Path,
    table: list[list[str]],
    delimiter: str,
    quote: str,
    escape: bool,
    quoting: int,
    end: str,
    fast: bool,
) -> None:
    assume(end == "\r\n" or not any("\r" in cell for row in table for cell in row))  # Python 3.11 leaves it bare
    assume(not table[0][0].startswith("\ufeff"))  # at the start of a file this is a byte order mark
    text = io.StringIO(newline="")
    mark = "\\" if escape else None
    csv.writer(
        text,
        delimiter=delimiter,
        quotechar=quote,
        escapechar=mark,
        doublequote=not escape,
        quoting=quoting,  # type: ignore[arg-type]  # one of csv's own numbers
        lineterminator=end,
    ).writerows(table)
    path = _write(tmp_path, text.getvalue())
    names = tuple(f"c{n}" for n in range(len(table[0])))
    reader = "fast" if fast and quote == '"' and not escape else "exact"
    options = {"delimiter": delimiter, "quote": quote, "escape": mark or "", "encoding": "utf-8"}
    options |= {"skip": "0", "reader": reader}
    part = TablePart(path="", format=TableFormat.DELIMITED, columns=names, options=options)
    limits = extract.Limits()
    piece = Piece(path=path, filename="x.csv", budget=Budget(left=1), limits=limits)
    found = list(batches(piece, part, 3))
    rows = [tuple(row.values()) for batch in found for row in batch.table.to_pylist()]
    assert rows == [tuple(cell or None for cell in row) for row in table]
    assert [n for batch in found for n in batch.row_numbers.to_pylist()] == list(range(1, len(table) + 1))
    assert not any(batch.rejected for batch in found)


@settings(suppress_health_check=_QUIET, max_examples=100, deadline=None)
@given(
    words=st.lists(st.tuples(st.integers(), _PRINTABLE.map(lambda text: f"w{text}")), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_spreadsheet_writes_is_found_out(
    tmp_path: Path, words: list[tuple[int, str]], delimiter: str, quoting: int, encoding: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]  # one of csv's own numbers
    writer.writerows([("id", "word"), *words])
    path = _write(tmp_path, text.getvalue().encode(encoding))
    found = read_one(path)
    assert found.part.columns == ("id", "word")
    assert found.cells == [(str(number), word) for number, word in words]
