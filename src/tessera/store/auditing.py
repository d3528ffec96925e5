"""Reading and checking the audit log: entries, proofs, signed checkpoints."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from tessera.errors import Tampered
from tessera.model.access import Permission
from tessera.store import tables
from tessera.store.audit import read_head
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Store, Transaction
from tessera.trust.audit import EMPTY_ROOT, canonical, commitment, leaf_hash, node_hash

e, n, k = tables.audit_entry.c, tables.audit_node.c, tables.audit_checkpoint.c
PAGE = 20_000
MOST_FINDINGS = 20
PUBLIC = ("index", "at", "event", "account", "agency", "purpose", "need_to_know", "subject", "outcome", "details")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the log as an auditor reads it."""

    index: int
    at: int
    event: str
    account: str
    agency: str
    purpose: str
    need_to_know: str
    subject: str
    outcome: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCheckpoint:
    """A signed statement of the log's size and root."""

    size: int
    root: bytes
    note: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the whole log found. `findings` are sentences that name the entry; empty means it is intact."""

    size: int
    root: bytes
    checkpoints: int
    findings: tuple[str, ...]


def entries(
    tx: Transaction,
    *,
    event: str = "",
    account: str = "",
    subject: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """List entries, newest first; `before` continues behind an index already seen."""
    tx.require(Permission.AUDIT_READ)
    query = select(tables.audit_entry).order_by(e.index.desc()).limit(limit)
    for column, value in ((e.event, event), (e.account, account), (e.subject, subject)):
        if value:
            query = query.where(column == value)
    if before is not None:
        query = query.where(e.index < before)
    found = [_to_entry(row) for row in tx.connection.execute(query)]
    tx.note(Event.AUDIT_READ, entries=len(found))
    return found


def latest_checkpoint(tx: Transaction) -> AuditCheckpoint | None:
    """Read the newest signed checkpoint."""
    tx.require(Permission.AUDIT_READ)
    row = tx.connection.execute(select(tables.audit_checkpoint).order_by(k.size.desc()).limit(1)).one_or_none()
    tx.note(Event.AUDIT_READ, "checkpoint")
    if row is None:
        return None
    return AuditCheckpoint(size=row.size, root=bytes(row.root), note=row.note, at=row.at)


def sign(tx: Transaction, signer: Callable[[int, bytes], str]) -> AuditCheckpoint:
    """Sign the log as it stands before this transaction; `signer` turns size and root into a signed note."""
    tx.require(Permission.AUDIT_CHECKPOINT)
    size, peaks = read_head(tx.connection)
    root = root_of_peaks(peaks)
    tx.note(Event.AUDIT_SIGNED, f"checkpoint:{size}")
    found = tx.connection.execute(select(tables.audit_checkpoint).where(k.size == size)).one_or_none()
    if found is not None:
        return AuditCheckpoint(size=size, root=bytes(found.root), note=found.note, at=found.at)
    made = AuditCheckpoint(size=size, root=root, note=signer(size, root), at=tx.at)
    tx.connection.execute(insert(tables.audit_checkpoint).values(size=size, root=root, note=made.note, at=made.at))
    return made


def root_of_peaks(peaks: list[bytes]) -> bytes:
    """Fold the complete subtrees into the tree's root, smallest first (RFC 6962, 2.1)."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def verify(
    store: Store, check_note: Callable[[str], tuple[int, bytes]], on_progress: Callable[[int, int], None] | None = None
) -> Verification:
    """Recompute the whole log from its entries and compare it with its leaves, nodes, head and signed checkpoints.

    `check_note` verifies a checkpoint's signature and returns its size and root; it raises Tampered. Needs no Access: it
    reveals nothing but whether the log is intact.
    """
    with store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=False)
        return _verify(connection, check_note, on_progress)


