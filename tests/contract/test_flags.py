"""The gate before protected activity: held before anybody reads it, decided by a privacy officer, and nothing lost."""

from dataclasses import replace
from uuid import UUID

import pytest
import regions

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.flag import Flag, FlagState, Ground, Occasion
from tessera.model.marking import Hold, Sensitivity
from tessera.model.purge import PurgeState
from tessera.model.record import SearchQuery
from tessera.store import corrections, flags, purging, quarantine, records, remarking, tables
from tessera.store.events import Event

PRIVACY = Access(
    actor=regions.actor("pat", "fusion-unit", Role.PRIVACY_OFFICER, groups=("cji-cleared",)),
    purpose=Purpose.OVERSIGHT,
    presence=regions.HERE,
)
OWNER = Access(
    actor=regions.actor("dee", "sheriff", Role.PARTNER, groups=("law-enforcement", "cji-cleared", "juvenile-cleared")),
    purpose=Purpose.CRIMINAL_INVESTIGATION,
    presence=regions.HERE,
)
RALLY = "Peaceful rally at the quarry. The names of the organizers were taken down."
CRIME = "A man at the rally threw a brick through the window of the bank and ran."
ROWS = regions.rows(
    f"F-1,2026-03-01 10:00,Information,{RALLY},39.17,-75.54,Elena Munoz,302-555-0143,34",
    f"F-2,2026-03-01 11:00,Vandalism,{CRIME},39.17,-75.54,Dan Okafor,302-555-0117,40",
    "F-3,2026-03-01 12:00,Burglary,Rear window forced at the boathouse,39.17,-75.54,,,",
)


def search(center: Center, text: str, access: Access = OWNER) -> list[UUID]:
    with center.store.reading(access) as tx:
        return [hit.uid for hit in records.search(tx, SearchQuery(text=text)).hits]


def open_flags(center: Center) -> list[Flag]:
    with center.store.reading(PRIVACY) as tx:
        return flags.page(tx)


def test_a_held_text_is_seen_by_nobody_but_a_privacy_officer(center: Center) -> None:
    done = regions.deliver(center, ROWS, source="police-feed")
    assert (done.rows_in, done.rows_recorded, done.rows_quarantined, done.rows_duplicate) == (3, 3, 0, 0)
    assert not search(center, "organizers")
    assert not search(center, "organizers", regions.ANALYST)
    assert search(center, "organizers", PRIVACY)
    assert search(center, "brick")
    assert search(center, "boathouse")
    assert not search(center, "munoz")  # who is named on the line that is held is held with it
    assert search(center, "okafor")


