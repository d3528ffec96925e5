"""Documents of Word and PowerPoint before 2007, and rich text: every word, in its place, and none that was deleted."""

import struct
import time
from pathlib import Path

import pytest
from document_samples import doc, msg, old_doc, ole, ppt
from reading import facts, piece_of, read_piece, refusals, texts

from tessera.errors import Hostile, Unreadable
from tessera.extract.rich_text import read_rich_text
from tessera.model.found import Enclosed, Finding, Passage, PassageSort

IN_TABLE = b"\x16\x24\x01"
ENDS_ROW = b"\x16\x24\x01\x17\x24\x01"
LINK = '\x13 HYPERLINK "https://a.example/" \x14the desk\x15'


def cells_of(found: list[Finding]) -> list[dict[str, str]]:
    rows = [one for one in found if isinstance(one, Passage) and one.sort is PassageSort.ROW]
    return [{word.cell: row.text[word.start : word.end] for word in row.words} for row in rows]


@pytest.mark.parametrize("encoding", ["utf-16-le", "cp1252"])
def test_a_document_of_word_97_gives_headings_paragraphs_and_rows_with_their_cells(
    tmp_path: Path, encoding: str
) -> None:
    content = doc(
        ("Report\r", 1, b""), (f"Call {LINK} now,\x0bnot twenty\x1efour.\x01\r", 0, b""),
        ("Name\x07", 0, IN_TABLE), ("Plate\x07", 0, IN_TABLE), ("\x07", 0, ENDS_ROW),
        ("Ann\r", 0, IN_TABLE), ("Lee\x07", 0, IN_TABLE), ("\x07", 0, IN_TABLE), ("\x07", 0, ENDS_ROW),
        ("Café.\x0c", 0, b""), ("Last.\r", 0, b""),
        encoding=encoding,
    )  # fmt: skip
    found = read_piece(piece_of(tmp_path, content))
    said = [
        "Report",
        "Call the desk (https://a.example/) now,\nnot twenty-four.",
        "Name | Plate",
        "Ann Lee",
        "Café.",
        "Last.",
    ]
    assert texts(found) == said
    assert next(one.sort for one in found if isinstance(one, Passage)) is PassageSort.HEADING
    assert cells_of(found) == [{"A1": "Name", "B1": "Plate"}, {"A2": "Ann Lee"}]


def test_what_was_deleted_while_changes_were_tracked_is_no_text(tmp_path: Path) -> None:
    content = doc(("Kept gone kept.\r", 0, b""), deleted=(5, 10), encoding="cp1252")
    assert texts(read_piece(piece_of(tmp_path, content))) == ["Kept kept."]


def test_signs_beyond_the_first_plane_move_no_paragraph(tmp_path: Path) -> None:
    content = doc(("A \U0001f697 and \U0001f699.\r", 0, b""), ("Cell\x07", 0, IN_TABLE), ("\x07", 0, ENDS_ROW))
    found = read_piece(piece_of(tmp_path, content))
    assert texts(found) == ["A \U0001f697 and \U0001f699.", "Cell"]
    assert cells_of(found) == [{"A1": "Cell"}]


def test_a_document_of_word_95_is_read_in_the_code_page_of_its_language(tmp_path: Path) -> None:
    content = old_doc("Zażółć gęślą.\rJaźń\x07łódź\x07\x07żółw\r", page=1250, language=0x415)
    assert texts(read_piece(piece_of(tmp_path, content))) == ["Zażółć gęślą.", "Jaźń | łódź", "żółw"]


def test_objects_in_a_document_are_counted_and_macros_noted(tmp_path: Path) -> None:
    content = ole(
        {"WordDocument": bytes(0x200), "ObjectPool/_1/x": b"a", "ObjectPool/_2/y": b"b", "Macros/VBA/dir": b"c"}
    )
    found = read_piece(piece_of(tmp_path, content))
    assert any("2 objects" in reason for reason in refusals(found))
    assert "macros" in facts(found)["note"]


