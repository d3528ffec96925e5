"""Signatures: every act to which somebody puts their name needs a person who has just proved to be there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import filing
import pytest
import regions
from filing import AUTHOR, OFFICER, OTHER_OFFICER, SECOND, THIRD
from regions import AUDITOR

from tessera.clock import system_clock
from tessera.errors import Unsigned
from tessera.flow import entering
from tessera.flow.center import Center
from tessera.flow.policy_trial import try_proposal
from tessera.model.access import Access, Presence, Purpose, Role
from tessera.model.flag import Ground
from tessera.model.marking import Sensitivity
from tessera.model.purge import Chosen, PurgeBy
from tessera.model.record import SearchQuery
from tessera.store import (
    accounts,
    auditing,
    flags,
    intelligence,
    policies,
    purging,
    records,
    samples,
    sessions,
    suspicious_activity,
    tables,
)
from tessera.store.events import Event
from tessera.store.promotions import Origin
from tessera.store.transactions import ToSign, Transaction
from tessera.trust.account_life import CONFIRM_AFTER
from tessera.trust.intelligence import latest_review
from tessera.trust.suspicious_activity import Finding

DIRECTOR = Access(
    actor=regions.actor("dee", "fusion-unit", Role.DIRECTOR), purpose=Purpose.OVERSIGHT, presence=regions.HERE
)
Act = Callable[[Transaction], object]


@pytest.fixture
def center(database: str, tmp_path: Path) -> Iterator[Center]:
    made = regions.new_center(tmp_path / "center", database=database)
    filing.register(made)
    yield made
    made.store.dialect.engine.dispose()


def entries(center: Center) -> int:
    with center.store.dialect.engine.connect() as connection:
        return len(connection.execute(tables.audit_entry.select()).all())


def signs(center: Center, who: Access, act: Act, *, under: Sensitivity = Sensitivity.PUBLIC) -> None:
    """Claim that an act needs a proof, that without one nothing is done nor noted, and that its entry tells of the proof.

    `under`: how sensitive at least that is what it is about, which the signing page then says.
    """
    now = center.store.clock()
    before = entries(center)
    for absent in (None, Presence(by="password", at=now - CONFIRM_AFTER - 60_000)):
        with (
            pytest.raises(ToSign, match="signed by a person") as asked,
            center.store.writing(replace(who, presence=absent)) as tx,
        ):
            act(tx)
        assert asked.value.under.sensitivity >= under
    assert entries(center) == before
    with center.store.writing(replace(who, presence=Presence(by="passkey", at=now))) as tx:
        act(tx)
        assert tx.entries[-1].details["proved_by"] == "passkey"
        assert str(tx.entries[-1].details["proved_at"]).endswith("Z")


def found(center: Center, text: str, access: Access) -> UUID:
    with center.store.reading(access) as tx:
        (hit,) = records.search(tx, SearchQuery(text=text)).hits
    return hit.uid


def test_criminal_intelligence_is_approved_validated_and_cleared_by_signature(center: Center) -> None:
    uid = filing.submitted(center)
    signs(
        center,
        SECOND,
        lambda tx: intelligence.approve(tx, uid, until=latest_review(tx.today), offences=center.offences),
        under=Sensitivity.RESTRICTED,
    )
    said = {
        "explanation": "He still sells titles every week.",
        "basis": "He was seen selling two more vans to an officer last week.",
    }
    signs(
        center,
        THIRD,
        lambda tx: intelligence.validate(tx, uid, until=latest_review(tx.today), **said),
        under=Sensitivity.RESTRICTED,
    )
    held = filing.submitted(center, filing.subject(facts=filing.RALLY, relevance=filing.SPEECHES))
    why = "The rally was the cover for a sale of stolen vans, which the file shows."
    signs(center, OFFICER, lambda tx: intelligence.clear(tx, held, rationale=why), under=Sensitivity.RESTRICTED)


def test_every_part_of_the_vetting_is_signed(center: Center) -> None:
    uid = entering.receive(center, AUTHOR, filing.observation())
    activity = suspicious_activity
    signs(center, SECOND, lambda tx: activity.pass_on(tx, uid, note="Complete."), under=Sensitivity.RESTRICTED)
    signs(
        center,
        SECOND,
        lambda tx: activity.vet_first(tx, uid, behaviors=["SURVL"], facts=filing.FACTS_SEEN),
        under=Sensitivity.RESTRICTED,
    )
    signs(
        center,
        THIRD,
        lambda tx: activity.vet_second(tx, uid, finding=Finding.NEXUS, context=filing.CONTEXT, more=filing.MORE),
        under=Sensitivity.RESTRICTED,
    )
    signs(
        center,
        OFFICER,
        lambda tx: activity.check(tx, uid, detailed=False, rationale="It rests on conduct alone."),
        under=Sensitivity.RESTRICTED,
    )
    signs(center, AUTHOR, lambda tx: activity.share(tx, uid, recipients=["sheriff"]), under=Sensitivity.RESTRICTED)
    rally = filing.observation(values={**filing.observation().values, "text": filing.RALLY})
    held = entering.receive(center, AUTHOR, rally)
    why = "The banner hid tools that were found at the breach."
    signs(center, OFFICER, lambda tx: activity.clear(tx, held, rationale=why), under=Sensitivity.RESTRICTED)


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "blobs" in path.parts)


def test_a_promotion_is_signed_and_without_signature_leaves_no_bytes(center: Center, tmp_path: Path) -> None:
    tip = regions.rows("T-1,2026-03-01 10:00,Tip,Vans change plates behind the mill,39.1,-75.5,,,")
    regions.deliver(center, tip, source=filing.TIPS)
    origin = Origin(record=found(center, "plates", AUTHOR), reason="It led to the buys.", signed=True)
    before = kept(tmp_path)
    with pytest.raises(ToSign) as asked:
        entering.submit(center, replace(AUTHOR, presence=None), filing.draft(), origin)
    assert asked.value.under.sensitivity is Sensitivity.RESTRICTED
    assert kept(tmp_path) == before
    entering.submit(center, AUTHOR, filing.draft(), origin)
    assert len(kept(tmp_path)) > len(before)


def test_a_held_text_is_released_by_signature(center: Center) -> None:
    rally = "Peaceful rally at the quarry. The names of the organizers were taken down."
    regions.deliver(center, regions.rows(f"F-1,2026-03-01 10:00,Information,{rally},39.1,-75.5,,,"), source="open-feed")
    with center.store.reading(OFFICER) as tx:
        (flag,) = flags.page(tx)
    signs(center, OFFICER, lambda tx: flags.release(tx, flag.uid, Ground.NOT_PROTECTED, "The rule is wrong here."))


def test_a_purge_is_approved_by_signature(center: Center) -> None:
    regions.deliver(center, regions.rows("A-1,2026-03-01 10:00,theft,bicycle gone,39.1,-75.5,,,"), source="open-feed")
    chosen = Chosen(by=PurgeBy.RECORD, names=(str(found(center, "bicycle", regions.ANALYST)),))
    with center.store.writing(OFFICER) as tx:
        purge = purging.propose(tx, chosen, reason="It is wrong.", reference="order 7").uid
    signs(center, OTHER_OFFICER, lambda tx: purging.approve(tx, purge))


def test_a_policy_is_put_in_force_by_signature(center: Center) -> None:
    with center.store.writing(regions.STEWARD) as tx:
        for who in (OFFICER, DIRECTOR, regions.ANALYST):
            accounts.create(tx, regions.account_of(who), regions.PASSWORD)
    text = (
        '@id("a") @reads("Analysts read nothing.") forbid (principal is User, action == Action::"read", resource)'
        ' when { principal.roles.contains("analyst") };'
    )
    with center.store.writing(OFFICER) as tx:
        number = policies.propose(tx, {"site.cedar": text}, "So was decided.")
    try_proposal(center.store, DIRECTOR, number)
    signs(center, DIRECTOR, lambda tx: policies.approve(tx, number, "I have read what it does."))


def test_reviews_of_the_log_are_signed(center: Center) -> None:
    signs(center, AUDITOR, lambda tx: samples.sign_week(tx, "2020-W10", "Quiet."))


def test_the_signature_is_kept_in_the_log(center: Center) -> None:
    with center.store.writing(replace(AUDITOR, presence=Presence(by="passkey", at=center.store.clock()))) as tx:
        samples.sign_week(tx, "2020-W10", "Quiet.")
    with center.store.reading(AUDITOR) as tx:
        (entry,) = auditing.entries(tx, event=Event.AUDIT_REVIEWED, limit=5)
    assert entry.details is not None
    assert entry.details["proved_by"] == "passkey"


def test_at_the_machine_a_password_signs_and_a_wrong_one_counts(center: Center) -> None:
    with center.store.writing(regions.STEWARD) as tx:
        accounts.create(tx, regions.account_of(AUDITOR), regions.PASSWORD)
    bare = replace(AUDITOR, presence=None)
    with pytest.raises(Unsigned, match="not the password"):
        sessions.confirm_by_password(center.store, bare, "a wrong guess entirely")
    there = sessions.confirm_by_password(center.store, bare, regions.PASSWORD)
    assert there.presence is not None
    assert there.presence.by == "password"
    assert abs(there.presence.at - system_clock()) < CONFIRM_AFTER
    with center.store.reading(AUDITOR) as tx:
        assert len(auditing.entries(tx, event=Event.SIGN_IN_FAILED, limit=5)) == 1
        assert len(auditing.entries(tx, event=Event.SESSION_CONFIRMED, limit=5)) == 1


def test_who_is_there_changes_nothing_about_what_may_be_read() -> None:
    assert replace(AUTHOR, presence=None) == AUTHOR
    assert hash(replace(AUTHOR, presence=None)) == hash(AUTHOR)
