"""Where lines of letters stand on a picture: rectangles that may be turned.

The model is one of differentiable binarization (Liao and others, 2020): it gives for each point the chance to lie in the
middle of a line of letters. Patches of such points become rectangles, which are then widened to take in the whole letters.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from tessera.engines.onnx_models import input_name, loaded

Pixels = npt.NDArray[np.uint8]
"""Height, width, and blue, green and red."""
_LONGEST: Final = 1_600
"""Pixels of the longer side for the model: letters of 8 points on a sheet of paper are 12 high there."""
_LARGEST: Final = 1_850_000
"""Points for the model: it takes 300 bytes of memory for each."""
_SHORTEST: Final = 640
"""Small pictures are enlarged until the shorter side has so many, at most twice."""
_STEP: Final = 32
"""The model takes sides that are multiples of this."""
_LETTER: Final = 0.3
"""Chance from which a point counts."""
_LINE: Final = 0.5
"""Mean chance from which a patch counts."""
_WIDEN: Final = 1.6
"""The model was taught on lines shrunk by this share of area to circumference."""
_MOST: Final = 1_500
_THINNEST: Final = 3
_RIGHT: Final = 90.0
_LONG: Final = 3.0
"""A rectangle so many times as long as high says how a page is turned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """A rectangle around a line of letters: its middle in pixels, its length along the line, its height.

    `angle` is by how many degrees the line falls to the right, from -45 up to 45.
    """

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0


class BoxFinder:
    """The model, loaded."""

    def __init__(self, model: Path) -> None:
        """Load it from an ONNX file."""
        self._session = loaded(model)
        self._input = input_name(self._session)

    def find(self, pixels: Pixels) -> list[Slab]:
        """Give the rectangles, in no order."""
        size = _size_for_model(pixels.shape[1], pixels.shape[0])
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        given = (small.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
        chances = self._session.run(None, {self._input: np.ascontiguousarray(given)})[0][0, 0]
        return _slabs(chances, pixels.shape[1] / size[0], pixels.shape[0] / size[1])


def _size_for_model(width: int, height: int) -> tuple[int, int]:
    enlarge = min(2.0, max(1.0, _SHORTEST / min(width, height)))
    ratio = min(enlarge, _LONGEST / max(width, height), math.sqrt(_LARGEST / (width * height)))
    across, down = (max(_STEP, round(side * ratio / _STEP) * _STEP) for side in (width, height))
    return across, down


def _slabs(chances: npt.NDArray[np.float32], across: float, down: float) -> list[Slab]:
    """Make rectangles of the patches of points; `across` and `down` bring them to the size of the picture."""
    mask = cv2.dilate((chances > _LETTER).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outline in outlines[:_MOST]:
        if min(cv2.minAreaRect(outline)[1]) < _THINNEST or _mean_chance(chances, outline) < _LINE:
            continue
        points = outline.reshape(-1, 2).astype(np.float32) * np.array([across, down], np.float32)
        found.append(_widened(_upright_sides(cv2.minAreaRect(points))))
    return found


def _mean_chance(chances: npt.NDArray[np.float32], outline: Any) -> float:  # noqa: ANN401 - OpenCV's outlines
    left, top, width, height = cv2.boundingRect(outline)
    mask = np.zeros((height, width), np.uint8)
    corners = cv2.boxPoints(cv2.minAreaRect(outline)) - (left, top)
    cv2.fillPoly(mask, [corners.astype(np.int32)], 1)
    return float(cv2.mean(chances[top : top + height, left : left + width], mask)[0])


def _upright_sides(rectangle: Any) -> Slab:  # noqa: ANN401 - OpenCV's rectangles
    """Name the sides of a rectangle so that the angle lies between -45 and 45 degrees."""
    (x, y), (width, height), angle = rectangle
    quarters = round(angle / _RIGHT)
    if quarters % 2:
        width, height = height, width
    return Slab(x=x, y=y, width=width, height=height, angle=angle - quarters * _RIGHT)


def _widened(slab: Slab) -> Slab:
    more = 2 * slab.width * slab.height * _WIDEN / (2 * (slab.width + slab.height))
    return replace(slab, width=slab.width + more, height=slab.height + more)


def lies_on_its_side(slabs: Sequence[Slab]) -> bool:
    """Whether most of the lines run up or down."""
    down = sum(slab.height for slab in slabs if slab.height >= _LONG * slab.width)
    return down > sum(slab.width for slab in slabs if slab.width >= _LONG * slab.height)


def turned_left(slab: Slab, width: float) -> Slab:
    """Give a rectangle of a picture so wide as it lies there when the picture is turned by a quarter to the left.

    >>> turned_left(Slab(x=10, y=40, width=6, height=30), 100)
    Slab(x=40, y=90, width=30, height=6, angle=0.0)
    """
    return replace(slab, x=slab.y, y=width - slab.x, width=slab.height, height=slab.width)


def slant(slabs: Sequence[Slab]) -> float:
    """Give by how many degrees the lines fall to the right: the middle of the angles, long lines counting more."""
    long = sorted((slab.angle, slab.width) for slab in slabs if slab.width >= _LONG * slab.height)
    half, passed = sum(width for _, width in long) / 2, 0.0
    for angle, width in long:
        passed += width
        if passed >= half:
            return angle
    return 0.0


def straightened(slabs: Sequence[Slab], degrees: float) -> list[Slab]:
    """Give short rectangles, whose own angle says little, the slant of the page."""
    return [
        slab if slab.width >= _LONG * slab.height or not abs(slab.angle - degrees) else _at_angle(slab, degrees)
        for slab in slabs
    ]


def _at_angle(slab: Slab, degrees: float) -> Slab:
    """Put a rectangle of this angle around the slab."""
    apart = math.radians(abs(slab.angle - degrees))
    return replace(
        slab,
        width=slab.width * math.cos(apart) + slab.height * abs(math.sin(apart)) / 2,
        height=slab.height * math.cos(apart) + slab.width * abs(math.sin(apart)) / 2,
        angle=degrees,
    )
