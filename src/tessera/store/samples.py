"""Random samples of accesses: drawn from the audit log by a signed checkpoint, examined one by one, signed off.

What can be drawn: entries that show what a center holds to a person, noted in one month, in the order of the log. The first
checkpoint that was signed after the month ended chooses among them, so nobody can draw until a draw pleases.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, insert, select, update

from tessera.clock import to_millis
from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.store import tables
from tessera.store.audit import DENIED
from tessera.store.auditing import AuditEntry
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust import sampling

s, i, g = tables.sample.c, tables.sample_item.c, tables.audit_digest.c
e, k = tables.audit_entry.c, tables.audit_checkpoint.c
ACCESSES = (
    Event.EVIDENCE_READ, Event.MAP_READ, Event.QUARANTINE_READ, Event.RECORDS_EXPORTED, Event.RECORD_READ, Event.RECORD_SEARCHED,
)  # fmt: skip
"""Entries that show a person what the center holds."""
SYSTEM = ("operator", "pipeline")
"""Accounts that are no person's."""
MOST_ROUNDS = 12
DAYS_TO_DRAW = 14
DAYS_TO_EXAMINE = 30
DAYS_TO_SIGN_WEEK = 7
WEEKS_LOOKED_AT = 4
LONGEST_REMARK = 1000
WEEK = timedelta(days=7)
IN_DIGEST = {
    "accesses": ACCESSES,
    "exports": (Event.RECORDS_EXPORTED,),
    "sign-ins": (Event.SIGNED_IN,),
    "failed sign-ins": (Event.SIGN_IN_FAILED,),
    "changes of marking": (Event.MARKING_CHANGED,),
    "accounts made": (Event.ACCOUNT_CREATED,),
    "accounts locked": (Event.ACCOUNT_LOCKED,),
    "tokens made": (Event.TOKEN_CREATED,),
}
"""What a weekly digest counts, besides all entries and refusals."""


