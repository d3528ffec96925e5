"""Judgements: whether two records speak of one thing, who or what says so, why, and with which weights."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tessera.model.marking import Marking
from tessera.model.record import RecordView


class Verdict(StrEnum):
    """What is said of two records. `undone` takes an earlier judgement back; both stay to be read."""

    DIFFERENT = "different"
    SAME = "same"
    UNDONE = "undone"
    UNSURE = "unsure"


class JudgedBy(StrEnum):
    """Who or what judges. A person's judgement wins over a rule, and a rule over the model."""

    MODEL = "model"
    PERSON = "person"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightStep:
    """One comparison of a waterfall, in bits (log2 of the Bayes factor): above 0 speaks for one thing, below 0 against.

    A masked step hides which level held, because this reader may not see the values; its weight is rounded to whole bits.
    """

    comparison: str
    """Name in the dictionary, such as `birth_date`."""
    label: str
    says: str
    """The level that held, as a sentence; where masked, the sentence that says why."""
    weight: float
    """Without the part that is due to how rare the value is."""
    frequency_weight: float = 0.0
    """What the rarity of the value adds or takes."""
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """How a weight comes about: where all pairs begin, then one step for each comparison."""

    prior: float
    """Bits with which any pair of this kind begins."""
    steps: tuple[WeightStep, ...]
    weight: float
    """The sum, in bits; whole bits where a step is masked."""
    probability: float
    """The same as a probability, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """Two records as compared by a model version, for a reader who may see both."""

    left: RecordView
    right: RecordView
    waterfall: Waterfall
    model: str
    """The uid of the model version."""
    known_from: int
    known_to: int | None = None
    """When a newer comparison closed this one; None while it is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One judgement, as it was made. It is never changed; what takes it back is a judgement too."""

    uid: UUID
    left: UUID | None
    right: UUID | None
    """The current records of both ends; None where a purge took one. Nothing of its content stays then."""
    left_headline: str
    right_headline: str
    verdict: Verdict
    by: JudgedBy
    reason: str
    account: str
    agency: str
    at: int
    model: str = ""
    """The uid of the model version whose weights the judge saw."""
    waterfall: Waterfall | None = None
    """The weights as they were then."""
    undoes: UUID | None = None
    """The judgement that this one takes back."""
    undone_by: UUID | None = None
    """The judgement that took this one back."""
    in_force: bool = True
    """False where it was taken back, a later one replaces it, or it waits for a second reviewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPair:
    """A pair between the thresholds, for a person to decide."""

    pair: PairView
    joins: tuple[int, int]
    """How many records the entity of each end holds, as this reader sees them."""
    uncertainty: float
    """Entropy of the probability in bits, 0 (certain) to 1 (even)."""
    effect: float
    """What the queue is sorted by: records joined times uncertainty."""
    marking: Marking
    judgements: tuple[Judgement, ...] = ()
    """What others said of this pair, newest first."""
    seen: UUID | None = None
    """The newest judgement of this pair; give it back with the decision, so that nobody is overruled unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far people agree, among themselves and with the model, on pairs that this reader may see."""

    judged: int
    """Pairs with a judgement in force."""
    twice: int
    """Pairs that two people or more judged."""
    agreed: int
    """Of those, pairs on which all said the same."""
    kappa: float | None
    """Cohen's kappa over pairs judged by two people; None where there are none, or all said one thing."""
    with_model: int
    """Judged same or different as the running model has it (above or below even odds)."""
    against_model: int
    by_account: tuple[tuple[str, int, int], ...] = ()
    """(account, pairs judged, of which another person judged otherwise), most first."""
