"""Reports of suspicious activity on both databases: who vets and reads, what is shared, and that taking back reaches everybody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import filing
import pytest
import regions
from filing import AUTHOR, DEPUTY, OFFICER, SECOND, THIRD, checked, observation

from tessera.clock import to_millis
from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.flow import entering, purging
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.model.flag import Ground
from tessera.model.notice import NoticeKind
from tessera.model.record import SearchQuery
from tessera.model.source import HoldingSort
from tessera.store import (
    flags,
    intelligence,
    intelligence_views,
    notices,
    promotions,
    records,
    suspicious_activity,
    suspicious_activity_views,
    tables,
)
from tessera.store.events import Event
from tessera.store.promotions import Origin
from tessera.store.suspicious_activity_views import Filed
from tessera.trust.suspicious_activity import Deed, Feedback, Finding, State


class Clock:
    """A clock that stands where a test puts it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 10, 12, tzinfo=UTC)

    def __call__(self) -> int:
        self.now += timedelta(milliseconds=5)
        return to_millis(self.now)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def center(database: str, tmp_path: Path, clock: Clock) -> Iterator[Center]:
    made = regions.new_center(tmp_path / "center", database=database, clock=clock)
    filing.register(made)
    yield made
    made.store.dialect.engine.dispose()


def read(center: Center, uid: UUID, access: Access = AUTHOR) -> Filed:
    with center.store.reading(access) as tx:
        return suspicious_activity_views.get(tx, uid)


def found(center: Center, text: str, access: Access) -> list[UUID]:
    with center.store.reading(access) as tx:
        return [hit.uid for hit in records.search(tx, SearchQuery(text=text)).hits]


def share(center: Center, uid: UUID, *recipients: str) -> None:
    with center.store.writing(AUTHOR) as tx:
        suspicious_activity.share(tx, uid, recipients=recipients or ("sheriff",))


def test_a_report_goes_its_whole_way_and_each_part_is_signed_by_somebody_else(center: Center) -> None:
    uid = checked(center)
    share(center, uid)
    steps = read(center, uid).report.steps
    assert [(step.deed, step.by) for step in steps] == [
        (Deed.RECEIVED, "avery"),
        (Deed.PASSED, "blake"),
        (Deed.VETTED_1, "blake"),
        (Deed.VETTED_2, "casey"),
        (Deed.CHECKED, "pat"),
        (Deed.SHARED, "avery"),
    ]
    assert {step.trained_until for step in steps} == {"2099-12-31"}


def test_nobody_else_sees_a_report_before_it_is_shared(center: Center) -> None:
    uid = checked(center)
    assert not found(center, "pumping", DEPUTY)
    with pytest.raises(NotFound):
        read(center, uid, DEPUTY)
    share(center, uid)
    assert found(center, "pumping", DEPUTY)
    assert read(center, uid, DEPUTY).observed is not None


def test_the_summary_form_leaves_out_what_names_people_and_the_detailed_one_has_it(center: Center) -> None:
    uid = checked(center)
    share(center, uid)
    assert not found(center, "Zilbermann", DEPUTY)
    assert read(center, uid, DEPUTY).seen_hidden == 1
    detailed = checked(center, detailed=True)
    share(center, detailed)
    assert found(center, "Zilbermann", DEPUTY)


def test_what_a_person_looks_like_is_not_shown_while_the_nexus_is_weighed(center: Center) -> None:
    uid = entering.receive(center, AUTHOR, observation())
    shown = read(center, uid, SECOND)
    assert (shown.seen, shown.seen_hidden) == ((), 1)
    with center.store.writing(SECOND) as tx:
        suspicious_activity.pass_on(tx, uid, note="Complete.")
        suspicious_activity.vet_first(tx, uid, behaviors=["SURVL"], facts=filing.FACTS_SEEN)
    assert not read(center, uid, THIRD).seen
    with center.store.writing(THIRD) as tx:
        suspicious_activity.vet_second(tx, uid, finding=Finding.NON_TERROR_CRIME, context=filing.CONTEXT)
    assert "Zilbermann" in str(read(center, uid, THIRD).seen)


def test_what_was_found_is_written_into_the_report_itself(center: Center) -> None:
    uid = checked(center)
    observed = read(center, uid).observed
    assert observed is not None
    said = {term.term: term.value for term in observed.terms}
    assert said["behaviors"] == "Photography; Observation or surveillance"
    assert said["nexus"] == "potential nexus"
    assert said["additional_facts"] == filing.MORE


