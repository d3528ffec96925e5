"""What arrived: one sealed set of bytes from one source."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class DeliveryState(StrEnum):
    """Where a delivery is on its way."""

    DONE = "done"
    FAILED = "failed"
    """Could not be read at all; the bytes are kept and the reason is in `reason`."""
    PROCESSING = "processing"
    RECEIVED = "received"
    WAITING = "waiting"
    """Taken in, but the agreement behind its source is not in force; it goes on by itself when that is renewed."""


class Via(StrEnum):
    """The door a delivery came through."""

    API = "api"
    COMMAND = "command"
    DROP_FOLDER = "drop-folder"
    ENCLOSED = "enclosed"
    """It lay in another delivery: a member of an archive, an attachment."""
    FORM = "form"
    """Typed into a form of the workbench, which writes the bytes."""
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Bytes that arrived, kept unchanged, and what became of their rows.

    When `state` is done: rows_in == rows_recorded + rows_quarantined + rows_duplicate. `records` and `links` count
    what was made of the recorded rows (a row can make several).
    """

    uid: UUID
    receipt: str
    """Receipt number for the giver: `R-` and the first 12 hex digits of the delivery's UID after its time part."""
    source: str
    filename: str
    sha256: str
    size: int
    via: Via
    received_at: int
    received_by: str
    state: DeliveryState
    reason: str = ""
    mapping: str = ""
    """Name and version of the mapping used, `name@version`."""
    mapping_digest: str = ""
    rows_in: int = 0
    rows_recorded: int = 0
    rows_quarantined: int = 0
    rows_duplicate: int = 0
    records: int = 0
    links: int = 0
    finished_at: int | None = None
    duplicate: bool = False
    """True on the value that `receive` returns when these bytes had already arrived from this source."""


class QuarantineState(StrEnum):
    """What became of a row that did not fit."""

    OPEN = "open"
    MENDED = "mended"
    """Corrected values are noted; not replayed yet."""
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """A row that did not fit, with its reason and its place in the delivery."""

    uid: UUID
    delivery: UUID
    source: str
    locator: str
    row: int
    column: str
    term: str
    reason: str
    value: str
    raw: dict[str, str]
    """The row as delivered: column to text, masked for the reader; empty where the row could not be split."""
    mended: dict[str, str]
    """Corrected values by column; empty until somebody mends the row."""
    state: QuarantineState
    at: int
    mended_by: str = ""
