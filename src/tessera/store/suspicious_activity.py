"""Reports of suspicious activity: entered, vetted in two parts by different people, checked, shared, taken back.

The rules are `trust.suspicious_activity`; here they meet the records. What names people is a record of its own: it is not shown
while the nexus is being weighed, and it goes along only where the privacy check says that it must (the detailed form).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, update

from tessera.dictionary import Dictionary
from tessera.dictionary.values import read_value
from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.entry import Entry, KeptBytes, Thing, Tie
from tessera.model.flag import FlagState, Ground
from tessera.model.marking import Hold, Marking
from tessera.model.notice import NoticeKind
from tessera.model.record import RecordView
from tessera.model.source import HoldingSort
from tessera.store import corrections, entering, flags, notices, parties, promotions, tables
from tessera.store.events import Event
from tessera.store.filed import OBSERVED, PERSON
from tessera.store.intelligence import person_of
from tessera.store.promotions import Origin, Promotion
from tessera.store.remarking import remark
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views
from tessera.trust import suspicious_activity as rules
from tessera.trust.retention import review_day
from tessera.trust.suspicious_activity import Deed, Feedback, Finding, Report, State, Step

c, m, st = tables.activity_report.c, tables.activity_member.c, tables.activity_step.c
r, f = tables.record.c, tables.flag.c
KIND, LINK = "suspicious-activity", "involvement"
OBSERVATION = ("observed_at", "text", "address", "city", "sector", "report_number")
LABELS: Mapping[str, tuple[str, ...]] = {
    "source_reliability": ("reliable", "unreliable", "unknown"),
    "content_validity": ("confirmed", "doubtful", "cannot be judged"),
    "nature_of_source": (
        "anonymous tip", "confidential source", "trained interviewer", "written statement (victim)",
        "written statement (witness)", "written statement (other)", "private sector", "unknown",
    ),
}  # fmt: skip
"""Labels of a report and their values (ISE-SAR Functional Standard)."""
SEEN: Mapping[str, tuple[str, ...]] = {
    "person": ("full_name", "birth_date", "phone", "description"),
    "vehicle": ("plate", "plate_state", "make", "model", "color"),
}
"""What a report can name, and by what. A description is of one suspect, and nobody weighs it."""
MOST_SEEN = 20
MOST = 200
POTENTIAL = "potential nexus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A person or vehicle that was seen, as typed: text by term; `role` is one of the dictionary's for involvement."""

    kind: str
    values: Mapping[str, str]
    role: str = "mentioned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the form holds: text by term of the report's kind, and who or what was seen."""

    source: str
    values: Mapping[str, str]
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the list."""

    uid: UUID
    report: Report
    made_at: int
    late: bool
    headline: str
    """What was observed, as far as it may be read; empty otherwise."""
    marking: Marking


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One report as this reader sees it. `seen` is empty until the nexus decision is noted."""

    uid: UUID
    source: str
    made_at: int
    report: Report
    late: bool
    observed: RecordView | None
    seen: tuple[RecordView, ...]
    seen_hidden: int
    """How many people or vehicles are named and not shown."""
    rules: tuple[tuple[str, str], ...]
    promotions: tuple[Promotion, ...]
    marking: Marking


@dataclass(frozen=True, slots=True)
class _Found:
    row: AnyRow
    records: Mapping[bytes, AnyRow]
    roles: Mapping[bytes, str]
    report: Report
    open_flags: tuple[AnyRow, ...]

    @property
    def uid(self) -> UUID:
        return UUID(bytes=bytes(self.row.uid))

    def keys(self, *roles: str) -> list[int]:
        return sorted(row.id for thread, row in self.records.items() if self.roles[thread] in roles)

    @property
    def observed(self) -> AnyRow | None:
        return next((row for thread, row in self.records.items() if self.roles[thread] == OBSERVED), None)


def sources(tx: Transaction) -> list[tuple[str, str]]:
    """List the sources of the own agency that take reports: name and label."""
    tx.require(Permission.SAR_SUBMIT)
    found = [(row.name, row.label) for row in entering.sources_for(tx, HoldingSort.SUSPICIOUS_ACTIVITY)]
    tx.note(Event.SAR_READ, "sources")
    return found


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
    gated = bool(_flags(tx, keys))
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
        promotions.enter(tx, origin, HoldingSort.SUSPICIOUS_ACTIVITY, uid)
    tx.note(Event.SAR_RECEIVED, f"sar:{uid}", state=begun.state.value, seen=len(given.seen))
    return uid


