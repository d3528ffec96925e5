"""Entities as a reader sees them: who is one, worked out at reading, from what that reader may see and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from sqlalchemy import select

from tessera.errors import NotFound
from tessera.model.access import Permission
from tessera.model.entity import Cut, EntityView, NearMiss
from tessera.model.judgement import PairView, Verdict
from tessera.model.marking import Marking
from tessera.model.record import RecordView
from tessera.resolution import Clustering
from tessera.store import models, tables
from tessera.store.events import Event
from tessera.store.judging import about
from tessera.store.models import Running
from tessera.store.profiles import aliases_of, headline_of, newest_first, profile_of
from tessera.store.questions import known_at
from tessera.store.scope import covers
from tessera.store.standing import standing_of
from tessera.store.surroundings import links_of, places_of, timeline_of
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views
from tessera.store.visible import MOST_LOOKED_AT, Graph, clusters_of, edges, explore
from tessera.store.waterfalls import fields_in, masked_because, pair_views, turned

r = tables.record.c
MOST_PAIRS = 200
BOUNDED = (
    f"More than {MOST_LOOKED_AT} records hang together here. Only so many were looked at; a person should part them, or "
    "the model asks too little."
)
UNSURE = "The weight lies below the threshold from which the model joins."
MASKED_GUARD = "A rule keeps them apart, by values of which some are masked for you."
TOO_MANY = "The groups around the two do not agree enough to be joined."


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entity as it was worked out: threads of its members in hexadecimal, and the graph that they were found in."""

    kind: str
    running: Running | None
    graph: Graph
    clustering: Clustering
    members: tuple[str, ...]


def find(tx: Transaction, uid: UUID, *, as_of: int | None = None) -> Found:
    """Work out who is one with this record. NotFound where it is hidden or unknown."""
    row = current(tx, uid, as_of=as_of)
    kind = {key.id: key.name for key in tx.connection.execute(select(tables.kind))}[row.kind_id]
    running = models.running(tx, kind, as_of=as_of)
    graph = explore(tx, running, [bytes(row.thread)], as_of=as_of)
    done = clusters_of(graph)
    own = done.label[bytes(row.thread).hex()]
    return Found(
        kind=kind,
        running=running,
        graph=graph,
        clustering=done,
        members=tuple(sorted(thread for thread, label in done.label.items() if label == own)),
    )


