"""Pictures opened with bounds: how many points, how many pages, and which way up."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from tessera.errors import Hostile, Unreadable

MOST_POINTS: Final = 100_000_000
"""Points of one picture or page; a sheet of A0 at 250 dots an inch has fewer."""
MOST_PAGES: Final = 2_000
"""Pages of one picture that are read, and that a copy of it holds."""
_BOMB: Final = "If the picture is real, deliver it in a smaller size."
_AGAIN: Final = "It may be cut off or damaged: ask for it again."
DAMAGED: Final = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What decoders raise where bytes lead them astray."""
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by its EXIF orientation."""
_FORMATS: Final = ("AVIF", "BMP", "GIF", "HEIF", "JPEG", "PNG", "TIFF", "WEBP")


@contextmanager
def opened(path: Path, where: str = "") -> Iterator[Image.Image]:
    """Open a picture without decoding it. Raises Unreadable, and Hostile where it has too many points."""
    _know_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(path, formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise Unreadable("the picture cannot be read", where=where, advice=_AGAIN) from error
    except Image.DecompressionBombError as error:
        raise Hostile(f"the picture has too many points ({error})", where=where, advice=_BOMB) from error
    except DAMAGED as error:
        raise Unreadable(f"the picture cannot be read ({error})", where=where, advice=_AGAIN) from error
    with picture:
        check_points(picture, where)
        yield picture


def check_points(picture: Image.Image, where: str = "") -> None:
    """Refuse a picture with more points than anybody would look at."""
    width, height = picture.size
    if width * height > MOST_POINTS:
        message = f"the picture has {width:,} times {height:,} points; at most {MOST_POINTS:,} in all are taken"
        raise Hostile(message, where=where, advice=_BOMB)


def pages_of(picture: Image.Image) -> int:
    """Count the pages of a TIFF; anything else is one picture, whatever moves in it."""
    return max(1, int(getattr(picture, "n_frames", 1))) if picture.format == "TIFF" else 1


def upright(picture: Image.Image, *, page: int, widest: int, where: str = "") -> Image.Image:
    """Decode one page, from 1, the way up that its camera noted, in red, green and blue, no side over `widest` pixels.

    A picture of one page gives that page whatever number is asked for. Raises Unreadable, and Hostile.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if page <= pages_of(picture) > 1:
                picture.seek(page - 1)
            check_points(picture, where)
            turn = _TURNS.get(orientation(picture))
            picture.draft("RGB", (widest, widest))
            shown = _smaller(plain(picture), widest)
            return shown if turn is None else shown.transpose(turn)
    except Image.DecompressionBombError as error:
        raise Hostile(f"the picture has too many points ({error})", where=where, advice=_BOMB) from error
    except DAMAGED as error:
        raise Unreadable(f"the picture cannot be decoded ({error})", where=where, advice=_AGAIN) from error


def orientation(picture: Image.Image) -> int:
    """Give which way up the camera was held, as EXIF numbers it; 1 where it says nothing that is understood."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except DAMAGED:
        return 1


def plain(picture: Image.Image) -> Image.Image:
    """Give red, green and blue on white: what is see-through is shown as paper is."""
    if picture.mode in {"I", "F"} or picture.mode.startswith("I;16"):
        deep = picture.convert("F")
        low, high = deep.getextrema()
        values = (np.asarray(deep) - low) * (255 / max(high - low, 1))  # type: ignore[operator]
        return Image.fromarray(values.astype(np.uint8)).convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        over = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")
    return picture.convert("RGB")


def _smaller(picture: Image.Image, widest: int) -> Image.Image:
    scale = widest / max(picture.size)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.size[0] * scale)), max(1, round(picture.size[1] * scale)))
    return picture.resize(size, Image.Resampling.BOX)


@cache
def _know_heif() -> None:
    import pi_heif  # type: ignore[import-untyped]  # noqa: PLC0415 - loaded only where there are pictures

    pi_heif.register_heif_opener(thumbnails=False)
