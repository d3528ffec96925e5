import io
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from document_samples import docx, eml, epub, msg, odt, pack, pdf, pptx, relations
from reading import OFF, facts, piece_of, read_piece, refusals, texts

from tessera.engines.pdf import MOST_PIXELS, page_picture
from tessera.errors import Hostile, TesseraError, Unreadable
from tessera.extract.tools import Tools
from tessera.model.found import Enclosed, Passage, PassageSort
from tessera.model.locator import Locator

RTF = rb"{\rtf1\ansi{\info{\title Weekly}{\author Ann}}AT&T <x> caf\'e9 \u8364? text.\par Last line.\par}"


class _Eyes:
    """Says which page it was shown."""

    def read(self, picture: Path, *, page: int) -> Sequence[Passage]:
        assert picture.read_bytes().startswith(b"\x89PNG")
        return [Passage(text=f"seen {page}", locator=Locator(page=page))]


def test_a_pdf_gives_its_paragraphs_with_the_place_of_each_word(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, pdf("The deputy saw\ntwo men.", "Second page")))
    assert facts(found)["title"] == "Brief"
    assert facts(found)["author"] == "Ann Lee"
    assert facts(found)["pages"] == "2"
    assert texts(found) == ["The deputy saw two men.", "Second page"]
    first = next(one for one in found if isinstance(one, Passage))
    assert [first.text[word.start : word.end] for word in first.words] == ["The", "deputy", "saw", "two", "men."]
    box = first.words[0].box
    assert box is not None
    assert abs(box.left - 72 / 612 * 100) < 1
    assert abs(box.top + box.height - 72 / 792 * 100) < 1


def test_a_page_that_is_a_picture_is_read_as_one(tmp_path: Path) -> None:
    tools = Tools(pictures=_Eyes(), speech=OFF, names=OFF)
    assert texts(read_piece(piece_of(tmp_path, pdf("Some text that is long enough.", "")), tools))[-1] == "seen 2"


def test_pages_that_nobody_can_read_are_refused_once_with_the_reason(tmp_path: Path) -> None:
    (reason,) = refusals(read_piece(piece_of(tmp_path, pdf("Some text that is long enough.", "", ""))))
    assert "2, 3" in reason
    assert OFF.why in reason


def test_a_file_embedded_in_a_pdf_is_given(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, pdf("Text", attached=b"id\n1\n")))
    (inner,) = [one for one in found if isinstance(one, Enclosed)]
    assert (inner.name, inner.path.read_bytes()) == ("list.csv", b"id\n1\n")


@pytest.mark.parametrize(
    ("content", "said"), [(pdf("a", password="secret"), "password"), (pdf("a")[:200], "cannot be opened")]
)
def test_a_locked_or_damaged_pdf_says_what_to_do(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as caught:
        read_piece(piece_of(tmp_path, content))
    assert caught.value.advice


def test_a_page_is_drawn_within_bounds(tmp_path: Path) -> None:
    from PIL import Image

    piece = piece_of(tmp_path, pdf("a"))
    assert Image.open(io.BytesIO(page_picture(piece.path, 1, dpi=100))).size == (850, 1100)
    width, height = Image.open(io.BytesIO(page_picture(piece.path, 1, dpi=1200))).size
    assert width * height <= MOST_PIXELS * 1.01
    with pytest.raises(Unreadable, match="none with the number 9"):
        page_picture(piece.path, 9, dpi=100)


def test_a_word_document_keeps_every_sign(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, docx("AT&T <north> said “no”.", "Second\nline")))
    assert texts(found) == ["Summary", "AT&T <north> said “no”.", "Second\nline", "Plate | 4AB 123", "Head of page"]
    sorts = [one.sort for one in found if isinstance(one, Passage)]
    assert sorts[0] is PassageSort.HEADING
    assert sorts[3] is PassageSort.ROW
    assert facts(found)["author"] == "Ann Lee"


