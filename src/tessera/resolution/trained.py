"""A trained model: the chances that make the weights, and where the thresholds lie, as JSON and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from tessera.dictionary.resolution import Comparison, KindModel, Level
from tessera.errors import Conflict, Invalid

_FORM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """P(level | same), P(level | different) and P(level | companions); the last is None where it is u."""

    m: float
    u: float
    k: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Weights (log2 of the odds): from `same` on records are joined; from `possible` on people are asked."""

    same: float
    possible: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedModel:
    """What was learnt of one kind of records.

    `digest` names the KindModel; `prior` is P(same) of two records drawn at random, `companions` P(companions); `chances` is by comparison, then
    by level. `calibration` holds points (weight, log2 of the corrected odds), rising, between which probabilities are
    read; without points the weight is taken at its word. `estimates` are the model's own figures (expected precision,
    recall, recall of the blocking ...).
    """

    kind: str
    digest: str
    uid: str
    prior: float
    chances: Mapping[str, Mapping[str, Chances]]
    thresholds: Thresholds
    companions: float = 0.0
    calibration: tuple[tuple[float, float], ...] = ()
    estimates: Mapping[str, float] = field(default_factory=dict)
    trained_on: int = 0
    """Records that it was trained on; 0 for the start parameters as shipped."""
    trained_by: str = ""
    trained_at: str = ""

    def to_json(self) -> str:
        """Write it with sorted keys."""
        return json.dumps({"form": _FORM, **asdict(self)}, sort_keys=True)


def from_json(text: str, model: KindModel) -> TrainedModel:
    """Read a trained model for this model of the dictionary; that of another version is refused."""
    try:
        given = json.loads(text)
        trained = _read(given)
    except (ValueError, KeyError, TypeError) as problem:
        raise Invalid(
            f"not a trained model: {problem}", where=model.kind, advice="Give the file as it was written"
        ) from None
    if trained.kind != model.kind:
        raise Conflict(
            f"the model is for {trained.kind}, not {model.kind}", where=model.kind, advice="Choose the right file"
        )
    if trained.digest != model.digest:
        raise Conflict(
            f"the model was trained for another version of the dictionary ({trained.digest[:12]}, now {model.digest[:12]})",
            where=model.kind,
            advice="Train it again with the dictionary in use.",
        )
    _check_chances(trained, model)
    return trained


def _read(given: Mapping[str, object]) -> TrainedModel:
    plain = dict(given)
    if plain.pop("form") != _FORM:
        raise ValueError("written in a form that this program does not know")
    chances, thresholds, points = plain.pop("chances"), plain.pop("thresholds"), plain.pop("calibration")
    return TrainedModel(
        **plain,  # type: ignore[arg-type]
        chances={c: {v: Chances(**one) for v, one in levels.items()} for c, levels in chances.items()},  # type: ignore[attr-defined]
        thresholds=Thresholds(**thresholds),  # type: ignore[arg-type]
        calibration=tuple((float(x), float(y)) for x, y in points),  # type: ignore[attr-defined]
    )


def _check_chances(trained: TrainedModel, model: KindModel) -> None:
    for comparison in model.comparisons:
        for level in comparison.levels:
            found = trained.chances.get(comparison.name, {}).get(level.name)
            if found is None or not (0 < found.m <= 1 and 0 < found.u <= 1):
                raise Invalid(
                    f"no chances for {comparison.name}, {level.name}", where=model.kind, advice="Train it again."
                )


SMALLEST = 1000
"""Records of a kind for which its start parameters are, at least."""
GROWTH = 4
"""How many times as many records the next larger start parameters are for."""


def start_size(records: int) -> int:
    """Give the number of records that start parameters for so many are made for: the next of a few sizes.

    >>> start_size(5_000)
    16000
    """
    size = SMALLEST
    while size < records:
        size *= GROWTH
    return size


def start_model(model: KindModel, *, records: int = 0) -> TrainedModel:
    """Give the start parameters as shipped, for a center that has too few records to learn from.

    The more records, the rarer it is that two drawn at random are the same; a file that says how rare it is decides alone.
    """
    size = max(records, SMALLEST)
    prior = model.prior or 1.0 / size
    of_size = f"-{size}" if size > SMALLEST and not model.prior else ""
    return TrainedModel(
        kind=model.kind,
        digest=model.digest,
        uid=f"start-{model.kind}-{model.digest[:12]}{of_size}",
        prior=prior,
        companions=model.companions * prior,
        chances={c.name: {v.name: _start_chances(c, v) for v in c.levels} for c in model.comparisons},
        thresholds=Thresholds(same=2.0, possible=-4.0),
    )


def size_of_start(trained: TrainedModel, model: KindModel) -> int | None:
    """Say for how many records these start parameters are; None where it was learnt, or the size decides nothing."""
    size = round(1.0 / trained.prior)
    is_start = not model.prior and trained.uid == start_model(model, records=size).uid
    return size if is_start else None


def _start_chances(comparison: Comparison, level: Level) -> Chances:
    """Companions agree in what is shared as the same do, and in everything else as strangers do."""
    return Chances(m=level.m, u=level.u, k=level.m if comparison.shared else None)
