"""Sources, agencies and holdings as the API writes them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from tessera.api.moments import moment
from tessera.api.record_answers import MarkingShown
from tessera.model import source as model
from tessera.model.access import AgencyKind, Purpose


class Agency(BaseModel):
    """A partner organisation."""

    name: str
    label: str
    kind: AgencyKind
    jurisdiction: str
    contact: str

    @classmethod
    def of(cls, found: model.Agency) -> "Agency":
        """Write an agency."""
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class Holding(BaseModel):
    """A body of records under one legal authority."""

    name: str
    label: str
    authority: str
    retention_days: int
    purposes: list[Purpose]

    @classmethod
    def of(cls, found: model.Holding) -> "Holding":
        """Write a holding."""
        plain = {name: getattr(found, name) for name in cls.model_fields if name != "purposes"}
        return cls(**plain, purposes=sorted(found.purposes))


class Agreement(BaseModel):
    """Why the center may have a source's data. Days are ISO days."""

    name: str
    agency: str
    purposes: list[Purpose]
    redissemination: str
    signed: str
    expires: str = Field(description="Empty where it has no end.")

    @classmethod
    def of(cls, found: model.Agreement) -> "Agreement":
        """Write an agreement."""
        plain = {name: getattr(found, name) for name in cls.model_fields if name != "purposes"}
        return cls(**plain, purposes=sorted(found.purposes))


class Source(BaseModel):
    """A feed from an agency and how it does."""

    name: str
    label: str
    agency: str
    agency_label: str
    agreement: str
    holding: str
    marking: MarkingShown
    mapping: str
    cadence_hours: int = Field(description="0 means whenever it likes.")
    reliability: str = Field(description="Admiralty scale, A to F.")
    deliveries: int
    rows_in: int
    records: int
    quarantined: int
    duplicates: int
    last_received: datetime | None
    freshness: Literal["fresh", "late", "silent", "no cadence"]
    quality: float | None = Field(description="0 to 1; null where nothing has arrived.")
    quality_reasons: list[str]

    @classmethod
    def of(cls, status: model.SourceStatus) -> "Source":
        """Write a source."""
        return cls.model_validate(_source(status.source) | _status(status))


class SourceInFull(Source):
    """A source with the agreement behind it."""

    agreement_in_full: Agreement


def in_full(status: model.SourceStatus, agreement: model.Agreement) -> SourceInFull:
    """Write a source with its agreement."""
    plain = _source(status.source) | _status(status)
    return SourceInFull.model_validate(plain | {"agreement_in_full": Agreement.of(agreement)})


def _source(source: model.Source) -> dict[str, object]:
    names = ("name", "label", "agency", "agreement", "holding", "mapping", "cadence_hours", "reliability")
    return {name: getattr(source, name) for name in names} | {"marking": MarkingShown.of(source.marking)}


def _status(status: model.SourceStatus) -> dict[str, object]:
    names = ("agency_label", "deliveries", "rows_in", "records", "quarantined", "duplicates", "freshness", "quality")
    plain: dict[str, object] = {name: getattr(status, name) for name in names}
    return plain | {
        "last_received": moment(status.last_received),
        "quality_reasons": list(status.quality_reasons),
    }
