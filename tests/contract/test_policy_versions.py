"""A change of policy takes two people who have seen what it does, and counts at once everywhere."""

from dataclasses import replace
from pathlib import Path

import pytest
import regions
from sqlalchemy import update

from tessera.bootstrap import create_center, open_center
from tessera.errors import Conflict, Invalid, NotAllowed, NotFound, Tampered
from tessera.flow.center import OPERATOR, Center
from tessera.flow.policy_trial import try_change, try_proposal
from tessera.model.access import Access, Permission, Purpose, Role
from tessera.model.marking import FieldClass
from tessera.model.record import SearchQuery
from tessera.store import policies, records, tables
from tessera.store.accounts import Account, create
from tessera.store.events import Event
from tessera.trust.policy_change import PolicyState

OFFICER = Access(
    actor=regions.actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT, presence=regions.HERE
)
DIRECTOR = Access(
    actor=regions.actor("dee", "fusion-unit", Role.DIRECTOR), purpose=Purpose.OVERSIGHT, presence=regions.HERE
)
NO_PUBLIC = {
    "site.cedar": """@id("nothing-public")
@reads("Analysts read nothing that is public.")
forbid (principal is User, action == Action::"read", resource)
when { principal.roles.contains("analyst") && resource.sensitivity == 0 };
"""
}
LOCK_OUT = {
    "site.cedar": '@id("frozen")\n@reads("Nobody changes this policy again.")\n'
    'forbid (principal, action == Action::"use", resource) when { context.permission like "policy:*" };'
}


@pytest.fixture
def staffed(center: Center) -> Center:
    """A center with two people who may change its policy, and some public records."""
    regions.deliver(
        center, regions.rows("A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,,,"), source="open-feed"
    )
    with center.store.writing(OPERATOR) as tx:
        for who in (OFFICER, DIRECTOR, regions.ANALYST):
            actor = who.actor
            account = Account(
                name=actor.account, label=actor.account, agency=actor.agency, agency_label="", roles=tuple(actor.roles),
                groups=tuple(actor.groups), trained_until=actor.trained_until, disabled=False,
            )  # fmt: skip
            create(tx, account, regions.PASSWORD)
    return center


def propose(center: Center, changes: dict[str, str] = NO_PUBLIC, by: Access = OFFICER) -> int:
    with center.store.writing(by) as tx:
        return policies.propose(tx, changes, "So was decided in the board of 3 March")


def approve(center: Center, number: int, by: Access = DIRECTOR) -> None:
    with center.store.writing(by) as tx:
        policies.approve(tx, number, "I have read what it does")


def found(center: Center) -> int:
    with center.store.reading(regions.ANALYST) as tx:
        return len(records.search(tx, SearchQuery()).hits)


def test_a_center_begins_with_a_version_of_what_is_shipped(center: Center) -> None:
    with center.store.reading(OFFICER) as tx:
        (first,) = policies.versions(tx)
    assert (first.number, first.state, first.texts) == (1, PolicyState.APPROVED, {})
    assert first.digest == center.policy.version


def test_an_approved_change_counts_at_once_in_every_process(staffed: Center) -> None:
    other = open_center(staffed.settings.center, clock=staffed.clock)
    assert (found(staffed), found(other)) == (1, 1)
    number = propose(staffed)
    assert (found(staffed), found(other)) == (1, 1)
    try_proposal(staffed.store, DIRECTOR, number)
    approve(staffed, number)
    assert (found(staffed), found(other)) == (0, 0)
    assert staffed.policy.version == other.policy.version
    with other.store.reading(OFFICER) as tx:
        newest, first = policies.versions(tx)
    assert (newest.state, newest.decided_by, newest.until_at) == (PolicyState.APPROVED, "dee", None)
    assert (first.state, first.until_at) == (PolicyState.SUPERSEDED, newest.from_at)
    other.store.dialect.engine.dispose()