def to_entry(dictionary: Dictionary, given: Observation, uid: UUID, today: str, *, agency: str) -> Entry:
    """Make the entry of a report. Invalid names what cannot be entered."""
    if len(given.seen) > MOST_SEEN:
        raise Invalid(f"at most {MOST_SEEN} people and vehicles can be named", where="who was seen")
    observed = _read(dictionary, KIND, OBSERVATION, given.values, today) | {"submitting_agency": agency}
    if not observed.get("text"):
        raise Invalid("it does not say what was observed", where="text", advice="Say what was seen, in sentences.")
    for name, allowed in LABELS.items():
        value = given.values.get(name, "unknown" if "unknown" in allowed else allowed[-1])
        if value not in allowed:
            raise Invalid(f"{value[:40]!r} is not one of its values", where=name, advice=f"Use {', '.join(allowed)}.")
        observed[name] = value
    report = Thing(kind=KIND, key=f"{uid}/observed", row=1, values=observed)
    things, ties = [report], []
    for number, seen in enumerate(given.seen, start=1):
        if seen.kind not in SEEN or seen.role not in dictionary.link_types[LINK].roles:
            raise Invalid(f"{seen.kind!r} as {seen.role!r} cannot be named here", where="who was seen")
        values = _read(dictionary, seen.kind, SEEN[seen.kind], seen.values, today)
        if not values:
            raise Invalid(
                "nothing is said of it", where=f"who was seen, {number}", advice="Describe it, or leave it out."
            )
        thing = Thing(kind=seen.kind, key=f"{uid}/seen/{number}", row=number + 1, values=values)
        things.append(thing)
        start, end = (thing.kind, thing.key), (report.kind, report.key)
        ties.append(Tie(type=LINK, role=seen.role, start=start, end=end, row=thing.row))
    return Entry(
        number=str(uid),
        filename=f"sar-{uid}.jsonl",
        things=tuple(things),
        ties=tuple(ties),
        classes={(kind.name, t.name): t.field_class for kind in dictionary.kinds.values() for t in kind.terms.values()},
    )


def _read(
    dictionary: Dictionary, kind: str, names: Iterable[str], typed: Mapping[str, str], today: str
) -> dict[str, object]:
    terms = dictionary.kinds[kind].terms
    found: dict[str, object] = {}
    for name in names:
        try:
            value = read_value(dictionary, terms[name], typed.get(name, ""), today=date.fromisoformat(today))
        except Invalid as error:
            raise Invalid(error.message, where=terms[name].label, advice=error.advice) from None
        if value is not None:
            found[name] = value
    return found


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


def _flags(tx: Transaction, keys: Sequence[int]) -> list[AnyRow]:
    chosen = select(f.uid, f.rules, f.state, f.decided_by).where(f.record_id.in_(keys)).order_by(f.id)
    return list(tx.connection.execute(chosen).all())


def _weigh(tx: Transaction, row: AnyRow) -> _Found:
    members = tx.connection.execute(select(tables.activity_member).where(m.report_id == row.id)).all()
    roles = {bytes(member.thread): member.role for member in members}
    records = entering.payloads(tx, list(roles))
    waiting = tuple(
        each
        for each in _flags(tx, [one.id for one in records.values()])
        if each.state != FlagState.RELEASED.value or each.decided_by == row.author
    )
    steps = tx.connection.execute(select(tables.activity_step).where(st.report_id == row.id).order_by(st.number)).all()
    report = Report(
        state=State(row.state),
        author=row.author,
        agency=row.agency,
        behaviors=tuple(json.loads(row.behaviors)),
        gated=bool(waiting),
        due=row.due,
        detailed=row.detailed,
        shared_with=tuple(json.loads(row.shared_with)),
        steps=tuple(
            Step(deed=Deed(s.deed), by=s.by, on=s.on, trained_until=s.trained_until, note=s.note) for s in steps
        ),
    )
    return _Found(row, records, roles, report, waiting)


def _find(tx: Transaction, uid: UUID) -> _Found:
    row = tx.connection.execute(select(tables.activity_report).where(c.uid == uid.bytes)).one_or_none()
    found = _weigh(tx, row) if row is not None else None
    if found is None or not _may_know(tx, found):
        raise NotFound("no such report", where=str(uid), advice="It does not exist, or you may not know of it.")
    return found


