"""Transparency reports: drafted from the tables, reviewed by a privacy officer, published, and never changed.

Small counts are withheld when the draft is made, so no table holds what must not be shown. Periods do not overlap, and what is
counted on a day is compared with all that was published before.
"""

import json
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.transparency import Measured, Report, ReportedTable, Review
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.measures import MEASURES
from tessera.store.tables import AnyRow
from tessera.store.transactions import Store, Transaction
from tessera.trust.disclosing import from_json, may_show, to_json
from tessera.trust.redress import Clocks
from tessera.trust.small_cells import K

p, v = tables.transparency_report.c, tables.transparency_review.c
DAY = 86_400_000
REVIEW_DAYS = 90
"""CJIS AC-22: what is public is reviewed every quarter."""
LONGEST_NOTE = 1000
MOST_PUBLIC = 100


def published(store: Store) -> list[Report]:
    """Read all that is public, newest first. Whoever shows it leaves out the tables of what was taken down.

    Everybody may read it, so nobody is asked who they are, and nothing is noted.
    """
    with store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=False)
        found = _published(connection, MOST_PUBLIC)
        connection.rollback()
    return found


def _published(connection: Connection, most: int | None = None) -> list[Report]:
    chosen = select(tables.transparency_report).where(p.published_at.is_not(None)).order_by(p.id.desc()).limit(most)
    reviews: dict[int, list[Review]] = {}
    for row in connection.execute(select(tables.transparency_review).order_by(v.id)):
        review = Review(at=row.at, account=row.account, kept=row.kept, note=row.note)
        reviews.setdefault(row.report_id, []).append(review)
    return [_to_report(row, tuple(reviews.get(row.id, ()))) for row in connection.execute(chosen)]


def draft(tx: Transaction, *, clocks: Clocks, since: int | None = None, until: int | None = None, k: int = K) -> Report:
    """Compute a draft of the next report, small counts already withheld. It takes the place of an older draft.

    The period begins where the last one ended (`since`, for the first), and ends now or at `until`.
    """
    tx.require(Permission.TRANSPARENCY_PUBLISH)
    earlier = _published(tx.connection)
    start, end = _period(tx, earlier, since, until)
    shown = [_table(measure(tx, (start, end), clocks), earlier, k) for measure in MEASURES]
    tx.connection.execute(delete(tables.transparency_report).where(p.published_at.is_(None)))
    uid = new_id()
    tx.connection.execute(
        insert(tables.transparency_report).values(
            uid=uid.bytes,
            since=start,
            until=end,
            made_at=tx.at,
            made_by=tx.access.actor.account,
            content=json.dumps({"smallest": k, "tables": [to_json(table) for table in shown]}, ensure_ascii=False),
        )
    )
    tx.note(Event.TRANSPARENCY_DRAFTED, f"report:{uid}", since=start, until=end)
    return get(tx, uid)


def _table(measured: Measured, earlier: list[Report], k: int) -> ReportedTable:
    before = [table for report in earlier for table in report.tables if table.name == measured.name]
    return may_show(measured, k=k, earlier=before)


def _period(tx: Transaction, earlier: list[Report], since: int | None, until: int | None) -> tuple[int, int]:
    end = tx.at if until is None else until
    last = earlier[0].until if earlier else None
    start = last if since is None and last is not None else since if since is not None else _first_day(tx)
    if last is not None and start < last:
        raise Invalid("the period overlaps one that is published", where="since", advice="Begin where that one ended.")
    if not start < end <= tx.at:
        raise Invalid("the period ends before it begins, or in the future", where="until", advice="Choose other days.")
    return start, end


def _first_day(tx: Transaction) -> int:
    first = tx.connection.execute(select(func.min(tables.audit_entry.c.at))).scalar_one()
    return int(first) if first is not None else tx.at - REVIEW_DAYS * DAY


