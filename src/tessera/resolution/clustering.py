"""From pairs to clusters: better than joining whatever is connected.

Inside each connected part, groups are merged as long as their pairs, taken together, speak for it (average linkage
over log-odds, a way of correlation clustering: Bansal, Blum and Chawla 2004). So one strong bridge between two groups
that otherwise disagree is cut. What a person said, and what a guard forbids, binds. The answer does not depend on the
order of the pairs, nor on pairs of other parts. Every cut has its sentence.
"""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

_STEP = 3.0
_STEPS = 12
_ROUND = 9
"""Decimals kept of an average, so that ties are ties in whatever order sums were made."""
_Node = TypeVar("_Node", bound=Hashable)
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nodes and the weight (log2 odds) that they are the same."""

    left: str
    right: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`same` is the weight from which a pair speaks for joining; `most_members` the size that goes to review.

    No pair counts for more than `most`, nor against by more than `least`, both in log2 odds over `same`. That they differ
    is on purpose: two badly written records of one thing look unlike each other though both are like a third, while what
    makes a pair alike is seldom chance. A pair that was not scored shared no blocking key, and counts `-least`.
    """

    same: float
    most_members: int = 50
    least: float = 2.0
    most: float = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A pair that was strong enough by itself and is not joined, or a person's word that could not be followed."""

    left: str
    right: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversize:
    """Records that would have made one cluster larger than is believed; a person looks at them."""

    members: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """`label` gives each node its cluster, named by its smallest member."""

    label: Mapping[str, str]
    cuts: tuple[Cut, ...] = ()
    review: tuple[Oversize, ...] = ()

    def members(self) -> dict[str, tuple[str, ...]]:
        """Give the members of each cluster, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for node in sorted(self.label):
            found[self.label[node]].append(node)
        return {label: tuple(nodes) for label, nodes in found.items()}


Conflict = Callable[[str, str], str | None]
"""Says why two nodes may never be joined by weight alone; None where nothing forbids it."""
Weigh = Callable[[str, str], float | None]
"""Weighs a pair that was not scored; None where it cannot."""


_DENSE = 300
"""Parts of more nodes are not compared all with all."""


@dataclass(slots=True)
class _Part:
    """One connected part while it is worked on. Groups are named by their smallest member.

    `sums` holds what the known pairs between two groups add up to, and how many they are.
    """

    rules: Rules
    weights: dict[tuple[str, str], float]
    forbidden: dict[tuple[str, str], str]
    groups: dict[str, set[str]] = field(default_factory=dict)
    sums: dict[str, dict[str, tuple[float, int]]] = field(default_factory=dict)
    barred: dict[str, dict[str, str]] = field(default_factory=dict)


def cluster(
    nodes: Iterable[str],
    pairs: Iterable[Pair],
    rules: Rules,
    same: Iterable[tuple[str, str]] = (),
    different: Iterable[tuple[str, str]] = (),
    *,
    conflict: Conflict | None = None,
    weigh: Weigh | None = None,
) -> Clustering:
    """Cluster nodes by weighed pairs. `same` and `different` are people's judgements; where they clash, different wins.

    `conflict` is a guard: it yields to a person's `same` of that very pair, and to nothing else. `weigh` scores pairs
    inside a connected part that share no blocking key.
    """
    weights = _weights(pairs)
    said_same = {_pair(*pair) for pair in same}
    said_different = {_pair(*pair) for pair in different}
    edges = [pair for pair, weight in weights.items() if weight >= rules.same]
    labels: dict[str, str] = {}
    cuts: list[Cut] = []
    review: list[Oversize] = []
    everyone = {*nodes, *(node for pair in (*weights, *said_same, *said_different) for node in pair)}
    parts = connected(everyone, [*edges, *said_same])
    told, musts = _by_part(parts, {*weights, *said_different}), _by_part(parts, said_same)
    for part in parts:
        if len(part) == 1:
            labels[part[0]] = part[0]
            continue
        pairs_inside = list(itertools.combinations(part, 2)) if len(part) <= _DENSE else sorted(told[part[0]])
        said = set(musts.get(part[0], ())), said_different
        done = _cluster_part(part, pairs_inside, weights, said, (rules, conflict, weigh))
        labels.update(done.label)
        cuts += done.cuts
        review += done.review
    return Clustering(label=labels, cuts=tuple(sorted(cuts, key=_ends)), review=tuple(review))


def _ends(cut: Cut) -> tuple[str, str]:
    return cut.left, cut.right


def _pair(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left <= right else (right, left)


def _weights(pairs: Iterable[Pair]) -> dict[tuple[str, str], float]:
    """Take each pair once; of two weights the higher."""
    weights: dict[tuple[str, str], float] = {}
    for pair in pairs:
        if pair.left != pair.right:
            key = _pair(pair.left, pair.right)
            weights[key] = max(pair.weight, weights.get(key, pair.weight))
    return weights


def connected(nodes: Iterable[_Node], edges: Iterable[tuple[_Node, _Node]]) -> list[list[_Node]]:
    """Give the connected parts, each sorted, in the order of their smallest node."""
    parent = {node: node for node in nodes}

    def root(node: _Node) -> _Node:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in edges:
        first, second = sorted((root(left), root(right)))  # type: ignore[type-var]
        parent[second] = first
    parts: dict[_Node, list[_Node]] = defaultdict(list)
    for node in sorted(parent):  # type: ignore[type-var]
        parts[root(node)].append(node)
    return list(parts.values())


def _by_part(parts: list[list[str]], pairs: set[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Sort pairs into the parts that hold both their nodes; a part is named by its first."""
    home = {node: part[0] for part in parts for node in part}
    inside: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in pairs:
        if home[pair[0]] == home[pair[1]]:
            inside[home[pair[0]]].append(pair)
    return inside


