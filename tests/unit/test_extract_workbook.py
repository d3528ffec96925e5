import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
from tables import read_all, read_one

from tessera import errors, extract
from tessera.model.rows import TableFormat


def _book(folder: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "given"
    with path.open("wb") as file:
        book.save(file)
    return path


def test_each_sheet_with_rows_is_a_part(tmp_path: Path) -> None:
    path = _book(tmp_path, {"Calls": [["id", "what"], [1, "x"], [2, "y"]], "Empty": [], "Units": [["unit"], ["A1"]]})
    calls, units = read_all(path, "book.xlsx")
    assert calls.part.format is TableFormat.WORKBOOK
    assert (calls.part.path, units.part.path) == ("Calls", "Units")
    assert calls.cells == [("1", "x"), ("2", "y")]
    assert extract.read_rows(path, calls.part, 2, 2, filename="book.xlsx") == [(2, ("2", "y"))]


def test_values_are_written_in_one_canonical_form(tmp_path: Path) -> None:
    row: list[object] = [
        7,
        7.0,
        0.1,
        True,
        dt.datetime(2026, 1, 2, 3, 4, 5),  # noqa: DTZ001 - a workbook knows no zones
        dt.date(2026, 1, 2),
        dt.time(14, 5),
        None,
        " x ",
    ]
    path = _book(tmp_path, {"S": [[f"c{n}" for n in range(len(row))], row, row]})
    assert read_one(path).cells[0] == (
        "7",
        "7",
        "0.1",
        "true",
        "2026-01-02T03:04:05",
        "2026-01-02",
        "14:05:00",
        None,
        " x ",
    )


def test_titles_above_and_gaps_between_are_no_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Monthly report"], [], ["id", "what", "when"], [1, "x", "a"], [], [2, "y", "b"]]
    found = read_one(_book(tmp_path, {"S": rows}))
    assert found.part.columns == ("id", "what", "when")
    assert {number: row["id"] for number, row in found.rows.items()} == {1: "1", 2: "2"}


def test_a_formula_stays_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["id", "note"])
    book.worksheets[0].append([1, "x"])
    book.worksheets[0]["B2"].value = "=cmd|' /C calc'!A0"
    book.worksheets[0]["B2"].data_type = "s"
    path = tmp_path / "given"
    with path.open("wb") as file:
        book.save(file)
    assert read_one(path).rows[1]["note"] == "=cmd|' /C calc'!A0"


def test_a_sheet_inside_a_zip_is_named_by_both(tmp_path: Path) -> None:
    path = _book(tmp_path, {"Calls": [["id", "what"], [1, "x"]]})
    packed = tmp_path / "packed"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "book.xlsx")
    found = read_one(packed)
    assert found.part.path == "book.xlsx!Calls"
    assert extract.read_rows(packed, found.part, 1, 1, filename="x") == [(1, ("1", "x"))]


def test_an_open_document_sheet_is_read(tmp_path: Path) -> None:
    content = """<?xml version="1.0"?><office:document-content
    xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2"><office:body><office:spreadsheet>
    <table:table table:name="S"><table:table-row><table:table-cell office:value-type="string"><text:p>id</text:p>
    </table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="float" office:value="4">
    <text:p>4</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>
    </office:document-content>"""
    path = tmp_path / "given"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    assert read_one(path).rows == {1: {"id": "4"}}


def test_a_workbook_without_rows_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="no sheet"):
        read_all(_book(tmp_path, {"S": []}))


def test_a_truncated_or_broken_workbook_is_unreadable(tmp_path: Path) -> None:
    path = _book(tmp_path, {"S": [["id"], [1]]})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(errors.Unreadable):
        read_all(path, "x.xlsx")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<broken")
    with pytest.raises(errors.Unreadable, match="cannot be opened"):
        read_all(path, "x.xlsx")


def test_an_encrypted_workbook_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500
    )
    with pytest.raises(errors.Unreadable, match="encrypted"):
        read_all(path, "x.xlsx")


def test_an_old_office_file_that_is_no_workbook_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    with pytest.raises(errors.Unreadable):
        read_all(path, "x.xls")


def test_a_workbook_that_unpacks_without_end_is_hostile(tmp_path: Path) -> None:
    path = tmp_path / "given"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 50_000_000)
    with pytest.raises(errors.Hostile):
        read_all(path, "x.xlsx")
