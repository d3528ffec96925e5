"""What is redacted is gone: from the text, from the picture, and from every byte of the file."""

import io
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pypdf
import pypdf.annotations
import pytest
from PIL import Image, ImageDraw, ImageFont, TiffImagePlugin
from PIL.TiffImagePlugin import TiffImageFile
from reading import piece_of, read_piece
from reportlab.pdfgen.canvas import Canvas

from tessera.engines import redaction
from tessera.engines.pdf import page_picture
from tessera.extract.limits import Limits
from tessera.extract.pictures import open_pictures
from tessera.extract.piece import Budget, Piece
from tessera.flow.redacting import hidden_words, places_of, redacted_text, spans_of, words_left
from tessera.integrate.contents import write_layout
from tessera.model.found import Off, Passage
from tessera.model.locator import Box, Locator
from tessera.store.contents import WholePassage

SECRET = "Zacharias Quill"


def a_pdf(path: Path) -> Path:
    canvas = Canvas(str(path), pagesize=(400, 400))
    canvas.setAuthor(SECRET)
    canvas.setFont("Helvetica", 24)
    canvas.drawString(40, 300, SECRET)
    canvas.drawString(40, 100, "public words")
    canvas.showPage()
    canvas.drawString(40, 300, "second page")
    canvas.save()
    return path


def everything_in(content: bytes) -> str:
    """Every text that a reader or a program could find: the bytes, their streams unpacked, metadata, text of pages."""
    found = [content]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    reader = pypdf.PdfReader(io.BytesIO(content))
    texts = [page.extract_text() for page in reader.pages] + [str(reader.metadata)]
    return " ".join([*texts, *(f.decode("latin-1") + f.decode("utf-16", "ignore") for f in found)])


def dark(picture: Image.Image, box: Box) -> float:
    """The share of black in a place of a picture."""
    width, height = picture.size
    left, top = int(box.left * width / 100), int(box.top * height / 100)
    part = picture.convert("L").crop(
        (left, top, left + int(box.width * width / 100), top + int(box.height * height / 100))
    )
    return sum(part.histogram()[:40]) / max(part.size[0] * part.size[1], 1)


def test_words_of_a_pdf_are_gone_from_its_picture_and_from_every_byte(tmp_path: Path) -> None:
    file = a_pdf(tmp_path / "a.pdf")
    assert SECRET in everything_in(file.read_bytes())
    place, other = Box(left=9, top=18, width=60, height=9), Box(left=9, top=68, width=50, height=9)
    made = redaction.redacted_pdf(file, {1: [place]}, {1: [(SECRET, place), ("public", other)]})
    told = everything_in(made)
    assert not [word for word in SECRET.split() if word in told]
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert [page.extract_text().strip() for page in pages] == ["public", ""]
    first = pages[0].images[0].image
    assert first is not None
    assert dark(first, place) > 0.99
    assert 0.01 < dark(first, other) < 0.6


