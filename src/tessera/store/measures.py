"""What a transparency report counts: one function a table, each from tables only, each with the query that counted it."""

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import Select, case, func, or_, select

from tessera.model.access import AgencyKind, Purpose
from tessera.model.purge import PurgeBy
from tessera.model.source import AgreementState
from tessera.model.transparency import Line, Measured
from tessera.store import tables
from tessera.store.audit import DENIED
from tessera.store.events import Event
from tessera.store.samples import Finding
from tessera.store.transactions import Transaction, day_of
from tessera.trust import redress as rules
from tessera.trust.redress import Clocks, Days, Outcome, Stage

e, t, q = tables.audit_entry.c, tables.stock.c, tables.redress.c
COUNT = "count"
SEVERAL = "several"
OUTSIDE = "no-agency"
REVIEW_DAYS = {"in-time": "Reviewed in time", "late": "Reviewed after the day had passed"}
Span: TypeAlias = tuple[int, int]
Measure: TypeAlias = Callable[[Transaction, Span, Clocks], Measured]


def words_of(query: Select[Any]) -> str:
    """Write a query as it is sent, on one line; values that are bound to it stand as names."""
    return " ".join(str(query).split())


def holdings(tx: Transaction, _span: Span, _clocks: Clocks) -> Measured:
    """Records by the holding that they are kept under, and by kind."""
    query = select(t.marking_id, t.kind_id, t.records).where(t.records != 0)
    markings = tx.store.markings(tx)
    kinds = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}
    known = tx.connection.execute(select(tables.holding).order_by(tables.holding.c.name)).all()
    counts: Counter[tuple[str, str]] = Counter()
    for row in tx.connection.execute(query):
        names = sorted(markings[row.marking_id].holdings)
        counts[names[0] if len(names) == 1 else SEVERAL, kinds[row.kind_id]] += row.records
    lines = [Line(name=h.name, label=h.label, note=_authority(h.authority, h.retention_days)) for h in known]
    if any(name == SEVERAL for name, _ in counts):
        lines.append(Line(name=SEVERAL, label="Several holdings, or none"))
    labels = {name: kind.label for name, kind in tx.dictionary.kinds.items()}
    seen = sorted({kind for _, kind in counts}) or sorted(kinds.values())[:1] or ["record"]
    return Measured(
        name="holdings",
        title="What is held, and under which authority",
        definition="Versions of records in the store on the last day of the period, by the holding that each is kept under and "
        "by kind. What is purged is not counted; what is sealed or waits for its review is.",
        queries=(words_of(query),),
        row_head="Holding",
        rows=tuple(lines),
        columns=tuple(Line(name=kind, label=labels.get(kind, kind)) for kind in seen),
        counts={cell: max(n, 0) for cell, n in counts.items()},
        stock=True,
    )


def _authority(citation: str, days: int) -> str:
    return f"{citation}; kept {days:,} days" if days else f"{citation}; kept without a limit"


def agencies(tx: Transaction, _span: Span, _clocks: Clocks) -> Measured:
    """Partner agencies, and the sources that they give, by kind of agency."""
    a, s = tables.agency.c, tables.source.c
    parts = select(a.kind, func.count().label("n")).group_by(a.kind)
    feeds = select(a.kind, func.count().label("n")).join(tables.source, s.agency == a.name).group_by(a.kind)
    found = {"agencies": parts, "sources": feeds}
    counts = {(row.kind, name): row.n for name, query in found.items() for row in tx.connection.execute(query)}
    return Measured(
        name="agencies",
        title="Who gives us data",
        definition="Partner agencies that are registered, and the feeds that they give, by kind of agency.",
        queries=tuple(map(words_of, found.values())),
        row_head="Kind of agency",
        rows=_lines(AgencyKind),
        columns=(Line(name="agencies", label="Agencies"), Line(name="sources", label="Sources")),
        counts=counts,
        people=False,
        adds_up=False,
    )


