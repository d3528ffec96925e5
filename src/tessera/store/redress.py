"""Requests for redress as the public makes them, and as privacy officers read and decide them.

What a person wrote about themselves is in a table of its own, which only `redress:decide` reads and which is emptied some days
after the request is closed. The audit log names requests by identifier, never a person.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from tessera.errors import Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Access, Actor, Permission, Purpose
from tessera.model.notice import NoticeKind
from tessera.model.redress import Asking, Disputed, Receipt, Step
from tessera.store import notices, records, tables
from tessera.store.events import Event
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction, day_of
from tessera.store.views import VIEW_COLUMNS, to_views
from tessera.trust import redress as rules
from tessera.trust.credentials import digest_secret, same_secret
from tessera.trust.letters import new_code
from tessera.trust.redress import Clocks, Closing, Days, Due, Outcome, Refusal, Remedy, Ruling, Stage

VISITOR = Access(actor=Actor(account="visitor", agency=""), purpose=Purpose.OVERSIGHT)
"""Somebody from outside who asks for redress. Has no role, so policy gives them nothing."""
q, p, qr, qs = tables.redress.c, tables.redress_person.c, tables.redress_record.c, tables.redress_step.c
r, d, c = tables.record.c, tables.delivery.c, tables.correction.c
MOST = {"name": 200, "reach": 400, "statement": 4000, "record_named": 200, "agency_named": 200}
"""Characters in what a person may write."""
NEEDED = ("name", "reach", "statement")
MOST_WAITING = 500
"""Requests that may wait for an acknowledgement, so that nobody can fill the store through the open form."""
MOST_LISTED = 500
LONGEST_NOTE = 1000
LONGEST_EXPLANATION = 4000
NO_SUCH = "no request has this number and secret"
TOLD = (
    "A record that you were shown was disputed by the person it is about, and the center has granted the request: {done}. "
    "Look at the record again, and correct or destroy your copies."
)
_NOBODY = digest_secret("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the person may see of their request: how far it is and until when, never what was found."""

    stage: Stage
    received_at: int
    closed_at: int | None
    due: Due | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as the privacy officer sees it."""

    uid: UUID
    reference: str
    stage: Stage
    received_at: int
    decided_at: int | None
    decided_by: str
    appealed_at: int | None
    closed_at: int | None
    closing: str
    ruling: Ruling | None
    due: Due | None
    asking: Asking | None = None
    """Empty in lists, and once what the person wrote was deleted."""
    disputed: tuple[Disputed, ...] = ()
    steps: tuple[Step, ...] = field(default=())


def receive(tx: Transaction, asking: Asking) -> Receipt:
    """Take in a request from anybody; give the number and the secret with which its state can be looked up."""
    _check_asking(asking)
    waiting = select(q.id).where(q.state == Stage.RECEIVED.value).limit(MOST_WAITING)
    if len(tx.connection.execute(waiting).all()) >= MOST_WAITING:
        raise Invalid(
            "the form takes no more requests just now", advice="Write to the center; a letter counts just the same."
        )
    uid, receipt = new_id(), Receipt(reference=f"CR-{new_code(2)}", secret=new_code(5))
    values = {
        "uid": uid.bytes, "reference": receipt.reference, "secret_digest": digest_secret(_plain(receipt.secret)),
        "state": Stage.RECEIVED.value, "received_at": tx.at,
    }  # fmt: skip
    key = int(tx.connection.execute(insert(tables.redress).values(**values).returning(q.id)).scalar_one())
    written = {name: getattr(asking, name).strip() for name in MOST}
    tx.connection.execute(insert(tables.redress_person).values(redress_id=key, **written))
    _step(tx, key, Stage.RECEIVED.value, "")
    tx.note(Event.REDRESS_RECEIVED, f"redress:{uid}")
    return receipt


def _check_asking(asking: Asking) -> None:
    for name, most in MOST.items():
        text = getattr(asking, name).strip()
        if name in NEEDED and not text:
            raise Invalid(f"{name!r} is empty", where=name, advice="Fill it in.")
        lines = text.splitlines() if name in {"statement", "reach"} else [text]
        if len(text) > most or not all(line.replace("\t", " ").isprintable() for line in lines):
            raise Invalid(f"{name!r} must be plain text of at most {most} characters", where=name, advice="Shorten it.")


def status(tx: Transaction, reference: str, secret: str, clocks: Clocks) -> Status:
    """Say how far a request is to who has its number and secret. Every wrong pair gets the same answer."""
    tx.note(Event.REDRESS_STATUS_READ)
    row = tx.connection.execute(select(tables.redress).where(q.reference == _reference(reference))).one_or_none()
    known = bytes(row.secret_digest) if row is not None else _NOBODY
    # the digest is compared even where there is no such number, so that both take the same time
    right = same_secret(known, _plain(secret)) and row is not None and not hmac.compare_digest(known, _NOBODY)
    if row is None or not right:
        raise NotFound(NO_SUCH, advice="Copy both from what the form gave you. Nobody can look them up for you.")
    return Status(
        stage=Stage(row.state), received_at=row.received_at, closed_at=row.closed_at,
        due=rules.due(Stage(row.state), _days(row), tx.today, clocks),
    )  # fmt: skip


def _plain(secret: str) -> str:
    return "".join(letter for letter in secret.upper() if letter.isalnum())


def _reference(text: str) -> str:
    plain = _plain(text)[2:]
    return f"CR-{plain[:5]}-{plain[5:]}"


def waiting(tx: Transaction, clocks: Clocks, *, closed: bool = False) -> list[Request]:
    """List requests for those who decide: what is overdue first, then by the day that is next. `closed` adds the others."""
    tx.require(Permission.REDRESS_DECIDE)
    chosen = select(tables.redress).order_by(q.id.desc()).limit(MOST_LISTED)
    if not closed:
        chosen = chosen.where(q.state != Stage.CLOSED.value)
    found = [_to_request(tx, row, clocks) for row in tx.connection.execute(chosen)]
    tx.note(Event.REDRESS_READ, requests=len(found))
    return sorted(found, key=lambda one: (one.closed_at is not None, one.due.day if one.due else "9999"))


def get(tx: Transaction, uid: UUID, clocks: Clocks) -> Request:
    """Read one request with what the person wrote, what it disputes and what was done."""
    tx.require(Permission.REDRESS_DECIDE)
    row = _row(tx, uid)
    tx.note(Event.REDRESS_READ, f"redress:{uid}")
    person = tx.connection.execute(select(tables.redress_person).where(p.redress_id == row.id)).one_or_none()
    steps = tx.connection.execute(select(tables.redress_step).where(qs.redress_id == row.id).order_by(qs.id))
    asking = Asking(**{name: getattr(person, name) for name in MOST}) if person is not None else None
    return _to_request(
        tx, row, clocks, asking=asking, disputed=_disputed(tx, row.id),
        steps=tuple(Step(at=s.at, account=s.account, step=s.step, note=s.note) for s in steps),
    )  # fmt: skip


def advance(tx: Transaction, uid: UUID, then: Stage, *, note: str = "") -> None:
    """Take the next step: acknowledged, identified, open or appealed. Deciding and closing are steps of their own."""
    tx.require(Permission.REDRESS_DECIDE)
    if then in {Stage.DECIDED, Stage.CLOSED}:
        raise Invalid(f"{then} needs a reason", where="state", advice="Decide or close the request instead.")
    row = _row(tx, uid)
    rules.check_step(Stage(row.state), then, appealed=row.appealed_at is not None)
    _move(tx, row, then, note=note, **{_AT[then]: tx.at})


_AT = {
    Stage.ACKNOWLEDGED: "acknowledged_at",
    Stage.IDENTIFIED: "identified_at",
    Stage.OPEN: "opened_at",
    Stage.APPEALED: "appealed_at",
}


def decide(tx: Transaction, uid: UUID, ruling: Ruling) -> int:
    """Decide a request, or its appeal. Where it is granted, tell whoever was shown the records; return how many are told."""
    tx.require(Permission.REDRESS_DECIDE)
    row = _row(tx, uid)
    now, decider = Stage(row.state), tx.access.actor.account
    rules.check_step(now, Stage.DECIDED)
    rules.check_ruling(now, ruling)
    keys = _open_keys(tx, row.id)
    if ruling.remedies and not keys:
        raise Invalid(
            "no record is linked to the request", where="remedies", advice="Link what is to be put right first."
        )
    first = row.decided_by if now is Stage.APPEALED else ""
    allowed = rules.may_decide(decider, entered_by=_entered_by(tx, keys), first_decided_by=first)
    if not allowed:
        raise Invalid(allowed.reason, where="decider", advice="Ask another privacy officer.")
    _move(
        tx, row, Stage.DECIDED, decided_at=tx.at, decided_by=decider, first_decided_by=row.first_decided_by or decider,
        outcome=ruling.outcome.value, remedies=",".join(sorted(ruling.remedies)),
        refusal=ruling.refusal.value if ruling.refusal else "",
        explanation=_short(ruling.explanation, LONGEST_EXPLANATION, "explanation"),
    )  # fmt: skip
    if not ruling.remedies:
        return 0
    done = ", ".join(sorted(ruling.remedies))
    return notices.tell(tx, NoticeKind.REDRESS, keys, TOLD.format(done=done))


def close(tx: Transaction, uid: UUID, closing: Closing) -> None:
    """Close a request; what it disputed is disputed no longer."""
    tx.require(Permission.REDRESS_DECIDE)
    row = _row(tx, uid)
    rules.check_closing(Stage(row.state), closing)
    tx.connection.execute(
        update(tables.redress_record).where(qr.redress_id == row.id, qr.lifted_at.is_(None)).values(lifted_at=tx.at)
    )
    _move(tx, row, Stage.CLOSED, note=closing.value, closed_at=tx.at, closing=closing.value)


def link(tx: Transaction, uid: UUID, record: UUID) -> None:
    """Flag a record as disputed by this request. A record that is hidden from the officer is as if it were not there."""
    tx.require(Permission.REDRESS_DECIDE)
    row = _row(tx, uid)
    if Stage(row.state) is Stage.CLOSED:
        raise Invalid("the request is closed", where="record", advice="What is new is a new request.")
    records.get(tx, record)
    found = tx.connection.execute(select(r.id, r.thread).where(r.uid == record.bytes)).one()
    this = (qr.redress_id == row.id) & (qr.record_id == found.id)
    again = tx.connection.execute(update(tables.redress_record).where(this).values(lifted_at=None)).rowcount
    if not again:
        values = {"record_uid": record.bytes, "thread": found.thread, "at": tx.at, "account": tx.access.actor.account}
        tx.connection.execute(insert(tables.redress_record).values(redress_id=row.id, record_id=found.id, **values))
    tx.note(Event.REDRESS_LINKED, f"redress:{uid}", record=str(record))


def unlink(tx: Transaction, uid: UUID, record: UUID) -> None:
    """Take a record out of a request again; it was linked by mistake."""
    tx.require(Permission.REDRESS_DECIDE)
    row = _row(tx, uid)
    this = (qr.redress_id == row.id) & (qr.record_uid == record.bytes) & qr.lifted_at.is_(None)
    if not tx.connection.execute(update(tables.redress_record).where(this).values(lifted_at=tx.at)).rowcount:
        raise NotFound("this record is not linked to the request", where=str(record))
    tx.note(Event.REDRESS_LINKED, f"redress:{uid}", record=str(record), lifted=True)


def forget(tx: Transaction, clocks: Clocks) -> int:
    """Delete what the persons of requests that were closed long enough ago wrote; return of how many requests.

    The rule runs by itself, so no permission is asked.
    """
    last = rules.add_days(tx.today, -clocks.contact_days)
    closed = tx.connection.execute(
        select(q.id, q.closed_at).join(tables.redress_person, p.redress_id == q.id).where(q.closed_at.is_not(None))
    )
    keys = [row.id for row in closed if day_of(row.closed_at) < last]
    if keys:
        tx.connection.execute(delete(tables.redress_person).where(p.redress_id.in_(keys)))
    tx.note(Event.REDRESS_FORGOTTEN, requests=len(keys))
    return len(keys)


def _move(tx: Transaction, row: AnyRow, then: Stage, *, note: str = "", **values: object) -> None:
    tx.connection.execute(update(tables.redress).where(q.id == row.id).values(state=then.value, **values))
    _step(tx, row.id, then.value, _short(note, LONGEST_NOTE, "note"))
    details = {"outcome": values["outcome"]} if "outcome" in values else {}
    tx.note(Event.REDRESS_CHANGED, f"redress:{UUID(bytes=bytes(row.uid))}", state=then.value, **details)


def _step(tx: Transaction, key: int, step: str, note: str) -> None:
    values = {"redress_id": key, "at": tx.at, "account": tx.access.actor.account, "step": step, "note": note}
    tx.connection.execute(insert(tables.redress_step).values(**values))


def _short(text: str, most: int, name: str) -> str:
    if len(text) > most:
        raise Invalid(f"{name!r} is longer than {most} characters", where=name, advice="Shorten it.")
    return text.strip()


def _row(tx: Transaction, uid: UUID) -> AnyRow:
    row = tx.connection.execute(select(tables.redress).where(q.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such request", where=str(uid))
    return row


def _open_keys(tx: Transaction, key: int) -> list[int]:
    linked = select(qr.record_id).where(qr.redress_id == key, qr.lifted_at.is_(None)).order_by(qr.record_id)
    return list(tx.connection.execute(linked).scalars())


def _entered_by(tx: Transaction, keys: Iterable[int]) -> frozenset[str]:
    """Name who delivered these records, and who corrected them since, as far as it is known."""
    wanted = sorted(keys)
    delivered = select(d.received_by).join(tables.record, r.delivery_id == d.id).where(r.id.in_(wanted))
    corrected = select(c.account).where(c.record_id.in_(wanted))
    return frozenset(name for chosen in (delivered, corrected) for name in tx.connection.execute(chosen).scalars())


def _disputed(tx: Transaction, key: int) -> tuple[Disputed, ...]:
    linked = tx.connection.execute(select(tables.redress_record).where(qr.redress_id == key).order_by(qr.at)).all()
    chosen = select(*VIEW_COLUMNS).where(
        r.id.in_([row.record_id for row in linked]), covers(r.marking_id, tx.scope.visible)
    )
    views = {view.uid: view for view in to_views(tx, tx.connection.execute(chosen).all())}
    return tuple(
        Disputed(uid=uid, view=views.get(uid), at=row.at, account=row.account, lifted_at=row.lifted_at)
        for row in linked
        for uid in [UUID(bytes=bytes(row.record_uid))]
    )


def _days(row: AnyRow) -> Days:
    return Days(received=day_of(row.received_at), appealed=day_of(row.appealed_at) if row.appealed_at else "")


def _to_request(
    tx: Transaction, row: AnyRow, clocks: Clocks, *, asking: Asking | None = None,
    disputed: tuple[Disputed, ...] = (), steps: tuple[Step, ...] = (),
) -> Request:  # fmt: skip
    return Request(
        uid=UUID(bytes=bytes(row.uid)), reference=row.reference, stage=Stage(row.state), received_at=row.received_at,
        decided_at=row.decided_at, decided_by=row.decided_by, appealed_at=row.appealed_at, closed_at=row.closed_at,
        closing=row.closing, ruling=_ruling(row), due=rules.due(Stage(row.state), _days(row), tx.today, clocks),
        asking=asking, disputed=disputed, steps=steps,
    )  # fmt: skip


def _ruling(row: AnyRow) -> Ruling | None:
    if not row.outcome:
        return None
    return Ruling(
        outcome=Outcome(row.outcome),
        explanation=row.explanation,
        remedies=frozenset(Remedy(name) for name in row.remedies.split(",") if name),
        refusal=Refusal(row.refusal) if row.refusal else None,
    )
