"""28 CFR Part 23 on both databases: who reads a submission, what closes it, what a purge leaves, whom a correction reaches."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import filing
import pytest
import regions
from filing import AUTHOR, DEPUTY, OFFICER, OTHER, SECOND, SUBJECT, THIRD, approved, draft, subject, submitted

from tessera import share
from tessera.bootstrap import open_center
from tessera.clock import to_millis
from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.flow import entering, evidence, purging
from tessera.flow.center import Center
from tessera.flow.pipeline import allowance
from tessera.model.access import Access, Permission, Purpose
from tessera.model.marking import Marking, Regime
from tessera.model.notice import NoticeKind
from tessera.model.purge import Chosen, PurgeBy
from tessera.model.record import SearchQuery
from tessera.store import (
    corrections,
    flags,
    intelligence,
    intelligence_views,
    maps,
    notices,
    overview,
    parties,
    records,
    retention,
    tables,
)
from tessera.store import purging as store_purging
from tessera.store.events import Event
from tessera.store.intelligence_shape import Named
from tessera.store.intelligence_views import Filed
from tessera.trust.intelligence import Deed, State, latest_review
from tessera.trust.receipts import read_receipt

DAY = timedelta(days=1)


class Clock:
    """A clock that stands where a test puts it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

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
        return intelligence_views.get(tx, uid)


def found(center: Center, text: str, access: Access, **query: object) -> list[str]:
    with center.store.reading(access) as tx:
        return [hit.headline for hit in records.search(tx, SearchQuery(text=text, **query)).hits]  # type: ignore[arg-type]


def everything_that_tells(center: Center, access: Access) -> str:
    """All that an access gets of the center by its ordinary ways, as one text."""
    said = []
    with center.store.reading(access) as tx:
        query = SearchQuery(limit=100)
        said.append(str(records.search(tx, query)))
        said.append(str(records.search(tx, SearchQuery(text=SUBJECT))))
        said.append(str(records.search(tx, SearchQuery(as_of=tx.at))))
        said.append(str(records.facets(tx, query)))
        said.append(str(maps.view(tx, query, zoom=3.0)))
        said.append(str(overview.visible_count(tx)))
        if tx.store.policy.may(access, Permission.INTELLIGENCE_READ):
            said.append(str(intelligence_views.page(tx)))
    if access in (AUTHOR, DEPUTY):
        said.extend(exported(center, access, kind) for kind in ("person", "intelligence"))
    return "\n".join(said)


def exported(center: Center, access: Access, kind: str) -> str:
    return b"".join(share.export(center.store, access, SearchQuery(kinds=(kind,)), "csv", center.dictionary)).decode()


def test_a_draft_is_for_its_author_its_reviewers_and_privacy_officers_alone(center: Center) -> None:
    uid = submitted(center)
    for access in (AUTHOR, SECOND, OFFICER):
        assert SUBJECT in str(read(center, uid, access).parts), access.actor.account
    for access in (DEPUTY, filing.STEWARD, regions.EPIDEMIOLOGIST):
        assert SUBJECT not in everything_that_tells(center, access)
        with pytest.raises((NotAllowed, NotFound)), center.store.reading(access) as tx:
            intelligence_views.get(tx, uid)


def test_what_is_approved_is_read_by_need_and_right_to_know_alone(center: Center) -> None:
    approved(center)
    assert found(center, SUBJECT, DEPUTY)
    no_need = Access(actor=DEPUTY.actor, purpose=DEPUTY.purpose)
    no_right = Access(
        actor=regions.actor("lou", "sheriff", *DEPUTY.actor.roles), purpose=DEPUTY.purpose, need_to_know="x"
    )
    for access in (no_need, no_right, regions.EPIDEMIOLOGIST, filing.STEWARD):
        assert not found(center, SUBJECT, access)


def test_two_accounts_that_differ_in_nothing_but_the_right_see_centers_that_differ_in_nothing_else(
    center: Center,
) -> None:
    outsider = Access(
        actor=regions.actor("lou", "sheriff", *DEPUTY.actor.roles), purpose=DEPUTY.purpose, need_to_know="x"
    )
    before = everything_that_tells(center, outsider)
    approved(center)
    assert everything_that_tells(center, outsider) == before
    assert SUBJECT in everything_that_tells(center, DEPUTY)


