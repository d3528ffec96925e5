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


def test_lines_above_a_header_and_remarks_beside_cells_are_read(tmp_path: Path) -> None:
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    sheet = book.create_sheet("Items", 0)
    for row in (
        ["Seized items, by the property room"],
        ["id", "what", "where"],
        [1, "ring", "A-1"],
        [2, "lamp", "B-2"],
    ):
        sheet.append(row)
    sheet["B3"].comment = Comment("The owner came twice", "Ann")
    out = io.BytesIO()
    book.save(out)
    said = texts(read_piece(piece_of(tmp_path, out.getvalue(), "given.xlsx")))
    assert said == [
        "Seized items, by the property room",
        "id: 1; what: ring; where: A-1",
        "id: 2; what: lamp; where: B-2",
        "B3: The owner came twice",
    ]


def test_lines_above_the_header_of_a_delimited_file_are_read(tmp_path: Path) -> None:
    content = b"Seized items of the property room\n\nid,what,where\n" + b"".join(
        b"%d,ring,A-%d\n" % (n, n) for n in range(9)
    )
    said = texts(read_piece(piece_of(tmp_path, content, "given.csv")))
    assert said[:2] == ["Seized items of the property room", "id: 0; what: ring; where: A-0"]


def test_threads_and_boxes_of_a_workbook_are_read_once(tmp_path: Path) -> None:
    spread = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
    beside = {
        "xl/comments1.xml": f"<comments {spread}><commentList><comment ref='A2'><text><r><t>[Threaded comment] Old</t></r></text></comment>"
        "<comment ref='B2'><text><r><t>Seen </t></r><r><t>twice</t></r></text><x>31 2</x></comment></commentList></comments>",
        "xl/threadedComments/threadedComment1.xml": "<ThreadedComments><threadedComment ref='A2'><text>Who called?</text></threadedComment></ThreadedComments>",
        "xl/drawings/drawing1.xml": "<d xmlns:a='a'><a:p><a:r><a:t>Keep </a:t></a:r><a:r><a:t>closed</a:t></a:r></a:p></d>",
    }  # fmt: skip
    path = tmp_path / "book.xlsx"
    path.write_bytes(xlsx())
    with zipfile.ZipFile(path, "a") as archive:
        for name, content in beside.items():
            archive.writestr(name, content)
    said = texts(read_piece(piece_of(tmp_path, path.read_bytes(), "given.xlsx")))
    assert said[-3:] == ["B2: Seen twice", "Keep closed", "A2: Who called?"]


def test_remarks_of_an_open_workbook_are_read(tmp_path: Path) -> None:
    office, table, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
    cells = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    remark = "<office:annotation><dc:creator xmlns:dc='d'>Ann</dc:creator><text:p>Ask him</text:p></office:annotation>"
    rows = [
        cells.format("id") + cells.format("what"),
        cells.format("x").replace("<text:p>", remark + "<text:p>", 1) + cells.format("y"),
    ]
    content = (
        f"<office:document-content xmlns:office='{office}' xmlns:table='{table}' xmlns:text='{text}'><office:body>"
        "<office:spreadsheet><table:table table:name='S'>" + "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )  # fmt: skip
    manifest = "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
    packed = pack(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )
    assert texts(read_piece(piece_of(tmp_path, packed, "given.ods")))[-1] == "Ask him"
