"""The same weights as `scoring.score`, for many pairs of one record: a model made into functions once, and hopeless pairs left early.

Comparisons are tried in the order of how much they can add. A pair is left as soon as it cannot reach the floor even if
everything still to be tried agreed. A property test holds the weights equal to those of `scoring.score`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tessera.dictionary.resolution import Comparison, Condition, KindModel
from tessera.resolution.conditions import holds
from tessera.resolution.prepare import Prepared
from tessera.resolution.scoring import Frequency, companions_weight, exact_u, prior_weight
from tessera.resolution.trained import TrainedModel

Claim = Callable[[Prepared, Prepared], bool]
NOT_KNOWN = -1
"""Number of the level where a needed value is missing."""
MOST_SHARED = 500.0
"""Bits of what companions share beyond which nothing changes, as in `scoring`."""
_SLACK = 1e-6
"""Bits by which the bound is kept too high, against the rounding of sums in another order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A weight in bits, and for each comparison in the order of the model the number of its level and the weight of rarity."""

    weight: float
    levels: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """One comparison as functions: `at` is its place in the model, `most` the most that it can add."""

    at: int
    needs: tuple[str, ...]
    claims: tuple[Claim, ...]
    weights: tuple[float, ...]
    weighed_by: str
    rare: tuple[bool, ...]
    share: float
    most: float
    reads: tuple[str, ...]
    """Every field that its levels look at."""


_Memory = dict[tuple[object, ...], tuple[float, tuple[int, float]]]


class Scorer:
    """A model made ready to weigh many pairs."""

    def __init__(
        self, declared: KindModel, trained: TrainedModel, frequency: Frequency | None = None, *, rarest: float = 0.0
    ) -> None:
        """Make the functions. `rarest` is the least share that `frequency` ever gives."""
        self._declared, self._trained, self._frequency = declared, trained, frequency
        self._prior = prior_weight(trained.prior)
        made = [self._make(at, one, rarest) for at, one in enumerate(declared.comparisons)]
        self._weights = [one.weights for one in made]
        self._companions = [
            tuple(companions_weight(trained, one.name, level.name) for level in one.levels)
            for one in declared.comparisons
        ]
        self._compared = tuple(sorted(made, key=lambda one: -one.most))

    def _make(self, at: int, one: Comparison, rarest: float) -> _Compared:
        chances = self._trained.chances[one.name]
        weights = tuple(
            0.0 if level.weightless else math.log2(chances[level.name].m / chances[level.name].u)
            for level in one.levels
        )
        share = exact_u(one, self._trained)
        rare = tuple(level.frequency and self._frequency is not None for level in one.levels)
        extra = max(0.0, math.log2(share / rarest)) if rarest else math.inf
        most = max(0.0, *(weight + (extra if weighed else 0.0) for weight, weighed in zip(weights, rare, strict=True)))
        return _Compared(
            at=at,
            needs=one.needs,
            claims=tuple(_claim(level.when) for level in one.levels if level.when is not None),
            weights=weights,
            weighed_by=one.frequency,
            rare=rare,
            share=share,
            most=most,
            reads=tuple(sorted(_reads(one))),
        )

    def against(self, record: Prepared, floor: float) -> Callable[[Prepared], Weighed | None]:
        """Give the function that weighs others against this record: None where the weight is below the floor.

        Records that share a key share many values, so what a comparison says of a value is remembered.
        """
        bounds = self._bounds(record)
        plan: list[tuple[_Compared, float, _Memory]] = [
            (one, bounds[place], {})
            for place, one in enumerate(self._compared, 1)
            if all(record.get(name) is not None for name in one.needs)
        ]
        least = floor - _SLACK

        def weigh(other: Prepared) -> Weighed | None:
            reached, found = self._prior, [(NOT_KNOWN, 0.0)] * len(self._compared)
            for one, bound, memory in plan:
                values = tuple([other.get(name) for name in one.reads])
                known = memory.get(values)
                if known is None:
                    known = memory[values] = self._compare(one, record, other)
                adds, level = known
                reached += adds
                found[one.at] = level
                if reached + bound < least:
                    return None
            weight = self._whole(found)
            return Weighed(weight=weight, levels=tuple(found)) if weight >= floor else None

        return weigh

    def _compare(self, one: _Compared, record: Prepared, other: Prepared) -> tuple[float, tuple[int, float]]:
        number = _level(one, record, other)
        if number == NOT_KNOWN:
            return 0.0, (NOT_KNOWN, 0.0)
        rarity = _rarity(one, self._frequency, record, other) if one.rare[number] else 0.0
        return one.weights[number] + rarity, (number, rarity)

    def _bounds(self, record: Prepared) -> tuple[float, ...]:
        """Give the most that is still to come behind each comparison, for pairs of this record; the whole first."""
        known = [one.most if all(record.get(name) is not None for name in one.needs) else 0.0 for one in self._compared]
        sums = [0.0]
        for most in reversed(known):
            sums.append(sums[-1] + most)
        return tuple(reversed(sums))

    def _whole(self, found: Sequence[tuple[int, float]]) -> float:
        """Add up as `scoring.score` does, in the order of the model."""
        weights, shared = [], []
        for own, companions, (number, rarity) in zip(self._weights, self._companions, found, strict=True):
            if number != NOT_KNOWN:
                weights.append(own[number] + rarity)
                shared.append(companions[number] + rarity)
        weight = self._prior + math.fsum(weights)
        if self._trained.companions:
            weight -= math.log2(1.0 + self._trained.companions * math.exp2(min(math.fsum(shared), MOST_SHARED)))
        return weight


def _reads(one: Comparison) -> set[str]:
    conditions = [level.when for level in one.levels if level.when is not None]
    found = set(one.needs).union(*(_fields(condition) for condition in conditions))
    return found | ({one.frequency} if one.frequency else set())


def _fields(condition: Condition) -> set[str]:
    return set(condition.fields).union(*(_fields(part) for part in condition.parts))


def _rarity(one: _Compared, frequency: Frequency | None, left: Prepared, right: Prepared) -> float:
    if frequency is None:
        return 0.0
    known = [
        share
        for side in (left, right)
        if isinstance(value := side.get(one.weighed_by), str) and (share := frequency(one.weighed_by, value))
    ]
    return math.log2(one.share / max(known)) if known else 0.0


def _level(one: _Compared, left: Prepared, right: Prepared) -> int:
    for name in one.needs:
        if left.get(name) is None or right.get(name) is None:
            return NOT_KNOWN
    for number, claim in enumerate(one.claims):
        if claim(left, right):
            return number
    return len(one.claims)


def _claim(condition: Condition) -> Claim:
    """Make a function of a condition; what is seldom asked is left to `conditions.holds`."""
    match condition.op:
        case "all":
            return _every([_claim(part) for part in condition.parts])
        case "any":
            return _some([_claim(part) for part in condition.parts])
        case "exact":
            return _exact(condition.fields[0])
        case "damerau_levenshtein":
            return _slips(condition.fields[0], int(condition.value))
        case "jaro_winkler":
            return _alike(condition.fields[0], condition.value)
        case _:
            return lambda left, right: holds(condition, left, right)


def _every(claims: list[Claim]) -> Claim:
    def claim(left: Prepared, right: Prepared) -> bool:
        for one in claims:  # noqa: SIM110 - a plain loop is twice as fast as all()
            if not one(left, right):
                return False
        return True

    return claim


def _some(claims: list[Claim]) -> Claim:
    def claim(left: Prepared, right: Prepared) -> bool:
        for one in claims:  # noqa: SIM110 - a plain loop is twice as fast as any()
            if one(left, right):
                return True
        return False

    return claim


def _exact(name: str) -> Claim:
    def claim(left: Prepared, right: Prepared) -> bool:
        value = left.get(name)
        return value is not None and value == right.get(name)

    return claim


def _slips(name: str, most: int) -> Claim:
    def claim(left: Prepared, right: Prepared) -> bool:
        one, other = left.get(name), right.get(name)
        if one is None or other is None:
            return False
        return DamerauLevenshtein.distance(str(one), str(other), score_cutoff=most) <= most

    return claim


def _alike(name: str, least: float) -> Claim:
    def claim(left: Prepared, right: Prepared) -> bool:
        one, other = left.get(name), right.get(name)
        if one is None or other is None:
            return False
        return JaroWinkler.similarity(str(one), str(other)) >= least

    return claim
