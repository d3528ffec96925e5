"""What is due, the decision to keep it, and legal holds. Each decision is a change of marking, and an event.

28 CFR 23.20(h): what is kept shows who reviewed it, when, and why.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.marking import Hold, Marking
from tessera.model.purge import Chosen, DueGroup, HeldRecords, Overdue, PurgeBy
from tessera.store import choosing, tables
from tessera.store.events import Event
from tessera.store.filed import refuse_submitted
from tessera.store.remarking import remark
from tessera.store.transactions import Transaction
from tessera.trust.retention import is_overdue, latest_day, may_keep

r, d, h, hr = tables.record.c, tables.delivery.c, tables.legal_hold.c, tables.legal_hold_record.c
MOST_GROUPS = 500
LONGEST_TEXT = 2000


def due(
    tx: Transaction, *, within_days: int = 60, source: str = "", holding: str = "", state: Overdue | None = None
) -> list[DueGroup]:
    """List what must be reviewed within so many days, and what is overdue: by delivery and day, the earliest first.

    It tells counts, never content: much of it may be read by nobody any more.
    """
    tx.require(Permission.RETENTION_REVIEW)
    horizon = (date.fromisoformat(tx.today) + timedelta(days=within_days)).isoformat()
    known = tx.store.markings(tx)
    wanted = [key for key, m in known.items() if m.review_by and m.review_by <= horizon and _is(m, state, tx.today)]
    query = (
        select(d.uid, d.filename, r.marking_id, func.count().label("records"))
        .add_columns(tables.source.c.name.label("source"), tables.source.c.holding)
        .join(tables.delivery, d.id == r.delivery_id)
        .join(tables.source, tables.source.c.id == r.source_id)
        .where(r.marking_id.in_(wanted))
        .group_by(d.uid, d.filename, r.marking_id, tables.source.c.name, tables.source.c.holding)
    )
    if source:
        query = query.where(tables.source.c.name == source)
    if holding:
        query = query.where(tables.source.c.holding == holding)
    rows = tx.connection.execute(query).all() if wanted else []
    tx.note(Event.RETENTION_LISTED, f"source:{source}" if source else "", within_days=within_days)
    return _grouped(rows, known, tx.today)


def _is(marking: Marking, state: Overdue | None, today: str) -> bool:
    return state is None or is_overdue(marking, today) == (state is Overdue.OVERDUE)


def _grouped(rows: Sequence[Any], known: dict[int, Marking], today: str) -> list[DueGroup]:
    groups: dict[tuple[str, bytes], DueGroup] = {}
    for row in rows:
        marking = known[row.marking_id]
        where = (marking.review_by, bytes(row.uid))
        before = groups.get(where)
        held = row.records if Hold.LEGAL in marking.holds else 0
        groups[where] = DueGroup(
            delivery=UUID(bytes=where[1]),
            filename=row.filename,
            source=row.source,
            holding=row.holding,
            review_by=marking.review_by,
            records=row.records + (before.records if before else 0),
            held=held + (before.held if before else 0),
            state=Overdue.OVERDUE if is_overdue(marking, today) else Overdue.DUE,
            days=(date.fromisoformat(marking.review_by) - date.fromisoformat(today)).days,
        )
    return [groups[where] for where in sorted(groups)][:MOST_GROUPS]


def keep(tx: Transaction, chosen: Chosen, *, until: str, explanation: str) -> int:
    """Keep reviewed records until a new day; return how many changed.

    Raises Conflict with the reason where a rule forbids it for one of them; then none is changed.
    """
    tx.require(Permission.RETENTION_REVIEW)
    _check_text(explanation, "explanation")
    keys = _chosen(tx, chosen)
    refuse_submitted(tx, keys, "A second trained person validates it, on the page of the submission (28 CFR 23.20(h)).")
    markings = choosing.markings_of(tx, keys)
    days = _retention_of(tx, markings.values())
    for marking in markings.values():
        decision = may_keep(marking, until, today=tx.today, retention_days=_shortest(marking, days))
        if not decision:
            raise Conflict(f"this cannot be kept until {until}: {decision.reason}", where="until")
    changed = remark(tx, keys, lambda m: replace(m, review_by=until), reason=explanation)
    subject = _subject(chosen)
    tx.connection.execute(
        insert(tables.review).values(
            subject=subject,
            records=changed,
            from_day=min(m.review_by for m in markings.values()),
            to_day=until,
            explanation=explanation,
            reviewer=tx.access.actor.account,
            at=tx.at,
        )
    )
    tx.note(Event.RETENTION_REVIEWED, subject, records=changed, until=until)
    return changed


def latest_for(tx: Transaction, chosen: Chosen) -> str:
    """Say up to which day these records may be kept; "" where no limit applies."""
    tx.require(Permission.RETENTION_REVIEW)
    markings = choosing.markings_of(tx, _chosen(tx, chosen))
    days = _retention_of(tx, markings.values())
    limits = [latest_day(m, tx.today, _shortest(m, days)) for m in markings.values()]
    tx.note(Event.RETENTION_LISTED, _subject(chosen))
    return min(filter(None, limits), default="")


def reviews(tx: Transaction, *, limit: int = 50) -> list[dict[str, Any]]:
    """List the decisions to keep, newest first: subject, records, days, explanation, reviewer, at."""
    tx.require(Permission.RETENTION_REVIEW)
    rows = tx.connection.execute(select(tables.review).order_by(tables.review.c.id.desc()).limit(limit))
    tx.note(Event.RETENTION_LISTED, "reviews")
    return [dict(row) for row in rows.mappings()]


def set_hold(tx: Transaction, chosen: Chosen, *, reference: str, reason: str) -> HeldRecords:
    """Seal records for a court or counsel. They are not purged until the hold is lifted."""
    tx.require(Permission.HOLD_MANAGE)
    _check_text(reference, "reference")
    _check_text(reason, "reason")
    keys = _chosen(tx, chosen)
    uid = new_id()
    key = tx.connection.execute(
        insert(tables.legal_hold)
        .values(uid=uid.bytes, reference=reference, reason=reason, set_by=tx.access.actor.account, set_at=tx.at)
        .returning(h.id)
    ).scalar_one()
    tx.dialect.insert(tx.connection, "legal_hold_record", ("hold_id", "record_id"), [(key, each) for each in keys])
    remark(tx, keys, lambda m: replace(m, holds=m.holds | {Hold.LEGAL}), reason=f"legal hold {reference}: {reason}")
    tx.note(Event.HOLD_SET, f"hold:{uid}", records=len(keys), chosen=_subject(chosen))
    return _hold(tx, uid)


def lift_hold(tx: Transaction, uid: UUID, *, reason: str) -> HeldRecords:
    """Lift a hold. Records under no other hold are as they were; one whose day has passed meanwhile is overdue at once."""
    tx.require(Permission.HOLD_MANAGE)
    _check_text(reason, "reason")
    found = _hold(tx, uid)
    if found.lifted_at is not None:
        raise Conflict("this hold was lifted already", where=str(uid))
    this = h.uid == uid.bytes
    values = {"lifted_by": tx.access.actor.account, "lifted_at": tx.at, "lifted_reason": reason}
    tx.connection.execute(tables.legal_hold.update().where(this).values(**values))
    still = select(hr.record_id).join(tables.legal_hold, h.id == hr.hold_id).where(h.lifted_at.is_(None))
    mine = select(hr.record_id).join(tables.legal_hold, h.id == hr.hold_id).where(this)
    keys = sorted(tx.connection.execute(mine.where(hr.record_id.not_in(still))).scalars())
    change = f"legal hold {found.reference} lifted: {reason}"
    remark(tx, keys, lambda m: replace(m, holds=m.holds - {Hold.LEGAL}), reason=change)
    tx.note(Event.HOLD_LIFTED, f"hold:{uid}", records=len(keys))
    return _hold(tx, uid)


def holds(tx: Transaction, *, limit: int = 100) -> list[HeldRecords]:
    """List legal holds, newest first."""
    tx.require(Permission.HOLD_MANAGE)
    uids = tx.connection.execute(select(h.uid).order_by(h.id.desc()).limit(limit)).scalars().all()
    tx.note(Event.RETENTION_LISTED, "holds")
    return [_hold(tx, UUID(bytes=bytes(uid))) for uid in uids]


def _hold(tx: Transaction, uid: UUID) -> HeldRecords:
    row = tx.connection.execute(select(tables.legal_hold).where(h.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such legal hold", where=str(uid), advice="List them with: tessera hold list")
    count = select(func.count()).select_from(tables.legal_hold_record).where(hr.hold_id == row.id)
    return HeldRecords(
        uid=uid,
        reference=row.reference,
        reason=row.reason,
        records=tx.connection.execute(count).scalar_one(),
        set_by=row.set_by,
        set_at=row.set_at,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
    )


def _chosen(tx: Transaction, chosen: Chosen) -> list[int]:
    if chosen.by is PurgeBy.OVERDUE:
        raise Invalid("overdue records are not chosen as a whole here", advice="Name records or a delivery.")
    keys = choosing.keys_of(tx, chosen)
    if not keys:
        raise Conflict("there are no records of it", where=_subject(chosen), advice="They may have been purged.")
    return keys


def _retention_of(tx: Transaction, markings: Any) -> dict[str, int]:  # noqa: ANN401 - any collection of markings
    names = {name for marking in markings for name in marking.holdings}
    c = tables.holding.c
    rows = tx.connection.execute(select(c.name, c.retention_days).where(c.name.in_(names)))
    return {row.name: row.retention_days for row in rows}


def _shortest(marking: Marking, days: dict[str, int]) -> int:
    return min((days[name] for name in marking.holdings if days.get(name)), default=0)


def _check_text(text: str, name: str) -> None:
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Invalid(f"the {name} must be said in 1 to {LONGEST_TEXT} characters", where=name)


def _subject(chosen: Chosen) -> str:
    if len(chosen.names) == 1 and chosen.by in {PurgeBy.DELIVERY, PurgeBy.RECORD}:
        return f"{chosen.by.value}:{chosen.names[0]}"
    return f"{chosen.by.value}s:{len(chosen.names)}"
