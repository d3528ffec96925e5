"""What an agency has given, and what became of it, as that agency sees it."""

from dataclasses import dataclass

from tessera.model.record import RecordView


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Who outside the agency was shown a record: which agency, for what purpose, when last (milliseconds UTC)."""

    agency: str
    purpose: str
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One record of the own agency with what became of it."""

    record: RecordView
    state: str
    """ "in use", "recalled", "held", "overdue", or "replaced" by a newer version."""
    readings: tuple[Reading, ...]
    links: int
    """Links to and from it that who looks may see."""
    corrections: int
