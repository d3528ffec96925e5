"""Who could read a record on a day, and who did.

The marking is walked back to what it was, the policy, the accounts and the agreements are those of that time, and the
decision is made again: for every account, every purpose, with and without a stated need to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from tessera.errors import Invalid, NotFound
from tessera.model.access import Permission, Purpose
from tessera.model.marking import Marking
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.histories import AccountThen, accounts_at, standing_at
from tessera.store.policies import policy_at
from tessera.store.transactions import Transaction, day_of
from tessera.trust.policy import Policy
from tessera.trust.weighing import Weighing
from tessera.trust.what_if import Conditions, accesses_of, columns, row_of

r, k = tables.record.c, tables.remarking.c
d, dr = tables.disclosure.c, tables.disclosure_record.c


@dataclass(frozen=True, slots=True, kw_only=True)
class CouldRead:
    """One account that could read it: for which purposes, whether only with a stated need, and by which policies."""

    account: str
    agency: str
    purposes: tuple[Purpose, ...]
    with_need: bool
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DidRead:
    """One disclosure that showed it: when, to whom, for what purpose, and what was done."""

    at: int
    account: str
    agency: str
    purpose: str
    need_to_know: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Who could read a record at an instant, and who had read it by the end of that day."""

    uid: UUID
    at: int
    known_from: int
    known_to: int | None
    marking: Marking
    remarked: int
    """How often its marking has changed since."""
    policy_number: int
    policy_digest: str
    accounts: int
    could: tuple[CouldRead, ...]
    did: tuple[DidRead, ...]


def exposure(tx: Transaction, uid: UUID, at: int) -> Exposure:
    """Make the decisions of an instant again, for everybody who had an account then.

    For overseers: what the record says is not shown. Invalid where the record was not there yet.
    """
    tx.require(Permission.EXPOSURE_READ)
    row = tx.connection.execute(
        select(r.id, r.marking_id, r.known_from, r.known_to).where(r.uid == uid.bytes)
    ).one_or_none()
    if row is None:
        raise NotFound("no such record")
    if at > tx.at:
        raise Invalid("that day is yet to come", where="day", advice="Choose today or an earlier day.")
    if at < row.known_from:
        first = day_of(row.known_from)
        raise Invalid("the record was not here yet", where="day", advice=f"Choose {first} or a later day.")
    marking_id, remarked = _marking_then(tx, row.id, row.marking_id, at)
    marking = tx.store.markings(tx)[marking_id]
    number, policy = policy_at(tx, at)
    people = accounts_at(tx, at)
    when = Conditions(today=day_of(at), standing=standing_at(tx, at, day_of(at)))
    tx.note(Event.EXPOSURE_READ, f"record:{uid}", day=when.today, policy=number)
    return Exposure(
        uid=uid,
        at=at,
        known_from=row.known_from,
        known_to=row.known_to,
        marking=marking,
        remarked=remarked,
        policy_number=number,
        policy_digest=policy.version,
        accounts=len(people),
        could=tuple(_could(policy, marking, people, when)),
        did=tuple(_did(tx, row.id, at)),
    )


def _marking_then(tx: Transaction, key: int, now: int, at: int) -> tuple[int, int]:
    """Walk changes of the marking back: what it was is what the first later change made it from."""
    later = select(k.from_marking).where(k.record_id == key, k.at > at).order_by(k.at, k.id)
    changes = tx.connection.execute(later).scalars().all()
    return (changes[0] if changes else now), len(changes)


def _could(policy: Policy, marking: Marking, people: Sequence[AccountThen], when: Conditions) -> list[CouldRead]:
    weighing, clauses = Weighing("read", columns([marking], when.today)), policy.concerned("read")
    found = []
    for person in people:
        if person.disabled:
            continue
        rows = [(access, row_of(access, when)) for access in accesses_of(person.actor)]
        opening = [(access, row) for access, row in rows if weighing.decide(clauses, row)]
        if opening:
            names = {name for _, row in opening for name in weighing.deciding(clauses, row, 0)}
            found.append(
                CouldRead(
                    account=person.actor.account,
                    agency=person.actor.agency,
                    purposes=tuple(sorted({access.purpose for access, _ in opening})),
                    with_need=all(access.need_to_know for access, _ in opening),
                    policies=tuple(sorted(names)),
                )
            )
    return found


def _did(tx: Transaction, key: int, at: int) -> list[DidRead]:
    query = (
        select(d.at, d.account, d.agency, d.purpose, d.need_to_know, d.event)
        .join(tables.disclosure_record, dr.disclosure_id == d.id)
        .where(dr.record_id == key, d.at <= at)
        .order_by(d.at.desc(), d.id.desc())
    )
    return [
        DidRead(
            at=row.at, account=row.account, agency=row.agency, purpose=row.purpose, need_to_know=row.need_to_know,
            event=row.event,
        )
        for row in tx.connection.execute(query)
    ]  # fmt: skip
