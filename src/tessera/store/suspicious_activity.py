"""Reports of suspicious activity: entered, vetted in two parts by different people, checked, shared, taken back.

The rules are `trust.suspicious_activity`; here they meet the records. What names people is a record of its own: it is not shown
while the nexus is being weighed, and it goes along only where the privacy check says that it must (the detailed form).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy import insert, select, update

from tessera.errors import Conflict, Invalid, NotAllowed
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.entry import Entry, KeptBytes
from tessera.model.flag import FlagState, Ground
from tessera.model.marking import Hold, Marking
from tessera.model.notice import NoticeKind
from tessera.model.source import HoldingSort
from tessera.store import corrections, entering, flags, notices, parties, promotions, tables
from tessera.store.events import Event
from tessera.store.filed import OBSERVED, PERSON
from tessera.store.filed_reading import flags_on, person_of
from tessera.store.promotions import Origin
from tessera.store.remarking import remark
from tessera.store.suspicious_activity_found import Found, find
from tessera.store.suspicious_activity_shape import KIND, Observation, to_entry
from tessera.store.suspicious_activity_views import sources
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust import suspicious_activity as rules
from tessera.trust.retention import review_day
from tessera.trust.suspicious_activity import Feedback, Finding, Report, State, Step

c = tables.activity_report.c
r = tables.record.c
POTENTIAL = "potential nexus"


def receive(
    tx: Transaction, given: Observation, kept: Callable[[Entry], KeptBytes], origin: Origin | None = None
) -> UUID:
    """Enter a report; return its identifier. With an `origin` it is promoted from a record of another holding."""
    if given.source not in {name for name, _ in sources(tx)}:
        raise Invalid(
            f"{tx.access.actor.agency} has no source {given.source!r} for reports of suspicious activity",
            where="source",
            advice="A data steward registers one, without a mapping, in a holding of that sort.",
        )
    uid, who = new_id(), person_of(tx.access)
    entry = to_entry(tx.dictionary, given, uid, tx.today, agency=who.agency)
    _, _, source = parties.read_source(tx, given.source)
    h = tables.holding.c
    days = tx.connection.execute(select(h.retention_days).where(h.name == source.holding)).scalar_one()
    marking = source.marking | Marking(review_by=review_day(tx.today, days))
    threads = entering.enter(tx, entry, kept(entry), given.source, (marking,))
    found = entering.payloads(tx, list(threads.values()))
    keys = sorted(row.id for row in found.values())
    gated = bool(flags_on(tx, keys))
    if gated:
        flags.hold_together(tx, keys)
    begun = rules.receive(who, tx.today, gated=gated)
    values = {
        "uid": uid.bytes,
        "author": who.account,
        "agency": who.agency,
        "state": begun.state.value,
        "made_at": tx.at,
    }
    source_id = parties.read_source(tx, given.source)[0]
    added = insert(tables.activity_report).values(source_id=source_id, **values).returning(c.id)
    key = tx.connection.execute(added).scalar_one()
    tx.connection.execute(
        insert(tables.activity_member),
        [
            {"report_id": key, "thread": thread, "role": OBSERVED if name == f"{uid}/observed" else PERSON}
            for name, thread in threads.items()
        ],
    )
    _enter_steps(tx, key, begun.steps, 0)
    if origin is not None:
        made = [row.marking_id for row in found.values()]
        promotions.enter(tx, origin, HoldingSort.SUSPICIOUS_ACTIVITY, uid, made)
    tx.note(Event.SAR_RECEIVED, f"sar:{uid}", state=begun.state.value, seen=len(given.seen))
    return uid


def _enter_steps(tx: Transaction, key: int, steps: Sequence[Step], known: int) -> None:
    rows = [
        {
            "report_id": key, "number": number, "deed": step.deed.value, "by": step.by, "on": step.on,
            "trained_until": step.trained_until, "note": step.note, "at": tx.at,
        }
        for number, step in enumerate(steps[known:], start=known + 1)
    ]  # fmt: skip
    if rows:
        tx.connection.execute(insert(tables.activity_step), rows)


def _to_decide(tx: Transaction, uid: UUID, permission: Permission) -> Found:
    """Find a report that this access may decide about: it must be able to read what was observed."""
    tx.require(permission)
    found = find(tx, uid)
    if found.observed is None or found.observed.marking_id not in tx.scope.visible:
        raise Conflict("you may not read it, so you cannot decide about it", where=f"sar:{uid}")
    return found


def _put(tx: Transaction, found: Found, after: Report) -> None:
    values = {
        "state": after.state.value,
        "behaviors": json.dumps(after.behaviors),
        "due": after.due,
        "detailed": after.detailed,
        "shared_with": json.dumps(after.shared_with),
    }
    tx.connection.execute(update(tables.activity_report).where(c.id == found.row.id).values(**values))
    _enter_steps(tx, found.row.id, after.steps, len(found.report.steps))
    deeds = [step.deed.value for step in after.steps[len(found.report.steps) :]]
    tx.note(Event.SAR_CHANGED, f"sar:{found.uid}", deeds=deeds, state=after.state.value)


def clear(tx: Transaction, uid: UUID, *, rationale: str) -> None:
    """Find, as privacy officer, that what is protected in it relates directly to criminal conduct."""
    found = _to_decide(tx, uid, Permission.FLAG_DECIDE)
    after = rules.clear(found.report, person_of(tx.access), tx.today, rationale=rationale)
    tx.sign(row.marking_id for row in found.records.values())
    for flag in found.open_flags:
        if flag.state == FlagState.OPEN.value:
            flags.let_go(tx, UUID(bytes=bytes(flag.uid)), Ground.CRIMINAL_NEXUS, rationale)
    flags.let_go_together(tx, found.keys(OBSERVED, PERSON))
    _put(tx, found, after)


def pass_on(tx: Transaction, uid: UUID, *, note: str) -> None:
    """Say, as supervisor, that it is complete and worth vetting."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    after = rules.pass_on(found.report, person_of(tx.access), tx.today, note=note)
    tx.sign(row.marking_id for row in found.records.values())
    _put(tx, found, after)


