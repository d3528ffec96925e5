"""A model held against the one that runs, on pairs that people have judged: held out from training, which knows no labels."""

import math

from tessera.errors import Conflict
from tessera.model.access import Permission
from tessera.model.entity import ModelComparison, ModelTrial
from tessera.model.judgement import PairView, Verdict
from tessera.resolution.scoring import probability_of
from tessera.store import judging, models, review
from tessera.store.events import Event
from tessera.store.models import Running
from tessera.store.nodes import prepared_of, source_names
from tessera.store.pairs import levels_of, weigh
from tessera.store.transactions import Transaction
from tessera.store.views import to_views
from tessera.store.waterfalls import waterfall

MOST_SHOWN = 50
Ends = tuple[bytes, bytes]


def compare(tx: Transaction, uid: str) -> ModelComparison:
    """Hold a version against the running one on pairs that people judged and this access may see."""
    tx.require(Permission.RESOLUTION_MANAGE)
    other = models.load(tx, models.key_of(tx, uid))
    running = models.running(tx, other.kind) if other else None
    if other is None or running is None:
        raise Conflict("the dictionary declares this kind otherwise by now", where=uid, advice="Train it again.")
    judged = review.judged_pairs(tx, other.kind)
    weights = [{ends: weight for _, ends, weight in review.weights_of(tx, judged, model)} for model in (running, other)]
    tx.note(Event.MODEL_READ, f"model:{uid}", beside=running.uid, pairs=len(judged))
    return ModelComparison(
        running=_trial(running, judged, weights[0]),
        other=_trial(other, judged, weights[1]),
        disagreements=_disagreements(tx, (running, other), (weights[0], weights[1])),
    )


def _trial(model: Running, judged: dict[Ends, Verdict], weights: dict[Ends, float]) -> ModelTrial:
    same = model.trained.thresholds.same
    counts = {(said, joins): 0 for said in (Verdict.SAME, Verdict.DIFFERENT) for joins in (True, False)}
    surprise = []
    for ends, weight in weights.items():
        counts[judged[ends], weight >= same] += 1
        chance = min(max(probability_of(weight, model.trained), 1e-9), 1 - 1e-9)
        surprise.append(-math.log2(chance if judged[ends] is Verdict.SAME else 1 - chance))
    return ModelTrial(
        model=model.uid,
        pairs=len(weights),
        same_as_same=counts[Verdict.SAME, True],
        same_as_different=counts[Verdict.SAME, False],
        different_as_same=counts[Verdict.DIFFERENT, True],
        different_as_different=counts[Verdict.DIFFERENT, False],
        log_loss=math.fsum(surprise) / len(surprise) if surprise else None,
    )


def _disagreements(
    tx: Transaction, both: tuple[Running, Running], weights: tuple[dict[Ends, float], dict[Ends, float]]
) -> tuple[PairView, ...]:
    """Show pairs that the two would decide otherwise, as the other model weighs them, its surest first."""
    other = both[1]
    joins = [
        {ends: w >= m.trained.thresholds.same for ends, w in found.items()}
        for m, found in zip(both, weights, strict=True)
    ]
    apart = [ends for ends in weights[1] if joins[0][ends] != joins[1][ends]]
    even = other.trained.thresholds.same
    apart.sort(key=lambda ends: (-abs(weights[1][ends] - even), ends))
    records = judging.visible_records(tx, {end for ends in apart[:MOST_SHOWN] for end in ends})
    sources, found = source_names(tx), []
    for left, right in apart[:MOST_SHOWN]:
        rows = (records[left], records[right])
        ends = [prepared_of(other.declared, row, sources) for row in rows]
        views = to_views(tx, rows)
        levels = levels_of(other.declared, weigh(other, ends[0], ends[1]))
        found.append(
            PairView(
                left=views[0],
                right=views[1],
                waterfall=waterfall(tx, other, levels, rows),
                model=other.uid,
                known_from=max(row.known_from for row in rows),
            )
        )
    return tuple(found)
