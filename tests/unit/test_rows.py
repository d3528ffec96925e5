import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from document_samples import pack, xlsx
from reading import piece_of, read_piece, refusals, texts

from tessera.errors import Unreadable
from tessera.extract import rows
from tessera.model.found import Passage


def test_a_row_names_its_columns_and_cells(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, b'id,what,where\n1,"fall, hard",Dover\n2,,Lewes\n'))
    assert texts(found) == ["id: 1; what: fall, hard; where: Dover", "id: 2; where: Lewes"]
    first, second = (one for one in found if isinstance(one, Passage))
    assert [(first.text[word.start : word.end], word.cell) for word in first.words] == [
        ("1", "A2"),
        ("fall, hard", "B2"),
        ("Dover", "C2"),
    ]
    assert (second.locator.row, second.words[1].cell) == (2, "C3")


def test_each_sheet_is_a_page(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Calls", 0).append(["id", "what"])
    book["Calls"].append([1, "fall"])
    book.create_sheet("More").append(["plate"])
    book["More"].append(["4AB 123"])
    stream = io.BytesIO()
    book.save(stream)
    found = read_piece(piece_of(tmp_path, stream.getvalue()))
    assert [(one.locator.page, one.text) for one in found if isinstance(one, Passage)] == [
        (1, "id: 1; what: fall"),
        (2, "plate: 4AB 123"),
    ]


def test_a_row_that_cannot_be_split_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, b'id,what\n1,fall\n2,"theft\n'))
    assert texts(found) == ["id: 1; what: fall"]
    assert "quotation mark" in refusals(found)[0]


def test_a_long_row_is_cut_between_cells(tmp_path: Path) -> None:
    told = texts(read_piece(piece_of(tmp_path, b"a,b,c\n" + b",".join([b"x" * 1500] * 3) + b"\n")))
    assert told == [f"{name}: {'x' * 1500}" for name in "abc"]


def test_no_more_rows_than_the_bound_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 3)
    found = read_piece(piece_of(tmp_path, b"id,b\n" + b"1,2\n" * 10))
    assert len(texts(found)) == 3
    assert "first 3 rows" in refusals(found)[0]


def test_a_file_without_a_table_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_piece(piece_of(tmp_path, b"[]"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'["north", "south"]', [("", "north; south")]),
        (b'[["a", 1], ["b", null]]', [("/0", "a; 1"), ("/1", "b")]),
        (
            b'{"rows": [{"id": 1}], "made/by": {"name": "Ann"}, "at": "noon"}',
            [("", "at: noon"), ("/made~1by", "name: Ann")],
        ),
    ],
)
def test_what_json_says_outside_a_table_is_told_with_its_pointer(
    tmp_path: Path, content: bytes, told: list[tuple[str, str]]
) -> None:
    found = [one for one in read_piece(piece_of(tmp_path, content)) if isinstance(one, Passage) and not one.words]
    assert [(one.locator.pointer, one.text) for one in found] == told


@pytest.mark.parametrize("content", [b"{}", b"[]", b"[[], {}]", b'{"a": [1,2'])
def test_json_that_says_nothing_or_is_cut_off_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_piece(piece_of(tmp_path, content))


def test_a_workbook_with_a_broken_sheet_says_which(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx())) as archive:
        files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    sheet = files["xl/worksheets/sheet3.xml"]
    assert isinstance(sheet, bytes)
    files["xl/worksheets/sheet3.xml"] = sheet[:60]
    with pytest.raises(Unreadable, match="Plates"):
        read_piece(piece_of(tmp_path, pack(files)))


def test_a_cell_that_is_longer_than_a_passage_goes_on_in_the_next_whole(tmp_path: Path) -> None:
    said = " ".join(f"word{n}" for n in range(6_000))
    told = [one for one in read_piece(piece_of(tmp_path, f"id,text\n1,{said}\n".encode())) if isinstance(one, Passage)]
    parts = [one.text[word.start : word.end] for one in told for word in one.words if word.cell == "B2"]
    assert " ".join(parts) == said
    assert all(one.text.startswith(("id: 1", "text: ")) for one in told)
