"""Notices: what those who were shown a record are told about it afterwards, and what they say they did."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class NoticeKind(StrEnum):
    """Why somebody is told."""

    CORRECTION = "correction"
    """Its owner corrected it."""
    EXPIRY = "expiry"
    """The day to review it by has passed."""
    PURGE = "purge"
    """It was purged here."""
    RECALL = "recall"
    """Its owner took it back, or gave it again."""
    REDRESS = "redress"
    """The person it is about had it corrected or disputes it."""


class Deed(StrEnum):
    """What a recipient says was done with copies of what a notice is about."""

    AMENDED = "amended"
    DESTROYED = "destroyed"
    KEPT = "kept"
    NONE_MADE = "none-made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice as its recipient gets it."""

    uid: UUID
    kind: NoticeKind
    at: int
    teller: str
    """Agency that tells."""
    text: str
    records: tuple[UUID, ...]
    """The records that this recipient was shown and that it is about; at most the first few."""
    count: int
    """How many records it is about that this recipient was shown."""
    acknowledged_at: int | None
    deed: Deed | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How one recipient has answered one notice, for who sent it."""

    notice: UUID
    kind: NoticeKind
    at: int
    text: str
    account: str
    agency: str
    acknowledged_at: int | None
    deed: Deed | None
    note: str
    overdue: bool