def test_the_author_does_not_approve_and_nobody_approves_what_is_incomplete(center: Center) -> None:
    uid = submitted(center, subject(offence="petty-theft", facts="Too short"))
    with center.store.reading(AUTHOR) as tx:
        day = latest_review(tx.today)
        intelligence_views.page(tx)
    with pytest.raises(NotAllowed, match="does not review"), center.store.writing(AUTHOR) as tx:
        intelligence.approve(tx, uid, until=day, offences=center.offences)
    with pytest.raises(NotAllowed, match="not eligible"), center.store.writing(SECOND) as tx:
        intelligence.approve(tx, uid, until=day, offences=center.offences)
    assert read(center, uid).submission.state is State.DRAFT
    assert not found(center, SUBJECT, DEPUTY)


def test_who_is_not_trained_neither_submits_nor_approves(center: Center) -> None:
    lapsed = regions.actor("avery", "fusion-unit", *AUTHOR.actor.roles, groups=filing.LAW)
    lapsed = type(lapsed)(**{n: getattr(lapsed, n) for n in lapsed.__slots__} | {"trained_until": "2026-02-28"})
    with pytest.raises(NotAllowed):
        entering.submit(center, Access(actor=lapsed, purpose=AUTHOR.purpose, need_to_know="case 7"), draft())


def test_nothing_of_a_refused_submission_is_kept(center: Center) -> None:
    def blobs() -> set[Path]:
        return {file for file in center.settings.center.rglob("*") if file.is_file() and len(file.name) == 64}

    before = blobs()
    with pytest.raises(Invalid, match="nothing identifies it"):
        submitted(center, subject(named=Named(kind="person", values={})))
    with pytest.raises(NotAllowed, match="lawfully obtained"):
        entering.submit(center, AUTHOR, draft(attested=False))
    assert blobs() == before


def test_who_is_named_only_to_identify_is_never_found_never_counted_and_carries_the_mark(center: Center) -> None:
    uid = approved(center)
    assert not found(center, OTHER, AUTHOR)
    assert OTHER not in exported(center, AUTHOR, "person")
    with center.store.reading(AUTHOR) as tx:
        assert overview.visible_count(tx) == 2
        assert records.facets(tx, SearchQuery()).counted == 2
    (part,) = read(center, uid).parts
    (other,) = part.others
    assert other.headline.startswith(OTHER)
    assert Regime.NCI in other.marking.regimes
    assert part.subject is not None
    assert Regime.NCI not in part.subject.marking.regimes
    with center.store.reading(AUTHOR) as tx:
        assert part.why is not None
        roles = {link.other.headline.split(",")[0]: link.role for link in records.links(tx, part.why.uid)}
    assert {role for name, role in roles.items() if name.startswith(OTHER)} == {"non-criminal"}


def test_labels_go_along_in_every_export(center: Center) -> None:
    approved(center)
    (row,) = csv.DictReader(io.StringIO(exported(center, DEPUTY, "intelligence")))
    assert row["sensitivity_level"] == "sensitive"
    assert (row["source_reliability"], row["content_validity"]) == ("usually reliable", "probable")
    assert row["submitting_agency"] == "fusion-unit"
    assert row["control_official"] == "Lieutenant, intelligence desk"


def test_what_is_overdue_is_invisible_at_once_everywhere(center: Center, clock: Clock) -> None:
    uid = approved(center, until="2026-09-01")
    clock.now = datetime(2026, 9, 1, 23, 0, tzinfo=UTC)
    assert found(center, SUBJECT, DEPUTY)  # the day itself still counts
    clock.now += DAY
    for access in (AUTHOR, SECOND, DEPUTY):
        assert SUBJECT not in everything_that_tells(center, access)
        assert not found(center, SUBJECT, access, as_of=to_millis(datetime(2026, 8, 1, tzinfo=UTC)))
    own = read(center, uid, AUTHOR)
    assert own.submission.state is State.SUSPENDED
    assert not own.parts
    with pytest.raises(NotAllowed, match="fresh submission"), center.store.writing(AUTHOR) as tx:
        intelligence.validate(
            tx, uid, until="2027-01-01", explanation="Late.", basis="He still sells titles every week."
        )


