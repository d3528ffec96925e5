"""Who is who: which records are about the same person, place or thing, with the reasons.

In     payloads of records of one kind, and how the dictionary says they are compared
Out    prepared values, keys to block on, scores with their steps, and clusters with each cut explained
Rules  pure: the same input gives the same answer in any order; a missing value speaks neither for nor against
Next   store keeps pairs and judgements, engines train and score in bulk, flow runs both
"""

from tessera.resolution import fingerprints, makers, persons, transactions  # noqa: F401 - importing them registers their makers
from tessera.resolution.blocking import keys_of
from tessera.resolution.clustering import Clustering, Cut, Pair, Rules, cluster
from tessera.resolution.prepare import Maker, Prepared, maker, prepare
from tessera.resolution.scoring import Score, Step, conflict_of, score
from tessera.resolution.trained import Thresholds, TrainedModel, start_model

__all__ = [
    "Clustering",
    "Cut",
    "Maker",
    "Pair",
    "Prepared",
    "Rules",
    "Score",
    "Step",
    "Thresholds",
    "TrainedModel",
    "cluster",
    "conflict_of",
    "keys_of",
    "maker",
    "prepare",
    "score",
    "start_model",
]
