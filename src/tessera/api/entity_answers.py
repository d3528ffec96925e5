"""Entities and judgements as the API writes them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from tessera.api.moments import moment
from tessera.api.record_answers import MarkingShown, Record
from tessera.clock import to_datetime
from tessera.model import entity as entities
from tessera.model import judgement as judgements
from tessera.model.judgement import JudgedBy, Verdict
from tessera.model.marking import FieldClass


class WeightStep(BaseModel):
    """One comparison of a weight, in bits."""

    comparison: str
    label: str
    says: str = Field(description="What held; where masked, why that is not told.")
    weight: float
    frequency_weight: float = Field(description="What the rarity of the value adds or takes.")
    masked: bool


class Waterfall(BaseModel):
    """How a weight comes about."""

    prior: float = Field(description="Bits with which any pair of this kind begins.")
    steps: list[WeightStep]
    weight: float = Field(description="The sum, in bits; whole bits where a step is masked.")
    probability: float

    @classmethod
    def of(cls, found: judgements.Waterfall) -> "Waterfall":
        """Write a waterfall."""
        return cls(
            prior=found.prior,
            steps=[
                WeightStep(
                    comparison=step.comparison,
                    label=step.label,
                    says=step.says,
                    weight=step.weight,
                    frequency_weight=step.frequency_weight,
                    masked=step.masked,
                )
                for step in found.steps
            ],
            weight=found.weight,
            probability=found.probability,
        )


class Pair(BaseModel):
    """Two records as compared by a model."""

    left: UUID
    right: UUID
    left_headline: str
    right_headline: str
    waterfall: Waterfall
    model: str

    @classmethod
    def of(cls, found: judgements.PairView) -> "Pair":
        """Write a pair."""
        return cls(
            left=found.left.uid,
            right=found.right.uid,
            left_headline=found.left.headline,
            right_headline=found.right.headline,
            waterfall=Waterfall.of(found.waterfall),
            model=found.model,
        )


class Judgement(BaseModel):
    """What a person, or a model, said of two records."""

    uid: UUID
    left: UUID | None
    right: UUID | None
    verdict: Verdict
    by: JudgedBy
    reason: str
    account: str
    agency: str
    at: datetime
    model: str
    undoes: UUID | None = Field(description="The judgement that this one takes back.")
    undone_by: UUID | None = Field(description="The judgement that took this one back.")
    in_force: bool

    @classmethod
    def of(cls, found: judgements.Judgement) -> "Judgement":
        """Write a judgement."""
        return cls(
            uid=found.uid,
            left=found.left,
            right=found.right,
            verdict=found.verdict,
            by=found.by,
            reason=found.reason,
            account=found.account,
            agency=found.agency,
            at=to_datetime(found.at),
            model=found.model,
            undoes=found.undoes,
            undone_by=found.undone_by,
            in_force=found.in_force,
        )


class ProfileValue(BaseModel):
    """One value that members state."""

    value: str
    records: list[UUID]
    sources: list[str]


class ProfileTerm(BaseModel):
    """What all members say for one term."""

    term: str
    label: str
    field_class: FieldClass
    values: list[ProfileValue]
    conflicting: bool
    masked: int = Field(description="How many members state a value that is masked for this reader.")
    masked_by: str


class EntityLink(BaseModel):
    """A link of a member, once for each entity at the other end."""

    type: str
    role: str
    label: str
    other: UUID
    other_headline: str
    members: list[UUID]


class Cut(BaseModel):
    """Two records that are kept apart although a weight joins them."""

    left: UUID
    right: UUID
    reason: str


class NearMiss(BaseModel):
    """A record that is nearly part of the entity."""

    pair: Pair
    because: str

    @classmethod
    def of(cls, found: entities.NearMiss) -> "NearMiss":
        """Write a near miss."""
        return cls(pair=Pair.of(found.pair), because=found.because)


class Entity(BaseModel):
    """Records judged to be one real thing, made of those that this reader may see."""

    uid: UUID
    kind: str
    headline: str
    aliases: list[str]
    members: list[Record]
    profile: list[ProfileTerm]
    links: list[EntityLink]
    pairs: list[Pair]
    judgements: list[Judgement]
    cuts: list[Cut]
    near_misses: list[NearMiss]
    marking: MarkingShown
    model: str
    as_of: datetime | None
    bounded: str = Field(description="A sentence where not all could be looked at; else empty.")

    @classmethod
    def of(cls, found: entities.EntityView) -> "Entity":
        """Write an entity."""
        return cls(
            uid=found.uid,
            kind=found.kind,
            headline=found.headline,
            aliases=list(found.aliases),
            members=[Record.of(member) for member in found.members],
            profile=[_term(term) for term in found.profile],
            links=[_link(link) for link in found.links],
            pairs=[Pair.of(pair) for pair in found.pairs],
            judgements=[Judgement.of(one) for one in found.judgements],
            cuts=[Cut(left=cut.left, right=cut.right, reason=cut.reason) for cut in found.cuts],
            near_misses=[NearMiss.of(miss) for miss in found.near_misses],
            marking=MarkingShown.of(found.marking),
            model=found.model,
            as_of=moment(found.as_of),
            bounded=found.bounded,
        )


def _term(term: entities.ProfileTerm) -> ProfileTerm:
    return ProfileTerm(
        term=term.term,
        label=term.label,
        field_class=term.field_class,
        values=[
            ProfileValue(value=one.value, records=list(one.records), sources=list(one.sources)) for one in term.values
        ],
        conflicting=term.conflicting,
        masked=term.masked,
        masked_by=term.masked_by,
    )


def _link(link: entities.EntityLink) -> EntityLink:
    return EntityLink(
        type=link.type,
        role=link.role,
        label=link.label,
        other=link.other.uid,
        other_headline=link.other.headline,
        members=list(link.members),
    )


class ReviewPair(BaseModel):
    """A pair that waits for a person."""

    pair: Pair
    joins: tuple[int, int] = Field(description="How many records each side holds.")
    uncertainty: float = Field(description="Bits, 0 to 1.")
    effect: float = Field(description="What the queue is sorted by.")
    seen: UUID | None = Field(description="The newest judgement; give it back with the decision.")

    @classmethod
    def of(cls, found: judgements.ReviewPair) -> "ReviewPair":
        """Write a pair of the queue."""
        return cls(
            pair=Pair.of(found.pair),
            joins=found.joins,
            uncertainty=found.uncertainty,
            effect=found.effect,
            seen=found.seen,
        )