def a_report(path: Path) -> Path:
    """A page with the secret in a line, over two lines, divided by a hyphen, in a table, in a comment, and in a file."""
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.setAuthor(SECRET)
    canvas.setFont("Helvetica", 14)
    lines = [
        f"Yesterday the witness {SECRET} saw a grey van at the corner.",
        "It was noted at noon that the neighbour of the owner, named Zacharias",
        "Quill, left the depot; his car is known to all. It is said that Zacha-",
        "rias Quill was not seen again. The caf\xe9 was closed.",
    ]
    for at, line in enumerate(lines):
        canvas.drawString(72, 720 - 18 * at, line)
    rows = [("Name", "Plate"), (SECRET, "PC123456"), ("Cleo Hart", "4AB 123")]
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            canvas.drawString(80 + 200 * column, 580 - 24 * at, cell)
    for at in range(4):
        canvas.line(72, 598 - 24 * at, 472, 598 - 24 * at)
    for column in range(3):
        canvas.line(72 + 200 * column, 598, 72 + 200 * column, 526)
    canvas.drawString(72, 300, "Overpainted")
    canvas.rect(60, 290, 200, 30, fill=1)
    canvas.setFillGray(1)
    canvas.drawString(72, 250, "Whitewashed")
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=path)
    writer.add_attachment("list.txt", SECRET.encode())
    writer.add_annotation(0, pypdf.annotations.Text(text=SECRET, rect=(500, 50, 520, 70)))
    writer.write(path)
    return path


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The report as it is released, read and redacted as the center does it."""
    file = a_report(tmp_path_factory.mktemp("released") / "0a1b")
    piece = Piece(path=file, filename="report.pdf", budget=Budget(left=2**40), limits=Limits())
    found = [one for one in read_piece(piece) if isinstance(one, Passage)]
    passages = [
        WholePassage(
            text=one.text,
            locator=one.locator,
            layout=write_layout(one.words),
            mentions=tuple(("person", at.start(), at.end()) for at in re.finditer(r"Zacharias\s+Quill", one.text)),
        )
        for one in found
    ]
    spans = [spans_of(passage, hidden_words(passages, frozenset({"person"}))) for passage in passages]
    assert sum(map(len, spans)) == 5
    noted = [at for at, passage in enumerate(passages) if passage.text == SECRET and not passage.layout]
    assert len(noted) == 1, "the comment has no place on the page"
    kept = [at for at in range(len(passages)) if at not in noted]
    chosen = [passages[at] for at in kept], [spans[at] for at in kept]
    return redaction.redacted_pdf(file, places_of(*chosen), words_left(*chosen))


def test_no_part_of_a_hidden_name_is_in_any_byte_however_it_was_divided(released: bytes) -> None:
    told = everything_in(released)
    assert not [part for part in ("Zacha", "rias", "Quill", "Overpainted", "Whitewashed") if part in told]
    hexed = released.lower()
    assert not [part for part in ("Zacha", "Quill") if part.encode().hex().encode() in hexed]
    reader = pypdf.PdfReader(io.BytesIO(released))
    assert not reader.attachments
    assert "/Annots" not in reader.pages[0]
    assert set(reader.root_object) <= {"/Type", "/Pages"}
    assert set(reader.metadata or {}) <= {"/CreationDate", "/Creator", "/Producer"}


def test_the_words_that_remain_are_found_in_the_copy_where_they_stand(released: bytes, tmp_path: Path) -> None:
    said = " ".join(pypdf.PdfReader(io.BytesIO(released)).pages[0].extract_text().split())
    for words in (
        "Yesterday the witness",
        "saw a grey van at the corner.",
        "left the depot",
        "Plate",
        "PC123456",
        "caf\xe9 was",
    ):
        assert words in said
    piece = piece_of(tmp_path, released)
    placed = {
        one.text[word.start : word.end]: word.box
        for one in read_piece(piece)
        if isinstance(one, Passage)
        for word in one.words
    }
    box = placed["PC123456"]
    assert box is not None
    assert abs(box.left - 280 / 612 * 100) < 1
    assert abs(box.top + box.height - (792 - 556) / 792 * 100) < 1.5


def test_letters_that_are_recognised_on_the_copy_hold_no_hidden_name(released: bytes, tmp_path: Path) -> None:
    eyes = open_pictures(None)
    if isinstance(eyes, Off):
        pytest.skip(eyes.why)
    (tmp_path / "a.pdf").write_bytes(released)
    (tmp_path / "a.png").write_bytes(page_picture(tmp_path / "a.pdf", 1, dpi=150))
    said = " ".join(line.text for line in eyes.read(tmp_path / "a.png", page=1))
    assert "witness" in said
    assert "PC123456" in said
    assert not [part for part in ("acha", "rias", "uill", "paint") if part in said]


def test_a_hidden_word_without_a_place_leaves_a_black_page_that_says_nothing(tmp_path: Path) -> None:
    file = a_pdf(tmp_path / "a.pdf")
    made = redaction.redacted_pdf(
        file, {1: [redaction.WHOLE]}, {1: [("public", Box(left=9, top=68, width=20, height=9))]}
    )
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert pages[0].extract_text().strip() == ""
    black = pages[0].images[0].image
    assert black is not None
    assert dark(black, redaction.WHOLE) == 1


def test_words_in_letters_that_the_font_lacks_are_left_out(tmp_path: Path) -> None:
    place = Box(left=9, top=68, width=50, height=9)
    words = [("Привет", place), ("\x07", place), ("d\xe9j\xe0", place)]
    made = redaction.redacted_pdf(a_pdf(tmp_path / "a.pdf"), {}, {1: words})
    assert pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text().strip() == "d\xe9j\xe0"


def test_a_redacted_picture_keeps_no_word_of_what_the_file_said_besides(tmp_path: Path) -> None:
    picture = Image.new("RGB", (200, 100), "white")
    exif = Image.Exif()
    exif[0x010E] = SECRET
    picture.save(tmp_path / "a.jpg", exif=exif)
    made = redaction.redacted_picture(tmp_path / "a.jpg", {1: [Box(left=50, top=0, width=50, height=100)]})
    assert SECRET.encode() not in made
    with Image.open(io.BytesIO(made)) as shown:
        assert not shown.getexif()
        assert shown.getpixel((199, 50)) == (0, 0, 0)
        assert shown.getpixel((10, 50)) == (255, 255, 255)


def a_tiff(path: Path) -> Path:
    """Four pages: the secret on the first in color, on the third in grey and on the fourth in black and white, where it says so besides."""
    told = TiffImagePlugin.ImageFileDirectory_v2()
    told[0x010E] = SECRET
    pages = [Image.new(mode, (600, 300), "white") for mode in ("RGB", "RGB", "L", "1")]
    for number, page in enumerate(pages, start=1):
        pen = ImageDraw.Draw(page)
        pen.text((40, 40), "public words", font=ImageFont.load_default(32), fill=0)
        if number != 2:
            pen.text((40, 40 * number + 60), SECRET, font=ImageFont.load_default(32), fill=0)
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:], tiffinfo=told)
    return path


def the_box(number: int) -> Box:
    return Box(left=5, top=(40 * number + 58) / 3, width=60, height=14)


def test_every_page_of_a_picture_is_in_the_copy_and_what_is_hidden_on_none(tmp_path: Path) -> None:
    file = a_tiff(tmp_path / "a.tiff")
    made = redaction.redacted_picture(file, {number: [the_box(number)] for number in (1, 3, 4)})
    assert SECRET.encode() not in made
    with Image.open(io.BytesIO(made)) as copy, Image.open(file) as given:
        assert isinstance(copy, TiffImageFile)
        assert (copy.format, copy.n_frames) == ("TIFF", 4)
        assert len(made) < 4 * 600 * 300
        for number in range(1, 5):
            copy.seek(number - 1)
            given.seek(number - 1)
            shown, was = np.asarray(copy.convert("L")), np.asarray(given.convert("L"))
            assert set(copy.tag_v2) <= {256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 254}  # what a page needs
            if number == 2:
                assert (np.asarray(copy.convert("RGB")) == np.asarray(given.convert("RGB"))).all()
                continue
            dark_before = int((was < 128)[40 * number + 60 : 40 * number + 96].sum())
            assert dark_before > 500
            assert dark(Image.fromarray(shown), the_box(number)) == 1
            changed = np.argwhere(shown != was)
            assert 0.9 * (40 * number + 58) < changed[:, 0].min()
            assert changed[:, 0].max() < 1.1 * (40 * number + 58 + 42)


def test_no_page_of_the_copy_says_to_a_reader_of_letters_what_was_hidden(tmp_path: Path) -> None:
    eyes = open_pictures(None)
    if isinstance(eyes, Off):
        pytest.skip(eyes.why)
    file = a_tiff(tmp_path / "a.tiff")
    passages = [
        WholePassage(
            text=line.text,
            locator=line.locator,
            layout=write_layout(line.words),
            mentions=tuple(("person", at.start(), at.end()) for at in re.finditer(r"Zacharias\s*Quill", line.text)),
        )
        for page in range(1, 5)
        for line in eyes.read(file, page=page)
    ]
    spans = [spans_of(passage, hidden_words(passages, frozenset({"person"}))) for passage in passages]
    assert sum(map(len, spans)) == 3
    (tmp_path / "copy.tiff").write_bytes(redaction.redacted_picture(file, places_of(passages, spans)))
    for page in range(1, 5):
        said = " ".join(line.text for line in eyes.read(tmp_path / "copy.tiff", page=page))
        assert "public" in said
        assert not [part for part in ("acha", "uill") if part in said]


def test_a_page_that_cannot_be_decoded_is_black_and_what_is_black_everywhere_is_so_on_each(tmp_path: Path) -> None:
    file = a_tiff(tmp_path / "a.tiff")
    content = bytearray(file.read_bytes())
    strips = struct.pack("<HHI", 273, 4, 1)
    second = content.index(strips, content.index(strips) + 1)
    struct.pack_into("<I", content, second + 8, 2**31)
    (tmp_path / "broken.tiff").write_bytes(content)
    place = Box(left=0, top=0, width=20, height=20)
    with Image.open(io.BytesIO(redaction.redacted_picture(tmp_path / "broken.tiff", {0: [place]}))) as copy:
        assert isinstance(copy, TiffImageFile)
        assert copy.n_frames == 4
        for number in range(4):
            copy.seek(number)
            assert dark(copy, place) == 1
        copy.seek(1)
        assert dark(copy, redaction.WHOLE) == 1


def a_passage(
    text: str, layout: str = "", mentions: tuple[tuple[str, int, int], ...] = (), page: int = 1
) -> WholePassage:
    return WholePassage(text=text, locator=Locator(page=page), layout=layout, mentions=mentions)


def test_a_value_is_hidden_wherever_it_is_written_and_not_only_where_it_was_found() -> None:
    first = a_passage("Ann Lee called.", mentions=(("person", 0, 7),))
    second = a_passage("Later ANN  LEE left; Annabel Lees stayed.")
    words = hidden_words([first, second], frozenset({"person"}))
    assert redacted_text(first.text, spans_of(first, words)) == "[person] called."
    assert redacted_text(second.text, spans_of(second, words)) == "Later [person] left; Annabel Lees stayed."
    assert not hidden_words([first], frozenset({"phone"}))


def test_a_hidden_word_without_a_place_blacks_its_whole_page() -> None:
    placed = a_passage("Ann Lee", "0-3@1,2,3,4 4-7@5,2,3,4", (("person", 0, 7),), page=1)
    half = a_passage("Ann Lee", "0-3@1,2,3,4", (("person", 0, 7),), page=2)
    bare = a_passage("Ann Lee", "", (("person", 0, 7),), page=3)
    passages = [placed, half, bare]
    words = hidden_words(passages, frozenset({"person"}))
    places = places_of(passages, [spans_of(p, words) for p in passages])
    assert places[1] == [Box(left=1, top=2, width=3, height=4), Box(left=5, top=2, width=3, height=4)]
    assert places[2] == places[3] == [redaction.WHOLE]


def test_a_word_half_under_a_black_place_is_not_behind_the_picture(tmp_path: Path) -> None:
    file = a_pdf(tmp_path / "a.pdf")
    whole, half = Box(left=9, top=18, width=44, height=8), Box(left=9, top=18, width=20, height=8)
    made = redaction.redacted_pdf(file, {1: [half]}, {1: [(SECRET, whole)]})
    assert not [word for word in SECRET.split() if word in everything_in(made)]


def test_words_that_are_left_are_those_outside_every_hidden_stretch() -> None:
    passage = a_passage("Ann Lee's car", "0-3@1,2,3,4 4-9@5,2,3,4 10-13@9,2,3,4", page=2)
    assert words_left([passage], [[(0, 7, "person")]]) == {2: [("car", Box(left=9, top=2, width=3, height=4))]}
    bare = a_passage("Ann", "0-3!B7")
    assert words_left([bare], [[]]) == {}