def test_taking_a_file_away_is_a_change_like_any_other(staffed: Center) -> None:
    for changes in (NO_PUBLIC, {"site.cedar": ""}):
        number = propose(staffed, changes)
        try_proposal(staffed.store, DIRECTOR, number)
        approve(staffed, number)
    assert found(staffed) == 1
    assert not staffed.policy.site


def test_nobody_approves_their_own_change(staffed: Center) -> None:
    number = propose(staffed)
    try_proposal(staffed.store, OFFICER, number)
    with pytest.raises(NotAllowed, match="second person"):
        approve(staffed, number, OFFICER)
    with pytest.raises(NotAllowed, match="second person"), staffed.store.writing(OFFICER) as tx:
        policies.reject(tx, number, "mine")
    assert found(staffed) == 1


def test_nobody_approves_what_has_not_been_tried(staffed: Center) -> None:
    with pytest.raises(Conflict, match="nobody has looked"):
        approve(staffed, propose(staffed))


def test_what_was_tried_on_another_version_is_tried_again(staffed: Center) -> None:
    first, second = propose(staffed), propose(staffed, {"more.cedar": NO_PUBLIC["site.cedar"].replace("nothing", "no")})
    for number in (first, second):
        try_proposal(staffed.store, DIRECTOR, number)
    approve(staffed, first)
    with pytest.raises(Conflict, match="changed from version 1 to 2"):
        approve(staffed, second)
    try_proposal(staffed.store, DIRECTOR, second)
    approve(staffed, second)
    assert found(staffed) == 0
    assert set(staffed.policy.site) == {"more.cedar", "site.cedar"}


def test_a_change_that_locks_everybody_out_is_not_approved(staffed: Center) -> None:
    number = propose(staffed, LOCK_OUT)
    assert try_proposal(staffed.store, DIRECTOR, number).deciders == 0
    with pytest.raises(Conflict, match="no two people"):
        approve(staffed, number)


def test_what_a_change_would_do_is_kept_with_it_for_those_who_decide(staffed: Center) -> None:
    number = propose(staffed)
    told = try_proposal(staffed.store, DIRECTOR, number)
    assert (told.added, told.deciders) == (("nothing-public",), 2)
    with staffed.store.reading(DIRECTOR) as tx:
        tried = policies.version(tx, number).tried
    assert tried is not None
    (group,) = tried.groups
    assert (group.accounts, group.shift.gains, group.shift.what, group.shift.records) == (
        ("avery",),
        False,
        "records",
        1,
    )
    assert group.shift.policies == ("nothing-public",)
    with staffed.store.reading(DIRECTOR) as tx:
        assert [m.sensitivity for m in policies.markings_of(tx, tried).values()] == [0]
    with staffed.store.reading(regions.ANALYST) as tx:
        assert policies.version(tx, number).tried is None


def test_a_change_can_be_tried_without_being_proposed(staffed: Center) -> None:
    told, trial = try_change(staffed.store, OFFICER, NO_PUBLIC)
    assert [shift.account for shift in told.shifts] == ["avery"]
    assert trial.base == 1
    with staffed.store.reading(OFFICER) as tx:
        assert len(policies.versions(tx)) == 1
    with pytest.raises(NotAllowed):
        try_change(staffed.store, regions.ANALYST, NO_PUBLIC)