def test_slides_come_in_the_order_in_which_they_are_shown(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, pptx()))
    told = [(one.locator.page, one.text) for one in found if isinstance(one, Passage)]
    assert told == [
        (1, "First"),
        (1, "Text of the first & more"),
        (1, "A note"),
        (2, "Second"),
        (2, "Text of the second"),
    ]
    assert [one.name for one in found if isinstance(one, Enclosed)] == ["ppt/media/image1.png"]


def test_an_open_document_is_read_without_what_was_deleted(tmp_path: Path) -> None:
    row = "<tb:table><tb:table-row><tb:table-cell><t:p>x</t:p></tb:table-cell><tb:table-cell><t:p>y</t:p></tb:table-cell></tb:table-row></tb:table>"
    body = f"<t:tracked-changes><t:p>gone</t:p></t:tracked-changes><t:h>Head</t:h><t:p>a<t:s t:c='2'/>b<t:span> &amp; c</t:span></t:p>{row}"
    found = read_piece(piece_of(tmp_path, odt(body)))
    assert texts(found) == ["Head", "a  b & c", "x | y"]
    assert facts(found) == {"title": "Weekly", "author": "Ann"}


def test_a_book_is_read_chapter_by_chapter_and_a_missing_one_is_refused(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, epub()))
    assert texts(found) == ["One", "Text of a chapter."]
    assert len(refusals(found)) == 1


def test_rtf_is_read(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, RTF))
    assert texts(found) == ["AT&T <x> café € text.", "Last line."]
    assert facts(found) == {"title": "Weekly", "author": "Ann"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_plain_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    text = "# Heading\n\nCafé was closed.\r\nHe left.\n \n\nLast one.\n"
    found = read_piece(piece_of(tmp_path, text.encode(encoding)))
    assert texts(found) == ["Heading", "Café was closed.\nHe left.", "Last one."]


def test_a_long_paragraph_is_cut_at_sentences_and_nothing_is_lost(tmp_path: Path) -> None:
    text = " ".join(f"Sentence number {number} says nothing new." for number in range(500))
    told = texts(read_piece(piece_of(tmp_path, text.encode())))
    assert all(len(part) <= 2_000 and part.endswith(".") for part in told)
    assert " ".join(told) == text


def _with_part(name: str, content: str) -> bytes:
    stream = io.BytesIO(docx("Text"))
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for info in given.infolist():
            written.writestr(info.filename, content if info.filename == name else given.read(info))
    return out.getvalue()


def test_entities_in_a_word_document_are_hostile(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="urn:x"><w:p><w:t>&b;</w:t></w:p></w:document>'
    with pytest.raises(Hostile, match="entities"):
        read_piece(piece_of(tmp_path, _with_part("word/document.xml", bomb)))


def test_a_word_document_that_unpacks_without_end_is_hostile(tmp_path: Path) -> None:
    with pytest.raises(Hostile, match="times its size"):
        read_piece(piece_of(tmp_path, _with_part("word/document.xml", " " * 30_000_000)))


def test_a_damaged_part_of_a_document_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, _with_part("word/header1.xml", "<w:hdr xmlns:w='urn:x'><w:p>")))
    assert "Summary" in texts(found)
    assert "header1" in refusals(found)[0]


