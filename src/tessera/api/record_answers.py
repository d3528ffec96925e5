"""Records as the API writes them."""

import json
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from tessera.api.moments import moment
from tessera.api.texts import Text
from tessera.clock import to_datetime
from tessera.model import record as model
from tessera.model.access import Purpose
from tessera.model.marking import FieldClass, Hold, Regime
from tessera.model.marking import Marking as MarkingValue
from tessera.trust.banner import banner

SensitivityName = Literal["PUBLIC", "INTERNAL", "SENSITIVE", "RESTRICTED"]
TlpName = Literal["CLEAR", "GREEN", "AMBER", "AMBER_STRICT", "RED"]


class Marking(BaseModel):
    """How a piece of data may be handled."""

    sensitivity: SensitivityName = "PUBLIC"
    tlp: TlpName = Field("CLEAR", description="Traffic Light Protocol 2.0.")
    regimes: list[Regime] = []
    cui: list[Text] = Field([], description="CUI categories (32 CFR Part 2002).")
    dissemination: list[Text] = Field([], description="Limited dissemination controls (32 CFR 2002.16(b)).")
    holds: list[Hold] = Field([], description="What stops its use for a while or for good.")
    review_by: date | Literal[""] = Field(
        "", description="ISO day after which nobody reads it without a review; empty means none."
    )
    agreements: list[Text] = Field([], description="Agreements under which it was given.")
    holdings: list[Text] = []
    owners: list[Text] = []
    purposes: list[Purpose] | None = Field(None, description="Purposes it may be used for; null means any.")
    releasable_to: list[Text] | None = Field(None, description="Agencies it is released to; null means no list.")


class MarkingShown(Marking):
    """A marking with the line that heads a page."""

    banner: str = Field(description="Empty for what anybody may have.")

    @classmethod
    def of(cls, value: MarkingValue) -> "MarkingShown":
        """Write a marking."""
        return cls.model_validate(value.to_json() | {"banner": banner(value)})


class Term(BaseModel):
    """One value of a record."""

    term: str
    label: str
    value: str | None = Field(description="Null where it is masked.")
    field_class: FieldClass
    masked: bool
    masked_by: str = Field(description="Why it is masked, in a sentence; else empty.")


class Record(BaseModel):
    """What one source says about one thing or event, as this reader may see it."""

    uid: UUID
    kind: str
    kind_label: str
    headline: str
    terms: list[Term]
    source: str
    source_label: str
    agency: str
    holding: str
    marking: MarkingShown
    event_time: datetime | None
    latitude: float | None = Field(description="WGS 84 degrees; null where there is none to be seen.")
    longitude: float | None
    outline: dict[str, Any] | None = Field(
        description="Its line or area as a geometry of GeoJSON (RFC 7946); null where there is none to be seen."
    )
    delivery: UUID
    locator: str = Field(description="Where it stands in the delivered bytes.")
    mapping: str
    known_from: datetime
    known_to: datetime | None = Field(description="When a newer version closed it; null while it is current.")
    disputed: bool = Field(description="True while somebody's request for its correction is open.")

    @classmethod
    def of(cls, view: model.RecordView) -> "Record":
        """Write a record."""
        return cls(
            uid=view.uid,
            kind=view.kind,
            kind_label=view.kind_label,
            headline=view.headline,
            terms=[_term(term) for term in view.terms],
            source=view.source,
            source_label=view.source_label,
            agency=view.agency,
            holding=view.holding,
            marking=MarkingShown.of(view.marking),
            event_time=moment(view.event_time),
            latitude=view.latitude,
            longitude=view.longitude,
            outline=json.loads(view.outline.value) if view.outline and view.outline.value else None,
            delivery=view.delivery,
            locator=view.locator,
            mapping=view.mapping,
            known_from=to_datetime(view.known_from),
            known_to=moment(view.known_to),
            disputed=view.disputed,
        )


