"""Which nodes a new one is compared with: those that share a blocking key, lane by lane, the rarest keys first.

A group of new nodes asks with a few statements for all of its keys. What a frequent key holds is never read: first the keys
with few nodes are told from the others, then of the others the lanes that are not full.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tessera.store.nodes import Node
from tessera.store.transactions import Transaction

ROOM = 10
"""Nodes of one lane that a record is compared with, the rarest keys first; a key that more of a lane share is frequent there."""

_FREQUENT = (
    "SELECT wanted.value FROM WANTED WHERE EXISTS"
    " (SELECT 1 FROM block_key WHERE block_key.key = wanted.value AND node_id < ? LIMIT 1 OFFSET ?)"
)
"""Keys that more than so many nodes share, without reading all of those."""
_NODES = (
    "SELECT block_key.key, block_key.lane, block_key.node_id FROM WANTED CROSS JOIN block_key"
    " WHERE block_key.key = wanted.value AND block_key.node_id < ?"
)
_LANES = (
    "WITH RECURSIVE walk (key, lane) AS ("
    " SELECT wanted.value, (SELECT min(b.lane) FROM block_key AS b WHERE b.key = wanted.value) FROM WANTED UNION ALL"
    " SELECT walk.key, (SELECT min(b.lane) FROM block_key AS b WHERE b.key = walk.key AND b.lane > walk.lane)"
    " FROM walk WHERE walk.lane IS NOT NULL) SELECT key, lane FROM walk WHERE lane IS NOT NULL"
)
"""The lanes in which keys have nodes, by one look into the index for each."""
_FULL = (
    "SELECT wanted.value FROM WANTED WHERE EXISTS (SELECT 1 FROM block_key"
    " WHERE block_key.key = wanted.value AND lane = ? AND node_id < ? LIMIT 1 OFFSET ?)"
)
_IN_LANE = (
    "SELECT block_key.key, block_key.node_id FROM WANTED CROSS JOIN block_key"
    " WHERE block_key.key = wanted.value AND block_key.lane = ? AND block_key.node_id < ? AND NOT EXISTS"
    " (SELECT 1 FROM block_key AS b WHERE b.key = wanted.value AND b.lane = ? AND b.node_id < ? LIMIT 1 OFFSET ?)"
)
"""The nodes of keys in a lane, where it is not full."""
Standing = tuple[int, int]
"""A key and a lane."""


@dataclass(slots=True)
class Blocks:
    """Nodes by key and lane, as the records of a step come in. A lane with more of them than a key allows is full.

    What a full lane of a frequent key holds further is never read: where the lanes of all who ask are full, no other lane
    of that key matters.
    """

    lanes: dict[int, dict[int, list[int]]]
    full: set[Standing] = field(default_factory=set)
    """Frequent keys and lanes that are full, of those that the new nodes stand in."""
    left_out: int = 0
    """Comparisons that full lanes left out, at least: nobody counts further than it takes to see that a lane is full."""

    @classmethod
    def of(cls, tx: Transaction, fresh: Sequence[Node]) -> "Blocks":
        """Look up the keys of these nodes; the nodes themselves come in one by one, with `take`."""
        most = {key: min(limit, ROOM) for node in fresh for key, limit in node.keys}
        before = min((node.id for node in fresh if not node.changed), default=sys.maxsize)
        frequent = _frequent(tx, most, before)
        lanes: dict[int, dict[int, list[int]]] = defaultdict(dict)
        for key, lane, node_id in tx.dialect.of_numbers(tx.connection, _NODES, sorted(most.keys() - frequent), before):
            lanes[key].setdefault(lane, []).append(node_id)
        found = cls(lanes=dict(lanes))
        asked = {(key, node.lane) for node in fresh for key, _ in node.keys if key in frequent}
        found.full = _full(tx, asked, before, most)
        found._read_open(tx, asked - found.full, before, most)
        return found

    def _read_open(self, tx: Transaction, asked: Iterable[Standing], before: int, most: Mapping[int, int]) -> None:
        """Read the nodes of frequent keys for which somebody asks whose own lane is not full."""
        lanes = tx.dialect.of_numbers(tx.connection, _LANES, sorted({key for key, _ in asked}))
        for lane, limit, keys in _alike(lanes, most):
            rows = tx.dialect.of_numbers(tx.connection, _IN_LANE, keys, lane, before, lane, before, limit)
            for key, node_id in rows:
                self.lanes.setdefault(key, {}).setdefault(lane, []).append(node_id)

    def take(self, node: Node) -> list[int]:
        """Give the nodes to compare this one with, and let it in for those that follow."""
        by_lane: dict[int, list[list[int]]] = defaultdict(list)
        for key, allowed in node.keys:
            limit = min(allowed, ROOM)
            if (key, node.lane) in self.full:
                self.left_out += limit
                continue
            lanes = self.lanes.setdefault(key, {})
            own = lanes.setdefault(node.lane, [])
            if not node.changed or node.id not in own[: limit + 1]:
                own.append(node.id)
            if len(own) > limit:
                self.left_out += len(own)
                continue
            for lane, some in lanes.items():
                if len(some) <= limit:
                    by_lane[lane].append(some)
                else:
                    self.left_out += len(some)
        found = {other for some in by_lane.values() for other in self._chosen(some)}
        found.discard(node.id)
        return sorted(found)

    def _chosen(self, blocks: list[list[int]]) -> set[int]:
        """Choose from one lane: the rarest keys first, as long as there is room."""
        found: set[int] = set()
        for some in sorted(blocks, key=len):
            more = found.union(some)
            if len(more) > ROOM:
                self.left_out += len(some)
            else:
                found = more
        return found


def _frequent(tx: Transaction, most: Mapping[int, int], before: int) -> set[int]:
    """Give the keys with more nodes, of all lanes, than they may have; new nodes come in later."""
    return {
        key
        for limit, keys in _by_limit(most, most).items()
        for (key,) in tx.dialect.of_numbers(tx.connection, _FREQUENT, keys, before, limit)
    }


def _full(tx: Transaction, asked: Iterable[Standing], before: int, most: Mapping[int, int]) -> set[Standing]:
    """Give those of these lanes that are full."""
    return {
        (key, lane)
        for lane, limit, keys in _alike(asked, most)
        for (key,) in tx.dialect.of_numbers(tx.connection, _FULL, keys, lane, before, limit)
    }


def _alike(standing: Iterable[Standing], most: Mapping[int, int]) -> Iterator[tuple[int, int, list[int]]]:
    """Put together the keys of one lane that allow the same number of nodes: (lane, number, keys)."""
    by_lane: dict[int, list[int]] = defaultdict(list)
    for key, lane in standing:
        by_lane[lane].append(key)
    for lane, keys in by_lane.items():
        for limit, some in _by_limit(keys, most).items():
            yield lane, limit, some


def _by_limit(keys: Iterable[int], most: Mapping[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for key in sorted(keys):
        found[most[key]].append(key)
    return found
