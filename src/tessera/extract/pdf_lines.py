"""Letters of a page become words, lines and paragraphs."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from statistics import median
from typing import Final, NamedTuple, Protocol

from tessera.extract.pdf_order import runs_leftward
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
_WORD_GAP: Final = 0.2
"""Share of a line's height from which a gap ends a word whose letters touch."""
_SMALLER, _RAISED = 0.8, 0.2
"""Shares of a letter's height: the mark of a note is lower than the first, and ends higher by the second."""
_LONGEST_UNIT: Final = 3
"""A raised digit behind fewer letters belongs to them, as in m² and km²."""
_ENDS: Final = frozenset(".,;:!?)]\u00bb\u2019\u201d")
_SPACED: Final = 0.05
"""Share of a line's height by which letters stand apart where their text is spaced."""
_LIKE_SPACED: Final = 1.3
_PRIVATE: Final = re.compile(r"^[\ue000-\uf8ff]$")
"""A sign that only its font knows: where it stands by itself, it is the mark of an item of a list."""
_EDGES: Final = re.compile(r"^\W+|\W+$")
_ADDRESS_CUT: Final = re.compile(r"(?:https?:/|://\S*|\bwww\.\S*)[/?&=#_%.-]$|https?:/$", re.IGNORECASE)
_SPAN_CUT: Final = re.compile(r"\d[\u2010-\u2013-]$")
_COMPOUND_CUT: Final = re.compile(r"[^\W\d_]{2}[\u2010\u2011-]$")
_BETWEEN: Final = frozenset({"and", "et", "et/ou", "oder", "or", "to", "und", "y"})
"""Words before which a hyphen stands for the end of the compound that follows: pre- and postwar."""
_UNBLANKED: Final = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff65]")
"""Signs of scripts that put no blanks between words."""
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


def words_of(letters: Sequence[_Placed], rules: Iterable[_Straight] = ()) -> Iterator[PdfWord]:
    """Divide letters into words where blanks, line ends, wide gaps or upright lines are."""
    line = 0
    held: list[_Placed] = []
    is_doubted = False
    narrow = [rule for rule in rules if rule.right - rule.left < rule.bottom - rule.top][:_MOST_UPRIGHT]
    upright = sorted(narrow, key=_left_of)
    for letter, behind in zip_longest(letters, letters[1:]):
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
        is_parted = is_parted or (bool(held) and (_apart(held[-1], letter, upright) or _is_new(held, letter, behind)))
        if is_blank or is_parted:
            yield from _word(held, line)
            held = []
        is_doubted = False
        if ends_line:
            line += letter.text == "\n"
        elif not is_blank:
            held.append(letter)
    yield from _word(held, line)


def _left_of(rule: _Straight) -> float:
    return rule.left


def _is_new(held: Sequence[_Placed], letter: _Placed, behind: _Placed | None) -> bool:
    """Whether a letter begins a word though the file has no blank: behind a gap, or as the mark of a note."""
    before = held[-1]
    height = before.bottom - before.top
    gap = letter.left - before.right
    if gap <= _WORD_GAP * height and not letter.text.isdigit():
        return False
    if gap > _WORD_GAP * height:
        if runs_leftward(before.text) or abs(before.top + before.bottom - letter.top - letter.bottom) >= height:
            return False
        one, other = (held[-2], before) if len(held) > 1 else (letter, behind or letter)
        return -_WORD_GAP * height < other.left - one.right < gap / 3
    is_raised = letter.bottom - letter.top < _SMALLER * height and letter.bottom < before.bottom - _RAISED * height
    if not is_raised:
        return False
    return before.text in _ENDS or (len(held) >= _LONGEST_UNIT and before.text.isalpha())


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
    if runs_leftward(before.text) or runs_leftward(letter.text):  # their blanks are all there
        return False
    height = max(before.bottom - before.top, letter.bottom - letter.top)
    level = abs(before.top + before.bottom - letter.top - letter.bottom) < height
    if level and (letter.left - before.right > height or before.left - letter.right > 2 * height):
        return True
    start, end = (before.left + before.right) / 2, (letter.left + letter.right) / 2
    middle = (letter.top + letter.bottom) / 2
    first, last = bisect_right(upright, start, key=_left_of), bisect_left(upright, end, key=_left_of)
    return any(rule.right < end and rule.top < middle < rule.bottom for rule in upright[first:last])


