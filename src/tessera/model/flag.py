"""Flags: what the protected-activity gate held, and what a privacy officer decided."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class FlagState(StrEnum):
    """What became of a text that was held."""

    DELETED = "deleted"
    """Proposed for purge; it stays held until it is gone."""
    OPEN = "open"
    RELEASED = "released"


class Occasion(StrEnum):
    """When a text was examined."""

    CORRECTION = "correction"
    ENTRY = "entry"
    RELEASE = "release"
    """Before more people may read it."""


class Ground(StrEnum):
    """Why a privacy officer lets a held text go (28 CFR 23.20(b))."""

    CRIMINAL_NEXUS = "criminal-nexus"
    """It relates directly to criminal conduct, which the reason names."""
    NOT_PROTECTED = "not-protected"
    """It does not speak of protected activity at all: the rule was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One record that was held. `places` are character positions in its text; the words themselves are not kept here."""

    uid: UUID
    record: UUID | None
    """None when the record has been purged."""
    source: str
    kind: str
    occasion: Occasion
    rules: tuple[str, ...]
    categories: tuple[str, ...]
    places: tuple[tuple[int, int, str], ...]
    """Start, end and rule of each place."""
    at: int
    state: FlagState
    ground: str = ""
    decided_by: str = ""
    decided_at: int | None = None
    reason: str = ""
    text: str = ""
    """The narrative as this reader may see it, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """What became of the texts that one rule held, so that rules which are mostly wrong are seen."""

    rule: str
    open: int
    released_nexus: int
    released_wrong: int
    deleted: int

    @property
    def decided(self) -> int:
        """How many were decided."""
        return self.released_nexus + self.released_wrong + self.deleted
