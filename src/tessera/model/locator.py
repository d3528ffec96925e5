"""Locators: where in a file a piece of what it says stands, as a fragment that can be read back.

The words are those of the standards where there is one: `page` (RFC 8118), `char` (RFC 5147), `xywh` and `t` (W3C Media
Fragments 1.0), a JSON pointer (RFC 6901) or an XPath for messages.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote

_DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page or picture, in hundredths of its width and height, from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def __str__(self) -> str:
        """Write it as W3C Media Fragments does.

        >>> str(Box(left=10, top=20.5, width=30, height=4))
        '10,20.5,30,4'
        """
        return ",".join(f"{round(side, _DIGITS):g}" for side in (self.left, self.top, self.width, self.height))

    def __or__(self, other: "Box") -> "Box":
        """Give the smallest box around both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        right = max(self.left + self.width, other.left + other.width)
        bottom = max(self.top + self.height, other.top + other.height)
        return Box(left=left, top=top, width=right - left, height=bottom - top)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """A place in a file. What does not apply is empty: 0, None or "".

    >>> str(Locator(page=3, passage=12, chars=(5, 19)))
    'page=3&passage=12&char=5,19'
    >>> Locator.read('page=3&passage=12&char=5,19').chars
    (5, 19)
    """

    page: int = 0
    """Page, slide or sheet, from 1."""
    passage: int = 0
    """Which passage of the file, from 1."""
    chars: tuple[int, int] | None = None
    """Characters of the passage: start and end, counted from 0, the end not included."""
    box: Box | None = None
    seconds: tuple[float, float] | None = None
    row: int = 0
    """Row of a table in the file, from 1, the header not counted."""
    cell: str = ""
    """A cell as spreadsheets call it, such as B7."""
    pointer: str = ""
    """JSON pointer or XPath."""

    def __str__(self) -> str:
        """Write the parts that apply, joined by `&`."""
        parts = [
            f"page={self.page}" if self.page else "",
            f"passage={self.passage}" if self.passage else "",
            f"row={self.row}" if self.row else "",
            f"cell={quote(self.cell, safe='!')}" if self.cell else "",
            f"char={self.chars[0]},{self.chars[1]}" if self.chars else "",
            f"xywh=percent:{self.box}" if self.box else "",
            f"t={_seconds(self.seconds)}" if self.seconds else "",
            f"at={quote(self.pointer, safe='/@[]:~')}" if self.pointer else "",
        ]
        return "&".join(part for part in parts if part)

    def in_words(self) -> str:
        """Say where it is, as one would tell a colleague; empty for a whole file.

        >>> Locator(page=3, passage=12, chars=(5, 19)).in_words()
        'page 3, passage 12, characters 6 to 19'
        >>> Locator(seconds=(61.2, 64)).in_words(), Locator(pointer="/alert[1]/info[1]").in_words()
        ('1:01 to 1:04', '/alert[1]/info[1]')
        """
        parts = [
            f"page {self.page}" if self.page else "",
            f"passage {self.passage}" if self.passage else "",
            f"row {self.row}" if self.row else "",
            f"cell {self.cell}" if self.cell else "",
            f"characters {self.chars[0] + 1} to {self.chars[1]}" if self.chars else "",
            " to ".join(f"{int(at) // 60}:{int(at) % 60:02}" for at in self.seconds) if self.seconds else "",
            self.pointer,
        ]
        return ", ".join(part for part in parts if part)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a fragment; parts that are not known, or not understood, are passed over."""
        parts = dict(part.split("=", 1) for part in text.split("&") if "=" in part)
        chars, box, seconds = _numbers(parts.get("char")), _numbers(parts.get("xywh")), _numbers(parts.get("t"))
        return cls(
            page=_whole(parts.get("page")),
            passage=_whole(parts.get("passage")),
            row=_whole(parts.get("row")),
            cell=unquote(parts.get("cell", "")),
            chars=(int(chars[0]), int(chars[1])) if len(chars) == 2 else None,  # noqa: PLR2004 - start and end
            box=Box(left=box[0], top=box[1], width=box[2], height=box[3]) if len(box) == 4 else None,  # noqa: PLR2004
            seconds=(seconds[0], seconds[1]) if len(seconds) == 2 else None,  # noqa: PLR2004 - start and end
            pointer=unquote(parts.get("at", "")),
        )


def _seconds(seconds: tuple[float, float]) -> str:
    return ",".join(f"{round(second, _DIGITS):g}" for second in seconds)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _numbers(text: str | None) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.removeprefix("percent:").split(",")) if text else ()
    except ValueError:
        return ()