class Finding(StrEnum):
    """What an examiner says of an access."""

    IN_ORDER = "in-order"
    MISUSE = "misuse"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One drawn access, with the entry as the log holds it."""

    position: int
    entry: AuditEntry
    finding: Finding | None
    remark: str
    examined_at: int | None
    examined_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One draw: all that an outsider needs to draw it again, and how far its examination is."""

    uid: UUID
    period: str
    round: int
    drawn_at: int
    drawn_by: str
    checkpoint_size: int
    note: str
    population: int
    population_digest: str
    size: int
    examined: int
    signed_at: int | None
    signed_by: str
    remark: str
    items: tuple[Item, ...] = ()

    @property
    def label(self) -> str:
        """The name that went into the seed."""
        return sampling.label_of(self.period, self.round)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The log in one ISO week, in counts; signed off or waiting for it."""

    week: str
    counts: dict[str, int]
    signed_at: int | None = None
    signed_by: str = ""
    remark: str = ""


def draw(tx: Transaction, period: str, *, size: int) -> Sample:
    """Draw the next sample of a month that has ended; each round of a month is drawn once and stays."""
    tx.require(Permission.AUDIT_SAMPLE)
    drawn = tx.connection.execute(select(func.max(s.round)).where(s.period == period)).scalar_one()
    number = (drawn or 0) + 1
    if number > MOST_ROUNDS:
        raise Invalid(f"{period} was drawn {MOST_ROUNDS} times", where="round", advice="Examine what is drawn.")
    label = sampling.label_of(period, number)
    start, end = bounds(period)
    checkpoint = _first_checkpoint(tx, period, end)
    entries = _population(tx, start, end, checkpoint.size)
    if not entries:
        raise Invalid(f"nobody was shown anything in {period}", where="period", advice="There is nothing to draw.")
    picks = sampling.draw(sampling.seed_of(checkpoint.note, label), len(entries), size)
    uid = new_id()
    values = {
        "uid": uid.bytes, "period": period, "round": number, "drawn_at": tx.at, "drawn_by": tx.access.actor.account,
        "checkpoint_size": checkpoint.size, "note": checkpoint.note, "population": len(entries),
        "population_digest": sampling.population_digest(entries),
    }  # fmt: skip
    key = int(tx.connection.execute(insert(tables.sample).values(**values).returning(s.id)).scalar_one())
    rows = [{"sample_id": key, "position": pick, "entry": entries[pick]} for pick in picks]
    tx.connection.execute(insert(tables.sample_item), rows)
    tx.note(Event.SAMPLE_DRAWN, f"sample:{uid}", label=label, population=len(entries), drawn=len(picks))
    return get(tx, uid)


def bounds(period: str) -> tuple[int, int]:
    """Say when a month begins and ends, in milliseconds."""
    sampling.label_of(period, 1)
    first, after = (
        datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC) for name in (period, sampling.month_after(period))
    )
    return to_millis(first), to_millis(after)


def _first_checkpoint(tx: Transaction, period: str, end: int) -> AnyRow:
    if tx.at < end:
        raise Invalid(f"{period} has not ended", where="period", advice="A sample is drawn once nobody can add to it.")
    found = tx.connection.execute(select(k.size, k.note).where(k.at >= end).order_by(k.size).limit(1)).one_or_none()
    if found is None:
        advice = "Have one signed (tessera audit checkpoint); `tessera serve` signs by itself."
        raise Invalid(f"no checkpoint was signed since {period} ended", where="checkpoint", advice=advice)
    return found


def _population(tx: Transaction, start: int, end: int, size: int) -> list[int]:
    """List the entries that can be drawn: accesses of persons in the period that the checkpoint covers, in log order."""
    chosen = (
        select(e.index)
        .where(e.event.in_([event.value for event in ACCESSES]), e.at >= start, e.at < end, e.index < size)
        .where(e.account.not_in(SYSTEM))
        .order_by(e.index)
    )
    return list(tx.connection.execute(chosen).scalars())


def all_samples(tx: Transaction) -> list[Sample]:
    """List samples, newest first."""
    tx.require(Permission.AUDIT_SAMPLE)
    found = tx.connection.execute(select(tables.sample).order_by(s.period.desc(), s.round.desc())).all()
    tx.note(Event.SAMPLE_READ, samples=len(found))
    return [_to_sample(row, _items(tx, row.id)) for row in found]


def get(tx: Transaction, uid: UUID) -> Sample:
    """Read one sample with the entries it drew."""
    tx.require(Permission.AUDIT_SAMPLE)
    row = _row(tx, uid)
    tx.note(Event.SAMPLE_READ, f"sample:{uid}")
    items = _items(tx, row.id)
    entries = {entry.index: entry for entry in _entries(tx, [item.entry for item in items])}
    return _to_sample(row, items, entries)


def population_of(tx: Transaction, uid: UUID) -> list[int]:
    """List again what could be drawn in a sample, for who checks it against the log."""
    tx.require(Permission.AUDIT_SAMPLE)
    row = _row(tx, uid)
    tx.note(Event.SAMPLE_READ, f"sample:{uid}", population=row.population)
    return _population(tx, *bounds(row.period), row.checkpoint_size)


def examine(tx: Transaction, uid: UUID, position: int, finding: Finding, remark: str) -> None:
    """Put down what was found about one drawn access; a question or misuse needs a remark. Nobody examines their own."""
    tx.require(Permission.AUDIT_SAMPLE)
    row = _unsigned(tx, uid)
    this = (i.sample_id == row.id) & (i.position == position)
    item = tx.connection.execute(select(i.entry, e.account).join(tables.audit_entry, e.index == i.entry).where(this))
    found = item.one_or_none()
    if found is None:
        raise NotFound("no such access in this sample", where=str(position))
    if found.account == tx.access.actor.account:
        raise Invalid("nobody examines their own access", where="examiner", advice="Leave it to somebody else.")
    if finding is not Finding.IN_ORDER and not remark.strip():
        raise Invalid("say what is in question", where="remark", advice="A sentence is enough.")
    values = {"finding": finding.value, "remark": _short(remark), "examined_at": tx.at}
    tx.connection.execute(update(tables.sample_item).where(this).values(examined_by=tx.access.actor.account, **values))
    tx.note(Event.SAMPLE_EXAMINED, f"sample:{uid}", entry=found.entry, finding=finding.value)


def sign_off(tx: Transaction, uid: UUID, remark: str) -> None:
    """Sign that every drawn access was examined; nothing of the sample changes after that."""
    tx.require(Permission.AUDIT_SAMPLE)
    row = _unsigned(tx, uid)
    findings = [item.finding for item in _items(tx, row.id)]
    if "" in findings:
        left = findings.count("")
        raise Invalid(
            f"{left} of {len(findings)} accesses are not examined", where="sample", advice="Examine them first."
        )
    tx.sign()
    values = {"signed_at": tx.at, "signed_by": tx.access.actor.account, "remark": _short(remark)}
    tx.connection.execute(update(tables.sample).where(s.id == row.id).values(**values))
    counts = {finding.value: findings.count(finding.value) for finding in Finding}
    tx.note(Event.SAMPLE_SIGNED, f"sample:{uid}", **counts)


def digest(tx: Transaction, week: str) -> Digest:
    """Count the log's entries of one ISO week (CJIS AU-6: reviewed weekly); a signed digest is given as it was signed."""
    tx.require(Permission.AUDIT_SAMPLE)
    signed = tx.connection.execute(select(tables.audit_digest).where(g.week == week)).one_or_none()
    tx.note(Event.SAMPLE_READ, f"week:{week}")
    if signed is not None:
        return _to_digest(signed)
    return Digest(week=week, counts=_count(tx, *week_bounds(week)))


