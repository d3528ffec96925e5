"""What is around an entity: links of its members, places and dated events, as far as the reader may see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import or_, select

from tessera.model.entity import EntityLink, EntityPlace, TimelineEntry
from tessera.model.record import RecordView
from tessera.store import models, tables
from tessera.store.profiles import newest_first
from tessera.store.questions import known_at
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views
from tessera.store.visible import clusters_of, explore

r, k = tables.record.c, tables.link.c
MOST_LINKS = 500


def links_of(
    tx: Transaction, members: Mapping[bytes, RecordView], *, as_of: int | None = None
) -> tuple[EntityLink, ...]:
    """Give the links of these members (by thread), once for each type, role, direction and entity at the other end."""
    rows = _links(tx, members, as_of)
    others = _others(tx, members, rows, as_of)
    seen = dict(zip(others, to_views(tx, list(others.values())), strict=True))
    homes = _homes(tx, others, seen, as_of)
    together: dict[tuple[str, str, bool, str], list[tuple[bytes, RecordView]]] = defaultdict(list)
    for row in rows:
        for own, other, outgoing in _ends(row, members):
            if other in seen:
                together[row.type, row.role, outgoing, homes[other]].append((other, members[own]))
    found = [_link(tx, key, some, seen) for key, some in together.items()]
    return tuple(sorted(found, key=_latest_first))


def _latest_first(link: EntityLink) -> tuple[int, str, str]:
    return (-(link.other.event_time or link.other.known_from), link.label, str(link.other.uid))


def _link(
    tx: Transaction,
    key: tuple[str, str, bool, str],
    some: Sequence[tuple[bytes, RecordView]],
    seen: Mapping[bytes, RecordView],
) -> EntityLink:
    kind, role, outgoing, _ = key
    known = tx.dictionary.link_types.get(kind)
    label = kind if known is None else known.label if outgoing else known.inverse_label
    others = {other: seen[other] for other, _ in some}
    newest = min(others.values(), key=newest_first)
    return EntityLink(
        type=kind,
        role=role,
        label=label,
        other=newest,
        other_records=len(others),
        members=tuple(dict.fromkeys(member.uid for _, member in some)),
    )


def _links(tx: Transaction, members: Iterable[bytes], as_of: int | None) -> list[AnyRow]:
    threads = sorted(members)
    query = (
        select(k.type, k.role, k.from_thread, k.to_thread)
        .where(or_(k.from_thread.in_(threads), k.to_thread.in_(threads)), covers(k.marking_id, tx.scope.visible))
        .order_by(k.id.desc())
        .limit(MOST_LINKS)
    )
    return list(tx.connection.execute(query if as_of is None else query.where(k.known_from <= as_of)).all())


def _ends(row: AnyRow, members: Mapping[bytes, RecordView]) -> list[tuple[bytes, bytes, bool]]:
    start, end = bytes(row.from_thread), bytes(row.to_thread)
    found = [(start, end, True)] if start in members else []
    return [*found, (end, start, False)] if end in members else found


def _others(
    tx: Transaction, members: Mapping[bytes, RecordView], rows: Sequence[AnyRow], as_of: int | None
) -> dict[bytes, AnyRow]:
    ends = {other for row in rows for _, other, _ in _ends(row, members)}
    query = select(*VIEW_COLUMNS).where(
        r.thread.in_(sorted(ends)), known_at(as_of), covers(r.marking_id, tx.scope.visible)
    )
    return {bytes(row.thread): row for row in tx.connection.execute(query.order_by(r.id))}


def _homes(
    tx: Transaction, others: Iterable[bytes], seen: Mapping[bytes, RecordView], as_of: int | None
) -> dict[bytes, str]:
    """Name the entity of each thing at the other ends, kind by kind."""
    by_kind: dict[str, list[bytes]] = defaultdict(list)
    for thread in others:
        by_kind[seen[thread].kind].append(thread)
    homes: dict[bytes, str] = {}
    for kind, threads in by_kind.items():
        running = models.running(tx, kind, as_of=as_of)
        if running is None:
            homes |= {thread: thread.hex() for thread in threads}
        else:
            label = clusters_of(explore(tx, running, threads, as_of=as_of)).label
            homes |= {thread: label[thread.hex()] for thread in threads}
    return homes


def places_of(members: Iterable[RecordView], links: Iterable[EntityLink]) -> tuple[EntityPlace, ...]:
    """Give where members, and what they are linked to, were; the newest first."""
    found = [_place(member, member.headline) for member in members]
    found += [_place(link.other, f"{link.label}: {link.other.headline}") for link in links]
    kept = {(place.record, place.label): place for place in found if place is not None}
    return tuple(sorted(kept.values(), key=lambda place: (-(place.at or 0), place.label)))


def _place(record: RecordView, label: str) -> EntityPlace | None:
    if record.latitude is None or record.longitude is None:
        return None
    return EntityPlace(
        latitude=record.latitude,
        longitude=record.longitude,
        label=label,
        at=record.event_time,
        record=record.uid,
    )


def timeline_of(members: Iterable[RecordView], links: Iterable[EntityLink]) -> tuple[TimelineEntry, ...]:
    """Give what is dated of the members and of what they are linked to, newest first."""
    found = [TimelineEntry(at=one.event_time, label="", record=one) for one in members if one.event_time is not None]
    found += [
        TimelineEntry(at=link.other.event_time, label=link.label, record=link.other)
        for link in links
        if link.other.event_time is not None
    ]
    return tuple(sorted(found, key=lambda entry: (-entry.at, entry.label, str(entry.record.uid))))
