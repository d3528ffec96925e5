"""What a file says, as one reader sees it: its passages, and the mentions in them, to be drawn in colour."""

from dataclasses import dataclass
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
class ShownPassage:
    """A passage cut into stretches. `masked_by` says why its text is hidden."""

    uid: UUID
    row: int
    page: int
    sort: str
    means: str
    confidence: float | None
    locator: Locator
    stretches: tuple[Stretch, ...]
    masked_by: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """A type of mention, and how many of the passages shown are of it."""

    type: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContents:
    """Some passages of a file. `first_row` and `next_row` lead on; 0 where there is no more."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a record stands in a file that is no table: what a picture or sound of that place is made of."""

    delivery: UUID
    format: str
    locator: Locator
    box: Box | None = None
