"""Chances learnt without labels: expectation-maximisation over all compared pairs, held to what is known beforehand.

Three sorts of pairs are told apart: the same, companions (different, but of one household or the like) and strangers.
Strangers' chances u are not learnt here; they are counted on pairs drawn at random. The start values weigh as much as
`HOLD` pairs (a Dirichlet prior), so that few records cannot lead far astray, and companions stay as strangers are in what
they do not share. Blocking is ignorable: which pairs are compared depends on the records only, so the posterior of each
pair is right with the prior over all pairs (Rubin 1976).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tessera.dictionary.resolution import Comparison, KindModel
from tessera.resolution.trained import Chances, TrainedModel

HOLD = 20.0
_OWN_HOLD = 0.5
"""How much companions are held to strangers' chances in what they do not share, as a share of their number."""
_ROUNDS = 200
_ENOUGH = 1e-4
_FLOOR = 1e-12
_WIDEST = 300.0

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Pairs as numbers.

    `levels` (pairs x comparisons) has the place of the level, -1 for missing; `common` (the same shape) the frequency of
    the commoner value, nan where it is not known.
    """

    levels: Levels
    common: Floats
    scale: float = 1.0
    """How many pairs each one stands for, where they are a sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What came of it: chances by comparison (an array of m, u and k a level), priors, and whether it settled."""

    m: list[Floats]
    u: list[Floats]
    k: list[Floats]
    prior: float
    companions: float
    rounds: int
    settled: bool


def strangers(model: KindModel, drawn: Levels, equal: Sequence[float | None]) -> list[Floats]:
    """Count u on pairs drawn at random; `equal` has the exact chance of equality by comparison, where it is known.

    A level that was seen n times in N pairs has u = (1 + n) / (1 / start + N): rare levels keep their start value.
    """
    found = []
    for at, comparison in enumerate(model.comparisons):
        start = np.array([level.u for level in comparison.levels])
        seen = np.bincount(drawn[drawn[:, at] >= 0, at], minlength=len(start)).astype(float)
        u = (1.0 + seen) / (1.0 / start + seen.sum())
        exact = equal[at]
        if exact is not None:
            u[0] = exact
        found.append(u / u.sum())
    return found


def learn(model: KindModel, compared: Compared, u: list[Floats], *, records: int, possible: float = 0.0) -> Learnt:
    """Learn m, k and the priors. `records` is how many there are, `possible` how many pairs could be the same (all)."""
    possible = max(possible or records * (records - 1) / 2.0, 1.0)
    state = _start(model, u, records)
    rarity = rarities(model, compared, u)
    settled = False
    for turn in range(_ROUNDS):  # noqa: B007 - how many it took is told
        same, companions = _expect(model, compared, state, rarity)
        state, moved = _maximise(model, compared, state, (same, companions), possible)
        if moved < _ENOUGH:
            settled = True
            break
    return Learnt(
        m=state.m, u=u, k=state.k, prior=state.prior, companions=state.companions, rounds=turn + 1, settled=settled
    )


@dataclass(frozen=True, slots=True)
class _State:
    m: list[Floats]
    u: list[Floats]
    k: list[Floats]
    prior: float
    companions: float


def _start(model: KindModel, u: list[Floats], records: int) -> _State:
    m = [_normal([level.m for level in comparison.levels]) for comparison in model.comparisons]
    k = [m[at].copy() if c.shared else u[at].copy() for at, c in enumerate(model.comparisons)]
    prior = 1.0 / max(records, 1000)
    return _State(m, u, k, prior, prior * model.companions)


def _normal(values: Sequence[float]) -> Floats:
    array: Floats = np.array(values, dtype=float)
    return np.asarray(array / array.sum(), dtype=float)


def rarities(model: KindModel, compared: Compared, u: list[Floats]) -> Floats:
    """Give for each pair the sum of its frequency parts."""
    total = np.zeros(len(compared.levels))
    for at, comparison in enumerate(model.comparisons):
        if comparison.frequency:
            weighed = np.array([level.frequency for level in comparison.levels] + [False])
            first = int(np.argmax(weighed))
            part = np.log2(u[at][first]) - np.log2(compared.common[:, at])
            total += np.where(weighed[compared.levels[:, at]], np.nan_to_num(part), 0.0)
    return total


def weigh(model: KindModel, compared: Compared, chances: list[Floats], u: list[Floats], rarity: Floats) -> Floats:
    """Sum log2(chance / u) over the comparisons, and the frequency parts."""
    total = rarity.copy()
    for at, comparison in enumerate(model.comparisons):
        total += level_weights(comparison, chances[at], u[at])[compared.levels[:, at]]
    return total


def level_weights(comparison: Comparison, chances: Floats, u: Floats) -> Floats:
    """log2(chance / u) by level, and 0 behind them for missing (place -1)."""
    weights = np.log2(np.maximum(chances, _FLOOR) / np.maximum(u, _FLOOR))
    weights[[level.weightless for level in comparison.levels]] = 0.0
    return np.append(weights, 0.0)


def _expect(model: KindModel, compared: Compared, state: _State, rarity: Floats) -> tuple[Floats, Floats]:
    """Give each pair's chances of being the same and of being companions."""
    alike = weigh(model, compared, state.m, state.u, rarity)
    same = state.prior * np.exp2(np.clip(alike, -_WIDEST, _WIDEST))
    if not state.companions:
        return same / (1.0 + same), np.zeros(len(same))
    near = state.companions * np.exp2(np.clip(weigh(model, compared, state.k, state.u, rarity), -_WIDEST, _WIDEST))
    return same / (1.0 + same + near), near / (1.0 + same + near)


