"""A purge that was begun, step by step to its end: whose bytes are still to be rewritten, what was done, the receipt.

These are steps of the center's own service, after the decision; each does nothing when it is done again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from tessera.clock import isoformat
from tessera.model.purge import PurgeState, Rewriting
from tessera.model.rows import TableFormat, TablePart
from tessera.store import kept, tables
from tessera.store.deliveries import parts_of
from tessera.store.events import Event
from tessera.store.purging import put_down_rows
from tessera.store.transactions import Transaction
from tessera.trust.receipts import Facts

p, b, d, e, k = (
    t.c for t in (tables.purge, tables.purge_blob, tables.delivery, tables.erased_row, tables.delivery_bytes)
)
Parts = list[tuple[int, TablePart, dict[str, str]]]


def unfinished(tx: Transaction) -> list[UUID]:
    """Give the purges that were begun and are not done, oldest first."""
    rows = tx.connection.execute(select(p.uid).where(p.state == PurgeState.BEGUN.value).order_by(p.id)).scalars()
    tx.note(Event.PURGE_LISTED, "unfinished")
    return [UUID(bytes=bytes(uid)) for uid in rows]


def rewritings(tx: Transaction, uid: UUID) -> list[Rewriting]:
    """Give the deliveries whose bytes this purge still has to rewrite."""
    rows = tx.connection.execute(
        select(b.purge_id, b.delivery_id, b.search, b.whole, b.old_sha256, d.uid, d.filename, tables.source.c.name)
        .join(tables.purge, p.id == b.purge_id)
        .join(tables.delivery, d.id == b.delivery_id)
        .join(tables.source, tables.source.c.id == d.source_id)
        .where(p.uid == uid.bytes, b.done_at.is_(None))
        .order_by(b.delivery_id)
    ).all()
    tx.note(Event.PURGE_LISTED, f"purge:{uid}", left=len(rows))
    return [
        Rewriting(
            purge_id=row.purge_id,
            delivery_id=row.delivery_id,
            delivery=UUID(bytes=bytes(row.uid)),
            filename=row.filename,
            source=row.name,
            sha256=row.old_sha256,
            rows=_rows_of(tx, row.purge_id, row.delivery_id),
            whole=row.whole or _is_whole(tx, row.delivery_id),
            contents=_is_contents(tx, row.delivery_id),
            search=row.search and not row.whole,
        )
        for row in rows
    ]


def _rows_of(tx: Transaction, purge_id: int, delivery_id: int) -> frozenset[int]:
    found = select(e.row).where(e.delivery_id == delivery_id, e.purge_id == purge_id)
    return frozenset(tx.connection.execute(found).scalars())


def _is_whole(tx: Transaction, delivery_id: int) -> bool:
    """Claim that every row of the delivery is to go or gone."""
    c = tables.batch.c
    rows_in = tx.connection.execute(select(func.sum(c.rows_in)).where(c.delivery_id == delivery_id)).scalar() or 0
    erased = select(func.count()).select_from(tables.erased_row).where(e.delivery_id == delivery_id)
    return int(rows_in) <= tx.connection.execute(erased).scalar_one()


def _is_contents(tx: Transaction, delivery_id: int) -> bool:
    """Claim that the delivery was read for what it says, and not as a table."""
    c = tables.delivery_part.c
    found = select(c.format).where(c.delivery_id == delivery_id, c.format == TableFormat.CONTENTS.value)
    return tx.connection.execute(found).first() is not None


def threads_of(tx: Transaction, uid: UUID) -> frozenset[bytes]:
    """Give the things of which nothing stays, to look for their rows in other deliveries."""
    tx.note(Event.PURGE_LISTED, f"purge:{uid}")
    return frozenset(bytes.fromhex(text) for text in _work(tx, uid).get("threads", ()))


def parts(tx: Transaction, delivery_id: int) -> Parts:
    """Give the tables inside a delivery: (rows before it, the part, field classes)."""
    tx.note(Event.DELIVERY_READ, f"delivery-part:{delivery_id}")
    return parts_of(tx, {delivery_id}).get(delivery_id, [])


def found_rows(tx: Transaction, work: Rewriting, rows: frozenset[int]) -> Rewriting:
    """Put down rows that were found in the bytes, and say what is to be rewritten with them."""
    put_down_rows(tx, work.purge_id, work.delivery_id, rows)
    this = (b.purge_id == work.purge_id) & (b.delivery_id == work.delivery_id)
    tx.connection.execute(update(tables.purge_blob).where(this).values(search=False))
    tx.note(Event.PURGE_BYTES, f"delivery:{work.delivery}", found=len(rows))
    return Rewriting(
        purge_id=work.purge_id,
        delivery_id=work.delivery_id,
        delivery=work.delivery,
        filename=work.filename,
        source=work.source,
        sha256=work.sha256,
        rows=_rows_of(tx, work.purge_id, work.delivery_id),
        whole=_is_whole(tx, work.delivery_id),
        contents=work.contents,
    )


def rewritten(
    tx: Transaction, work: Rewriting, *, sha256: str, size: int, in_place: bool, new_parts: Sequence[TablePart] | None
) -> None:
    """Say which bytes are kept from now on, and how they are read. `new_parts` None: the parts are as they were."""
    this = k.delivery_id == work.delivery_id
    before = tx.connection.execute(select(k.in_place).where(this)).scalar_one_or_none()
    values = {"sha256": sha256, "size": size, "in_place": in_place and before is not False, "at": tx.at}
    if not tx.connection.execute(update(tables.delivery_bytes).where(this).values(**values)).rowcount:
        tx.connection.execute(tables.delivery_bytes.insert().values(delivery_id=work.delivery_id, **values))
    for number, part in enumerate(new_parts or ()):
        _change_part(tx, work.delivery_id, number, part)
    _finish_blob(tx, work, sha256)
    tx.note(Event.PURGE_BYTES, f"delivery:{work.delivery}", old=work.sha256, new=sha256, rows=len(work.rows))


def _change_part(tx: Transaction, delivery_id: int, position: int, part: TablePart) -> None:
    c = tables.delivery_part.c
    numbers = tx.connection.execute(select(c.number).where(c.delivery_id == delivery_id).order_by(c.number)).scalars()
    this = (c.delivery_id == delivery_id) & (c.number == list(numbers)[position])
    values = {"format": part.format.value, "options": json.dumps(part.options)}
    tx.connection.execute(update(tables.delivery_part).where(this).values(**values))


def _finish_blob(tx: Transaction, work: Rewriting, sha256: str) -> None:
    this = (b.purge_id == work.purge_id) & (b.delivery_id == work.delivery_id)
    tx.connection.execute(update(tables.purge_blob).where(this).values(new_sha256=sha256, done_at=tx.at))


def untouched(tx: Transaction, work: Rewriting) -> None:
    """Say that these bytes held nothing of what was purged."""
    _finish_blob(tx, work, work.sha256)
    tx.note(Event.PURGE_BYTES, f"delivery:{work.delivery}", rows=0)


def unneeded(tx: Transaction) -> list[str]:
    """Give the digests of bytes that purges have rewritten, and that no delivery is kept as."""
    old = {row.old_sha256 for row in tx.connection.execute(select(b.old_sha256).where(b.done_at.is_not(None)))}
    old |= set(tx.connection.execute(select(d.sha256).join(tables.delivery_bytes, k.delivery_id == d.id)).scalars())
    present = select(func.coalesce(k.sha256, d.sha256)).select_from(
        tables.delivery.join(tables.delivery_bytes, k.delivery_id == d.id, isouter=True)
    )
    used = set(tx.connection.execute(present).scalars())
    used |= set(tx.connection.execute(select(b.old_sha256).where(b.done_at.is_(None))).scalars())
    tx.note(Event.PURGE_LISTED, "bytes")
    return sorted(old - used)


def is_rewritten(tx: Transaction, sha256: str) -> bool:
    """Claim that a delivery came with these bytes and that a purge has rewritten them since."""
    found = select(k.delivery_id).join(tables.delivery, d.id == k.delivery_id).where(d.sha256 == sha256)
    return tx.connection.execute(found.limit(1)).first() is not None


def waits(tx: Transaction, uid: UUID, problem: str) -> None:
    """Say why a purge cannot be finished now."""
    tx.connection.execute(update(tables.purge).where(p.uid == uid.bytes).values(problem=problem))
    tx.note(Event.PURGE_WAITS, f"purge:{uid}", problem=problem)


def done(tx: Transaction, uid: UUID, *, steps: Mapping[str, str], write: Callable[[Facts], str]) -> str:
    """Sign and keep the receipt, and forget what was still to do. Done again, it gives the same receipt."""
    row = tx.connection.execute(select(tables.purge).where(p.uid == uid.bytes)).one()
    if row.state == PurgeState.DONE.value:
        tx.note(Event.PURGE_LISTED, f"purge:{uid}")
        return str(row.receipt)
    facts = json.loads(row.work)["facts"]
    facts["deliveries"] = _deliveries(tx, row.id)
    facts["done"] = isoformat(tx.at)
    facts["erased"] = {"database": facts["begun"], **steps}
    text = write(facts)
    values = {"state": PurgeState.DONE.value, "done_at": tx.at, "receipt": text, "work": "{}", "problem": ""}
    tx.connection.execute(update(tables.purge).where(p.id == row.id).values(**values))
    tx.note(Event.PURGE_DONE, f"purge:{uid}", records=row.records)
    return text


def _deliveries(tx: Transaction, purge_id: int) -> list[dict[str, Any]]:
    rows = tx.connection.execute(
        select(d.uid, d.sha256, b.delivery_id, b.old_sha256, b.new_sha256, b.done_at)
        .join(tables.delivery, d.id == b.delivery_id)
        .where(b.purge_id == purge_id)
        .order_by(b.delivery_id)
    ).all()
    found = []
    for row in rows:
        after = kept.state_of(tx, row.delivery_id)
        found.append(
            {
                "at": isoformat(row.done_at),
                "as_delivered_sha256": row.sha256,
                "delivery": str(UUID(bytes=bytes(row.uid))),
                "in_place": after.in_place,
                "new_sha256": row.new_sha256,
                "old_sha256": row.old_sha256,
                "parts": []
                if after.in_place
                else [part_to_json(part) for _, part, _ in parts_of(tx, {row.delivery_id})[row.delivery_id]],
                "rows": len(_rows_of(tx, purge_id, row.delivery_id)),
                "size": after.size,
            }
        )
    return found


def part_to_json(part: TablePart) -> dict[str, Any]:
    """Write how a rewritten part is read, for a receipt that brings a restored backup up to date."""
    return {"columns": part.columns, "format": part.format.value, "options": part.options, "path": part.path}


def part_from_json(plain: Mapping[str, Any]) -> TablePart:
    """Read what `part_to_json` wrote."""
    return TablePart(
        path=plain["path"],
        format=TableFormat(plain["format"]),
        columns=tuple(plain["columns"]),
        options=dict(plain["options"]),
    )


def _work(tx: Transaction, uid: UUID) -> dict[str, Any]:
    return dict(json.loads(tx.connection.execute(select(p.work).where(p.uid == uid.bytes)).scalar_one()))


def receipts(tx: Transaction) -> list[tuple[UUID, str]]:
    """Give every signed receipt."""
    tx.note(Event.PURGE_LISTED, "receipts")
    rows = tx.connection.execute(select(p.uid, p.receipt).where(p.receipt != "").order_by(p.id))
    return [(UUID(bytes=bytes(row.uid)), row.receipt) for row in rows]
