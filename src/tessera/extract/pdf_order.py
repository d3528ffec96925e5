"""Letters of a line in the order in which they are read, where a file writes them in another one.

Programs draw a letter that their font lacks after the rest of its line, and text from right to left in pieces of either
direction. Runs of letters that touch are put by their places, and directions are told apart as the bidirectional algorithm
does (Unicode Standard Annex 9), backwards: from what is shown to what was meant.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Final

from tessera.engines.pdf import Letter

_FIRST_LEFTWARD: Final = "\u0590"
"""No letter before it is written from right to left."""
_TOUCH: Final = 0.12
"""Share of a letter's height by which letters of one run lie apart at most."""
_GAP: Final = 0.25
"""The same from which a word ends though the file says nothing."""
_GAP_LEFTWARD: Final = 0.17
"""The same in text from right to left, whose letters have narrow boxes."""
_CLOSING: Final = frozenset(".,;:!?،؛؟)]")
"""Signs with which no line begins: one that seems to is read from the other end."""
_ALEFS: Final = frozenset("اأإآٱ")
_LAM: Final = "ل"

Run = list[Letter]
"""Letters that touch, all of one direction."""
Ends = frozenset[Letter]
"""The last letter of a word and the first of the next, as the file writes them."""


def in_reading_order(letters: Sequence[Letter]) -> Iterator[Letter]:
    """Give the letters of a page line by line, each line as it is read; a line that needs nothing stays as it is."""
    line: Run = []
    for letter in letters:
        if letter.text in "\r\n":
            yield from _ordered(line)
            yield letter
            line = []
        else:
            line.append(letter)
    yield from _ordered(line)


def _ordered(line: Run) -> Run:
    shown = [letter for letter in line if letter.right > letter.left]
    leftward = any(runs_leftward(letter.text) for letter in shown)
    if not leftward and not _leaps(shown):
        return line
    height = _height(shown)
    if not _is_level(shown, height):
        return line
    runs, ends = _runs(line, height, apart=leftward)
    if leftward:
        return _either_way(runs, ends, height, backward=_is_leftward(shown))
    placed = sorted(runs, key=_left)
    if _overlap(placed, height):
        return line
    return [letter for run in _parted(placed, ends, _GAP * height) for letter in run]


def _either_way(runs: list[Run], ends: set[Ends], height: float, *, backward: bool) -> Run:
    """Read a line from the end that most of its letters speak for; from the other one where it would begin with a stop."""
    first = _read(runs, ends, height, backward=backward)
    if first[0].text not in _CLOSING:
        return first
    other = _read(runs, ends, height, backward=not backward)
    return first if other[0].text in _CLOSING else other


def _read(runs: list[Run], ends: set[Ends], height: float, *, backward: bool) -> Run:
    """Read runs of both directions from the right or from the left."""
    placed = sorted(runs, key=_right, reverse=True) if backward else sorted(runs, key=_left)
    parted = list(_parted(placed, ends, _GAP_LEFTWARD * height))
    return [letter for run in _meant(parted, "L" if backward else "R") for letter in run]


