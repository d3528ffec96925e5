"""Letters on pictures: where the lines stand, which way up the page is, and what they say (PP-OCR models on ONNX Runtime).

The models are those inside the package `rapidocr`, or those of a folder. Its own pipeline is not used: it reads pages that lie
on their side or upside down badly, takes longer, and fetches from the network what it misses. Nothing is fetched or written
here, and no face is looked for.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from tessera.engines.picture_files import opened, upright
from tessera.engines.reading_order import Span, rows_in_order
from tessera.engines.text_boxes import BoxFinder, Pixels, Slab, lies_on_its_side, slant, straightened, turned_left
from tessera.engines.text_lines import Line, LineReader, cut_out
from tessera.errors import Invalid
from tessera.model.found import Means, Passage, PassageSort, Word
from tessera.model.locator import Box, Locator

_WIDEST: Final = 4_000
"""Pixels of the longer side in which letters are read; larger pictures are made smaller."""
_SMALLEST: Final = 40
"""Pixels of a side below which a picture is an icon and holds no letters that can be read."""
_BELIEVED: Final = 0.5
_BELIEVED_SHORT: Final = 0.7
"""Confidence from which a line is kept, and one of fewer than four letters: chance reads short words into leaves and bricks."""
_SHORT: Final = 4
_SURE: Final = 0.9
"""Confidence of the lines tried from which nobody asks whether they stand on their head."""
_TRIED: Final = 5
_TRIED_LENGTH: Final = 16.0
"""How many lines are tried both ways, and how much of each, in heights of the line."""
_TALL: Final = 2.0
"""So many times as high as the other lines and as itself is wide, a box holds letters that run up or down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureModels:
    """The files of the models: where the boxes, the letters, and the characters that the letters can be."""

    boxes: Path
    letters: Path
    keys: Path | None = None
    """One character on each line; None where the model itself holds them."""