def test_taking_back_closes_it_to_all_and_tells_whoever_was_shown_it(center: Center) -> None:
    uid = checked(center, detailed=True)
    share(center, uid, "sheriff", "hospital")
    assert found(center, "pumping", DEPUTY)
    with center.store.writing(AUTHOR) as tx:
        suspicious_activity.retract(tx, uid, reason="The man was a surveyor at work.")
    assert not found(center, "pumping", DEPUTY)
    assert not found(center, "Zilbermann", DEPUTY)
    with pytest.raises(NotFound):
        read(center, uid, DEPUTY)
    with center.store.reading(DEPUTY) as tx:
        (told,) = notices.of_reader(tx)
    assert told.kind is NoticeKind.RECALL
    assert read(center, uid).report.state is State.RETRACTED


def test_no_nexus_takes_it_back_by_itself(center: Center) -> None:
    uid = checked(center)
    share(center, uid)
    assert found(center, "pumping", DEPUTY)
    with center.store.writing(AUTHOR) as tx:
        suspicious_activity.feed_back(tx, uid, feedback=Feedback.NO_NEXUS, note="Found to be lawful work.")
    assert not found(center, "pumping", DEPUTY)
    with center.store.reading(DEPUTY) as tx:
        assert [one.kind for one in notices.of_reader(tx)] == [NoticeKind.RECALL]


def test_an_unfounded_report_is_purged_after_its_time(center: Center, clock: Clock) -> None:
    uid = entering.receive(center, AUTHOR, observation())
    with center.store.writing(SECOND) as tx:
        suspicious_activity.pass_on(tx, uid, note="")
        suspicious_activity.vet_first(tx, uid, behaviors=["PHOTO"], facts=filing.FACTS_SEEN)
    with center.store.writing(THIRD) as tx:
        suspicious_activity.vet_second(tx, uid, finding=Finding.UNFOUNDED, context="He was a student with a permit.")
    clock.now += timedelta(days=91)
    assert not found(center, "pumping", AUTHOR)
    clock.now += timedelta(days=center.settings.purge_after_days)
    assert purging.purge_overdue(center, OFFICER, after_days=center.settings.purge_after_days) == 1
    gone = read(center, uid)
    assert gone.report.state is State.PURGED
    assert not any(step.note for step in gone.report.steps)
    for file in center.settings.center.rglob("*"):
        if file.is_file():
            assert b"Zilbermann" not in file.read_bytes(), file


def test_a_report_of_a_rally_waits_at_the_gate_for_a_privacy_officer(center: Center) -> None:
    uid = entering.receive(center, AUTHOR, observation(values={**observation().values, "text": filing.RALLY}))
    assert read(center, uid).report.state is State.RECEIVED
    assert read(center, uid).observed is None
    with pytest.raises(NotFound), center.store.writing(SECOND) as tx:
        suspicious_activity.pass_on(tx, uid, note="")
    with center.store.reading(OFFICER) as tx:
        (flag,) = flags.page(tx)
    with pytest.raises(Conflict, match="report"), center.store.writing(OFFICER) as tx:
        flags.release(tx, flag.uid, Ground.CRIMINAL_NEXUS, "By the wrong door.")
    with center.store.writing(OFFICER) as tx:
        suspicious_activity.clear(tx, uid, rationale="The banner hid tools that were found at the breach.")
    assert read(center, uid, SECOND).report.state is State.SUPERVISOR_REVIEW
    assert found(center, "Zilbermann", SECOND)  # what was held together is let go together


def test_a_text_that_the_gate_does_not_let_pass_is_not_shared(center: Center) -> None:
    uid = checked(center)
    with center.store.writing(OFFICER) as tx:  # as if a rule had learnt the words since
        flags.count(tx)
        c = tables.record.c
        row = tx.connection.execute(
            tables.record.select().where(c.payload.like("%pumping%"), c.known_to.is_(None))
        ).one()
        changed = row.payload.replace(str(observation().values["text"]), filing.RALLY).replace(filing.MORE, "")
        tx.connection.execute(tables.record.update().where(c.id == row.id).values(payload=changed))
    with pytest.raises(NotAllowed, match="protected activity"):
        share(center, uid)
    assert not found(center, "pumping", DEPUTY)


def test_who_may_not_vet_does_not(center: Center) -> None:
    uid = entering.receive(center, AUTHOR, observation())
    for access in (DEPUTY, OFFICER, regions.AUDITOR, filing.STEWARD):
        with pytest.raises(NotAllowed), center.store.writing(access) as tx:
            suspicious_activity.pass_on(tx, uid, note="")


