"""Reviews of what is due, and purges: what goes, why, who decided, and how far it is."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Overdue(StrEnum):
    """How far the day to review by is away."""

    DUE = "due"
    """The day is near: keep it with a reason, or let it go."""
    OVERDUE = "overdue"
    """The day has passed: nobody reads it, and it waits for its purge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueGroup:
    """Records of one delivery that are to be reviewed by the same day, under the same authority."""

    delivery: UUID
    filename: str
    source: str
    holding: str
    review_by: str
    records: int
    held: int
    """How many of them are under legal hold: sealed, and not purged while it lasts."""
    state: Overdue
    days: int
    """Days left; below 0: days since the day passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecords:
    """Records under legal hold that one order and one reason cover."""

    uid: UUID
    reference: str
    reason: str
    records: int
    set_by: str
    set_at: int
    lifted_by: str = ""
    lifted_at: int | None = None


class PurgeBy(StrEnum):
    """How the records of a purge are chosen."""

    DELIVERY = "delivery"
    """All records that one delivery made."""
    OVERDUE = "overdue"
    """All records whose day to review by passed longer ago than a number of days. The rule decides; nobody approves."""
    QUARANTINED = "quarantined"
    """The rows in quarantine that are named, and what was made of them."""
    RECORD = "record"
    """The records that are named."""
    REPLAY = "replay"
    """Records that had been purged before and came back with an older backup."""
    SUBJECT = "subject"
    """Every version of the things that are named, of every kind, that their source knows by the same key."""


class PurgeState(StrEnum):
    """Where a purge is on its way."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    BEGUN = "begun"
    """Nobody can read the records any more; their bytes are being erased."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which records a purge takes.

    `names` are identifiers of records (record, subject), of deliveries (delivery) or days (overdue: one number).
    `whole_rows` takes every other record along that was made of the same delivered rows.
    """

    by: PurgeBy
    names: tuple[str, ...]
    whole_rows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """One purge."""

    uid: UUID
    chosen: Chosen
    reason: str
    reference: str
    """The order, request or rule that asks for it."""
    state: PurgeState
    proposed_by: str
    proposed_at: int
    decided_by: str
    decided_at: int | None
    records: int
    done_at: int | None
    problem: str
    """Why it could not be finished yet; empty where nothing stands in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a purge would take, before anybody approves it."""

    records: int
    threads: int
    deliveries: int
    held: int
    """Records, or rows of records, that a legal hold protects; above 0 the purge is refused."""
    beside: int
    """Records that stay and were made of the same rows; they lose their evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """Bytes of one delivery that a purge still has to rewrite."""

    purge_id: int
    delivery_id: int
    delivery: UUID
    filename: str
    source: str
    sha256: str
    """Of the bytes as they are kept now."""
    rows: frozenset[int] = field(default_factory=frozenset)
    """Rows of the delivery that go, counted from 1 through all its parts."""
    whole: bool = False
    """Nothing of the delivery is left; its bytes go as a whole."""
    contents: bool = False
    """It is no table: when anything of it goes, its bytes go as a whole, since nothing can be cut out of them."""
    search: bool = False
    """Rows of the purged things may stand here without having made a record: they are looked for."""
