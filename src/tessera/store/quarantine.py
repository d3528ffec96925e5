"""Rows that did not fit: kept with their reason, mended by people, replayed, never lost."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, tuple_, update

from tessera.errors import Conflict, Invalid, NotFound
from tessera.model.access import Permission
from tessera.model.delivery import QuarantinedRow, QuarantineState
from tessera.model.marking import FieldClass
from tessera.store import intake, rowcounts, tables
from tessera.store.deliveries import parts_of
from tessera.store.events import Event
from tessera.store.flags import hold_batch
from tessera.store.intake import BatchCounts, NewBatch
from tessera.store.scope import covers, needed_for_unknown
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.upholding import uphold
from tessera.store.views import locator_of, part_at

q, d, r = tables.quarantine.c, tables.delivery.c, tables.record.c
MASKED = "(masked)"


def page(
    tx: Transaction,
    *,
    source: str = "",
    delivery: UUID | None = None,
    state: QuarantineState | None = QuarantineState.OPEN,
    limit: int = 50,
    after: UUID | None = None,
) -> list[QuarantinedRow]:
    """List rows in quarantine, newest first; `after` continues behind one already seen; `state` None means any."""
    tx.require(Permission.QUARANTINE_READ)
    query = _select(tx).order_by(q.id.desc()).limit(limit)
    if source:
        query = query.where(tables.source.c.name == source)
    if delivery:
        query = query.where(d.uid == delivery.bytes)
    if state:
        query = query.where(q.state == state.value)
    if after:
        query = query.where(q.id < select(q.id).where(q.uid == after.bytes).scalar_subquery())
    tx.note(Event.QUARANTINE_READ, f"delivery:{delivery}" if delivery else "", source=source)
    return _to_rows(tx, list(tx.connection.execute(query)))


def get(tx: Transaction, uid: UUID) -> QuarantinedRow:
    """Read one row in quarantine."""
    tx.require(Permission.QUARANTINE_READ)
    tx.note(Event.QUARANTINE_READ, f"quarantine:{uid}")
    return _to_rows(tx, [_find(tx, uid)])[0]


def columns_of(tx: Transaction, uid: UUID) -> tuple[str, ...]:
    """Name the columns of the table that the row stands in, for the form that mends it."""
    row = _find(tx, uid)
    return part_at(parts_of(tx, {row.delivery_id})[row.delivery_id], row.row)[1].columns


def mend(tx: Transaction, uid: UUID, values: dict[str, str]) -> QuarantinedRow:
    """Note corrected values by column. The row as delivered stays as it is."""
    tx.require(Permission.QUARANTINE_MEND)
    row = _find(tx, uid)
    if row.state == QuarantineState.REPLAYED.value:
        raise Conflict("this row has been replayed already", where=str(uid))
    unknown = sorted(set(values) - set(columns_of(tx, uid)))
    if unknown:
        raise Invalid(f"no column {', '.join(unknown)}", advice=f"The columns are: {', '.join(columns_of(tx, uid))}.")
    before = json.loads(row.raw) | json.loads(row.mended)
    changed = {column: value for column, value in values.items() if value != (before.get(column) or "")}
    mended = json.loads(row.mended) | changed
    tx.connection.execute(
        update(tables.quarantine)
        .where(q.delivery_id == row.delivery_id, q.row == row.row)
        .values(
            mended=json.dumps(mended, sort_keys=True),
            mended_by=tx.access.actor.account,
            state=QuarantineState.MENDED.value,
        )
    )
    tx.note(Event.QUARANTINE_MENDED, f"quarantine:{uid}", columns=sorted(changed))
    return _to_rows(tx, [_find(tx, uid)])[0]


def to_replay(tx: Transaction, uid: UUID) -> tuple[UUID, str, int, int, dict[str, str]]:
    """Give what a replay needs, unmasked: delivery, source, row in the delivery, rows before its part, row by column."""
    tx.require(Permission.QUARANTINE_MEND)
    row = _find(tx, uid)
    if row.state == QuarantineState.REPLAYED.value:
        raise Conflict("this row has been replayed already", where=str(uid))
    first_row, part, _ = part_at(parts_of(tx, {row.delivery_id})[row.delivery_id], row.row)
    delivered = json.loads(row.raw)
    values = {column: delivered.get(column) for column in part.columns} | json.loads(row.mended)
    tx.note(Event.QUARANTINE_READ, f"quarantine:{uid}", replay=True)
    return UUID(bytes=bytes(row.delivery_uid)), row.source, row.row, first_row, values


def replayed(tx: Transaction, uid: UUID, batch: NewBatch) -> BatchCounts:
    """Write what a mended row became, and let it out of quarantine; all its faults at once."""
    tx.require(Permission.QUARANTINE_MEND)
    row = _find(tx, uid)
    if row.state == QuarantineState.REPLAYED.value:
        raise Conflict("this row has been replayed already", where=str(uid))
    b = tables.batch.c
    number = tx.connection.execute(select(func.max(b.number)).where(b.delivery_id == row.delivery_id)).scalar() or 0
    batch = replace(batch, mapped=uphold(tx, batch.mapped))
    fresh, closed = intake.sort_out(tx, batch.mapped)
    intake.write_records(tx, batch, fresh)
    intake.close_older(tx, closed)
    links = intake.write_links(tx, batch)
    new = any(fresh)
    counts = BatchCounts(
        rows_in=0,
        rows_recorded=int(new),
        rows_quarantined=-1,
        rows_duplicate=int(not new),
        records=sum(fresh),
        links=links,
    )
    values = {name: getattr(counts, name) for name in BatchCounts.__slots__}
    tx.connection.execute(
        insert(tables.batch).values(delivery_id=row.delivery_id, number=number + 1, committed_at=tx.at, **values)
    )
    rowcounts.add(tx, intake.by_marking(tx, batch, fresh, counts))
    hold_batch(tx, delivery_id=row.delivery_id, first_row=batch.first_row, records=batch.mapped.records)
    tx.connection.execute(
        update(tables.quarantine)
        .where(q.delivery_id == row.delivery_id, q.row == row.row)
        .values(state=QuarantineState.REPLAYED.value)
    )
    tx.note(Event.QUARANTINE_REPLAYED, f"quarantine:{UUID(bytes=bytes(row.uid))}", records=counts.records)
    return counts


def _select(tx: Transaction) -> Select[Any]:
    return (
        select(tables.quarantine, d.uid.label("delivery_uid"), tables.source.c.name.label("source"))
        .join(tables.delivery, d.id == q.delivery_id)
        .join(tables.source, tables.source.c.id == d.source_id)
        .where(covers(q.marking_id, tx.scope.visible))
    )


def _find(tx: Transaction, uid: UUID) -> AnyRow:
    row = tx.connection.execute(_select(tx).where(q.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such row in quarantine", where=str(uid), advice="List them with: tessera quarantine list")
    return row


def _to_rows(tx: Transaction, rows: list[AnyRow]) -> list[QuarantinedRow]:
    parts = parts_of(tx, {row.delivery_id for row in rows})
    _show_records(tx, rows)
    return [_to_row(tx, row, parts[row.delivery_id]) for row in rows]


def _show_records(tx: Transaction, rows: list[AnyRow]) -> None:
    """Whoever sees a row that was replayed sees what its records say."""
    places = [(row.delivery_id, row.row) for row in rows if row.state == QuarantineState.REPLAYED.value]
    if places:
        made = select(r.id).where(tuple_(r.delivery_id, r.row).in_(places), covers(r.marking_id, tx.scope.visible))
        tx.show(tx.connection.execute(made).scalars())


def _to_row(tx: Transaction, row: AnyRow, parts: list[Any]) -> QuarantinedRow:
    readable = tx.scope.fields[row.marking_id]
    _, _, classes = part_at(parts, row.row)

    def shown(column: str, value: str | None) -> str:
        name = classes.get(column)
        seen = readable >= needed_for_unknown(classes) if name is None else FieldClass(name) in readable
        return (value or "") if seen else MASKED

    return QuarantinedRow(
        uid=UUID(bytes=bytes(row.uid)),
        delivery=UUID(bytes=bytes(row.delivery_uid)),
        source=row.source,
        locator=locator_of(parts, row.row),
        row=row.row,
        column=row.column,
        term=row.term,
        reason=row.reason,
        value=shown(row.column, row.value),
        raw={column: shown(column, value) for column, value in json.loads(row.raw).items()},
        mended={column: shown(column, value) for column, value in json.loads(row.mended).items()},
        state=QuarantineState(row.state),
        at=row.at,
        mended_by=row.mended_by,
    )
