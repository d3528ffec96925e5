"""Deliveries: what arrived, where it is on its way, and what became of its rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, insert, or_, select, update

from tessera.errors import NotAllowed, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.delivery import Delivery, DeliveryState, Via
from tessera.model.rows import TableFormat, TablePart
from tessera.model.source import FORMS_ONLY, HoldingSort, Source
from tessera.store import kept, parties, tables
from tessera.store.events import Event
from tessera.store.rowcounts import counted
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust.contribution import may_deliver_for

d, b = tables.delivery.c, tables.batch.c
COUNTS = ("rows_in", "rows_recorded", "rows_quarantined", "rows_duplicate", "records", "links")


def enter(tx: Transaction, *, source: str, filename: str, sha256: str, size: int, via: Via) -> Delivery:
    """Enter what has arrived and been kept. The same bytes from the same source are the delivery that exists."""
    tx.require(Permission.DELIVERY_CREATE)
    source_id, marking_id, feed = parties.read_source(tx, source)
    decision = may_deliver_for(tx.access, feed.agency)
    if not decision:
        raise NotAllowed(decision.reason, where=f"source {source}")
    _check_door(tx, feed, via)
    uid = tx.connection.execute(select(d.uid).where(d.source_id == source_id, d.sha256 == sha256)).scalar_one_or_none()
    if uid is not None:
        known = UUID(bytes=bytes(uid))
        tx.note(Event.DELIVERY_DUPLICATED, f"delivery:{known}", sha256=sha256, via=via.value)
        return _one(tx, known, duplicate=True)
    fresh, why_not = new_id(), parties.why_not_in_force(tx, feed.agreement)
    tx.connection.execute(
        insert(tables.delivery).values(
            uid=fresh.bytes,
            receipt=f"R-{fresh.hex[12:24].upper()}",
            source_id=source_id,
            marking_id=marking_id,
            filename=filename,
            sha256=sha256,
            size=size,
            via=via.value,
            received_at=tx.at,
            received_by=tx.access.actor.account,
            state=(DeliveryState.WAITING if why_not else DeliveryState.RECEIVED).value,
            reason=_why_it_waits(feed.agreement, why_not) if why_not else "",
        )
    )
    tx.note(Event.DELIVERY_RECEIVED, f"delivery:{fresh}", source=source, sha256=sha256, size=size, via=via.value)
    return _one(tx, fresh)


def _check_door(tx: Transaction, feed: Source, via: Via) -> None:
    """Refuse files where things are entered one by one: nothing becomes intelligence or a report by import."""
    h = tables.holding.c
    sort = tx.connection.execute(select(h.sort).where(h.name == feed.holding)).scalar_one()
    by_form = HoldingSort(sort) in FORMS_ONLY and not feed.mapping
    if by_form != (via is Via.FORM):
        raise NotAllowed(
            f"the source {feed.name!r} takes {'what is entered by form' if by_form else 'files'} and nothing else",
            where=f"source {feed.name}",
            advice="Enter it on the page, with a reason of its own." if by_form else "Choose another source.",
        )


def _why_it_waits(agreement: str, why_not: str) -> str:
    return f"Agreement {agreement!r} {why_not}. The bytes are kept; they are integrated when it is in force again."


def must_wait(tx: Transaction, uid: UUID) -> str:
    """Say why a delivery must wait for its agreement, and let it wait; nothing where it may go on."""
    query = select(d.state, tables.source.c.agreement).join(tables.source, tables.source.c.id == d.source_id)
    row = tx.connection.execute(query.where(d.uid == uid.bytes)).one()
    why_not = parties.why_not_in_force(tx, row.agreement)
    if not why_not:
        tx.note(Event.DELIVERY_READ, f"delivery:{uid}")
        return ""
    reason = _why_it_waits(row.agreement, why_not)
    held = update(tables.delivery).where(d.uid == uid.bytes)
    tx.connection.execute(held.values(state=DeliveryState.WAITING.value, reason=reason))
    tx.note(Event.DELIVERY_WAITING, f"delivery:{uid}", agreement=row.agreement)
    return reason


def waiting_no_more(tx: Transaction) -> list[UUID]:
    """Deliveries that waited for an agreement which is in force now, the oldest first."""
    query = select(d.uid, tables.source.c.agreement).join(tables.source, tables.source.c.id == d.source_id)
    rows = tx.connection.execute(query.where(d.state == DeliveryState.WAITING.value).order_by(d.id)).all()
    tx.note(Event.DELIVERY_LISTED, "waiting")
    closed = tx.standing.lapsed
    return [UUID(bytes=bytes(row.uid)) for row in rows if row.agreement not in closed]


def mapping_given(tx: Transaction, uid: UUID, mapping: tuple[str, int, str, str] | None = None) -> str:
    """Keep the mapping that a waiting delivery was given, or give the text of the one that was kept."""
    if mapping is not None:
        _keep_mapping(tx, mapping)
        kept_with = update(tables.delivery).where(d.uid == uid.bytes)
        tx.connection.execute(kept_with.values(mapping_digest=mapping[2]))
    m = tables.mapping.c
    found = select(m.value).join(tables.delivery, m.digest == d.mapping_digest).where(d.uid == uid.bytes)
    tx.note(Event.DELIVERY_READ, f"delivery:{uid}")
    return str(tx.connection.execute(found).scalar_one_or_none() or "")


def _keep_mapping(tx: Transaction, mapping: tuple[str, int, str, str]) -> None:
    name, version, digest, value = mapping
    if tx.connection.execute(select(tables.mapping.c.digest).where(tables.mapping.c.digest == digest)).first() is None:
        tx.connection.execute(insert(tables.mapping).values(digest=digest, name=name, version=version, value=value))


def begin(tx: Transaction, uid: UUID, *, mapping: tuple[str, int, str, str], worker: str = "") -> int:
    """Say that a delivery is being worked on by a process, with this mapping (name, version, digest, text); return its key."""
    name, version, digest, _ = mapping
    _keep_mapping(tx, mapping)
    tx.connection.execute(
        update(tables.delivery)
        .where(d.uid == uid.bytes)
        .values(state=DeliveryState.PROCESSING.value, mapping_digest=digest, reason="", worker=worker)
    )
    tx.note(Event.DELIVERY_STARTED, f"delivery:{uid}", mapping=f"{name}@{version}", digest=digest)
    return key_of(tx, uid)


def take_on(tx: Transaction, uid: UUID, *, worker: str) -> None:
    """Say that another process works on a delivery that was begun."""
    tx.connection.execute(update(tables.delivery).where(d.uid == uid.bytes).values(worker=worker))
    tx.note(Event.DELIVERY_STARTED, f"delivery:{uid}", again=True)


def worker_of(tx: Transaction, uid: UUID) -> str:
    """Name the process that works on a delivery, or lets it wait for its turn; empty where it is done or was never begun."""
    query = select(d.worker).where(d.uid == uid.bytes, d.state == DeliveryState.PROCESSING.value)
    tx.note(Event.DELIVERY_READ, f"delivery:{uid}")
    return str(tx.connection.execute(query).scalar_one_or_none() or "")


def finish(tx: Transaction, uid: UUID, *, reason: str = "") -> Delivery:
    """Say that a delivery is done, or, with a reason, that it could not be read."""
    state = DeliveryState.FAILED if reason else DeliveryState.DONE
    tx.connection.execute(
        update(tables.delivery).where(d.uid == uid.bytes).values(state=state.value, reason=reason, finished_at=tx.at)
    )
    tx.dialect.gather_statistics(tx.connection)
    done = _one(tx, uid)
    counts = {name: getattr(done, name) for name in COUNTS}
    event = Event.DELIVERY_FAILED if reason else Event.DELIVERY_FINISHED
    tx.note(event, f"delivery:{uid}", reason=reason, **counts)
    return done


def get(tx: Transaction, uid: UUID) -> Delivery:
    """Read one delivery, if this access may."""
    tx.require(Permission.DELIVERY_READ)
    found = _one(tx, uid)
    tx.note(Event.DELIVERY_READ, f"delivery:{uid}")
    return found


def recent(
    tx: Transaction, *, source: str = "", state: DeliveryState | None = None, limit: int = 50, after: UUID | None = None
) -> list[Delivery]:
    """List deliveries, newest first; `after` continues behind one already seen."""
    tx.require(Permission.DELIVERY_READ)
    query = _select(tx).order_by(d.id.desc()).limit(limit)
    if source:
        query = query.where(tables.source.c.name == source)
    if state:
        query = query.where(d.state == state.value)
    if after:
        query = query.where(d.id < select(d.id).where(d.uid == after.bytes).scalar_subquery())
    tx.note(Event.DELIVERY_LISTED, f"source:{source}" if source else "")
    return [to_delivery(row) for row in tx.connection.execute(query)]


def some(tx: Transaction, uids: Sequence[UUID]) -> list[Delivery]:
    """Read these deliveries, as far as this access may see them or is of the agency that gave them, newest first."""
    tx.require(Permission.DELIVERY_READ)
    may = or_(_may_follow(tx), tables.source.c.agency == tx.access.actor.agency)
    chosen = _counted(tx).where(may, d.uid.in_([uid.bytes for uid in uids]))
    rows = tx.connection.execute(chosen.order_by(d.id.desc()))
    found = [to_delivery(row) for row in rows]
    tx.note(Event.DELIVERY_LISTED, deliveries=len(found))
    return found


def unfinished(tx: Transaction) -> list[tuple[UUID, str]]:
    """Deliveries that are received but not done, with the process that took each on; the oldest first."""
    states = (DeliveryState.RECEIVED.value, DeliveryState.PROCESSING.value)
    rows = tx.connection.execute(select(d.uid, d.worker).where(d.state.in_(states)).order_by(d.id))
    found = [(UUID(bytes=bytes(row.uid)), str(row.worker)) for row in rows]
    tx.note(Event.DELIVERY_LISTED, "unfinished")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ToIntegrate:
    """What the pipeline has to know of a delivery that was begun."""

    delivery_id: int
    source: str
    filename: str
    sha256: str
    digest: str
    mapping_name: str
    mapping_text: str
    received_at: int
    retention_days: int


def to_integrate(tx: Transaction, uid: UUID) -> ToIntegrate:
    """Look up what is to be integrated, and with which mapping."""
    m = tables.mapping.c
    row = tx.connection.execute(
        select(
            d.id,
            d.filename,
            d.sha256,
            d.received_at,
            tables.source.c.name.label("source"),
            m.value,
            m.name,
            tables.holding.c.retention_days,
        )
        .join(tables.source, tables.source.c.id == d.source_id)
        .join(tables.holding, tables.holding.c.name == tables.source.c.holding)
        .join(tables.mapping, m.digest == d.mapping_digest)
        .where(d.uid == uid.bytes)
    ).one()
    tx.note(Event.DELIVERY_READ, f"delivery:{uid}")
    return ToIntegrate(
        delivery_id=row.id,
        source=row.source,
        filename=row.filename,
        sha256=kept.state_of(tx, row.id).sha256,
        digest=row.sha256,
        mapping_name=row.name,
        mapping_text=row.value,
        received_at=row.received_at,
        retention_days=row.retention_days,
    )


def to_search(tx: Transaction, uid: UUID) -> tuple[str, str] | None:
    """Look up name and text of the mapping that a delivery was integrated with; None where it never was."""
    m = tables.mapping.c
    query = select(m.name, m.value).join(tables.delivery, m.digest == d.mapping_digest).where(d.uid == uid.bytes)
    row = tx.connection.execute(query).one_or_none()
    tx.note(Event.DELIVERY_READ, f"delivery:{uid}")
    return None if row is None else (row.name, row.value)


def key_of(tx: Transaction, uid: UUID) -> int:
    """Give a delivery's inside key."""
    return int(tx.connection.execute(select(d.id).where(d.uid == uid.bytes)).scalar_one())