def _height(shown: Run) -> float:
    """Give how high the line is: boxes of some fonts are as low as their letters."""
    heights = sorted(letter.bottom - letter.top for letter in shown)
    return heights[len(heights) * 9 // 10] if heights else 0.0


def _leaps(shown: Run) -> bool:
    """Whether a letter stands before the one that the file wrote before it, in a line that runs to the right."""
    back, edge = 0, float("-inf")
    for letter in shown:
        back += letter.right < edge
        edge = letter.left
    return 0 < 2 * back < len(shown)


def _is_level(shown: Run, height: float) -> bool:
    if len(shown) < 2:  # noqa: PLR2004 - one letter has no order
        return False
    middle = median(letter.top + letter.bottom for letter in shown) / 2
    return all(abs((letter.top + letter.bottom) / 2 - middle) <= height for letter in shown)


def runs_leftward(sign: str) -> bool:
    """Whether a letter is written from right to left."""
    return sign >= _FIRST_LEFTWARD and _direction(sign) == "R"


@lru_cache(maxsize=4096)
def _direction(sign: str) -> str:
    """Give R for what runs from right to left, L for letters and digits that do not, M for marks, N for anything else.

    >>> [_direction(sign) for sign in "aא7."]
    ['L', 'R', 'L', 'N']
    """
    sort = unicodedata.bidirectional(sign[:1])
    if sort in {"R", "AL"}:
        return "R"
    if sort in {"L", "EN", "AN"}:
        return "L"
    return "M" if sort == "NSM" else "N"


def _is_leftward(shown: Run) -> bool:
    """Whether most letters, digits aside, run from right to left."""
    sorts = [_direction(letter.text) for letter in shown if letter.text.isalpha()]
    return 2 * sorts.count("R") > len(sorts)


def _runs(line: Run, height: float, *, apart: bool) -> tuple[list[Run], set[Ends]]:
    """Gather letters that touch, and note between which letters pdfium saw a blank.

    Where directions mix, each sign that has none is a run of its own.
    """
    runs: list[Run] = []
    ends: set[Ends] = set()
    is_new = True
    for letter in line:
        if letter.right <= letter.left:
            is_new = True
            continue
        if runs and not is_new and _goes_on(runs[-1], letter, height, apart=apart):
            runs[-1].append(letter)
        else:
            if runs and is_new:
                ends.add(frozenset((runs[-1][-1], letter)))
            runs.append([letter])
        is_new = False
    return [_straight(run) for run in runs], ends


def _goes_on(run: Run, letter: Letter, height: float, *, apart: bool) -> bool:
    before = run[-1]
    near = min(abs(letter.left - before.right), abs(before.left - letter.right)) <= _TOUCH * height
    mark = _direction(letter.text) == "M"
    inside = letter.left < before.right and before.left < letter.right
    if not (near or inside):
        return False
    if not apart:
        return letter.left >= before.left
    return mark or ("N" != _direction(letter.text) == _direction(run[0].text))


def _straight(run: Run) -> Run:
    """Turn a run that the file wrote against its direction, and the letters of a ligature that pdfium turned."""
    if _direction(run[0].text) != "R":
        return run
    if run[0].left < run[-1].left:
        run = run[::-1]
    for at in range(len(run) - 1):
        first, second = run[at : at + 2]
        if first.text in _ALEFS and second.text == _LAM and first[1:] == second[1:]:
            run[at], run[at + 1] = second, first
    return run


def _left(run: Run) -> float:
    return min(letter.left for letter in run)


def _right(run: Run) -> float:
    return max(letter.right for letter in run)


def _meant(runs: list[Run], other: str) -> list[Run]:
    """Turn stretches of the other direction, with the signs inside them, which have none."""
    sorts = [_direction(run[0].text) for run in runs]
    at = 0
    while at < len(runs):
        if sorts[at] != other:
            at += 1
            continue
        end = last = at
        while end < len(runs) and sorts[end] in {other, "N"}:
            last = end if sorts[end] == other else last
            end += 1
        runs[at : last + 1] = runs[at : last + 1][::-1]
        at = last + 1
    return runs


def _overlap(runs: Sequence[Run], height: float) -> bool:
    """Whether runs lie on one another, as what is drawn twice does: then their places give no order."""
    return any(_left(later) < _right(before) - _GAP * height for before, later in pairwise(runs))


def _parted(runs: Sequence[Run], ends: set[Ends], gap: float) -> Iterator[Run]:
    """Put blanks where words end: where pdfium saw one, and in wide gaps."""
    for before, later in zip([None, *runs], runs, strict=False):
        if before and not (before[-1].text.isspace() or later[0].text.isspace()):
            one, other = sorted((before, later), key=_left)
            low, high = _right(one), _left(other)
            met = {frozenset((first, second)) for first in (before[0], before[-1]) for second in (later[0], later[-1])}
            if high - low > gap or met & ends:
                yield [Letter(" ", low, later[0].bottom, low, later[0].bottom)]
        yield later
