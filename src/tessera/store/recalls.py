"""Recalls: an owner takes back what it gave. Everybody else stops seeing it at once, and who saw it is told.

The owner keeps control of its records (28 CFR 23.20(h)): only an agency that alone owns a record may recall it, and only the
same agency may give it again.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.marking import Hold, Marking
from tessera.model.notice import NoticeKind
from tessera.model.recall import Recall
from tessera.store import flags, notices, tables
from tessera.store.events import Event
from tessera.store.owners import parts, require_own_delivery, require_sole_owner
from tessera.store.remarking import remark
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

c, cr, r, d, q = (
    tables.recall.c, tables.recall_record.c, tables.record.c, tables.delivery.c, tables.quarantine.c,
)  # fmt: skip
LONGEST_REASON = 1000
MOST = 200


def recall(tx: Transaction, uids: Sequence[UUID], reason: str) -> Recall:
    """Take back these records, each with all its versions, and tell who was shown them."""
    tx.require(Permission.RECORD_RECALL)
    found = tx.connection.execute(
        select(r.thread).where(r.uid.in_([uid.bytes for uid in uids]), covers(r.marking_id, tx.scope.visible))
    ).scalars()
    threads = [bytes(thread) for thread in found]
    if not uids or len(threads) < len(set(uids)):
        raise NotFound("no such record", where=", ".join(str(uid) for uid in uids[:3]) or "record")
    keys = tx.connection.execute(select(r.id).where(r.thread.in_(threads)).order_by(r.id)).scalars()
    return _take_back(tx, list(keys), reason)


def recall_delivery(tx: Transaction, delivery: UUID, reason: str) -> Recall:
    """Take back a whole delivery: all its records, and the rows of it that became none."""
    tx.require(Permission.RECORD_RECALL)
    s = tables.source.c
    of_own = s.agency == tx.access.actor.agency
    row = tx.connection.execute(
        select(d.id)
        .join(tables.source, s.id == d.source_id)
        .where(d.uid == delivery.bytes, of_own | covers(d.marking_id, tx.scope.visible))
    ).one_or_none()
    if row is None:
        raise NotFound("no such delivery", where=str(delivery))
    require_own_delivery(tx, row.id)
    keys = tx.connection.execute(select(r.id).where(r.delivery_id == row.id).order_by(r.id)).scalars()
    done = _take_back(tx, list(keys), reason)
    _hold_rows(tx, row.id)
    return done


def _take_back(tx: Transaction, keys: list[int], reason: str) -> Recall:
    text = _reason(reason)
    require_sole_owner(tx, keys)
    fresh = [key for some in parts(keys) for key in _not_recalled(tx, some)]
    if not fresh:
        raise Conflict("there is nothing to take back", advice="It was recalled before, or it made no record.")
    remark(tx, fresh, partial(_recalled, tx.access.actor.agency), reason=text)
    uid = _enter(tx, fresh, text)
    told = notices.tell(tx, NoticeKind.RECALL, fresh, f"Its owner took it back: {text} Destroy or return every copy.")
    tx.note(Event.RECALLED, f"recall:{uid}", records=len(fresh), told=told)
    return _one(tx, uid)


def _not_recalled(tx: Transaction, keys: Sequence[int]) -> list[int]:
    known = tx.store.markings(tx)
    held = [key for key, marking in known.items() if Hold.RECALLED in marking.holds]
    chosen = select(r.id).where(r.id.in_(keys), ~covers(r.marking_id, held)).order_by(r.id)
    return list(tx.connection.execute(chosen).scalars())


def _recalled(owner: str, marking: Marking) -> Marking:
    """Hold it for its owner, who must be named for that, also where it was public and named nobody."""
    return replace(marking, holds=marking.holds | {Hold.RECALLED}, owners=marking.owners | {owner})


def _given(marking: Marking) -> Marking:
    return replace(marking, holds=marking.holds - {Hold.RECALLED})


def _hold_rows(tx: Transaction, delivery_id: int) -> None:
    """Close the delivery's other rows too: what was quarantined, and the bytes as they stand."""
    known = tx.store.markings(tx)
    found = select(q.marking_id).where(q.delivery_id == delivery_id).distinct()
    for key in list(tx.connection.execute(found).scalars()):
        held = tx.store.marking_id(tx, _recalled(tx.access.actor.agency, known[key]))
        this = (q.delivery_id == delivery_id) & (q.marking_id == key)
        tx.connection.execute(update(tables.quarantine).where(this).values(marking_id=held))
    own = tx.connection.execute(select(d.marking_id).where(d.id == delivery_id)).scalar_one()
    held = tx.store.marking_id(tx, _recalled(tx.access.actor.agency, known[own]))
    tx.connection.execute(update(tables.delivery).where(d.id == delivery_id).values(marking_id=held))


def _enter(tx: Transaction, keys: Sequence[int], reason: str) -> UUID:
    uid, actor = new_id(), tx.access.actor
    row = {
        "uid": uid.bytes, "at": tx.at, "account": actor.account, "agency": actor.agency, "reason": reason,
        "records": len(keys),
    }  # fmt: skip
    key = tx.connection.execute(insert(tables.recall).values(**row).returning(c.id)).scalar_one()
    tx.dialect.insert(tx.connection, "recall_record", ("recall_id", "record_id"), [(key, each) for each in keys])
    return uid


