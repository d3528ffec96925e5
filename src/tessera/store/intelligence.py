"""Submissions of criminal intelligence: entered as drafts, approved by a second person, validated, corrected, sealed, purged.

The rules are `trust.intelligence`; here they meet the records. Who reads a submission is decided by its marking and by nothing
else: a draft, a held text, an overdue period and a legal hold are each a change of marking, so every page, search, count, map and
export follows at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy import insert, or_, select, update

from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.entry import Entry, KeptBytes
from tessera.model.flag import FlagState, Ground
from tessera.model.marking import Hold, Marking, Regime
from tessera.model.notice import NoticeKind
from tessera.model.purge import Chosen, PurgeBy
from tessera.model.source import HoldingSort
from tessera.store import corrections, entering, flags, notices, parties, promotions, purging, retention, tables
from tessera.store.events import Event
from tessera.store.filed import NCI, SUBJECT
from tessera.store.filed_reading import flags_on, person_of
from tessera.store.intelligence_found import Found, find, require_readable, source_of, weigh
from tessera.store.intelligence_shape import Draft, collection_of, predicates_of, to_entry
from tessera.store.intelligence_views import sources
from tessera.store.promotions import Origin
from tessera.store.remarking import remark
from tessera.store.transactions import Transaction
from tessera.trust import intelligence as rules
from tessera.trust.intelligence import Person, State, Step, Submission
from tessera.trust.offences import Offences

s, m = tables.intelligence_submission.c, tables.intelligence_member.c
r, k = tables.record.c, tables.link.c
Traces = tuple[bytes, ...] | None


def check_draft(tx: Transaction, draft: Draft, offences: Offences) -> Entry:
    """Make the entry of a draft without entering it; raise where it cannot be begun. What is only incomplete passes."""
    tx.require(Permission.INTELLIGENCE_SUBMIT)
    if draft.source not in {name for name, _ in sources(tx)}:
        raise Invalid(
            f"{tx.access.actor.agency} has no source {draft.source!r} for submissions",
            where="source",
            advice="A data steward registers one, without a mapping, in a holding of the sort intelligence.",
        )
    who = person_of(tx.access)
    rules.submit(_begun(draft, who, tx.today), who, tx.today)
    return to_entry(tx.dictionary, draft, offences, new_id(), who, tx.today)[0]


def submit(
    tx: Transaction, draft: Draft, kept: Callable[[Entry], KeptBytes], offences: Offences, origin: Origin | None = None
) -> UUID:
    """Enter a draft; return its identifier. `kept` keeps the bytes of the entry and says where.

    It may be incomplete: then it cannot be approved. With an `origin` it is promoted from a record of another holding.
    """
    check_draft(tx, draft, offences)
    who, uid = person_of(tx.access), new_id()
    begun = rules.submit(_begun(draft, who, tx.today), who, tx.today)
    entry, members = to_entry(tx.dictionary, draft, offences, uid, who, tx.today)
    source_id, _, source = parties.read_source(tx, draft.source)
    threads = entering.enter(tx, entry, kept(entry), draft.source, _draft_markings(source.marking, begun.review_by))
    key = tx.connection.execute(
        insert(tables.intelligence_submission)
        .values(
            uid=uid.bytes,
            source_id=source_id,
            author=who.account,
            agency=who.agency,
            state=begun.state.value,
            made_at=tx.at,
            period_from=begun.period_from,
            review_by=begun.review_by,
        )
        .returning(s.id)
    ).scalar_one()
    _enter_members(tx, key, members, threads)
    _enter_steps(tx, key, begun.steps, 0)
    _hold_together(tx, list(threads.values()))
    if origin is not None:
        made = entering.payloads(tx, list(threads.values())).values()
        promotions.enter(tx, origin, HoldingSort.INTELLIGENCE, uid, [row.marking_id for row in made])
    tx.note(Event.INTELLIGENCE_SUBMITTED, f"intelligence:{uid}", subjects=len(draft.subjects), records=len(members))
    return uid


def _begun(draft: Draft, who: Person, today: str) -> Submission:
    return Submission(
        state=State.DRAFT,
        author=who.account,
        agency=who.agency,
        predicates=predicates_of(draft, who, today),
        labels=draft.labels,
        collection=collection_of(draft, who),
    )


def _draft_markings(base: Marking, review_by: str) -> tuple[Marking, Marking]:
    """Mark a draft: for its own agency alone, and there only for those whom the rule about submissions lets in."""
    own = replace(
        base | Marking(regimes=frozenset({Regime.CFR23}), holds=frozenset({Hold.SUBMISSION}), review_by=review_by),
        releasable_to=frozenset(),
    )
    return own, replace(own, regimes=own.regimes | {Regime.NCI})


def _approved(base: Marking, until: str, marking: Marking) -> Marking:
    return replace(marking, holds=marking.holds - {Hold.SUBMISSION}, releasable_to=base.releasable_to, review_by=until)


def _until(day: str, marking: Marking) -> Marking:
    return replace(marking, review_by=day)


def _hold_together(tx: Transaction, threads: Sequence[bytes]) -> None:
    """A submission is read as one: where one of its texts is held, all of it is."""
    keys = sorted(row.id for row in entering.payloads(tx, threads).values())
    if any(row.state == FlagState.OPEN.value for row in flags_on(tx, keys)):
        flags.hold_together(tx, keys)


def _enter_members(
    tx: Transaction, key: int, members: Sequence[tuple[str, int, str]], threads: Mapping[str, bytes]
) -> None:
    rows = [
        {"submission_id": key, "thread": threads[name], "number": number, "role": role}
        for name, number, role in members
    ]
    tx.connection.execute(insert(tables.intelligence_member), rows)


def _enter_steps(tx: Transaction, key: int, steps: Sequence[Step], known: int) -> None:
    rows = [
        {
            "submission_id": key, "number": number, "deed": step.deed.value, "by": step.by, "on": step.on, "note": step.note,
            "at": tx.at,
        }
        for number, step in enumerate(steps[known:], start=known + 1)
    ]  # fmt: skip
    if rows:
        tx.connection.execute(insert(tables.intelligence_step), rows)


def _put(tx: Transaction, found: Found, after: Submission, **details: object) -> None:
    """Write what the rules made of it, and note it."""
    values = {
        "state": (after.held_from or after.state).value if after.state is State.LEGAL_HOLD else after.state.value,
        "entered_on": after.entered_on,
        "period_from": after.period_from,
        "review_by": after.review_by,
        "reviewed_by": after.reviewed_by,
    }
    tx.connection.execute(update(tables.intelligence_submission).where(s.id == found.row.id).values(**values))
    _enter_steps(tx, found.row.id, after.steps, len(found.submission.steps))
    tx.note(
        Event.INTELLIGENCE_CHANGED, f"intelligence:{found.uid}", deed=after.steps[-1].deed.value, state=after.state.value,
        **details,
    )  # fmt: skip


def _mark(tx: Transaction, found: Found, change: Callable[[Marking], Marking], reason: str) -> None:
    """Mark all versions of all its things anew, their links, and the deliveries they came with."""
    threads = [bytes(member.thread) for member in found.members]
    keys = list(tx.connection.execute(select(r.id).where(r.thread.in_(threads)).order_by(r.id)).scalars())
    remark(tx, keys, change, reason=reason)
    known = tx.store.markings(tx)
    ours = or_(k.from_thread.in_(threads), k.to_thread.in_(threads))
    for key in list(tx.connection.execute(select(k.marking_id).where(ours).distinct()).scalars()):
        fresh = tx.store.marking_id(tx, change(known[key]))
        tx.connection.execute(update(tables.link).where(ours, k.marking_id == key).values(marking_id=fresh))
    d = tables.delivery.c
    of = select(r.delivery_id).where(r.id.in_(keys))
    for key in list(tx.connection.execute(select(d.marking_id).where(d.id.in_(of)).distinct()).scalars()):
        fresh = tx.store.marking_id(tx, change(known[key]))
        tx.connection.execute(update(tables.delivery).where(d.id.in_(of), d.marking_id == key).values(marking_id=fresh))


def approve(tx: Transaction, uid: UUID, *, until: str, offences: Offences) -> None:
    """Make a draft criminal intelligence until a day. Its texts pass the gate once more, because more people may read it."""
    tx.require(Permission.INTELLIGENCE_REVIEW)
    found = find(tx, uid)
    require_readable(tx, found)
    after = rules.approve(found.submission, person_of(tx.access), tx.today, until=until, offences=offences)
    tx.sign(row.marking_id for row in found.records.values())
    _, _, source = parties.read_source(tx, source_of(tx, found))
    _mark(
        tx, found, partial(_approved, source.marking, until), "A second trained person approved it (28 CFR 23.20(c))."
    )
    if flags.check_release(tx, found.keys):
        flags.hold_together(tx, found.keys)
    _put(tx, found, after, until=until)


def send_back(tx: Transaction, uid: UUID, *, reason: str) -> None:
    """Give a draft back to its author."""
    tx.require(Permission.INTELLIGENCE_REVIEW)
    found = find(tx, uid)
    require_readable(tx, found)
    _put(tx, found, rules.send_back(found.submission, person_of(tx.access), tx.today, reason=reason))


def rewrite(
    tx: Transaction, uid: UUID, draft: Draft, kept: Callable[[Entry], KeptBytes], offences: Offences
) -> tuple[UUID, Traces] | None:
    """Put another text into one's own draft; what it replaces is purged. Its days do not begin anew."""
    tx.require(Permission.INTELLIGENCE_SUBMIT)
    found, who = find(tx, uid), person_of(tx.access)
    if draft.source != source_of(tx, found):
        raise Invalid("a submission stays with its source", where="source", advice="Withdraw it and make another.")
    rules.rewrite(found.submission, who, tx.today, predicates=predicates_of(draft, who, tx.today), gated=False)
    entry, members = to_entry(tx.dictionary, draft, offences, new_id(), who, tx.today)
    _, _, source = parties.read_source(tx, draft.source)
    markings = _draft_markings(source.marking, found.row.review_by)
    threads = entering.enter(tx, entry, kept(entry), draft.source, markings)
    _hold_together(tx, list(threads.values()))
    old = _all_keys(tx, found)
    tx.connection.execute(tables.intelligence_member.delete().where(m.submission_id == found.row.id))
    _enter_members(tx, found.row.id, members, threads)
    begun = None
    if old:
        begun = purging.begin_withdrawn(
            tx, old, reason="Its author wrote the draft anew.", reference=f"submission {uid}"
        )
    now = weigh(tx, found.row)
    after = rules.rewrite(
        found.submission, who, tx.today, predicates=now.submission.predicates, gated=now.submission.gated
    )
    _put(tx, found, after, held=now.submission.gated)
    return begun


