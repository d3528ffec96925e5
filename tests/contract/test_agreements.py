"""Agreements and what hangs on them: a lapse lets deliveries wait and readers stop; a renewal lets both go on."""

import io
from dataclasses import replace
from uuid import UUID

import pytest
import regions

from tessera.errors import Conflict, Invalid, NotAllowed
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.agreement import Step
from tessera.model.delivery import Delivery, DeliveryState, Via
from tessera.model.marking import Tlp
from tessera.model.record import SearchQuery
from tessera.model.source import Agreement, AgreementState
from tessera.receive import take_in
from tessera.store import agreements, deliveries, overview, parties, records

NAME = "agreement-sheriff"
DIRECTOR = Access(actor=regions.actor("dora", "fusion-unit", Role.DIRECTOR), purpose=Purpose.OVERSIGHT)
OWNER = Access(
    actor=regions.actor("dee", "sheriff", Role.PARTNER, groups=("law-enforcement", "cji-cleared")),
    purpose=Purpose.CRIMINAL_INVESTIGATION,
)
VISITOR = Access(actor=regions.actor("nel", "newcomer", Role.PARTNER), purpose=Purpose.CRIMINAL_INVESTIGATION)
ROWS = regions.rows("C-1,2026-03-01 14:05,Noise,Loud music by the river,39.15,-75.52,,,")
LATER = regions.rows("C-2,2026-03-02 14:05,Noise,Fireworks on the pier,39.15,-75.52,,,")


def found(center: Center, text: str, access: Access = regions.ANALYST) -> int:
    with center.store.reading(access) as tx:
        return len(records.search(tx, SearchQuery(text=text)).hits)


def suspend(center: Center, name: str = NAME) -> None:
    with center.store.writing(DIRECTOR) as tx:
        agreements.suspend(tx, name, "The parties disagree about retention.")


def resume(center: Center, name: str = NAME) -> None:
    with center.store.writing(DIRECTOR) as tx:
        agreements.resume(tx, name, "They agree again.")


def receive(center: Center, content: bytes, source: str = "police-feed") -> Delivery:
    stream = io.BytesIO(content)
    return take_in(
        center.store, center.blobs, regions.STEWARD, stream, source=source, filename="later.csv", via=Via.API
    )


def look_at(center: Center, uid: UUID) -> Delivery:
    with center.store.reading(regions.STEWARD) as tx:
        return deliveries.get(tx, uid)


def test_what_was_given_under_a_lapsed_agreement_is_closed_until_it_is_renewed(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    assert found(center, "river") == 1
    suspend(center)
    assert found(center, "river") == 0
    assert found(center, "river", OWNER) == 1, "its owner goes on"
    resume(center)
    assert found(center, "river") == 1


def test_a_delivery_under_a_lapsed_agreement_waits_and_goes_on_by_itself(center: Center) -> None:
    suspend(center)
    with center.jobs() as jobs:
        waits = receive(center, LATER)
        assert waits.receipt.startswith("R-")
        assert waits.state is DeliveryState.WAITING
        jobs.start(waits, mapping_text=regions.MAPPING)
        held = look_at(center, waits.uid)
        assert (held.state, held.records) == (DeliveryState.WAITING, 0)
        assert NAME in held.reason
        assert not jobs.resume_waiting()
        resume(center)
        assert jobs.resume_waiting() == [waits.uid]
        jobs.wait(waits.uid)
    done = look_at(center, waits.uid)
    assert (done.state, done.records, done.reason) == (DeliveryState.DONE, 1, "")
    assert found(center, "fireworks") == 1


def test_a_delivery_taken_in_before_the_lapse_waits_as_well(center: Center) -> None:
    taken = receive(center, LATER)
    assert taken.state is DeliveryState.RECEIVED
    suspend(center)
    assert not center.pipeline.begin(taken, mapping_text=regions.MAPPING)
    assert look_at(center, taken.uid).state is DeliveryState.WAITING


def test_a_process_that_starts_takes_up_what_waits_no_more(center: Center) -> None:
    suspend(center)
    waits = receive(center, LATER)
    center.pipeline.begin(waits, mapping_text=regions.MAPPING)
    resume(center)
    with center.jobs() as jobs:
        jobs.wait(waits.uid)
    assert look_at(center, waits.uid).state is DeliveryState.DONE


def test_no_source_is_registered_without_an_agreement_in_force(center: Center) -> None:
    suspend(center)
    fresh = regions.source("new-feed", of="sheriff", marking=regions.PUBLIC)
    with pytest.raises(Invalid, match="was suspended"), center.store.writing(OPERATOR) as tx:
        parties.register(tx, fresh)
    resume(center)
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, fresh)


