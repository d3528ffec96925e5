"""Reports of suspicious activity as a reader sees them: listed, shown and counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.model.record import RecordView
from tessera.model.source import HoldingSort
from tessera.store import entering, promotions, tables
from tessera.store.events import Event
from tessera.store.filed import OBSERVED, PERSON
from tessera.store.filed_reading import oversees, rules_named, views_of
from tessera.store.promotions import Promotion
from tessera.store.scope import covers
from tessera.store.suspicious_activity_found import Found, find, weigh
from tessera.store.transactions import Transaction
from tessera.trust import suspicious_activity as rules
from tessera.trust.suspicious_activity import Report, State

c, m = tables.activity_report.c, tables.activity_member.c
r = tables.record.c
MOST = 200


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


def sources(tx: Transaction) -> list[tuple[str, str]]:
    """List the sources of the own agency that take reports: name and label."""
    tx.require(Permission.SAR_SUBMIT)
    found = [(row.name, row.label) for row in entering.sources_for(tx, HoldingSort.SUSPICIOUS_ACTIVITY)]
    tx.note(Event.SAR_READ, "sources")
    return found


def page(tx: Transaction, *, limit: int = MOST) -> list[Listed]:
    """List the reports that this access may know of: what is late first, then the newest."""
    tx.require(Permission.SAR_READ)
    seen = select(m.report_id).join(tables.record, r.thread == m.thread).where(m.role == OBSERVED)
    known: list[ColumnElement[bool]] = [
        c.author == tx.access.actor.account,
        c.id.in_(seen.where(covers(r.marking_id, tx.scope.visible), r.known_to.is_(None))),
    ]
    if oversees(tx):
        known.append(c.agency == tx.access.actor.agency)
    rows = tx.connection.execute(select(tables.activity_report).where(or_(*known)).order_by(c.id.desc()).limit(limit))
    found = [weigh(tx, row) for row in rows.all()]
    views = views_of(tx, [each.observed.id for each in found if each.observed is not None])
    tx.note(Event.SAR_READ, reports=len(found))
    listed = [_listed(each, views, tx.today) for each in found]
    return sorted(listed, key=lambda each: not each.late)


def _listed(found: Found, views: Mapping[UUID, RecordView], today: str) -> Listed:
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


def get(tx: Transaction, uid: UUID) -> Filed:
    """Read one report as far as this access may. Who or what was seen is not read before the nexus decision."""
    tx.require(Permission.SAR_READ)
    found = find(tx, uid)
    people = found.keys(PERSON)
    shown = found.keys(OBSERVED) + (people if rules.may_show_people(found.report) else [])
    views = views_of(tx, shown)
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
        rules=rules_named(tx, found.open_flags),
        promotions=tuple(promotions.of_entry(tx, uid)),
        marking=marking,
    )


def _without_words(report: Report) -> Report:
    return replace(report, steps=tuple(replace(step, note="") for step in report.steps))


def _source_label(tx: Transaction, found: Found) -> str:
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