def withdraw(tx: Transaction, uid: UUID, *, reason: str) -> tuple[UUID, Traces] | None:
    """Take one's own draft back. Its content is purged at once; that there was one stays."""
    tx.require(Permission.INTELLIGENCE_SUBMIT)
    found = find(tx, uid)
    after = rules.withdraw(found.submission, person_of(tx.access), tx.today, reason=reason)
    keys = _all_keys(tx, found)
    _put(tx, found, after)
    return (
        purging.begin_withdrawn(tx, keys, reason="Its author withdrew it.", reference=f"submission {uid}")
        if keys
        else None
    )


def _all_keys(tx: Transaction, found: Found) -> list[int]:
    threads = [bytes(member.thread) for member in found.members]
    return list(tx.connection.execute(select(r.id).where(r.thread.in_(threads)).order_by(r.id)).scalars())


def clear(tx: Transaction, uid: UUID, *, rationale: str) -> None:
    """Find, as privacy officer, that what is protected in a draft relates directly to criminal conduct."""
    tx.require(Permission.FLAG_DECIDE)
    found = find(tx, uid)
    require_readable(tx, found)
    after = rules.clear(found.submission, person_of(tx.access), tx.today, rationale=rationale)
    tx.sign(row.marking_id for row in found.records.values())
    for flag in found.open_flags:
        if flag.state == FlagState.OPEN.value:
            flags.let_go(tx, UUID(bytes=bytes(flag.uid)), Ground.CRIMINAL_NEXUS, rationale)
    if any(flag.state != FlagState.OPEN.value for flag in found.open_flags):
        raise Conflict(
            "a flag on it was decided otherwise",
            where="flags",
            advice="Its purge is proposed, or its author released it.",
        )
    flags.let_go_together(tx, found.keys)
    _put(tx, found, after)