SAMPLES = {
    "pdf": pdf("The deputy saw\ntwo men.", attached=b"id\n1\n"),
    "docx": docx("Text"),
    "pptx": pptx(),
    "odt": odt("<t:p>Text</t:p>"),
    "epub": epub(),
    "rtf": RTF,
    "eml": eml(html=True),
    "msg": msg(),
    "html": b"<html><head><title>T</title></head><body><table><tr><td>a<td>b</table><p>Text <a href='https://x.example'>here</a></body></html>",
    "csv": b"id,what\n1,fall\n2,fire\n",
    "json": b'[{"id": 1, "what": {"sort": "fall"}}, {"id": 2}]',
    "xml": b"<rows><row><id>1</id></row><row><id>2</id></row></rows>",
    "zip": pack({"a.txt": "Text.", "b/c.csv": "id\n1\n", "d.pdf": b"%PDF-1.4\n\0"}),
    "mbox": b"From a@b.example Mon Mar  2 08:00:00 2026\nFrom: a@b.example\nSubject: x\n\nText.\n\nFrom a@b.example Mon Mar  2 08:00:00 2026\nSubject: y\nFrom: z\n\nMore.\n",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_damage_of_any_kind_gives_findings_or_a_reason(tmp_path: Path, name: str) -> None:
    draw = random.Random(name)
    for _ in range(40):
        content = bytearray(SAMPLES[name])
        for _ in range(draw.choice((1, 3, 20))):
            at = draw.randrange(len(content))
            match draw.randrange(4):
                case 0:
                    content[at] = draw.randrange(256)
                case 1:
                    del content[at : at + draw.randrange(1, 40)]
                case 2:
                    content[at:at] = draw.randbytes(draw.randrange(1, 20))
                case _:
                    content[at:at] = content[max(at - 30, 0) : at]
            if not content:
                break
        if draw.random() < 0.3:
            del content[draw.randrange(len(content) + 1) :]
        try:
            found: list[object] = [*read_piece(piece_of(tmp_path, bytes(content), f"given.{name}"))]
        except TesseraError as error:
            found = [error.advice]
        assert found
        assert all(found)


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "aligned"])
def test_a_table_of_a_pdf_is_given_row_by_row_with_cells_and_boxes(ruled: bool, tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    rows = [
        ("Name", "Plate", "Seen"),
        ("Ann Lee", "PC123", "noon"),
        ("Bo Day", "4K7321", "night"),
        ("Cy Fox", "XY9", "dawn"),
    ]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(500, 500))
    canvas.drawString(40, 460, "Vehicles that were seen at the depot in the first week of March, by hour")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            canvas.drawString(50 + 140 * column, 400 - 20 * at, cell)
    if ruled:
        for at in range(len(rows) + 1):
            canvas.line(40, 415 - 20 * at, 460, 415 - 20 * at)
        for column in range(4):
            canvas.line(40 + 140 * column, 415, 40 + 140 * column, 415 - 20 * len(rows))
    canvas.save()
    piece = piece_of(tmp_path, out.getvalue())
    found = [one for one in read_piece(piece) if isinstance(one, Passage) and one.sort is PassageSort.ROW]
    assert [one.text for one in found] == [" | ".join(row) for row in rows]
    plate = next(word for word in found[1].words if found[1].text[word.start : word.end] == "PC123")
    assert plate.cell == "B2"
    assert plate.box is not None
    assert 35 < plate.box.left < 42


def test_a_word_divided_at_the_end_of_a_line_is_one_word_with_two_places(tmp_path: Path) -> None:
    lines = (
        "The long statement was given at noon by the neigh-\nbour of the owner, and it was written down by the clerk."
    )
    (found,) = [one for one in read_piece(piece_of(tmp_path, pdf(lines))) if isinstance(one, Passage)]
    at = found.text.index("neighbour")
    first, second = (word for word in found.words if at <= word.start < at + len("neighbour"))
    assert first.box is not None
    assert second.box is not None
    assert first.box.left > second.box.left
    assert first.box.top < second.box.top
    assert second.box.width < 10


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_rows_of_a_document_name_their_cells_and_no_two_are_alike(tmp_path: Path, kind: str) -> None:
    from docx import Document

    if kind == "docx":
        document = Document()
        for _ in range(2):
            table = document.add_table(rows=1, cols=3)
            table.cell(0, 0).text, table.cell(0, 2).text = "Plate", "4AB 123"
            document.add_paragraph("Text")
        stream = io.BytesIO()
        document.save(stream)
        content = stream.getvalue()
    else:
        cells = "".join(f"<tb:table-cell><t:p>{text}</t:p></tb:table-cell>" for text in ("Plate", "", "4AB 123"))
        content = odt(f"<tb:table><tb:table-row>{cells}</tb:table-row></tb:table><t:p>Text</t:p>" * 2)
    rows = [one for one in read_piece(piece_of(tmp_path, content)) if isinstance(one, Passage) and one.words]
    assert [one.text for one in rows] == ["Plate | 4AB 123"] * 2
    assert [[word.cell for word in one.words] for one in rows] == [["A1", "C1"], ["A2", "C2"]]
    assert [one.locator.row for one in rows] == [1, 2]


