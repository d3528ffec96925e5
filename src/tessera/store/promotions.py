"""Promotion: a record of one holding is taken as the ground for an entry in another, by somebody, for a stated reason.

Nothing is copied and nothing moves. The original stays in its holding under its own rule, and the new entry needs its own
predicate or vetting. The act is signed by the person, and the next checkpoint signs its entry in the audit log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, or_, select

from tessera.errors import Invalid, NotFound
from tessera.ids import new_id
from tessera.model.source import HoldingSort
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.scope import covers
from tessera.store.transactions import Transaction

p, r, s, h = tables.promotion.c, tables.record.c, tables.source.c, tables.holding.c
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which record is taken as a ground, and why; `signed` says that the person put their name to it."""

    record: UUID
    reason: str
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One promotion. `from_record` may be purged since, or hidden from who reads this."""

    uid: UUID
    from_record: UUID
    from_holding: str
    to_sort: HoldingSort
    to_uid: UUID
    at: int
    account: str
    agency: str
    reason: str


def check(tx: Transaction, record: UUID, to: HoldingSort) -> str:
    """Say which holding a record is in; raise where it cannot be promoted there, or this access may not read it."""
    row = tx.connection.execute(
        select(s.holding, h.sort, r.known_to)
        .join(tables.source, s.id == r.source_id)
        .join(tables.holding, h.name == s.holding)
        .where(r.uid == record.bytes, covers(r.marking_id, tx.scope.visible))
    ).one_or_none()
    if row is None:
        raise NotFound("no such record", where=str(record))
    if row.sort == to.value:
        raise Invalid(
            f"it is in the holding {row.holding!r}, which is of this sort already",
            advice="There is nothing to promote.",
        )
    return str(row.holding)


def enter(tx: Transaction, origin: Origin, to: HoldingSort, to_uid: UUID, made: Iterable[int]) -> UUID:
    """Note a promotion, in the transaction that makes the new entry; `made` are the markings of its records.

    The caller has decided that this access may make it.
    """
    reason = " ".join(origin.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(
            f"a promotion needs a reason of 1 to {LONGEST_REASON} characters",
            where="reason of the promotion",
            advice="Say in a sentence, which names nobody, why this record is a ground for it.",
        )
    if not origin.signed:
        raise Invalid("a promotion is signed", where="signature", advice="Tick that you put your name to it.")
    holding, uid = check(tx, origin.record, to), new_id()
    from_marking = tx.connection.execute(select(r.marking_id).where(r.uid == origin.record.bytes)).scalar_one()
    tx.sign([from_marking, *made])
    actor = tx.access.actor
    row = {
        "uid": uid.bytes,
        "from_record": origin.record.bytes,
        "from_holding": holding,
        "to_sort": to.value,
        "to_uid": to_uid.bytes,
        "at": tx.at,
        "account": actor.account,
        "agency": actor.agency,
        "reason": reason,
    }
    tx.connection.execute(insert(tables.promotion).values(**row))
    tx.note(Event.PROMOTED, f"record:{origin.record}", to=to.value, entry=str(to_uid), holding=holding)
    return uid


def of_entry(tx: Transaction, uid: UUID) -> list[Promotion]:
    """List where a submission or report came from, and what was made of it. The caller has decided that it may be known."""
    rows = tx.connection.execute(select(tables.promotion).where(p.to_uid == uid.bytes).order_by(p.id))
    return [_promotion(row) for row in rows]


def of_records(tx: Transaction, uids: list[UUID]) -> list[Promotion]:
    """List what was made of these records. The caller has decided that they may be known."""
    named = [uid.bytes for uid in uids]
    rows = tx.connection.execute(select(tables.promotion).where(or_(p.from_record.in_(named))).order_by(p.id))
    return [_promotion(row) for row in rows]


def _promotion(row: tables.AnyRow) -> Promotion:
    return Promotion(
        uid=UUID(bytes=bytes(row.uid)),
        from_record=UUID(bytes=bytes(row.from_record)),
        from_holding=row.from_holding,
        to_sort=HoldingSort(row.to_sort),
        to_uid=UUID(bytes=bytes(row.to_uid)),
        at=row.at,
        account=row.account,
        agency=row.agency,
        reason=row.reason,
    )
