"""How a record is handled is changed by its owner, closed further by its keepers, with a reason, on both databases."""

from dataclasses import replace

import pytest
from regions import ANALYST, DEPUTY, STEWARD, deliver, rows

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.flow.center import Center
from tessera.ids import new_id
from tessera.model.access import Access
from tessera.model.handling import Handling
from tessera.model.marking import Sensitivity, Tlp
from tessera.model.record import RecordView, SearchQuery
from tessera.store import notices, records, rehandling

OWNER = replace(DEPUTY, actor=replace(DEPUTY.actor, groups=frozenset({"law-enforcement", "cji-cleared"})))
LINE = "A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,,,"
CLOSED = Handling(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.RED, releasable_to=frozenset())
OPENED = Handling(sensitivity=Sensitivity.PUBLIC, tlp=Tlp.CLEAR, releasable_to=None)


def find(center: Center, access: Access) -> list[RecordView]:
    with center.store.reading(access) as tx:
        return list(records.search(tx, SearchQuery(text="window")).hits)


def mark(center: Center, view: RecordView, wanted: Handling, by: Access = OWNER, reason: str = "New facts.") -> int:
    with center.store.writing(by) as tx:
        return rehandling.change(tx, view.uid, wanted, reason)


@pytest.fixture
def incident(center: Center) -> RecordView:
    deliver(center, rows(LINE), source="open-feed")
    return find(center, OWNER)[0]


def test_what_its_owner_closes_is_closed_at_once_and_whoever_was_shown_it_is_told(
    center: Center, incident: RecordView
) -> None:
    assert find(center, ANALYST)
    assert mark(center, incident, CLOSED) == 1
    assert not find(center, ANALYST)
    with center.store.reading(ANALYST) as tx:
        assert notices.count_open(tx) == 1
    (seen,) = find(center, OWNER)
    assert (seen.marking.sensitivity, seen.marking.tlp) == (Sensitivity.RESTRICTED, Tlp.RED)
    assert mark(center, incident, OPENED) == 1
    assert find(center, ANALYST)
    with center.store.reading(OWNER) as tx:
        last, first = rehandling.history(tx, incident.uid)
    assert (first.account, first.reason, first.after.tlp, last.after.tlp) == ("sam", "New facts.", Tlp.RED, Tlp.CLEAR)


def test_who_does_not_own_it_may_close_it_further_and_never_open_it(center: Center, incident: RecordView) -> None:
    tighter = Handling(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER, releasable_to=frozenset({"fusion-unit"}))
    mark(center, incident, tighter, by=STEWARD)
    with pytest.raises(NotAllowed, match="Only its owner may open it"):
        mark(center, incident, OPENED, by=STEWARD)
    with pytest.raises(NotAllowed):
        mark(center, incident, CLOSED, by=ANALYST)


def test_a_change_needs_a_reason_a_difference_and_a_record(center: Center, incident: RecordView) -> None:
    with pytest.raises(Invalid, match="reason"):
        mark(center, incident, CLOSED, reason=" ")
    mark(center, incident, CLOSED)
    with pytest.raises(Conflict, match="nothing is changed"):
        mark(center, incident, CLOSED)
    with pytest.raises(NotFound):
        mark(center, replace(incident, uid=new_id()), CLOSED)
    with pytest.raises(NotFound), center.store.reading(ANALYST) as tx:
        rehandling.history(tx, incident.uid)
    with pytest.raises(Invalid, match="unknown LDC"):
        mark(center, incident, replace(CLOSED, dissemination=frozenset({"EYES ONLY"})))
