"""Owners take records back and give them again, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from uuid import UUID

import pytest
import regions
from regions import ANALYST, DEPUTY, POLICE, STEWARD, deliver, rows

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.delivery import Delivery
from tessera.model.marking import Hold
from tessera.model.recall import Recall
from tessera.model.record import SearchQuery
from tessera.store import deliveries, notices, parties, quarantine, recalls, records
from tessera.store import given as gifts

OWNER = replace(DEPUTY, actor=replace(DEPUTY.actor, groups=frozenset({"law-enforcement", "cji-cleared"})))
PRIVACY = Access(
    actor=regions.actor("pat", "fusion-unit", Role.PRIVACY_OFFICER, groups=("cji-cleared",)), purpose=Purpose.OVERSIGHT
)
ROWS = rows(
    "A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,,,",
    "A2,2026-03-02 11:30,robbery,cash taken,39.20,-75.60,,,",
    "A3,2026-03-02 99:30,theft,bad time,39.20,-75.60,,,",
)
WHY = "It was given in error"


def found(center: Center, access: Access, text: str = "") -> list[UUID]:
    with center.store.reading(access) as tx:
        return [hit.uid for hit in records.search(tx, SearchQuery(text=text, kinds=("incident",))).hits]


def take_back(center: Center, *uids: UUID, by: Access = OWNER, reason: str = WHY) -> Recall:
    with center.store.writing(by) as tx:
        return recalls.recall(tx, uids, reason)


@pytest.fixture(params=["open-feed", "police-feed"])
def given(center: Center, request: pytest.FixtureRequest) -> Delivery:
    return deliver(center, ROWS, source=request.param)


def test_what_is_recalled_is_closed_to_all_but_its_owner_and_the_privacy_officer(
    center: Center, given: Delivery
) -> None:
    assert given.records == 2
    (burglary,) = found(center, ANALYST, "burglary")
    take_back(center, burglary)
    assert found(center, ANALYST, "burglary") == found(center, STEWARD, "burglary") == []
    assert len(found(center, ANALYST)) == 1
    with pytest.raises(NotFound), center.store.reading(ANALYST) as tx:
        records.get(tx, burglary)
    for reader in (OWNER, PRIVACY):
        assert found(center, reader, "burglary") == [burglary]
    with center.store.reading(OWNER) as tx:
        assert Hold.RECALLED in records.get(tx, burglary).marking.holds


def test_a_recall_reaches_the_older_versions_too(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    before = center.clock()
    deliver(center, ROWS.replace(b"rear window", b"side door"), source="open-feed")
    (burglary,) = found(center, ANALYST, "burglary")
    assert take_back(center, burglary).records == 2
    with center.store.reading(ANALYST) as tx:
        assert not records.search(tx, SearchQuery(text="burglary", as_of=before)).hits


def test_a_whole_delivery_goes_back_with_its_quarantined_rows_and_its_bytes(center: Center, given: Delivery) -> None:
    with center.store.reading(STEWARD) as tx:
        (row,) = quarantine.page(tx, delivery=given.uid)
    with center.store.writing(OWNER) as tx:
        taken = recalls.recall_delivery(tx, given.uid, WHY)
    assert taken.records == 2
    assert found(center, ANALYST) == []
    with pytest.raises(NotFound), center.store.reading(ANALYST) as tx:
        deliveries.get(tx, given.uid)
    with pytest.raises(NotFound), center.store.reading(STEWARD) as tx:
        quarantine.get(tx, row.uid)
    with center.store.writing(OWNER) as tx:
        recalls.lift(tx, taken.uid, "It was right after all")
    assert len(found(center, ANALYST)) == 2
    with center.store.reading(STEWARD) as tx:
        assert quarantine.get(tx, row.uid).uid == row.uid


def test_who_saw_it_is_told_of_the_recall_and_of_its_end(center: Center, given: Delivery) -> None:
    (burglary,) = found(center, ANALYST, "burglary")
    taken = take_back(center, burglary)
    with center.store.reading(ANALYST) as tx:
        (notice,) = notices.of_reader(tx)
    assert notice.records == (burglary,)
    assert WHY in notice.text
    with center.store.writing(OWNER) as tx:
        lifted = recalls.lift(tx, taken.uid, "It was right")
    assert lifted.lift_reason == "It was right."
    with center.store.reading(ANALYST) as tx:
        assert len(notices.of_reader(tx)) == 2
    assert found(center, ANALYST, "burglary") == [burglary]
    assert given.records


def test_what_two_recalls_hold_opens_when_both_are_lifted(center: Center) -> None:
    done = deliver(center, ROWS, source="police-feed")
    (burglary,) = found(center, ANALYST, "burglary")
    first = take_back(center, burglary)
    with center.store.writing(OWNER) as tx:
        second = recalls.recall_delivery(tx, done.uid, WHY)
    assert second.records == 1
    with center.store.writing(OWNER) as tx:
        recalls.lift(tx, second.uid, "Right")
    assert found(center, ANALYST) != []
    assert found(center, ANALYST, "burglary") == []
    with center.store.writing(OWNER) as tx:
        recalls.lift(tx, first.uid, "Right")
    assert found(center, ANALYST, "burglary") == [burglary]


def test_only_the_agency_that_owns_it_may_recall_and_lift(center: Center, given: Delivery) -> None:
    (burglary,) = found(center, ANALYST, "burglary")
    with pytest.raises(NotAllowed, match="its owner is sheriff"):
        take_back(center, burglary, by=STEWARD)
    with pytest.raises(NotAllowed):
        take_back(center, burglary, by=ANALYST)
    taken = take_back(center, burglary)
    with pytest.raises(NotFound), center.store.writing(STEWARD) as tx:
        recalls.lift(tx, taken.uid, "Give it back")
    assert given.records


def test_what_several_agencies_own_is_recalled_by_none_alone(center: Center) -> None:
    shared = replace(POLICE, owners=frozenset({"sheriff", "hospital"}), releasable_to=frozenset({"sheriff"}))
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, regions.source("joint-feed", of="sheriff", marking=shared))
    deliver(center, ROWS, source="joint-feed")
    (burglary,) = found(center, OWNER, "burglary")
    with pytest.raises(NotAllowed, match="hospital must do it too"):
        take_back(center, burglary)


def test_a_recall_says_why_and_happens_once(center: Center, given: Delivery) -> None:
    (burglary,) = found(center, ANALYST, "burglary")
    with pytest.raises(Invalid):
        take_back(center, burglary, reason="  ")
    taken = take_back(center, burglary)
    with pytest.raises(Conflict):
        take_back(center, burglary)
    with center.store.writing(OWNER) as tx:
        recalls.lift(tx, taken.uid, "Right")
    with pytest.raises(Conflict), center.store.writing(OWNER) as tx:
        recalls.lift(tx, taken.uid, "Again")
    assert given.records


def test_a_hidden_record_cannot_be_recalled_and_looks_like_none(center: Center, given: Delivery) -> None:
    (burglary,) = found(center, ANALYST, "burglary")
    take_back(center, burglary)
    for uid in (burglary, UUID(int=7)):
        with pytest.raises(NotFound, match="no such record"):
            take_back(center, uid, by=STEWARD)
    assert given.records


def test_an_agency_sees_every_delivery_that_it_gave_and_no_other(center: Center, given: Delivery) -> None:
    other = deliver(center, ROWS.replace(b"A", b"H"), source="health-feed")
    with center.store.reading(DEPUTY) as tx:
        assert [one.uid for one in gifts.given_deliveries(tx, gifts.GivenQuery())] == [given.uid]
        assert gifts.given_deliveries(tx, gifts.GivenQuery(source="health-feed")) == []
        assert gifts.given_deliveries(tx, gifts.GivenQuery(after=given.uid)) == []
        with pytest.raises(NotFound):
            gifts.of_delivery(tx, other.uid)


def test_an_owner_sees_the_state_of_each_record_and_who_outside_was_shown_it(center: Center, given: Delivery) -> None:
    (burglary,) = found(center, ANALYST, "burglary")
    found(center, OWNER)
    take_back(center, burglary)
    with center.store.reading(OWNER) as tx:
        listed = [one for _, one in gifts.of_delivery(tx, given.uid)]
        later = [one for _, one in gifts.of_delivery(tx, given.uid, after=(1, 2**40))]
    assert [one.state for one in listed] == ["recalled", "in use"]
    assert [[(r.agency, r.purpose) for r in one.readings] for one in listed] == [
        [("fusion-unit", "criminal-investigation")],
        [],
    ]
    assert [one.record.uid for one in later] == [listed[1].record.uid]
