"""Recalls and corrections: what owners did about records that they gave."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """One act of an owner taking records back, and whether it was lifted since."""

    uid: UUID
    at: int
    account: str
    agency: str
    reason: str
    records: int
    lifted_at: int | None
    lifted_by: str
    lift_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One act of an owner correcting a record. The values are in the two versions, not here."""

    uid: UUID
    at: int
    account: str
    agency: str
    reason: str
    terms: tuple[str, ...]
    corrected: UUID | None
    """The version that the correction made; None once it is purged."""
    delivered: UUID | None
    """The version that was corrected."""
    ended_at: int | None
    """When the source delivered another value, which took the place of the corrected one."""
