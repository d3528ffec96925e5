"""The part of the graph of pairs and judgements that one reader may see, and who is one in it.

A pair or judgement is an edge only where both its ends may be read; then clusters are made of these edges alone. So a record
that is hidden neither joins nor parts what the reader sees, and adds nothing to any count.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from tessera.model.judgement import Verdict
from tessera.resolution import Clustering, Pair, Prepared, Rules, cluster, conflict_of
from tessera.resolution.clustering import connected
from tessera.store import nodes, tables
from tessera.store.choosing import in_pieces
from tessera.store.models import Running
from tessera.store.pairs import weigh
from tessera.store.questions import known_at
from tessera.store.scope import covers
from tessera.store.standing import Standing, standing_of
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS

r, n, p, j = tables.record.c, tables.node.c, tables.pair.c, tables.judgement.c
MOST_LOOKED_AT = 200
"""Records that one look takes in; what hangs together beyond that is not followed."""
MOST_WEIGHED = 60
"""Records of one part up to which pairs that share no key are weighed too."""
EDGE = (p.id, p.left_id, p.right_id, p.weight, p.levels, p.model_id, p.known_from, p.known_to)


@dataclass(slots=True, kw_only=True)
class Graph:
    """What was looked at. Threads are written in hexadecimal; records are rows of VIEW_COLUMNS."""

    running: Running | None
    records: dict[str, AnyRow] = field(default_factory=dict)
    pairs: dict[tuple[str, str], AnyRow] = field(default_factory=dict)
    """Rows of EDGE by the threads of their ends, left and right as they are stored."""
    judged: dict[tuple[str, str], Standing] = field(default_factory=dict)
    """What people said, by the threads of both ends in order."""
    bounded: bool = False
    sources: Mapping[int, str] = field(default_factory=dict)
    _prepared: dict[str, Prepared] = field(default_factory=dict)

    def prepared(self, running: Running, thread: str) -> Prepared:
        """Prepare the record that the reader sees of a thing."""
        if thread not in self._prepared:
            self._prepared[thread] = nodes.prepared_of(running.declared, self.records[thread], self.sources)
        return self._prepared[thread]

    def verdicts(self, wanted: Verdict) -> list[tuple[str, str]]:
        """Give the ends of judgements in force that say so."""
        return sorted(ends for ends, said in self.judged.items() if said.verdict is wanted)


def explore(tx: Transaction, running: Running | None, start: Collection[bytes], *, as_of: int | None = None) -> Graph:
    """Follow pairs that the model joins, and people's judgements, from these things on, as far as this access may see."""
    graph = Graph(running=running, sources=nodes.source_names(tx))
    fresh = _look_up(tx, graph, start, as_of)
    while fresh and not graph.bounded:
        ends = _joined(tx, graph, fresh, as_of) | _judged(tx, graph, fresh, as_of)
        room = MOST_LOOKED_AT * max(1, len(start)) - len(graph.records)
        wanted = sorted(end for end in ends if end.hex() not in graph.records)
        graph.bounded = len(wanted) > room
        fresh = _look_up(tx, graph, wanted[: max(room, 0)], as_of)
    _drop_loose_ends(graph)
    return graph


def clusters_of(graph: Graph) -> Clustering:
    """Say who is one in what was looked at. The parts that do not hang together have no say in each other."""
    running, said_same = graph.running, graph.verdicts(Verdict.SAME)
    if running is None:
        return cluster(sorted(graph.records), [], Rules(same=0.0), said_same, graph.verdicts(Verdict.DIFFERENT))
    same = running.trained.thresholds.same
    joined = [ends for ends, row in graph.pairs.items() if row.weight >= same]
    size = {node: len(part) for part in connected(graph.records, [*joined, *said_same]) for node in part}

    def weight(left: str, right: str) -> float | None:
        if size[left] > MOST_WEIGHED:
            return None
        return weigh(running, graph.prepared(running, left), graph.prepared(running, right)).weight

    return cluster(
        sorted(graph.records),
        [Pair(left=left, right=right, weight=row.weight) for (left, right), row in sorted(graph.pairs.items())],
        Rules(same=same, most_members=running.declared.most_members),
        said_same,
        graph.verdicts(Verdict.DIFFERENT),
        conflict=partial(_conflict, graph, running),
        weigh=weight,
    )