def parts_of(tx: Transaction, delivery_ids: set[int]) -> dict[int, list[tuple[int, TablePart, dict[str, str]]]]:
    """Tables inside these deliveries: (rows before it, the part, field class by column), in order."""
    p = tables.delivery_part.c
    query = select(tables.delivery_part).where(p.delivery_id.in_(delivery_ids)).order_by(p.delivery_id, p.number)
    parts: dict[int, list[tuple[int, TablePart, dict[str, str]]]] = {}
    for row in tx.connection.execute(query):
        part = TablePart(
            path=row.path,
            format=TableFormat(row.format),
            columns=tuple(json.loads(row.columns)),
            options=json.loads(row.options),
        )
        parts.setdefault(row.delivery_id, []).append((row.first_row, part, json.loads(row.column_classes)))
    return parts


def _one(tx: Transaction, uid: UUID, *, duplicate: bool = False) -> Delivery:
    row = tx.connection.execute(_select(tx).where(d.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such delivery", where=str(uid), advice="List them with: tessera deliveries")
    return to_delivery(row, duplicate=duplicate)


def _select(tx: Transaction) -> Select[Any]:
    return _counted(tx).where(_may_follow(tx))


def _counted(tx: Transaction) -> Select[Any]:
    mapping = select(tables.mapping.c.name).where(tables.mapping.c.digest == d.mapping_digest).scalar_subquery()
    version = select(tables.mapping.c.version).where(tables.mapping.c.digest == d.mapping_digest).scalar_subquery()
    return (
        select(tables.delivery, tables.source.c.name.label("source"), mapping.label("mapping_name"))
        .add_columns(version.label("mapping_version"), *counted(tx, COUNTS))
        .join(tables.source, tables.source.c.id == d.source_id)
    )


def _may_follow(tx: Transaction) -> ColumnElement[bool]:
    """Who may read under a delivery's marking sees it; and who handed it in can always see what became of it."""
    return or_(covers(d.marking_id, tx.scope.visible), d.received_by == tx.access.actor.account)


def to_delivery(row: AnyRow, *, duplicate: bool = False) -> Delivery:
    """Make a Delivery of its row with counts."""
    return Delivery(
        uid=UUID(bytes=bytes(row.uid)),
        receipt=row.receipt,
        source=row.source,
        filename=row.filename,
        sha256=row.sha256,
        size=row.size,
        via=Via(row.via),
        received_at=row.received_at,
        received_by=row.received_by,
        state=DeliveryState(row.state),
        reason=row.reason,
        mapping=f"{row.mapping_name}@{row.mapping_version}" if row.mapping_name else "",
        mapping_digest=row.mapping_digest,
        finished_at=row.finished_at,
        duplicate=duplicate,
        **{name: int(getattr(row, name)) for name in COUNTS},
    )