def test_a_review_before_its_day_begins_a_new_period_and_no_other_door_does(center: Center, clock: Clock) -> None:
    uid = approved(center, until="2026-09-01")
    (part,) = read(center, uid).parts
    assert part.subject is not None
    chosen = Chosen(by=PurgeBy.RECORD, names=(str(part.subject.uid),))
    with pytest.raises(Conflict, match="submission"), center.store.writing(OFFICER) as tx:
        retention.keep(tx, chosen, until="2027-01-01", explanation="Still needed.")
    clock.now = datetime(2026, 8, 20, tzinfo=UTC)
    with center.store.writing(SECOND) as tx:
        intelligence.validate(
            tx,
            uid,
            until="2028-09-01",
            explanation="The ring is active.",
            basis="Two further sales in July and August.",
        )
    clock.now = datetime(2026, 9, 2, tzinfo=UTC)
    assert found(center, SUBJECT, DEPUTY)
    now = read(center, uid)
    assert now.submission.review_by == "2028-09-01"
    assert {
        view.marking.review_by for part in now.parts for view in (part.subject, part.why, *part.others) if view
    } == {"2028-09-01"}


@pytest.mark.parametrize("until", ["2026-03-01", "2031-03-02", "2040-01-01"])
def test_no_period_is_longer_than_five_years(center: Center, until: str) -> None:
    uid = submitted(center)
    with pytest.raises(NotAllowed, match="must lie after"), center.store.writing(SECOND) as tx:
        intelligence.approve(tx, uid, until=until, offences=center.offences)


def test_a_purge_of_what_is_overdue_leaves_no_copy_and_its_receipt_verifies(center: Center, clock: Clock) -> None:
    uid = approved(center, until="2026-09-01")
    assert found(center, SUBJECT, DEPUTY)
    clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    assert purging.purge_overdue(center, OFFICER, after_days=center.settings.purge_after_days) == 1
    left = "".join(str(dict(row)) for row in all_rows(center))
    for word in (SUBJECT, OTHER, "Zorbex", "zorbex"):
        assert word not in left, word
    for file in center.settings.center.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"Zorbex" not in content, file
            assert b"zorbex" not in content, file
    gone = read(center, uid)
    assert gone.submission.state is State.PURGED
    assert [step.deed for step in gone.submission.steps][-1] is Deed.PURGED
    assert not any(step.note for step in gone.submission.steps)
    assert (gone.submission.predicates, gone.submission.labels, gone.parts) == ((), None, ())
    with center.store.reading(OFFICER) as tx:
        (purge,) = store_purging.recent(tx)
        facts = read_receipt(store_purging.receipt(tx, purge.uid), [center.verifier_key])
    assert facts["records"] == 3
    assert SUBJECT not in json.dumps(facts)


def all_rows(center: Center) -> list[dict[str, object]]:
    with center.store.reading(OFFICER) as tx:
        flags.count(tx)
        return [
            dict(row)
            for name, table in tables.metadata.tables.items()
            if name != "audit_entry"
            for row in tx.connection.execute(table.select()).mappings()
        ]


def test_a_purge_of_a_subject_takes_those_along_who_are_named_only_to_identify_it(center: Center) -> None:
    uid = approved(center, subject(), subject(named=Named(kind="vehicle", values={"plate": "ZZ9 XYZ"}), others=()))
    first = read(center, uid).parts[0]
    assert first.subject is not None
    chosen = Chosen(by=PurgeBy.RECORD, names=(str(first.subject.uid),))
    with center.store.writing(OFFICER) as tx:
        proposed = store_purging.propose(tx, chosen, reason="A court ordered it.", reference="order 1")
    assert purging.approve(center, filing.OTHER_OFFICER, proposed.uid)
    (left,) = read(center, uid).parts
    assert left.subject is not None
    assert left.subject.kind == "vehicle"
    assert OTHER not in str(all_rows(center))


def test_a_hold_wins_over_a_purge_and_seals_it_meanwhile(center: Center, clock: Clock) -> None:
    uid = approved(center, until="2026-09-01")
    with center.store.writing(OFFICER) as tx:
        intelligence.hold(tx, uid, reference="order 12", reason="Discovery in a civil case.")
    assert not found(center, SUBJECT, AUTHOR)
    assert read(center, uid).submission.state is State.LEGAL_HOLD
    clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    assert purging.purge_overdue(center, OFFICER, after_days=30) == 0
    with center.store.writing(OFFICER) as tx:
        intelligence.release(tx, uid, reason="The case is over.")
    assert read(center, uid).submission.state is State.SUSPENDED
    assert purging.purge_overdue(center, OFFICER, after_days=30) == 1


