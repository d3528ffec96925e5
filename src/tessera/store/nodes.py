"""Records made ready to be compared: one node for each thing as one source knows it, with its blocking keys.

A node follows the current record of its thing. Its keys stand in lanes, one for each sort of marking, so that whether a
key is too frequent is counted among records that the same readers may see.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select, update

from tessera.dictionary.resolution import KindModel
from tessera.model.marking import Marking
from tessera.resolution import Prepared, prepare
from tessera.resolution.blocking import rule_keys
from tessera.resolution.rows import Row, row_of
from tessera.resolution.rows import prepared_of as read
from tessera.store import models, tables
from tessera.store.choosing import in_pieces
from tessera.store.models import Running, Versions
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

r, n, b, s = tables.record.c, tables.node.c, tables.block_key.c, tables.source.c
NODE_COLUMNS = ("thread", "kind_id", "record_id", "digest", "prepared", "block_keys")
FACTS = (r.id, r.thread, r.kind_id, r.source_id, r.payload, r.event_time, r.latitude, r.longitude, r.marking_id)
"""Columns of a record that its prepared form is made of."""
_PREPARED = (
    "SELECT node.id, node.kind_id, node.digest, node.prepared FROM WANTED CROSS JOIN node WHERE node.id = wanted.value"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing as one source knows it, ready to be compared."""

    id: int
    kind_id: int
    record_id: int
    row: Row
    """What is compared."""
    keys: tuple[tuple[int, int], ...]
    """Blocking keys, each with the most nodes of a lane that may share it."""
    lane: int
    changed: bool
    """True where an older version was resolved before."""

    @property
    def standing(self) -> list[tuple[int, int]]:
        """Keys and lane, where the node can be found."""
        return [(key, self.lane) for key, _ in self.keys]


def to_prepare(tx: Transaction, after: Mapping[int, int], *, limit: int) -> list[AnyRow]:
    """Give current records of these kinds with keys above the one that is given for each, ascending."""
    if not after:
        return []
    wanted = (*models.newer_of_kinds(after), r.known_to.is_(None))
    return list(tx.connection.execute(select(*FACTS).where(*wanted).order_by(r.id).limit(limit)).all())


def unprepared(tx: Transaction, running: Running, *, after: int, limit: int) -> list[AnyRow]:
    """Give current records of the kind that have no node made of them as the model's declaration says."""
    query = _unprepared(select(*FACTS), running, after).order_by(r.id).limit(limit)
    return list(tx.connection.execute(query).all())


def count_unprepared(tx: Transaction, running: Running, *, most: int) -> int:
    """Count such records, no further than `most`."""
    some = _unprepared(select(r.id), running, 0).limit(most).subquery()
    return int(tx.connection.execute(select(func.count()).select_from(some)).scalar_one())


def _unprepared(query: Select[Any], running: Running, after: int) -> Select[Any]:
    own = (n.thread == r.thread) & (n.record_id == r.id) & (n.digest == running.digest)
    wanted = (*models.newer(running.kind_id, after), r.known_to.is_(None), n.id.is_(None))
    return query.join(tables.node, own, isouter=True).where(*wanted)


def facts_of(row: AnyRow, sources: Mapping[int, str]) -> dict[str, object]:
    """Give what a record's prepared fields are made of: its terms, when and where it was, and whose it is."""
    found: dict[str, object] = json.loads(row.payload)
    given = {
        "event_time": row.event_time,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "source": sources[row.source_id],
    }
    return found | {name: value for name, value in given.items() if value is not None}


def prepared_of(declared: KindModel, row: AnyRow, sources: Mapping[int, str]) -> Prepared:
    """Prepare a record. What cannot be prepared has nothing to compare; it is an entity of its own."""
    try:
        return prepare(declared, facts_of(row, sources))
    except (ValueError, TypeError, AttributeError, IndexError):
        return {field.name: None for field in declared.fields}


def source_names(tx: Transaction) -> dict[int, str]:
    """Give the name of every source by its number."""
    return {row.id: row.name for row in tx.connection.execute(select(s.id, s.name))}


def enter(tx: Transaction, running: Running, rows: Sequence[AnyRow]) -> list[Node]:
    """Make nodes of these records, or bring those of their things up to date; their keys are looked up from now on.

    Done again for the same records it changes nothing.
    """
    found = make(tx, running.alone, rows)
    stand(tx, found)
    return found


def stand(tx: Transaction, fresh: Sequence[Node], full: Collection[tuple[int, int]] = ()) -> None:
    """Let new nodes be found by their keys. A lane of a key that is full takes in no more, since nobody would read it."""
    _enter_keys(tx, [(node.id, set(node.standing).difference(full)) for node in fresh if not node.changed])


