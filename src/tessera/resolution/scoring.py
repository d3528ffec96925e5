"""The weight of two records (Fellegi and Sunter 1969), with its steps: the formula of Splink, in plain Python.

weight = log2(prior odds) + for each comparison log2(m / u) of the level that holds, + where the level is weighed by
frequency log2(u of equality / frequency of the commoner value), - a discount for what companions share.

The discount goes beyond Splink. Two people of one household agree in surname, home and telephone without being the same,
so the odds are not same : strangers but same : strangers or companions. With k the chance of a level among companions and
K = sum of log2(k / u) and the frequency parts, the odds fall by 1 + P(companions) * 2**K.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tessera.dictionary.resolution import Comparison, KindModel, Level
from tessera.resolution.conditions import holds
from tessera.resolution.prepare import Prepared
from tessera.resolution.trained import TrainedModel

Frequency = Callable[[str, str], float | None]
"""How common a value of a prepared field is among all records, 0 to 1; None where it is not known."""
_MOST_SHARED = 500.0
MISSING = "missing"
"""The level of a comparison for which a value is missing; its weight is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one comparison adds, in log2 of the odds: `weight` for the level, `frequency_weight` for rarity."""

    comparison: str
    level: str
    says: str
    weight: float
    frequency_weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`weight` is log2 of the odds of sameness, the prior within; `probability` is corrected by the calibration.

    `steps` has one entry a comparison, in their order. `companions` is the discount, 0 or less; the weight is the prior,
    the steps and the discount together.
    """

    weight: float
    probability: float
    steps: tuple[Step, ...]
    companions: float = 0.0


def score(
    model: KindModel, trained: TrainedModel, left: Prepared, right: Prepared, frequency: Frequency | None = None
) -> Score:
    """Weigh two records."""
    steps = tuple(_step(comparison, trained, left, right, frequency) for comparison in model.comparisons)
    discount = discount_of(trained, ((step.comparison, step.level, step.frequency_weight) for step in steps))
    weight = prior_weight(trained.prior) + math.fsum(step.weight + step.frequency_weight for step in steps) + discount
    return Score(weight=weight, probability=probability_of(weight, trained), steps=steps, companions=discount)


def weight_of(model: KindModel, trained: TrainedModel, levels: Sequence[tuple[int, float]]) -> float:
    """Weigh two records of which is kept what held: of each comparison its level's number (-1: missing) and the weight of rarity."""
    found = [
        (comparison, comparison.levels[number], rarity)
        for comparison, (number, rarity) in zip(model.comparisons, levels, strict=True)
        if number >= 0
    ]
    discount = discount_of(trained, ((comparison.name, level.name, rarity) for comparison, level, rarity in found))
    own = math.fsum(level_weight(trained, comparison, level) + rarity for comparison, level, rarity in found)
    return prior_weight(trained.prior) + own + discount


def level_weight(trained: TrainedModel, comparison: Comparison, level: Level) -> float:
    """log2(m / u) of a level; 0 where it only tells and does not weigh."""
    chances = trained.chances[comparison.name][level.name]
    return 0.0 if level.weightless else math.log2(chances.m / chances.u)


def discount_of(trained: TrainedModel, steps: Iterable[tuple[str, str, float]]) -> float:
    """Give the discount for what companions share, from (comparison, level, frequency weight) of each step."""
    if not trained.companions:
        return 0.0
    shared = math.fsum(companions_weight(trained, name, level) + rarity for name, level, rarity in steps)
    return -math.log2(1.0 + trained.companions * math.exp2(min(shared, _MOST_SHARED)))


def companions_weight(trained: TrainedModel, comparison: str, level: str) -> float:
    """log2(k / u) of a level; 0 where companions are like strangers, or a value is missing."""
    chances = trained.chances[comparison].get(level)
    return math.log2(chances.k / chances.u) if chances is not None and chances.k is not None else 0.0


def prior_weight(prior: float) -> float:
    """log2 of the odds of a chance."""
    return math.log2(prior / (1.0 - prior))


def probability_of(weight: float, trained: TrainedModel) -> float:
    """Correct a weight by the model's calibration and give the probability of sameness."""
    corrected = _interpolated(weight, trained.calibration) if trained.calibration else weight
    return 1.0 / (1.0 + math.exp2(-max(-100.0, min(100.0, corrected))))


def _interpolated(weight: float, points: tuple[tuple[float, float], ...]) -> float:
    """Read between the points; beyond the ends the slope is 1."""
    if weight <= points[0][0]:
        return points[0][1] + (weight - points[0][0])
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        if weight <= next_x:
            return y + (next_y - y) * (weight - x) / (next_x - x)
    return points[-1][1] + (weight - points[-1][0])


def level_of(comparison: Comparison, left: Prepared, right: Prepared) -> Level | None:
    """Give the first level that holds; None where a needed value is missing."""
    if any(side.get(name) is None for name in comparison.needs for side in (left, right)):
        return None
    return next(level for level in comparison.levels if level.when is None or holds(level.when, left, right))


def conflict_of(model: KindModel, left: Prepared, right: Prepared) -> str | None:
    """Say why these two are kept apart whatever their weight; None where no guard speaks."""
    return next((guard.says for guard in model.guards if holds(guard.when, left, right)), None)


def _step(
    comparison: Comparison, trained: TrainedModel, left: Prepared, right: Prepared, frequency: Frequency | None
) -> Step:
    level = level_of(comparison, left, right)
    if level is None:
        return Step(comparison=comparison.name, level=MISSING, says="not known on one side", weight=0.0)
    return Step(
        comparison=comparison.name,
        level=level.name,
        says=level.says,
        weight=level_weight(trained, comparison, level),
        frequency_weight=_rarity(comparison, level, trained, (left, right), frequency),
    )


def _rarity(
    comparison: Comparison,
    level: Level,
    trained: TrainedModel,
    sides: tuple[Prepared, Prepared],
    frequency: Frequency | None,
) -> float:
    if not level.frequency or frequency is None:
        return 0.0
    values = [side.get(comparison.frequency) for side in sides]
    found = [frequency(comparison.frequency, value) for value in values if isinstance(value, str)]
    known = [chance for chance in found if chance]
    if not known:
        return 0.0
    return math.log2(exact_u(comparison, trained) / max(known))


def exact_u(comparison: Comparison, trained: TrainedModel) -> float:
    """Give u of the level of equality: the chance that two different things share a value, frequent and rare alike."""
    level = next((one for one in comparison.levels if one.frequency), comparison.levels[0])
    return trained.chances[comparison.name][level.name].u