def get(tx: Transaction, uid: UUID) -> Report:
    """Read one report, draft or published."""
    tx.require(Permission.TRANSPARENCY_PUBLISH)
    row = tx.connection.execute(select(tables.transparency_report).where(p.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such report", where=str(uid), advice="A newer draft may have taken its place.")
    tx.note(Event.TRANSPARENCY_READ, f"report:{uid}")
    return _to_report(row)


def all_reports(tx: Transaction) -> tuple[Report | None, list[Report]]:
    """Read the draft, if there is one, and all published reports, newest first."""
    tx.require(Permission.TRANSPARENCY_PUBLISH)
    tx.note(Event.TRANSPARENCY_READ)
    row = tx.connection.execute(select(tables.transparency_report).where(p.published_at.is_(None))).one_or_none()
    return (_to_report(row) if row is not None else None), _published(tx.connection)


def publish(tx: Transaction, uid: UUID, *, note: str) -> None:
    """Publish a draft that was reviewed (CJIS AC-22); `note` says what was looked at. It never changes after that."""
    tx.require(Permission.TRANSPARENCY_PUBLISH)
    report = get(tx, uid)
    if report.published_at is not None:
        raise Conflict("the report is published already", where=str(uid))
    if any(other.until > report.since for other in _published(tx.connection)):
        raise Conflict("a report of this time was published since", where=str(uid), advice="Make a new draft.")
    values = {"published_at": tx.at, "published_by": tx.access.actor.account, "note": _said(note)}
    tx.connection.execute(update(tables.transparency_report).where(p.uid == uid.bytes).values(**values))
    tx.note(Event.TRANSPARENCY_PUBLISHED, f"report:{uid}")


def review(tx: Transaction, uid: UUID, *, kept: bool, note: str) -> None:
    """Note that a published report was looked at again, and whether it stays public. Its content never changes."""
    tx.require(Permission.TRANSPARENCY_PUBLISH)
    if get(tx, uid).published_at is None:
        raise Invalid("a draft is not public yet", where=str(uid), advice="Publish it, or make another.")
    key = select(p.id).where(p.uid == uid.bytes).scalar_subquery()
    values = {"report_id": key, "at": tx.at, "account": tx.access.actor.account, "kept": kept, "note": _said(note)}
    tx.connection.execute(insert(tables.transparency_review).values(**values))
    tx.note(Event.TRANSPARENCY_REVIEWED, f"report:{uid}", kept=kept)


def due(reports: list[Report], now: int) -> list[str]:
    """Say in sentences what is due: the next report, and the quarterly review of each that is public."""
    said = []
    newest = max((report.published_at or 0 for report in reports), default=0)
    if now - newest > REVIEW_DAYS * DAY:
        said.append("No report was published in the last quarter." if newest else "No report was ever published.")
    stale = [report for report in reports if not report.taken_down and now - last_review(report) > REVIEW_DAYS * DAY]
    if stale:
        said.append(
            f"{len(stale)} published report(s) were not reviewed for {REVIEW_DAYS} days (CJIS AC-22: quarterly)."
        )
    return said


def last_review(report: Report) -> int:
    """Say when a report was last looked at: when it was published, or reviewed since."""
    return max([report.published_at or 0, *(review.at for review in report.reviews)])


def _said(note: str) -> str:
    if not note.strip() or len(note) > LONGEST_NOTE:
        advice = f"Say in at most {LONGEST_NOTE} characters what you looked at."
        raise Invalid("the review has no note, or too long a one", where="note", advice=advice)
    return note.strip()


def _to_report(row: AnyRow, reviews: tuple[Review, ...] = ()) -> Report:
    content = json.loads(row.content)
    return Report(
        uid=UUID(bytes=bytes(row.uid)), since=row.since, until=row.until, smallest=content["smallest"],
        made_at=row.made_at, made_by=row.made_by, tables=tuple(from_json(table) for table in content["tables"]),
        published_at=row.published_at, published_by=row.published_by, note=row.note, reviews=reviews,
    )  # fmt: skip