def test_an_open_document_tells_links_notes_and_objects(tmp_path: Path) -> None:
    note = "<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>a note</t:p></t:note-body></t:note>"
    link = "<t:a xmlns:x='http://www.w3.org/1999/xlink' x:href='https://a.example/b'>here</t:a>"
    found = read_piece(piece_of(tmp_path, odt(f"<t:p>Plate PC123{note} is {link}.</t:p>")))
    assert texts(found) == ["a note", "Plate PC123 is here (https://a.example/b)."]


def _word(body: str, **parts: str) -> bytes:
    spaces = 'xmlns:w="urn:w" xmlns:r="urn:relationships" xmlns:a="urn:a" xmlns:c="urn:c" xmlns:mc="urn:mc"'
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "word/main2.xml": f"<w:document {spaces}><w:body>{body}</w:body></w:document>",
    }
    named = {"_rels/.rels": relations(("m", "officeDocument", "word/main2.xml")), **parts}
    return pack(files | {name: text.replace("SPACES", spaces) for name, text in named.items()})


def test_a_word_document_is_read_wherever_its_parts_lie_with_links_boxes_charts_and_notes(tmp_path: Path) -> None:
    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    box = f"<mc:AlternateContent><mc:Choice><w:txbxContent><w:p>{run('boxed')}</w:p></w:txbxContent></mc:Choice><mc:Fallback>{run('twice')}</mc:Fallback></mc:AlternateContent>"
    body = f"<w:p>{run('Call')}<w:hyperlink r:id='l'>{run(' here')}</w:hyperlink><w:del>{run('gone')}</w:del></w:p><w:p>{box}</w:p>"
    content = _word(
        body,
        **{
            "word/_rels/main2.xml.rels": relations(
                ("l", "hyperlink", "https://a.example/b"), ("d", "diagramData", "diagrams/data1.xml"), ("c", "chart", "charts/chart1.xml")
            ).replace('Target="https', 'TargetMode="External" Target="https'),
            "word/diagrams/data1.xml": "<a:d SPACES><a:p><a:r><a:t>drawn</a:t></a:r></a:p></a:d>",
            "word/charts/chart1.xml": "<c:c SPACES><c:strCache><c:pt><c:v>Dover</c:v></c:pt><c:pt><c:v>Lewes</c:v></c:pt></c:strCache></c:c>",
            "word/footnotes.xml": f"<w:footnotes SPACES><w:p>{run('a note')}</w:p></w:footnotes>",
            "word/vbaProject.bin": "x",
        },
    )  # fmt: skip
    found = read_piece(piece_of(tmp_path, content))
    assert texts(found) == ["Call here (https://a.example/b)", "boxed", "a note", "drawn", "Dover; Lewes"]
    assert "macros" in facts(found)["note"]


def test_pages_of_plain_text_end_words(tmp_path: Path) -> None:
    assert texts(read_piece(piece_of(tmp_path, b"first page\fsecond page\vbelow"))) == [
        "first page",
        "second page\nbelow",
    ]


def test_letters_that_stand_apart_are_one_word_though_they_were_drawn_in_two_strokes(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 200))
    for text, at in (("Nort", 40), ("h side of the", 40 + 4 * 8.4)):
        line = canvas.beginText(at, 100)
        line.setFont("Courier", 10)
        line.setCharSpace(2.4)
        line.textOut(text)
        canvas.drawText(line)
    canvas.save()
    assert texts(read_piece(piece_of(tmp_path, out.getvalue()))) == ["North side of the"]