def _may_know(tx: Transaction, found: _Found) -> bool:
    actor, observed = tx.access.actor, found.observed
    if found.row.author == actor.account or (observed is not None and observed.marking_id in tx.scope.visible):
        return True
    return bool(found.row.agency == actor.agency and (observed is None or _oversees(tx)))


def _oversees(tx: Transaction) -> bool:
    return bool(tx.store.policy.may(tx.access, Permission.FLAG_DECIDE, today=tx.today))


def _to_decide(tx: Transaction, uid: UUID, permission: Permission) -> _Found:
    """Find a report that this access may decide about: it must be able to read what was observed."""
    tx.require(permission)
    found = _find(tx, uid)
    if found.observed is None or found.observed.marking_id not in tx.scope.visible:
        raise Conflict("you may not read it, so you cannot decide about it", where=f"sar:{uid}")
    return found


def _put(tx: Transaction, found: _Found, after: Report) -> None:
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
    tx.sign()
    for flag in found.open_flags:
        if flag.state == FlagState.OPEN.value:
            flags.let_go(tx, UUID(bytes=bytes(flag.uid)), Ground.CRIMINAL_NEXUS, rationale)
    flags.let_go_together(tx, found.keys(OBSERVED, PERSON))
    _put(tx, found, after)


def pass_on(tx: Transaction, uid: UUID, *, note: str) -> None:
    """Say, as supervisor, that it is complete and worth vetting."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    after = rules.pass_on(found.report, person_of(tx.access), tx.today, note=note)
    tx.sign()
    _put(tx, found, after)


def vet_first(tx: Transaction, uid: UUID, *, behaviors: Sequence[str], facts: str) -> None:
    """Sign the first part: which behaviors were observed, and what facts say so."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    after = rules.vet_first(found.report, person_of(tx.access), tx.today, behaviors=behaviors, facts=facts)
    tx.sign()
    _put(tx, found, after)