def _cluster_part(
    nodes: list[str],
    pairs: list[tuple[str, str]],
    weights: Mapping[tuple[str, str], float],
    said: tuple[set[tuple[str, str]], set[tuple[str, str]]],
    ask: tuple[Rules, Conflict | None, Weigh | None],
) -> Clustering:
    said_same, said_different = said
    rules, conflict, weigh = ask
    known, forbidden = {}, {}
    for pair in pairs:
        weight = weights.get(pair)
        if weight is None and weigh is not None and len(nodes) <= _DENSE:
            weight = weigh(*pair)
        if weight is not None:
            known[pair] = weight
        why = _why_forbidden(pair, said_same, said_different, conflict)
        if why:
            forbidden[pair] = why
    must = sorted(said_same)
    part = _Part(rules=rules, weights=known, forbidden=forbidden)
    refused = _start(part, nodes, must, rules.same)
    _merge(part)
    review = _split_oversize(part, must)
    label = {node: name for name, members in part.groups.items() for node in members}
    return Clustering(label=label, cuts=(*refused, *_cuts(part, label)), review=review)


def _why_forbidden(
    pair: tuple[str, str],
    said_same: set[tuple[str, str]],
    said_different: set[tuple[str, str]],
    conflict: Conflict | None,
) -> str:
    if pair in said_different:
        return "a person judged the two to be different"
    if pair in said_same or conflict is None:
        return ""
    return conflict(*pair) or ""


def _start(part: _Part, nodes: Iterable[str], same: list[tuple[str, str]], bar: float) -> list[Cut]:
    """Begin with single nodes, joined where a person said so; a word that clashes with another is reported."""
    part.groups = {node: {node} for node in nodes}
    part.sums, part.barred = defaultdict(dict), defaultdict(dict)
    for (left, right), weight in sorted(part.weights.items()):
        if left in part.groups and right in part.groups:
            over = max(-part.rules.least, min(part.rules.most, weight - bar))
            _put(part.sums, left, right, (over, 1))
    for (left, right), why in part.forbidden.items():
        if left in part.groups and right in part.groups:
            _put(part.barred, left, right, why)
    refused = []
    home = {node: node for node in part.groups}
    for left, right in same:
        if left not in home or right not in home or home[left] == home[right]:
            continue
        why = part.barred[home[left]].get(home[right], "")
        if why.startswith("a person"):
            words = f"a person judged these the same, but {why} within the groups"
            refused.append(Cut(left=left, right=right, why=words))
            continue
        name = _join(part, home[left], home[right])
        home.update(dict.fromkeys(part.groups[name], name))
    return refused


def _put(table: dict[str, dict[str, _Value]], left: str, right: str, value: _Value) -> None:
    table[left][right] = value
    table[right][left] = value


