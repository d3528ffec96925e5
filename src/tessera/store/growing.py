"""Start parameters follow the size of the collection: the more records, the rarer it is that two drawn at random are the same.

Each version is for up to so many records. When there are more, the one for four times as many runs in its place. What it weighs
follows from the levels that are kept, and is never more than before, so no pair is missing. It is all one transaction. A
version that was learnt knows its own prior, and is left alone.
"""

import json
from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, select, update

from tessera.resolution.scoring import weight_of
from tessera.resolution.trained import size_of_start
from tessera.store import models, nodes, tables
from tessera.store.models import Running
from tessera.store.nodes import Node
from tessera.store.transactions import Transaction

p = tables.pair.c
PAIR_COLUMNS = ("left_id", "right_id", "model_id", "weight", "levels", "known_from")
ROUND = 6
"""Decimals of a weight that is kept."""
LOOKS = 8
"""How often the things are counted while their number grows to what a version is for."""
AT_ONCE = 10_000


def follow(tx: Transaction, running: Running, fresh: Sequence[Node]) -> None:
    """Let a larger version run where these new nodes made the collection too large for the one that runs."""
    size = size_of_start(running.trained, running.declared)
    new = [node.id for node in fresh if not node.changed]
    if size is not None and new and _crossed(min(new), max(new), size // LOOKS):
        fitting(tx, running)


def _crossed(first: int, last: int, every: int) -> bool:
    return last // every > (first - 1) // every


def fitting(tx: Transaction, running: Running) -> Running:
    """Give the version for as many things as there are; where that is a larger one, it runs from now on."""
    size = size_of_start(running.trained, running.declared)
    things = nodes.count(tx, running) if size is not None else 0
    if size is None or things <= size:
        return running
    grown = models.larger(tx, running, records=things)
    models.note_run(tx, grown.id, reweighed=_reweigh(tx, running, grown))
    return grown


def _open(running: Running) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return p.model_id == running.id, p.known_to.is_(None)


def _reweigh(tx: Transaction, before: Running, grown: Running) -> int:
    """Put down what the larger version weighs of each pair that the one before kept; return how many stay."""

    @cache
    def weight(levels: str) -> float:
        kept = [(one, 0.0) if isinstance(one, int) else (int(one[0]), float(one[1])) for one in json.loads(levels)]
        return round(weight_of(grown.declared, grown.trained, kept), ROUND)

    tx.connection.execute(update(tables.pair).where(*_open(grown)).values(known_to=tx.at))  # of another time
    kept = 0
    found = select(p.left_id, p.right_id, p.levels).where(*_open(before))
    for some in tx.connection.execute(found).partitions(AT_ONCE):
        rows = [(left, right, grown.id, weight(levels), levels, tx.at) for left, right, levels in some]
        rows = [row for row in rows if row[3] >= grown.floor]
        tx.dialect.insert(tx.connection, "pair", PAIR_COLUMNS, rows)
        kept += len(rows)
    return kept
