"""What tests of pictures share: pictures with letters, drawn in the font inside Pillow, and pieces to read."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tessera.extract.limits import Limits
from tessera.extract.pictures import open_pictures
from tessera.extract.piece import Budget, Piece
from tessera.extract.tools import PictureReader, Tools
from tessera.model.found import Off

OFF = Off(why="Not here.", advice="Put it here.")
NOTHING = Tools(pictures=OFF, speech=OFF, names=OFF)
LINES = ("Unit 14-B stopped a white Malibu,", "plate 7KLM204, near mile marker 31.", "Driver gave no name.")


@cache
def reader() -> PictureReader:
    found = open_pictures()
    assert not isinstance(found, Off)
    return found


def tools() -> Tools:
    return Tools(pictures=reader(), speech=OFF, names=OFF)


def written(lines: Sequence[str] = LINES, *, size: tuple[int, int] = (640, 200), letters: int = 32) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(letters)
    for number, line in enumerate(lines):
        pen.text((30, 20 + number * letters * 1.5), line, font=font, fill="black")
    return picture


def piece(path: Path) -> Piece:
    return Piece(path=path, filename=path.name, budget=Budget(left=1 << 30), limits=Limits())
