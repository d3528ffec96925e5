"""Long texts of messages as passages of a paragraph's size."""

import re
from collections.abc import Iterator
from typing import Final

from tessera.model.found import Passage
from tessera.model.locator import Locator

LONGEST: Final = 2_000
"""Characters of a passage, so that what is found in it is near what was looked for."""
_ENDS: Final = re.compile(r"\n+|(?<=[.!?]) ")


def passages(text: str, locator: Locator) -> Iterator[Passage]:
    """Give a text as passages, parted at lines and sentences, or anywhere where there are none.

    >>> [len(each.text) for each in passages("A sentence. " * 300, Locator())]
    [1991, 1607]
    """
    start = 0
    text = text.strip()
    while len(text) - start > LONGEST:
        ends = [found.end() for found in _ENDS.finditer(text, start + 1, start + LONGEST)]
        end = ends[-1] if ends else start + LONGEST
        yield Passage(text=text[start:end].strip(), locator=locator)
        start = end
    if text[start:].strip():
        yield Passage(text=text[start:].strip(), locator=locator)