def test_a_proposal_is_rejected_or_withdrawn_once_and_with_a_reason(staffed: Center) -> None:
    one, two = propose(staffed), propose(staffed)
    with pytest.raises(Invalid, match="reason"), staffed.store.writing(DIRECTOR) as tx:
        policies.reject(tx, one, "  ")
    with staffed.store.writing(DIRECTOR) as tx:
        policies.reject(tx, one, "too wide")
    with pytest.raises(NotAllowed, match="Only who proposed"), staffed.store.writing(DIRECTOR) as tx:
        policies.withdraw(tx, two, "not mine")
    with staffed.store.writing(OFFICER) as tx:
        policies.withdraw(tx, two, "thought better of it")
    for number in (one, two):
        with pytest.raises(Conflict, match="already"):
            try_proposal(staffed.store, DIRECTOR, number)
        with pytest.raises(Conflict, match="already"):
            approve(staffed, number)
    with staffed.store.reading(OFFICER) as tx:
        states = {each.number: each.state for each in policies.versions(tx)}
    assert states == {1: PolicyState.APPROVED, one: PolicyState.REJECTED, two: PolicyState.WITHDRAWN}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reading.cedar": "// nothing"}, "shipped policy file"),
        ({"site.cedar": NO_PUBLIC["site.cedar"].replace("nothing-public", "public-is-open")}, "used twice"),
        ({"site.cedar": "permit (principal, action resource);"}, "not a Cedar policy"),
        ({"../site.cedar": "// x"}, "no name for a policy file"),
        ({"site.cedar": ""}, "changes nothing"),
    ],
)
def test_what_cannot_be_a_policy_is_not_proposed(center: Center, changes: dict[str, str], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        propose(center, changes)


def test_analysts_neither_propose_nor_approve_but_may_read(staffed: Center) -> None:
    with pytest.raises(NotAllowed):
        propose(staffed, by=regions.ANALYST)
    number = propose(staffed)
    with pytest.raises(NotAllowed):
        approve(staffed, number, regions.ANALYST)
    with staffed.store.reading(regions.ANALYST) as tx:
        assert policies.version(tx, number).changes == NO_PUBLIC
    with pytest.raises(NotFound), staffed.store.reading(OFFICER) as tx:
        policies.version(tx, 99)


def test_the_operators_folder_is_a_version_when_the_program_starts_with_it(tmp_path: Path) -> None:
    folder, kept = tmp_path / "center", tmp_path / "policies"
    create_center(folder).store.dialect.engine.dispose()
    kept.mkdir()
    (kept / "kept.cedar").write_text(NO_PUBLIC["site.cedar"], encoding="utf-8")
    with (folder / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'policies = "{kept}"\n')
    for _ in range(2):
        center = open_center(folder)
        with center.store.reading(OFFICER) as tx:
            newest, first = policies.versions(tx)
        assert (newest.number, newest.folder, newest.proposed_by) == (2, ("kept.cedar",), "operator")
        assert first.state is PolicyState.SUPERSEDED
        with pytest.raises(Invalid, match="operator's folder"):
            propose(center, {"kept.cedar": "// mine"})
        center.store.dialect.engine.dispose()
    (kept / "kept.cedar").unlink()
    center = open_center(folder)
    with center.store.reading(OFFICER) as tx:
        assert policies.versions(tx)[0].texts == {}
    center.store.dialect.engine.dispose()


def test_texts_that_nobody_approved_decide_nothing(staffed: Center) -> None:
    number = propose(staffed)
    try_proposal(staffed.store, DIRECTOR, number)
    approve(staffed, number)
    v = tables.policy_version
    with staffed.store.dialect.engine.begin() as connection:
        connection.execute(update(v).where(v.c.number == number).values(texts="{}"))
    with pytest.raises(Tampered, match="not those that were approved"):
        found(staffed)


def test_why_a_field_is_masked_follows_the_policy(staffed: Center) -> None:
    marking = regions.PUBLIC
    with staffed.store.reading(regions.ANALYST) as tx:
        asked = (tx.access, marking, FieldClass.OPEN, tx.today, tx.standing)
        before = staffed.store.why_masked(*asked)
        tx.note(Event.OVERVIEW_READ)
    number = propose(staffed)
    try_proposal(staffed.store, DIRECTOR, number)
    approve(staffed, number)
    found(staffed)
    assert staffed.store.why_masked(*asked) != before


def test_every_decision_names_the_version_of_the_policy(staffed: Center) -> None:
    decision = staffed.policy.may(regions.ANALYST, Permission.RECORD_READ)
    assert decision.version == staffed.policy.version
    refused = staffed.policy.may_read(replace(regions.ANALYST, purpose=Purpose.ADMINISTRATION), [regions.POLICE])[0]
    assert refused.version == staffed.policy.version
