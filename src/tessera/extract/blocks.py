"""Blocks of a document, in reading order: paragraphs, headings and rows of tables; and blocks as passages with their place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tessera.extract.cells import Cell, row_passages
from tessera.extract.paragraphs import passages, tidy
from tessera.model.found import Passage, PassageSort
from tessera.model.locator import Locator


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, heading or row of a table. `page` is the page or slide, from 1; 0 where there are none.

    A row has `cells`, one for each column, and no text.
    """

    text: str = ""
    sort: PassageSort = PassageSort.PARAGRAPH
    page: int = 0
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that was read whole: what it says of itself, its blocks, and the files in it by name."""

    facts: dict[str, str]
    blocks: list[Block]
    files: list[tuple[str, bytes]] = field(default_factory=list)
    objects: int = 0
    """Objects in it that hold no file which could be taken out."""


def row_block(cells: Sequence[str], page: int = 0) -> Block | None:
    """Make a row of a table of its cells, each on one line; None where all of them are empty."""
    told = tuple(" ".join(tidy(cell).split()) for cell in cells)
    return Block(sort=PassageSort.ROW, page=page, cells=told) if any(told) else None


def told(blocks: Iterable[Block]) -> Iterator[Passage]:
    """Give the passages of blocks. Rows of tables are numbered through each page, so that no two cells have one name."""
    page = row = 0
    for block in blocks:
        if block.page != page:
            page, row = block.page, 0
        if block.cells:
            row += 1
            cells = [Cell(column=at, words=[(text, None)]) for at, text in enumerate(block.cells) if text]
            yield from row_passages(cells, Locator(page=page, row=row), row=row - 1)
        else:
            yield from passages(block.text, Locator(page=page), block.sort)
