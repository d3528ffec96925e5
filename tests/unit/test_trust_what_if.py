"""What a change of policy would do, told in full for three people over three markings; and the weighing that it rests on."""

from dataclasses import replace

import pytest

from tessera.model.access import Access, Actor, Permission, Purpose, Role
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.model.source import Standing
from tessera.trust.policy import Policy
from tessera.trust.weighing import Row, Weighing
from tessera.trust.what_if import Conditions, Shift, Stock, accesses_of, columns, row_of, together, what_if

TODAY = "2026-06-15"
WHEN = Conditions(today=TODAY)


def rule(
    name: str, effect: str, action: str, *, when: str = "", unless: str = "", who: str = "principal is User"
) -> str:
    parts = [f"when {{ {when} }}" if when else "", f"unless {{ {unless} }}" if unless else ""]
    head = f'@id("{name}") @reads("{name}.")\n{effect} ({who}, action == Action::"{action}", resource)'
    return f"{head}\n{' '.join(filter(None, parts))};\n"


OWN = "[principal.agency].containsAll(resource.owners)"
OPEN = rule("open", "permit", "read", when="resource.sensitivity == 0")
PLAIN = rule("plain", "permit", "read_field", when='context.field_class == "open"')
DOORS = rule(
    "doors", "permit", "use", when='principal.roles.contains("director") && context.permission like "policy:*"'
)
BEFORE = Policy.from_texts(
    {
        "all.cedar": OPEN
        + PLAIN
        + DOORS
        + rule("own", "permit", "read", when=OWN)
        + rule(
            "contact",
            "permit",
            "read_field",
            when='context.field_class == "contact" && principal.roles.contains("analyst")',
        )
        + rule("gone", "forbid", "read", when="resource.tlp == 4")
    }
)
AFTER = Policy.from_texts(
    {
        "all.cedar": OPEN
        + PLAIN
        + DOORS
        + rule("own", "permit", "read", when=f'{OWN} && principal.need_to_know != ""')
        + rule(
            "health",
            "permit",
            "read_field",
            when='context.field_class == "health" && context.purpose == "public-health"',
        )
        + rule("tokens", "permit", "use", when='context.permission == "token:create" && context.purpose == "oversight"')
    }
)
POLICE = Marking(owners=frozenset({"police"}), sensitivity=Sensitivity.SENSITIVE)
RED = replace(POLICE, sensitivity=Sensitivity.PUBLIC, tlp=Tlp.RED)
STOCK = [Stock(marking=POLICE, records=5), Stock(marking=RED, records=7), Stock(marking=Marking(), records=100)]
DANA = Actor(account="dana", agency="police", roles=frozenset({Role.ANALYST}))
DEE = Actor(account="dee", agency="center", roles=frozenset({Role.DIRECTOR}))
NOBODY = Actor(account="non", agency="center")
PEOPLE = [DANA, DEE, NOBODY]
ALL = "all"


def told(shift: Shift) -> tuple[object, ...]:
    purposes = ALL if shift.purposes == tuple(sorted(Purpose)) else " ".join(shift.purposes)
    signs = "+" if shift.gains else "-"
    return (
        shift.account,
        shift.agency,
        f"{signs}{shift.what}",
        purposes,
        shift.with_need,
        shift.markings,
        shift.records,
        shift.policies,
    )


def test_every_difference_is_told_with_who_what_for_which_purposes_and_by_which_rules() -> None:
    found = what_if(BEFORE, AFTER, PEOPLE, STOCK, WHEN)
    assert (found.accounts, found.markings, found.records, found.deciders) == (3, 3, 112, 1)
    assert (found.added, found.changed, found.removed) == (("health", "tokens"), ("own",), ("contact", "gone"))
    assert [told(shift) for shift in found.shifts] == [
        ("dana", "police", "-contact", ALL, True, (0,), 5, ("contact",)),
        ("dana", "police", "-contact", ALL, False, (2,), 100, ("contact",)),
        ("dana", "police", "+token:create", "oversight", False, (), 0, ("tokens",)),
        ("dana", "police", "+health", "public-health", True, (0,), 5, ("health",)),
        ("dana", "police", "+health", "public-health", False, (2,), 100, ("health",)),
        ("dana", "police", "-records", ALL, False, (0,), 5, ("own",)),
        ("dana", "police", "+records", ALL, False, (1,), 7, ("gone", "own")),
        ("dee", "center", "+token:create", "oversight", False, (), 0, ("tokens",)),
        ("dee", "center", "+health", "public-health", False, (2,), 100, ("health",)),
        ("dee", "center", "+records", ALL, False, (1,), 7, ("gone",)),
        ("non", "center", "+token:create", "oversight", False, (), 0, ("tokens",)),
        ("non", "center", "+health", "public-health", False, (2,), 100, ("health",)),
        ("non", "center", "+records", ALL, False, (1,), 7, ("gone",)),
    ]


