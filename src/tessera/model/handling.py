"""Changes of how a record is to be handled."""

from dataclasses import dataclass

from tessera.model.marking import Marking, Sensitivity, Tlp


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """The parts of a marking that people choose; the rest follows from agreements, holdings, holds and days."""

    sensitivity: Sensitivity
    tlp: Tlp
    releasable_to: frozenset[str] | None
    """Agencies that may be given it besides its owner; None: the community that its TLP names."""
    dissemination: frozenset[str] = frozenset()
    """Limited dissemination controls (32 CFR 2002.16(b))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingChange:
    """One change as it is shown to those who may read the record."""

    at: int
    account: str
    reason: str
    before: Marking
    after: Marking
