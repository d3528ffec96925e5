"""Thresholds and their price without labels, from the model's own probabilities of all compared pairs.

That rests on probabilities that mean what they say; bench/resolution.py holds them against labels. What blocking never
showed is estimated as in capture and recapture: of the pairs that are the same, those found by one rule alone and those
found by two tell how many were found by none (Chao 1987; a lower bound).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tessera.resolution.trained import Thresholds

LOWEST_SAME, HIGHEST_SAME = -1.0, 4.0
"""A pair is never joined at odds under 1 : 2, nor left to people at odds over 16 : 1."""
POSSIBLE = 0.05
"""From this probability on, people are asked."""

_HAIR = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What joining from a weight on would give: expected precision, recall (of all there is, unseen too) and F1."""

    weight: float
    pairs: int
    precision: float
    recall: float
    f1: float


def probabilities(weights: Floats) -> Floats:
    """Turn log2 odds into probabilities."""
    return 1.0 / (1.0 + np.exp2(-np.clip(weights, -200.0, 200.0)))


def unseen(chances: Floats, rules: npt.NDArray[np.integer]) -> float:
    """Estimate how many pairs of the same no rule brought together; `rules` says how many found each pair."""
    once, twice = float(chances[rules == 1].sum()), float(chances[rules == 2].sum())  # noqa: PLR2004 - by two rules
    return once * once / (2.0 * twice) if twice else once


def expected(weights: Floats, missed: float = 0.0) -> list[Estimate]:
    """Estimate each weight that occurs as a threshold, from the highest down; `missed` pairs were never compared."""
    order = np.argsort(-weights, kind="stable")
    found = np.cumsum(probabilities(weights[order]))
    total = float(found[-1]) + missed if len(found) else missed
    taken = np.arange(1, len(order) + 1)
    precision, recall = found / taken, found / max(total, 1e-9)
    f1 = 2 * found / (taken + total)
    return [
        Estimate(weight=float(weights[at]), pairs=int(n), precision=float(p), recall=float(r), f1=float(f))
        for at, n, p, r, f in zip(order, taken, precision, recall, f1, strict=True)
    ]


def at_threshold(weights: Floats, threshold: float, missed: float = 0.0) -> Estimate:
    """Estimate one threshold."""
    chances = probabilities(weights)
    taken = weights >= threshold
    found, count, total = float(chances[taken].sum()), int(taken.sum()), float(chances.sum()) + missed
    return Estimate(
        weight=threshold,
        pairs=count,
        precision=found / count if count else 1.0,
        recall=found / total if total else 1.0,
        f1=2 * found / (count + total) if count + total else 1.0,
    )


def thresholds(weights: Floats, missed: float = 0.0) -> Thresholds:
    """Join from where expected F1 is highest, ask people from POSSIBLE on.

    Any weight between the last pair joined and the first that is not gives the same clusters today; the one nearest to
    even odds is taken, for the records of tomorrow.
    """
    order = np.sort(weights)[::-1]
    same = 0.0
    if len(order):
        found = np.cumsum(probabilities(order))
        f1 = 2 * found / (np.arange(1, len(order) + 1) + float(found[-1]) + missed)
        last = int(np.argmax(f1))
        below = float(order[last + 1]) if last + 1 < len(order) else LOWEST_SAME
        same = min(max(0.0, below + _HAIR), float(order[last]))
    possible = float(np.log2(POSSIBLE / (1.0 - POSSIBLE)))
    return Thresholds(same=min(max(same, LOWEST_SAME), HIGHEST_SAME), possible=possible)
