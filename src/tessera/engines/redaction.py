"""Copies of pages and pictures on which words are gone: painted over in the picture itself, with nothing left beneath.

A page is made a picture, the places are painted black in it, and the copy is made of such pictures: no layers, no metadata, no
attachments, comments or forms of the original come along. Behind each picture stand, unseen, the words that can be read on it,
so that the copy can be searched and read aloud. A word is left out where it touches a black place, where nothing can be seen
in its place (as under a box that somebody drew before), and where it has letters that the font of the copy lacks.
"""

import ctypes
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, TiffImagePlugin

from tessera.engines import pdf, picture_files
from tessera.errors import Unreadable
from tessera.model.locator import Box

DPI: Final = 150
WIDEST: Final = 4_000
_POINTS: Final = 72
_QUALITY: Final = 80
_MARGIN: Final = 0.35
"""Hundredths of the page by which a black place reaches over the letters."""
_SHARED: Final = 0.25
"""Share of a word's height; what lies so far in the height of a black place is in its line."""
_INNER: Final = 0.15
"""Share of a word's box, at each side, that is not looked at: what is around it begins there."""
_CONTRAST: Final = 40
"""Shades of grey, of 255, by which letters differ from what they stand on."""
_GREY: Final = frozenset({"1", "L"})
_FONT: Final = b"Helvetica"
_LETTERS: Final = "cp1252"
_BASELINE: Final = 0.8
"""How far down in its box a word stands."""
Places = Mapping[int, Sequence[Box]]
"""What goes, by page; a box of the whole page blacks all of it."""
Words = Mapping[int, Sequence[tuple[str, Box]]]
"""Words that may stay, by page, each with its place, in reading order."""
WHOLE: Final = Box(left=0, top=0, width=100, height=100)


def redacted_pdf(path: Path, places: Places, words: Words) -> bytes:
    """Make a PDF of page pictures on which the places are black, with the words behind them that can still be read.

    `places[0]` is black on every page.
    """
    made = pypdfium2.PdfDocument.new()
    try:
        with pdf.Pdf(path) as document:
            for number in range(1, len(document) + 1):
                black = [*places.get(number, ()), *places.get(0, ())]
                with Image.open(io.BytesIO(document.picture(number, dpi=DPI))) as page:
                    shown = painted(page.convert("RGB"), black)
                _add_page(made, shown, _readable(words.get(number, ()), black, shown))
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()
    finally:
        made.close()


def redacted_picture(path: Path, places: Places) -> bytes:
    """Make a picture with the places black, page by page, without anything that the file says besides.

    It is a PNG, or a TIFF where there are several pages. Of an animation the first picture is kept, which is the one that was
    read; of very many pages those that were read.
    """
    out = io.BytesIO()
    with picture_files.opened(path, path.name) as file:
        pages = min(picture_files.pages_of(file), picture_files.MOST_PAGES)
        if pages == 1:
            _painted_page(file, 1, places, path.name).save(out, "PNG", optimize=True)
            return out.getvalue()
        with TiffImagePlugin.AppendingTiffWriter(out) as writer:
            for number in range(1, pages + 1):
                _painted_page(file, number, places, path.name).save(writer, "TIFF", compression="tiff_adobe_deflate")
                writer.newFrame()
    return out.getvalue()


def _painted_page(file: Image.Image, number: int, places: Places, where: str) -> Image.Image:
    """Give a page with its places black, in grey where it had no color; all of it is black where it cannot be decoded."""
    try:
        shown = picture_files.upright(file, page=number, widest=WIDEST, where=where)
    except Unreadable:
        if number == 1:
            raise
        return Image.new("L", (DPI, DPI))
    done = painted(shown.convert("RGB"), [*places.get(number, ()), *places.get(0, ())])
    return done.convert("L") if file.mode in _GREY else done


def painted(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """Paint places of a picture black, a little wider than they are, on a picture that carries nothing but its points."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    draw = ImageDraw.Draw(bare)
    width, height = bare.size
    for box in boxes:
        left, top = (box.left - _MARGIN) * width / 100, (box.top - _MARGIN) * height / 100
        right = (box.left + box.width + _MARGIN) * width / 100
        bottom = (box.top + box.height + _MARGIN) * height / 100
        draw.rectangle((left, top, right, bottom), fill=(0, 0, 0))
    return bare


def _readable(words: Iterable[tuple[str, Box]], black: Sequence[Box], shown: Image.Image) -> list[tuple[str, Box]]:
    """Choose the words that can be read on the painted picture, and that the font of the copy can write."""
    grey = shown.convert("L")
    return [
        (text, box)
        for text, box in words
        if _is_writable(text) and not any(_touches(box, one) for one in black) and _is_seen(grey, box)
    ]


def _is_writable(text: str) -> bool:
    try:
        text.encode(_LETTERS)
    except UnicodeEncodeError:
        return False
    return text.isprintable() and bool(text.strip())


def _touches(word: Box, black: Box) -> bool:
    across = min(word.left + word.width, black.left + black.width) - max(word.left, black.left)
    down = min(word.top + word.height, black.top + black.height) - max(word.top, black.top)
    return across > 0 and down > _SHARED * min(word.height, black.height)


def _is_seen(grey: Image.Image, box: Box) -> bool:
    """Whether there are letters in a place, and not one shade."""
    width, height = grey.size
    left, top = (box.left + _INNER * box.width) * width / 100, (box.top + _INNER * box.height) * height / 100
    right = (box.left + (1 - _INNER) * box.width) * width / 100
    bottom = (box.top + (1 - _INNER) * box.height) * height / 100
    if right - left < 1 or bottom - top < 1:
        return False
    darkest, lightest = grey.crop((int(left), int(top), int(right) + 1, int(bottom) + 1)).getextrema()
    return bool(lightest - darkest > _CONTRAST)  # type: ignore[operator] # of one band


def _add_page(made: Any, shown: Image.Image, words: Sequence[tuple[str, Box]]) -> None:  # noqa: ANN401 - the library has no types
    width, height = (side * _POINTS / DPI for side in shown.size)
    page = made.new_page(width, height)
    for text, box in words:
        _add_word(made, page, text, box)
    packed = io.BytesIO()
    shown.save(packed, "JPEG", quality=_QUALITY)
    picture = pypdfium2.PdfImage.new(made)
    picture.load_jpeg(packed, pages=[page], inline=True, autoclose=True)
    picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
    page.insert_obj(picture)
    page.gen_content()
    page.close()


def _add_word(made: Any, page: Any, text: str, box: Box) -> None:  # noqa: ANN401 - the library has no types
    """Write a word unseen where it stands on the picture, as wide and as high as it is there."""
    width, height = page.get_size()
    wide, high = box.width * width / 100, box.height * height / 100
    word = pdfium.FPDFPageObj_NewTextObj(made, _FONT, max(high * _BASELINE, 1.0))
    letters = ctypes.create_string_buffer(f"{text} ".encode("utf-16-le") + b"\0\0")
    pdfium.FPDFText_SetText(word, ctypes.cast(letters, pdfium.FPDF_WIDESTRING))
    pdfium.FPDFTextObj_SetTextRenderMode(word, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(word, left, bottom, right, top)
    own = right.value - left.value
    stretch = wide / own if own > 0 and wide > 0 else 1.0
    down = height - box.top * height / 100 - high * _BASELINE
    pdfium.FPDFPageObj_Transform(word, stretch, 0, 0, 1, box.left * width / 100, down)
    pdfium.FPDFPage_InsertObject(page, word)