def test_a_report_without_words_or_with_an_unknown_label_is_not_taken(center: Center) -> None:
    for values in ({"text": ""}, {**observation().values, "source_reliability": "splendid"}):
        with pytest.raises(Invalid):
            entering.receive(center, AUTHOR, observation(values=values))


def test_a_promotion_is_signed_has_a_reason_and_copies_and_moves_nothing(center: Center) -> None:
    regions.deliver(
        center,
        regions.rows("T-1,2026-03-01 10:00,Tip,Vans change plates behind the mill,39.1,-75.5,,,"),
        source=filing.TIPS,
    )
    (tip,) = found(center, "plates", AUTHOR)
    for origin in (
        Origin(record=tip, reason="", signed=True),
        Origin(record=tip, reason="The tip names the mill.", signed=False),
    ):
        with pytest.raises(Invalid):
            entering.submit(center, AUTHOR, filing.draft(), origin)
    assert not read_promotions(center, tip)
    uid = entering.submit(center, AUTHOR, filing.draft(), Origin(record=tip, reason="It led to the buys.", signed=True))
    (made,) = read_promotions(center, tip)
    assert (made.to_uid, made.account, made.from_holding, made.to_sort) == (
        uid,
        "avery",
        "leads",
        HoldingSort.INTELLIGENCE,
    )
    with center.store.reading(AUTHOR) as tx:
        assert records.get(tx, tip).holding == "leads"
        parts = intelligence_views.get(tx, uid).parts
        assert "behind the mill" not in str(parts)
        assert {view.holding for part in parts for view in (part.subject, part.why) if view} == {"intel"}
    with center.store.reading(OFFICER) as tx:
        flags.count(tx)
        entries = tx.connection.execute(
            tables.audit_entry.select().where(tables.audit_entry.c.event == Event.PROMOTED.value)
        ).all()
    assert [entry.subject for entry in entries] == [f"record:{tip}"]


def read_promotions(center: Center, record: UUID) -> list[promotions.Promotion]:
    with center.store.reading(AUTHOR) as tx:
        records.get(tx, record)
        return promotions.of_records(tx, [record])


def test_a_promotion_gives_no_predicate(center: Center) -> None:
    regions.deliver(
        center,
        regions.rows("T-1,2026-03-01 10:00,Tip,Vans change plates behind the mill,39.1,-75.5,,,"),
        source=filing.TIPS,
    )
    (tip,) = found(center, "plates", AUTHOR)
    empty = filing.draft(filing.subject(facts="See the tip.", relevance=""))
    uid = entering.submit(center, AUTHOR, empty, Origin(record=tip, reason="It led to the buys.", signed=True))
    with pytest.raises(NotAllowed, match="predicate is not complete"), center.store.writing(SECOND) as tx:
        intelligence.approve(tx, uid, until="2027-01-01", offences=center.offences)


def test_what_may_not_be_read_or_is_of_the_sort_already_is_not_promoted(center: Center) -> None:
    uid = checked(center)
    observed = read(center, uid).observed
    assert observed is not None
    origin = Origin(record=observed.uid, reason="The same again.", signed=True)
    with pytest.raises(Invalid, match="already"):
        entering.receive(center, AUTHOR, observation(), origin)
    regions.deliver(center, regions.rows("H-1,2026-03-06 12:00,Overdose,Revived,39.2,-75.57,,,"), source="health-feed")
    with center.store.reading(regions.EPIDEMIOLOGIST) as tx:
        (hidden,) = records.search(tx, SearchQuery(text="revived")).hits
    with pytest.raises(NotFound):
        entering.submit(center, AUTHOR, filing.draft(), Origin(record=hidden.uid, reason="A look.", signed=True))


def test_nothing_moves_from_one_holding_to_another_by_itself(center: Center, clock: Clock) -> None:
    regions.deliver(
        center,
        regions.rows("T-1,2026-03-01 10:00,Tip,Vans change plates behind the mill,39.1,-75.5,,,"),
        source=filing.TIPS,
    )
    uid = checked(center)
    share(center, uid)
    with center.store.writing(AUTHOR) as tx:
        suspicious_activity.feed_back(tx, uid, feedback=Feedback.NEXUS, note="Taken over by investigators.")
    clock.now += timedelta(days=30)
    purging.purge_overdue(center, OFFICER, after_days=30)
    with center.store.reading(AUTHOR) as tx:
        hits = records.search(tx, SearchQuery(limit=100)).hits
        assert not intelligence_views.page(tx)
    assert {hit.holding for hit in hits} == {"leads", "sars"}
    assert {hit.source for hit in hits if hit.holding == "leads"} == {filing.TIPS}
