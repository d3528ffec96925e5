"""The same weights as `scoring.score`, for many pairs at a time: rows as columns of numbers, and hopeless pairs left early.

Comparisons are made in the order of how much they can add. A pair is left as soon as it cannot reach the floor even if
everything still to be compared agreed. A property test holds the weights equal to those of `scoring.score`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tessera.dictionary.resolution import Comparison, KindModel
from tessera.resolution.columns import Columns, Many, holds
from tessera.resolution.rows import Row
from tessera.resolution.scoring import Frequency, companions_weight, exact_u, prior_weight
from tessera.resolution.trained import TrainedModel

NOT_KNOWN = -1
"""Number of the level where a needed value is missing."""
MOST_SHARED = 500.0
"""Bits of what companions share beyond which nothing changes, as in `scoring`."""
_SLACK = 1e-6
"""Bits by which the bound is kept too high, against the rounding of sums in another order."""

Ends = tuple[int, int]
Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A weight in bits, and for each comparison in the order of the model the number of its level and the weight of rarity."""

    weight: float
    levels: tuple[tuple[int, float], ...]


@dataclass(frozen=True, kw_only=True)
class _Compared:
    """One comparison with its numbers by level: `at` is its place in the model, `most` the most that it can add."""

    at: int
    declared: Comparison
    weights: Floats
    companions: Floats
    rare: npt.NDArray[np.bool_]
    share: float
    most: float


class Scorer:
    """A model made ready to weigh many pairs of rows (`rows.Row`)."""

    def __init__(
        self, declared: KindModel, trained: TrainedModel, frequency: Frequency | None = None, *, rarest: float = 0.0
    ) -> None:
        """Make the numbers. `rarest` is the least share that `frequency` ever gives."""
        self._declared, self._trained, self._frequency = declared, trained, frequency
        self._prior = prior_weight(trained.prior)
        made = [self._make(at, one, rarest) for at, one in enumerate(declared.comparisons)]
        self._compared = tuple(sorted(made, key=lambda one: -one.most))

    def _make(self, at: int, one: Comparison, rarest: float) -> _Compared:
        chances = self._trained.chances[one.name]
        weights = [
            0.0 if level.weightless else math.log2(chances[level.name].m / chances[level.name].u)
            for level in one.levels
        ]
        share = exact_u(one, self._trained)
        rare = [level.frequency and self._frequency is not None for level in one.levels]
        extra = max(0.0, math.log2(share / rarest)) if rarest else math.inf
        most = max(0.0, *(weight + (extra if weighed else 0.0) for weight, weighed in zip(weights, rare, strict=True)))
        companions = [companions_weight(self._trained, one.name, level.name) for level in one.levels]
        return _Compared(
            at=at,
            declared=one,
            weights=np.array([*weights, 0.0]),
            companions=np.array([*companions, 0.0]),
            rare=np.array([*rare, False]),
            share=share,
            most=most,
        )

    def weigh(self, rows: Mapping[int, Row], ends: Sequence[Ends], floor: float) -> dict[Ends, Weighed]:
        """Weigh pairs of rows by their names; those below the floor are left out."""
        if not ends:
            return {}
        names = list({end for some in ends for end in some})
        place = {name: at for at, name in enumerate(names)}
        columns = Columns([field.name for field in self._declared.fields], [rows[name] for name in names])
        flat = np.fromiter((place[end] for some in ends for end in some), np.intp, 2 * len(ends))
        many = Many(columns=columns, left=flat[0::2], right=flat[1::2])
        return {ends[at]: weighed for at, weighed in self._weighed(many, floor)}

    def _weighed(self, many: Many, floor: float) -> Iterator[tuple[int, Weighed]]:
        step = _Step(many, len(self._compared), self._prior)
        for one, to_come in zip(self._compared, self._to_come(many), strict=True):
            self._compare(one, many, step)
            step.keep(step.reached + to_come[step.alive] >= floor - _SLACK)
        weight = step.reached
        if self._trained.companions:
            shared = np.exp2(np.minimum(step.shared, MOST_SHARED))
            weight = weight - np.log2(1.0 + self._trained.companions * shared)
        over = np.flatnonzero(weight >= floor)
        found = zip(
            step.alive[over].tolist(),
            weight[over].tolist(),
            step.levels[over].tolist(),
            step.rarity[over].tolist(),
            strict=True,
        )
        for at, bits, levels, rarity in found:
            yield at, Weighed(weight=bits, levels=tuple(zip(levels, rarity, strict=True)))

    def _to_come(self, many: Many) -> list[Floats]:
        """Give, behind each comparison, the most that the rest can still add to each pair."""
        found = [np.zeros(len(many.left))]
        for one in self._compared[:0:-1]:
            known = many.known(one.declared.needs)
            found.append(found[-1] + np.where(known, one.most, 0.0))
        return found[::-1]

    def _compare(self, one: _Compared, many: Many, step: "_Step") -> None:
        """Find the level of each pair that is still alive, and add what it weighs."""
        some = many.at(step.alive)
        levels = np.full(len(step.alive), NOT_KNOWN, np.int8)
        left = np.flatnonzero(some.known(one.declared.needs))
        for number, level in enumerate(one.declared.levels):
            if level.when is None:
                levels[left] = number
                break
            true = holds(level.when, some.at(left))
            levels[left[true]] = number
            left = left[~true]
        rarity = np.zeros(len(levels))
        if self._frequency is not None and one.rare.any():
            at = np.flatnonzero(one.rare[levels])
            rarity[at] = self._rarity(one, some.at(at))
        step.add(one, levels, rarity)

    def _rarity(self, one: _Compared, some: Many) -> Floats:
        """Weigh how rare the commoner value of each pair is; 0 where neither was counted."""
        frequency = self._frequency
        if frequency is None or not len(some.left):
            return np.zeros(len(some.left))
        name = one.declared.frequency
        common = some.most(name, lambda value: frequency(name, value) or 0.0)
        return np.log2(one.share / np.where(common > 0, common, one.share))


class _Step:
    """Pairs that are still alive, with what they reached so far."""

    def __init__(self, many: Many, comparisons: int, prior: float) -> None:
        count = len(many.left)
        self.alive: npt.NDArray[np.intp] = np.arange(count)
        self.reached: Floats = np.full(count, prior)
        self.shared: Floats = np.zeros(count)
        self.levels: Levels = np.full((count, comparisons), NOT_KNOWN, np.int8)
        self.rarity: Floats = np.zeros((count, comparisons))

    def add(self, one: _Compared, levels: Levels, rarity: Floats) -> None:
        self.reached = self.reached + one.weights[levels] + rarity
        self.shared = self.shared + one.companions[levels] + rarity
        self.levels[:, one.at], self.rarity[:, one.at] = levels, rarity

    def keep(self, hopeful: npt.NDArray[np.bool_]) -> None:
        if not hopeful.all():
            self.alive, self.reached, self.shared = self.alive[hopeful], self.reached[hopeful], self.shared[hopeful]
            self.levels, self.rarity = self.levels[hopeful], self.rarity[hopeful]