def current(tx: Transaction, uid: UUID, *, as_of: int | None = None) -> AnyRow:
    """Give the record, now or at an instant, of the thing that this record speaks of: a row of VIEW_COLUMNS."""
    thread = select(r.thread).where(r.uid == uid.bytes, covers(r.marking_id, tx.scope.listed.visible)).scalar_subquery()
    query = select(*VIEW_COLUMNS).where(
        r.thread == thread, known_at(as_of), covers(r.marking_id, tx.scope.listed.visible)
    )
    row = tx.connection.execute(query.order_by(r.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound("no such record", where=str(uid), advice="It does not exist, or you may not know of it.")
    return row


def get(tx: Transaction, uid: UUID, *, as_of: int | None = None) -> EntityView:
    """Read the entity that this record belongs to, now or as it was known at an instant (milliseconds UTC).

    Needs ENTITY_READ. NotFound where the record is hidden or unknown; the two look the same. A record of a kind without
    a model is an entity of its own. At most MOST_LOOKED_AT records are looked at; `bounded` says so in a sentence.
    """
    _require(tx)
    asked = current(tx, uid, as_of=as_of)
    found = find(tx, uid, as_of=as_of)
    views = _members(tx, found)
    members = tuple(sorted(views.values(), key=newest_first))
    links = links_of(tx, {bytes.fromhex(thread): view for thread, view in views.items()}, as_of=as_of)
    near = _near(tx, found, views, as_of=as_of)
    headline = headline_of(members)
    tx.note(Event.ENTITY_READ, f"record:{uid}", members=len(members), as_of=as_of)
    return EntityView(
        uid=UUID(bytes=bytes(asked.uid)),
        kind=found.kind,
        kind_label=members[0].kind_label,
        headline=headline,
        members=members,
        profile=profile_of(tx.dictionary, members, _alone(found.running)),
        aliases=aliases_of(members, headline),
        links=links,
        places=places_of(members, links),
        timeline=timeline_of(members, links),
        pairs=tuple(_pairs(tx, found)),
        judgements=tuple(about(tx, _threads(found), as_of=as_of)),
        cuts=tuple(_cuts(tx, found)),
        near_misses=tuple(near),
        marking=_marking(members, [link.other for link in links], [miss.pair.right for miss in near]),
        model=found.running.uid if found.running else "",
        as_of=as_of,
        bounded=BOUNDED if found.graph.bounded else "",
    )


def near_misses(tx: Transaction, uid: UUID, *, as_of: int | None = None, limit: int = 20) -> list[NearMiss]:
    """Give records that are nearly part of this record's entity, the nearest first, with the reason they are not."""
    _require(tx)
    found = find(tx, uid, as_of=as_of)
    near = _near(tx, found, _members(tx, found), as_of=as_of, limit=limit)
    tx.note(Event.ENTITY_READ, f"record:{uid}", near=len(near))
    return near


def members(tx: Transaction, uid: UUID, *, as_of: int | None = None) -> list[RecordView]:
    """Give the records of this record's entity alone, newest first: what a search hit or a page of links needs."""
    _require(tx)
    views = _members(tx, find(tx, uid, as_of=as_of)).values()
    tx.note(Event.ENTITY_READ, f"record:{uid}", members=len(views))
    return sorted(views, key=newest_first)


def sizes(tx: Transaction, uids: Sequence[UUID]) -> dict[UUID, int]:
    """Say of each record how many records its entity holds for this reader; 1 where it stands alone."""
    _require(tx)
    wanted = [uid.bytes for uid in uids]
    columns = (r.uid, r.thread, tables.kind.c.name)
    query = select(*columns).join(tables.kind, tables.kind.c.id == r.kind_id)
    rows = tx.connection.execute(query.where(r.uid.in_(wanted), covers(r.marking_id, tx.scope.listed.visible))).all()
    counted: dict[bytes, int] = {}
    for kind in sorted({row.name for row in rows}):
        counted |= size_of(tx, models.running(tx, kind), [bytes(row.thread) for row in rows if row.name == kind])
    tx.note(Event.ENTITY_READ, f"records:{len(rows)}")
    return {UUID(bytes=bytes(row.uid)): counted.get(bytes(row.thread), 1) for row in rows}


def size_of(tx: Transaction, running: Running | None, threads: Collection[bytes]) -> dict[bytes, int]:
    """Count the members of the entity of each of these things, as this access sees it."""
    return {thread: len(some) for thread, some in together(tx, running, threads).items()}


def together(tx: Transaction, running: Running | None, threads: Collection[bytes]) -> dict[bytes, tuple[str, ...]]:
    """Give the members of the entity of each of these things, as this access sees it."""
    label = clusters_of(explore(tx, running, threads))
    groups = label.members()
    return {thread: groups[label.label[thread.hex()]] for thread in threads if thread.hex() in label.label}


def _require(tx: Transaction) -> None:
    tx.require(Permission.ENTITY_READ)
    tx.require(Permission.RECORD_READ)


def _members(tx: Transaction, found: Found) -> dict[str, RecordView]:
    rows = [found.graph.records[thread] for thread in found.members]
    return dict(zip(found.members, to_views(tx, rows), strict=True))


def _alone(running: Running | None) -> frozenset[str]:
    """Name the terms of which a thing has one value: what keys and guards of the model are made of."""
    if running is None:
        return frozenset()
    declared = running.declared
    fields = set(declared.keys).union(*(fields_in(guard.when) for guard in declared.guards))
    return frozenset(term for field in declared.fields if field.name in fields for term in field.terms[:1])


def _pairs(tx: Transaction, found: Found) -> list[PairView]:
    """Show what joins the members, strongest first."""
    if found.running is None:
        return []
    inside = set(found.members)
    rows = [row for ends, row in found.graph.pairs.items() if inside >= set(ends)]
    rows.sort(key=lambda row: (-row.weight, bytes(row.left_thread), bytes(row.right_thread)))
    return pair_views(tx, found.running, rows[:MOST_PAIRS], found.graph.records)


def _cuts(tx: Transaction, found: Found) -> list[Cut]:
    """Say which pairs around the members are kept apart, and why."""
    inside = set(found.members)
    return [
        Cut(left=_uid(found, cut.left), right=_uid(found, cut.right), reason=_reason(tx, found, cut.left, cut.right))
        for cut in found.clustering.cuts
        if inside & {cut.left, cut.right}
    ]


def _uid(found: Found, thread: str) -> UUID:
    return UUID(bytes=bytes(found.graph.records[thread].uid))


def _reason(tx: Transaction, found: Found, left: str, right: str) -> str:
    """Say why two things are kept apart, naming records by what this reader may call them."""
    why = next((cut.why for cut in found.clustering.cuts if {cut.left, cut.right} == {left, right}), "")
    if not why:
        return TOO_MANY
    if found.running is not None and _is_guard(found.running, why):
        fields = set[str]().union(*(fields_in(guard.when) for guard in found.running.declared.guards))
        rows = [found.graph.records[thread] for thread in (left, right)]
        if masked_because(tx, found.running.declared, fields, rows):
            return MASKED_GUARD
    named = {thread: row for thread, row in found.graph.records.items() if thread in why}
    views = to_views(tx, list(named.values()))
    for thread, view in zip(named, views, strict=True):
        why = why.replace(thread, view.headline)
    return f"{why[:1].upper()}{why[1:]}."


def _is_guard(running: Running, why: str) -> bool:
    return any(guard.says in why for guard in running.declared.guards)


def _near(
    tx: Transaction, found: Found, views: Mapping[str, RecordView], *, as_of: int | None, limit: int = 20
) -> list[NearMiss]:
    if found.running is None:
        return []
    threads = _threads(found)
    best: dict[str, AnyRow] = {}
    for row in edges(tx, found.running, threads, as_of=as_of, least=found.running.floor):
        ends = {bytes(row.left_thread).hex(), bytes(row.right_thread).hex()}
        for outside in ends - views.keys():
            if outside not in best or row.weight > best[outside].weight:
                best[outside] = row
    chosen = sorted(best.items(), key=lambda item: (-item[1].weight, item[0]))[:limit]
    records = found.graph.records | _records(tx, [thread for thread, _ in chosen], as_of)
    judged = standing_of(tx, threads, as_of=as_of)
    shown = pair_views(tx, found.running, [row for _, row in chosen], records)
    near = []
    for (outside, row), pair in zip(chosen, shown, strict=True):
        inside = (
            bytes(row.left_thread).hex() if bytes(row.right_thread).hex() == outside else bytes(row.right_thread).hex()
        )
        said = judged.get((bytes.fromhex(min(inside, outside)), bytes.fromhex(max(inside, outside))))
        if said is not None and said.verdict is Verdict.DIFFERENT:
            because = "A person judged the two to be different."
        else:
            because = _because(tx, found, row, inside, outside)
        near.append(NearMiss(pair=turned(pair, views[inside]), because=because))
    return near


def _threads(found: Found) -> list[bytes]:
    return [bytes.fromhex(thread) for thread in found.members]


def _because(tx: Transaction, found: Found, row: AnyRow, inside: str, outside: str) -> str:
    if found.running is not None and row.weight < found.running.trained.thresholds.same:
        return UNSURE
    return _reason(tx, found, inside, outside)


def _records(tx: Transaction, threads: Collection[str], as_of: int | None) -> dict[str, AnyRow]:
    wanted = [bytes.fromhex(thread) for thread in threads]
    query = select(*VIEW_COLUMNS).where(
        r.thread.in_(wanted), known_at(as_of), covers(r.marking_id, tx.scope.listed.visible)
    )
    return {bytes(row.thread).hex(): row for row in tx.connection.execute(query.order_by(r.id))}


def _marking(*shown: Sequence[RecordView]) -> Marking:
    return reduce(or_, (view.marking for some in shown for view in some), Marking())
