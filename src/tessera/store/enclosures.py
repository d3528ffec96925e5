"""Files that came to light in other files: each is a delivery of its own, of the same source, from the same giver."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select, update

from tessera.errors import Hostile
from tessera.model.access import Permission
from tessera.model.delivery import Delivery, DeliveryState, Via
from tessera.store import deliveries, tables
from tessera.store.events import Event
from tessera.store.transactions import Transaction

d, e = tables.delivery.c, tables.enclosure.c
MOST_BELOW_ONE = 100_000
"""Files that may come to light in one delivery, over all levels."""


def enter(tx: Transaction, parent: UUID, files: Sequence[tuple[str, str, int]]) -> list[Delivery]:
    """Enter files that lay in a delivery (name, SHA-256, size); give those that its source had not given before.

    Each is marked as the delivery that it came in, and who handed that in can follow it.
    """
    if not files:
        return []
    outer = tx.connection.execute(
        select(d.id, d.marking_id, d.received_by, tables.source.c.name.label("source"))
        .join(tables.source, tables.source.c.id == d.source_id)
        .where(d.uid == parent.bytes)
    ).one()
    root, above = _above(tx, outer.id)
    if _below(tx, root) + len(files) > MOST_BELOW_ONE:
        raise Hostile(f"more than {MOST_BELOW_ONE:,} files lie in this delivery", advice="Deliver it in smaller parts.")
    fresh = []
    for name, sha256, size in files:
        found = deliveries.enter(tx, source=outer.source, filename=name, sha256=sha256, size=size, via=Via.ENCLOSED)
        key = deliveries.key_of(tx, found.uid)
        if not found.duplicate:
            same = update(tables.delivery).where(d.id == key)
            tx.connection.execute(same.values(marking_id=outer.marking_id, received_by=outer.received_by))
            fresh.append(found)
        if key != outer.id and not _is_noted(tx, outer.id, key):
            entry = insert(tables.enclosure)
            tx.connection.execute(entry.values(parent_id=outer.id, child_id=key, root_id=root, depth=above + 1))
    return fresh


def _above(tx: Transaction, delivery_id: int) -> tuple[int, int]:
    """Give the delivery that was handed in, and how deep in it this one lies."""
    row = tx.connection.execute(
        select(e.root_id, e.depth).where(e.child_id == delivery_id).order_by(e.depth).limit(1)
    ).one_or_none()
    return (delivery_id, 0) if row is None else (row.root_id, row.depth)


def _below(tx: Transaction, root_id: int) -> int:
    return tx.connection.execute(
        select(func.count()).select_from(tables.enclosure).where(e.root_id == root_id)
    ).scalar_one()


def _is_noted(tx: Transaction, parent_id: int, child_id: int) -> bool:
    pair = select(e.child_id).where(e.parent_id == parent_id, e.child_id == child_id)
    return tx.connection.execute(pair).first() is not None


def depth(tx: Transaction, delivery_id: int) -> int:
    """Say in how many files a delivery lies."""
    tx.note(Event.DELIVERY_READ, f"delivery-part:{delivery_id}")
    return _above(tx, delivery_id)[1]


def inside(tx: Transaction, uid: UUID, *, limit: int = 500) -> list[Delivery]:
    """List the deliveries that lay in this one, as far as this access may see them."""
    tx.require(Permission.DELIVERY_READ)
    key = deliveries.key_of(tx, uid)
    rows = tx.connection.execute(
        select(d.uid).join(tables.enclosure, e.child_id == d.id).where(e.parent_id == key).order_by(d.id).limit(limit)
    )
    return deliveries.some(tx, [UUID(bytes=bytes(row.uid)) for row in rows])[::-1]


def outside(tx: Transaction, uid: UUID) -> list[Delivery]:
    """List the deliveries in which this one lay, as far as this access may see them."""
    tx.require(Permission.DELIVERY_READ)
    key = deliveries.key_of(tx, uid)
    rows = tx.connection.execute(
        select(d.uid).join(tables.enclosure, e.parent_id == d.id).where(e.child_id == key).order_by(d.id)
    )
    return deliveries.some(tx, [UUID(bytes=bytes(row.uid)) for row in rows])[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnclosedCounts:
    """What became of all files that came to light in a delivery, on every level."""

    files: int = 0
    done: int = 0
    failed: int = 0
    records: int = 0
    quarantined: int = 0


def counts_below(tx: Transaction, uid: UUID) -> EnclosedCounts:
    """Count what became of the files that came to light in what was handed in."""
    tx.require(Permission.DELIVERY_READ)
    below = _all_below(tx, deliveries.key_of(tx, uid))
    found = deliveries.some(tx, below)
    return EnclosedCounts(
        files=len(found),
        done=sum(one.state is DeliveryState.DONE for one in found),
        failed=sum(one.state is DeliveryState.FAILED for one in found),
        records=sum(one.records for one in found),
        quarantined=sum(one.rows_quarantined for one in found),
    )


def unfinished_below(tx: Transaction, uid: UUID) -> list[UUID]:
    """Give the files that came to light in a delivery and are not done, on every level. For the one who waits for them."""
    states = (DeliveryState.RECEIVED.value, DeliveryState.PROCESSING.value)
    key = deliveries.key_of(tx, uid)
    query = select(d.uid).distinct().join(tables.enclosure, e.child_id == d.id)
    rows = tx.connection.execute(query.where(e.root_id == key, d.state.in_(states))).scalars()
    tx.note(Event.DELIVERY_LISTED, "unfinished")
    return [UUID(bytes=bytes(one)) for one in rows]


def _all_below(tx: Transaction, key: int) -> list[UUID]:
    query = select(d.uid).distinct().join(tables.enclosure, e.child_id == d.id).where(e.root_id == key)
    return [UUID(bytes=bytes(one)) for one in tx.connection.execute(query).scalars()]


def ancestors(tx: Transaction, delivery_ids: frozenset[int]) -> frozenset[int]:
    """Give every delivery whose bytes hold the bytes of one of these. A step of a purge, which notes it."""
    found: set[int] = set()
    fresh = set(delivery_ids)
    while fresh:
        rows = tx.connection.execute(select(e.parent_id).where(e.child_id.in_(fresh))).scalars()
        fresh = set(rows) - found - delivery_ids
        found |= fresh
    return frozenset(found)
