"""The audit log's rows: an RFC 6962 tree whose leaves commit to the entries.

A leaf is a salted commitment to its entry, so the details (and the salt) can be purged later and the tree still verifies.
`audit_node` keeps the hash of every complete subtree, which makes proofs and appends cost log2(n) hashes.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from tessera.errors import NotAllowed, NotFound, Tampered
from tessera.model.access import Access
from tessera.store import tables
from tessera.store.events import Event
from tessera.trust.audit import canonical, commitment, leaf_hash, node_hash

HASH_BYTES = 32
SALT_BYTES = 16
DENIED = "denied"
DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a transaction wants to be remembered for."""

    event: Event
    subject: str = ""
    outcome: str = DONE
    details: dict[str, object] = field(default_factory=dict)


def refusal(reason: NotAllowed | NotFound) -> Entry:
    """Describe that the rules said no (CJIS AU-2: failures are logged like successes)."""
    return Entry(event=Event.REFUSED, subject=reason.where, outcome=DENIED, details={"reason": reason.message})


def append(connection: Connection, entries: Sequence[Entry], *, access: Access, at: int) -> None:
    """Append entries to the tree inside the caller's transaction; the head row's lock keeps appends in order."""
    size, peaks = read_head(connection, lock=True)
    rows: list[dict[str, object]] = []
    nodes: list[dict[str, object]] = []
    for entry in entries:
        row = _row(entry, index=size, access=access, at=at)
        rows.append(row)
        nodes += _grow(peaks, size, row["leaf"])  # type: ignore[arg-type]
        size += 1
    connection.execute(insert(tables.audit_entry), rows)
    connection.execute(insert(tables.audit_node), nodes)
    connection.execute(update(tables.audit_head).values(size=size, peaks=b"".join(peaks)))


def read_head(connection: Connection, *, lock: bool = False) -> tuple[int, list[bytes]]:
    """Return the tree's size and its peaks (roots of the complete subtrees, largest first)."""
    query = select(tables.audit_head.c.size, tables.audit_head.c.peaks)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise Tampered("the audit log has no head", advice="Restore the database from a backup.")
    packed = bytes(row.peaks)
    return row.size, [packed[i : i + HASH_BYTES] for i in range(0, len(packed), HASH_BYTES)]


def _row(entry: Entry, *, index: int, access: Access, at: int) -> dict[str, object]:
    salt = os.urandom(SALT_BYTES)
    row: dict[str, object] = {
        "index": index,
        "at": at,
        "event": entry.event.value,
        "account": access.actor.account,
        "agency": access.actor.agency,
        "purpose": access.purpose.value,
        "need_to_know": access.need_to_know,
        "subject": entry.subject,
        "outcome": entry.outcome,
        "details": json.dumps(entry.details, sort_keys=True, default=str),
    }
    return row | {"salt": salt, "leaf": leaf_hash(commitment(salt, canonical(row)))}


def _grow(peaks: list[bytes], size: int, leaf: bytes) -> Iterator[dict[str, object]]:
    """Add one leaf to `peaks` in place; yield the nodes that became complete."""
    yield {"level": 0, "index": size, "hash": leaf}
    level, index, node = 0, size, leaf
    while index % 2:
        node = node_hash(peaks.pop(), node)
        level, index = level + 1, index // 2
        yield {"level": level, "index": index, "hash": node}
    peaks.append(node)