def test_a_flag_says_which_rules_held_which_words_and_keeps_none_of_them(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    (flag,) = open_flags(center)
    assert flag.occasion is Occasion.ENTRY
    assert flag.rules == ("lawful-protest",)
    assert {flag.text[start:end] for start, end, _ in flag.places} >= {"Peaceful rally"}
    with center.store.reading(PRIVACY) as tx:
        flags.count(tx)
        row = tx.connection.execute(tables.flag.select()).mappings().one()
    assert "rally" not in str(dict(row)).replace("lawful-protest", "")


def test_only_a_privacy_officer_sees_and_decides_flags(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    (flag,) = open_flags(center)
    for access in (OWNER, regions.ANALYST, regions.STEWARD, regions.AUDITOR):
        with pytest.raises(NotAllowed), center.store.reading(access) as tx:
            flags.page(tx)
        with pytest.raises(NotAllowed), center.store.writing(access) as tx:
            flags.release(tx, flag.uid, Ground.NOT_PROTECTED, "Because.")


def test_a_privacy_officer_with_another_purpose_sees_no_text_and_cannot_decide(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    (flag,) = open_flags(center)
    other = replace(PRIVACY, purpose=Purpose.SITUATIONAL_AWARENESS)
    with center.store.reading(other) as tx:
        assert [one.text for one in flags.page(tx)] == [""]
    with pytest.raises(NotFound), center.store.writing(other) as tx:
        flags.release(tx, flag.uid, Ground.NOT_PROTECTED, "Because.")


def test_what_is_released_is_found_again_and_says_who_let_it_go_and_why(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    (flag,) = open_flags(center)
    with pytest.raises(Invalid, match="reason"), center.store.writing(PRIVACY) as tx:
        flags.release(tx, flag.uid, Ground.CRIMINAL_NEXUS, "  ")
    with center.store.writing(PRIVACY) as tx:
        done = flags.release(tx, flag.uid, Ground.CRIMINAL_NEXUS, "It belongs to the arson of case 12.")
    assert (done.state, done.decided_by, done.ground) == (FlagState.RELEASED, "pat", "criminal-nexus")
    assert search(center, "organizers")
    assert search(center, "munoz")
    with pytest.raises(Conflict), center.store.writing(PRIVACY) as tx:
        flags.release(tx, flag.uid, Ground.NOT_PROTECTED, "Again.")
    with center.store.reading(PRIVACY) as tx:
        assert [(one.rule, one.released_nexus, one.open) for one in flags.by_rule(tx)] == [("lawful-protest", 1, 0)]
        assert flags.count(tx)[FlagState.OPEN] == 0


def test_what_is_to_be_deleted_stays_held_until_a_second_person_approves_the_purge(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    (flag,) = open_flags(center)
    with center.store.writing(PRIVACY) as tx:
        assert flags.delete(tx, flag.uid, "Nothing here is a crime.").state is FlagState.DELETED
    assert not search(center, "organizers")
    with center.store.reading(PRIVACY) as tx:
        (purge,) = purging.recent(tx)
    assert purge.state is PurgeState.PROPOSED
    assert purge.chosen.names == (str(flag.record),)


def test_a_replayed_row_passes_the_same_gate(center: Center) -> None:
    regions.deliver(
        center, regions.rows(f"F-4,2026-02-31 10:00,Information,{RALLY},39.17,-75.54,,,"), source="open-feed"
    )
    with center.store.reading(regions.STEWARD) as tx:
        (row,) = quarantine.page(tx)
    with center.store.writing(regions.STEWARD) as tx:
        quarantine.mend(tx, row.uid, {"when": "2026-02-28 10:00"})
    assert center.pipeline.replay(regions.STEWARD, row.uid).records == 1
    assert not search(center, "organizers", regions.ANALYST)
    assert len(open_flags(center)) == 1


def test_a_correction_passes_the_same_gate(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    (uid,) = search(center, "boathouse")
    with center.store.writing(OWNER) as tx:
        corrections.correct(tx, uid, {"text": "Members of the tenants union prayed at the mosque."}, "A better text.")
    assert not search(center, "tenants")
    assert {flag.occasion for flag in open_flags(center)} == {Occasion.ENTRY, Occasion.CORRECTION}


def test_a_text_is_examined_again_before_more_people_may_read_it(center: Center) -> None:
    with center.store.writing(OPERATOR) as tx:
        tx.connection.execute(tables.holding.update().values(unexamined_because="Test Code 1(c) asks for all of it."))
        tx.note(Event.PARTNER_CORRECTED, "holding:incidents")
    regions.deliver(center, ROWS, source="police-feed")
    assert not open_flags(center)
    (uid,) = search(center, "organizers")
    with center.store.writing(PRIVACY) as tx:
        tx.connection.execute(tables.holding.update().values(unexamined_because=""))
        key = tx.connection.execute(tables.record.select().where(tables.record.c.uid == uid.bytes)).one().id
        remarking.remark(tx, [key], lambda m: replace(m, sensitivity=Sensitivity.INTERNAL), reason="Shared wider.")
        assert flags.check_release(tx, [key]) == [key]
        assert flags.check_release(tx, [key]) == [key]
    (flag,) = open_flags(center)
    assert flag.occasion is Occasion.RELEASE
    with center.store.writing(PRIVACY) as tx:
        flags.release(tx, flag.uid, Ground.NOT_PROTECTED, "The rule is wrong here.")
        assert not flags.check_release(tx, [key])
    assert search(center, "organizers") == [uid]


def test_a_newer_version_of_a_held_text_is_examined_anew(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    regions.deliver(
        center,
        regions.rows(f"F-1,2026-03-01 10:00,Information,{CRIME},39.17,-75.54,Elena Munoz,302-555-0143,34"),
        source="police-feed",
        filename="again.csv",
    )
    assert len(search(center, "brick")) == 2


def test_holds_are_changes_of_marking_with_a_reason(center: Center) -> None:
    regions.deliver(center, ROWS, source="police-feed")
    with center.store.reading(PRIVACY) as tx:
        flags.count(tx)
        reasons = {row.reason for row in tx.connection.execute(tables.remarking.select())}
        marked = [m for m in tx.store.markings(tx).values() if Hold.PROTECTED_ACTIVITY in m.holds]
    assert reasons == {flags.HELD}
    assert marked
