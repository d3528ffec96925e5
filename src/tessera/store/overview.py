"""What arrived, per source: freshness against its cadence, quality with its reasons, quarantine."""

from sqlalchemy import ColumnElement, and_, func, select, true

from tessera.model.access import Permission
from tessera.model.source import Source, SourceStatus
from tessera.store import parties, tables
from tessera.store.events import Event
from tessera.store.rowcounts import counted, counts_all
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

d, q, s = tables.delivery.c, tables.quality.c, tables.source.c
COUNTED = ("rows_in", "records", "rows_quarantined", "rows_duplicate")
HOUR_MS = 3_600_000
KNOW_SOURCES = (Permission.AUDIT_READ, Permission.SETTINGS_READ)
"""Either shows that every source exists: its overseers must know, and whoever registers and runs it."""


def sources(tx: Transaction) -> list[SourceStatus]:
    """Every source that this access may know of, by name."""
    tx.require(Permission.SOURCE_READ)
    each = select(d.source_id, *counted(tx, COUNTED)).join(tables.source, s.id == d.source_id).subquery().c
    sums = (func.sum(each[name]).label(name) for name in COUNTED)
    counts = select(each.source_id, *sums).group_by(each.source_id).subquery()
    arrivals = (
        select(d.source_id, func.count().label("deliveries"), func.max(d.received_at).label("last"))
        .group_by(d.source_id)
        .subquery()
    )
    rows = tx.connection.execute(
        select(
            tables.source, tables.marking.c.value, tables.agency.c.label.label("agency_label"),
            counts.c.rows_in, counts.c.records, counts.c.rows_quarantined.label("quarantined"),
            counts.c.rows_duplicate.label("duplicates"),
            arrivals.c.deliveries, arrivals.c.last,
        )
        .join(tables.marking, tables.marking.c.id == s.marking_id)
        .join(tables.agency, tables.agency.c.name == s.agency)
        .join(counts, counts.c.source_id == s.id, isouter=True)
        .join(arrivals, arrivals.c.source_id == s.id, isouter=True)
        .where(may_know(tx))
        .order_by(s.name)
    ).all()  # fmt: skip
    profiles, keeper = _profiles(tx), counts_all(tx)
    tx.note(Event.OVERVIEW_READ)
    return [
        _status(row, profiles.get(row.id, []) if keeper or row.agency == tx.access.actor.agency else None, tx.at)
        for row in rows
    ]


def may_know(tx: Transaction) -> ColumnElement[bool]:
    """Who may read under a source's marking knows of it; so do oversight and whoever runs the system, who see no content.

    A lapsed agreement closes what was given under it, not the knowledge that its source exists and why it is silent.
    """
    if any(tx.store.policy.may(tx.access, needed, today=tx.today) for needed in KNOW_SOURCES):
        return true()
    return covers(s.marking_id, tx.store.scope_in_force(tx).visible)


def _profiles(tx: Transaction) -> dict[int, list[AnyRow]]:
    """Per source and term: rows, filled and invalid values over all its deliveries."""
    rows = tx.connection.execute(
        select(
            d.source_id, q.kind, q.term,
            func.sum(q.rows).label("rows"), func.sum(q.filled).label("filled"), func.sum(q.invalid).label("invalid"),
        )
        .join(tables.quality, q.delivery_id == d.id)
        .group_by(d.source_id, q.kind, q.term)
        .order_by(q.kind, q.term)
    )  # fmt: skip
    grouped: dict[int, list[AnyRow]] = {}
    for row in rows:
        grouped.setdefault(row.source_id, []).append(row)
    return grouped


def _status(row: AnyRow, profile: list[AnyRow] | None, now: int) -> SourceStatus:
    source = parties.to_source(row)
    rows_in, quarantined = int(row.rows_in or 0), int(row.quarantined or 0)
    duplicates = int(row.duplicates or 0)
    freshness = _freshness(source, row.last, now)
    quality, reasons = _quality(rows_in, quarantined, duplicates, profile, freshness)
    return SourceStatus(
        source=source,
        agency_label=row.agency_label,
        deliveries=int(row.deliveries or 0),
        rows_in=rows_in,
        records=int(row.records or 0),
        quarantined=quarantined,
        duplicates=duplicates,
        last_received=row.last,
        freshness=freshness,
        quality=quality,
        quality_reasons=reasons,
    )


def _freshness(source: Source, last: int | None, now: int) -> str:
    """Late after one missed cadence, silent after three."""
    if last is None:
        return "silent"
    if not source.cadence_hours:
        return "no cadence"
    missed = (now - last) / (source.cadence_hours * HOUR_MS)
    return "fresh" if missed <= 1 else "late" if missed <= 3 else "silent"  # noqa: PLR2004 - said above


def _quality(
    rows_in: int, quarantined: int, duplicates: int, profile: list[AnyRow] | None, freshness: str
) -> tuple[float | None, tuple[str, ...]]:
    """The mean of four parts, each between 0 and 1, and how each came about.

    Values are counted over all rows, so a reader who may not see them all gets the other three parts (`profile` None).
    """
    if not rows_in:
        return None, ("nothing has arrived yet",)
    cells, filled = sum(int(p.rows) for p in profile or ()), sum(int(p.filled) for p in profile or ())
    invalid = sum(int(p.invalid) for p in profile or ())
    complete = {"completeness": (filled / cells if cells else 0.0, f"{filled:,} of {cells:,} values are filled")}
    parts = (complete if profile is not None else {}) | {
        "validity": (1 - quarantined / rows_in, f"{quarantined:,} of {rows_in:,} rows are in quarantine"),
        "uniqueness": (1 - duplicates / rows_in, f"{duplicates:,} of {rows_in:,} rows had arrived before"),
        "timeliness": (
            {"fresh": 1.0, "no cadence": 1.0, "late": 0.5}.get(freshness, 0.0),
            f"the source is {freshness}",
        ),
    }
    score = sum(value for value, _ in parts.values()) / len(parts)
    reasons = [f"{name} {value:.0%}: {why}" for name, (value, why) in parts.items()]
    if profile and invalid:
        worst = max(profile, key=lambda p: p.invalid)
        reasons.append(f"most values that do not fit: {worst.kind} {worst.term} ({worst.invalid:,})")
    return score, tuple(reasons)


def visible_count(tx: Transaction) -> int:
    """Count the current records that this access may see."""
    tx.require(Permission.RECORD_READ)
    r = tables.record.c
    count = select(func.count()).where(and_(r.known_to.is_(None), covers(r.marking_id, tx.scope.listed.visible)))
    tx.note(Event.RECORD_COUNTED)
    return int(tx.connection.execute(count).scalar_one())
