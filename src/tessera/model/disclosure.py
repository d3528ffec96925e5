"""Disclosures: who was shown records of which agency, when, and for what purpose."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureQuery:
    """Which disclosures to list. Instants are milliseconds UTC; `since` is inclusive, `until` exclusive."""

    record: UUID | None = None
    owner: str = ""
    recipient: str = ""
    """Agency that received."""
    account: str = ""
    export: str = ""
    """Identifier of one export, as its watermark has it."""
    since: int | None = None
    until: int | None = None
    within: bool = False
    """Also what an agency's own staff was shown; otherwise only what left the agency."""
    limit: int = 50
    before: int | None = None
    """Number of the disclosure behind which to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One occasion on which records of one agency were shown to one account (28 CFR 23.20(g): who, why, when)."""

    number: int
    at: int
    account: str
    agency: str
    """Agency that received."""
    purpose: str
    need_to_know: str
    event: str
    owner: str
    records: int
    """How many records of this owner were shown."""
    export: str