def test_a_correction_reaches_whoever_was_shown_it_and_begins_no_new_period(center: Center) -> None:
    uid = approved(center, until="2026-09-01")
    assert found(center, SUBJECT, DEPUTY)
    (part,) = read(center, uid).parts
    assert part.subject is not None
    assert part.why is not None
    with pytest.raises(NotFound), center.store.writing(AUTHOR) as tx:
        intelligence.correct(tx, uid, part.why.uid, {"facts": "Other facts."}, reason="An error.")
    with center.store.writing(AUTHOR) as tx:
        intelligence.correct(tx, uid, part.subject.uid, {"birth_date": "1981-02-03"}, reason="The year was wrong")
    with center.store.reading(DEPUTY) as tx:
        (told,) = notices.of_reader(tx)
    assert told.kind is NoticeKind.CORRECTION
    now = read(center, uid)
    assert now.submission.review_by == "2026-09-01"
    assert now.parts[0].subject is not None
    assert "1981" in str(now.parts[0].subject.terms)
    assert now.submission.steps[-1].deed is Deed.CORRECTED


def test_an_ordinary_correction_goes_by_the_submission(center: Center) -> None:
    uid = approved(center)
    (part,) = read(center, uid).parts
    assert part.subject is not None
    steward = Access(
        actor=regions.actor("dora", "fusion-unit", *filing.STEWARD.actor.roles, groups=filing.LAW),
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        need_to_know="case 7",
    )
    with pytest.raises(Conflict, match="submission"), center.store.writing(steward) as tx:
        corrections.correct(tx, part.subject.uid, {"city": "Dover"}, "Moved.")


def test_recipients_are_told_once_that_the_day_has_passed(center: Center, clock: Clock) -> None:
    approved(center, until="2026-09-01")
    assert found(center, SUBJECT, DEPUTY)
    clock.now = datetime(2026, 9, 3, tzinfo=UTC)
    for _ in range(2):
        assert purging.purge_overdue(center, OFFICER, after_days=30) == 0
    with center.store.reading(DEPUTY) as tx:
        (told,) = notices.of_reader(tx)
    assert told.kind is NoticeKind.EXPIRY


def test_a_draft_that_speaks_of_protected_activity_waits_for_a_privacy_officer(center: Center) -> None:
    uid = submitted(center, subject(facts=filing.RALLY, relevance=filing.SPEECHES))
    assert not read(center, uid, AUTHOR).parts  # held: not even its author reads it
    assert read(center, uid, AUTHOR).rules
    with pytest.raises(NotFound), center.store.writing(SECOND) as tx:
        intelligence.approve(tx, uid, until=latest_review(tx.today), offences=center.offences)
    shown = read(center, uid, OFFICER)
    assert "banner" in str(shown.parts)
    with center.store.writing(OFFICER) as tx:
        intelligence.clear(
            tx, uid, rationale="The rally was the cover for a sale of stolen vans, which the file shows."
        )
    with center.store.writing(SECOND) as tx:
        intelligence.approve(tx, uid, until=latest_review(tx.today), offences=center.offences)
    assert found(center, SUBJECT, DEPUTY)
    assert read(center, uid).submission.cleared_by == "pat"


def test_a_text_that_is_held_leaves_in_no_export_and_in_no_release(center: Center) -> None:
    submitted(center, subject(facts=filing.RALLY, relevance=filing.SPEECHES))
    for access in (AUTHOR, SECOND, DEPUTY, OFFICER):
        if access is not OFFICER:
            assert "banner" not in exported(center, access, "intelligence")
            assert SUBJECT not in exported(center, access, "person")


def test_what_rules_of_the_gate_learn_later_is_held_before_more_people_read_it(center: Center) -> None:
    uid = submitted(center)
    with center.store.writing(OFFICER) as tx:  # the text was entered before a rule knew its words
        flags.count(tx)
        row = tx.connection.execute(tables.record.select().where(tables.record.c.payload.like("%Zorbex%"))).one()
        changed = row.payload.replace(filing.FACTS, filing.RALLY).replace(filing.RELEVANCE, filing.SPEECHES)
        tx.connection.execute(tables.record.update().where(tables.record.c.id == row.id).values(payload=changed))
    with center.store.writing(SECOND) as tx:
        intelligence.approve(tx, uid, until=latest_review(tx.today), offences=center.offences)
    assert not found(center, SUBJECT, DEPUTY)
    with center.store.reading(OFFICER) as tx:
        (flag,) = flags.page(tx)
    assert flag.occasion == "release"