def _term(term: model.TermValue) -> Term:
    return Term(
        term=term.term,
        label=term.label,
        value=None if term.masked else term.value,
        field_class=term.field_class,
        masked=term.masked,
        masked_by=term.masked_by,
    )


class Link(BaseModel):
    """A link from the record asked for to another."""

    type: str
    role: str
    label: str
    other: Record

    @classmethod
    def of(cls, view: model.LinkView) -> "Link":
        """Write a link."""
        return cls(type=view.type, role=view.role, label=view.label, other=Record.of(view.other))


class EvidenceRow(BaseModel):
    """One row as it was delivered; a cell that may not be seen is null."""

    row: int
    cells: list[str | None]
    here: bool = Field(description="The row that the record came from.")
    hidden: bool = Field(description="No cell of this row may be seen.")


class Evidence(BaseModel):
    """The place in the delivered bytes that a record came from, with its neighbours."""

    locator: str
    columns: list[str]
    rows: list[EvidenceRow]
    masked_columns: list[str]

    @classmethod
    def of(cls, found: model.Evidence) -> "Evidence":
        """Write evidence."""
        return cls(
            locator=found.locator,
            columns=list(found.columns),
            rows=[
                EvidenceRow(row=r.row, cells=list(r.cells), here=r.here, hidden=r.hidden) for r in found.rows
            ],
            masked_columns=list(found.masked_columns),
        )  # fmt: skip


class FacetValue(BaseModel):
    """One value and how many of the counted hits have it."""

    value: str
    label: str
    count: int


class Facets(BaseModel):
    """Counts over the newest `counted` hits."""

    counted: int
    capped: bool = Field(description="There are more hits than were counted.")
    kinds: list[FacetValue]
    sources: list[FacetValue]
    holdings: list[FacetValue]
    months: list[FacetValue]

    @classmethod
    def of(cls, found: model.Facets) -> "Facets":
        """Write counts."""
        return cls(
            counted=found.counted,
            capped=found.capped,
            kinds=_facet(found.kinds),
            sources=_facet(found.sources),
            holdings=_facet(found.holdings),
            months=_facet(found.months),
        )


def _facet(values: tuple[model.FacetValue, ...]) -> list[FacetValue]:
    return [FacetValue(value=v.value, label=v.label, count=v.count) for v in values]


class MapCell(BaseModel):
    """One hexagon."""

    cell: str = Field(description="H3 index.")
    count: int
    outline: list[tuple[float, float]] = Field(description="Longitude, latitude.")


class MapPoint(BaseModel):
    """One record on the map."""

    uid: UUID
    kind: str
    headline: str
    latitude: float
    longitude: float
    event_time: datetime | None
    outline: dict[str, Any] | None = Field(
        description="Its line or area as a geometry of GeoJSON, as finely as can be seen at this zoom."
    )


class MapStep(BaseModel):
    """One step of the time line."""

    start: datetime
    count: int


class MapView(BaseModel):
    """Hexagons always, points where few enough, and a time line that ignores `since` and `until`."""

    cells: list[MapCell]
    points: list[MapPoint]
    timeline: list[MapStep]
    step_seconds: int
    total: int
    capped: bool

    @classmethod
    def of(cls, view: model.MapView) -> "MapView":
        """Write a map."""
        return cls(
            cells=[MapCell(cell=c.cell, count=c.count, outline=list(c.outline)) for c in view.cells],
            points=[_point(p) for p in view.points],
            timeline=[MapStep(start=to_datetime(start), count=count) for start, count in view.timeline],
            step_seconds=view.step // 1000,
            total=view.total,
            capped=view.capped,
        )


def _point(point: model.MapPoint) -> MapPoint:
    return MapPoint(
        uid=point.uid,
        kind=point.kind,
        headline=point.headline,
        latitude=point.latitude,
        longitude=point.longitude,
        event_time=moment(point.event_time),
        outline=dict(point.outline) if point.outline else None,
    )