def sign_week(tx: Transaction, week: str, remark: str) -> None:
    """Sign that a week of the log, which has ended, was reviewed."""
    tx.require(Permission.AUDIT_SAMPLE)
    start, end = week_bounds(week)
    if tx.at < end:
        raise Invalid(f"{week} has not ended", where="week", advice="Sign it off once it has.")
    if tx.connection.execute(select(g.week).where(g.week == week)).one_or_none() is not None:
        raise Conflict(f"{week} is signed off already", where="week")
    counts = _count(tx, start, end)
    tx.sign()
    tx.connection.execute(
        insert(tables.audit_digest).values(
            week=week,
            counts=json.dumps(counts),
            signed_at=tx.at,
            signed_by=tx.access.actor.account,
            remark=_short(remark),
        )
    )
    tx.note(Event.AUDIT_REVIEWED, f"week:{week}", counts=counts)


def week_of(day: str) -> str:
    """Name the ISO week of a day.

    >>> week_of("2027-01-01")
    '2026-W53'
    """
    found = date.fromisoformat(day).isocalendar()
    return f"{found.year:04d}-W{found.week:02d}"


def week_bounds(week: str) -> tuple[int, int]:
    """Say when an ISO week begins and ends, in milliseconds."""
    try:
        year, number = week.split("-W")
        monday = datetime.combine(date.fromisocalendar(int(year), int(number), 1), datetime.min.time(), UTC)
    except ValueError:
        raise Invalid(f"{week[:20]!r} is no week", where="week", advice="Write it as 2026-W47.") from None
    return to_millis(monday), to_millis(monday + WEEK)


def due(tx: Transaction) -> list[str]:
    """Say in sentences what of the reviews is overdue today: no sample drawn, none signed off, a week not reviewed."""
    tx.require(Permission.AUDIT_SAMPLE)
    tx.note(Event.SAMPLE_READ, "due")
    return [*_undrawn(tx), *_unfinished(tx), *_unread_weeks(tx)]


def _undrawn(tx: Transaction) -> list[str]:
    period = sampling.month_before(tx.today)
    start, end = bounds(period)
    drawn = tx.connection.execute(select(s.id).where(s.period == period).limit(1)).one_or_none()
    if drawn is not None or tx.at < end + DAYS_TO_DRAW * 86_400_000 or not _count(tx, start, end)["accesses"]:
        return []
    return [f"No sample of {period} is drawn; it was due {DAYS_TO_DRAW} days after the month ended."]


def _unfinished(tx: Transaction) -> list[str]:
    late = tx.at - DAYS_TO_EXAMINE * 86_400_000
    open_ones = select(s.period, s.round).where(s.signed_at.is_(None), s.drawn_at < late).order_by(s.period)
    return [
        f"Sample {row.period}/{row.round} is not signed off; it was drawn more than {DAYS_TO_EXAMINE} days ago."
        for row in tx.connection.execute(open_ones)
    ]