def validate(tx: Transaction, uid: UUID, *, until: str, explanation: str, basis: str) -> None:
    """Find, before its day, that the subject is still reasonably suspected; a new period begins."""
    tx.require(Permission.INTELLIGENCE_REVIEW)
    found = find(tx, uid)
    who = person_of(tx.access)
    after = rules.validate(found.submission, who, tx.today, until=until, explanation=explanation, basis=basis)
    require_readable(tx, found)
    tx.sign(row.marking_id for row in found.records.values())
    _mark(tx, found, partial(_until, until), "It was validated before its day (28 CFR 23.20(h)).")
    tx.connection.execute(
        insert(tables.review).values(
            subject=f"intelligence:{uid}",
            records=len(found.records),
            from_day=found.submission.review_by,
            to_day=until,
            explanation="It was validated; the explanation stands with the submission.",
            reviewer=who.account,
            at=tx.at,
        )
    )
    _put(tx, found, after, until=until)


def correct(tx: Transaction, uid: UUID, record: UUID, values: Mapping[str, str], *, reason: str) -> UUID:
    """Put identifiers of a subject right, and tell whoever was shown them; return the new version's identifier.

    The day to review it by stays: editing is no review (28 CFR 23.20(h)).
    """
    tx.require(Permission.INTELLIGENCE_SUBMIT)
    found = find(tx, uid)
    after = rules.correct(found.submission, person_of(tx.access), tx.today, reason=reason)
    require_readable(tx, found)
    naming = {bytes(member.thread) for member in found.members if member.role in {SUBJECT, NCI}}
    if record.bytes not in {bytes(row.uid) for thread, row in found.records.items() if thread in naming}:
        raise NotFound("no such subject", where=str(record), advice="Choose one of this submission.")
    fresh = corrections.put_right(tx, record, values, reason)
    _put(tx, found, after)
    return fresh