def agreements(tx: Transaction, _span: Span, _clocks: Clocks) -> Measured:
    """Agreements by whether they are in force today."""
    g = tables.agreement.c
    lapsed = (g.expires != "") & (g.expires < tx.today)
    standing = case((g.state != AgreementState.CURRENT.value, g.state), (lapsed, "lapsed"),
                    (g.signed > tx.today, "not-begun"), else_="in-force").label("standing")  # fmt: skip
    query = select(standing, func.count().label("n")).group_by(standing)
    names = ("in-force", "lapsed", "suspended", "ended", "not-begun")
    return Measured(
        name="agreements",
        title="Agreements",
        definition="Agreements under which agencies give data, by how they stand on the last day of the period. What came under "
        "an agreement that is not in force cannot be read.",
        queries=(words_of(query),),
        row_head="Standing",
        rows=tuple(Line(name=name, label=_words(name)) for name in names),
        counts={(row.standing, COUNT): row.n for row in tx.connection.execute(query)},
        people=False,
    )


def retention(tx: Transaction, span: Span, _clocks: Clocks) -> Measured:
    """Records reviewed in time or late, overdue now, and purged, by how."""
    v, p = tables.review.c, tables.purge.c
    reviewed = select(v.from_day, v.at, v.records).where(*_within(v.at, span))
    purged = select(p.chosen_by, func.sum(p.records).label("n")).where(*_within(p.done_at, span)).group_by(p.chosen_by)
    counts: Counter[str] = Counter()
    for at, day, records in tx.connection.execute(reviewed.with_only_columns(v.at, v.from_day, v.records)):
        counts["in-time" if day_of(at) <= day else "late"] += records
    for chosen_by, records in tx.connection.execute(purged):
        counts["purged-by-rule" if chosen_by == PurgeBy.OVERDUE.value else "purged-by-decision"] += records or 0
    labels = REVIEW_DAYS | {
        "purged-by-rule": "Purged by the rule, after their day",
        "purged-by-decision": "Purged by a decision",
    }
    return Measured(
        name="retention",
        title="How long it is kept",
        definition="Records whose day to be reviewed by was kept or missed, and records that were purged, in the period.",
        queries=(words_of(reviewed), words_of(purged)),
        row_head="Records",
        rows=tuple(Line(name=name, label=label) for name, label in labels.items()),
        counts={(name, COUNT): max(n, 0) for name, n in counts.items()},
        adds_up=False,
    )


def disclosures(tx: Transaction, span: Span, _clocks: Clocks) -> Measured:
    """Acts of showing records, by kind of the agency that was shown them and by purpose."""
    d, a = tables.disclosure.c, tables.agency.c
    kind = func.coalesce(a.kind, OUTSIDE).label("kind")
    query = (
        select(kind, d.purpose, func.count().label("n"))
        .select_from(tables.disclosure.outerjoin(tables.agency, a.name == d.agency))
        .where(*_within(d.at, span))
        .group_by(kind, d.purpose)
    )
    return Measured(
        name="disclosures",
        title="To whom records were shown, and what for",
        definition="How often somebody was shown the content of at least one record, by a search, a page or an export, by the "
        "kind of their agency and the purpose they stated. The center's own staff are counted with its own agency.",
        queries=(words_of(query),),
        row_head="Kind of agency",
        rows=(*_lines(AgencyKind), Line(name=OUTSIDE, label="Of no registered agency")),
        columns=_lines(Purpose),
        counts={(row.kind, row.purpose): row.n for row in tx.connection.execute(query)},
    )


def refusals(tx: Transaction, span: Span, _clocks: Clocks) -> Measured:
    """How often the rules said no, by purpose."""
    query = select(e.purpose, func.count().label("n")).where(e.outcome == DENIED, *_within(e.at, span))
    query = query.group_by(e.purpose)
    return Measured(
        name="refusals",
        title="Refusals",
        definition="How often the rules refused what was asked, or something was asked for that is not there or may not be "
        "known of, by stated purpose.",
        queries=(words_of(query),),
        row_head="Purpose",
        rows=_lines(Purpose),
        counts={(row.purpose, COUNT): row.n for row in tx.connection.execute(query)},
    )


