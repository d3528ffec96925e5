"""Texts cut into passages: small enough to point at, and cut where a paragraph, sentence or word ends."""

import re
from collections.abc import Iterator
from typing import Final

from tessera.model.found import Passage, PassageSort
from tessera.model.locator import Locator

MOST: Final = 2_000
"""Characters of a passage, about."""
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_BLANK: Final = re.compile(r"\n[ \t\r]*\n\s*|\f\s*")
_SENTENCE_END: Final = re.compile(r"[.!?]['\")\]]?\s|\n")


def passages(text: str, locator: Locator, sort: PassageSort = PassageSort.PARAGRAPH) -> Iterator[Passage]:
    """Give a text as passages of one place and sort; none where it says nothing."""
    for part in cut(tidy(text)):
        yield Passage(text=part, locator=locator, sort=sort)


def tidy(text: str) -> str:
    """Take out characters that are no text, and space at the ends of lines."""
    cleaned = _CONTROL.sub("", _LINE_ENDS.sub("\n", text).replace("\u00a0", " "))
    return "\n".join(line.rstrip() for line in cleaned.split("\n")).strip()


def split_paragraphs(text: str) -> list[str]:
    r"""Split a text where blank lines stand or a page ends; the last part may go on.

    >>> split_paragraphs("One.\n\n \nTwo,\nand")
    ['One.', 'Two,\nand']
    """
    return _BLANK.split(text)


def cut(text: str, most: int = MOST) -> Iterator[str]:
    """Cut a text into parts of at most `most` characters, after a sentence or line, else a word, else anywhere.

    >>> list(cut("One two. Three four.", 12))
    ['One two.', 'Three four.']
    """
    start = 0
    while len(text) - start > most:
        end = _end_of_part(text, start, most)
        if part := text[start:end].strip():
            yield part
        start = end
    if part := text[start:].strip():
        yield part


def _end_of_part(text: str, start: int, most: int) -> int:
    within = text[start : start + most]
    ends = [found.end() for found in _SENTENCE_END.finditer(within) if found.end() > most // 4]
    space = max(within.rfind(" "), within.rfind("\n"))
    return start + (ends[-1] if ends else space + 1 if space > 0 else most)
