"""Submissions of criminal intelligence as a reader sees them: listed, shown, taken out and counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_ as or_join
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from tessera.errors import Conflict
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.model.record import RecordView
from tessera.model.source import HoldingSort
from tessera.store import entering, promotions, tables
from tessera.store.events import Event
from tessera.store.filed import NCI, PREDICATE, SUBJECT
from tessera.store.filed_reading import oversees, rules_named, views_of
from tessera.store.intelligence_found import Found, find, source_of, weigh
from tessera.store.promotions import Promotion
from tessera.store.scope import covers
from tessera.store.transactions import Transaction
from tessera.trust import intelligence as rules
from tessera.trust.intelligence import State, Submission

s, m = tables.intelligence_submission.c, tables.intelligence_member.c
r = tables.record.c
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One subject of a submission as this reader sees it; what may not be read is None or missing."""

    number: int
    subject: RecordView | None
    why: RecordView | None
    others: tuple[RecordView, ...]
    """Named only to identify the subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the list: how a submission stands, and the offences that it is about as far as they may be read."""

    uid: UUID
    state: State
    author: str
    agency: str
    made_at: int
    review_by: str
    gated: bool
    headlines: tuple[str, ...]
    marking: Marking
    """The join of the markings of what the headlines are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One submission. `parts` is empty where this access may not read its content."""

    uid: UUID
    source: str
    made_at: int
    submission: Submission
    parts: tuple[Part, ...]
    rules: tuple[tuple[str, str], ...]
    """Names of the gate's rules that hold it, each with its sentence."""
    promotions: tuple[Promotion, ...]
    marking: Marking
    """The join of the markings of what is shown."""
    hidden: bool
    """It has content that this access may not read."""


def sources(tx: Transaction) -> list[tuple[str, str]]:
    """List the sources of the own agency that take submissions: name and label."""
    tx.require(Permission.INTELLIGENCE_SUBMIT)
    found = [(row.name, row.label) for row in entering.sources_for(tx, HoldingSort.INTELLIGENCE)]
    tx.note(Event.INTELLIGENCE_READ, "sources")
    return found


def page(tx: Transaction, *, limit: int = MOST) -> list[Listed]:
    """List what this access may know of, the newest first."""
    tx.require(Permission.INTELLIGENCE_READ)
    seen = select(m.submission_id).join(tables.record, r.thread == m.thread)
    readable = s.id.in_(seen.where(covers(r.marking_id, tx.scope.visible)))
    known: list[ColumnElement[bool]] = [s.author == tx.access.actor.account, readable]
    if oversees(tx):
        known.append(s.agency == tx.access.actor.agency)
    rows = tx.connection.execute(
        select(tables.intelligence_submission).where(or_(*known)).order_by(s.id.desc()).limit(limit)
    ).all()
    found = [weigh(tx, row) for row in rows]
    views = views_of(tx, [key for each in found for key in each.keys])
    tx.note(Event.INTELLIGENCE_READ, submissions=len(found))
    return [_listed(each, views, tx.today) for each in found]


def _listed(found: Found, views: Mapping[UUID, RecordView], today: str) -> Listed:
    now = rules.on_day(found.submission, today)
    named = [
        views[uid]
        for member in found.members
        if member.role == SUBJECT
        and (row := found.records.get(bytes(member.thread)))
        and (uid := UUID(bytes=bytes(row.uid))) in views
    ]
    return Listed(
        uid=found.uid,
        state=now.state,
        author=now.author,
        agency=now.agency,
        made_at=found.row.made_at,
        review_by=now.review_by,
        gated=now.gated,
        headlines=tuple(view.headline for view in named),
        marking=reduce(or_join, (view.marking for view in named), Marking()),
    )


def get(tx: Transaction, uid: UUID) -> Filed:
    """Read one submission as far as this access may."""
    tx.require(Permission.INTELLIGENCE_READ)
    found = find(tx, uid)
    views = views_of(tx, found.keys)
    marking = Marking()
    for view in views.values():
        marking |= view.marking
    shown = bool(views) or not found.records
    now = rules.on_day(found.submission, tx.today)
    tx.note(Event.INTELLIGENCE_READ, f"intelligence:{uid}", records=len(views))
    return Filed(
        uid=uid,
        source=source_of(tx, found),
        made_at=found.row.made_at,
        submission=now if shown else _without_words(now),
        parts=_parts(found, views),
        rules=rules_named(tx, found.open_flags),
        promotions=tuple(promotions.of_entry(tx, uid)),
        marking=marking,
        hidden=len(views) < len(found.records),
    )


def export(tx: Transaction, uid: UUID) -> tuple[Filed, str]:
    """Read one submission to be taken out as a file; return it with the number of the export, which the disclosure bears."""
    tx.require(Permission.RECORD_EXPORT)
    tx.exporting = str(new_id())
    filed = get(tx, uid)
    if not filed.parts:
        raise Conflict("there is nothing of it that you may take out", where=f"intelligence:{uid}")
    tx.note(Event.RECORDS_EXPORTED, f"export:{tx.exporting}", details={"intelligence": str(uid)}, format="text")
    return filed, tx.exporting


def _without_words(submission: Submission) -> Submission:
    steps = tuple(replace(step, note="") for step in submission.steps)
    return replace(submission, predicates=(), labels=None, collection=None, steps=steps)


def _parts(found: Found, views: Mapping[UUID, RecordView]) -> tuple[Part, ...]:
    by_role: dict[tuple[int, str], list[RecordView]] = {}
    for member in found.members:
        row = found.records.get(bytes(member.thread))
        if row is not None and (uid := UUID(bytes=bytes(row.uid))) in views:
            by_role.setdefault((member.number, member.role), []).append(views[uid])
    numbers = sorted({number for number, _ in by_role})
    return tuple(
        Part(
            number=number,
            subject=next(iter(by_role.get((number, SUBJECT), ())), None),
            why=next(iter(by_role.get((number, PREDICATE), ())), None),
            others=tuple(by_role.get((number, NCI), ())),
        )
        for number in numbers
    )


def count_waiting(tx: Transaction, *, soon: str) -> dict[str, int]:
    """Count drafts, and what is to be validated by a day, of the own agency or, for overseers, of all: counts only."""
    tx.require(Permission.INTELLIGENCE_READ)
    own: list[ColumnElement[Any]] = [] if oversees(tx) else [s.agency == tx.access.actor.agency]
    n = func.count()
    drafts = select(n).where(s.state == State.DRAFT.value, s.review_by >= tx.today, *own)
    due = select(n).where(s.state == State.ACTIVE.value, s.review_by >= tx.today, s.review_by <= soon, *own)
    late = select(n).where(
        s.state.in_((State.ACTIVE.value, State.DRAFT.value, State.SUSPENDED.value)), s.review_by < tx.today, *own
    )
    found = {
        name: int(tx.connection.execute(q).scalar_one())
        for name, q in (("drafts", drafts), ("due", due), ("late", late))
    }
    tx.note(Event.INTELLIGENCE_READ, "counts", **found)
    return found
