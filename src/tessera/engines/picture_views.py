"""Pictures as they are shown beside what was read on them: upright, of bounded size, and without what the file says besides."""

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from tessera.engines.picture_files import opened, upright
from tessera.model.locator import Box

_QUALITY: Final = 82
_PNG: Final = b"\x89PNG"


def view(path: Path, *, page: int = 1, widest: int = 1_600) -> bytes:
    """Give one page, from 1, as JPEG, or as PNG where that is smaller, no side over `widest` pixels.

    Nothing but points of color is in it: no position, no time, no name of a device. Raises Unreadable, and Hostile.
    """
    with opened(path, path.name) as file:
        shown = upright(file, page=page, widest=widest, where=path.name)
    drawn, photographed = io.BytesIO(), io.BytesIO()
    shown.save(photographed, "JPEG", quality=_QUALITY, optimize=True)
    if len(shown.getcolors(256) or ()) > 0:
        shown.save(drawn, "PNG", optimize=True)
    return min((made.getvalue() for made in (drawn, photographed) if made.tell()), key=len)


def framed(picture: bytes, box: Box, *, color: tuple[int, int, int], line: int) -> bytes:
    """Draw a frame around a place on a picture that `view` gave."""
    with Image.open(io.BytesIO(picture)) as opened_:
        drawn = opened_.convert("RGB")
    width, height = drawn.size
    left, top = box.left * width / 100 - line, box.top * height / 100 - line
    right, bottom = (box.left + box.width) * width / 100 + line, (box.top + box.height) * height / 100 + line
    ImageDraw.Draw(drawn).rectangle(
        (left, top, max(right, left + 2 * line), max(bottom, top + 2 * line)), outline=color, width=line
    )
    made = io.BytesIO()
    drawn.save(made, "PNG" if picture.startswith(_PNG) else "JPEG", quality=_QUALITY)
    return made.getvalue()


def media_type(picture: bytes) -> str:
    """Name the sort of what `view` gave."""
    return "image/png" if picture.startswith(_PNG) else "image/jpeg"
