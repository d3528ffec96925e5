"""Weighing a policy for many at once gives what Cedar says one by one, for the shipped policies and for any site's."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import TODAY, accesses, markings, site_texts, standings

from tessera.model.access import Access, Actor, Permission
from tessera.model.marking import FieldClass, Marking
from tessera.model.source import Standing
from tessera.trust.policy import Policy
from tessera.trust.weighing import Weighing
from tessera.trust.what_if import NEED, Conditions, Stock, accesses_of, columns, row_of, what_if

SHIPPED = Policy.load()
PROPERTY = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
many = st.lists(markings, max_size=6, unique=True)


@PROPERTY
@given(site_texts(), st.lists(accesses, min_size=1, max_size=4), standings, many)
def test_reading_is_weighed_as_cedar_decides_it(
    texts: dict[str, str], asking: list[Access], standing: Standing, found: list[Marking]
) -> None:
    policy, when = SHIPPED.with_site(texts), Conditions(today=TODAY, standing=standing)
    for action, decide in (("read", policy.may_read), ("know", policy.may_know)):
        weighing, clauses = Weighing(action, columns(found, TODAY)), policy.concerned(action)
        for access in asking:
            row = row_of(access, when)
            decisions = decide(access, found, today=TODAY, standing=standing)
            assert [bool(weighing.decide(clauses, row) >> n & 1) for n in range(len(found))] == [*map(bool, decisions)]
            assert [weighing.deciding(clauses, row, n) for n in range(len(found))] == [d.policies for d in decisions]


@PROPERTY
@given(site_texts(), accesses)
def test_doors_are_weighed_as_cedar_decides_them(texts: dict[str, str], access: Access) -> None:
    policy = SHIPPED.with_site(texts)
    places = [{"context.permission": str(permission)} for permission in Permission]
    weighing = Weighing("use", places, resource="Center")
    held = weighing.decide(policy.concerned("use"), row_of(access, Conditions(today=TODAY)))
    for number, permission in enumerate(Permission):
        assert bool(held >> number & 1) is bool(policy.may(access, permission, today=TODAY)), permission


actors = st.lists(
    accesses.map(lambda access: access.actor), min_size=1, max_size=3, unique_by=lambda actor: actor.agency
)


@settings(PROPERTY, max_examples=25)
@given(site_texts(), site_texts(), actors, standings, many)
def test_what_a_change_does_is_all_that_differs_between_the_two_policies(
    old: dict[str, str], new: dict[str, str], people: list[Actor], standing: Standing, found: list[Marking]
) -> None:
    before, after = SHIPPED.with_site(old), SHIPPED.with_site(new)
    stock = [Stock(marking=marking, records=10**n) for n, marking in enumerate(found)]
    told = what_if(before, after, people, stock, Conditions(today=TODAY, standing=standing))
    said = {
        (shift.account, shift.agency, shift.gains, shift.what, place)
        for shift in told.shifts
        for place in (shift.markings or (-1,))
    }
    expected = set()
    for actor in people:
        for access in accesses_of(actor):
            one, two = (p.readable_fields(access, found, today=TODAY, standing=standing) for p in (before, after))
            readable = [p.may_read(access, found, today=TODAY, standing=standing) for p in (before, after)]
            for place in range(len(found)):
                was, now = bool(readable[0][place]), bool(readable[1][place])
                if was is not now:
                    expected.add((actor.account, actor.agency, now, "records", place))
                for each in FieldClass:
                    if was and now and (each in one[place]) is not (each in two[place]):
                        expected.add((actor.account, actor.agency, each in two[place], str(each), place))
            for permission in Permission:
                opens = [bool(p.may(access, permission, today=TODAY)) for p in (before, after)]
                if opens[0] is not opens[1]:
                    expected.add((actor.account, actor.agency, opens[1], str(permission), -1))
    assert said == expected
    assert all(shift.policies for shift in told.shifts)
    assert all(shift.records == sum(10**place for place in shift.markings) for shift in told.shifts)


@given(accesses)
def test_every_purpose_is_asked_with_and_without_a_need(access: Access) -> None:
    assert {each.need_to_know for each in accesses_of(access.actor)} == {"", NEED}