def _verify(
    connection: Connection,
    check_note: Callable[[str], tuple[int, bytes]],
    on_progress: Callable[[int, int], None] | None,
) -> Verification:
    size, head_peaks = read_head(connection)
    signed, findings = _signed_roots(connection, check_note)
    check = _Recomputing(signed)
    for row in _all_entries(connection):
        check.take(row)
        if on_progress and not check.expected % PAGE:
            on_progress(check.expected, size)
    findings += check.findings
    findings += [f"entry {index} was changed after it was written" for index in check.changed[:MOST_FINDINGS]]
    if check.expected != size:
        findings.append(f"the log ends at entry {check.expected - 1}, but its head says {size} entries")
    elif check.whole and check.peaks != head_peaks:
        findings.append("the log's leaves do not add up to its head")
    findings += [f"checkpoint {s} signs more entries than there are" for s in sorted(signed) if s > check.expected]
    findings += _wrong_leaves(connection)
    return Verification(
        size=check.expected,
        root=root_of_peaks(check.peaks),
        checkpoints=len(signed),
        findings=tuple(findings[:MOST_FINDINGS]),
    )


class _Recomputing:
    """Folds the log's entries again, in order, and compares with what was signed on the way."""

    def __init__(self, signed: dict[int, bytes]) -> None:
        self.signed = signed
        self.expected = 0
        self.whole = True
        """False once an entry is missing: from then on there is no tree to compare."""
        self.peaks: list[bytes] = []
        self.changed: list[int] = []
        self.findings: list[str] = []
        self._agreed = 0

    def take(self, row: tuple[Any, ...]) -> None:
        index = row[0]
        if index != self.expected:
            last = f" to {index - 1}" if index - 1 > self.expected else ""
            self.findings.append(f"entry {self.expected}{last} is missing")
            self.expected, self.whole = index, False
        leaf = leaf_hash(commitment(bytes(row[-2]), canonical(dict(zip(PUBLIC, row, strict=False)))))
        if leaf != bytes(row[-1]):
            self.changed.append(index)
        if self.whole:
            grow(self.peaks, index, bytes(row[-1]))
        self.expected += 1
        if self.whole and self.expected in self.signed:
            self._compare(self.expected)

    def _compare(self, size: int) -> None:
        if root_of_peaks(self.peaks) == self.signed[size]:
            self._agreed = size
            return
        self.findings.append(f"entries {self._agreed} to {size - 1} are not the ones that checkpoint {size} signed")


def _signed_roots(
    connection: Connection, check_note: Callable[[str], tuple[int, bytes]]
) -> tuple[dict[int, bytes], list[str]]:
    signed: dict[int, bytes] = {}
    findings = []
    for row in connection.execute(select(tables.audit_checkpoint).order_by(k.size)):
        try:
            size, root = check_note(row.note)
        except Tampered as error:
            findings.append(f"checkpoint {row.size}: {error.message}")
            continue
        signed[size] = root
        if size != row.size or root != bytes(row.root):
            findings.append(f"checkpoint {row.size} does not say what its signed note says")
    return signed, findings


def _all_entries(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Stream the log in order, by pages, so that memory does not grow with it."""
    columns = [e[name] for name in PUBLIC]
    after = -1
    while True:
        rows = connection.execute(
            select(*columns, e.salt, e.leaf).where(e.index > after).order_by(e.index).limit(PAGE)
        ).all()
        if not rows:
            return
        yield from (tuple(row) for row in rows)
        after = rows[-1][0]


def _wrong_leaves(connection: Connection) -> list[str]:
    """Compare the tree's level 0 with the entries' leaves."""
    rows = connection.execute(
        select(e.index)
        .join(tables.audit_node, (n.index == e.index) & (n.level == 0), isouter=True)
        .where((n.hash.is_(None)) | (n.hash != e.leaf))
        .limit(MOST_FINDINGS)
    )
    return [f"entry {row.index} and its leaf in the tree differ" for row in rows]


def grow(peaks: list[bytes], index: int, leaf: bytes) -> None:
    """Add leaf number `index` to the peaks, in place."""
    node = leaf
    while index % 2:
        node = node_hash(peaks.pop(), node)
        index //= 2
    peaks.append(node)


def _to_entry(row: AnyRow) -> AuditEntry:
    values = {name: getattr(row, name) for name in PUBLIC if name != "index"}
    return AuditEntry(**values | {"index": row._mapping["index"], "details": json.loads(row.details)})  # noqa: SLF001 - SQLAlchemy's way
