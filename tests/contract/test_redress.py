"""Requests for redress from arrival to deletion, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from uuid import UUID

import pytest
from regions import ANALYST, AUDITOR, DEPUTY, STEWARD, actor, deliver, rows
from sqlalchemy import func, select, update

from tessera.errors import Invalid, NotAllowed, NotFound
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.notice import NoticeKind
from tessera.model.record import SearchQuery
from tessera.model.redress import Asking
from tessera.store import notices, records, redress, tables
from tessera.store.redress import VISITOR, Request
from tessera.trust.redress import Clocks, Closing, Outcome, Refusal, Remedy, Ruling, Stage

OFFICER = Access(
    actor=actor("pat", "fusion-unit", Role.PRIVACY_OFFICER, groups=("law-enforcement", "cji-cleared")),
    purpose=Purpose.OVERSIGHT,
)
SECOND = replace(OFFICER, actor=replace(OFFICER.actor, account="lee"))
CLOCKS = Clocks()
DAY = 86_400_000
ASKING = Asking(name="Elena Munoz", reach="12 Harbour Road", statement="I was abroad.")
GRANT = Ruling(outcome=Outcome.GRANTED, explanation="You were abroad.", remedies=frozenset({Remedy.MARKED}))
REFUSE = Ruling(outcome=Outcome.REFUSED, explanation="It is right.", refusal=Refusal.ACCURATE)


def receive(center: Center) -> UUID:
    with center.store.writing(VISITOR) as tx:
        given = redress.receive(tx, ASKING)
    with center.store.reading(OFFICER) as tx:
        return next(one.uid for one in redress.waiting(tx, CLOCKS) if one.reference == given.reference)


def advance(center: Center, uid: UUID, *stages: Stage) -> None:
    for stage in stages:
        with center.store.writing(OFFICER) as tx:
            redress.advance(tx, uid, stage)


def opened(center: Center) -> UUID:
    uid = receive(center)
    advance(center, uid, Stage.ACKNOWLEDGED, Stage.IDENTIFIED, Stage.OPEN)
    return uid


def link(center: Center, uid: UUID, record: UUID) -> None:
    with center.store.writing(OFFICER) as tx:
        redress.link(tx, uid, record)


def decide(center: Center, uid: UUID, ruling: Ruling, by: Access = OFFICER) -> int:
    with center.store.writing(by) as tx:
        return redress.decide(tx, uid, ruling)


def close(center: Center, uid: UUID, closing: Closing) -> None:
    with center.store.writing(OFFICER) as tx:
        redress.close(tx, uid, closing)


def get(center: Center, uid: UUID) -> Request:
    with center.store.reading(OFFICER) as tx:
        return redress.get(tx, uid, CLOCKS)


def find(center: Center, access: Access, text: str) -> list[UUID]:
    with center.store.reading(access) as tx:
        return [hit.uid for hit in records.search(tx, SearchQuery(text=text)).hits]


def disputed(center: Center, access: Access, uid: UUID) -> bool:
    with center.store.reading(access) as tx:
        return records.get(tx, uid).disputed


def held(center: Center) -> UUID:
    deliver(center, rows("A1,2026-03-01 10:00,theft,bicycle,39.16,-75.52,,,"), source="open-feed")
    return find(center, OFFICER, "bicycle")[0]


def test_a_disputed_record_says_so_to_all_until_the_request_is_closed_and_so_do_its_versions(center: Center) -> None:
    record, uid = held(center), opened(center)
    link(center, uid, record)
    deliver(center, rows("A1,2026-03-01 10:00,theft,bicycle and helmet,39.16,-75.52,,,"), source="open-feed")
    newer = find(center, ANALYST, "helmet")[0]
    assert newer != record
    assert disputed(center, DEPUTY, newer)
    with center.store.reading(ANALYST) as tx:
        assert [hit.disputed for hit in records.search(tx, SearchQuery(text="helmet")).hits] == [True]
    decide(center, uid, GRANT)
    assert disputed(center, DEPUTY, newer)
    close(center, uid, Closing.DONE)
    assert not disputed(center, DEPUTY, newer)


def test_a_second_request_keeps_the_flag_when_the_first_is_closed(center: Center) -> None:
    record, first, second = held(center), opened(center), opened(center)
    for uid in (first, second):
        link(center, uid, record)
    close(center, first, Closing.WITHDRAWN)
    assert disputed(center, ANALYST, record)
    with center.store.writing(OFFICER) as tx:
        redress.unlink(tx, second, record)
    assert not disputed(center, ANALYST, record)


def test_who_was_shown_a_record_is_told_when_the_request_is_granted(center: Center) -> None:
    record, uid = held(center), opened(center)
    find(center, DEPUTY, "bicycle")
    link(center, uid, record)
    assert decide(center, uid, GRANT) == 1
    with center.store.reading(DEPUTY) as tx:
        (notice,) = notices.of_reader(tx)
    assert notice.kind is NoticeKind.REDRESS
    assert "Munoz" not in notice.text


def test_a_refusal_tells_nobody(center: Center) -> None:
    record, uid = held(center), opened(center)
    find(center, DEPUTY, "bicycle")
    link(center, uid, record)
    assert decide(center, uid, REFUSE) == 0


def test_nothing_is_granted_where_no_record_is_linked(center: Center) -> None:
    with pytest.raises(Invalid, match="no record is linked"):
        decide(center, opened(center), GRANT)


def test_who_entered_the_data_does_not_decide(center: Center) -> None:
    record, uid = held(center), opened(center)
    link(center, uid, record)
    roles = frozenset({Role.PRIVACY_OFFICER})
    enterer = replace(OFFICER, actor=replace(OFFICER.actor, account=STEWARD.actor.account, roles=roles))
    with pytest.raises(Invalid, match="entered the disputed data"):
        decide(center, uid, GRANT, by=enterer)
    decide(center, uid, GRANT)


def test_an_appeal_is_decided_by_another_and_is_the_last(center: Center) -> None:
    uid = opened(center)
    decide(center, uid, REFUSE)
    advance(center, uid, Stage.APPEALED)
    with pytest.raises(Invalid, match="another person"):
        decide(center, uid, REFUSE)
    decide(center, uid, REFUSE, by=SECOND)
    with pytest.raises(Invalid, match="appeal already"):
        advance(center, uid, Stage.APPEALED)


def test_a_record_that_the_officer_may_not_read_is_as_if_it_were_not_there(center: Center) -> None:
    deliver(center, rows("H1,2026-03-01 10:00,overdose,revived,39.16,-75.52,,,"), source="health-feed")
    with center.store.dialect.engine.connect() as connection:
        hidden = UUID(bytes=bytes(connection.execute(select(tables.record.c.uid)).scalars().first() or b""))
    with pytest.raises(NotFound, match="no such record"):
        link(center, opened(center), hidden)


def test_what_the_person_wrote_is_deleted_some_days_after_closing_and_only_then(center: Center) -> None:
    uid, other = receive(center), receive(center)
    close(center, uid, Closing.WITHDRAWN)
    assert forget(center) == 0
    age(center, uid, CLOCKS.contact_days + 2)
    assert forget(center) == 1
    assert get(center, uid).asking is None
    assert get(center, other).asking == ASKING
    with center.store.dialect.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(tables.redress_person)).scalar_one() == 1


def forget(center: Center) -> int:
    with center.store.writing(OPERATOR) as tx:
        return redress.forget(tx, CLOCKS)


def age(center: Center, uid: UUID, days: int) -> None:
    closed = tables.redress.c.closed_at
    with center.store.dialect.engine.begin() as connection:
        chosen = tables.redress.c.uid == uid.bytes
        connection.execute(update(tables.redress).where(chosen).values(closed_at=closed - days * DAY))


def test_the_secret_is_kept_nowhere(center: Center) -> None:
    with center.store.writing(VISITOR) as tx:
        given = redress.receive(tx, ASKING)
    with center.store.dialect.engine.connect() as connection:
        for table in ("redress", "redress_person", "redress_step", "audit_entry"):
            for row in connection.execute(select(tables.metadata.tables[table])):
                assert given.secret not in str(tuple(row))


@pytest.mark.parametrize("access", [ANALYST, AUDITOR, STEWARD, VISITOR])
def test_only_a_privacy_officer_reads_requests(center: Center, access: Access) -> None:
    uid = receive(center)
    with pytest.raises(NotAllowed), center.store.reading(access) as tx:
        redress.get(tx, uid, CLOCKS)
    with pytest.raises(NotAllowed), center.store.writing(access) as tx:
        redress.close(tx, uid, Closing.WITHDRAWN)


def test_the_open_form_does_not_fill_the_store(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redress, "MOST_WAITING", 2)
    uid = receive(center)
    receive(center)
    with pytest.raises(Invalid, match="no more requests"):
        receive(center)
    advance(center, uid, Stage.ACKNOWLEDGED)
    receive(center)
