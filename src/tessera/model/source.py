"""Who gives us data, under which authority, and in what rhythm."""

from dataclasses import dataclass
from enum import StrEnum

from tessera.model.access import AgencyKind, Purpose
from tessera.model.marking import Marking


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A partner organisation."""

    name: str
    """Short name, lower case with dashes; used in markings and policies."""
    label: str
    kind: AgencyKind
    jurisdiction: str = ""
    contact: str = ""


class AgreementState(StrEnum):
    """Whether the parties stand by an agreement."""

    CURRENT = "current"
    ENDED = "ended"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Why we may have this data. Dates are ISO days; an empty `expires` has no end."""

    name: str
    agency: str
    purposes: frozenset[Purpose]
    redissemination: str
    signed: str
    expires: str = ""
    state: AgreementState = AgreementState.CURRENT

    def in_force(self, today: str) -> bool:
        """Claim that it holds on this day: signed, not past its end, neither suspended nor ended."""
        return not self.why_not(today)

    def why_not(self, today: str) -> str:
        """Say in a clause why it is not in force on this day; nothing where it is."""
        if self.state is not AgreementState.CURRENT:
            return f"was {self.state.value}"
        if today < self.signed:
            return f"begins on {self.signed}"
        return f"lapsed after {self.expires}" if self.expires and self.expires < today else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand between the center and its partners on one day; decisions weigh it beside the marking."""

    lapsed: frozenset[str] = frozenset()
    """Agreements that are not in force."""
    unbound: frozenset[str] = frozenset()
    """Agencies that have no agreement in force."""


class HoldingSort(StrEnum):
    """Which of the holdings that are never mixed it is; each has rules of its own, and nothing moves between them by itself."""

    INTELLIGENCE = "intelligence"
    """Criminal intelligence: a predicate for each subject (28 CFR Part 23)."""
    OTHER = "other"
    SUSPICIOUS_ACTIVITY = "suspicious-activity"
    """Reports of suspicious activity, vetted in two parts (ISE-SAR Functional Standard)."""
    TIPS = "tips"
    """Tips and leads: not yet judged."""


FILES = "files"
"""Stands in the place of a mapping where a source gives files of any kind, which are read for what they say."""
FORMS_ONLY = frozenset({HoldingSort.INTELLIGENCE, HoldingSort.SUSPICIOUS_ACTIVITY})
"""Sorts whose sources without a mapping take what is entered by form, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A body of records under one legal authority."""

    name: str
    label: str
    authority: str
    """Citation of the law or order under which the center may hold these records."""
    retention_days: int
    purposes: frozenset[Purpose]
    unexamined_because: str = ""
    """Why its narratives do not pass the protected-activity gate: the provision of its authority that says so. Empty: they do."""
    sort: HoldingSort = HoldingSort.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed from an agency. `cadence_hours` is how often it should deliver; 0 means whenever it likes."""

    name: str
    label: str
    agency: str
    agreement: str
    holding: str
    marking: Marking
    mapping: str = ""
    cadence_hours: int = 0
    reliability: str = "F"
    """Admiralty scale A to F; F means it cannot be judged, not that it is bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source as the overview shows it: `freshness` is "fresh", "late", "silent" or "no cadence"."""

    source: Source
    agency_label: str
    deliveries: int
    rows_in: int
    records: int
    quarantined: int
    duplicates: int
    last_received: int | None
    freshness: str
    quality: float | None
    """0 to 1, or None where nothing has arrived; `quality_reasons` says how it came about."""
    quality_reasons: tuple[str, ...]
