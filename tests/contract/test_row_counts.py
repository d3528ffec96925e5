"""Counts of a delivery are of the rows that its reader may see; whoever gave or keeps the data knows them all."""

from dataclasses import replace
from uuid import UUID

import pytest
from regions import AUDITOR, DEPUTY, STEWARD, actor, deliver, rows
from sqlalchemy import select

from tessera.flow.center import Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.delivery import Delivery
from tessera.model.marking import Hold
from tessera.store import deliveries, overview, tables
from tessera.store.remarking import remark

UNCLEARED = Access(actor=actor("lou", "fusion-unit", Role.ANALYST), purpose=Purpose.CRIMINAL_INVESTIGATION)
MIXED = rows(
    "A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,Elena Munoz,302-555-0143,41",
    "A2,2026-03-02 10:00,theft,bicycle taken,39.16,-75.52,Tim Young,302-555-0118,15",
    "A3,2026-03-03 10:00,theft,boat taken,39.16,-75.52,,,",
    "A3,2026-03-03 10:00,theft,boat taken,39.16,-75.52,,,",
    "A4,31/02/2026,theft,no such day,39.16,-75.52,,,",
)


@pytest.fixture
def mixed(center: Center) -> Delivery:
    return deliver(center, MIXED, source="open-feed")


def counts(center: Center, access: Access, uid: UUID) -> tuple[int, int, int, int, int]:
    with center.store.reading(access) as tx:
        seen = deliveries.get(tx, uid)
    return seen.rows_in, seen.rows_recorded, seen.rows_quarantined, seen.rows_duplicate, seen.records


def test_a_row_that_is_hidden_is_not_counted(center: Center, mixed: Delivery) -> None:
    assert counts(center, UNCLEARED, mixed.uid) == (4, 2, 1, 1, 3)


@pytest.mark.parametrize("access", [DEPUTY, STEWARD], ids=["giver", "steward"])
def test_who_gave_the_data_or_keeps_it_knows_all_counts(center: Center, mixed: Delivery, access: Access) -> None:
    assert counts(center, access, mixed.uid) == (5, 3, 1, 1, 5)


def test_counts_follow_a_record_that_is_held_later(center: Center, mixed: Delivery) -> None:
    r = tables.record.c
    with center.store.writing(STEWARD) as tx:
        boat = tx.connection.execute(select(r.id).where(r.payload.like("%boat%"))).scalar_one()
        assert remark(tx, [boat], lambda m: replace(m, holds=m.holds | {Hold.LEGAL}), reason="order 7") == 1
    assert counts(center, UNCLEARED, mixed.uid) == (3, 1, 1, 1, 2)
    with center.store.writing(STEWARD) as tx:
        remark(tx, [boat], lambda m: replace(m, holds=frozenset()), reason="order 7 was lifted")
    assert counts(center, UNCLEARED, mixed.uid) == (4, 2, 1, 1, 3)


def test_a_source_sums_what_its_reader_may_see(center: Center, mixed: Delivery) -> None:
    assert mixed.rows_in == 5
    for access, seen in ((UNCLEARED, (4, 3)), (AUDITOR, (5, 5))):
        with center.store.reading(access) as tx:
            status = next(s for s in overview.sources(tx) if s.source.name == "open-feed")
        assert (status.rows_in, status.records) == seen
        assert status.quality is not None
        whole = access is AUDITOR
        assert any("completeness" in reason for reason in status.quality_reasons) == whole