def audits(tx: Transaction, span: Span, _clocks: Clocks) -> Measured:
    """What was done so that accesses are examined."""
    s, i, g, k = tables.sample.c, tables.sample_item.c, tables.audit_digest.c, tables.audit_checkpoint.c
    verified = or_(
        e.event == Event.AUDIT_VERIFIED.value, (e.event == Event.AUDIT_READ.value) & (e.subject == "verification")
    )
    queries: dict[str, Select[Any]] = {
        "checkpoints": select(func.count()).select_from(tables.audit_checkpoint).where(*_within(k.at, span)),
        "verifications": select(func.count()).select_from(tables.audit_entry).where(verified, *_within(e.at, span)),
        "weeks": select(func.count()).select_from(tables.audit_digest).where(*_within(g.signed_at, span)),
        "samples": select(func.count()).select_from(tables.sample).where(*_within(s.drawn_at, span)),
        "signed": select(func.count()).select_from(tables.sample).where(*_within(s.signed_at, span)),
    }
    queries |= {
        finding.value: select(func.count()).select_from(tables.sample_item)
        .where(i.finding == finding.value, *_within(i.examined_at, span))
        for finding in Finding
    }  # fmt: skip
    labels = {
        "checkpoints": "Checkpoints of the audit log signed",
        "verifications": "Verifications of the whole log asked for",
        "weeks": "Weeks of the log reviewed and signed off",
        "samples": "Random samples of accesses drawn",
        "signed": "Samples examined and signed off",
        Finding.IN_ORDER.value: "Drawn accesses found in order",
        Finding.QUESTION.value: "Drawn accesses in question",
        Finding.MISUSE.value: "Drawn accesses found to be misuse",
    }
    return Measured(
        name="audits",
        title="How we are watched",
        definition="What was done in the period so that every access can be examined. Samples are drawn by a signed checkpoint, "
        "so that nobody can choose what is examined.",
        queries=tuple(words_of(queries[name]) for name in labels),
        row_head="What was done",
        rows=tuple(Line(name=name, label=label) for name, label in labels.items()),
        counts={(name, COUNT): tx.connection.execute(query).scalar_one() for name, query in queries.items()},
        people=False,
        adds_up=False,
    )


def flags(tx: Transaction, span: Span, _clocks: Clocks) -> Measured:
    """What became of content about protected activity."""
    return _of_events(
        tx, span, "trust:flag:",
        name="flags",
        title="Protected activity",
        definition="Steps of the gate that holds back content about speech, worship, assembly and other protected activity, in "
        "the period, by what was done.",
        people=True,
    )  # fmt: skip


def requests_for_redress(tx: Transaction, span: Span, _clocks: Clocks) -> Measured:
    """Requests for correction that came in, by what became of them."""
    query = select(q.state, q.outcome).where(*_within(q.received_at, span))
    counts: Counter[str] = Counter()
    for row in tx.connection.execute(query):
        counts[row.outcome or ("closed" if row.state == Stage.CLOSED.value else "waiting")] += 1
    labels = {outcome.value: f"Decided: {_words(outcome.value).lower()}" for outcome in Outcome}
    labels |= {"closed": "Closed without a decision", "waiting": "Not decided yet"}
    return Measured(
        name="redress",
        title="Requests for correction",
        definition="Requests that arrived in the period, by what had become of them on its last day.",
        queries=(words_of(query),),
        row_head="Requests",
        rows=tuple(Line(name=name, label=label) for name, label in labels.items()),
        counts={(name, COUNT): n for name, n in counts.items()},
    )


def redress_clocks(tx: Transaction, span: Span, clocks: Clocks) -> Measured:
    """Requests for correction that missed their day."""
    steps = tables.redress_step.c
    first = select(steps.redress_id, func.min(steps.at).label("at")).where(steps.step == Stage.DECIDED.value)
    decided = first.group_by(steps.redress_id).subquery()
    late = select(q.received_at, decided.c.at).join(decided, decided.c.redress_id == q.id)
    late = late.where(*_within(decided.c.at, span))
    counts: Counter[str] = Counter()
    for received, at in tx.connection.execute(late):
        days = Days(received=day_of(received), decided=day_of(at))
        counts["late" if rules.decided_late(days, clocks) else "in-time"] += 1
    labels = {"in-time": "Decided in time", "late": "Decided late"}
    return Measured(
        name="redress-clocks",
        title="Requests for correction: were the days kept",
        definition=f"Requests that were first decided in the period: within {clocks.within} days, or later.",
        queries=(words_of(late),),
        row_head="Requests",
        rows=tuple(Line(name=name, label=label) for name, label in labels.items()),
        counts={(name, COUNT): n for name, n in counts.items()},
        adds_up=False,
    )


