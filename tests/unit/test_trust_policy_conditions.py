"""Each condition of each shipped policy matters: a policy with a small change decides something that is pinned otherwise.

Changes: a test turned round, a side of `&&` or `||` left out or the two exchanged, a border moved by one, a name left out of a
list, a whole `when` or `unless` left out, an action left out. What a change does is weighed as `tessera.trust.weighing` does it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias

import pytest
from unit.test_trust_policy import (
    ANALYST,
    ASKS,
    AT_OWNER,
    CASES,
    CLOSED_EVEN_SO,
    DOORS,
    EVERYBODY,
    KNOWING,
    LAPSED,
    NAMED,
    NARROW,
    NO_HEALTH,
    NOT_FOR_ASKER,
    NOTHING,
    OFFICER,
    PERSONAL,
    POLICY,
    PUBLIC,
    SHARED,
    SHERIFF,
    TODAY,
    TRAINED_DOORS,
    UNBOUND,
    UNDER_AGREEMENT,
    Case,
    F,
    Knowing,
    P,
    held,
    knows,
    limited,
    of_kind,
    owned_by,
    sees,
    somebody,
    told,
    under,
    with_role,
)

from tessera.model.access import Access, AgencyKind, Permission, Purpose, Role
from tessera.model.marking import FieldClass, Hold, Marking, Regime, Sensitivity, Tlp
from tessera.model.source import Standing
from tessera.trust.cedar import Clause
from tessera.trust.policy import Policy
from tessera.trust.weighing import Row, Weighing
from tessera.trust.what_if import Conditions, columns, row_of

Node: TypeAlias = Mapping[str, Any]
MOVED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
JOINED = {"&&": "||", "||": "&&"}
GREEN, INTERNAL = replace(PUBLIC, tlp=Tlp.GREEN), replace(PUBLIC, sensitivity=Sensitivity.INTERNAL)
CONTRACTED = of_kind(somebody(Role.ANALYST, agency="contractor"), AgencyKind.PRIVATE)
OVERSEER = told(OFFICER, need="case 7")
STEWARD_OVERSEES = told(somebody(Role.DATA_STEWARD, purpose=Purpose.OVERSIGHT), need="case 7")
OVERSEEING = somebody(Role.ANALYST, purpose=Purpose.OVERSIGHT)
WATCHING_OFFICER = somebody(Role.PRIVACY_OFFICER)
UNBOUND_ANALYST = somebody(Role.ANALYST, agency="sheriff", purpose=Purpose.OVERSIGHT)
MORE = [
    Case("a contractor's analyst who is not on the list reads nothing FEDCON", CONTRACTED, limited("FEDCON", NAMED), NOTHING),
    Case("persons are masked for partners who investigate", replace(SHERIFF, purpose=Purpose.CRIMINAL_INVESTIGATION), under(Regime.PII), NO_HEALTH - PERSONAL - {F.NARRATIVE}),
    Case("protected activity is not for who oversees without the office", OVERSEEING, held(Hold.PROTECTED_ACTIVITY), NOTHING),
    Case("what is recalled is not for who oversees without the office", OVERSEEING, held(Hold.RECALLED), NOTHING),
    Case("what is recalled is not for a privacy officer who keeps watch", WATCHING_OFFICER, held(Hold.RECALLED), NOTHING),
    *(
        Case(f"{what} is {shown}", access, marking, NO_HEALTH if access is OVERSEER else NOTHING)
        for what, marking in (("criminal intelligence", under(Regime.CFR23)), ("a submission", held(Hold.SUBMISSION)))
        for shown, access in (
            ("overseen by the office", OVERSEER),
            ("not for who oversees without the office", STEWARD_OVERSEES),
            ("not for a privacy officer who keeps watch", told(WATCHING_OFFICER, need="case 7")),
        )
    ),
    Case("what a lapsed agreement gave is not for who oversees without the office", OVERSEEING, UNDER_AGREEMENT, NOTHING, LAPSED),
    Case("what a lapsed agreement gave is not for a privacy officer who keeps watch", WATCHING_OFFICER, UNDER_AGREEMENT, NOTHING, LAPSED),
    Case("analysts of an agency without an agreement are no partners", UNBOUND_ANALYST, SHARED, NO_HEALTH, UNBOUND),
    Case("TLP:GREEN is not public to a partner without an agreement", SHERIFF, GREEN, NOTHING, UNBOUND),
    Case("internal is not public to a partner without an agreement", SHERIFF, INTERNAL, NOTHING, UNBOUND),
    Case("TLP:GREEN is not public to who has no role", somebody(), GREEN, NOTHING),
    Case("internal is not public to who has no role", somebody(), INTERNAL, NOTHING),
    Case("being named opens nothing to an administrator", somebody(Role.ADMINISTRATOR, agency="sheriff"), NAMED, NOTHING),
    Case("TLP:GREEN is not public to the untrained", told(ANALYST, trained_until=""), GREEN, NOTHING),
    Case("internal is not public to the untrained", told(ANALYST, trained_until=""), INTERNAL, NOTHING),
    Case("an emergency opens operations to the watch alone", somebody(Role.ANALYST, purpose=Purpose.EMERGENCY_RESPONSE), under(Regime.OPERATIONS), NOTHING),
]  # fmt: skip
"""Decisions that no other test pins, each for one part of a condition."""


def asking(*roles: Role) -> Access:
    return replace(ASKS, actor=replace(ASKS.actor, roles=frozenset(roles)))


MORE_KNOWING = [
    Knowing("the watch may learn whom to ask", asking(Role.WATCH_OFFICER), NOT_FOR_ASKER, knows=True),
    Knowing("a director may not", asking(Role.DIRECTOR), NOT_FOR_ASKER, knows=False),
    Knowing("an emergency is a reason", replace(ASKS, purpose=Purpose.EMERGENCY_RESPONSE), NOT_FOR_ASKER, knows=True),
    Knowing("criminal intelligence is pointed to", ASKS, under(Regime.CFR23), knows=True),
    Knowing("personal information is pointed to", ASKS, under(Regime.PII), knows=True),
    Knowing("what names no owner points to nobody", ASKS, owned_by(NOT_FOR_ASKER), knows=False),
    Knowing("a purpose that fits is pointed to", ASKS, replace(SHARED, purposes=frozenset({"criminal-investigation"})), knows=True),
]  # fmt: skip
CARELESS = [
    Knowing("a lapsed agreement leaves its owner", AT_OWNER, UNDER_AGREEMENT, knows=True, standing=LAPSED),
    Knowing("a lapsed agreement leaves oversight", OFFICER, UNDER_AGREEMENT, knows=True, standing=LAPSED),
    Knowing("a lapsed agreement is for the office only", OVERSEEING, UNDER_AGREEMENT, knows=False, standing=LAPSED),
    Knowing("a lapsed agreement is for oversight only", WATCHING_OFFICER, UNDER_AGREEMENT, knows=False, standing=LAPSED),
    Knowing("an agency without an agreement knows its own", SHERIFF, owned_by(SHARED, "sheriff"), knows=True, standing=UNBOUND),
    Knowing("an agency without an agreement knows what is public", SHERIFF, PUBLIC, knows=True, standing=UNBOUND),
    Knowing("to an agency without an agreement TLP:GREEN is not public", SHERIFF, GREEN, knows=False, standing=UNBOUND),
    Knowing("to an agency without an agreement internal is not public", SHERIFF, INTERNAL, knows=False, standing=UNBOUND),
    Knowing("an agency with an agreement is pointed to", SHERIFF, SHARED, knows=True),
    Knowing("analysts of an agency without an agreement are no partners", UNBOUND_ANALYST, SHARED, knows=True, standing=UNBOUND),
]  # fmt: skip
"""What is decided where a site points everybody to everything, so that only what forbids is left."""
ALL_CASES, ALL_KNOWING = [*CASES, *MORE], [*KNOWING, *MORE_KNOWING]

_LISTED = (
    "Without a release list the list is empty and contains nobody; asking for both says so to who reads the policy."
)
_HELD = "no-pointer-to-what-is-held closes pointers to every hold; the hold's own rule stays closed if that one is ever narrowed."
IDLE: dict[str, str] = {
    "fedcon: unless: without `resource.has_release_list` (read)": _LISTED,
    "dl-only: unless: without `resource.has_release_list` (read)": _LISTED,
    "named-agency-reads-released: when: without `resource.has_release_list` (read)": _LISTED,
    "red-is-for-the-named: unless: without `resource.has_release_list` (read)": _LISTED,
    "pipeline-integrates: without when (read_field)": "A field is asked about only where the record may be read, which needs this purpose.",
    'pointer-to-the-owner: when: without `["28CFR23", "CJI", "PII"].containsAll(resource.regimes)` (know)': "no-pointer-to-health-or-operations forbids every other regime; a regime that is added later stays closed by this.",
    'no-pointer-to-health-or-operations: when: `resource.regimes.containsAny(["42CFR2", "JUVENILE", "NCI", "OPERATIONS", "PCII", "PHI"])` without "NCI" (know)': "pointer-to-the-owner permits only three regimes, and NCI is none of them; a site's own permit stays closed by this.",
}
"""Changes that make no difference, with the reason why none can be pinned."""
IDLE_FOR: dict[tuple[str, str], str] = {
    ("legal-hold-is-sealed", "know"): _HELD,
    ("protected-activity-is-held", "know"): _HELD,
    ("recalled-is-closed", "know"): _HELD,
    ("submission-awaits-review", "know"): _HELD,
}
"""Policies that make no difference for an action, whatever is left out of them."""


@dataclass(frozen=True)
class Pin:
    """One decision that is known: who asks, about which column, and whether it is allowed."""

    row: Row
    bit: int
    allowed: bool
    careless: bool = False
    """A site permits everything, so that only what forbids is tried."""


class Pins:
    """All pinned decisions about one action."""

    def __init__(
        self, action: str, places: list[dict[str, object]], pins: list[Pin], resource: str = "Marking"
    ) -> None:
        self.pins = pins
        self._weighing = Weighing(action, places, resource=resource)
        self._clauses = {clause.id: clause for clause in POLICY.concerned(action)}
        self._held = [{n: self._weighing.holds(c, pin.row) for n, c in self._clauses.items()} for pin in pins]

    def broken_by(self, name: str, clause: Clause | None) -> bool:
        """Say whether a decision is another one with this policy changed, or taken away."""
        for pin, known in zip(self.pins, self._held, strict=True):
            held = {n: bits for n, bits in known.items() if n != name}
            if clause is not None:
                held[name] = self._weighing.holds(clause, pin.row)
            if self._allowed(pin, held) is not pin.allowed:
                return True
        return False

    def _allowed(self, pin: Pin, held: Mapping[str, tuple[int, int]]) -> bool:
        permitted = pin.careless or any(h & pin.bit for n, (h, _) in held.items() if self._clauses[n].permits)
        forbidden = any((0 if self._clauses[n].permits else h) & pin.bit or f & pin.bit for n, (h, f) in held.items())
        return permitted and not forbidden


@cache
def pinned() -> dict[str, Pins]:
    """Everything that is pinned, by action."""
    markings: dict[Marking, int] = {}
    for each in (*(c.marking for c in ALL_CASES), *(c.marking for c in (*ALL_KNOWING, *CARELESS)), *CLOSED_EVEN_SO):
        markings.setdefault(each, 1 << len(markings))
    places = columns(list(markings), TODAY)

    def row(access: Access, standing: Standing) -> Row:
        return row_of(access, Conditions(today=TODAY, standing=standing))

    reading = [Pin(row(c.access, c.standing), markings[c.marking], bool(c.sees)) for c in ALL_CASES]
    fields = [
        Pin(_of_field(row(c.access, c.standing), field), markings[c.marking], field in c.sees)
        for c in ALL_CASES
        if c.sees
        for field in FieldClass
    ]
    knowing = [Pin(row(c.access, c.standing), markings[c.marking], c.knows) for c in ALL_KNOWING]
    knowing += [Pin(row(c.access, c.standing), markings[c.marking], c.knows, careless=True) for c in CARELESS]
    knowing += [Pin(row(ASKS, Standing()), markings[m], allowed=False, careless=True) for m in CLOSED_EVEN_SO]
    doors = [
        Pin(row(with_role(role), Standing()), 1 << n, permission in DOORS[role])
        for role in DOORS
        for n, permission in enumerate(Permission)
    ]
    doors += [
        Pin(row(told(with_role(role), trained_until=""), Standing()), 1 << n, permission in DOORS[role] - TRAINED_DOORS)
        for role in DOORS
        for n, permission in enumerate(Permission)
    ]
    doors += [Pin(row(NARROW, Standing()), 1 << n, each == P.RECORD_READ) for n, each in enumerate(Permission)]
    return {
        "know": Pins("know", places, knowing),
        "read": Pins("read", places, reading),
        "read_field": Pins("read_field", places, fields),
        "use": Pins("use", [{"context.permission": str(each)} for each in Permission], doors, "Center"),
    }


def _of_field(row: Row, field: FieldClass) -> Row:
    return replace(row, values={**row.values, "context.field_class": str(field)})


def variants(clause: Clause) -> Iterator[tuple[str, str, Clause | None]]:
    """Give each changed form of a policy in words, with the action that it is tried for."""
    for action in clause.actions if len(clause.actions) > 1 else ():
        yield f"not for {action}", action, None
    for action in clause.actions:
        for number, (how, body) in enumerate(clause.conditions):
            rest = (*clause.conditions[:number], *clause.conditions[number + 1 :])
            yield f"without {how} ({action})", action, _changed(clause, rest)
            for what, new in rewritten(body):
                conditions = (*clause.conditions[:number], (how, new), *clause.conditions[number + 1 :])
                yield f"{how}: {what} ({action})", action, _changed(clause, conditions)


def _changed(clause: Clause, conditions: tuple[tuple[str, Node], ...]) -> Clause:
    return replace(clause, conditions=conditions, text=json.dumps([clause.id, conditions]))


def rewritten(node: Node) -> Iterator[tuple[str, Node]]:
    """Give each small change of an expression: in words, and the whole expression with it."""
    (operator, inner), *_ = node.items()
    if operator in JOINED:
        yield f"`{said(node)}` with {JOINED[operator]}", {JOINED[operator]: inner}
        yield f"without `{said(inner['right'])}`", inner["left"]
        yield f"without `{said(inner['left'])}`", inner["right"]
    elif operator == "!":
        yield f"`{said(inner['arg'])}` instead of not", inner["arg"]
    else:
        yield f"not `{said(node)}`", {"!": {"arg": node}}
    if operator in MOVED:
        yield f"`{said(node)}` with {MOVED[operator]}", {MOVED[operator]: inner}
    for side in ("left", "right", "arg") if isinstance(inner, dict) else ():
        if operator in {*JOINED, "!"} and side in inner:
            yield from ((what, {operator: {**inner, side: new}}) for what, new in rewritten(inner[side]))
        elif isinstance(inner.get(side), dict) and "Set" in inner[side]:
            names = inner[side]["Set"]
            for number, name in enumerate(names if len(names) > 1 else ()):
                fewer = {"Set": [*names[:number], *names[number + 1 :]]}
                yield f"`{said(node)}` without {said(name)}", {operator: {**inner, side: fewer}}


def said(node: Node) -> str:
    """Write an expression about as Cedar does."""
    (operator, inner), *_ = node.items()
    if operator in {"Value", "Var"}:
        return json.dumps(inner) if operator == "Value" else str(inner)
    if operator == "Set":
        return f"[{', '.join(map(said, inner))}]"
    if operator in {"!", "isEmpty"}:
        return f"!{said(inner['arg'])}" if operator == "!" else f"{said(inner['arg'])}.isEmpty()"
    left = said(inner["left"])
    if operator == ".":
        return f"{left}.{inner['attr']}"
    right = said(inner["right"])
    return f"{left}.{operator}({right})" if operator.startswith("contains") else f"{left} {operator} {right}"


@pytest.mark.parametrize("case", MORE, ids=lambda case: case.says)
def test_pinned_reading_of_parts(case: Case) -> None:
    assert sees(POLICY, case) == case.sees


@pytest.mark.parametrize("case", MORE_KNOWING, ids=lambda case: case.says)
def test_pinned_pointers_of_parts(case: Knowing) -> None:
    assert knows(POLICY, case) is case.knows


@pytest.mark.parametrize("case", CARELESS, ids=lambda case: case.says)
def test_pinned_pointers_at_a_careless_site(case: Knowing) -> None:
    assert knows(Policy.from_texts({**POLICY.texts, "site.cedar": EVERYBODY}), case) is case.knows


@pytest.mark.parametrize("action", ["know", "read", "read_field", "use"])
def test_the_pins_are_what_the_policy_decides(action: str) -> None:
    pins = pinned()[action]
    assert len(pins.pins) > 30
    assert all(pin.bit for pin in pins.pins)
    assert not pins.broken_by("", None)


@pytest.mark.parametrize("name", POLICY.rules())
def test_every_condition_matters(name: str) -> None:
    clause, idle = POLICY.clauses[name], set()
    for what, action, changed in variants(clause):
        if (name, action) not in IDLE_FOR and not pinned()[action].broken_by(name, changed):
            idle.add(f"{name}: {what}")
    assert idle == {each for each in IDLE if each.startswith(f"{name}: ")}


@pytest.mark.parametrize(("name", "action"), IDLE_FOR)
def test_what_is_called_idle_for_an_action_is_not_missed_there(name: str, action: str) -> None:
    assert action in POLICY.clauses[name].actions
    assert not pinned()[action].broken_by(name, None)


def test_each_change_without_a_difference_is_explained() -> None:
    assert all(len(why) > 20 for why in (*IDLE.values(), *IDLE_FOR.values()))
    assert {each.split(": ")[0] for each in IDLE} <= set(POLICY.rules())
