"""What a change of policy would do: who would read what, and use which doors, that they do not now, or no longer.

Asked for every account, for every purpose that can be stated, with and without a stated need to know, on the day and in the
standing that are handed in. Nothing is sampled: a marking that no one gains is gained by no one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TypeAlias

from tessera.model.access import Access, Actor, Permission, Purpose
from tessera.model.marking import FieldClass, Marking
from tessera.model.source import Standing
from tessera.trust.cedar import Clause
from tessera.trust.policy import Policy, attributes, day_number, kind_of, who
from tessera.trust.weighing import Row, Weighing

NEED = "a stated need"
"""Stands for whatever case, request or event somebody states."""
NEEDS = ("", NEED)
DOORS = frozenset(str(permission) for permission in Permission)
DECIDES_POLICY = (Permission.POLICY_APPROVE, Permission.POLICY_PROPOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What there is under one marking."""

    marking: Marking
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What one account gains or loses: `what` is "records", a class of fields, or a permission.

    `markings` are places in the stock; `purposes` those for which it is gained or lost, `with_need` whether only where a
    need to know is stated. `policies` are those added, changed or removed that make the difference.
    """

    account: str
    agency: str
    gains: bool
    what: str
    purposes: tuple[Purpose, ...]
    with_need: bool
    markings: tuple[int, ...] = ()
    records: int = 0
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """All differences between two policies, for these accounts and this stock."""

    accounts: int
    markings: int
    records: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    shifts: tuple[Shift, ...]
    deciders: int
    """How many accounts could propose a change of policy afterwards, and approve one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Accounts that gain or lose the same, so that a person reads it once."""

    accounts: tuple[str, ...]
    shift: Shift


def together(shifts: Iterable[Shift]) -> list[Together]:
    """Put accounts together that gain or lose alike; what concerns most records comes first, doors last."""
    alike: dict[Shift, list[str]] = {}
    for shift in shifts:
        alike.setdefault(replace(shift, account="", agency=""), []).append(shift.account)
    found = [Together(accounts=tuple(sorted(names)), shift=shift) for shift, names in alike.items()]
    return sorted(found, key=lambda each: (-each.shift.records, -len(each.accounts), each.shift.what, each.accounts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """When it is asked: the day (ISO), and how things stand with partners."""

    today: str
    standing: Standing = field(default_factory=Standing)


def what_if(before: Policy, after: Policy, actors: Sequence[Actor], stock: Sequence[Stock], when: Conditions) -> WhatIf:
    """Compare two policies for all these people over all that there is."""
    markings = [each.marking for each in stock]
    reading = compare(before, after, "read", columns(markings, when.today))
    fields = compare(before, after, "read_field", columns(markings, when.today))
    doors = compare(before, after, "use", [{"context.permission": str(p)} for p in Permission], "Center")
    shifts: list[Shift] = []
    for actor in actors:
        found = _Found()
        for access in accesses_of(actor):
            row = row_of(access, when)
            read = reading(row)
            found.add(access, "records", read.gained, read.lost, read.by)
            for each in FieldClass:
                seen = fields(replace(row, values={**row.values, "context.field_class": str(each)}))
                both = seen.within(read)
                found.add(access, str(each), both.gained, both.lost, both.by)
            use = doors(row)
            found.add(access, _DOORS, use.gained, use.lost, use.by)
        shifts += found.shifts(actor, stock)
    return WhatIf(
        accounts=len(actors),
        markings=len(stock),
        records=sum(each.records for each in stock),
        added=tuple(sorted(set(after.clauses) - set(before.clauses))),
        changed=tuple(sorted(_changed(before, after))),
        removed=tuple(sorted(set(before.clauses) - set(after.clauses))),
        shifts=tuple(shifts),
        deciders=_deciders(after, actors, when.today),
    )


def accesses_of(actor: Actor) -> Iterator[Access]:
    """Give every access that an account could ask with: each purpose, without and with a stated need to know."""
    for purpose, need in product(Purpose, NEEDS):
        yield Access(actor=actor, purpose=purpose, need_to_know=need)


def row_of(access: Access, when: Conditions) -> Row:
    """Write an access as a row to weigh, for reading and for doors alike."""
    values: dict[str, object] = {f"principal.{name}": _plain(value) for name, value in who(access).items()}
    values |= {
        "context.has_scopes": access.scopes is not None,
        "context.lapsed": tuple(sorted(when.standing.lapsed)),
        "context.purpose": str(access.purpose),
        "context.scopes": tuple(sorted(access.scopes or ())),
        "context.today": day_number(when.today),
        "context.unbound": tuple(sorted(when.standing.unbound)),
    }
    return Row(kind=kind_of(access), values=values)


def columns(markings: Sequence[Marking], today: str) -> list[dict[str, object]]:
    """Write markings as columns to weigh on a day."""
    return [
        {f"resource.{name}": _plain(value) for name, value in attributes(marking, today).items()}
        for marking in markings
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Difference:
    """Bits of columns allowed before and after, and the clauses that make the difference where they hold."""

    before: int
    after: int
    changed: tuple[tuple[str, int], ...] = ()

    @property
    def gained(self) -> int:
        return self.after & ~self.before

    @property
    def lost(self) -> int:
        return self.before & ~self.after

    def by(self, bits: int) -> frozenset[str]:
        return frozenset(name for name, held in self.changed if held & bits)

    def within(self, read: "_Difference") -> "_Difference":
        """Keep what is readable before and after: a field of a record that is gained or lost goes with the record."""
        both = read.before & read.after
        return replace(self, before=self.before & both, after=self.after & both)


_SAME = _Difference(before=0, after=0)
Compared: TypeAlias = Callable[[Row], _Difference]


def compare(
    before: Policy, after: Policy, action: str, places: Sequence[Mapping[str, object]], resource: str = "Marking"
) -> Compared:
    """Make a function that says what a row is allowed before and after. Rows that weigh alike are weighed once."""
    weighing = Weighing(action, places, resource=resource)
    old, new = before.concerned(action), after.concerned(action)
    same = {clause.text for clause in old} & {clause.text for clause in new}
    differing = [clause for clause in (*old, *new) if clause.text not in same]

    def difference(row: Row) -> _Difference:
        if not differing and action != "read":
            return _SAME
        first = weighing.decide(old, row)
        held = [(clause.id, sum_of(weighing, clause, row)) for clause in differing]
        second = weighing.decide(new, row) if any(bits for _, bits in held) else first
        return _Difference(before=first, after=second, changed=tuple(held))

    return difference


def sum_of(weighing: Weighing, clause: Clause, row: Row) -> int:
    """Say where a clause holds or fails: where it can make a difference at all."""
    held, failed = weighing.holds(clause, row)
    return held | failed


_DOORS = "doors"


class _Found:
    """Differences of one account, gathered over its purposes and needs."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, bool, int], set[tuple[Purpose, str]]] = {}
        self._by: dict[tuple[str, bool, int], frozenset[str]] = {}

    def add(self, access: Access, what: str, gained: int, lost: int, by: Callable[[int], frozenset[str]]) -> None:
        for gains, bits in ((True, gained), (False, lost)):
            for place in _ones(bits):
                key = (what, gains, place)
                self._places.setdefault(key, set()).add((access.purpose, access.need_to_know))
                self._by[key] = self._by.get(key, frozenset()) | by(1 << place)

    def shifts(self, actor: Actor, stock: Sequence[Stock]) -> Iterator[Shift]:
        """Put together what is gained or lost alike: for the same purposes, by the same policies."""
        alike: dict[tuple[str, bool, frozenset[tuple[Purpose, str]], frozenset[str]], list[int]] = {}
        for (what, gains, place), found in sorted(self._places.items(), key=lambda item: item[0]):
            by = self._by[what, gains, place]
            named = str(list(Permission)[place]) if what == _DOORS else what
            alike.setdefault((named, gains, frozenset(found), by), []).append(place)
        for (what, gains, stated, by), places in alike.items():
            door = what in DOORS
            yield Shift(
                account=actor.account,
                agency=actor.agency,
                gains=gains,
                what=what,
                purposes=tuple(sorted({purpose for purpose, _ in stated})),
                with_need=all(need for _, need in stated),
                markings=() if door else tuple(places),
                records=0 if door else sum(stock[place].records for place in places),
                policies=tuple(sorted(by)),
            )


def _ones(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _changed(before: Policy, after: Policy) -> set[str]:
    both = set(before.clauses) & set(after.clauses)
    return {name for name in both if before.clauses[name].text != after.clauses[name].text}


def _deciders(policy: Policy, actors: Iterable[Actor], today: str) -> int:
    """Count who could change the policy again afterwards, for some purpose."""
    return sum(
        any(
            all(policy.may(Access(actor=actor, purpose=purpose), each, today=today) for each in DECIDES_POLICY)
            for purpose in Purpose
        )
        for actor in actors
        if actor.roles
    )


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