def _join(part: _Part, left: str, right: str) -> str:
    """Make one group of two; what each had with others is added up."""
    keep, gone = sorted((left, right))
    part.groups[keep] |= part.groups.pop(gone)
    for other, (total, count) in part.sums.pop(gone, {}).items():
        part.sums[other].pop(gone, None)
        if other != keep:
            known = part.sums[keep].get(other, (0.0, 0))
            _put(part.sums, keep, other, (known[0] + total, known[1] + count))
    for other, why in part.barred.pop(gone, {}).items():
        part.barred[other].pop(gone, None)
        if other != keep:
            _put(part.barred, keep, other, min(why, part.barred[keep].get(other, why)))
    return keep


def _average(part: _Part, left: str, right: str) -> float:
    """Mean support of all pairs between two groups, over the bar."""
    total, count = part.sums[left].get(right, (0.0, 0))
    pairs = len(part.groups[left]) * len(part.groups[right])
    return round((total - part.rules.least * (pairs - count)) / pairs, _ROUND)


def _merge(part: _Part) -> None:
    """Merge the two groups that belong together most, until none do."""
    heap = [
        (-support, left, right, len(part.groups[left]), len(part.groups[right]))
        for left in part.groups
        for right in part.sums[left]
        if left < right and (support := _average(part, left, right)) >= 0
    ]
    heapq.heapify(heap)
    while heap:
        _, left, right, left_size, right_size = heapq.heappop(heap)
        stale = (
            len(part.groups.get(left, ())) != left_size
            or len(part.groups.get(right, ())) != right_size
            or right in part.barred[left]
        )
        if stale:
            continue
        name = _join(part, left, right)
        for other in part.sums[name]:
            support = _average(part, name, other)
            if support >= 0:
                first, second = sorted((name, other))
                heapq.heappush(heap, (-support, first, second, len(part.groups[first]), len(part.groups[second])))


def _split_oversize(part: _Part, same: list[tuple[str, str]]) -> tuple[Oversize, ...]:
    """Raise the bar inside a group that is too large until its pieces are small; report it either way."""
    review = []
    for name, members in sorted(part.groups.items()):
        if len(members) <= part.rules.most_members:
            continue
        why = f"{len(members)} records would have become one; more than {part.rules.most_members} need a person's eye"
        review.append(Oversize(members=tuple(sorted(members)), why=why))
        del part.groups[name]
        part.groups.update(_pieces(part, members, same))
    return tuple(review)


def _pieces(part: _Part, members: set[str], same: list[tuple[str, str]]) -> dict[str, set[str]]:
    smaller = _Part(rules=part.rules, weights=part.weights, forbidden=part.forbidden)
    for step in range(1, _STEPS + 1):
        _start(smaller, sorted(members), same, part.rules.same + step * _STEP)
        _merge(smaller)
        if max(map(len, smaller.groups.values())) <= part.rules.most_members:
            return smaller.groups
    _start(smaller, sorted(members), same, part.rules.same)
    return smaller.groups


def _cuts(part: _Part, label: Mapping[str, str]) -> Iterator[Cut]:
    """Explain each pair that was strong enough by itself and is not joined."""
    for (left, right), weight in sorted(part.weights.items()):
        if weight >= part.rules.same and label[left] != label[right]:
            yield Cut(left=left, right=right, why=_reason(part, (left, right), (label[left], label[right])))


def _reason(part: _Part, pair: tuple[str, str], groups: tuple[str, str]) -> str:
    if pair in part.forbidden:
        return part.forbidden[pair]
    between = [_pair(a, b) for a in part.groups[groups[0]] for b in part.groups[groups[1]]]
    for other in sorted(between):
        if other in part.forbidden:
            return f"joining them would join {other[0]} and {other[1]}: {part.forbidden[other]}"
    total = 0.0
    for other in between:
        weight = part.weights.get(other, -_STEP * _STEPS)
        total += max(-part.rules.least, min(part.rules.most, weight - part.rules.same))
    if total >= 0:
        return "the cluster would have become too large to be believed; only its strongest parts were kept"
    return (
        f"this pair alone speaks for it, but the {len(between)} pairs between the two groups speak against it "
        f"({total / len(between):+.1f} on average)"
    )
