"""What is redacted is gone: from the text, from the picture, and from every byte of the file."""

import io
import re
import zlib
from pathlib import Path

import pypdf
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tessera.engines import redaction
from tessera.flow.redacting import hidden_words, places_of, redacted_text, spans_of
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
    made = redaction.redacted_pdf(file, {1: [place]})
    told = everything_in(made)
    assert not [word for word in SECRET.split() if word in told]
    assert "public" not in told, "the copy is made of pictures alone"
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 2
    first = pages[0].images[0].image
    assert first is not None
    assert dark(first, place) > 0.99
    assert 0.01 < dark(first, other) < 0.6


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