def vet_first(tx: Transaction, uid: UUID, *, behaviors: Sequence[str], facts: str) -> None:
    """Sign the first part: which behaviors were observed, and what facts say so."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    after = rules.vet_first(found.report, person_of(tx.access), tx.today, behaviors=behaviors, facts=facts)
    tx.sign(row.marking_id for row in found.records.values())
    _put(tx, found, after)


def vet_second(tx: Transaction, uid: UUID, *, finding: Finding, context: str, more: str = "") -> None:
    """Sign the second part: is there a potential nexus? What was found is written into a new version of the report."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    who = person_of(tx.access)
    after = rules.vet_second(found.report, who, tx.today, finding=finding, context=context, more=more)
    tx.sign(row.marking_id for row in found.records.values())
    if finding is Finding.NEXUS:
        _write_findings(tx, found, after, more.strip())
    _limit(tx, found, after)
    _put(tx, found, after)


def _write_findings(tx: Transaction, found: Found, after: Report, more: str) -> None:
    row = _whole(tx, found)
    kind = tx.dictionary.kinds[KIND]
    labels = "; ".join(rules.BEHAVIORS[code].label for code in after.behaviors)
    fresh: dict[str, object] = {"behaviors": labels, "nexus": POTENTIAL}
    if more:
        fresh["additional_facts"] = more
    key, _ = corrections.write_version(tx, row, kind, json.loads(row.payload) | fresh)
    flags.check_release(tx, [key])


def _whole(tx: Transaction, found: Found) -> AnyRow:
    if found.observed is None:
        raise Conflict("its content is gone", where=f"sar:{found.uid}")
    return tx.connection.execute(select(tables.record).where(r.id == found.observed.id)).one()