def lift(tx: Transaction, uid: UUID, reason: str) -> Recall:
    """Give again what a recall took back, save what another recall still holds; tell who was told of the recall."""
    tx.require(Permission.RECORD_RECALL)
    text = _reason(reason)
    row = _find(tx, uid)
    if row.agency != tx.access.actor.agency:
        raise NotAllowed(f"only {row.agency} can lift its recall", where=str(uid), advice="Ask them.")
    if row.lifted_at is not None:
        raise Conflict("this recall was lifted before", where=str(uid))
    values = {"lifted_at": tx.at, "lifted_by": tx.access.actor.account, "lift_reason": text}
    tx.connection.execute(update(tables.recall).where(c.id == row.id).values(**values))
    keys = _free(tx, row.id)
    if keys:
        remark(tx, keys, _given, reason=text)
        flags.check_release(tx, keys)
        _free_rows(tx, keys)
        notices.tell(tx, NoticeKind.RECALL, keys, f"Its owner gave it again: {text} It may be used as it is marked.")
    tx.note(Event.RECALL_LIFTED, f"recall:{uid}", records=len(keys))
    return _one(tx, uid)


def _free(tx: Transaction, recall_id: int) -> list[int]:
    """Find the records of a recall that exist and that no recall in force holds."""
    other, its = tables.recall.alias(), tables.recall_record.alias()
    still = exists(
        select(its.c.record_id)
        .join(other, other.c.id == its.c.recall_id)
        .where(its.c.record_id == r.id, other.c.lifted_at.is_(None))
    )
    chosen = select(r.id).join(tables.recall_record, cr.record_id == r.id).where(cr.recall_id == recall_id, ~still)
    return list(tx.connection.execute(chosen.order_by(r.id)).scalars())


def _free_rows(tx: Transaction, keys: Sequence[int]) -> None:
    """Open a delivery's other rows again once none of its records is recalled."""
    known = tx.store.markings(tx)
    held = [key for key, marking in known.items() if Hold.RECALLED in marking.holds]
    of: set[int] = set()
    for some in parts(keys):
        of |= set(tx.connection.execute(select(r.delivery_id).where(r.id.in_(some)).distinct()).scalars())
    for delivery_id in sorted(of):
        left = select(r.id).where(r.delivery_id == delivery_id, covers(r.marking_id, held)).limit(1)
        if tx.connection.execute(left).first() is not None:
            continue
        for table in (tables.quarantine, tables.delivery):
            column = table.c.delivery_id if table is tables.quarantine else table.c.id
            for key in held:
                free = tx.store.marking_id(tx, _given(known[key]))
                this = (column == delivery_id) & (table.c.marking_id == key)
                tx.connection.execute(update(table).where(this).values(marking_id=free))


def page(tx: Transaction, *, limit: int = MOST) -> list[Recall]:
    """List the recalls of the own agency, newest first; overseers see those of all."""
    tx.require(Permission.DISCLOSURE_READ)
    chosen = select(tables.recall).order_by(c.id.desc()).limit(limit)
    if not notices.oversees(tx):
        chosen = chosen.where(c.agency == tx.access.actor.agency)
    rows = tx.connection.execute(chosen).all()
    tx.note(Event.RECALLS_READ, recalls=len(rows))
    return [_recall(row) for row in rows]


def of_record(tx: Transaction, uid: UUID) -> list[Recall]:
    """List the recalls of a record that this access may see, newest first."""
    tx.require(Permission.RECORD_READ)
    rows = tx.connection.execute(
        select(tables.recall)
        .join(tables.recall_record, cr.recall_id == c.id)
        .join(tables.record, r.id == cr.record_id)
        .where(r.uid == uid.bytes, covers(r.marking_id, tx.scope.visible))
        .order_by(c.id.desc())
        .limit(MOST)
    ).all()
    tx.note(Event.RECALLS_READ, f"record:{uid}", recalls=len(rows))
    return [_recall(row) for row in rows]


def count_in_force(tx: Transaction) -> int:
    """Count the recalls in force of the own agency; overseers count all."""
    tx.require(Permission.DISCLOSURE_READ)
    chosen = select(func.count()).select_from(tables.recall).where(c.lifted_at.is_(None))
    if not notices.oversees(tx):
        chosen = chosen.where(c.agency == tx.access.actor.agency)
    count = int(tx.connection.execute(chosen).scalar_one())
    tx.note(Event.RECALLS_READ, in_force=count)
    return count


def _reason(text: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise Invalid("a reason is needed", where="reason", advice="Say why in a sentence that names no person.")
    if len(plain) > LONGEST_REASON:
        raise Invalid(f"a reason holds at most {LONGEST_REASON} characters", where="reason", advice="Say it shorter.")
    return plain if plain.endswith((".", "!", "?")) else plain + "."


def _find(tx: Transaction, uid: UUID) -> AnyRow:
    row = tx.connection.execute(select(tables.recall).where(c.uid == uid.bytes)).one_or_none()
    if row is None or not (row.agency == tx.access.actor.agency or notices.oversees(tx)):
        raise NotFound("no such recall", where=str(uid))
    return row


def _one(tx: Transaction, uid: UUID) -> Recall:
    return _recall(_find(tx, uid))


def _recall(row: AnyRow) -> Recall:
    return Recall(
        uid=UUID(bytes=bytes(row.uid)),
        at=row.at,
        account=row.account,
        agency=row.agency,
        reason=row.reason,
        records=row.records,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        lift_reason=row.lift_reason,
    )
