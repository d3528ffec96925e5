"""Rows of tables as passages: one text of all cells, in which each word knows its cell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tessera.extract.paragraphs import MOST, cut
from tessera.model.found import Passage, PassageSort, Word
from tessera.model.locator import Box, Locator

_LETTERS: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a row: its column, counted from 0, that column's name where the table has names, and its words.

    A word is any stretch with a place of its own; without places the whole text is one.
    """

    column: int
    words: Sequence[tuple[str, Box | None]]
    name: str = ""


def cell_name(column: int, row: int) -> str:
    """Name a cell as spreadsheets do, both counted from 0.

    >>> cell_name(1, 6), cell_name(27, 0)
    ('B7', 'AB1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def row_passages(cells: Iterable[Cell], locator: Locator, *, row: int) -> Iterator[Passage]:
    """Write a row, counted from 0: `name: text; name: text`, or `text | text` where columns have no names.

    A row that is too long for a passage goes on in the next, cut between cells where that is possible.
    """
    text, words = "", list[Word]()
    for cell in cells:
        lead, between = (f"{cell.name}: ", "; ") if cell.name else ("", " | ")
        name, joint = cell_name(cell.column, row), between + lead
        for word, box in cell.words:
            for part in cut(word):
                if text and len(text) + len(joint) + len(part) > MOST:
                    yield _passage(text, words, locator)
                    text, words = "", []
                text += joint if text else lead
                words.append(Word(start=len(text), end=len(text) + len(part), box=box, cell=name))
                text, joint = text + part, " "
    if text:
        yield _passage(text, words, locator)


def _passage(text: str, words: Sequence[Word], locator: Locator) -> Passage:
    of = {word.cell for word in words}
    only = of.pop() if len(of) == 1 else ""
    return Passage(text=text, locator=replace(locator, cell=only), sort=PassageSort.ROW, words=tuple(words))
