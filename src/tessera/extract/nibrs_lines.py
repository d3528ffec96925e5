"""Lines of NIBRS flat files: how a submission and an error data sheet are known from any other text.

Each line of a submission is a segment. It begins with its length, level, action, month and year, and the agency (FBI, NIBRS
Technical Specification, record layouts). An error data sheet is what comes back: a line for each error.
"""

import re
from collections.abc import Callable
from typing import Final

LENGTHS: Final = {
    "0": (43,), "1": (87, 88), "2": (63, 71), "3": (307,), "4": (129, 141), "5": (45, 46), "6": (110,), "7": (66,),
}  # fmt: skip
"""Characters of a segment, by its level; the longer ones have fields that were added later."""
_SEGMENT: Final = re.compile(
    r"(\d{4})([0-7])[ADIMRW](?:0[1-9]|1[0-2])(?:19|20)\d\d[A-Z0-9 ]{4}[A-Z]{2}[A-Z0-9]{7}[ -~]{12}", re.ASCII
)
_ERROR: Final = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])\d{7}[ADIMRW][A-Z]{2}[A-Z0-9]{7}[ -~]{12}[0-7 ][0-9A-Z ]{3}[0-9 ]{3}[1-8 ][0-9A-Z ]{3}\d{3}"
    r".{12}\S",
    re.ASCII,
)
END: Final = f"{'':14}999999999"
"""Begins the line of an error data sheet that says when the submission was processed."""
_LOOKED_AT: Final = 200
"""Lines from which a file is told."""
_ENOUGH: Final = 0.8


def is_submission(text: str, *, is_whole: bool) -> bool:
    """Claim that a text begins as a flat file of NIBRS; `is_whole` where this is all of it.

    >>> is_submission("00430I012026    DE0010000000000000000012026", is_whole=True)
    True
    >>> is_submission("0043 items were seen in 2026.", is_whole=True)
    False
    """
    return _most(text, _is_segment, is_whole=is_whole)


def is_error_sheet(text: str, *, is_whole: bool) -> bool:
    """Claim that a text begins as an error data sheet of NIBRS."""
    return _most(text, lambda line: is_error(line) or line.startswith(END), is_whole=is_whole)


def is_error(line: str) -> bool:
    """Claim that a line of an error data sheet tells an error."""
    return _ERROR.match(line) is not None


def _most(text: str, is_one: Callable[[str], bool], *, is_whole: bool) -> bool:
    """The first line is one, and so are most of the others; the last may be cut off."""
    lines = [line for line in text.split("\n", _LOOKED_AT + 1)[:_LOOKED_AT] if line.strip()]
    if len(lines) > 1 and not is_whole:
        lines.pop()
    if not lines or not is_one(lines[0]):
        return False
    return sum(map(is_one, lines)) >= _ENOUGH * len(lines)


def _is_segment(line: str) -> bool:
    """The length that a segment states is one of its level, or that of the line, which a program may have trimmed."""
    found = _SEGMENT.match(line)
    if not found:
        return False
    stated = int(found[1])
    return stated in LENGTHS[found[2]] or (stated > max(LENGTHS[found[2]]) and stated == len(line.rstrip("\r")))
