"""Pairs: each new record compared at once with those that share a blocking key, by the model that runs.

What a pair weighs depends on its two records and the model alone. A weight is never changed: a newer one closes it. A key
that too many records of one lane share says nothing, and compares no record of that lane; what that leaves out is counted.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from tessera.dictionary.resolution import KindModel
from tessera.resolution import Prepared, Score, score
from tessera.resolution.quick import Weighed
from tessera.resolution.rows import Row
from tessera.resolution.scoring import MISSING
from tessera.store import growing, models, nodes, tables
from tessera.store.blocks import Blocks
from tessera.store.choosing import in_pieces
from tessera.store.events import Event
from tessera.store.growing import PAIR_COLUMNS, ROUND
from tessera.store.models import Behind, Running, Versions
from tessera.store.nodes import Node
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

p, n, b, r = tables.pair.c, tables.node.c, tables.block_key.c, tables.record.c
AT_ONCE = 500
"""Records that one transaction resolves; other writers wait meanwhile."""
MOST_NAMED = 200
"""Pairs that one entry of the log names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What one step did."""

    records: int
    compared: int
    kept: int
    joined: int
    capped: int


Pairs = dict[tuple[int, int], tuple[float, str]]
"""Weight and levels by the keys of the two nodes, the smaller first."""


def resolve(tx: Transaction, running: Running, *, most: int = AT_ONCE) -> Resolved | None:
    """Resolve the next records of a kind that this version has not resolved yet; None where there are none.

    Done again after a crash, it goes on where it stopped.
    """
    newest, after = models.newest_record(tx), models.up_to(tx, running.id)
    if newest <= after:
        return None
    rows = nodes.to_prepare(tx, {running.kind_id: after}, limit=most)
    done = compare(tx, running.alone, nodes.make(tx, running.alone, rows))
    models.resolved(tx, [running.id], rows[-1].id if len(rows) == most else newest)
    return done.get(running.kind_id)


def resolve_next(tx: Transaction, *, most: int = AT_ONCE) -> tuple[int, bool]:
    """Resolve what is not resolved yet, up to `most` records of all kinds in the order in which they came.

    Return how many, and whether there are more. Each step over all kinds together asks as often as it would for one of them.
    """
    newest = models.newest_record(tx)
    behind = models.behind(tx, newest)
    rows = nodes.to_prepare(tx, {one.kind_id: one.up_to for one in behind}, limit=most)
    versions = _ready(tx, behind, {row.kind_id for row in rows})
    fresh = nodes.make(tx, versions, rows)
    compare(tx, versions, fresh)
    if behind:
        models.resolved(tx, [one.key for one in behind], rows[-1].id if len(rows) == most else newest)
    for kind_id, running in versions.items():
        growing.follow(tx, running, [node for node in fresh if node.kind_id == kind_id])
    if not rows:
        tx.note(Event.RESOLVED, "", records=0)
    return len(rows), len(rows) == most


def _ready(tx: Transaction, behind: Iterable[Behind], kinds: Collection[int]) -> dict[int, Running]:
    """Make the versions of these kinds ready to weigh."""
    found = {one.kind_id: models.ready(tx, one.key, one.uid) for one in behind if one.kind_id in kinds}
    return {kind_id: running for kind_id, running in found.items() if running is not None}


def compare(tx: Transaction, versions: Versions, fresh: Sequence[Node]) -> dict[int, Resolved]:
    """Compare nodes that were made with all that share a key, put down what they weigh, and let them be found.

    A key belongs to one kind, so nodes of several kinds are looked up together. Return what was done by kind.
    """
    if not fresh:
        return {}
    blocks = Blocks.of(tx, fresh)
    nodes.stand(tx, fresh, blocks.full)
    asked = [_Asked.of(running, fresh, blocks) for running in versions.values()]
    own = {node.id: node.row for node in fresh}
    others = {key for one in asked for _, found in one.wanted for key in found} - own.keys()
    known = own | nodes.load(tx, versions, others)
    models.left_out(tx, {one.running.id: one.capped for one in asked})
    return {one.running.kind_id: _put_down(tx, one, known) for one in asked if one.wanted}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The new nodes of a kind, each with those that it is to be compared with."""

    running: Running
    wanted: list[tuple[Node, list[int]]]
    capped: int

    @classmethod
    def of(cls, running: Running, fresh: Sequence[Node], blocks: Blocks) -> "_Asked":
        before = blocks.left_out
        wanted = [(node, blocks.take(node)) for node in fresh if node.kind_id == running.kind_id]
        return cls(running=running, wanted=wanted, capped=blocks.left_out - before)


def _put_down(tx: Transaction, asked: _Asked, known: Mapping[int, Row]) -> Resolved:
    """Weigh what was asked for, and put it down."""
    running = asked.running
    ends = {_ends(node.id, other): None for node, found in asked.wanted for other in found if other in known}
    found = _weighed(running, known, list(ends))
    joined = put(tx, running, found, renewed=[node.id for node, _ in asked.wanted if node.changed])
    done = Resolved(
        records=len(asked.wanted), compared=len(ends), kept=len(found), joined=len(joined), capped=asked.capped
    )
    tx.note(
        Event.RESOLVED, f"model:{running.uid}", kind=running.kind, records=done.records, compared=done.compared,
        kept=done.kept, capped=done.capped,
    )  # fmt: skip
    _tell(tx, running, joined)
    return done