def _limit(tx: Transaction, found: Found, after: Report) -> None:
    """Where the rule asks to purge it by a day, let its marking say so."""
    day = rules.keep_until(after)
    if day:
        reason = "It is kept for a while, so that its author can object, and purged then."
        remark(tx, found.keys(OBSERVED, PERSON), partial(_by, day), reason=reason)


def _by(day: str, marking: Marking) -> Marking:
    return replace(marking, review_by=min(filter(None, (marking.review_by, day))))


def answer(tx: Transaction, uid: UUID, *, information: str) -> None:
    """Add what was missing; the second vetting is taken up again."""
    found = _to_decide(tx, uid, Permission.SAR_SUBMIT)
    _put(tx, found, rules.answer(found.report, person_of(tx.access), tx.today, information=information))


def check(tx: Transaction, uid: UUID, *, detailed: bool, rationale: str) -> None:
    """Check, as privacy officer, what it rests on, and whether what names people must go along."""
    found = _to_decide(tx, uid, Permission.FLAG_DECIDE)
    after = rules.check(found.report, person_of(tx.access), tx.today, detailed=detailed, rationale=rationale)
    tx.sign(row.marking_id for row in found.records.values())
    _put(tx, found, after)


def share(tx: Transaction, uid: UUID, *, recipients: Sequence[str]) -> None:
    """Share it with agencies by name: the report alone, or with what names people where the check said so."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    known = set(tx.connection.execute(select(tables.agency.c.name)).scalars())
    if unknown := sorted(set(recipients) - known):
        raise Invalid(f"there is no agency {unknown[0]!r}", where="recipients", advice="Choose among the agencies.")
    after = rules.share(found.report, person_of(tx.access), tx.today, recipients=recipients)
    tx.sign(row.marking_id for row in found.records.values())
    keys = found.keys(OBSERVED, PERSON) if after.detailed else found.keys(OBSERVED)
    if flags.check_release(tx, keys):
        raise NotAllowed(
            "it speaks of protected activity and states no crime (28 CFR 23.20(b))",
            where="recipients",
            advice="A privacy officer decides on it first.",
        )
    added = frozenset(after.shared_with)
    remark(tx, keys, partial(_released_to, added), reason="It was vetted, checked and shared (ISE-FS-200).")
    _put(tx, found, after)


def _released_to(agencies: frozenset[str], marking: Marking) -> Marking:
    return replace(marking, releasable_to=(marking.releasable_to or frozenset()) | agencies)


def feed_back(tx: Transaction, uid: UUID, *, feedback: Feedback, note: str) -> None:
    """Note what those who investigate found. No nexus takes it back from everybody at once."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    after = rules.feed_back(found.report, person_of(tx.access), tx.today, feedback=feedback, note=note)
    if after.state is State.RETRACTED:
        _take_back(tx, found, after)
    _put(tx, found, after)


def retract(tx: Transaction, uid: UUID, *, reason: str) -> None:
    """Take it back from everybody who has it, and tell them."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    after = rules.retract(found.report, person_of(tx.access), tx.today, reason=reason)
    _take_back(tx, found, after)
    _put(tx, found, after)


def _take_back(tx: Transaction, found: Found, after: Report) -> None:
    """Close it to everybody but its owner, in all versions, and tell whoever was shown any of them."""
    source = tx.connection.execute(select(tables.source.c.name).where(tables.source.c.id == found.row.source_id))
    _, _, given_by = parties.read_source(tx, source.scalar_one())
    keys = list(tx.connection.execute(select(r.id).where(r.thread.in_(list(found.roles))).order_by(r.id)).scalars())
    remark(tx, keys, partial(_taken, given_by.marking, found.report.agency), reason="Its owner took it back.")
    _limit(tx, found, after)
    text = "Its owner took the report of suspicious activity back: no nexus stands. Destroy or return every copy."
    notices.tell(tx, NoticeKind.RECALL, keys, text)


def _taken(base: Marking, owner: str, marking: Marking) -> Marking:
    return replace(
        marking,
        holds=marking.holds | {Hold.RECALLED},
        owners=marking.owners | {owner},
        releasable_to=base.releasable_to,
    )
