"""What a file says, as one reader sees it: its passages, and the mentions in them, to be drawn in colour."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from tessera.model.locator import Box, Locator
from tessera.model.marking import Marking
from tessera.model.record import RecordView


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some characters of a passage; `type` is what they name, empty where they name nothing that the reader may see."""

    text: str
    type: str = ""
    label: str = ""
    """What sort of thing is named, and how it was found, in words."""
    mention: UUID | None = None
    seconds: float | None = None
    """When they are spoken, in a recording."""
    here: bool = False
    """True for what the reader came for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a row: its column's letter, as spreadsheets have it, the column's name where the row says it, and its text."""

    column: str
    name: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPassage:
    """A passage cut into stretches. `masked_by` says why its text is hidden. A row of a table has its text in cells too."""

    uid: UUID
    row: int
    page: int
    sort: str
    means: str
    confidence: float | None
    locator: Locator
    stretches: tuple[Stretch, ...]
    cells: tuple[Cell, ...] = ()
    masked_by: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Passages that stand together: a table, where `columns` (name by letter) is filled, or else one passage.

    `page` is filled where a page begins with it.
    """

    page: int
    passages: tuple[ShownPassage, ...]
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """A type of mention, and how many there are of it."""

    type: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class FileContents:
    """Some passages of a file. `previous_row` and `next_row` lead on; 0 where there is no more."""

    delivery: UUID
    format: str
    file: RecordView | None
    """The file's own record; None while it is still being read."""
    passages: tuple[ShownPassage, ...]
    legend: tuple[LegendEntry, ...]
    previous_row: int
    next_row: int
    others: tuple[RecordView, ...]
    """Records that the file states outright, as a message does."""
    marking: Marking

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The passages with the rows of each table together."""
        return tuple(_blocks(self.passages))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSummary:
    """What became of a file, in a line: its format, and how much was found in it that the reader may see."""

    format: str
    language: str
    pages: int
    passages: int
    mentions: int
    stated: int
    """Records that the file states outright, as a message does."""


def _blocks(passages: tuple[ShownPassage, ...]) -> Iterator[Block]:
    open_: Block | None = None
    page = 0
    for passage in passages:
        columns = {cell.column: cell.name for cell in passage.cells}
        begins = passage.page if passage.page != page else 0
        page = passage.page
        if open_ and columns and not begins and _go_together(open_.columns, columns):
            open_ = replace(open_, passages=(*open_.passages, passage), columns=_ordered({**open_.columns, **columns}))
            continue
        if open_:
            yield open_
        open_ = Block(page=begins, passages=(passage,), columns=_ordered(columns))
    if open_:
        yield open_


def _go_together(above: Mapping[str, str], row: Mapping[str, str]) -> bool:
    """Claim that a row continues a table: no column has another name in it."""
    return bool(above) and all(above.get(letter, name) == name for letter, name in row.items())


def _ordered(columns: Mapping[str, str]) -> Mapping[str, str]:
    return dict(sorted(columns.items(), key=lambda one: (len(one[0]), one[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a record stands in a file that is no table: what a picture or sound of that place is made of."""

    delivery: UUID
    format: str
    locator: Locator
    box: Box | None = None