@pytest.mark.parametrize(
    "content", [doc(("a\r", 0, b""), flags=0x300), ppt(locked=True), ole({"EncryptedPackage": b"x"})]
)
def test_a_locked_file_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="encrypted with a password"):
        read_piece(piece_of(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xdb\xa5\x2d\x00" + bytes(600), "Word 2"),
        (ole({"PowerPoint Document": b"x", "Text_Content": b"x"}), "PowerPoint 95"),
        (ole({"PP40": b"x"}), "PowerPoint 95"),
        (b"!BDN\x01\x02", "Outlook"),
        (b"-----BEGIN PGP MESSAGE-----\n\nabc\n", "PGP"),
    ],
)
def test_what_is_too_old_or_locked_is_refused_by_its_name_with_advice(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(Unreadable, match=said) as caught:
        read_piece(piece_of(tmp_path, content))
    assert caught.value.advice


def test_slides_of_powerpoint_97_give_titles_boxes_comments_and_notes(tmp_path: Path) -> None:
    found = [one for one in read_piece(piece_of(tmp_path, ppt())) if isinstance(one, Passage)]
    assert [(one.locator.page, one.text) for one in found] == [
        (1, "First title"), (1, "In a box"), (1, "below"), (1, "Ann: Check this"), (1, "Say this first"), (2, "Second")
    ]  # fmt: skip
    assert [one.text for one in found if one.sort is PassageSort.HEADING] == ["First title", "Second"]


FONTS = r"{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fnil\fcharset238 Arial CE;}{\f2\fcharset128 Mincho;}}"


def rtf(body: str) -> bytes:
    return rf"{{\rtf1\ansi\ansicpg1252\deff0{FONTS}{{\stylesheet{{\s0 Normal;}}{{\s3 heading 2;}}}}{body}}}".encode(
        "cp1252"
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (r"One\par Two\line three\tab four\page five", ["One", "Two\nthree\tfour", "five"]),
        (r"\f1 \'e1rv\'edzt\'fbr\'f5\f0  caf\'e9", ["árvíztűrő café"]),
        (r"\f2\'8c\'f0\'92\'ca \f0 ok", ["交通 ok"]),
        (r"\u8364? \u8364\'80 {\uc2\u8364 xx}\uc0\u8364 y", ["€ € €€y"]),
        (r"\u-10179\'3f\u-8566\'3f car", ["\U0001f68a car"]),
        (r"seen {\v hidden} and {\deleted gone}kept", ["seen hidden and kept"]),
        (r"a\~b\_c\{d\}\\ \emdash e{\*\unknown no}{\pict ffd8}", ["a b-c{d}\\ \u2014e"]),
        (r"Text{\footnote a note} goes on{\*\annotation a remark}.", ["a note", "a remark", "Text goes on."]),
        (r"Text{\super \chftn{\*\footnote \chftn a note}} goes on.", ["a note", "Text goes on."]),
        (r"{\header Head\par}Body", ["Head", "Body"]),
        (r'{\field{\*\fldinst HYPERLINK "https://a.example/b"}{\fldrslt our page}} here', ["our page (https://a.example/b) here"]),
        ("a\\bin4 \\}}{b", ["ab"]),
        (r"over-{\*\xe no}{\xe no}{\tc no}", ["over-"]),
    ],
)  # fmt: skip
def test_rich_text_is_read_as_its_program_shows_it(tmp_path: Path, body: str, said: list[str]) -> None:
    assert texts(read_piece(piece_of(tmp_path, rtf(body)))) == said


def test_rich_text_gives_facts_headings_rows_and_pictures(tmp_path: Path) -> None:
    body = (
        r"{\info{\title Weekly}{\author Ann}{\creatim\yr2026\mo3\dy2\hr8\min5}}\pard\s3 Head\par\pard Text\par"
        r"\trowd\pard\intbl Name\cell Plate\cell\row\trowd\pard\intbl Ann\par Lee\cell\cell\row\pard End"
        r"{\*\shppict{\pict\pngblip\picw1 89504e47" "\n" r"0d0a}}{\nonshppict{\pict\wmetafile8 0102}}{\object{\*\objdata 01}{\result shown}}"
    )  # fmt: skip
    found = read_piece(piece_of(tmp_path, rtf(body)))
    assert facts(found) == {"title": "Weekly", "author": "Ann", "made_at": "2026-03-02T08:05:00Z"}
    assert texts(found) == ["Head", "Text", "Name | Plate", "Ann Lee", "Endshown"]
    assert cells_of(found) == [{"A1": "Name", "B1": "Plate"}, {"A2": "Ann Lee"}]
    assert next(one for one in found if isinstance(one, Passage)).sort is PassageSort.HEADING
    (picture,) = [one for one in found if isinstance(one, Enclosed)]
    assert (picture.name, picture.path.read_bytes()) == ("picture 1.png", b"\x89PNG\r\n")
    assert "object" in refusals(found)[0]


def test_rich_text_that_nests_without_end_is_hostile() -> None:
    with pytest.raises(Hostile, match="nests"):
        read_rich_text(b"{\\rtf1 " + b"{" * 50_000)


def test_rich_text_of_many_megabytes_is_read_in_order() -> None:
    body = b"".join(b"\\pard Line %d of the log.\\par\n" % number for number in range(40_000))
    found = read_rich_text(b"{\\rtf1\\ansi " + body + b"{\\pict\\pngblip " + b"00" * 2_000_000 + b"}}")
    assert len(found.blocks) == 40_000
    assert found.blocks[-1].text == "Line 39999 of the log."
    assert len(found.files[0][1]) == 2_000_000


