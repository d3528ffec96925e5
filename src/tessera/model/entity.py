"""Entities: records judged to be one real thing, computed for one reader from what that reader may see.

Nothing here is stored. A record that is hidden from the reader adds no value, no count, no link and no path, and it neither
joins nor parts what the reader sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from tessera.model.judgement import Judgement, PairView
from tessera.model.marking import FieldClass, Marking
from tessera.model.record import RecordView


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileValue:
    """One value that members state for a term."""

    value: str
    records: tuple[UUID, ...]
    """The members that say so, newest first."""
    sources: tuple[str, ...]
    """Labels of their sources, each once."""
    newest: int
    """When the newest of them became known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileTerm:
    """What all members say for one term. Values that say the most sources come first."""

    term: str
    label: str
    field_class: FieldClass
    values: tuple[ProfileValue, ...]
    conflicting: bool
    """More than one value where the thing can have only one."""
    masked: int = 0
    """How many members state a value that is masked for this reader."""
    masked_by: str = ""
    """The sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityLink:
    """A link from a member to a thing or event, once for each entity at the other end."""

    type: str
    role: str
    label: str
    """Read from the entity, e.g. "victim in"."""
    other: RecordView
    """One record of the other end; its address opens the other entity."""
    other_records: int
    """How many records of the other end this link was stated with."""
    members: tuple[UUID, ...]
    """The members whose records state it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPlace:
    """A place that a member, or an event linked to it, was at. Degrees, WGS 84."""

    latitude: float
    longitude: float
    label: str
    at: int | None
    record: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """A dated record: a member's own, or an event linked to one."""

    at: int
    """Milliseconds UTC."""
    label: str
    """How it concerns the entity, e.g. "victim in"; empty for a member's own date."""
    record: RecordView


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Two records that a path of weights joins, and that are kept apart all the same."""

    left: UUID
    right: UUID
    reason: str
    """A sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A record that is not part of the entity, but nearly."""

    pair: PairView
    """`left` is the member, `right` the record outside."""
    because: str
    """Why it is outside, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityView:
    """One entity as one reader sees it, now or as of an instant. Its address is the uid of any member."""

    uid: UUID
    """The record that was asked for, in its current version."""
    kind: str
    kind_label: str
    headline: str
    members: tuple[RecordView, ...]
    """Newest first."""
    profile: tuple[ProfileTerm, ...]
    aliases: tuple[str, ...]
    """Other names than that of the headline, as far as they may be seen."""
    links: tuple[EntityLink, ...]
    places: tuple[EntityPlace, ...]
    timeline: tuple[TimelineEntry, ...]
    """Newest first."""
    pairs: tuple[PairView, ...]
    """What joins the members, strongest first."""
    judgements: tuple[Judgement, ...]
    """What people said about members, newest first."""
    cuts: tuple[Cut, ...]
    near_misses: tuple[NearMiss, ...]
    marking: Marking
    """The join of the markings of all that is shown."""
    model: str = ""
    """The uid of the model version in force; empty where the kind is not resolved."""
    as_of: int | None = None
    bounded: str = ""
    """A sentence where not all could be looked at, because too much hangs together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """One version of a kind's model."""

    uid: str
    kind: str
    digest: str
    """SHA-256 of the dictionary's declaration that it belongs to."""
    running: bool
    fits: bool
    """True where the dictionary still declares the kind as it did; otherwise the model may not run."""
    trained_on: int
    """Records it was trained on; 0 for start parameters."""
    entered_by: str
    entered_at: int
    reason: str
    same: float
    """Weight, in bits, from which the model says: one thing."""
    possible: float
    """Weight from which a person is asked."""
    estimates: Mapping[str, float]
    """The model's own figures: expected precision, recall, recall of the blocking."""
    waiting: int
    """Records that wait to be resolved by it; only those that the reader may see, save for who manages resolution."""
    capped: int
    """Comparisons left out so far because a key is too frequent; told to who manages resolution, 0 to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTrial:
    """What a model says of pairs that people have judged, beside what people say."""

    model: str
    pairs: int
    """Judged pairs, same or different, that this reader may see."""
    same_as_same: int
    """Judged the same, and the model joins them."""
    same_as_different: int
    """Judged the same, and the model does not join them."""
    different_as_same: int
    different_as_different: int
    log_loss: float | None
    """Mean surprise in bits a pair; less is better; None without pairs."""

    @property
    def precision(self) -> float | None:
        """Of what the model joins, the share that people call the same."""
        joined = self.same_as_same + self.different_as_same
        return self.same_as_same / joined if joined else None

    @property
    def recall(self) -> float | None:
        """Of what people call the same, the share that the model joins."""
        same = self.same_as_same + self.same_as_different
        return self.same_as_same / same if same else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """A model beside the one that runs, on the same judged pairs."""

    running: ModelTrial
    other: ModelTrial
    disagreements: tuple[PairView, ...]
    """Pairs that the two would decide differently, the most certain of the other model first; at most 50."""
