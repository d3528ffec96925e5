"""A kind's model as whoever sees entities may see it, and what it makes of the records that a reader may see.

Only pairs whose two ends the reader may read are counted. What it makes of groups of people is in `group_figures`. Figures over all records, hidden ones too, are for those who manage models; others are told an order of magnitude.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from tessera.errors import NotFound
from tessera.model.access import Permission
from tessera.model.entity import ModelView
from tessera.resolution import TrainedModel
from tessera.resolution.blocking import rule_keys
from tessera.resolution.rows import prepared_of
from tessera.store import models, tables
from tessera.store.events import Event
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

m, n, p, r = tables.resolution_model.c, tables.node.c, tables.pair.c, tables.record.c
left_node, right_node = tables.node.alias("left_node"), tables.node.alias("right_node")
left_record, right_record = tables.record.alias("left_record"), tables.record.alias("right_record")
MOST_PAIRS = 200_000
"""Newest pairs that are counted; a share needs no more."""
MOST_TRIED = 1000
"""Joined pairs on which blocking rules are tried."""
ROUNDED = 1000
"""To so many records down is said what a model was trained on, so that no single record shows."""


def thresholds(tx: Transaction, kind: str) -> dict[str, float]:
    """Give the weights (bits) of the running model: from `same` on records are one, from `review` on a person is asked.

    Empty for a kind without a model.
    """
    tx.require(Permission.ENTITY_READ)
    now = models.running(tx, kind)
    tx.note(Event.MODEL_READ, f"kind:{kind}", figures="thresholds")
    if now is None:
        return {}
    return {"same": now.trained.thresholds.same, "review": now.trained.thresholds.possible}


def versions(tx: Transaction, kind: str = "") -> list[ModelView]:
    """List the versions of a kind's model, or of all kinds', newest first.

    Those who do not manage models get no count of waiting records, and `trained_on` rounded down to thousands.
    """
    tx.require(Permission.ENTITY_READ)
    query = _versions().order_by(m.id.desc())
    rows = tx.connection.execute(query.where(tables.kind.c.name == kind) if kind else query).all()
    tx.note(Event.MODEL_READ, f"kind:{kind}", versions=len(rows))
    manages = bool(tx.store.policy.may(tx.access, Permission.RESOLUTION_MANAGE, today=tx.today))
    return [_view(tx, row, manages=manages) for row in rows]


def trained(tx: Transaction, uid: str) -> TrainedModel | None:
    """Give the weights of a version; None where the dictionary declares the kind otherwise by now."""
    tx.require(Permission.ENTITY_READ)
    key = tx.connection.execute(select(m.id).where(m.uid == uid)).scalar_one_or_none()
    if key is None:
        raise NotFound("no such model", where=uid)
    tx.note(Event.MODEL_READ, f"model:{uid}")
    found = models.load_quietly(tx, key)
    return None if found is None else found.trained


def _versions() -> Select[Any]:
    return select(tables.resolution_model, tables.kind.c.name.label("kind")).join(
        tables.kind, tables.kind.c.id == m.kind_id
    )


def _view(tx: Transaction, row: AnyRow, *, manages: bool) -> ModelView:
    given = json.loads(row.value)
    count = int(given.get("trained_on", 0))
    return ModelView(
        uid=row.uid,
        kind=row.kind,
        digest=row.digest,
        running=tx.connection.execute(running(row.kind)).scalar_one_or_none() == row.id,
        fits=models.load_quietly(tx, row.id) is not None,
        trained_on=count if manages else count // ROUNDED * ROUNDED,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        reason=row.reason,
        same=float(given["thresholds"]["same"]),
        possible=float(given["thresholds"]["possible"]),
        estimates=dict(given.get("estimates", {})),
        waiting=models.waiting(tx, row.kind_id, row.up_to) if manages else 0,
        capped=row.capped if manages else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """Which rules find the pairs that are joined, and what all of them together probably miss."""

    pairs: int
    """Joined pairs that were looked at."""
    found: dict[str, int]
    """By rule, the pairs that agree in all its fields."""
    alone: dict[str, int]
    """By rule, the pairs that no other rule finds."""
    missed: float | None
    """The share of true pairs that no rule finds, at least (Chao 1987: from what one and two rules find); None without pairs."""


def blocking(tx: Transaction, kind: str, *, same: float) -> Blocking | None:
    """Try the blocking rules on the newest MOST_TRIED joined pairs that this access may see; None without a model."""
    tx.require(Permission.ENTITY_READ)
    tx.note(Event.MODEL_READ, f"kind:{kind}", figures="blocking")
    declared = tx.dictionary.resolution.get(kind)
    if declared is None:
        return None
    columns = (left_node.c.prepared.label("left"), right_node.c.prepared.label("right"))
    rows = tx.connection.execute(pairs_of(tx, kind, *columns).where(p.weight >= same).limit(MOST_TRIED)).all()
    found: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    by_count: Counter[int] = Counter()
    for row in rows:
        left, right = (prepared_of(declared, text) for text in (row.left, row.right))
        rules = [b.name for b in declared.blocking if set(rule_keys(kind, b, left)) & set(rule_keys(kind, b, right))]
        found.update(rules)
        by_count[len(rules)] += 1
        if len(rules) == 1:
            alone.update(rules)
    return Blocking(pairs=len(rows), found=dict(found), alone=dict(alone), missed=_missed(len(rows), by_count))


def _missed(pairs: int, by_count: Mapping[int, int]) -> float | None:
    if not pairs:
        return None
    once, twice = by_count.get(1, 0), by_count.get(2, 0)
    unseen = once * (once - 1) / (2 * (twice + 1))
    return unseen / (pairs + unseen)


def weights(tx: Transaction, kind: str) -> tuple[tuple[int, int], ...]:
    """Count pairs by weight, in whole bits: (bits, pairs), rising; of the newest MOST_PAIRS that this access may see."""
    tx.require(Permission.ENTITY_READ)
    tx.note(Event.MODEL_READ, f"kind:{kind}", figures="weights")
    chosen = pairs_of(tx, kind, p.weight).subquery().c
    bucket = func.round(chosen.weight).label("bits")
    rows = tx.connection.execute(select(bucket, func.count().label("n")).group_by(bucket).order_by(bucket))
    return tuple((int(row.bits), int(row.n)) for row in rows)


def pairs_of(tx: Transaction, kind: str, *columns: ColumnElement[Any]) -> Select[Any]:
    """Choose pairs in force of the running model whose both ends this access may see, the newest first."""
    visible = tx.scope.visible
    return (
        select(*columns)
        .select_from(tables.pair)
        .join(left_node, left_node.c.id == p.left_id)
        .join(right_node, right_node.c.id == p.right_id)
        .join(left_record, left_record.c.id == left_node.c.record_id)
        .join(right_record, right_record.c.id == right_node.c.record_id)
        .where(
            p.model_id == running(kind).scalar_subquery(),
            p.known_to.is_(None),
            covers(left_record.c.marking_id, visible),
            covers(right_record.c.marking_id, visible),
        )
        .order_by(p.id.desc())
        .limit(MOST_PAIRS)
    )


def running(kind: str) -> Select[tuple[int]]:
    """Choose the key of the model that runs for this kind."""
    s, k = tables.resolution_switch.c, tables.kind.c
    return select(s.model_id).join(tables.kind, k.id == s.kind_id).where(k.name == kind).order_by(s.id.desc()).limit(1)
