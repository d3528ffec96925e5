"""Notices: who was shown a record is told what became of it, and says what was done with copies.

28 CFR 23.20(h): recipients of what proves misleading, obsolete or unreliable are advised of the changes.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, insert, literal, select, update

from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.notice import Deed, Notice, NoticeKind, Receipt
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

n, nr, to = tables.notice.c, tables.notice_record.c, tables.notice_recipient.c
d, dr, r = tables.disclosure.c, tables.disclosure_record.c, tables.record.c
AT_ONCE = 10_000
DAY = 24 * 3600 * 1000
MOST_NAMED = 50
"""How many records a notice names; an export of more is recognised by its disclosure."""
MOST = 200
LONGEST_NOTE = 1000


def tell(tx: Transaction, kind: NoticeKind, record_keys: Sequence[int], text: str) -> int:
    """Tell every account that was shown one of these records, save who tells; return how many are told.

    The caller has decided that this access may do what is told of. Call it while the records still exist. `text` names no
    person and repeats nothing of what the records say.
    """
    if not text.strip():
        raise Invalid("a notice needs a sentence", where="text", advice="Say what happened and what is to be done.")
    key = _enter(tx, kind, text.strip())
    for start in range(0, len(record_keys), AT_ONCE):
        _name_records(tx, key, record_keys[start : start + AT_ONCE])
    told = _address(tx, key)
    if told:
        tx.note(Event.NOTICES_SENT, f"notice:{_uid_of(tx, key)}", kind=kind.value, recipients=told)
    else:
        _withdraw(tx, key)
    return told


def _enter(tx: Transaction, kind: NoticeKind, text: str) -> int:
    actor = tx.access.actor
    row = {
        "uid": new_id().bytes, "kind": kind.value, "at": tx.at, "account": actor.account, "agency": actor.agency,
        "text": text,
    }  # fmt: skip
    return int(tx.connection.execute(insert(tables.notice).values(**row).returning(n.id)).scalar_one())


def _name_records(tx: Transaction, key: int, keys: Sequence[int]) -> None:
    """Keep which of these records anybody was ever shown."""
    shown = exists(select(dr.disclosure_id).where(dr.record_id == r.id))
    chosen = select(literal(key), r.id, r.uid).where(r.id.in_(keys), shown)
    columns = ["notice_id", "record_id", "record_uid"]
    tx.connection.execute(insert(tables.notice_record).from_select(columns, chosen))


def _address(tx: Transaction, key: int) -> int:
    """Address the notice to whoever was shown one of its records; return how many that are."""
    chosen = (
        select(literal(key), d.account, func.max(d.agency))
        .select_from(tables.notice_record)
        .join(tables.disclosure_record, dr.record_id == nr.record_id)
        .join(tables.disclosure, d.id == dr.disclosure_id)
        .where(nr.notice_id == key, d.account != tx.access.actor.account)
        .group_by(d.account)
    )
    tx.connection.execute(insert(tables.notice_recipient).from_select(["notice_id", "account", "agency"], chosen))
    counted = select(func.count()).select_from(tables.notice_recipient).where(to.notice_id == key)
    return int(tx.connection.execute(counted).scalar_one())


def _withdraw(tx: Transaction, key: int) -> None:
    tx.connection.execute(tables.notice_record.delete().where(nr.notice_id == key))
    tx.connection.execute(tables.notice.delete().where(n.id == key))


def _uid_of(tx: Transaction, key: int) -> UUID:
    return UUID(bytes=bytes(tx.connection.execute(select(n.uid).where(n.id == key)).scalar_one()))


def count_open(tx: Transaction) -> int:
    """Count the notices that this account has not acknowledged."""
    tx.require(Permission.NOTICE_READ)
    found = tx.connection.execute(select(func.count()).select_from(tables.notice_recipient).where(*_open(tx)))
    count = int(found.scalar_one())
    tx.note(Event.NOTICES_READ, open=count)
    return count


def _open(tx: Transaction) -> list[ColumnElement[bool]]:
    return [to.account == tx.access.actor.account, to.acknowledged_at.is_(None)]


def of_reader(tx: Transaction, *, limit: int = MOST) -> list[Notice]:
    """List this account's notices: those not acknowledged first, then the newest."""
    tx.require(Permission.NOTICE_READ)
    rows = tx.connection.execute(
        _addressed()
        .where(to.account == tx.access.actor.account)
        .order_by(to.acknowledged_at.is_not(None), n.id.desc())
        .limit(limit)
    ).all()
    tx.note(Event.NOTICES_READ, notices=len(rows))
    return [_notice(tx, row) for row in rows]


