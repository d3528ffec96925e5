"""What the center tells the public, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from uuid import UUID

import pytest
from regions import ANALYST, AUDITOR, actor, deliver, rows

from tessera.errors import Conflict, Invalid, NotAllowed
from tessera.flow.center import Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.record import SearchQuery
from tessera.model.transparency import Report, ReportedTable
from tessera.store import records, tables, transparency
from tessera.trust.redress import Clocks

OFFICER = Access(actor=actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT)
CLOCKS = Clocks()


def many(first: int, count: int, *, person: str = "") -> bytes:
    return rows(
        *(f"A{n},2026-03-01 10:00,theft,bicycle {n},39.16,-75.52,{person},," for n in range(first, first + count))
    )


def draft(center: Center) -> Report:
    with center.store.writing(OFFICER) as tx:
        return transparency.draft(tx, clocks=CLOCKS)


def publish(center: Center) -> Report:
    made = draft(center)
    with center.store.writing(OFFICER) as tx:
        transparency.publish(tx, made.uid, note="Every table was looked at.")
    return transparency.published(center.store)[0]


def table(report: Report, name: str) -> ReportedTable:
    return next(one for one in report.tables if one.name == name)


def incidents(report: Report) -> tuple[int | None, ...]:
    held = table(report, "holdings")
    at = [column.name for column in held.columns].index("incident")
    return (*(row.counts[at] for row in held.rows), held.totals[at] if held.totals else None)


def test_a_report_counts_what_is_held_by_authority_and_kind(center: Center) -> None:
    deliver(center, many(0, 30), source="open-feed")
    report = publish(center)
    assert incidents(report) == (0, 30, 30)
    assert [row.note for row in table(report, "holdings").rows] == [
        "Test Code 2; kept 365 days",
        "Test Code 1; kept 1,825 days",
    ]
    assert all(one.queries and one.definition for one in report.tables)


def test_small_numbers_never_reach_the_store(center: Center) -> None:
    deliver(center, many(0, 30), source="open-feed")
    deliver(center, many(100, 4), source="health-feed")
    report = publish(center)
    assert incidents(report) == (None, None, 34)
    assert '"counts": [4' not in stored(center, report.uid)


def stored(center: Center, uid: UUID) -> str:
    with center.store.dialect.engine.connect() as connection:
        query = tables.transparency_report
        return str(connection.execute(query.select().where(query.c.uid == uid.bytes)).one().content)


@pytest.mark.parametrize("source", ["police-feed", "health-feed"])
def test_a_planted_hidden_record_changes_the_report_only_by_the_rules(center: Center, source: str) -> None:
    """A single record, however it is marked, never shows as one more."""
    deliver(center, many(0, 30), source="open-feed")
    deliver(center, many(100, 30), source=source)
    before = publish(center)
    deliver(center, many(500, 1, person="Elena Munoz"), source=source)
    after = draft(center)
    for was, now in zip(cells(before), cells(after), strict=True):
        assert now in (was, None) or was is None or abs(now - was) >= 11


def cells(report: Report) -> list[int | None]:
    held = table(report, "holdings")
    return [count for row in held.rows for count in row.counts[:1]] + [held.totals[0] if held.totals else None]


def test_disclosures_are_told_by_kind_of_agency_and_purpose(center: Center) -> None:
    deliver(center, many(0, 20), source="open-feed")
    for _ in range(12):
        with center.store.reading(ANALYST) as tx:
            records.search(tx, SearchQuery(text="bicycle"))
    told = table(publish(center), "disclosures")
    at = [column.name for column in told.columns].index("criminal-investigation")
    assert {row.name: row.counts[at] for row in told.rows}["state"] == 12


def test_a_published_report_does_not_change_and_the_next_begins_where_it_ended(center: Center) -> None:
    first = publish(center)
    with pytest.raises(Conflict), center.store.writing(OFFICER) as tx:
        transparency.publish(tx, first.uid, note="Again.")
    with pytest.raises(Invalid, match="overlaps"), center.store.writing(OFFICER) as tx:
        transparency.draft(tx, clocks=CLOCKS, since=first.since)
    second = publish(center)
    assert second.since == first.until
    again = transparency.published(center.store)
    assert [one.uid for one in again] == [second.uid, first.uid]
    assert again[1].tables == first.tables


def test_there_is_one_draft_and_publishing_an_old_one_is_refused(center: Center) -> None:
    old, new = draft(center), draft(center)
    with pytest.raises(Exception, match="no such report"), center.store.writing(OFFICER) as tx:
        transparency.publish(tx, old.uid, note="Looked at.")
    with center.store.reading(OFFICER) as tx:
        waiting, done = transparency.all_reports(tx)
    assert (waiting.uid if waiting else None, done) == (new.uid, [])
    assert transparency.published(center.store) == []


@pytest.mark.parametrize("access", [ANALYST, AUDITOR, replace(OFFICER, scopes=frozenset({"record:read"}))])
def test_only_a_privacy_officer_drafts(center: Center, access: Access) -> None:
    with pytest.raises(NotAllowed), center.store.writing(access) as tx:
        transparency.draft(tx, clocks=CLOCKS)


def test_publishing_needs_a_note_of_what_was_reviewed(center: Center) -> None:
    made = draft(center)
    with pytest.raises(Invalid, match="note"), center.store.writing(OFFICER) as tx:
        transparency.publish(tx, made.uid, note=" ")


def test_a_report_is_reviewed_every_quarter_and_may_be_taken_down(center: Center) -> None:
    report = publish(center)
    assert report.published_at is not None
    later = report.published_at + 91 * transparency.DAY
    assert transparency.due([report], report.published_at) == []
    assert len(transparency.due([report], later)) == 2
    with center.store.writing(OFFICER) as tx:
        transparency.review(tx, report.uid, kept=False, note="A count is wrong.")
    (found,) = transparency.published(center.store)
    assert found.taken_down
    assert found.tables == report.tables
    assert len(transparency.due([found], later)) == 1