def _summary(*properties: tuple[int, int, bytes]) -> bytes:
    """Write what an OLE file says of itself: number, sort and bytes of each property."""
    at, listed, values = 8 + 8 * len(properties), b"", b""
    for name, sort, value in properties:
        listed += struct.pack("<II", name, at + len(values))
        values += struct.pack("<I", sort) + value
    return bytes(44) + struct.pack("<III", 48, 0, len(properties)) + listed + values


def _said(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def test_what_an_older_document_states_is_told_in_its_code_page(tmp_path: Path) -> None:
    made = struct.pack("<Q", 134_168_400_000_000_000)
    stated = _summary((1, 2, struct.pack("<H", 1250)), (2, 0x1E, _said(b"Ra\x9d\0")), (4, 0x1F, struct.pack("<I", 3) + "Ann".encode("utf-16-le")), (12, 0x40, made), (14, 3, struct.pack("<I", 3)))  # fmt: skip
    found = read_piece(piece_of(tmp_path, ole({"WordDocument": bytes(0x200), "\x05SummaryInformation": stated})))
    assert facts(found) == {"title": "Rať", "author": "Ann", "made_at": "2026-03-01T12:00:00Z", "pages": "3"}


@pytest.mark.parametrize("count", [0xFFFFFFFF, 0x7FFFFFFF, 200])
def test_a_summary_that_claims_properties_without_end_takes_no_time(tmp_path: Path, count: int) -> None:
    stated = bytes(44) + struct.pack("<III", 48, 0, count) + bytes(3000)
    began = time.process_time()
    read_piece(piece_of(tmp_path, ole({"WordDocument": bytes(0x200), "\x05SummaryInformation": stated})))
    assert time.process_time() - began < 1


def _claiming(content: bytes, name: str, size: int) -> bytes:
    """Let an entry of an OLE file claim a size."""
    at = content.index(name.encode("utf-16-le") + b"\0\0")
    return content[: at + 120] + struct.pack("<I", size) + content[at + 124 :]


@pytest.mark.parametrize("name", ["WordDocument", "Root Entry"])
def test_streams_that_claim_more_than_the_file_holds_take_no_time(tmp_path: Path, name: str) -> None:
    content = _claiming(doc(("Text.\r", 0, b"")), name, 0x7FFFFFFF)
    began = time.process_time()
    with pytest.raises(Unreadable):
        read_piece(piece_of(tmp_path, content))
    assert time.process_time() - began < 1


def test_a_message_of_outlook_with_one_broken_property_is_read(tmp_path: Path) -> None:
    content = _claiming(msg(), "__substg1.0_1035001F", 0x7FFFFFFF)
    assert texts(read_piece(piece_of(tmp_path, content)))[-1] == "Call me."


def _packed(label: bytes, content: bytes) -> bytes:
    """Pack a file as the desktop packs what is dropped into a document."""
    told = (
        b"\2\0" + label + b"\0C:\\x\0" + struct.pack("<II", 3, 4) + b"C:x\0" + struct.pack("<I", len(content)) + content
    )
    return struct.pack("<I", len(told)) + told


def test_files_in_objects_are_taken_out_of_documents_and_out_of_their_wrapping(tmp_path: Path) -> None:
    streams = {
        "WordDocument": bytes(0x200),
        "ObjectPool/_1/\x01Ole10Native": _packed(b"list.csv", b"id\n1\n"),
        "ObjectPool/_2/Package": b"PK\x03\x04",
        "ObjectPool/_3/Equation Native": b"x",
    }
    found = read_piece(piece_of(tmp_path, ole(streams)))
    inner = [(one.name, one.path.read_bytes()) for one in found if isinstance(one, Enclosed)]
    assert inner == [("list.csv", b"id\n1\n"), ("object 2", b"PK\x03\x04")]
    assert any("An object lies" in reason for reason in refusals(found))


@pytest.mark.parametrize(
    ("streams", "name", "content"),
    [
        ({"\x01Ole10Native": _packed(b"list.csv", b"id\n1\n")}, "list.csv", b"id\n1\n"),
        ({"\x01Ole10Native": struct.pack("<I", 4) + b"abcd"}, "oleObject1.bin", b"abcd"),
        ({"CONTENTS": b"%PDF-1.4"}, "oleObject1.bin", b"%PDF-1.4"),
    ],
)
def test_an_object_that_wraps_a_file_gives_it(
    tmp_path: Path, streams: dict[str, bytes], name: str, content: bytes
) -> None:
    found = read_piece(piece_of(tmp_path, ole(streams), "oleObject1.bin"))
    assert [(one.name, one.path.read_bytes()) for one in found if isinstance(one, Enclosed)] == [(name, content)]