def test_an_author_writes_a_draft_anew_and_nothing_of_the_old_text_stays(center: Center) -> None:
    uid = submitted(center, subject(facts=filing.RALLY, relevance=filing.SPEECHES))
    entering.rewrite(center, AUTHOR, uid, draft(subject(others=())))
    now = read(center, uid)
    assert [step.deed for step in now.submission.steps] == [Deed.SUBMITTED, Deed.REWRITTEN]
    assert not now.submission.gated
    assert filing.FACTS in str(now.parts)
    assert "banner" not in str(all_rows(center))
    assert OTHER not in str(all_rows(center))
    with pytest.raises(NotAllowed, match="only its author"):
        entering.rewrite(center, SECOND, uid, draft())


def test_a_withdrawn_draft_is_gone_from_every_copy(center: Center) -> None:
    uid = submitted(center)
    entering.withdraw(center, AUTHOR, uid, reason="It does not hold.")
    gone = read(center, uid)
    assert gone.submission.state is State.WITHDRAWN
    left = str(all_rows(center))
    assert SUBJECT not in left
    assert "Zorbex" not in left
    assert "does not hold" not in left
    for file in center.settings.center.rglob("*"):
        if file.is_file():
            assert b"Zorbex" not in file.read_bytes(), file


def test_the_evidence_of_an_entry_is_shown_to_its_readers_alone(center: Center) -> None:
    uid = approved(center)
    (part,) = read(center, uid).parts
    assert part.why is not None
    shown = evidence.show(center.store, center.blobs, AUTHOR, part.why.uid, allowance=allowance(center.settings))
    assert any(filing.FACTS in (cell or "") for row in shown.rows for cell in row.cells)
    with pytest.raises(NotFound):
        evidence.show(center.store, center.blobs, regions.DEPUTY, part.why.uid, allowance=allowance(center.settings))


def test_every_act_is_an_entry_of_the_audit_log_without_names(center: Center) -> None:
    approved(center)
    with center.store.reading(OFFICER) as tx:
        flags.count(tx)
        e = tables.audit_entry.c
        rows = tx.connection.execute(tables.audit_entry.select().where(e.event.like("trust:intelligence:%"))).all()
    assert {row.event for row in rows} >= {Event.INTELLIGENCE_SUBMITTED, Event.INTELLIGENCE_CHANGED}
    assert SUBJECT not in str([row.details for row in rows])


def test_a_center_that_is_opened_again_knows_its_submissions(center: Center) -> None:
    uid = approved(center)
    again = open_center(center.settings.center)
    with again.store.reading(THIRD) as tx:
        assert intelligence_views.get(tx, uid).submission.state in {State.ACTIVE, State.SUSPENDED}
    again.store.dialect.engine.dispose()


def test_nothing_becomes_intelligence_by_import(center: Center) -> None:
    tip = regions.deliver(
        center, regions.rows("T-1,2026-03-01 10:00,Tip,Vans change plates,39.1,-75.5,Ann Brown,,"), source=filing.TIPS
    )
    assert tip.records
    with pytest.raises(NotAllowed, match="entered by form"):
        regions.deliver(center, exported(center, AUTHOR, "incident").encode(), source=filing.INTEL)
    with pytest.raises(NotAllowed, match="entered by form"):
        regions.deliver(center, exported(center, AUTHOR, "incident").encode(), source=filing.SARS)
    with center.store.reading(AUTHOR) as tx:
        holdings = {hit.holding for hit in records.search(tx, SearchQuery(text="vans")).hits}
    assert holdings == {"leads"}


def test_the_marking_of_intelligence_says_so_whatever_its_source_says(center: Center) -> None:
    with center.store.reading(filing.STEWARD) as tx:
        marking: Marking = parties.read_source(tx, filing.INTEL)[2].marking
        overview.visible_count(tx)
    assert Regime.CFR23 in marking.regimes
