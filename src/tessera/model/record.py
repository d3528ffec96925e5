"""Records as a reader sees them: already filtered and masked by policy."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from tessera.model.marking import FieldClass, Marking
from tessera.model.outline import Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class TermValue:
    """One value of a record. A masked value is empty, and `masked_by` is the sentence that says why."""

    term: str
    label: str
    value: str
    field_class: FieldClass
    masked: bool = False
    masked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """What one source says about one thing or event, computed for one reader."""

    uid: UUID
    kind: str
    kind_label: str
    headline: str
    """A line that names the record, made of the terms this reader may see."""
    terms: tuple[TermValue, ...]
    source: str
    source_label: str
    agency: str
    holding: str
    marking: Marking
    event_time: int | None
    latitude: float | None
    longitude: float | None
    """Empty where the reader may not see places."""
    outline: TermValue | None = None
    """Its line or area on the ground as GeoJSON, apart from the terms: it is drawn, not read. None where it has none."""
    delivery: UUID
    locator: str
    mapping: str
    known_from: int
    known_to: int | None
    """When a newer version from the same source closed this one; None while it is current."""
    disputed: bool = False
    """True while somebody's request for its correction is open. Every reader of the record is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link from the record in view to another that this reader may see too."""

    type: str
    role: str
    label: str
    """The link read from here, e.g. "victim in" or "has victim"."""
    other: RecordView


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One row of the delivered table. `cells` holds None where the reader may not see the cell."""

    row: int
    cells: tuple[str | None, ...]
    here: bool
    """True for the row that the record came from."""
    hidden: bool = False
    """True where the reader may not see the whole row; then every cell is None."""
    erased: bool = False
    """True where a purge blanked the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The place in the delivered bytes that a record came from, with its neighbours."""

    locator: str
    columns: tuple[str, ...]
    rows: tuple[EvidenceRow, ...]
    masked_columns: tuple[str, ...] = ()
    marking: Marking = field(default_factory=Marking)
    """The join of the markings of the rows that are shown."""


class Order(StrEnum):
    """How hits are sorted."""

    EVENT_TIME = "event-time"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question. Times are milliseconds UTC; `since` is inclusive, `until` exclusive.

    `text` knows words (all must occur), "quoted phrases", `OR`, and `-word`. A word that ends in `*` is a prefix.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    holdings: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    near: tuple[float, float, float] | None = None
    """Latitude, longitude in degrees, radius in kilometres."""
    box: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees."""
    as_of: int | None = None
    """Answer with what was known at this instant."""
    order: Order = Order.RECEIVED
    limit: int = 20
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Hits, newest first. An empty `next_cursor` means these were the last."""

    hits: tuple[RecordView, ...]
    next_cursor: str
    words: tuple[str, ...]
    """Folded words to highlight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value of a facet and how many of the counted hits have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts over the newest `counted` hits; `capped` says that there are more."""

    counted: int
    capped: bool
    kinds: tuple[FacetValue, ...]
    sources: tuple[FacetValue, ...]
    holdings: tuple[FacetValue, ...]
    months: tuple[FacetValue, ...]
    """`2026-03` for each month that has hits, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCell:
    """One hexagon (H3): its index, how many visible records lie in it, and its outline as longitude, latitude."""

    cell: str
    count: int
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """One record on the map."""

    uid: UUID
    kind: str
    headline: str
    latitude: float
    longitude: float
    event_time: int | None
    outline: Geometry | None = None
    """Its line or area, as finely as can be seen at the zoom; None for a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """What the map draws: cells always, points where few enough, and a count per time step for the brush."""

    cells: tuple[MapCell, ...]
    points: tuple[MapPoint, ...]
    timeline: tuple[tuple[int, int], ...]
    """Start of each step (milliseconds UTC) and its count, over the whole time range of the query without its brush."""
    step: int
    """Length of a step in milliseconds."""
    total: int
    capped: bool