def _addressed() -> Select[tuple[object, ...]]:
    return select(
        n.id, n.uid, n.kind, n.at, n.agency.label("teller"), n.text, to.account, to.agency, to.acknowledged_at, to.deed,
        to.note,
    ).join(tables.notice_recipient, to.notice_id == n.id)  # fmt: skip


def _notice(tx: Transaction, row: AnyRow) -> Notice:
    about = (
        select(nr.record_uid)
        .where(
            nr.notice_id == row.id,
            exists(
                select(dr.record_id)
                .join(tables.disclosure, d.id == dr.disclosure_id)
                .where(dr.record_id == nr.record_id, d.account == row.account)
            ),
        )
        .order_by(nr.record_id)
    )
    named = tx.connection.execute(about.limit(MOST_NAMED)).scalars()
    uids = tuple(UUID(bytes=bytes(uid)) for uid in named)
    count = len(uids)
    if count == MOST_NAMED:
        count = tx.connection.execute(select(func.count()).select_from(about.subquery())).scalar_one()
    return Notice(
        uid=UUID(bytes=bytes(row.uid)),
        kind=NoticeKind(row.kind),
        at=row.at,
        teller=row.teller,
        text=row.text,
        records=uids,
        count=count,
        acknowledged_at=row.acknowledged_at,
        deed=Deed(row.deed) if row.deed else None,
        note=row.note,
    )


def acknowledge(tx: Transaction, uid: UUID, deed: Deed, *, note: str = "") -> None:
    """Say that a notice was read, and what was done with copies."""
    tx.require(Permission.NOTICE_READ)
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"a note holds at most {LONGEST_NOTE} characters", where="note", advice="Say it shorter.")
    key = tx.connection.execute(
        select(to.notice_id)
        .join(tables.notice, n.id == to.notice_id)
        .where(n.uid == uid.bytes, to.account == tx.access.actor.account)
    ).scalar_one_or_none()
    if key is None:
        raise NotFound("no such notice", where=str(uid))
    this = (to.notice_id == key, *_open(tx))
    values = {"acknowledged_at": tx.at, "deed": deed.value, "note": note.strip()}
    if not tx.connection.execute(update(tables.notice_recipient).where(*this).values(**values)).rowcount:
        raise Conflict("this notice was acknowledged before", where=str(uid), advice="Nothing more is to be done.")
    tx.note(Event.NOTICES_ACKNOWLEDGED, f"notice:{uid}", deed=deed.value)


def receipts(tx: Transaction, *, days: int, overdue_only: bool = False, limit: int = MOST) -> list[Receipt]:
    """List how the recipients of the own agency's notices answered; who oversees disclosures sees those of all agencies.

    `days` is how long a recipient has to acknowledge. Unanswered ones come first, the oldest of them on top.
    """
    tx.require(Permission.DISCLOSURE_READ)
    chosen = _addressed().order_by(to.acknowledged_at.is_not(None), n.id, to.account).limit(limit)
    if not oversees(tx):
        chosen = chosen.where(n.agency == tx.access.actor.agency)
    late = tx.at - days * DAY
    if overdue_only:
        chosen = chosen.where(to.acknowledged_at.is_(None), n.at < late)
    rows = tx.connection.execute(chosen).all()
    tx.note(Event.NOTICES_READ, receipts=len(rows))
    return [_receipt(row, late) for row in rows]


def oversees(tx: Transaction) -> bool:
    """Claim that this access sees disclosures of every agency, not of its own only."""
    return bool(tx.store.policy.may(tx.access, Permission.EXPOSURE_READ, today=tx.today))


def _receipt(row: AnyRow, late: int) -> Receipt:
    return Receipt(
        notice=UUID(bytes=bytes(row.uid)),
        kind=NoticeKind(row.kind),
        at=row.at,
        text=row.text,
        account=row.account,
        agency=row.agency,
        acknowledged_at=row.acknowledged_at,
        deed=Deed(row.deed) if row.deed else None,
        note=row.note,
        overdue=row.acknowledged_at is None and row.at < late,
    )