def models_inside() -> PictureModels | None:
    """Find the models inside the package `rapidocr`, which is not imported; None where it is not installed."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "models"
    boxes, letters = (next(iter(sorted(folder.glob(f"*_{part}_*.onnx"))), None) for part in ("det", "rec"))
    return PictureModels(boxes=boxes, letters=letters) if boxes and letters else None


def models_in(folder: Path, files: Sequence[str] | Mapping[str, str]) -> PictureModels:
    """Pick the models among the checked files of a folder, by their names: `det`, `rec`, and a text with the characters.

    Raises Invalid where one of both models is missing.
    """
    names = sorted(files)
    boxes, letters = (_model_named(part, names) for part in ("det", "rec"))
    if not boxes or not letters:
        advice = "Put two models there whose names hold det and rec, such as det.onnx and rec.onnx."
        raise Invalid("the models that read pictures are not all there", where=str(folder), advice=advice)
    keys = next((name for name in names if name.endswith(".txt") and "key" in name.lower()), None)
    return PictureModels(boxes=folder / boxes, letters=folder / letters, keys=folder / keys if keys else None)


def _model_named(part: str, names: Sequence[str]) -> str | None:
    return next((name for name in names if name.endswith(".onnx") and part in name.lower()), None)


class LetterReader:
    """Reads what stands on pictures. Making one is cheap: the models are loaded when the first picture is read."""

    def __init__(self, models: PictureModels) -> None:
        """Remember where the models are."""
        self._models = models

    @cached_property
    def _boxes(self) -> BoxFinder:
        return BoxFinder(self._models.boxes)

    @cached_property
    def _letters(self) -> LineReader:
        return LineReader(self._models.letters, self._models.keys)

    def read(self, picture: Path, *, page: int) -> Sequence[Passage]:
        """Give the lines in reading order, with boxes in hundredths of the picture as it is shown.

        Of a file with several pages it reads this one. Raises Unreadable where it is no picture.
        """
        with opened(picture, picture.name) as file:
            shown = upright(file, page=page, widest=_WIDEST, where=picture.name)
        if min(shown.size) < _SMALLEST:
            return []
        return self._read(np.ascontiguousarray(np.asarray(shown)[:, :, ::-1]), page)

    def _read(self, pixels: Pixels, page: int) -> list[Passage]:
        quarters, slabs = 0, self._boxes.find(pixels)
        if lies_on_its_side(slabs):
            quarters, slabs = 1, [turned_left(one, pixels.shape[1]) for one in slabs]
            pixels = np.ascontiguousarray(np.rot90(pixels))
        if self._upside_down(pixels, slabs):
            quarters, pixels = quarters + 2, np.ascontiguousarray(np.rot90(pixels, 2))
            slabs = [replace(one, x=pixels.shape[1] - one.x, y=pixels.shape[0] - one.y) for one in slabs]
        sheet = _Sheet(width=pixels.shape[1], height=pixels.shape[0], quarters=quarters)
        fall = slant(slabs)
        read = [self._read_one(pixels, slab) for slab in _told_apart(straightened(slabs, fall))]
        kept = [(slab, line) for slab, line in read if _is_believed(line)]
        rows = rows_in_order([_span(slab, fall) for slab, _ in kept])
        return [_passage([kept[place] for place in row], sheet, page) for row in rows]

    def _upside_down(self, pixels: Pixels, slabs: Sequence[Slab]) -> bool:
        """Try a few lines both ways: letters on their head make little sense."""
        lines = sorted(slabs, key=lambda one: -one.width / one.height)[: 2 * _TRIED : 2]
        strips = [cut_out(pixels, replace(one, width=min(one.width, _TRIED_LENGTH * one.height))) for one in lines]
        upright = _mean([self._letters.read(strip).confidence for strip in strips])
        if not strips or upright >= _SURE:
            return False
        turned = [self._letters.read(np.ascontiguousarray(strip[::-1, ::-1])).confidence for strip in strips]
        return _mean(turned) > upright

    def _read_one(self, pixels: Pixels, choices: Sequence[Slab]) -> tuple[Slab, Line]:
        read = [(slab, self._letters.read(cut_out(pixels, slab))) for slab in choices]
        return max(read, key=lambda one: one[1].confidence)


def _is_believed(line: Line) -> bool:
    letters = len(line.text.strip())
    return letters > 0 and line.confidence >= (_BELIEVED_SHORT if letters < _SHORT else _BELIEVED)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _told_apart(slabs: Sequence[Slab]) -> list[tuple[Slab, ...]]:
    """Give each rectangle with the ways in which it may be read: a high and narrow one, up or down."""
    if not slabs:
        return []
    high = _TALL * median(min(slab.width, slab.height) for slab in slabs)
    return [_ways(slab) if slab.height > max(high, _TALL * slab.width) else (slab,) for slab in slabs]


def _ways(slab: Slab) -> tuple[Slab, ...]:
    on_its_side = replace(slab, width=slab.height, height=slab.width)
    return replace(on_its_side, angle=slab.angle - 90), replace(on_its_side, angle=slab.angle + 90)


def _span(slab: Slab, fall: float) -> Span:
    """Give the room that a rectangle takes on the page, once that is straight."""
    turn, own = math.radians(fall), math.radians(slab.angle - fall)
    x = slab.x * math.cos(turn) + slab.y * math.sin(turn)
    y = slab.y * math.cos(turn) - slab.x * math.sin(turn)
    across, down = slab.width, slab.height
    if abs(math.sin(own)) > abs(math.cos(own)):
        across, down = down, across
    return Span(left=x - across / 2, top=y - down / 2, right=x + across / 2, bottom=y + down / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A picture as it was turned to be read: its sides in pixels, and by how many quarters it was turned to the left."""

    width: int
    height: int
    quarters: int

    def box(self, slab: Slab, start: float, end: float) -> Box:
        """Give the box around a stretch of a rectangle, from 0 at its left to 1, on the picture as it is shown."""
        turn = math.radians(slab.angle)
        corners = [
            (
                slab.x + along * math.cos(turn) - across * math.sin(turn),
                slab.y + along * math.sin(turn) + across * math.cos(turn),
            )
            for along in ((start - 0.5) * slab.width, (end - 0.5) * slab.width)
            for across in (-slab.height / 2, slab.height / 2)
        ]
        shown = [self._shown(x / self.width, y / self.height) for x, y in corners]
        left, right = (_bounded(pick(x for x, _ in shown)) for pick in (min, max))
        top, bottom = (_bounded(pick(y for _, y in shown)) for pick in (min, max))
        return Box(left=left * 100, top=top * 100, width=(right - left) * 100, height=(bottom - top) * 100)

    def _shown(self, across: float, down: float) -> tuple[float, float]:
        return ((across, down), (1 - down, across), (1 - across, 1 - down), (down, 1 - across))[self.quarters]


def _with_digits(text: str) -> str:
    """Write 0 for a small o inside a number: old-style digits look like letters.

    >>> _with_digits("on o3/21/2o24, no. 1o")
    'on 03/21/2024, no. 10'
    """
    return _NUMBER.sub(lambda found: found[0].replace("o", "0"), text)


_NUMBER: Final = re.compile(r"(?<![^\s(#$])(?=\S*[0-9])(?:[0-9o]|(?<=[0-9o])[.,:/-](?=[0-9o]))+(?![^\s),.;:%])")
"""A word of digits, signs between digits, and what may be a digit."""


def _bounded(share: float) -> float:
    return min(1.0, max(0.0, share))


def _passage(row: Sequence[tuple[Slab, Line]], sheet: _Sheet, page: int) -> Passage:
    """Make one line of text of what stands beside one another."""
    text, words = "", list[Word]()
    for slab, line in row:
        text += " " if text else ""
        for start, end, first, last in line.words():
            words.append(Word(start=len(text) + start, end=len(text) + end, box=sheet.box(slab, first, last)))
        text += _with_digits(line.text)
    box = sheet.box(row[0][0], 0, 1)
    for slab, _ in row[1:]:
        box |= sheet.box(slab, 0, 1)
    return Passage(
        text=text,
        locator=Locator(page=page, box=box),
        sort=PassageSort.LINE,
        means=Means.OCR,
        confidence=round(_mean([sign.chance for _, line in row for sign in line.signs]), 3),
        words=tuple(words),
    )