def hold(tx: Transaction, uid: UUID, *, reference: str, reason: str) -> None:
    """Seal it for a court or counsel. Its days run on meanwhile."""
    tx.require(Permission.HOLD_MANAGE)
    found = find(tx, uid)
    after = rules.hold(rules.on_day(found.submission, tx.today), tx.access.actor.account, tx.today)
    names = tuple(str(UUID(bytes=bytes(row.uid))) for row in found.records.values())
    retention.set_hold(tx, Chosen(by=PurgeBy.RECORD, names=names), reference=reference, reason=reason)
    _put(tx, found, replace(after, held_from=State(found.row.state)))


def release(tx: Transaction, uid: UUID, *, reason: str) -> None:
    """Lift the legal holds on it; what became overdue meanwhile is closed at once."""
    tx.require(Permission.HOLD_MANAGE)
    found = find(tx, uid)
    after = rules.release(found.submission, tx.access.actor.account, tx.today)
    h, hr = tables.legal_hold.c, tables.legal_hold_record.c
    holding = select(h.uid).join(tables.legal_hold_record, hr.hold_id == h.id)
    holding = holding.where(hr.record_id.in_(found.keys), h.lifted_at.is_(None)).distinct()
    for each in list(tx.connection.execute(holding).scalars()):
        retention.lift_hold(tx, UUID(bytes=bytes(each)), reason=reason)
    _put(tx, found, replace(after, state=State(found.row.state)))


def tell_overdue(tx: Transaction) -> int:
    """Tell whoever was shown intelligence that its day has passed, once; return how many submissions that concerns."""
    tx.require(Permission.RETENTION_REVIEW)
    told = 0
    late = select(tables.intelligence_submission).where(s.state == State.ACTIVE.value, s.review_by < tx.today)
    for row in tx.connection.execute(late).all():
        tx.connection.execute(
            update(tables.intelligence_submission).where(s.id == row.id).values(state=State.SUSPENDED.value)
        )
        found = weigh(tx, row)
        text = "The day to review it by has passed (28 CFR 23.20(h)). Destroy every copy, or ask its owner."
        notices.tell(tx, NoticeKind.EXPIRY, found.keys, text)
        told += 1
    tx.note(Event.INTELLIGENCE_READ, "overdue", submissions=told)
    return told
