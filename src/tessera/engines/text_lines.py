"""What the letters of one line are: the line cut out of the picture, and the model's answer read off step by step.

The model looks at narrow steps from left to right and gives for each the chance of every character and of none
(connectionist temporal classification, Graves and others, 2006). Where a character's steps lie says where it stands.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tessera.engines.onnx_models import input_name, loaded
from tessera.engines.text_boxes import Pixels, Slab

_HEIGHT: Final = 48
"""Pixels of a line as the model takes it."""
_NARROWEST, _WIDEST = 16, 4_000
_STEP: Final = 8
_NARROWED: Final = 0.8
"""Lines are pressed together so much: a fifth less work, and of nine fonts tried more were read better than worse."""
_LEVEL: Final = 0.3
"""Degrees up to which a line is cut out without turning."""
_LEAD, _TRAIL, _LATE = 0.85, 0.6, 0.35
"""How far a word reaches before its first character's step and behind its last, and how far behind its true middle a space is
seen, in pitches: the model answers a little late."""
Chances = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A character of a line: where it begins and ends, from 0 at the line's left to 1 at its right, and how sure it is."""

    character: str
    start: float
    end: float
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was read in one rectangle."""

    signs: tuple[Sign, ...]

    @property
    def text(self) -> str:
        """The characters, joined."""
        return "".join(sign.character for sign in self.signs)

    @property
    def confidence(self) -> float:
        """The mean chance of its characters; 0 where there are none."""
        return sum(sign.chance for sign in self.signs) / len(self.signs) if self.signs else 0.0

    def words(self) -> Iterator[tuple[int, int, float, float]]:
        """Give each word: its first character and the one behind its last, and where it begins and ends, from 0 to 1."""
        middles = [(sign.start + sign.end) / 2 for sign in self.signs]
        pitch = _pitch(middles)
        at = 0
        for blank, group in groupby(range(len(self.signs)), key=lambda place: self.signs[place].character.isspace()):
            places = list(group)
            if not blank:
                first, last = places[0], places[-1]
                before = middles[first - 1] - _LATE * pitch if first else 0.0
                behind = middles[last + 1] if last + 1 < len(middles) else 1.0
                yield (
                    at,
                    at + len(places),
                    max(before, middles[first] - _LEAD * pitch),
                    min(behind, middles[last] + _TRAIL * pitch),
                )
            at += len(places)


def _pitch(middles: Sequence[float]) -> float:
    """Give how far characters stand apart, from middle to middle; the whole line where there is but one."""
    return median(later - earlier for earlier, later in pairwise(middles)) if len(middles) > 1 else 1.0


class LineReader:
    """The model, loaded, with the characters that it knows."""

    def __init__(self, model: Path, keys: Path | None = None) -> None:
        """Load it from an ONNX file; the characters are in the file, or one on each line of `keys`."""
        self._session = loaded(model)
        self._input = input_name(self._session)
        inside = self._session.get_modelmeta().custom_metadata_map.get("character", "")
        listed = (keys.read_text("utf-8") if keys else inside).removesuffix("\n").split("\n")
        self._characters = ("", *(key.rstrip("\r") for key in listed), " ")

    def read(self, strip: Pixels) -> Line:
        """Read a line that was cut out of a picture."""
        chances = self._session.run(None, {self._input: _for_model(strip)})[0][0]
        return _signs(chances, self._characters)


def cut_out(pixels: Pixels, slab: Slab) -> Pixels:
    """Cut a rectangle out of the picture, upright."""
    width, height = max(1, round(slab.width)), max(1, round(slab.height))
    if abs(slab.angle) <= _LEVEL:
        left, top = max(0, round(slab.x - slab.width / 2)), max(0, round(slab.y - slab.height / 2))
        return pixels[top : top + height, left : left + width]
    turn = math.radians(slab.angle)
    along, across = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
    corner = [slab.x, slab.y] - np.array(along) * width / 2 - np.array(across) * height / 2
    matrix = np.array([[along[0], across[0], corner[0]], [along[1], across[1], corner[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _for_model(strip: Pixels) -> Chances:
    height, width = strip.shape[:2]
    wide = min(_WIDEST, max(_NARROWEST, math.ceil(_NARROWED * width * _HEIGHT / height / _STEP) * _STEP))
    shape = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_CUBIC
    small = cv2.resize(strip, (wide, _HEIGHT), interpolation=shape)
    return np.ascontiguousarray((small.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None])


def _signs(chances: Chances, characters: Sequence[str]) -> Line:
    """Read off the most likely character of each step; one that goes on over several steps counts once."""
    best = chances.argmax(axis=1)
    changes = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(changes[1:], len(best))
    steps = len(best)
    return Line(
        signs=tuple(
            Sign(
                character=characters[best[start]],
                start=start / steps,
                end=end / steps,
                chance=float(chances[start:end, best[start]].max()),
            )
            for start, end in zip(changes.tolist(), ends.tolist(), strict=True)
            if best[start]
        )
    )
