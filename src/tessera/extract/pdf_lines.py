"""Letters of a page become words, lines and paragraphs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple, Protocol

from tessera.model.found import Word
from tessera.model.locator import Box

_HYPHENS: Final = ("\x02", "\ufffe", "\u00ad")
"""What pdfium gives for a hyphen at the end of a line."""
_FULL_LINE: Final = 0.8
_NEAR: Final = 0.85
"""How far a line may lie below the last one of its paragraph, in line heights, beside the line itself."""
_MORE: Final = 1.25
"""A line lies at most so much farther below the last one of its paragraph than lines of the page usually do."""
_LEAST_STEP: Final = 0.7
_MOST_STEP: Final = 3.0
_LIKE_SIZE: Final = 0.15
_HEADING: Final = 1.15
_LONGEST_HEADING: Final = 150
_MOST_CHARS: Final = 2000
_MOST_UPRIGHT: Final = 400
"""Upright lines of a page that may divide words; a page of a table has fewer, a drawing more."""
_SPACED: Final = 0.05
"""Share of a line's height by which letters stand apart where their text is spaced."""
_LIKE_SPACED: Final = 1.3
_MARK: Final = re.compile(r"([•◦▪●■*\u2013-]|\(?\d{1,3}[.)]|\(?[a-z][.)])$")


class _Straight(Protocol):
    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def bottom(self) -> float: ...


class _Placed(_Straight, Protocol):
    @property
    def text(self) -> str: ...


class PdfWord(NamedTuple):
    """A word on a page: its text and box in points, and the number of the line of text it stands in."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int

    @property
    def height(self) -> float:
        """How high it stands."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """How far down its middle lies."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines that belong together, and where each of their words stands in their text."""

    text: str
    words: tuple[Word, ...]
    heading: bool
    line: int
    """The number of its first line."""


def words_of(letters: Iterable[_Placed], rules: Iterable[_Straight] = ()) -> Iterator[PdfWord]:
    """Divide letters into words where blanks, line ends, wide gaps or upright lines are."""
    line = 0
    held: list[_Placed] = []
    is_doubted = False
    upright = [rule for rule in rules if rule.right - rule.left < rule.bottom - rule.top][:_MOST_UPRIGHT]
    for letter in letters:
        ends_line = letter.text in "\r\n"
        if held and held[-1].text in _HYPHENS and _below(held[-1], letter):  # pdfium tells no end of such a line
            yield from _word(held, line)
            held = []
            line += 1
        is_blank = letter.text.isspace()
        if held and is_blank and not ends_line and letter.right <= letter.left:  # pdfium put it there
            is_doubted = True
            continue
        is_parted = is_doubted and not is_blank and not _is_spaced(held, letter)
        if is_blank or is_parted or (held and _apart(held[-1], letter, upright)):
            yield from _word(held, line)
            held = []
        is_doubted = False
        if ends_line:
            line += letter.text == "\n"
        elif not is_blank:
            held.append(letter)
    yield from _word(held, line)


def _is_spaced(held: Sequence[_Placed], letter: _Placed) -> bool:
    """Whether a letter follows as far behind as those before it do, in text whose letters stand apart."""
    if len(held) < 2:  # noqa: PLR2004 - a distance needs two
        return False
    before, last = held[-2:]
    usual, here = last.left - before.right, letter.left - last.right
    level = abs(last.top - letter.top) < (last.bottom - last.top) / 2
    return level and here > 0 and usual > _SPACED * (last.bottom - last.top) and here <= _LIKE_SPACED * usual


def _apart(before: _Placed, letter: _Placed, upright: Sequence[_Straight]) -> bool:
    """Whether a letter lies so far from the one before that no blank was needed between them."""
    if before.right <= before.left or letter.right <= letter.left:
        return False
    height = max(before.bottom - before.top, letter.bottom - letter.top)
    level = abs(before.top + before.bottom - letter.top - letter.bottom) < height
    if level and (letter.left - before.right > height or before.left - letter.right > 2 * height):
        return True
    start, end = (before.left + before.right) / 2, (letter.left + letter.right) / 2
    middle = (letter.top + letter.bottom) / 2
    return any(start < rule.left and rule.right < end and rule.top < middle < rule.bottom for rule in upright)


def _below(before: _Placed, letter: _Placed) -> bool:
    """Whether a letter stands on a line further down."""
    middle = (before.top + before.bottom) / 2
    return letter.right > letter.left and letter.top > middle and letter.left < before.right


