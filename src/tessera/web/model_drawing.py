"""A kind's model as a page tells it: what each level weighs, and what each threshold would cost, by the model's own word."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tessera.dictionary.resolution import Comparison, KindModel
from tessera.resolution.trained import TrainedModel
from tessera.web.drawings.curves import curve, ticks
from tessera.web.drawings.scale import Scale, spanning
from tessera.web.drawings.waterfall import tone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One level of a comparison: how often among the same and among different, its weight (bits) and its bar."""

    says: str
    same: float
    different: float
    weight: float
    tone: str
    left: float
    width: float
    by_rarity: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonTable:
    """One comparison with its levels; `low` and `high` are its weakest and strongest weight."""

    label: str
    rows: tuple[LevelRow, ...]
    low: float
    high: float
    zero: float


def tables_of(model: KindModel, trained: TrainedModel) -> tuple[ComparisonTable, ...]:
    """Write every comparison of a model with its weights, all on one scale."""
    weights = [_weight(trained, c.name, v.name) for c in model.comparisons for v in c.levels if not v.weightless]
    scale = spanning([0.0, *weights])
    return tuple(_table(comparison, trained, scale) for comparison in model.comparisons)


def _table(comparison: Comparison, trained: TrainedModel, scale: Scale) -> ComparisonTable:
    zero, rows = scale.at(0.0), []
    for level in comparison.levels:
        chances = trained.chances[comparison.name][level.name]
        weight = 0.0 if level.weightless else _weight(trained, comparison.name, level.name)
        end = scale.at(weight)
        rows.append(
            LevelRow(
                says=level.says,
                same=chances.m,
                different=chances.u,
                weight=weight,
                tone=tone_of(weight),
                left=min(zero, end),
                width=round(abs(end - zero), 2),
                by_rarity=level.frequency,
            )
        )
    found = [row.weight for row in rows]
    return ComparisonTable(label=comparison.label, rows=tuple(rows), low=min(found), high=max(found), zero=zero)


def _weight(trained: TrainedModel, comparison: str, level: str) -> float:
    chances = trained.chances[comparison][level]
    return math.log2(chances.m / chances.u)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What would come of joining from this weight on, by the model's own probabilities."""

    weight: float
    pairs: int
    precision: float
    recall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Expected precision and recall over the threshold, as a table and as two lines with their scale."""

    rows: tuple[Threshold, ...]
    precision: str
    recall: str
    marks: dict[str, float]
    ticks: Sequence[tuple[float, int]]


def expect(
    counts: Iterable[tuple[int, int]], probability: Callable[[float], float], marks: dict[str, float]
) -> Expected | None:
    """Work out what each threshold would give, from pairs counted by weight in whole bits; None without pairs.

    Precision is the mean probability of the pairs from the threshold on; recall the share of all expected true pairs among
    those that were compared: what blocking misses is not in it.
    """
    found = sorted(counts, reverse=True)
    total = sum(count * probability(bits) for bits, count in found)
    if not total:
        return None
    rows, pairs, true = [], 0, 0.0
    for bits, count in found:
        pairs, true = pairs + count, true + count * probability(bits)
        rows.append(Threshold(weight=bits, pairs=pairs, precision=true / pairs, recall=true / total))
    rows.reverse()
    across = spanning([*(row.weight for row in rows), *marks.values()])
    return Expected(
        rows=tuple(rows),
        precision=curve(((row.weight, row.precision) for row in rows), across),
        recall=curve(((row.weight, row.recall) for row in rows), across),
        marks={name: across.at(value) for name, value in marks.items()},
        ticks=ticks(across),
    )
