"""Weighing a policy for very many who ask and very many markings at once, exactly as Cedar would one by one.

A policy's condition is taken apart at its ands, ors and nots. Each part that remains weighs little (roles; or an agency and
the owners), so Cedar is asked about it once for each combination of values that occurs, and not for each account, purpose and
marking. What is put together again is bits: bit n of a whole number says whether it holds for the n-th column. A condition
that could fail while it is weighed (sums, for instance) is left whole, and a failure refuses, as it does in `cedar`.

    rows      who asks, and why: values of principal.* and context.*
    columns   what is asked about: values of resource.* (markings), or of context.permission (doors)
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import and_, or_
from typing import Any, TypeAlias

import cedarpy

from tessera.trust.cedar import Clause

Values: TypeAlias = Mapping[str, object]
"""Values of attributes by their full name: {"principal.agency": "sheriff", "context.purpose": "oversight"}."""
Condition: TypeAlias = Mapping[str, Any]
Held: TypeAlias = tuple[int, int]
"""For which columns a part holds, and for which it failed while it was weighed, as bits."""

SAFE = frozenset(
    [
        "!",
        "!=",
        "&&",
        ".",
        "<",
        "<=",
        "==",
        ">",
        ">=",
        "||",
        "Set",
        "Value",
        "Var",
        "contains",
        "containsAll",
        "containsAny",
        "has",
        "is",
        "isEmpty",
        "like",
    ]
)
"""Operators that cannot fail on values of the types that the vocabulary says."""
_VARIABLES = ("context", "principal", "resource")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One who asks: of which kind (User or Service), and the values that policies may weigh of who and why."""

    kind: str
    values: Values
    """Hashable: names in order as a tuple, not as a list."""


class Weighing:
    """Clauses of one action, weighed over columns. Remembers what it has asked, so that equal questions are asked once."""

    def __init__(self, action: str, columns: Sequence[Values], *, resource: str = "Marking") -> None:
        """Take the columns; each has values for the same attributes. `resource` is of which type they are."""
        self.everything = (1 << len(columns)) - 1
        """Bits of all columns."""
        self._asked = _Asked(action=action, columns=columns, resource=resource)
        self._trees: dict[str, _Whole] = {}

    def holds(self, clause: Clause, row: Row) -> Held:
        """Say for which columns a clause applies to this row; where there are no columns, for none."""
        if clause.kind not in ("", row.kind) or not self.everything:
            return 0, 0
        tree = self._trees.get(clause.text)
        if tree is None:
            tree = self._trees[clause.text] = _Whole(clause, self._asked)
        return tree.held(row)

    def decide(self, clauses: Iterable[Clause], row: Row) -> int:
        """Say for which columns these clauses together allow it: some permit, no forbid, no failure."""
        permitted = refused = 0
        for clause in clauses:
            held, failed = self.holds(clause, row)
            permitted |= held if clause.permits else 0
            refused |= failed if clause.permits else held | failed
        return permitted & ~refused

    def deciding(self, clauses: Iterable[Clause], row: Row, column: int) -> tuple[str, ...]:
        """Name the clauses that decided about one column, as a decision of the policy would."""
        bit = 1 << column
        found = [(clause, self.holds(clause, row)) for clause in clauses]
        if any(failed & bit for _, (_, failed) in found):
            return ()
        applying = [clause for clause, (held, _) in found if held & bit]
        forbids = [clause for clause in applying if not clause.permits]
        return tuple(sorted(clause.id for clause in forbids or applying))


@dataclass(kw_only=True)
class _Asked:
    """What is asked about, and the parts of conditions that were asked of Cedar already."""

    action: str
    columns: Sequence[Values]
    resource: str
    parts: dict[str, "_Part"] = field(default_factory=dict)

    def part(self, node: Condition) -> "_Part":
        name = json.dumps(node, sort_keys=True)
        if name not in self.parts:
            self.parts[name] = _Part(node, self)
        return self.parts[name]


class _Whole:
    """All conditions of one clause, and what came of them for each combination of values of a row."""

    def __init__(self, clause: Clause, asked: _Asked) -> None:
        safe = all(_operators(body) <= SAFE for _, body in clause.conditions)
        self._everything = (1 << len(asked.columns)) - 1
        self._conditions = [(how, _tree(body, asked) if safe else asked.part(body)) for how, body in clause.conditions]
        words = {word for _, body in clause.conditions for word in _words(body)}
        self._of_row = sorted(words - set(asked.columns[0]))
        self._known: dict[tuple[object, ...], Held] = {}

    def held(self, row: Row) -> Held:
        key = (row.kind, *map(row.values.__getitem__, self._of_row))
        if key not in self._known:
            self._known[key] = self._weigh(row)
        return self._known[key]

    def _weigh(self, row: Row) -> Held:
        kept, failed = self._everything, 0
        for how, tree in self._conditions:
            held, broken = tree.held(row)
            failed |= broken & kept
            kept &= held if how == "when" else ~held
        return kept & ~failed, failed


