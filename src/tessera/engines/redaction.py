"""Copies of pages and pictures on which words are gone: painted over in the picture itself, with nothing left beneath.

A page is made a picture, the places are painted black in it, and the copy is made of such pictures alone: no text, no layers, no
metadata, no attachments of the original come along. The copy cannot be searched; that is the price of being sure.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from tessera.engines import pdf, picture_files
from tessera.model.locator import Box

DPI: Final = 150
WIDEST: Final = 4_000
_MARGIN: Final = 0.35
"""Hundredths of the page by which a black place reaches over the letters."""
Places = Mapping[int, Sequence[Box]]
"""What goes, by page; a box of the whole page blacks all of it."""
WHOLE: Final = Box(left=0, top=0, width=100, height=100)


def redacted_pdf(path: Path, places: Places) -> bytes:
    """Make a PDF of page pictures on which the places are black. `places[0]` is black on every page."""
    with pdf.Pdf(path) as document:
        count = len(document)
    pages = _pages(path, count, places)
    out = io.BytesIO()
    next(pages).save(out, "PDF", save_all=True, append_images=pages, resolution=DPI)
    return out.getvalue()


def _pages(path: Path, count: int, places: Places) -> Iterator[Image.Image]:
    for number in range(1, count + 1):
        with Image.open(io.BytesIO(pdf.page_picture(path, number, dpi=DPI))) as page:
            yield painted(page.convert("RGB"), [*places.get(number, ()), *places.get(0, ())])


def redacted_picture(path: Path, places: Places) -> bytes:
    """Make a PNG of the first page of a picture with the places black, without anything that the file says besides."""
    with picture_files.opened(path, path.name) as file:
        shown = picture_files.upright(file, page=1, widest=WIDEST, where=path.name)
    out = io.BytesIO()
    painted(shown.convert("RGB"), [*places.get(1, ()), *places.get(0, ())]).save(out, "PNG", optimize=True)
    return out.getvalue()


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
