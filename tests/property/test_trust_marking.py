"""Laws of markings and of the shipped policy over them, each with pinned examples: a law also holds upside down."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import AGENCIES, TODAY, accesses, complete_markings, markings, standings

from tessera.model.access import Access, Actor, Purpose, Role
from tessera.model.marking import ALL_FIELDS, Hold, Marking, Regime, Sensitivity, Tlp
from tessera.model.source import Standing
from tessera.trust.policy import IN_ORDER, Policy, completed, is_complete

POLICY = Policy.load()
PROPERTY = settings(deadline=None, max_examples=200)


@given(markings, markings, markings)
def test_join_is_associative(one: Marking, two: Marking, three: Marking) -> None:
    assert (one | two) | three == one | (two | three)


@given(markings, markings)
def test_join_is_commutative(one: Marking, two: Marking) -> None:
    assert one | two == two | one


@given(markings)
def test_join_is_idempotent_and_nothing_is_its_identity(one: Marking) -> None:
    assert one | one == one
    assert one | Marking() == one
    assert Marking() | one == one


@given(markings, markings)
def test_a_join_protects_at_least_what_each_part_does(one: Marking, two: Marking) -> None:
    joined = one | two
    assert joined.protects_at_least(one)
    assert joined.protects_at_least(two)
    assert joined.protects_at_least(joined)
    assert one.protects_at_least(two) is (joined == one)


@given(markings)
def test_a_marking_survives_being_written_and_read(one: Marking) -> None:
    assert Marking.from_json(one.to_json()) == one


JOINS = [
    ({"sensitivity": Sensitivity.PUBLIC}, {"sensitivity": Sensitivity.RESTRICTED}, {"sensitivity": Sensitivity.RESTRICTED}),
    ({"tlp": Tlp.GREEN}, {"tlp": Tlp.RED}, {"tlp": Tlp.RED}),
    ({"tlp": Tlp.AMBER}, {"tlp": Tlp.AMBER_STRICT}, {"tlp": Tlp.AMBER_STRICT}),
    ({"regimes": {Regime.CJI}}, {"regimes": {Regime.PHI}}, {"regimes": {Regime.CJI, Regime.PHI}}),
    ({"owners": {"police"}}, {"owners": {"sheriff"}}, {"owners": {"police", "sheriff"}}),
    ({"holdings": {"tips"}}, {"holdings": set()}, {"holdings": {"tips"}}),
    ({"releasable_to": {"police", "sheriff"}}, {"releasable_to": {"sheriff"}}, {"releasable_to": {"sheriff"}}),
    ({"releasable_to": {"police"}}, {"releasable_to": {"sheriff"}}, {"releasable_to": set()}),
    ({"releasable_to": None}, {"releasable_to": {"sheriff"}}, {"releasable_to": {"sheriff"}}),
    ({"releasable_to": None}, {"releasable_to": set()}, {"releasable_to": set()}),
    ({"purposes": {"oversight", "public-health"}}, {"purposes": {"oversight"}}, {"purposes": {"oversight"}}),
    ({"purposes": None}, {"purposes": {"oversight"}}, {"purposes": {"oversight"}}),
    ({"agreements": {"a"}}, {"agreements": {"b"}}, {"agreements": {"a", "b"}}),
    ({"cui": {"LEI"}}, {"cui": {"SP-INV"}}, {"cui": {"LEI", "SP-INV"}}),
    ({"dissemination": {"NOFORN"}}, {"dissemination": {"FED ONLY"}}, {"dissemination": {"FED ONLY", "NOFORN"}}),
    ({"holds": {Hold.LEGAL}}, {"holds": {Hold.RECALLED}}, {"holds": {Hold.LEGAL, Hold.RECALLED}}),
    ({"review_by": "2026-06-15"}, {"review_by": "2027-01-01"}, {"review_by": "2026-06-15"}),
    ({"review_by": ""}, {"review_by": "2027-01-01"}, {"review_by": "2027-01-01"}),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two", "joined"), JOINS)
def test_the_more_protective_of_each_part_wins(
    one: dict[str, object], two: dict[str, object], joined: dict[str, object]
) -> None:
    def marking(parts: dict[str, object]) -> Marking:
        plain = {k: sorted(v) if isinstance(v, set) else v for k, v in parts.items()}
        named = {k: v.name if isinstance(v, (Sensitivity, Tlp)) else v for k, v in plain.items()}
        return Marking.from_json(named)

    assert marking(one) | marking(two) == marking(joined)
    assert marking(two) | marking(one) == marking(joined)


@given(complete_markings, complete_markings)
def test_a_join_of_complete_markings_is_complete(one: Marking, two: Marking) -> None:
    assert is_complete(one)
    assert is_complete(one | two)


@given(markings, st.sampled_from(AGENCIES))
def test_completing_protects_at_least_as_much_and_once_is_enough(one: Marking, owner: str) -> None:
    done = completed(one, owner)
    assert done.protects_at_least(one)
    assert completed(done, "another") == done


@PROPERTY
@given(accesses, standings, complete_markings, complete_markings)
@example(
    # A named release must not open what its other half keeps inside.
    Access(
        actor=Actor(account="a", agency="sheriff", roles=frozenset({Role.PARTNER})),
        purpose=Purpose.SITUATIONAL_AWARENESS,
    ),
    IN_ORDER,
    completed(Marking(tlp=Tlp.AMBER), "police"),
    Marking(tlp=Tlp.GREEN, owners=frozenset({"hospital"}), releasable_to=frozenset({"sheriff"})),
)
@example(
    # Nor may a second owner open what belongs to the first.
    Access(
        actor=Actor(account="a", agency="police", roles=frozenset({Role.PARTNER})),
        purpose=Purpose.SITUATIONAL_AWARENESS,
    ),
    IN_ORDER,
    completed(Marking(sensitivity=Sensitivity.RESTRICTED), "hospital"),
    completed(Marking(sensitivity=Sensitivity.RESTRICTED), "police"),
)
def test_joining_never_opens_what_a_part_keeps_closed(
    access: Access, standing: Standing, one: Marking, two: Marking
) -> None:
    joined, *parts = POLICY.readable_fields(access, [one | two, one, two], today=TODAY, standing=standing)
    for part in parts:
        assert joined <= part


@PROPERTY
@given(accesses, standings, complete_markings, complete_markings)
def test_a_marking_that_protects_at_least_as_much_opens_nothing_more(
    access: Access, standing: Standing, one: Marking, two: Marking
) -> None:
    lower, upper = one, one | two
    assert upper.protects_at_least(lower)
    readable = [bool(each) for each in POLICY.may_read(access, [upper, lower], today=TODAY, standing=standing)]
    assert readable[0] <= readable[1]


@PROPERTY
@given(accesses, standings, markings, st.sampled_from(AGENCIES))
def test_completing_a_marking_that_names_its_owner_opens_nothing(
    access: Access, standing: Standing, one: Marking, owner: str
) -> None:
    before, after = POLICY.readable_fields(access, [one, completed(one, owner)], today=TODAY, standing=standing)
    assert after <= before or not one.owners


@PROPERTY
@given(accesses, standings, st.lists(markings, max_size=5))
def test_asking_for_many_markings_is_asking_for_each(access: Access, standing: Standing, many: list[Marking]) -> None:
    together = POLICY.readable_fields(access, many, today=TODAY, standing=standing)
    assert together == [POLICY.readable_fields(access, [each], today=TODAY, standing=standing)[0] for each in many]


@PROPERTY
@given(accesses, standings, markings)
def test_a_record_that_is_closed_shows_no_field(access: Access, standing: Standing, one: Marking) -> None:
    decision = POLICY.may_read(access, [one], today=TODAY, standing=standing)[0]
    fields = POLICY.readable_fields(access, [one], today=TODAY, standing=standing)[0]
    assert decision.allowed == bool(fields)
    assert decision.reason
    if decision.allowed and Role.SERVICE not in access.actor.roles:
        assert "open" in fields


@PROPERTY
@given(accesses, standings, markings)
def test_some_doors_stay_shut_whoever_asks(access: Access, standing: Standing, one: Marking) -> None:
    fields = POLICY.readable_fields(access, [one], today=TODAY, standing=standing)[0]
    roles = access.actor.roles
    if Role.SERVICE in roles:
        assert fields == (ALL_FIELDS if access.purpose == Purpose.DATA_STEWARDSHIP else frozenset())
        return
    if Role.AUDITOR in roles or (one.purposes is not None and access.purpose not in one.purposes):
        assert not fields
    if Regime.CFR23 in one.regimes and (not access.need_to_know or access.actor.trained_until != TODAY):
        assert not fields
    if Regime.PHI in one.regimes and access.purpose == Purpose.CRIMINAL_INVESTIGATION:
        assert not fields
    if not one.owners and (one.sensitivity or one.tlp or one.regimes):
        assert not fields


@PROPERTY
@given(accesses, standings, markings)
def test_time_holds_agreements_and_controls_close_whoever_asks(
    access: Access, standing: Standing, one: Marking
) -> None:
    roles = access.actor.roles
    if Role.SERVICE in roles:
        return
    fields = POLICY.readable_fields(access, [one], today=TODAY, standing=standing)[0]
    if one.review_by and one.review_by < TODAY:
        assert not fields
    if Hold.LEGAL in one.holds:
        assert not fields
    own = access.actor.agency in one.owners and len(one.owners) == 1
    if not own and one.owners and one.agreements & standing.lapsed and Role.PRIVACY_OFFICER not in roles:
        assert not fields
    if not own and one.owners and (one.sensitivity or one.tlp) and access.actor.trained_until != TODAY:
        assert not fields
    if "public-health" in one.holdings and access.purpose == Purpose.CRIMINAL_INVESTIGATION:
        assert not fields


@PROPERTY
@given(accesses, markings)
def test_dissemination_controls_close_to_whoever_is_not_known_to_be_meant(access: Access, one: Marking) -> None:
    if Role.SERVICE in access.actor.roles:
        return
    fields = POLICY.readable_fields(access, [one], today=TODAY)[0]
    own = one.owners <= {access.actor.agency}
    if not own and "FED ONLY" in one.dissemination and access.actor.agency_kind != "federal":
        assert not fields
    if not own and one.dissemination & {"FED ONLY", "NOCON"}:
        assert not fields or "government-employee" in access.actor.groups
    if not own and "Attorney-WP" in one.dissemination:
        assert not fields or "legal-counsel" in access.actor.groups
    if one.dissemination & {"NOFORN", "REL TO USA, CAN"}:
        assert not fields or "us-citizen" in access.actor.groups


ASKER = Access(
    actor=Actor(
        account="a", agency="center", groups=frozenset({"law-enforcement"}), roles=frozenset({Role.ANALYST}),
        trained_until=TODAY,
    ),
    purpose=Purpose.CRIMINAL_INVESTIGATION,
    need_to_know="case 7",
)  # fmt: skip
owned = complete_markings.filter(lambda marking: bool(marking.owners))


@PROPERTY
@given(st.just(ASKER) | accesses, standings, owned, owned)
def test_joining_never_points_to_what_a_part_keeps_to_itself(
    access: Access, standing: Standing, one: Marking, two: Marking
) -> None:
    joined, *parts = POLICY.may_know(access, [one | two, one, two], today=TODAY, standing=standing)
    assert all(part.allowed for part in parts) or not joined.allowed


@PROPERTY
@given(accesses, standings, markings)
def test_no_standing_of_partners_opens_anything(access: Access, standing: Standing, one: Marking) -> None:
    in_order = POLICY.readable_fields(access, [one], today=TODAY)[0]
    assert POLICY.readable_fields(access, [one], today=TODAY, standing=standing)[0] <= in_order
