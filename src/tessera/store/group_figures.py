"""For whom a kind's model errs more: by group of records, from pairs and judgements whose two ends the reader may see.

A group is told only from terms that the reader may see. Errors are told twice: as the model itself expects them, from the
chances that it gives, and as people found them who judged pairs. The first is known for every group, and is as right as the
chances are; the second is certain, and rests on few pairs, which are mostly the difficult ones.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from sqlalchemy import select

from tessera.clock import to_datetime
from tessera.model.access import Permission
from tessera.model.judgement import Verdict
from tessera.resolution.calibration import probabilities
from tessera.resolution.subgroups import TERMS, groups_of
from tessera.store import judging, model_figures, review, tables
from tessera.store.events import Event
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

n, p, r = tables.node.c, tables.pair.c, tables.record.c
MOST_RECORDS = 20_000
Group: TypeAlias = tuple[str, str]
"""By what, and which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """One group of records, and what the model makes of them. A pair counts for the groups of both its ends."""

    by: str
    group: str
    records: int
    joined: int
    """Records that are one with at least one other."""
    asked: int
    """Records with at least one pair that a person is asked about, and none that is joined."""
    pairs: int
    """Pairs that the model joins."""
    wrong: float
    """Of these pairs, how many are expected to be wrong."""
    missed: float
    """Pairs that are expected to be the same and are not joined, of those that were compared."""
    judged: int
    """Pairs that people judged the same or different."""
    judged_wrong: int
    """Of these, pairs that the model joins and people keep apart."""
    judged_missed: int
    """Of these, pairs that people join and the model does not."""

    @property
    def share_wrong(self) -> float:
        """Expected share of wrong pairs among those joined."""
        return self.wrong / self.pairs if self.pairs else 0.0

    @property
    def share_missed(self) -> float:
        """Expected share of missed pairs among those that are the same."""
        same = self.pairs - self.wrong + self.missed
        return self.missed / same if same else 0.0


def subgroups(tx: Transaction, kind: str, *, same: float, possible: float) -> tuple[GroupFigures, ...]:
    """Tell by group how records of a kind fare, of the newest MOST_RECORDS; weights from `same` on are joined (bits)."""
    tx.require(Permission.ENTITY_READ)
    tx.note(Event.MODEL_READ, f"kind:{kind}", figures="subgroups")
    told = dict(_told(tx, kind))
    records = Counter(group for groups in told.values() for group in groups)
    counted: dict[str, Counter[Group]] = {name: Counter() for name in ("joined", "asked", "pairs", "judged")}
    expected: dict[str, defaultdict[Group, float]] = {name: defaultdict(float) for name in ("wrong", "missed")}
    best: dict[int, float] = {}
    rows = tx.connection.execute(model_figures.pairs_of(tx, kind, p.weight, p.left_id, p.right_id)).all()
    chances = probabilities(np.array([row.weight for row in rows], dtype=np.float64))
    for row, chance in zip(rows, chances.tolist(), strict=True):
        groups = told.get(row.left_id, frozenset()) | told.get(row.right_id, frozenset())
        _count(expected, counted, groups, chance, joined=row.weight >= same)
        for node in (row.left_id, row.right_id):
            best[node] = max(best.get(node, row.weight), row.weight)
    for node, groups in told.items():
        if best.get(node, -np.inf) >= possible:
            counted["joined" if best[node] >= same else "asked"].update(groups)
    judged = _judged(tx, kind, same)
    return tuple(
        GroupFigures(
            by=group[0],
            group=group[1],
            records=count,
            joined=counted["joined"][group],
            asked=counted["asked"][group],
            pairs=counted["pairs"][group],
            wrong=expected["wrong"][group],
            missed=expected["missed"][group],
            judged=judged["judged"][group],
            judged_wrong=judged["wrong"][group],
            judged_missed=judged["missed"][group],
        )
        for group, count in sorted(records.items(), key=lambda item: (item[0][0], -item[1]))
    )


def _count(
    expected: Mapping[str, defaultdict[Group, float]],
    counted: Mapping[str, Counter[Group]],
    groups: frozenset[Group],
    chance: float,
    *,
    joined: bool,
) -> None:
    for group in groups:
        if joined:
            counted["pairs"][group] += 1
            expected["wrong"][group] += 1.0 - chance
        else:
            expected["missed"][group] += chance


def _judged(tx: Transaction, kind: str, same: float) -> dict[str, Counter[Group]]:
    """Hold what people said of pairs against the running model, by group."""
    verdicts = review.judged_pairs(tx, kind)
    rows = judging.visible_records(tx, {end for ends in verdicts for end in ends})
    found: dict[str, Counter[Group]] = {name: Counter() for name in ("judged", "wrong", "missed")}
    for _, ends, weight in review.weights_of(tx, verdicts):
        groups = _groups(tx, kind, rows[ends[0]]) | _groups(tx, kind, rows[ends[1]])
        joins, people_join = weight >= same, verdicts[ends] is Verdict.SAME
        found["judged"].update(groups)
        if joins != people_join:
            found["wrong" if joins else "missed"].update(groups)
    return found


def _told(tx: Transaction, kind: str) -> Iterator[tuple[int, frozenset[Group]]]:
    """Give the newest records of the kind by node, each with its groups."""
    rows = tx.connection.execute(
        select(n.id, r.payload, r.marking_id)
        .select_from(tables.node)
        .join(tables.record, r.id == n.record_id)
        .join(tables.kind, tables.kind.c.id == n.kind_id)
        .where(tables.kind.c.name == kind, covers(r.marking_id, tx.scope.visible))
        .order_by(n.id.desc())
        .limit(MOST_RECORDS)
    )
    for row in rows:
        yield row.id, _groups(tx, kind, row)


def _groups(tx: Transaction, kind: str, row: AnyRow) -> frozenset[Group]:
    """Tell the groups of a record from those of its terms that this access may see."""
    known, readable = tx.dictionary.kinds[kind].terms, tx.scope.fields[row.marking_id]
    payload = json.loads(row.payload)
    terms = {t: str(payload[t]) for t in TERMS if t in payload and t in known and known[t].field_class in readable}
    return frozenset(groups_of(terms, year=to_datetime(tx.at).year))
