"""Who was shown a record is told what becomes of it, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from regions import ANALYST, AUDITOR, DEPUTY, STEWARD, deliver, rows
from sqlalchemy import select

from tessera.errors import Conflict, Invalid, NotFound
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.model.notice import Deed, Notice, NoticeKind
from tessera.model.record import SearchQuery
from tessera.store import notices, records, tables

DAY = 24 * 3600 * 1000
ROWS = rows(
    "A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,,,",
    "A2,2026-03-02 11:30,robbery,cash taken,39.20,-75.60,,,",
)


def show(center: Center, access: Access, text: str) -> list[UUID]:
    with center.store.reading(access) as tx:
        return [hit.uid for hit in records.search(tx, SearchQuery(text=text)).hits]


def keys_of(center: Center, *uids: UUID) -> list[int]:
    with center.store.dialect.engine.connect() as connection:
        wanted = tables.record.c.uid.in_([uid.bytes for uid in uids])
        return list(connection.execute(select(tables.record.c.id).where(wanted)).scalars())


def tell(center: Center, teller: Access, *uids: UUID) -> int:
    with center.store.writing(teller) as tx:
        return notices.tell(tx, NoticeKind.RECALL, keys_of(center, *uids), "It was taken back. Destroy your copies.")


def notices_of(center: Center, access: Access) -> list[Notice]:
    with center.store.reading(access) as tx:
        return notices.of_reader(tx)


def test_who_was_shown_a_record_is_told_and_nobody_else(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    (burglary,) = show(center, ANALYST, "burglary")
    (robbery,) = show(center, STEWARD, "robbery")
    assert tell(center, DEPUTY, burglary, robbery) == 2
    (notice,) = notices_of(center, ANALYST)
    assert (notice.records, notice.count, notice.teller) == ((burglary,), 1, "sheriff")
    assert notices_of(center, STEWARD)[0].records == (robbery,)
    assert notices_of(center, AUDITOR) == []


def test_who_tells_is_not_told_and_nothing_is_sent_to_nobody(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    (burglary,) = show(center, DEPUTY, "burglary")
    with center.store.writing(DEPUTY) as tx:
        assert notices.tell(tx, NoticeKind.RECALL, keys_of(center, burglary), "Taken back.") == 0
        notices.count_open(tx)
    with center.store.dialect.engine.connect() as connection:
        assert connection.execute(select(tables.notice.c.id)).all() == []


def test_a_notice_is_open_until_its_recipient_says_what_was_done(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    shown = show(center, ANALYST, "burglary")
    tell(center, DEPUTY, *shown)
    (notice,) = notices_of(center, ANALYST)
    with center.store.writing(ANALYST) as tx:
        assert notices.count_open(tx) == 1
        notices.acknowledge(tx, notice.uid, Deed.DESTROYED, note="one print, shredded")
        assert notices.count_open(tx) == 0
    (answered,) = notices_of(center, ANALYST)
    assert (answered.deed, answered.note) == (Deed.DESTROYED, "one print, shredded")
    assert answered.acknowledged_at
    with pytest.raises(Conflict), center.store.writing(ANALYST) as tx:
        notices.acknowledge(tx, notice.uid, Deed.NONE_MADE)


def test_nobody_acknowledges_for_another(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    tell(center, DEPUTY, *show(center, ANALYST, "burglary"))
    (notice,) = notices_of(center, ANALYST)
    for uid in (notice.uid, uuid4()):
        with pytest.raises(NotFound), center.store.writing(STEWARD) as tx:
            notices.acknowledge(tx, uid, Deed.DESTROYED)


def test_a_notice_says_something(center: Center) -> None:
    with pytest.raises(Invalid), center.store.writing(DEPUTY) as tx:
        notices.tell(tx, NoticeKind.RECALL, [], " ")


def test_the_owner_and_the_overseer_see_what_is_overdue_and_other_agencies_do_not(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    tell(center, DEPUTY, *show(center, ANALYST, "burglary"))
    now = center.clock()
    center.store.clock = lambda: now + 8 * DAY
    other = replace(DEPUTY, actor=replace(DEPUTY.actor, account="kim", agency="hospital"))
    for reader, seen in ((DEPUTY, 1), (AUDITOR, 1), (other, 0)):
        with center.store.reading(reader) as tx:
            assert len(notices.receipts(tx, days=7, overdue_only=True)) == seen
    with center.store.reading(DEPUTY) as tx:
        assert notices.receipts(tx, days=9)[0].overdue is False
        assert notices.receipts(tx, days=9, overdue_only=True) == []
