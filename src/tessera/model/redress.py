"""Requests for redress, as the person and as the privacy officer see them. Instants are milliseconds UTC."""

from dataclasses import dataclass
from uuid import UUID

from tessera.model.record import RecordView


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a person fills in."""

    name: str
    reach: str
    """How to reach them: address, telephone or mail."""
    statement: str
    """What they believe is held, and why it is wrong."""
    record_named: str = ""
    agency_named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the person is given. The secret is shown once and kept nowhere."""

    reference: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done about a request."""

    at: int
    account: str
    step: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """A record that a request disputes; `view` is None where the officer may not read it, or it is purged."""

    uid: UUID
    view: RecordView | None
    at: int
    account: str
    lifted_at: int | None