class _Both:
    """Two trees joined by "&&" or "||"; neither can fail."""

    def __init__(self, left: "_Tree", right: "_Tree", join: Callable[[int, int], int]) -> None:
        self._left, self._right, self._join = left, right, join

    def held(self, row: Row) -> Held:
        return self._join(self._left.held(row)[0], self._right.held(row)[0]), 0


class _Not:
    """A tree turned round. Bits beyond the columns are set too; the whole cuts them off."""

    def __init__(self, inner: "_Tree") -> None:
        self._inner = inner

    def held(self, row: Row) -> Held:
        return ~self._inner.held(row)[0], 0


class _Part:
    """One part of a condition that Cedar is asked about, for each combination of the values that it weighs."""

    def __init__(self, node: Condition, asked: _Asked) -> None:
        words = set(_words(node))
        of_column = sorted(words & set(asked.columns[0]))
        self._of_row = sorted(words - set(of_column))
        self._asked = asked
        self._policies = cedarpy.PolicySet.from_str(cedarpy.policies_from_json_str(json.dumps(_asking(node))))
        groups: dict[str, int] = {}
        for number, column in enumerate(asked.columns):
            key = json.dumps({word: column[word] for word in of_column})
            groups[key] = groups.get(key, 0) | 1 << number
        self._groups = [(json.loads(key), bits) for key, bits in groups.items()]
        self._known: dict[tuple[object, ...], Held] = {}

    def held(self, row: Row) -> Held:
        key = (row.kind, *map(row.values.__getitem__, self._of_row))
        if key not in self._known:
            self._known[key] = self._ask(row)
        return self._known[key]

    def _ask(self, row: Row) -> Held:
        mine = {word: row.values[word] for word in self._of_row}
        requests, entities = [], [_entity(row.kind, "asking", mine, "principal")]
        for number, (values, _) in enumerate(self._groups):
            entities.append(_entity(self._asked.resource, str(number), values, "resource"))
            requests.append(
                {
                    "principal": {"type": row.kind, "id": "asking"},
                    "action": {"type": "Action", "id": self._asked.action},
                    "resource": {"type": self._asked.resource, "id": str(number)},
                    "context": json.dumps(_attributes(mine, "context") | _attributes(values, "context")),
                }
            )
        held = failed = 0
        results = cedarpy.is_authorized_batch(requests, self._policies, json.dumps(entities))
        for result, (_, bits) in zip(results, self._groups, strict=True):
            held |= bits if result.allowed else 0
            failed |= bits if result.diagnostics.errors else 0
        return held, failed


_Tree: TypeAlias = _Both | _Not | _Part


def _tree(node: Condition, asked: _Asked) -> _Tree:
    (operator, inner), *_ = node.items()
    if operator == "&&":
        return _Both(_tree(inner["left"], asked), _tree(inner["right"], asked), and_)
    if operator == "||":
        return _Both(_tree(inner["left"], asked), _tree(inner["right"], asked), or_)
    if operator == "!":
        return _Not(_tree(inner["arg"], asked))
    return asked.part(node)


def _operators(node: Condition) -> frozenset[str]:
    (operator, inner), *_ = node.items()
    return frozenset({operator}).union(*(_operators(child) for child in _children(inner)))


def _children(inner: object) -> Iterator[Condition]:
    """Find the expressions within one; what is no expression (names, values) has none."""
    if isinstance(inner, list):
        yield from inner
    if isinstance(inner, dict):
        yield from (inner[side] for side in ("left", "right", "arg") if isinstance(inner.get(side), dict))


def _words(node: object) -> Iterator[str]:
    """Find each attribute that an expression weighs, by its full name."""
    if isinstance(node, list):
        for item in node:
            yield from _words(item)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in (".", "has") and value["left"].get("Var") in _VARIABLES:
            yield f"{value['left']['Var']}.{value['attr']}"
        else:
            yield from _words(value)


def _asking(node: Condition) -> dict[str, object]:
    everything = {"op": "All"}
    policy = {
        "effect": "permit",
        "principal": everything,
        "action": everything,
        "resource": everything,
        "conditions": [{"kind": "when", "body": node}],
    }
    return {"staticPolicies": {"part": policy}, "templates": {}, "templateLinks": []}


def _attributes(values: Values, variable: str) -> dict[str, object]:
    head = f"{variable}."
    return {word.removeprefix(head): value for word, value in values.items() if word.startswith(head)}


def _entity(kind: str, name: str, values: Values, variable: str) -> dict[str, object]:
    return {"uid": {"type": kind, "id": name}, "attrs": _attributes(values, variable), "parents": []}