def test_those_who_could_know_of_a_source_still_do_and_see_why_it_is_silent(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    suspend(center)
    receive(center, LATER)
    with center.store.reading(regions.ANALYST) as tx:
        status = next(one for one in overview.sources(tx) if one.source.name == "police-feed")
        (lapse,) = agreements.lapsed(tx)
        _, hanging, _ = agreements.hanging(tx, NAME)
    assert status.records == 0
    assert hanging == 0
    assert (lapse.agreement.name, lapse.sources, lapse.waiting) == (NAME, 2, 1)
    assert lapse.why_not == "was suspended"


def test_an_agreement_lapses_by_itself_after_its_last_day(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    with center.store.reading(regions.STEWARD) as tx:
        today = tx.today
        assert not parties.expiring(tx)
    with center.store.writing(DIRECTOR) as tx:
        agreements.renew(tx, NAME, today, "A last day.")
    assert found(center, "river") == 1
    with center.store.reading(regions.STEWARD) as tx:
        assert [one.name for one in parties.expiring(tx)] == [NAME]
    later = center.store.clock() + 2 * 86_400_000
    center.store.clock = lambda: later
    assert found(center, "river") == 0
    with center.store.reading(regions.STEWARD) as tx:
        assert not parties.expiring(tx)
        assert agreements.get(tx, NAME).why_not == f"lapsed after {today}"
        tomorrow = tx.today
    with center.store.writing(DIRECTOR) as tx:
        agreements.renew(tx, NAME, tomorrow, "Signed anew.")
    assert found(center, "river") == 1


def test_the_history_says_who_did_what_and_why(center: Center) -> None:
    suspend(center)
    resume(center)
    with center.store.writing(DIRECTOR) as tx:
        agreements.end(tx, NAME, "The county left.")
    with center.store.reading(DIRECTOR) as tx:
        steps = agreements.history(tx, NAME)
    assert [(one.step, one.account) for one in steps] == [
        (Step.ENDED, "dora"), (Step.RESUMED, "dora"), (Step.SUSPENDED, "dora"),
    ]  # fmt: skip
    assert all(one.reason for one in steps)
    with pytest.raises(Conflict, match="ended"), center.store.writing(DIRECTOR) as tx:
        agreements.renew(tx, NAME, "2099-01-01", "Too late.")


@pytest.mark.parametrize("access", [regions.ANALYST, regions.DEPUTY, regions.AUDITOR])
def test_only_those_who_keep_agreements_change_them(center: Center, access: Access) -> None:
    with pytest.raises(NotAllowed), center.store.writing(access) as tx:
        agreements.end(tx, NAME, "I say so.")


def test_what_cannot_be_is_refused(center: Center) -> None:
    fresh = Agreement(
        name="new-one", agency="sheriff", purposes=regions.ALL_PURPOSES, redissemination="ask", signed="2026-01-01"
    )
    with pytest.raises(Invalid, match="reason"), center.store.writing(DIRECTOR) as tx:
        agreements.suspend(tx, NAME, " ")
    with pytest.raises(Invalid, match="has passed"), center.store.writing(DIRECTOR) as tx:
        agreements.renew(tx, NAME, "2020-01-01", "Back in time.")
    with pytest.raises(Conflict, match="current"), center.store.writing(DIRECTOR) as tx:
        agreements.resume(tx, NAME, "It was never suspended.")
    with pytest.raises(Conflict, match="exists"), center.store.writing(DIRECTOR) as tx:
        agreements.enter(tx, replace(fresh, name=NAME), "Twice.")
    with pytest.raises(Invalid, match="before it was signed"), center.store.writing(DIRECTOR) as tx:
        agreements.enter(tx, replace(fresh, expires="2025-01-01"), "Too short.")
    with center.store.writing(DIRECTOR) as tx:
        agreements.enter(tx, fresh, "A second one.")
        assert agreements.get(tx, "new-one").agreement.state is AgreementState.CURRENT


def test_a_partner_whose_agency_has_no_agreement_reads_only_what_is_public(center: Center) -> None:
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, regions.agency("newcomer"))
        parties.register(
            tx,
            regions.source("shared-feed", of="sheriff", marking=replace(regions.PUBLIC, tlp=Tlp.GREEN)),
        )
    regions.deliver(center, ROWS, source="shared-feed")
    assert found(center, "noise", VISITOR) == 0
    fresh = Agreement(
        name="agreement-newcomer",
        agency="newcomer",
        purposes=regions.ALL_PURPOSES,
        redissemination="ask",
        signed="2026-01-01",
    )
    with center.store.writing(DIRECTOR) as tx:
        agreements.enter(tx, fresh, "Signed by both.")
    assert found(center, "noise", VISITOR) == 1
    suspend(center, "agreement-newcomer")
    assert found(center, "noise", VISITOR) == 0


def test_a_register_file_does_not_undo_a_renewal(center: Center) -> None:
    with center.store.writing(DIRECTOR) as tx:
        agreements.renew(tx, NAME, "2098-12-31", "For long.")
    same = Agreement(
        name=NAME, agency="sheriff", purposes=regions.ALL_PURPOSES, redissemination="ask", signed="2026-01-01"
    )
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, same)
        assert parties.agreement_of(tx, NAME).expires == "2098-12-31"
