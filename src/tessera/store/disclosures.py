"""The dissemination record: to whom records were shown, by record, owner, recipient, export and day (28 CFR 23.20(g)).

Overseers see the disclosures of all agencies, as keys and counts, never content; everybody else those of the records that
their own agency gave. A disclosure counts here when it leaves the agency that gave the record.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from tessera.errors import Invalid, NotFound
from tessera.model.access import Permission
from tessera.model.disclosure import Disclosure, DisclosureQuery
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.notices import oversees
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

d, dr, do = tables.disclosure.c, tables.disclosure_record.c, tables.disclosure_owner.c
r, s = tables.record.c, tables.source.c
MOST = 1000
DAY_MS = 86_400_000


def page(tx: Transaction, query: DisclosureQuery) -> list[Disclosure]:
    """List disclosures, newest first."""
    tx.require(Permission.DISCLOSURE_READ)
    if not 1 <= query.limit <= MOST:
        raise Invalid(f"a page holds 1 to {MOST} disclosures, not {query.limit}", where="limit")
    chosen = _chosen(tx, query).order_by(d.id.desc(), do.owner).limit(query.limit)
    rows = tx.connection.execute(chosen).all()
    tx.note(Event.DISCLOSURES_READ, f"record:{query.record}" if query.record else "", disclosures=len(rows))
    return [_disclosure(row) for row in rows]


def by_recipient(tx: Transaction, query: DisclosureQuery) -> list[tuple[str, str, int, int]]:
    """Count by receiving agency and purpose: (agency, purpose, disclosures, records shown), the most first."""
    tx.require(Permission.DISCLOSURE_READ)
    c = _chosen(tx, query).subquery().c
    shown = func.sum(c.shown).label("shown")
    grouped = select(c.agency, c.purpose, func.count(func.distinct(c.id)), shown).group_by(c.agency, c.purpose)
    rows = tx.connection.execute(grouped.order_by(shown.desc(), c.agency).limit(MOST)).all()
    tx.note(Event.DISCLOSURES_READ, recipients=len(rows))
    return [(agency, purpose, times, int(count)) for agency, purpose, times, count in rows]


def by_day(tx: Transaction, query: DisclosureQuery) -> list[tuple[int, int]]:
    """Count records shown by UTC day: (milliseconds of its midnight, records), in order."""
    tx.require(Permission.DISCLOSURE_READ)
    c = _chosen(tx, query).subquery().c
    day = (c.at // DAY_MS).label("day")
    grouped = select(day, func.sum(c.shown)).group_by(day).order_by(day.desc()).limit(MOST)
    rows = tx.connection.execute(grouped).all()
    tx.note(Event.DISCLOSURES_READ, days=len(rows))
    return [(int(at) * DAY_MS, int(count)) for at, count in reversed(rows)]


def records_of(tx: Transaction, number: int, *, limit: int = MOST) -> list[UUID]:
    """Name the records that one disclosure showed; who does not oversee gets those of the own agency."""
    tx.require(Permission.DISCLOSURE_READ)
    chosen = (
        select(r.uid)
        .select_from(tables.disclosure_record)
        .join(tables.record, r.id == dr.record_id)
        .join(tables.source, s.id == r.source_id)
        .where(dr.disclosure_id == number)
        .order_by(r.id)
        .limit(limit)
    )
    if not oversees(tx):
        chosen = chosen.where(s.agency == tx.access.actor.agency)
    found = [UUID(bytes=bytes(uid)) for uid in tx.connection.execute(chosen).scalars()]
    if not found:
        raise NotFound("no such disclosure", where=str(number))
    tx.note(Event.DISCLOSURES_READ, f"disclosure:{number}", records=len(found))
    return found


def outside(tx: Transaction, keys: Sequence[int], agency: str) -> dict[int, list[tuple[str, str, int]]]:
    """Tell who outside this agency was shown each of these records: (agency, purpose, last time), the latest first."""
    last = func.max(d.at).label("last")
    rows = tx.connection.execute(
        select(dr.record_id, d.agency, d.purpose, last)
        .join(tables.disclosure, d.id == dr.disclosure_id)
        .where(dr.record_id.in_(keys), d.agency != agency)
        .group_by(dr.record_id, d.agency, d.purpose)
        .order_by(last.desc())
    )
    found: dict[int, list[tuple[str, str, int]]] = {}
    for key, recipient, purpose, at in rows:
        found.setdefault(key, []).append((recipient, purpose, at))
    return found


def _chosen(tx: Transaction, query: DisclosureQuery) -> Select[Any]:
    columns = (
        d.id, d.at, d.account, d.agency, d.purpose, d.need_to_know, d.event, d.export, do.owner, do.records.label("shown"),
    )  # fmt: skip
    owner = query.owner if oversees(tx) else tx.access.actor.agency
    joined = tables.disclosure_owner.join(tables.disclosure, d.id == do.disclosure_id)
    return select(*columns).select_from(joined).where(*_wanted(tx, query, owner))


def _wanted(tx: Transaction, query: DisclosureQuery, owner: str) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if owner:
        wanted.append(do.owner == owner)
    if not query.within:
        wanted.append(d.agency != do.owner)
    wanted += [
        column == value
        for column, value in ((d.agency, query.recipient), (d.account, query.account), (d.export, query.export))
        if value
    ]
    if query.since is not None:
        wanted.append(d.at >= query.since)
    if query.until is not None:
        wanted.append(d.at < query.until)
    if query.before is not None:
        wanted.append(d.id < query.before)
    if query.record is not None:
        wanted += _of_record(tx, query.record, owner)
    return wanted


def _of_record(tx: Transaction, uid: UUID, owner: str) -> list[ColumnElement[bool]]:
    """Keep what showed any version of this record, and of each disclosure the line of the agency that gave it."""
    versions = tables.record.alias("version")
    this = select(r.thread, s.agency).join(tables.source, s.id == r.source_id).where(r.uid == uid.bytes)
    row: AnyRow = tx.connection.execute(this).one_or_none()
    if row is None or (owner and row.agency != owner):
        raise NotFound("no such record", where=str(uid))
    keys = select(versions.c.id).where(versions.c.thread == row.thread)
    return [d.id.in_(select(dr.disclosure_id).where(dr.record_id.in_(keys))), do.owner == row.agency]


def _disclosure(row: AnyRow) -> Disclosure:
    return Disclosure(
        number=row.id,
        at=row.at,
        account=row.account,
        agency=row.agency,
        purpose=row.purpose,
        need_to_know=row.need_to_know,
        event=row.event,
        owner=row.owner,
        records=row.shown,
        export=row.export,
    )
