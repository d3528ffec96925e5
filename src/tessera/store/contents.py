"""Whole deliveries, byte for byte: let out only where nothing in them would have to be masked."""

from uuid import UUID

from sqlalchemy import select

from tessera.errors import NotAllowed
from tessera.model.access import Permission
from tessera.model.delivery import Delivery
from tessera.model.marking import ALL_FIELDS
from tessera.store import deliveries, tables
from tessera.store.events import Event
from tessera.store.transactions import Transaction

d, r = tables.delivery.c, tables.record.c


def release(tx: Transaction, uid: UUID) -> Delivery:
    """Note that the bytes of a delivery go out. The reader must see every field of it and of every record made of it."""
    tx.require(Permission.RECORD_EXPORT)
    found = deliveries.get(tx, uid)
    open_markings = [key for key, classes in tx.scope.fields.items() if classes == ALL_FIELDS]
    row = tx.connection.execute(select(d.id, d.marking_id).where(d.uid == uid.bytes)).one()
    closed = select(r.id).where(r.delivery_id == row.id, r.marking_id.not_in(open_markings)).limit(1)
    if row.marking_id not in open_markings or tx.connection.execute(closed).first() is not None:
        raise NotAllowed(
            "the delivery holds what you may not see, so its bytes cannot be given out whole",
            where=f"delivery:{uid}",
            advice="Look its records up, or export them: what you may not see is masked there.",
        )
    tx.note(Event.EVIDENCE_READ, f"delivery:{uid}", sha256=found.sha256, bytes=found.size)
    return found