def test_those_who_gain_or_lose_alike_stand_together_with_what_concerns_most_first() -> None:
    shifts = what_if(BEFORE, AFTER, PEOPLE, STOCK, WHEN).shifts
    assert [(each.accounts, each.shift.what, each.shift.account, each.shift.records) for each in together(shifts)] == [
        (("dana", "dee", "non"), "health", "", 100),
        (("dana",), "contact", "", 100),
        (("dee", "non"), "records", "", 7),
        (("dana",), "records", "", 7),
        (("dana",), "contact", "", 5),
        (("dana",), "health", "", 5),
        (("dana",), "records", "", 5),
        (("dana", "dee", "non"), "token:create", "", 0),
    ]


def test_a_policy_compared_with_itself_changes_nothing_for_anybody_over_anything() -> None:
    same = what_if(BEFORE, BEFORE, PEOPLE, STOCK, WHEN)
    assert same.shifts == ()
    assert (same.added, same.changed, same.removed) == ((), (), ())
    nothing = what_if(BEFORE, AFTER, PEOPLE, [], WHEN)
    assert [told(shift)[2] for shift in nothing.shifts] == ["+token:create"] * 3
    assert (nothing.markings, nothing.records, nothing.deciders) == (0, 0, 1)


def test_who_decides_about_policy_needs_both_doors_for_one_purpose_and_a_role() -> None:
    half = rule("half", "permit", "use", when='context.permission == "policy:approve"')
    other = rule(
        "other", "permit", "use", when='context.permission == "policy:propose" && context.purpose == "oversight"'
    )
    assert what_if(BEFORE, Policy.from_texts({"a.cedar": half}), PEOPLE, [], WHEN).deciders == 0
    assert what_if(BEFORE, Policy.from_texts({"a.cedar": half + other}), PEOPLE, [], WHEN).deciders == 2
    apart = half.replace('"policy:approve"', '"policy:approve" && context.purpose == "administration"')
    assert what_if(BEFORE, Policy.from_texts({"a.cedar": apart + other}), PEOPLE, [], WHEN).deciders == 0


def test_a_row_says_all_that_rules_weigh_of_who_asks() -> None:
    access = Access(
        actor=replace(DANA, groups=frozenset({"b", "a"}), trained_until="2026-12-31"),
        purpose=Purpose.OVERSIGHT,
        need_to_know=" case 7 ",
        scopes=frozenset({"y", "x"}),
    )
    when = Conditions(today=TODAY, standing=Standing(lapsed=frozenset({"l2", "l1"}), unbound=frozenset({"u"})))
    row = row_of(access, when)
    assert row.kind == "User"
    assert dict(row.values) == {
        "principal.account": "dana",
        "principal.agency": "police",
        "principal.agency_kind": "state",
        "principal.groups": ("a", "b"),
        "principal.need_to_know": "case 7",
        "principal.roles": ("analyst",),
        "principal.trained_until": 20261231,
        "context.has_scopes": True,
        "context.lapsed": ("l1", "l2"),
        "context.purpose": "oversight",
        "context.scopes": ("x", "y"),
        "context.today": 20260615,
        "context.unbound": ("u",),
    }
    bare = row_of(Access(actor=DANA, purpose=Purpose.OVERSIGHT), WHEN)
    assert (bare.values["context.has_scopes"], bare.values["context.scopes"]) == (False, ())
    assert len(list(accesses_of(DANA))) == 2 * len(Purpose)


PLACES = columns([POLICE, RED, Marking()], TODAY)


def row(actor: Actor = DANA, need: str = "", purpose: Purpose = Purpose.OVERSIGHT) -> Row:
    return row_of(Access(actor=actor, purpose=purpose, need_to_know=need), WHEN)


def weighed(text: str, asking: Row) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """For which columns rules allow reading, as bits; and which rules decided about each."""
    policy = Policy.from_texts({"a.cedar": text})
    weighing, clauses = Weighing("read", PLACES), policy.concerned("read")
    return weighing.decide(clauses, asking), tuple(weighing.deciding(clauses, asking, n) for n in range(len(PLACES)))


SUM = "resource.sensitivity * 9223372036854775807"
OVERFLOW = "principal.trained_until + 1 > 0 && resource.sensitivity * 9223372036854775807 > 1"


