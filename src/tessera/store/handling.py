"""How a whole may be handled that is made of many pieces: the join of the markings of all that is in it."""

from functools import reduce
from operator import or_
from uuid import UUID

from sqlalchemy import select, union

from tessera.errors import NotAllowed
from tessera.model.access import Permission
from tessera.model.marking import ALL_FIELDS, Marking
from tessera.store import deliveries, kept, tables
from tessera.store.events import Event
from tessera.store.kept import Kept
from tessera.store.transactions import Transaction

r, q, d = tables.record.c, tables.quarantine.c, tables.delivery.c


def of_visible(tx: Transaction) -> Marking:
    """Join every marking that this access may read: no page for this reader can need a stricter banner."""
    known = tx.store.markings(tx)
    tx.note(Event.OVERVIEW_READ, "markings")
    return reduce(or_, (known[key] for key in tx.scope.visible), Marking())


def open_bytes(tx: Transaction, uid: UUID, *, given: bool = True) -> Kept:
    """Go on only if this access may see every field of all that was made of a delivery, quarantined rows included.

    Return which bytes they are: as delivered, or as a purge left them. `given`: the bytes go out, so every record made of them is disclosed; not so where only their size is asked for.
    """
    tx.require(Permission.DELIVERY_READ)
    deliveries.get(tx, uid)
    key = deliveries.key_of(tx, uid)
    markings = tx.connection.execute(
        union(
            select(d.marking_id).where(d.id == key),
            select(r.marking_id).where(r.delivery_id == key),
            select(q.marking_id).where(q.delivery_id == key),
        )
    ).scalars()
    if any(tx.scope.fields.get(marking) != ALL_FIELDS for marking in markings):
        raise NotAllowed(
            "the bytes as delivered hold fields or rows that are masked for you",
            where=f"delivery:{uid}",
            advice="Look at the records instead: each shows what you may see of it.",
        )
    if given:
        tx.show(tx.connection.execute(select(r.id).where(r.delivery_id == key)).scalars())
    now = kept.to_read(tx, key)
    tx.note(Event.EVIDENCE_READ, f"delivery:{uid}", sha256=now.sha256, size=now.size)
    return now
