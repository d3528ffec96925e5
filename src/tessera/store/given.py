"""A partner's view: every delivery and record that the own agency gave, its state, and who else was shown it.

Deliveries come first, the newest on top; a delivery's records follow by row, through an index, so that neither slows down as
more is given. Nothing here opens what a policy closes: what is sealed for its owner too is not listed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select, tuple_

from tessera.errors import Invalid, NotFound
from tessera.model.access import Permission
from tessera.model.delivery import Delivery
from tessera.model.given import Given, Reading
from tessera.model.marking import Hold, Marking
from tessera.model.source import FORMS_ONLY
from tessera.store import deliveries, disclosures, tables
from tessera.store.events import Event
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views

r, d, s, k, c = tables.record.c, tables.delivery.c, tables.source.c, tables.link.c, tables.correction.c
h = tables.holding.c
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenQuery:
    """Which deliveries to list. Instants are milliseconds UTC; `since` is inclusive, `until` exclusive."""

    source: str = ""
    since: int | None = None
    until: int | None = None
    limit: int = 25
    after: UUID | None = None


def sources(tx: Transaction) -> list[tuple[str, str]]:
    """Name the sources of the own agency: (name, label)."""
    tx.require(Permission.DELIVERY_READ)
    chosen = select(s.name, s.label).where(s.agency == tx.access.actor.agency).order_by(s.label)
    found = [(row.name, row.label) for row in tx.connection.execute(chosen)]
    tx.note(Event.GIVEN_READ, sources=len(found))
    return found


def given_deliveries(tx: Transaction, query: GivenQuery) -> list[Delivery]:
    """List what the own agency delivered, newest first."""
    tx.require(Permission.DELIVERY_READ)
    if not 1 <= query.limit <= MOST:
        raise Invalid(f"a page holds 1 to {MOST} deliveries, not {query.limit}", where="limit")
    chosen = select(d.uid).join(tables.source, s.id == d.source_id).where(*_own(tx))
    if query.source:
        chosen = chosen.where(s.name == query.source)
    if query.since is not None:
        chosen = chosen.where(d.received_at >= query.since)
    if query.until is not None:
        chosen = chosen.where(d.received_at < query.until)
    if query.after is not None:
        chosen = chosen.where(d.id < select(d.id).where(d.uid == query.after.bytes).scalar_subquery())
    uids = tx.connection.execute(chosen.order_by(d.id.desc()).limit(query.limit)).scalars()
    found = deliveries.some(tx, [UUID(bytes=bytes(uid)) for uid in uids])
    tx.note(Event.GIVEN_READ, f"source:{query.source}" if query.source else "", deliveries=len(found))
    return found


def of_delivery(
    tx: Transaction, uid: UUID, *, limit: int = 25, after: tuple[int, int] = (-1, 0)
) -> list[tuple[tuple[int, int], Given]]:
    """List the records of one delivery by row, each with its place (row, key); `after` is the place to go on behind."""
    tx.require(Permission.RECORD_READ)
    _require_own(tx, uid)
    key = deliveries.key_of(tx, uid)
    chosen = (
        select(*VIEW_COLUMNS)
        .where(r.delivery_id == key, tuple_(r.row, r.id) > after, covers(r.marking_id, tx.scope.visible))
        .order_by(r.row, r.id)
        .limit(min(limit, MOST))
    )
    rows = list(tx.connection.execute(chosen))
    tx.note(Event.GIVEN_READ, f"delivery:{uid}", records=len(rows))
    return [((row.row, row.id), one) for row, one in zip(rows, _given(tx, rows), strict=True)]


def one(tx: Transaction, uid: UUID) -> Given:
    """Look at one record of the own agency, and who else was shown it."""
    tx.require(Permission.RECORD_READ)
    row = tx.connection.execute(
        select(*VIEW_COLUMNS)
        .join(tables.source, s.id == r.source_id)
        .where(r.uid == uid.bytes, s.agency == tx.access.actor.agency, covers(r.marking_id, tx.scope.visible))
    ).one_or_none()
    if row is None:
        raise NotFound("no such record", where=str(uid))
    tx.note(Event.GIVEN_READ, f"record:{uid}")
    return _given(tx, [row])[0]


def _require_own(tx: Transaction, uid: UUID) -> None:
    own = select(d.id).join(tables.source, s.id == d.source_id)
    mine = own.where(d.uid == uid.bytes, *_own(tx))
    if tx.connection.execute(mine).first() is None:
        raise NotFound("no such delivery", where=str(uid))


def _own(tx: Transaction) -> tuple[ColumnElement[bool], ...]:
    """Deliveries of the own agency. One that was entered as a form holds one thing alone: it is known with what it holds."""
    alone = select(h.name).where(h.sort.in_(sorted(FORMS_ONLY)))
    shown = exists().where(r.delivery_id == d.id, covers(r.marking_id, tx.scope.visible))
    return s.agency == tx.access.actor.agency, or_(s.holding.not_in(alone), s.mapping != "", shown)


def _given(tx: Transaction, rows: Sequence[AnyRow]) -> list[Given]:
    views = to_views(tx, rows)
    keys, threads = [row.id for row in rows], {bytes(row.thread) for row in rows}
    readings = disclosures.outside(tx, keys, tx.access.actor.agency)
    links, corrected = _links(tx, threads), _corrections(tx, threads)
    return [
        Given(
            record=view,
            state=state_of(view.marking, tx.today, replaced=view.known_to is not None),
            readings=tuple(Reading(agency=a, purpose=p, last=at) for a, p, at in readings.get(row.id, [])),
            links=links[bytes(row.thread)],
            corrections=corrected[bytes(row.thread)],
        )
        for row, view in zip(rows, views, strict=True)
    ]


def state_of(marking: Marking, today: str, *, replaced: bool = False) -> str:
    """Say in a word how a record stands for its owner.

    >>> state_of(Marking(holds=frozenset({Hold.RECALLED})), "2026-01-01")
    'recalled'
    """
    if Hold.RECALLED in marking.holds:
        return "recalled"
    if marking.holds:
        return "held"
    if marking.review_by and marking.review_by < today:
        return "overdue"
    return "replaced" if replaced else "in use"


def _links(tx: Transaction, threads: set[bytes]) -> Counter[bytes]:
    """Count links whose both ends and whose own marking who looks may see."""
    far, visible = tables.record.alias("far"), tx.scope.visible
    found: Counter[bytes] = Counter()
    for here, there in ((k.from_thread, k.to_thread), (k.to_thread, k.from_thread)):
        chosen = (
            select(here, func.count(func.distinct(k.id)))
            .join(far, far.c.thread == there)
            .where(here.in_(threads), covers(k.marking_id, visible), covers(far.c.marking_id, visible))
            .where(far.c.known_to.is_(None))
            .group_by(here)
        )
        for thread, count in tx.connection.execute(chosen):
            found[bytes(thread)] += count
    return found


def _corrections(tx: Transaction, threads: set[bytes]) -> Counter[bytes]:
    chosen = select(c.thread, func.count()).where(c.thread.in_(threads)).group_by(c.thread)
    return Counter({bytes(thread): count for thread, count in tx.connection.execute(chosen)})