def _unread_weeks(tx: Transaction) -> list[str]:
    """Look at the last weeks whose days of grace are over."""
    last = date.fromisoformat(tx.today) - WEEK - timedelta(days=DAYS_TO_SIGN_WEEK)
    weeks = [week_of((last - WEEK * back).isoformat()) for back in range(WEEKS_LOOKED_AT)]
    signed = set(tx.connection.execute(select(g.week).where(g.week.in_(weeks))).scalars())
    unread = [week for week in weeks if week not in signed and _count(tx, *week_bounds(week))["entries"]]
    return [f"The audit log of {week} is not reviewed; it is reviewed weekly (CJIS AU-6)." for week in unread]


def _count(tx: Transaction, start: int, end: int) -> dict[str, int]:
    found = tx.connection.execute(
        select(e.event, e.outcome, func.count().label("n"))
        .where(e.at >= start, e.at < end)
        .group_by(e.event, e.outcome)
    ).all()
    counts = {name: sum(row.n for row in found if row.event in set(events)) for name, events in IN_DIGEST.items()}
    refused = sum(row.n for row in found if row.outcome == DENIED)
    return {"entries": sum(row.n for row in found), "refusals": refused, **counts}


def _entries(tx: Transaction, indices: list[int]) -> list[AuditEntry]:
    names = ("at", "event", "account", "agency", "purpose", "need_to_know", "subject", "outcome")
    columns = [e.index.label("number"), e.details, *(e[name] for name in names)]
    rows = tx.connection.execute(select(*columns).where(e.index.in_(indices)))
    return [
        AuditEntry(index=row.number, details=json.loads(row.details), **{name: getattr(row, name) for name in names})
        for row in rows
    ]


def _items(tx: Transaction, key: int) -> list[AnyRow]:
    return list(tx.connection.execute(select(tables.sample_item).where(i.sample_id == key).order_by(i.position)))


def _row(tx: Transaction, uid: UUID) -> AnyRow:
    row = tx.connection.execute(select(tables.sample).where(s.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such sample", where=str(uid))
    return row


def _unsigned(tx: Transaction, uid: UUID) -> AnyRow:
    row = _row(tx, uid)
    if row.signed_at is not None:
        raise Conflict("the sample is signed off", where=str(uid), advice="What is signed does not change any more.")
    return row


def _to_sample(row: AnyRow, items: list[AnyRow], entries: dict[int, AuditEntry] | None = None) -> Sample:
    shown = [_to_item(item, entries[item.entry]) for item in items] if entries is not None else []
    return Sample(
        uid=UUID(bytes=bytes(row.uid)), period=row.period, round=row.round, drawn_at=row.drawn_at, drawn_by=row.drawn_by,
        checkpoint_size=row.checkpoint_size, note=row.note, population=row.population,
        population_digest=row.population_digest, size=len(items), examined=sum(bool(item.finding) for item in items),
        signed_at=row.signed_at, signed_by=row.signed_by, remark=row.remark, items=tuple(shown),
    )  # fmt: skip


def _to_item(row: AnyRow, entry: AuditEntry) -> Item:
    return Item(
        position=row.position, entry=entry, finding=Finding(row.finding) if row.finding else None, remark=row.remark,
        examined_at=row.examined_at, examined_by=row.examined_by,
    )  # fmt: skip


def _to_digest(row: AnyRow) -> Digest:
    return Digest(
        week=row.week,
        counts=json.loads(row.counts),
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        remark=row.remark,
    )


def _short(text: str) -> str:
    if len(text) > LONGEST_REMARK:
        raise Invalid(f"the remark is longer than {LONGEST_REMARK} characters", where="remark", advice="Shorten it.")
    return text.strip()


def document_of(sample: Sample) -> dict[str, object]:
    """Write a sample so that an outsider can draw it again: no account, no subject, no finding."""
    return {
        "period": sample.period,
        "round": sample.round,
        "checkpoint": sample.note,
        "population": sample.population,
        "population_sha256": sample.population_digest,
        "drawn": [{"position": item.position, "entry": item.entry.index} for item in sample.items],
    }
