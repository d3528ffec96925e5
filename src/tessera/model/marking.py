"""Markings: how a piece of data may be handled."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import IntEnum, StrEnum
from typing import Self, TypeVar

_Level = TypeVar("_Level", bound=IntEnum)


class Sensitivity(IntEnum):
    """How much harm a wrong disclosure does; the higher, the more protective."""

    PUBLIC = 0
    INTERNAL = 1
    SENSITIVE = 2
    RESTRICTED = 3


class Tlp(IntEnum):
    """Traffic Light Protocol 2.0 (FIRST, August 2022), least protective first."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def label(self) -> str:
        """The label as FIRST writes it: capitals, no spaces, never translated.

        >>> Tlp.AMBER_STRICT.label
        'TLP:AMBER+STRICT'
        """
        return "TLP:" + self.name.replace("_", "+")


class Regime(StrEnum):
    """A body of law or agreement that restricts a piece of data."""

    CFR23 = "28CFR23"
    CFR42_2 = "42CFR2"
    CJI = "CJI"
    JUVENILE = "JUVENILE"
    NCI = "NCI"
    """Non-criminal identifying information: named only to identify a subject, and suspected of nothing (28 CFR Part 23,
    clarification of 1998). It is reached from the subject alone: no search finds it and no count has it."""
    OPERATIONS = "OPERATIONS"
    PCII = "PCII"
    PHI = "PHI"
    PII = "PII"


class Hold(StrEnum):
    """Why use of a piece is stopped until somebody decides."""

    LEGAL = "legal"
    """Kept for a court or counsel: sealed, and not purged meanwhile."""
    PROTECTED_ACTIVITY = "protected-activity"
    """Describes views, associations or lawful protest, and states no criminal nexus."""
    RECALLED = "recalled"
    """Its owner took it back."""
    SUBMISSION = "submission"
    """Submitted as criminal intelligence and not yet approved by a second person (28 CFR 23.20(c))."""


class FieldClass(StrEnum):
    """What sort of thing a field says about people; masking and search work by class."""

    CONTACT = "contact"
    HEALTH = "health"
    IDENTIFIER = "identifier"
    NARRATIVE = "narrative"
    OPEN = "open"
    PLACE = "place"


ALL_FIELDS = frozenset(FieldClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """How a piece of data may be handled; it travels into everything derived from the piece.

    Markings form a join semilattice with `Marking()` as its least element: `a | b` carries the more protective of each
    part. Sets that *restrict* (agreements, cui, dissemination, holdings, holds, owners, regimes) unite. Sets that *permit*
    (releasable_to, purposes) intersect, and None there means "no limit of this sort". Of two days to review by, the
    earlier counts.

    >>> tip = Marking(sensitivity=Sensitivity.RESTRICTED, regimes=frozenset({Regime.JUVENILE}))
    >>> (tip | Marking(sensitivity=Sensitivity.PUBLIC)) == tip
    True
    """

    agreements: frozenset[str] = frozenset()
    """Names of the agreements under which the center has it."""
    cui: frozenset[str] = frozenset()
    """Categories of controlled unclassified information as they are marked: "LEI", "SP-INV" (32 CFR 2002.20)."""
    dissemination: frozenset[str] = frozenset()
    """Limited dissemination controls of the agency that designated it: "NOFORN", "FED ONLY" (32 CFR 2002.16(b))."""
    holdings: frozenset[str] = frozenset()
    holds: frozenset[Hold] = frozenset()
    owners: frozenset[str] = frozenset()
    purposes: frozenset[str] | None = None
    regimes: frozenset[Regime] = frozenset()
    releasable_to: frozenset[str] | None = None
    review_by: str = ""
    """Last day (ISO) on which it may be used without having been reviewed or purged; empty: no such day."""
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    tlp: Tlp = Tlp.CLEAR

    def __or__(self, other: Self) -> "Marking":
        """Join: what is derived from both carries the more protective of each part."""
        return Marking(
            agreements=self.agreements | other.agreements,
            cui=self.cui | other.cui,
            dissemination=self.dissemination | other.dissemination,
            holdings=self.holdings | other.holdings,
            holds=self.holds | other.holds,
            owners=self.owners | other.owners,
            purposes=_meet(self.purposes, other.purposes),
            regimes=self.regimes | other.regimes,
            releasable_to=_meet(self.releasable_to, other.releasable_to),
            review_by=min(filter(None, (self.review_by, other.review_by)), default=""),
            sensitivity=max(self.sensitivity, other.sensitivity),
            tlp=max(self.tlp, other.tlp),
        )

    def protects_at_least(self, other: Self) -> bool:
        """Claim that nothing `other` forbids is allowed here."""
        return (self | other) == self

    def to_json(self) -> dict[str, object]:
        """Write as plain values in one canonical order, so that equal markings have equal text."""
        plain = asdict(self)
        return {
            name: sorted(str(v) for v in value) if isinstance(value, frozenset) else value
            for name, value in sorted(plain.items())
        } | {"sensitivity": self.sensitivity.name, "tlp": self.tlp.name}

    @classmethod
    def from_json(cls, plain: dict[str, object]) -> "Marking":
        """Read what `to_json` wrote; an unknown name or value raises ValueError."""
        unknown = sorted(set(plain) - {part.name for part in fields(cls)})
        if unknown:
            msg = f"unknown part of a marking: {', '.join(unknown)}"
            raise ValueError(msg)
        return cls(
            agreements=_names(plain.get("agreements")) or frozenset(),
            cui=_names(plain.get("cui")) or frozenset(),
            dissemination=_names(plain.get("dissemination")) or frozenset(),
            holdings=_names(plain.get("holdings")) or frozenset(),
            holds=frozenset(Hold(name) for name in _names(plain.get("holds")) or ()),
            owners=_names(plain.get("owners")) or frozenset(),
            purposes=_names(plain.get("purposes")),
            regimes=frozenset(Regime(name) for name in _names(plain.get("regimes")) or ()),
            releasable_to=_names(plain.get("releasable_to")),
            review_by=_day(plain.get("review_by", "")),
            sensitivity=_member(Sensitivity, plain.get("sensitivity", "PUBLIC")),
            tlp=_member(Tlp, plain.get("tlp", "CLEAR")),
        )


def _meet(left: frozenset[str] | None, right: frozenset[str] | None) -> frozenset[str] | None:
    if left is None:
        return right
    return left if right is None else left & right


def _names(value: object) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, (list, tuple, set, frozenset)):
        msg = f"expected a list of names, not {value!r}"
        raise ValueError(msg)  # noqa: TRY004 - a wrong file, not a wrong call
    return frozenset(str(item) for item in value)


def _day(value: object) -> str:
    text = str(value or "")
    return date.fromisoformat(text).isoformat() if text else ""


def _member(kind: type[_Level], value: object) -> _Level:
    try:
        return kind[str(value).upper().removeprefix("TLP:").replace("+", "_")]
    except KeyError:
        msg = f"unknown {kind.__name__.lower()} {value!r}; one of {', '.join(kind.__members__)}"
        raise ValueError(msg) from None
