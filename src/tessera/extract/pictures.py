"""Pictures: what they say about themselves, their fingerprint, and the letters on them, page by page."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PIL import Image

from tessera.engines.picture_files import DAMAGED, MOST_PAGES, opened, orientation, pages_of, upright
from tessera.engines.pictures import LetterReader, PictureModels, models_inside
from tessera.errors import Hostile, Unreadable
from tessera.extract.fingerprints import picture_hash
from tessera.extract.picture_facts import Told, told_by
from tessera.extract.piece import Piece
from tessera.extract.tools import PictureReader, Tools
from tessera.model.found import Facts, Finding, Off, Passage, Portion, Refused
from tessera.model.locator import Locator

_HASHED: Final = 512
"""Pixels of the longer side from which the fingerprint is taken."""
_ON_ITS_SIDE: Final = 5
"""From this EXIF orientation on, width and height change places."""
_IN_PARTS: Final = "Deliver the pages in several files."
MISSING: Final = Off(
    why="The package rapidocr, which brings the models that read letters on pictures, is not installed.",
    advice="Install it with: pip install rapidocr==3.10.0, or name a folder of models.",
)


def open_pictures(models: PictureModels | None = None) -> PictureReader | Off:
    """Give the reader of letters, with these models or those inside `rapidocr`; nothing is loaded before the first picture."""
    found = models or models_inside()
    return LetterReader(found) if found else MISSING


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the facts, then the lines of each page; a page that cannot be read is refused, and the others are read.

    Raises Unreadable where it is no picture, and Hostile where it has too many points.
    """
    with opened(piece.path, piece.where) as picture:
        told = told_by(picture)
        pages = _count(picture)
        told.terms |= _sides(picture) | {"pages": str(pages) if pages > 1 else ""}
        if getattr(picture, "is_animated", False) and picture.format != "TIFF":
            told.notes.append("It holds several pictures; the first was read.")
        yield _facts(told, picture, piece)
    if isinstance(tools.pictures, Off):
        reason = f"Letters were not looked for. {tools.pictures.why} {tools.pictures.advice}"
        yield Refused(reason=reason, locator=Locator(page=1))
        return
    if pages == 1:
        yield from _lines(tools.pictures, piece.path, 1)
        return
    for page in range(1, min(pages, MOST_PAGES) + 1):
        yield Portion(number=page, read=partial(_lines, tools.pictures, piece.path, page))
    if pages > MOST_PAGES:
        reason = f"Only the first {MOST_PAGES:,} of {pages:,} pages were read. {_IN_PARTS}"
        yield Refused(reason=reason, locator=Locator(page=MOST_PAGES + 1))


def _count(picture: Image.Image) -> int:
    try:
        return pages_of(picture)
    except DAMAGED:
        return 1


def _sides(picture: Image.Image) -> dict[str, str]:
    """Give width and height of the picture as it is shown."""
    across, down = picture.size if orientation(picture) < _ON_ITS_SIDE else picture.size[::-1]
    return {"width": str(across), "height": str(down)}


def _facts(told: Told, picture: Image.Image, piece: Piece) -> Facts:
    """Give the facts; a picture that cannot be decoded has no fingerprint, and is refused when its lines are read."""
    try:
        told.terms["picture_hash"] = picture_hash(upright(picture, page=1, widest=_HASHED, where=piece.where))
    except Hostile:
        raise
    except Unreadable:
        told.notes.append("The picture is damaged.")
    return told.facts()


def _lines(reader: PictureReader, path: Path, page: int) -> Iterator[Passage | Refused]:
    try:
        yield from reader.read(path, page=page)
    except Unreadable as error:
        yield Refused(reason=f"{error.message}. {error.advice}", locator=Locator(page=page))
