"""Who could read a record on a day, and who did: decided again with the marking, policy and people of that day."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import regions
from regions import ANALYST, DEPUTY

from tessera.errors import Invalid, NotAllowed, NotFound
from tessera.flow.center import OPERATOR, Center
from tessera.flow.policy_trial import try_proposal
from tessera.ids import new_id
from tessera.model.access import Access, Purpose, Role
from tessera.model.marking import Marking, Sensitivity
from tessera.model.record import SearchQuery
from tessera.store import exposure, policies, records, remarking, tables
from tessera.store.accounts import Account, create
from tessera.store.events import Event

DAY = 86_400_000
START = 1_781_481_600_000
OFFICER = Access(
    actor=regions.actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT, presence=regions.HERE
)
DIRECTOR = Access(
    actor=regions.actor("dee", "fusion-unit", Role.DIRECTOR), purpose=Purpose.OVERSIGHT, presence=regions.HERE
)
CLOSES = {
    "site.cedar": '@id("no-analysts")\n@reads("Analysts read nothing for now.")\n'
    'forbid (principal is User, action == Action::"read", resource) when { principal.roles.contains("analyst") };'
}


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        self.now += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(database: str, tmp_path: Path, clock: Clock) -> Iterator[Center]:
    center = regions.new_center(tmp_path / "center", database=database, clock=clock)
    with center.store.writing(OPERATOR) as tx:
        for who in (OFFICER, DIRECTOR, ANALYST, DEPUTY):
            actor = who.actor
            account = Account(
                name=actor.account, label=actor.account, agency=actor.agency, agency_label="", roles=tuple(actor.roles),
                groups=tuple(actor.groups), trained_until=actor.trained_until, disabled=False,
            )  # fmt: skip
            create(tx, account, regions.PASSWORD)
    rows = regions.rows("A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,,,")
    regions.deliver(center, rows, source="police-feed")
    yield center
    center.store.dialect.engine.dispose()


def the_record(center: Center) -> UUID:
    with center.store.dialect.engine.connect() as connection:
        return UUID(bytes=bytes(connection.execute(tables.record.select()).first().uid))  # type: ignore[union-attr]


def exposed(center: Center, at: int) -> exposure.Exposure:
    with center.store.reading(OFFICER) as tx:
        return exposure.exposure(tx, the_record(center), at)


def could(center: Center, at: int) -> dict[str, tuple[Purpose, ...]]:
    return {each.account: each.purposes for each in exposed(center, at).could}


def test_who_could_read_is_decided_for_every_purpose_and_names_the_policies(watched: Center, clock: Clock) -> None:
    found = exposed(watched, clock.now)
    assert found.accounts == 4
    assert {each.account for each in found.could} == {"avery"}
    (one,) = found.could
    assert Purpose.CRIMINAL_INVESTIGATION in one.purposes
    assert Purpose.DATA_STEWARDSHIP not in one.purposes
    assert one.policies == ("center-reads-unrestricted",)
    assert not one.with_need
    assert found.policy_digest == watched.policy.version


def test_it_says_what_a_reader_finds(watched: Center, clock: Clock) -> None:
    for who in (ANALYST, DEPUTY, OFFICER):
        for purpose in Purpose:
            with watched.store.reading(replace(who, purpose=purpose, need_to_know="")) as tx:
                sees = bool(
                    tx.scope.visible & {row.marking_id for row in tx.connection.execute(tables.record.select())}
                )
                tx.note(Event.EXPOSURE_READ)
            assert (purpose in could(watched, clock.now).get(who.actor.account, ())) is sees


def test_the_marking_of_then_decides(watched: Center, clock: Clock) -> None:
    before = clock.now
    clock.now += DAY
    with watched.store.writing(OFFICER) as tx:
        keys = list(tx.connection.execute(tables.record.select()).scalars())
        remarking.remark(
            tx, keys, lambda m: m | Marking(sensitivity=Sensitivity.RESTRICTED), reason="a witness is named"
        )
    assert set(could(watched, before)) == {"avery"}
    assert set(could(watched, clock.now)) == set()
    then, now = exposed(watched, before), exposed(watched, clock.now)
    assert (then.marking.sensitivity, then.remarked) == (Sensitivity.SENSITIVE, 1)
    assert (now.marking.sensitivity, now.remarked) == (Sensitivity.RESTRICTED, 0)


def test_the_policy_of_then_decides(watched: Center, clock: Clock) -> None:
    before = clock.now
    clock.now += DAY
    with watched.store.writing(OFFICER) as tx:
        number = policies.propose(tx, CLOSES, "until the review is over")
    try_proposal(watched.store, DIRECTOR, number)
    with watched.store.writing(DIRECTOR) as tx:
        policies.approve(tx, number, "agreed")
    assert set(could(watched, before)) == {"avery"}
    assert set(could(watched, clock.now)) == set()
    assert (exposed(watched, before).policy_number, exposed(watched, clock.now).policy_number) == (1, number)


def test_who_did_read_is_there_with_the_reason(watched: Center, clock: Clock) -> None:
    assert exposed(watched, clock.now).did == ()
    with watched.store.reading(ANALYST) as tx:
        records.search(tx, SearchQuery(text="window"))
    clock.now += DAY
    (read,) = exposed(watched, clock.now).did
    assert (read.account, read.purpose, read.event) == ("avery", "criminal-investigation", "analyze:record:searched")


def test_days_without_the_record_are_said(watched: Center, clock: Clock) -> None:
    with pytest.raises(Invalid, match="not here yet"):
        exposed(watched, START - DAY)
    with pytest.raises(Invalid, match="yet to come"):
        exposed(watched, clock.now + DAY)
    with pytest.raises(NotFound), watched.store.reading(OFFICER) as tx:
        exposure.exposure(tx, new_id(), clock.now)
    with pytest.raises(NotAllowed), watched.store.reading(ANALYST) as tx:
        exposure.exposure(tx, the_record(watched), clock.now)