def _maximise(
    model: KindModel, compared: Compared, state: _State, shares: tuple[Floats, Floats], possible: float
) -> tuple[_State, float]:
    same, near = shares
    prior = max(float(same.sum()) * compared.scale, 1.0) / possible
    companions = (float(near.sum()) * compared.scale + 1.0) / possible if state.companions else 0.0
    moved = abs(prior - state.prior) / state.prior
    m, k = [], []
    for at, comparison in enumerate(model.comparisons):
        known = compared.levels[:, at] >= 0
        places, size = compared.levels[known, at], len(comparison.levels)
        start = _normal([level.m for level in comparison.levels])
        m.append(_held(_counted(places, same[known], size), start, HOLD))
        counts = _counted(places, near[known], size)
        held = HOLD if comparison.shared else max(HOLD, _OWN_HOLD * float(counts.sum()))
        k.append(_held(counts, start if comparison.shared else state.u[at], held))
        moved = max(moved, float(np.abs(m[at] - state.m[at]).max()))
    return _State(m, state.u, k, prior, companions), moved


def _counted(places: Levels, shares: Floats, size: int) -> Floats:
    return np.bincount(places, weights=shares, minlength=size).astype(float)


def _held(counts: Floats, start: Floats, strength: float) -> Floats:
    held: Floats = np.maximum((counts + strength * start) / (counts.sum() + strength), _FLOOR)
    return held


def chances_of(model: KindModel, learnt: Learnt) -> dict[str, dict[str, Chances]]:
    """Name the learnt chances by comparison and level."""
    kept = bool(learnt.companions)
    return {
        comparison.name: {
            level.name: Chances(
                m=float(learnt.m[at][place]),
                u=float(learnt.u[at][place]),
                k=float(learnt.k[at][place]) if kept and not level.weightless else None,
            )
            for place, level in enumerate(comparison.levels)
        }
        for at, comparison in enumerate(model.comparisons)
    }


def weights_of(model: KindModel, trained: TrainedModel, compared: Compared) -> Floats:
    """Weigh pairs as `scoring.score` does, many at once."""
    chances = [[trained.chances[c.name][level.name] for level in c.levels] for c in model.comparisons]
    m, u = ([np.array([getattr(one, which) for one in row]) for row in chances] for which in "mu")
    rarity = rarities(model, compared, u)
    total: Floats = np.log2(trained.prior / (1.0 - trained.prior)) + weigh(model, compared, m, u, rarity)
    if trained.companions:
        k = [np.array([one.u if one.k is None else one.k for one in row]) for row in chances]
        shared = np.clip(weigh(model, compared, k, u, rarity), -500.0, 500.0)
        total -= np.log2(1.0 + trained.companions * np.exp2(shared))
    return total