def _conflict(graph: Graph, running: Running, left: str, right: str) -> str | None:
    return conflict_of(running.declared, graph.prepared(running, left), graph.prepared(running, right))


def _look_up(tx: Transaction, graph: Graph, threads: Iterable[bytes], as_of: int | None) -> list[bytes]:
    """Take in the visible records of these things; return which have one."""
    found = []
    for piece in in_pieces(sorted(set(threads))):  # type: ignore[arg-type]
        query = select(*VIEW_COLUMNS).where(
            r.thread.in_(piece), known_at(as_of), covers(r.marking_id, tx.scope.visible)
        )
        for row in tx.connection.execute(query.order_by(r.id)):
            thread = bytes(row.thread)
            graph.records[thread.hex()] = row
            found.append(thread)
    return found


def _joined(tx: Transaction, graph: Graph, threads: list[bytes], as_of: int | None) -> set[bytes]:
    """Take in the pairs of these things that the model joins; return the things at their ends."""
    if graph.running is None:
        return set()
    same = graph.running.trained.thresholds.same
    found = set()
    for row in edges(tx, graph.running, threads, as_of=as_of, least=same):
        left, right = bytes(row.left_thread), bytes(row.right_thread)
        graph.pairs[left.hex(), right.hex()] = row
        found |= {left, right}
    return found


def edges(
    tx: Transaction,
    running: Running,
    threads: Iterable[bytes],
    *,
    as_of: int | None = None,
    least: float,
    closed: bool = False,
) -> list[AnyRow]:
    """Give pairs of these things with things that may be seen: columns of EDGE, `left_thread` and `right_thread`.

    With `closed` also those that newer weights have replaced.
    """
    found: dict[int, AnyRow] = {}
    for piece in in_pieces(sorted(set(threads))):  # type: ignore[arg-type]
        for left in (True, False):
            query = _edges_from(tx, running, piece, as_of, left=left).where(p.weight >= least)
            if not closed:
                query = query.where(_in_force(as_of))
            found |= {row.id: row for row in tx.connection.execute(query)}
    return list(found.values())


def _edges_from(
    tx: Transaction, running: Running, threads: Collection[object], as_of: int | None, *, left: bool
) -> Select[Any]:
    """Look up pairs from one end: the other end must be there for this access, or there is no pair."""
    near, far = tables.node.alias("near"), tables.node.alias("far")
    own, other = (p.left_id, p.right_id) if left else (p.right_id, p.left_id)
    ends = (near.c.thread, far.c.thread) if left else (far.c.thread, near.c.thread)
    current = r.id == far.c.record_id if as_of is None else r.thread == far.c.thread
    return (
        select(*EDGE, ends[0].label("left_thread"), ends[1].label("right_thread"))
        .select_from(near)
        .join(tables.pair, own == near.c.id)
        .join(far, far.c.id == other)
        .join(tables.record, current)
        .where(
            near.c.thread.in_(threads),
            p.model_id == running.id,
            known_at(as_of),
            covers(r.marking_id, tx.scope.visible),
        )
    )


def _in_force(as_of: int | None) -> ColumnElement[bool]:
    if as_of is None:
        return p.known_to.is_(None)
    return and_(p.known_from <= as_of, or_(p.known_to.is_(None), p.known_to > as_of))


def _judged(tx: Transaction, graph: Graph, threads: list[bytes], as_of: int | None) -> set[bytes]:
    """Take in what people said of these things; return the things that they said are the same."""
    found: set[bytes] = set()
    for (left, right), said in standing_of(tx, threads, as_of=as_of).items():
        graph.judged[left.hex(), right.hex()] = said
        if said.verdict is Verdict.SAME:
            found |= {left, right}
    return found


def _drop_loose_ends(graph: Graph) -> None:
    """Leave out edges to what may not be seen, or was not looked at."""
    seen = graph.records.keys()
    graph.pairs = {ends: row for ends, row in graph.pairs.items() if seen >= set(ends)}
    graph.judged = {ends: said for ends, said in graph.judged.items() if seen >= set(ends)}