def _word(held: Sequence[_Placed], line: int) -> Iterator[PdfWord]:
    boxed = [letter for letter in held if letter.right > letter.left]
    if not boxed:
        return
    yield PdfWord(
        "".join(letter.text for letter in held),
        min(letter.left for letter in boxed),
        min(letter.top for letter in boxed),
        max(letter.right for letter in boxed),
        max(letter.bottom for letter in boxed),
        line,
    )


def paragraphs_of(words: Sequence[PdfWord], width: float, height: float) -> Iterator[Paragraph]:
    """Put words into paragraphs, in the order in which the page writes them."""
    lines = _lines(words)
    usual = median(_size(line) for line in lines) if lines else 0.0
    for block in _blocks(lines):
        yield _paragraph(block, usual, width, height)


def _lines(words: Sequence[PdfWord]) -> list[list[PdfWord]]:
    lines: list[list[PdfWord]] = []
    for word in words:
        if lines and lines[-1][-1].line == word.line:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _size(line: Sequence[PdfWord]) -> float:
    return median(word.height for word in line)


def _blocks(lines: Sequence[list[PdfWord]]) -> Iterator[list[list[PdfWord]]]:
    block: list[list[PdfWord]] = []
    chars, usual = 0, _usual_step(lines)
    for line in lines:
        length = sum(len(word.text) + 1 for word in line)
        if block and (chars + length > _MOST_CHARS or not _goes_on(block, line, usual)):
            yield block
            block, chars = [], 0
        block.append(line)
        chars += length
    if block:
        yield block


def _usual_step(lines: Sequence[Sequence[PdfWord]]) -> float:
    """How far below the last one a line of the same paragraph lies on this page."""
    steps = [(_top(line) - _top(last)) / max(_size(line), 1) for last, line in pairwise(lines)]
    near = [step for step in steps if _LEAST_STEP < step < _MOST_STEP]
    return min(median(near), 1 + _NEAR) if near else 1 + _NEAR


def _goes_on(block: Sequence[Sequence[PdfWord]], line: Sequence[PdfWord], usual: float) -> bool:
    """Whether a line belongs to the paragraph of the lines before it."""
    last = block[-1]
    size, before = _size(line), _size(last)
    if abs(size - before) > _LIKE_SIZE * max(size, before, 1):
        return False
    if _MARK.match(line[0].text) and line[0].left <= last[0].left + size:
        return False
    step = _top(line) - _top(last)
    if abs(step) < size / 2:  # further to the right in the same row
        return line[0].left >= last[-1].right - size
    overlap = min(_right(line), _right(last)) - max(_left(line), _left(last))
    return 0 < step <= _MORE * usual * size and overlap > 0


def _top(line: Sequence[PdfWord]) -> float:
    return median(word.top for word in line)


def _left(line: Sequence[PdfWord]) -> float:
    return min(word.left for word in line)


def _right(line: Sequence[PdfWord]) -> float:
    return max(word.right for word in line)


def _paragraph(block: Sequence[Sequence[PdfWord]], usual: float, width: float, height: float) -> Paragraph:
    text, words = "", []
    left = min(_left(line) for line in block)
    reach = max(_right(line) for line in block) - left
    for place, line in enumerate(block):
        for nth, word in enumerate(line):
            said, joined = _without_hyphen(word.text, last=nth == len(line) - 1 and place < len(block) - 1)
            start = len(text)
            text += said
            words.append(Word(start=start, end=len(text), box=box_of(word, width, height)))
            if nth < len(line) - 1:
                text += " "
            elif place < len(block) - 1 and not joined:
                text += " " if _right(line) - left >= _FULL_LINE * reach else "\n"
    large = usual > 0 and min(_size(line) for line in block) >= _HEADING * usual
    heading = large and len(text) <= _LONGEST_HEADING
    return Paragraph(text=text, words=tuple(words), heading=heading, line=block[0][0].line)


def _without_hyphen(text: str, *, last: bool) -> tuple[str, bool]:
    """Give a word as it is joined to the next, and whether it is: pdfium marks hyphens that divide a word."""
    if last and text.endswith(_HYPHENS):
        return text[:-1], True
    for mark in _HYPHENS:
        text = text.replace(mark, "-")
    return text, False


def box_of(word: PdfWord, width: float, height: float) -> Box:
    """Give the box of a word in hundredths of the page."""
    left, right = (min(max(100 * side / width, 0.0), 100.0) for side in (word.left, word.right))
    top, bottom = (min(max(100 * side / height, 0.0), 100.0) for side in (word.top, word.bottom))
    return Box(left=round(left, 3), top=round(top, 3), width=round(right - left, 3), height=round(bottom - top, 3))
