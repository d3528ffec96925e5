"""Why nothing permits: what would have to be otherwise, and no part that does not matter."""

import pytest

from tessera.errors import Invalid
from tessera.model.access import Access, Actor, Purpose, Role
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.trust.cedar import Clause
from tessera.trust.reasons import Facts, check_shown, explain

OPEN = Marking(owners=frozenset({"sheriff"}), sensitivity=Sensitivity.INTERNAL, tlp=Tlp.GREEN)
RELEASE = "its owner has released it to no agency by name"
CENTER = "does not go with your roles"
VALUES = (
    "account",
    "agency",
    "agency_kind",
    "agreements",
    "cui",
    "dissemination",
    "field_class",
    "groups",
    "holdings",
    "holds",
    "lapsed",
    "need_to_know",
    "owners",
    "permission",
    "purpose",
    "purposes",
    "regimes",
    "releasable_to",
    "review_by",
    "roles",
    "scopes",
    "sensitivity",
    "tlp",
    "today",
    "trained_until",
    "unbound",
)


def clause(shows: str) -> Clause:
    return Clause(
        id="a", reads="No.", shows=(shows,), actions=(), weighs=frozenset(), text="", where="a.cedar", permits=False,
        kind="", conditions=(),
    )  # fmt: skip


def why(*roles: Role, marking: Marking = OPEN) -> str:
    actor = Actor(account="dana", agency="center", roles=frozenset(roles), trained_until="9999-12-31")
    return explain((), Facts(access=Access(actor=actor, purpose=Purpose.OVERSIGHT), marking=marking))


@pytest.mark.parametrize("name", VALUES)
def test_a_policy_may_show_each_of_these_values(name: str) -> None:
    check_shown(clause(name))


def test_a_policy_that_shows_an_unknown_value_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="unknown value 'moon'") as refused:
        check_shown(clause("moon"))
    assert refused.value.advice == f"Choose from {', '.join(VALUES)}."


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_roles_that_read_no_content_are_told_just_that(role: Role) -> None:
    assert why(role) == f"No rule permits this: your roles ({role}) read no content."


def test_the_pipeline_is_told_its_purpose() -> None:
    assert "the pipeline reads for data-stewardship only" in why(Role.SERVICE)


@pytest.mark.parametrize(
    ("changes", "matters"),
    [
        ({}, False),
        ({"tlp": Tlp.AMBER}, True),
        ({"sensitivity": Sensitivity.SENSITIVE}, True),
        ({"sensitivity": Sensitivity.PUBLIC, "tlp": Tlp.AMBER}, True),
        ({"sensitivity": Sensitivity.PUBLIC}, False),
    ],
)
def test_the_level_is_named_where_it_matters(changes: dict[str, object], matters: bool) -> None:
    marking = Marking(**{"owners": OPEN.owners, "sensitivity": OPEN.sensitivity, "tlp": OPEN.tlp} | changes)  # type: ignore[arg-type]
    assert (RELEASE in why(Role.ANALYST, marking=marking)) is matters


@pytest.mark.parametrize(("role", "at_center"), [(Role.ANALYST, True), (Role.PARTNER, False), (Role.DIRECTOR, False)])
def test_what_the_center_may_do_is_no_matter_for_partners_and_directors(role: Role, at_center: bool) -> None:
    assert (CENTER in why(role)) is at_center