def vet_second(tx: Transaction, uid: UUID, *, finding: Finding, context: str, more: str = "") -> None:
    """Sign the second part: is there a potential nexus? What was found is written into a new version of the report."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    who = person_of(tx.access)
    after = rules.vet_second(found.report, who, tx.today, finding=finding, context=context, more=more)
    tx.sign()
    if finding is Finding.NEXUS:
        _write_findings(tx, found, after, more.strip())
    _limit(tx, found, after)
    _put(tx, found, after)


def _write_findings(tx: Transaction, found: _Found, after: Report, more: str) -> None:
    row = _whole(tx, found)
    kind = tx.dictionary.kinds[KIND]
    labels = "; ".join(rules.BEHAVIORS[code].label for code in after.behaviors)
    fresh: dict[str, object] = {"behaviors": labels, "nexus": POTENTIAL}
    if more:
        fresh["additional_facts"] = more
    key, _ = corrections.write_version(tx, row, kind, json.loads(row.payload) | fresh)
    flags.check_release(tx, [key])


def _whole(tx: Transaction, found: _Found) -> AnyRow:
    if found.observed is None:
        raise Conflict("its content is gone", where=f"sar:{found.uid}")
    return tx.connection.execute(select(tables.record).where(r.id == found.observed.id)).one()


def _limit(tx: Transaction, found: _Found, after: Report) -> None:
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
    tx.sign()
    _put(tx, found, after)


def share(tx: Transaction, uid: UUID, *, recipients: Sequence[str]) -> None:
    """Share it with agencies by name: the report alone, or with what names people where the check said so."""
    found = _to_decide(tx, uid, Permission.SAR_VET)
    known = set(tx.connection.execute(select(tables.agency.c.name)).scalars())
    if unknown := sorted(set(recipients) - known):
        raise Invalid(f"there is no agency {unknown[0]!r}", where="recipients", advice="Choose among the agencies.")
    after = rules.share(found.report, person_of(tx.access), tx.today, recipients=recipients)
    tx.sign()
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


def _take_back(tx: Transaction, found: _Found, after: Report) -> None:
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


def page(tx: Transaction, *, limit: int = MOST) -> list[Listed]:
    """List the reports that this access may know of: what is late first, then the newest."""
    tx.require(Permission.SAR_READ)
    seen = select(m.report_id).join(tables.record, r.thread == m.thread).where(m.role == OBSERVED)
    known: list[ColumnElement[bool]] = [
        c.author == tx.access.actor.account,
        c.id.in_(seen.where(covers(r.marking_id, tx.scope.visible), r.known_to.is_(None))),
    ]
    if _oversees(tx):
        known.append(c.agency == tx.access.actor.agency)
    rows = tx.connection.execute(select(tables.activity_report).where(or_(*known)).order_by(c.id.desc()).limit(limit))
    found = [_weigh(tx, row) for row in rows.all()]
    views = _views(tx, [each.observed.id for each in found if each.observed is not None])
    tx.note(Event.SAR_READ, reports=len(found))
    listed = [_listed(each, views, tx.today) for each in found]
    return sorted(listed, key=lambda each: not each.late)


def _listed(found: _Found, views: Mapping[UUID, RecordView], today: str) -> Listed:
    observed = views.get(UUID(bytes=bytes(found.observed.uid))) if found.observed is not None else None
    told = next((term.value for term in observed.terms if term.term == "text"), "") if observed else ""
    return Listed(
        uid=found.uid,
        report=found.report,
        made_at=found.row.made_at,
        late=rules.is_late(found.report, today),
        headline=told or (observed.headline if observed else ""),
        marking=observed.marking if observed else Marking(),
    )


def _views(tx: Transaction, keys: Sequence[int]) -> dict[UUID, RecordView]:
    chosen = select(*VIEW_COLUMNS).where(r.id.in_(keys), covers(r.marking_id, tx.scope.visible)).order_by(r.id)
    return {view.uid: view for view in to_views(tx, tx.connection.execute(chosen).all())}


def get(tx: Transaction, uid: UUID) -> Filed:
    """Read one report as far as this access may. Who or what was seen is not read before the nexus decision."""
    tx.require(Permission.SAR_READ)
    found = _find(tx, uid)
    people = found.keys(PERSON)
    shown = found.keys(OBSERVED) + (people if rules.may_show_people(found.report) else [])
    views = _views(tx, shown)
    marking = Marking()
    for view in views.values():
        marking |= view.marking
    observed = views.pop(UUID(bytes=bytes(found.observed.uid)), None) if found.observed is not None else None
    tx.note(Event.SAR_READ, f"sar:{uid}", records=len(views))
    kept = found.report if observed or found.observed is None else _without_words(found.report)
    return Filed(
        uid=uid,
        source=_source_label(tx, found),
        made_at=found.row.made_at,
        report=kept,
        late=rules.is_late(found.report, tx.today),
        observed=observed,
        seen=tuple(views.values()),
        seen_hidden=len(people) - len(views),
        rules=_rules(tx, found.open_flags),
        promotions=tuple(promotions.of_entry(tx, uid)),
        marking=marking,
    )


def _without_words(report: Report) -> Report:
    return replace(report, steps=tuple(replace(step, note="") for step in report.steps))


def _rules(tx: Transaction, held: Sequence[AnyRow]) -> tuple[tuple[str, str], ...]:
    known = tx.store.protected.by_name
    names = {name for row in held for name in flags.rules_of(row)}
    return tuple((name, known[name].sentence if name in known else name) for name in sorted(names))


def _source_label(tx: Transaction, found: _Found) -> str:
    s = tables.source.c
    return str(tx.connection.execute(select(s.label).where(s.id == found.row.source_id)).scalar_one())


def agencies(tx: Transaction) -> list[tuple[str, str]]:
    """List the agencies to share with: name and label, the own one left out."""
    tx.require(Permission.SAR_VET)
    g = tables.agency.c
    rows = tx.connection.execute(select(g.name, g.label).where(g.name != tx.access.actor.agency).order_by(g.label))
    tx.note(Event.SAR_READ, "agencies")
    return [(row.name, row.label) for row in rows]


def count_waiting(tx: Transaction) -> dict[str, int]:
    """Count what waits for vetting, for the privacy check and at the gate, of the own agency; counts only."""
    tx.require(Permission.SAR_READ)
    own = c.agency == tx.access.actor.agency
    states: dict[str, Any] = {
        "vetting": (State.SUPERVISOR_REVIEW, State.VET_1, State.VET_2),
        "privacy": (State.RECEIVED, State.ISE_SAR),
    }
    found = {
        name: int(
            tx.connection.execute(select(func.count()).where(own, c.state.in_([s.value for s in some]))).scalar_one()
        )
        for name, some in states.items()
    }
    late = select(func.count()).where(
        own, c.due != "", c.due < tx.today, c.state.in_((State.NEED_INFO.value, State.INCONCLUSIVE.value))
    )
    found["late"] = int(tx.connection.execute(late).scalar_one())
    tx.note(Event.SAR_READ, "counts", **found)
    return found
