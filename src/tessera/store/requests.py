"""Requests to owners: both sides see the question and the answer, and only the owner sees what it meets.

What is released is released to the agency that asked, by changing the records' marking; what the receiver then reads is in the
dissemination record like every other read. A request may be sent to any agency, so that sending one tells nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, or_, select, update

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.model.record import RecordView, SearchQuery
from tessera.model.request import Request, RequestState
from tessera.store import flags, tables
from tessera.store.events import Event
from tessera.store.owners import require_sole_owner
from tessera.store.questions import hits
from tessera.store.remarking import remark
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views

q, r, s = tables.request.c, tables.record.c, tables.source.c
LONGEST = 1000
PER_DAY = 30
"""How many requests one account may send within a day."""
DAY_MS = 86_400_000
MOST = 200
MOST_MET = 50


def create(tx: Transaction, *, owner: str, question: str, why: str, call_back: str) -> Request:
    """Ask an agency for what it may hold."""
    tx.require(Permission.REQUEST_CREATE)
    need = tx.access.need_to_know.strip()
    if not need:
        raise Invalid(
            "a request needs a stated need to know",
            where="need_to_know",
            advice="Name the case, request or event under your purpose, at the head of the page.",
        )
    g = tables.agency.c
    if tx.connection.execute(select(g.name).where(g.name == owner)).first() is None or owner == tx.access.actor.agency:
        raise Invalid("there is no such other agency to ask", where="owner", advice="Choose one of the list.")
    _check_rate(tx)
    uid, actor = new_id(), tx.access.actor
    row = {
        "uid": uid.bytes, "at": tx.at, "account": actor.account, "agency": actor.agency, "owner": owner,
        "question": _text(question, "question"), "why": _text(why, "why"), "need_to_know": need,
        "call_back": _text(call_back, "call_back"), "purpose": tx.access.purpose.value, "state": RequestState.OPEN.value,
    }  # fmt: skip
    tx.connection.execute(insert(tables.request).values(**row))
    tx.note(Event.REQUEST_CREATED, f"request:{uid}", owner=owner)
    return _request(_find(tx, uid))


def _check_rate(tx: Transaction) -> None:
    recent = (q.account == tx.access.actor.account) & (q.at > tx.at - DAY_MS)
    sent = tx.connection.execute(select(func.count()).select_from(tables.request).where(recent)).scalar_one()
    if sent >= PER_DAY:
        raise NotAllowed(f"you have sent {PER_DAY} requests within a day", where="request", advice="Go on tomorrow.")


def _text(text: str, where: str) -> str:
    plain = text.strip()
    if not plain:
        raise Invalid(f"{where.replace('_', ' ')} is empty", where=where, advice="Fill it in.")
    if len(plain) > LONGEST:
        raise Invalid(f"at most {LONGEST} characters", where=where, advice="Say it shorter.")
    return plain


def page(tx: Transaction, *, limit: int = MOST) -> list[Request]:
    """List the requests that the own agency sent or got: open ones first, then the newest."""
    _require_either(tx)
    chosen = _mine(tx).order_by(q.state != RequestState.OPEN.value, q.id.desc()).limit(limit)
    rows = tx.connection.execute(chosen).all()
    tx.note(Event.REQUEST_READ, requests=len(rows))
    return [_request(row) for row in rows]


def get(tx: Transaction, uid: UUID) -> Request:
    """Look at one request of the own agency, sent or got."""
    _require_either(tx)
    row = _find(tx, uid)
    tx.note(Event.REQUEST_READ, f"request:{uid}")
    return _request(row)


def meets(tx: Transaction, uid: UUID) -> list[RecordView]:
    """Show the owner which records of its own the question meets, as far as who looks may read them."""
    row = _to_decide(tx, uid)
    views = _met(tx, row)
    tx.note(Event.REQUEST_READ, f"request:{uid}", meets=len(views))
    return views


def _met(tx: Transaction, row: AnyRow) -> list[RecordView]:
    own = tx.connection.execute(select(s.name).where(s.agency == row.owner)).scalars()
    query = SearchQuery(text=row.question, sources=tuple(own))
    try:
        chosen = hits(tx, query, VIEW_COLUMNS, limit=MOST_MET) if query.sources else None
    except Invalid:  # a question in words that no index can be asked; the owner reads it all the same
        return []
    return to_views(tx, list(tx.connection.execute(chosen))) if chosen is not None else []


def release(tx: Transaction, uid: UUID, records: Sequence[UUID], answer: str) -> Request:
    """Release these records of the own agency to the agency that asked, and say so."""
    row = _to_decide(tx, uid)
    _require_open(row)
    keys = _keys(tx, records)
    require_sole_owner(tx, keys)
    _require_lists(tx, keys)
    if flags.check_release(tx, keys):
        raise NotAllowed(
            "a record among them speaks of protected activity and states no crime (28 CFR 23.20(b))",
            where="records",
            advice="Release the others; a privacy officer decides on this one.",
        )
    released = remark(tx, keys, partial(_released_to, row.agency), reason=f"Released to {row.agency} on its request.")
    return _answer(tx, row, RequestState.RELEASED, answer, released=released)


def _keys(tx: Transaction, records: Sequence[UUID]) -> list[int]:
    chosen = select(r.id).where(
        r.uid.in_([uid.bytes for uid in records]), r.known_to.is_(None), covers(r.marking_id, tx.scope.visible)
    )
    keys = list(tx.connection.execute(chosen).scalars())
    if not keys or len(keys) < len(set(records)):
        raise Invalid("choose at least one record to release", where="records", advice="Or answer without releasing.")
    return keys


def _require_lists(tx: Transaction, keys: Sequence[int]) -> None:
    """A marking without a release list is for the whole community: a list would close it, and another rule hides it."""
    known = tx.store.markings(tx)
    found = tx.connection.execute(select(r.marking_id).where(r.id.in_(keys)).distinct()).scalars()
    if any(known[key].releasable_to is None for key in found):
        raise Invalid(
            "a record among them is released to every partner already; what closes it to this one is another rule",
            where="records",
            advice="Answer with a contact, and settle what they lack: training, clearance or purpose.",
        )


def _released_to(agency: str, marking: Marking) -> Marking:
    return replace(marking, releasable_to=(marking.releasable_to or frozenset()) | {agency})


def answer(tx: Transaction, uid: UUID, state: RequestState, text: str) -> Request:
    """Answer without releasing: with a contact, or with no. Neither says whether there is such a record."""
    if state not in {RequestState.CONTACT, RequestState.REFUSED}:
        raise Invalid(f"'answer' cannot be {state.value!r} here", where="answer", advice="Choose contact or refused.")
    row = _to_decide(tx, uid)
    _require_open(row)
    return _answer(tx, row, state, text, released=0)


def _answer(tx: Transaction, row: AnyRow, state: RequestState, text: str, *, released: int) -> Request:
    values = {
        "state": state.value, "answered_at": tx.at, "answered_by": tx.access.actor.account, "released": released,
        "answer": _text(text, "answer"),
    }  # fmt: skip
    tx.connection.execute(update(tables.request).where(q.id == row.id).values(**values))
    uid = UUID(bytes=bytes(row.uid))
    tx.note(Event.REQUEST_ANSWERED, f"request:{uid}", answer=state.value, released=released)
    return _request(_find(tx, uid))


def _to_decide(tx: Transaction, uid: UUID) -> AnyRow:
    tx.require(Permission.REQUEST_DECIDE)
    row = _find(tx, uid)
    if row.owner != tx.access.actor.agency:
        raise NotAllowed(f"only {row.owner} answers this request", where=str(uid), advice="Wait for the answer.")
    return row


def _require_open(row: AnyRow) -> None:
    if row.state != RequestState.OPEN.value:
        raise Conflict("this request has been answered", where=str(UUID(bytes=bytes(row.uid))))


def _require_either(tx: Transaction) -> None:
    if not tx.store.policy.may(tx.access, Permission.REQUEST_CREATE, today=tx.today):
        tx.require(Permission.REQUEST_DECIDE)


def _mine(tx: Transaction) -> Select[Any]:
    own = tx.access.actor.agency
    return select(tables.request).where(or_(q.owner == own, q.agency == own))


def _find(tx: Transaction, uid: UUID) -> AnyRow:
    row = tx.connection.execute(_mine(tx).where(q.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such request", where=str(uid))
    return row


def _request(row: AnyRow) -> Request:
    return Request(
        uid=UUID(bytes=bytes(row.uid)),
        at=row.at,
        account=row.account,
        agency=row.agency,
        owner=row.owner,
        question=row.question,
        why=row.why,
        need_to_know=row.need_to_know,
        call_back=row.call_back,
        purpose=row.purpose,
        state=RequestState(row.state),
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        answer=row.answer,
    )