def weigh(running: Running, left: Prepared, right: Prepared) -> Score:
    """Weigh two prepared records by a model."""
    return score(running.declared, running.trained, left, right, running.frequency)


def _ends(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _weighed(running: Running, rows: Mapping[int, Row], ends: Sequence[tuple[int, int]]) -> Pairs:
    found = running.scorer.weigh(rows, ends, running.floor)
    return {pair: (round(weighed.weight, ROUND), to_text(weighed)) for pair, weighed in found.items()}


def to_text(weighed: Weighed) -> str:
    """Write which level of each comparison held, as `levels_of` does."""
    found = [f"[{number},{round(rarity, ROUND)!r}]" if rarity else f"{number}" for number, rarity in weighed.levels]
    return f"[{','.join(found)}]"


def levels_of(declared: KindModel, weighed: Score) -> str:
    """Write which level of each comparison held, as JSON: its number (-1: missing), or [number, weight of rarity]."""
    found: list[object] = []
    for comparison, step in zip(declared.comparisons, weighed.steps, strict=True):
        number = -1 if step.level == MISSING else [level.name for level in comparison.levels].index(step.level)
        found.append([number, round(step.frequency_weight, ROUND)] if step.frequency_weight else number)
    return json.dumps(found, separators=(",", ":"))


def put(tx: Transaction, running: Running, found: Pairs, *, renewed: Sequence[int] = ()) -> list[tuple[int, int]]:
    """Write weights. For nodes that are `renewed` the old ones are closed first, save those that are as they were.

    Return the pairs that are joined now and were not before.
    """
    before = _open(tx, running.id, renewed)
    closed = [row.id for ends, row in before.items() if found.get(ends) != (row.weight, row.levels)]
    for piece in in_pieces(closed):
        tx.connection.execute(update(tables.pair).where(p.id.in_(piece)).values(known_to=tx.at))
    same = running.trained.thresholds.same
    stays = {ends for ends, row in before.items() if found.get(ends) == (row.weight, row.levels)}
    rows = [
        (left, right, running.id, weight, levels, tx.at)
        for (left, right), (weight, levels) in sorted(found.items())
        if (left, right) not in stays
    ]
    tx.dialect.insert(tx.connection, "pair", PAIR_COLUMNS, rows)
    joined_before = {ends for ends, row in before.items() if row.weight >= same}
    return [ends for ends, (weight, _) in sorted(found.items()) if weight >= same and ends not in joined_before]


def put_pairs(tx: Transaction, running: Running, ends: Sequence[tuple[int, int]]) -> int:
    """Weigh pairs that the engine found and write those from the floor on; return how many. Done again it changes nothing."""
    known = nodes.load(tx, running.alone, {end for some in ends for end in some})
    wanted = [_ends(left, right) for left, right in ends if left in known and right in known]
    found = _weighed(running, known, wanted)
    before = _open(tx, running.id, sorted({left for left, _ in wanted}))
    closed = [row.id for pair, row in before.items() if pair in found and found[pair] != (row.weight, row.levels)]
    for piece in in_pieces(closed):
        tx.connection.execute(update(tables.pair).where(p.id.in_(piece)).values(known_to=tx.at))
    rows = [
        (left, right, running.id, weight, levels, tx.at)
        for (left, right), (weight, levels) in sorted(found.items())
        if (left, right) not in before or found[left, right] != (before[left, right].weight, before[left, right].levels)
    ]
    tx.dialect.insert(tx.connection, "pair", PAIR_COLUMNS, rows)
    models.note_run(tx, running.id, compared=len(ends), kept=len(found))
    return len(found)


def _open(tx: Transaction, model_id: int, ids: Sequence[int]) -> dict[tuple[int, int], AnyRow]:
    found: dict[tuple[int, int], AnyRow] = {}
    for piece in in_pieces(ids):
        for end in (p.left_id, p.right_id):
            query = select(p.id, p.left_id, p.right_id, p.weight, p.levels)
            wanted = (end.in_(piece), p.model_id == model_id, p.known_to.is_(None))
            found |= {(row.left_id, row.right_id): row for row in tx.connection.execute(query.where(*wanted))}
    return found


def _tell(tx: Transaction, running: Running, joined: Sequence[tuple[int, int]]) -> None:
    """Leave an event of what came together, for whoever watches: pairs of the identifiers of their records."""
    if not joined:
        return
    some = joined[:MOST_NAMED]
    ids = sorted({end for ends in some for end in ends})
    names: dict[int, str] = {}
    for piece in in_pieces(ids):
        query = select(n.id, r.uid).join(tables.record, r.id == n.record_id).where(n.id.in_(piece))
        names |= {row.id: bytes(row.uid).hex() for row in tx.connection.execute(query)}
    told = [[names[left], names[right]] for left, right in some if left in names and right in names]
    tx.note(Event.ENTITY_JOINED, f"model:{running.uid}", kind=running.kind, joined=len(joined), pairs=told)


def close_model(tx: Transaction, model_id: int, ids: Sequence[int]) -> None:
    """Close what these nodes weigh under a model."""
    for piece in in_pieces(ids):
        of_nodes = or_(p.left_id.in_(piece), p.right_id.in_(piece))
        wanted = (of_nodes, p.model_id == model_id, p.known_to.is_(None))
        tx.connection.execute(update(tables.pair).where(*wanted).values(known_to=tx.at))
