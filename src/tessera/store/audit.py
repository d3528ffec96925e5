"""The audit log's rows: an RFC 6962 tree whose leaves commit to the entries.

A leaf is a salted commitment to its entry, so the details (and the salt) can be purged later and the tree still verifies.
`audit_node` keeps the hash of every complete subtree, which makes proofs and appends cost log2(n) hashes.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from json.encoder import encode_basestring as quoted
from typing import Any

from sqlalchemy import Connection

from tessera.errors import NotAllowed, NotFound, Tampered
from tessera.model.access import Access
from tessera.store.events import Event
from tessera.trust.audit import commitment, leaf_hash, node_hash

HASH_BYTES = 32
SALT_BYTES = 16
DENIED = "denied"
DONE = "done"
FORM = 2
"""Of which form the leaves of new entries are. Older forms stay, so that old entries still verify."""
COLUMNS = {
    1: ("index", "at", "event", "account", "agency", "purpose", "need_to_know", "subject", "outcome", "details"),
    2: (
        "index", "at", "event", "account", "agency", "purpose", "need_to_know", "subject", "outcome", "details",
        "form", "via", "address",
    ),
}  # fmt: skip
"""Which columns a leaf of each form commits to."""
ENTRY_COLUMNS = (*COLUMNS[FORM], "salt", "leaf")
NODE_COLUMNS = ("level", "index", "hash")
HEAD = "SELECT size, peaks FROM audit_head"
HEAD_LOCKED = f"{HEAD} FOR UPDATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """How a request came in: by which door (page, api, command), and from which address (CJIS AU-3: source)."""

    via: str = ""
    address: str = ""


NOWHERE = Came()
CAME: ContextVar[Came] = ContextVar("came", default=NOWHERE)
"""Set by the door that a request comes in by, and read when its entry is written. It decides nothing."""


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
    rows: list[tuple[object, ...]] = []
    nodes: list[tuple[int, int, bytes]] = []
    for entry in entries:
        row = _row(entry, index=size, access=access, at=at)
        rows.append(tuple(row[name] for name in ENTRY_COLUMNS))
        nodes += _grow(peaks, size, row["leaf"])  # type: ignore[arg-type]
        size += 1
    statements = _statements(connection.dialect.paramstyle)
    connection.exec_driver_sql(statements.entry, rows)
    connection.exec_driver_sql(statements.node, nodes)
    connection.exec_driver_sql(statements.head, (size, b"".join(peaks)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statements:
    """How entries are appended, in the database's own words: every transaction ends with these three."""

    entry: str
    node: str
    head: str


@cache
def _statements(paramstyle: str) -> _Statements:
    mark = "?" if paramstyle == "qmark" else "%s"
    return _Statements(
        entry=f"INSERT INTO audit_entry ({_quoted(ENTRY_COLUMNS)}) VALUES ({', '.join([mark] * len(ENTRY_COLUMNS))})",  # noqa: S608 - fixed names
        node=f"INSERT INTO audit_node ({_quoted(NODE_COLUMNS)}) VALUES ({mark}, {mark}, {mark})",  # noqa: S608 - fixed names
        head=f"UPDATE audit_head SET size = {mark}, peaks = {mark}",  # noqa: S608 - marks only
    )


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def read_head(connection: Connection, *, lock: bool = False) -> tuple[int, list[bytes]]:
    """Return the tree's size and its peaks (roots of the complete subtrees, largest first)."""
    locked = lock and connection.dialect.name == "postgresql"  # SQLite's one writer has its turn already
    row = connection.exec_driver_sql(HEAD_LOCKED if locked else HEAD).one_or_none()
    if row is None:
        raise Tampered("the audit log has no head", advice="Restore the database from a backup.")
    packed = bytes(row.peaks)
    return row.size, [packed[i : i + HASH_BYTES] for i in range(0, len(packed), HASH_BYTES)]


def _row(entry: Entry, *, index: int, access: Access, at: int) -> dict[str, object]:
    salt = os.urandom(SALT_BYTES)
    came = CAME.get()
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
        "form": FORM,
        "via": came.via,
        "address": came.address,
    }
    return row | {"salt": salt, "leaf": leaf_hash(commitment(salt, leaf_text(row)))}


def leaf_text(row: Mapping[str, Any]) -> bytes:
    """Write what an entry's leaf commits to: `trust.audit.canonical` of its columns, at a fraction of the cost.

    The form says which columns, so none can be moved from one form to another unnoticed.
    """
    form = row["form"]
    return LEAF_TEXTS[form](*(row[name] for name in COLUMNS[form])).encode()


def _text_1(  # noqa: PLR0917 - the columns in their order
    index: int, at: int, event: str, account: str, agency: str, purpose: str, need_to_know: str, subject: str,
    outcome: str, details: str, *_later: object,
) -> str:  # fmt: skip
    return (
        f'{{"account":{quoted(account)},"agency":{quoted(agency)},"at":{at},"details":{quoted(details)},'
        f'"event":{quoted(event)},"index":{index},"need_to_know":{quoted(need_to_know)},"outcome":{quoted(outcome)},'
        f'"purpose":{quoted(purpose)},"subject":{quoted(subject)}}}'
    )


def _text_2(  # noqa: PLR0917 - the columns in their order
    index: int, at: int, event: str, account: str, agency: str, purpose: str, need_to_know: str, subject: str,
    outcome: str, details: str, form: int, via: str, address: str,
) -> str:  # fmt: skip
    return (
        f'{{"account":{quoted(account)},"address":{quoted(address)},"agency":{quoted(agency)},"at":{at},'
        f'"details":{quoted(details)},"event":{quoted(event)},"form":{form},"index":{index},'
        f'"need_to_know":{quoted(need_to_know)},"outcome":{quoted(outcome)},"purpose":{quoted(purpose)},'
        f'"subject":{quoted(subject)},"via":{quoted(via)}}}'
    )


LEAF_TEXTS: dict[int, Callable[..., str]] = {1: _text_1, 2: _text_2}
"""How the text of each form is written from its columns in their order; further columns are passed over by form 1."""


def _grow(peaks: list[bytes], size: int, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Add one leaf to `peaks` in place; yield the nodes that became complete: level, index, hash."""
    yield 0, size, leaf
    level, index, node = 0, size, leaf
    while index % 2:
        node = node_hash(peaks.pop(), node)
        level, index = level + 1, index // 2
        yield level, index, node
    peaks.append(node)
