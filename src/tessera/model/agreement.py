"""How agreements stand: what the pages of partners show."""

from dataclasses import dataclass
from enum import StrEnum

from tessera.model.source import Agency, Agreement, Holding


class Step(StrEnum):
    """What was done to an agreement."""

    ENDED = "ended"
    ENTERED = "entered"
    RENEWED = "renewed"
    RESUMED = "resumed"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementStanding:
    """An agreement on one day, and what hangs on it."""

    agreement: Agreement
    agency_label: str
    in_force: bool
    why_not: str
    """A clause that says why it is not in force; empty where it is."""
    days_left: int | None
    """Until its last day; None where it has no end or is not in force."""
    sources: int
    waiting: int
    """Deliveries that were taken in and wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementStep:
    """One line of an agreement's history."""

    at: int
    account: str
    step: Step
    expires: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyStanding:
    """A partner organisation and what it has here. `accounts` counts those that may sign in."""

    agency: Agency
    sources: int
    accounts: int
    agreements: int
    in_force: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingStanding:
    """A body of records, counted as far as the reader may see. Overdue records count by their marking, unseen."""

    holding: Holding
    sources: int
    records: int
    due: int
    """How many of the records that the reader may see are to be reviewed within 60 days."""