def make(tx: Transaction, versions: Versions, rows: Sequence[AnyRow]) -> list[Node]:
    """Make nodes of these records, or bring those of their things up to date. New ones do not `stand` under their keys yet."""
    if not rows:
        return []
    sources, lanes = source_names(tx), lanes_of(tx)
    known = _known(tx, [bytes(row.thread) for row in rows])
    made = [_Made.of(versions[row.kind_id], row, sources, lanes[row.marking_id]) for row in rows]
    ids = _insert(tx, [one for one in made if one.thread not in known])
    for one in made:
        if one.thread in known:
            _change(tx, one, known[one.thread])
            ids[one.thread] = known[one.thread].id
    return [
        Node(
            id=ids[one.thread],
            kind_id=one.running.kind_id,
            record_id=one.record_id,
            row=one.row,
            keys=one.keys,
            lane=one.lane,
            changed=one.thread in known,
        )
        for one in made
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    running: Running
    thread: bytes
    record_id: int
    row: Row
    keys: tuple[tuple[int, int], ...]
    lane: int

    @classmethod
    def of(cls, running: Running, row: AnyRow, sources: Mapping[int, str], lane: int) -> "_Made":
        prepared = prepared_of(running.declared, row, sources)
        return cls(
            running=running,
            thread=bytes(row.thread),
            record_id=row.id,
            row=row_of(running.declared, prepared),
            keys=keys_with_limits(running.declared, prepared),
            lane=lane,
        )

    @property
    def standing(self) -> list[tuple[int, int]]:
        return [(key, self.lane) for key, _ in self.keys]


def keys_with_limits(declared: KindModel, prepared: Prepared) -> tuple[tuple[int, int], ...]:
    """Give the blocking keys of a record, each with the most nodes of a lane that may share it."""
    found: dict[int, int] = {}
    for rule in declared.blocking:
        for key in rule_keys(declared.kind, rule, prepared):
            found[key] = max(rule.most, found.get(key, 0))
    return tuple(sorted(found.items()))


def lanes_of(tx: Transaction) -> dict[int, int]:
    """Give the lane of each marking: the marking itself, but for its dates, which only time out."""
    return {key: _lane(marking) for key, marking in tx.store.markings(tx).items()}


@cache
def _lane(marking: Marking) -> int:
    plain = {name: value for name, value in marking.to_json().items() if name != "review_by"}
    digest = hashlib.blake2b(json.dumps(plain, sort_keys=True).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _known(tx: Transaction, threads: Sequence[bytes]) -> dict[bytes, AnyRow]:
    columns = (n.id, n.thread, n.record_id, n.digest, n.block_keys)
    found: dict[bytes, AnyRow] = {}
    for piece in in_pieces(threads):  # type: ignore[arg-type]
        found |= {bytes(row.thread): row for row in tx.connection.execute(select(*columns).where(n.thread.in_(piece)))}
    return found


def _ids(tx: Transaction, threads: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for piece in in_pieces(threads):  # type: ignore[arg-type]
        rows = tx.connection.execute(select(n.thread, n.id).where(n.thread.in_(piece)))
        found |= {bytes(thread): key for thread, key in rows}
    return found


def _insert(tx: Transaction, made: Sequence[_Made]) -> dict[bytes, int]:
    """Make new nodes and give their keys by thread."""
    rows = [
        (
            one.thread,
            one.running.kind_id,
            one.record_id,
            one.running.digest,
            one.row,
            json.dumps(one.standing, separators=(",", ":")),
        )
        for one in made
    ]
    tx.dialect.insert(tx.connection, "node", NODE_COLUMNS, rows)
    return _ids(tx, [one.thread for one in made])


def _change(tx: Transaction, one: _Made, before: AnyRow) -> None:
    if before.record_id == one.record_id and before.digest == one.running.digest:
        return
    old = {(key, lane) for key, lane in json.loads(before.block_keys)}
    new = set(one.standing)
    for key, lane in sorted(old - new):
        this = (b.key == key) & (b.lane == lane) & (b.node_id == before.id)
        tx.connection.execute(tables.block_key.delete().where(this))
    _enter_keys(tx, [(before.id, sorted(new - old))])
    values = {
        "record_id": one.record_id,
        "digest": one.running.digest,
        "prepared": one.row,
        "block_keys": json.dumps(one.standing, separators=(",", ":")),
    }
    tx.connection.execute(update(tables.node).where(n.id == before.id).values(**values))


def _enter_keys(tx: Transaction, standing: Iterable[tuple[int, Iterable[tuple[int, int]]]]) -> None:
    rows = sorted((key, lane, node_id) for node_id, some in standing for key, lane in some)
    tx.dialect.insert(tx.connection, "block_key", ("key", "lane", "node_id"), rows)


def count(tx: Transaction, running: Running) -> int:
    """Count the things of the kind, as each source knows them."""
    return int(tx.connection.execute(select(func.count()).where(n.kind_id == running.kind_id)).scalar_one())


def page(tx: Transaction, running: Running, *, after: int, limit: int) -> list[tuple[int, Prepared]]:
    """Give nodes of a kind with keys above `after`, ascending: (key, prepared record)."""
    own = (n.id > after, n.kind_id == running.kind_id, n.digest == running.digest)
    rows = tx.connection.execute(select(n.id, n.prepared).where(*own).order_by(n.id).limit(limit))
    return [(row.id, read(running.declared, row.prepared)) for row in rows]


def load(tx: Transaction, versions: Versions, ids: Collection[int]) -> dict[int, Row]:
    """Give what is compared of these nodes; those of other kinds, or prepared under another declaration, are left out."""
    if not ids:
        return {}
    digests = {kind_id: running.digest for kind_id, running in versions.items()}
    found = tx.dialect.of_numbers(tx.connection, _PREPARED, sorted(ids))
    return {key: row for key, kind_id, digest, row in found if digests.get(kind_id) == digest}