@pytest.mark.parametrize(
    ("text", "bits", "deciding"),
    [
        (rule("all", "permit", "read"), 0b111, (("all",),) * 3),
        (rule("red", "permit", "read", when="resource.tlp == 4"), 0b010, ((), ("red",), ())),
        (rule("both", "permit", "read", when=f"{OWN} && resource.tlp == 4"), 0b010, ((), ("both",), ())),
        (rule("either", "permit", "read", when="resource.tlp == 4 || resource.sensitivity == 2"), 0b011, (("either",), ("either",), ())),
        (rule("not", "permit", "read", when="!(resource.tlp == 4)"), 0b101, (("not",), (), ("not",))),
        (rule("unless", "permit", "read", unless="resource.tlp == 4"), 0b101, (("unless",), (), ("unless",))),
        (rule("two", "permit", "read", when="resource.sensitivity == 0", unless="resource.tlp == 4"), 0b100, ((), (), ("two",))),
        (rule("of who", "permit", "read", when='principal.need_to_know == "x"'), 0, ((), (), ())),
        (rule("service", "permit", "read", who="principal is Service"), 0, ((), (), ())),
        (rule("anybody", "permit", "read", who="principal"), 0b111, (("anybody",),) * 3),
        (
            rule("all", "permit", "read") + rule("some", "permit", "read", when="resource.tlp == 4") + rule("no", "forbid", "read", when="resource.sensitivity == 2"),
            0b110,
            (("no",), ("all", "some"), ("all",)),
        ),
        (rule("has", "permit", "read", when="resource has tlp"), 0b111, (("has",),) * 3),
        (rule("record", "permit", "read", when="{x: resource.tlp}.x == 4"), 0b010, ((), ("record",), ())),
        (rule("sums", "permit", "read") + rule("set", "forbid", "read", when=f"resource.tlp == 4 || [{SUM}].contains(1)"), 0b100, ((), ("set",), ("sums",))),
        # what fails while it is weighed allows nothing where it fails, and names no rule
        (rule("fails", "permit", "read", when=OVERFLOW), 0, ((), (), ())),
        (rule("all", "permit", "read") + rule("fails", "permit", "read", when=OVERFLOW), 0b110, ((), ("all",), ("all",))),
        (rule("all", "permit", "read") + rule("fails", "forbid", "read", when=OVERFLOW), 0b110, ((), ("all",), ("all",))),
        (rule("all", "permit", "read") + rule("late", "forbid", "read", when="resource.tlp == 4 && " + OVERFLOW), 0b111, (("all",),) * 3),
        (rule("all", "permit", "read") + rule("spared", "forbid", "read", when="resource.tlp == 4", unless=OVERFLOW), 0b101, (("all",), ("spared",), ("all",))),
    ],
)  # fmt: skip
def test_conditions_are_weighed_part_by_part_as_they_read(
    text: str, bits: int, deciding: tuple[tuple[str, ...], ...]
) -> None:
    assert weighed(text.replace("of who", "of-who"), row()) == (bits, deciding)


def test_rows_of_other_values_are_weighed_anew_and_equal_ones_are_not() -> None:
    policy = Policy.from_texts({"a.cedar": rule("need", "permit", "read", when='principal.need_to_know == "case 7"')})
    weighing, clauses = Weighing("read", PLACES), policy.concerned("read")
    assert [weighing.decide(clauses, row(need=need)) for need in ("", "case 7", "case 8", "case 7")] == [0, 7, 0, 7]
    service = replace(row(need="case 7"), kind="Service")
    assert weighing.decide(clauses, service) == 0


def test_doors_are_columns_too_and_no_columns_allow_nothing() -> None:
    policy = Policy.from_texts({"a.cedar": DOORS})
    places = [{"context.permission": str(permission)} for permission in Permission]
    weighing = Weighing("use", places, resource="Center")
    held = weighing.decide(policy.concerned("use"), row(DEE))
    allowed = {permission for number, permission in enumerate(Permission) if held >> number & 1}
    assert allowed == {Permission.POLICY_APPROVE, Permission.POLICY_PROPOSE, Permission.POLICY_READ}
    assert weighing.everything == (1 << len(Permission)) - 1
    empty = Weighing("read", [])
    assert empty.everything == 0
    assert empty.decide(BEFORE.concerned("read"), row()) == 0
    assert empty.holds(BEFORE.concerned("read")[0], row()) == (0, 0)


def test_a_shift_of_doors_concerns_no_records() -> None:
    shift = Shift(account="a", agency="b", gains=True, what="token:create", purposes=(), with_need=False)
    assert (shift.markings, shift.records, shift.policies) == ((), 0, ())