def overdue(tx: Transaction, _span: Span, clocks: Clocks) -> Measured:
    """What had missed its day on the last day of the period."""
    stock = select(t.marking_id, t.records)
    waiting = select(q.state, q.received_at, q.appealed_at).where(q.state != Stage.CLOSED.value)
    markings, counts = tx.store.markings(tx), Counter[str]()
    for marking_id, records in tx.connection.execute(stock):
        day = markings[marking_id].review_by
        counts["records"] += records if day and day < tx.today else 0
    for row in tx.connection.execute(waiting):
        days = Days(received=day_of(row.received_at), appealed=day_of(row.appealed_at) if row.appealed_at else "")
        next_due = rules.due(Stage(row.state), days, tx.today, clocks)
        counts["requests"] += bool(next_due and next_due.overdue)
    labels = {"records": "Records to be reviewed: nobody can read them", "requests": "Requests for correction"}
    return Measured(
        name="overdue",
        title="Overdue",
        definition="What had missed its day on the last day of the period.",
        queries=(words_of(stock), words_of(waiting)),
        row_head="What",
        rows=tuple(Line(name=name, label=label) for name, label in labels.items()),
        counts={(name, COUNT): max(n, 0) for name, n in counts.items()},
        adds_up=False,
        stock=True,
    )


def policies(tx: Transaction, span: Span, _clocks: Clocks) -> Measured:
    """Changes of the rules that decide who may read what."""
    v = tables.policy_version.c
    query = select(v.state, func.count().label("n")).where(*_within(v.proposed_at, span)).group_by(v.state)
    found = {row.state: row.n for row in tx.connection.execute(query)}
    return Measured(
        name="policies",
        title="Changes of the rules",
        definition="Versions of the access policy that were proposed in the period, by how they stand now.",
        queries=(words_of(query),),
        row_head="State",
        rows=tuple(Line(name=name, label=_words(name)) for name in sorted(found)),
        counts={(name, COUNT): n for name, n in found.items()},
        people=False,
        adds_up=False,
    )


def accounts(tx: Transaction, span: Span, _clocks: Clocks) -> Measured:
    """What was done to the accounts of those who work with the center."""
    return _of_events(
        tx, span, "trust:account:",
        name="accounts",
        title="Accounts",
        definition="Changes to accounts of people who work with the center in the period, stopped and locked ones among them.",
        people=True,
    )  # fmt: skip


MEASURES: tuple[Measure, ...] = (
    holdings, agencies, agreements, retention, disclosures, refusals, audits, flags, requests_for_redress, redress_clocks, overdue,
    policies, accounts,
)  # fmt: skip
ONLY_READ = ("read", "listed")
"""Endings of events that change nothing."""


def _of_events(
    tx: Transaction, span: Span, prefix: str, *, name: str, title: str, definition: str, people: bool
) -> Measured:
    events = [event for event in Event if event.startswith(prefix) and not event.endswith(ONLY_READ)]
    query = select(e.event, func.count().label("n")).where(
        e.event.in_([one.value for one in events]), *_within(e.at, span)
    )
    query = query.group_by(e.event)
    return Measured(
        name=name,
        title=title,
        definition=definition,
        queries=(words_of(query),),
        row_head="What was done",
        rows=tuple(Line(name=one.value, label=_words(one.removeprefix(prefix))) for one in events),
        counts={(row.event, COUNT): row.n for row in tx.connection.execute(query)},
        people=people,
        adds_up=False,
    )


def _within(column: Any, span: Span) -> tuple[Any, Any]:  # noqa: ANN401 - a column of any table
    return column >= span[0], column < span[1]


def _lines(names: Any) -> tuple[Line, ...]:  # noqa: ANN401 - an enum
    return tuple(Line(name=name.value, label=_words(name.value)) for name in names)


def _words(name: str) -> str:
    return name.replace("-", " ").capitalize()
