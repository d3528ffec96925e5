"""A policy's answers in the small: which day counts, what is weighed of who asks and of a marking, and what belongs to which marking."""

import hashlib
import json
from dataclasses import replace

import pytest

from tessera.model.access import Access, Actor, Permission, Purpose, Role
from tessera.model.marking import FieldClass, Marking, Sensitivity, Tlp
from tessera.trust.policy import Policy, completed, day_number, is_complete

NOW = 1_781_481_600_000
"""2026-06-15, by the clock."""
WHO = Access(
    actor=Actor(account="dana", agency="police", roles=frozenset({Role.ANALYST}), trained_until="2026-06-14"),
    purpose=Purpose.OVERSIGHT,
)


def rule(effect: str, action: str, when: str = "true") -> str:
    number = abs(hash((effect, action, when)))
    head = f'@id("{action.replace("_", "-")}-{number}") @reads("A rule.")'
    return f'{head} {effect} (principal is User, action == Action::"{action}", resource) when {{ {when} }};\n'


def policy(*rules: str) -> Policy:
    return Policy.from_texts({"a.cedar": "".join(rules)}, clock=lambda: NOW)


def test_the_day_that_is_handed_in_counts_and_otherwise_that_of_the_clock() -> None:
    trained = "principal.trained_until >= context.today"
    asked = policy(*(rule("permit", action, trained) for action in ("read", "know", "read_field", "use")))
    before = "2026-06-14"
    one = [Marking()]
    assert not asked.may_read(WHO, one)[0]
    assert asked.may_read(WHO, one, today=before)[0]
    assert not asked.may_know(WHO, one)[0]
    assert asked.may_know(WHO, one, today=before)[0]
    assert asked.readable_fields(WHO, one) == [frozenset()]
    assert asked.readable_fields(WHO, one, today=before) == [frozenset(FieldClass)]
    assert not asked.may(WHO, Permission.RECORD_READ)
    assert asked.may(WHO, Permission.RECORD_READ, today=before)
    assert not asked.why_masked(WHO, Marking(), FieldClass.OPEN)
    assert asked.why_masked(WHO, Marking(), FieldClass.OPEN, today=before)
    late = policy(rule("permit", "read"), rule("permit", "read_field", trained))
    assert not late.why_masked(WHO, Marking(), FieldClass.OPEN)
    assert late.why_masked(WHO, Marking(), FieldClass.OPEN, today=before)


def test_each_marking_gets_its_own_answers_whatever_stands_beside_it() -> None:
    asked = policy(
        rule("permit", "read", "resource.sensitivity < 3"),
        rule("permit", "read_field", 'context.field_class == "open"'),
        rule("permit", "read_field", 'context.field_class == "contact" && resource.tlp == 1'),
        rule("permit", "read_field", 'context.field_class == "health" && resource.tlp == 4'),
    )
    closed = Marking(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.RED)
    plain, green = Marking(), Marking(tlp=Tlp.GREEN)
    fields = {
        closed: frozenset[FieldClass](),
        plain: frozenset({FieldClass.OPEN}),
        green: frozenset({FieldClass.OPEN, FieldClass.CONTACT}),
    }
    for order in ([closed, plain, green], [green, closed, plain, green], [plain, green, closed, plain]):
        assert asked.readable_fields(WHO, order) == [fields[marking] for marking in order]
        assert [bool(found) for found in asked.may_read(WHO, order)] == [marking is not closed for marking in order]


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ('principal.account == "dana"', True),
        ('principal.agency == "police"', True),
        ('principal.agency_kind == "state"', True),
        ('context.purpose == "oversight"', True),
        ('context.purpose == "administration"', False),
        ("context.has_scopes", False),
        ('context.permission == "record:read"', True),
    ],
)
def test_doors_weigh_who_asks_why_and_for_what(when: str, holds: bool) -> None:
    assert bool(policy(rule("permit", "use", when)).may(WHO, Permission.RECORD_READ)) is holds


MARKED = Marking(
    cui=frozenset({"LEI"}),
    dissemination=frozenset({"REL TO USA, CAN", "NOFORN"}),
    owners=frozenset({"police"}),
    releasable_to=frozenset(),
)


@pytest.mark.parametrize(
    "when",
    [
        'resource.cui.contains("LEI")',
        'resource.dissemination.contains("REL TO USA, CAN")',
        'resource.dissemination.contains("REL TO")',
        'resource.dissemination.contains("NOFORN")',
        'resource.owners.contains("police")',
        "resource.has_release_list && resource.releasable_to.isEmpty()",
        "!resource.has_purposes",
    ],
)
def test_what_a_marking_says_can_be_weighed(when: str) -> None:
    asked = policy(rule("permit", "read", when))
    assert asked.may_read(WHO, [MARKED])[0]
    assert not policy(rule("permit", "read", f"!({when})")).may_read(WHO, [MARKED])[0]


@pytest.mark.parametrize(
    ("control", "listed"), [("DL ONLY", True), ("FEDCON", True), ("NOCON", False), ("NOFORN", False)]
)
def test_a_control_that_goes_by_a_list_needs_one(control: str, listed: bool) -> None:
    marking = Marking(dissemination=frozenset({control}), owners=frozenset({"police"}))
    assert completed(marking, "police").releasable_to == (frozenset() if listed else None)
    assert is_complete(marking) is not listed
    assert is_complete(replace(marking, releasable_to=frozenset()))


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2026-01-31", 20260131),
        ("", 0),
        ("2026-1-31", 0),
        ("2026-01-311", 0),
        ("20x6-01-31", 0),
        ("２０２６-01-31", 0),  # noqa: RUF001 - digits of another script
    ],
)
def test_a_day_is_a_number_and_what_is_none_comes_before_every_day(day: str, number: int) -> None:
    assert day_number(day) == number


def test_the_version_is_the_digest_of_all_texts_as_they_are_written() -> None:
    texts = {
        "b.cedar": rule("permit", "know"),
        "a.cedar": rule("permit", "read").replace("A rule.", "Una regla según ley."),
    }
    written = json.dumps([[name, texts[name]] for name in sorted(texts)], ensure_ascii=False)
    assert Policy.from_texts(texts).version == hashlib.sha256(written.encode()).hexdigest()