def _below(before: _Placed, letter: _Placed) -> bool:
    """Whether a letter stands on a line further down."""
    middle = (before.top + before.bottom) / 2
    return letter.right > letter.left and letter.top > middle and letter.left < before.right


def _word(held: Sequence[_Placed], line: int) -> Iterator[PdfWord]:
    boxed = [letter for letter in held if letter.right > letter.left]
    if not boxed:
        return
    yield PdfWord(
        _PRIVATE.sub("\u2022", "".join(letter.text for letter in held)),
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
    known = _known(words)
    for block in _blocks(lines):
        yield _paragraph(block, usual, width, height, known)


def _known(words: Sequence[PdfWord]) -> Collection[str]:
    """Give the words of a page in small letters, if one of its lines ends inside a word."""
    if not any(word.text.endswith(_HYPHENS) for word in words):
        return ()
    return {_EDGES.sub("", word.text).lower() for word in words}


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


def _paragraph(
    block: Sequence[Sequence[PdfWord]], usual: float, width: float, height: float, known: Collection[str]
) -> Paragraph:
    text, words = "", []
    left = min(_left(line) for line in block)
    reach = max(_right(line) for line in block) - left
    for place, line in enumerate(block):
        for nth, word in enumerate(line):
            follows = block[place + 1] if nth == len(line) - 1 and place < len(block) - 1 else None
            said, joined = _joined(word.text, follows[0].text if follows else "", known)
            start = len(text)
            text += said
            words.append(Word(start=start, end=len(text), box=box_of(word, width, height)))
            if nth < len(line) - 1:
                text += " "
            elif follows and not joined:
                is_full = _right(line) - left >= _FULL_LINE * reach or _is_level(line, follows)
                text += " " if is_full else "\n"
    large = usual > 0 and min(_size(line) for line in block) >= _HEADING * usual
    heading = large and len(text) <= _LONGEST_HEADING
    return Paragraph(text=text, words=tuple(words), heading=heading, line=block[0][0].line)


def _joined(text: str, follows: str, known: Collection[str]) -> tuple[str, bool]:
    """Give a word as it is written before what follows on the next line, and whether both are one word."""
    if follows and text.endswith(_HYPHENS):
        return text[:-1] + ("-" if _keeps_hyphen(text[:-1], follows, known) else ""), True
    for mark in _HYPHENS:
        text = text.replace(mark, "-")
    return text, bool(follows) and _is_cut(text, follows)


def _keeps_hyphen(before: str, behind: str, known: Collection[str]) -> bool:
    """Whether a hyphen at the end of a line belongs to the word: in numbers, before a capital, or where the page says so.

    >>> _keeps_hyphen("Okonkwo", "Lee,", ()), _keeps_hyphen("re", "port", ()), _keeps_hyphen("co", "op", {"co-op"})
    (True, False, True)
    """
    first, last = (_EDGES.sub("", part) for part in (before, behind))
    if not first or not last or first[-1].isdigit() or last[0].isdigit():
        return True
    if last[0].isupper() and not first.isupper():
        return True
    return f"{first}-{last}".lower() in known and f"{first}{last}".lower() not in known


def _is_cut(text: str, follows: str) -> bool:
    """Whether a line ends inside an address of the net, a span of numbers, a compound, or a text without blanks.

    >>> [_is_cut(*two) for two in (("https://a.example/b?", "c=1"), ("08:30-", "16:45"), ("Yes", "he"), ("午夜", "之前"))]
    [True, True, False, True]
    """
    if _ADDRESS_CUT.search(text):
        return True
    if _SPAN_CUT.search(text):
        return follows[0].isdigit()
    if _COMPOUND_CUT.search(text):
        return follows[0].isalpha() and follows.lower() not in _BETWEEN
    return bool(_UNBLANKED.match(text[-1]) and _UNBLANKED.match(follows[0]))


def _is_level(line: Sequence[PdfWord], other: Sequence[PdfWord]) -> bool:
    """Whether two pieces stand in one row."""
    return abs(_top(line) - _top(other)) < _size(line) / 2


def box_of(word: PdfWord, width: float, height: float) -> Box:
    """Give the box of a word in hundredths of the page."""
    left, right = (min(max(100 * side / width, 0.0), 100.0) for side in (word.left, word.right))
    top, bottom = (min(max(100 * side / height, 0.0), 100.0) for side in (word.top, word.bottom))
    return Box(left=round(left, 3), top=round(top, 3), width=round(right - left, 3), height=round(bottom - top, 3))
