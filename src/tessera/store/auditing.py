"""Reading, signing and purging the audit log. `verifying` checks it, `proofs` proves it, `witnesses` has it watched."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from tessera.errors import Invalid, NotFound
from tessera.model.access import Permission
from tessera.store import tables
from tessera.store.audit import COLUMNS, FORM, leaf_text, read_head
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.verifying import Verification, verify
from tessera.store.witnesses import note_with_cosignatures
from tessera.trust.audit import node_hash, root_of_subtrees

e, k = tables.audit_entry.c, tables.audit_checkpoint.c
__all__ = ["Verification", "verify"]  # callers of this module check the log, too

PAGE = 20_000
PUBLIC = COLUMNS[FORM]
MOST_PURGED = 10_000
"""Entries that one purge may name; a longer one is made in parts."""
_PLAIN_SUBJECT = re.compile(r"[a-z-]+:([0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.ASCII)


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
    via: str = ""
    address: str = ""
    purged_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCheckpoint:
    """A signed statement of the log's size and root."""

    size: int
    root: bytes
    note: str
    at: int
    cosigned: int = 0
    """How many witnesses signed it too; their lines are in `note`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One entry as others can check it: SHA-256(0, HMAC-SHA256(salt, text)) is `leaf`. A purged one has only that."""

    index: int
    leaf: bytes
    salt: bytes
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """How far the log is, and when it was last written, signed and verified (milliseconds; None: never)."""

    size: int
    signed_size: int
    written_at: int | None
    signed_at: int | None
    cosigned: int
    verified_at: int | None
    verified_findings: int


def entries(
    tx: Transaction,
    *,
    event: str = "",
    account: str = "",
    subject: str = "",
    since: int | None = None,
    until: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """List entries, newest first; `before` continues behind an index already seen.

    `since` and `until` are instants in milliseconds; an entry at `until` itself is left out.
    """
    tx.require(Permission.AUDIT_READ)
    query = select(tables.audit_entry).order_by(e.index.desc()).limit(limit)
    for column, value in ((e.event, event), (e.account, account), (e.subject, subject)):
        if value:
            query = query.where(column == value)
    if since is not None:
        query = query.where(e.at >= since)
    if until is not None:
        query = query.where(e.at < until)
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
    return _to_checkpoint(tx, row)


def sign(tx: Transaction, signer: Callable[[int, bytes], str]) -> AuditCheckpoint:
    """Sign the log as it stands before this transaction; `signer` turns size and root into a signed note."""
    tx.require(Permission.AUDIT_CHECKPOINT)
    size, peaks = read_head(tx.connection)
    root = root_of_subtrees(peaks)
    tx.note(Event.AUDIT_SIGNED, f"checkpoint:{size}")
    found = tx.connection.execute(select(tables.audit_checkpoint).where(k.size == size)).one_or_none()
    if found is not None:
        return _to_checkpoint(tx, found)
    made = AuditCheckpoint(size=size, root=root, note=signer(size, root), at=tx.at)
    tx.connection.execute(insert(tables.audit_checkpoint).values(size=size, root=root, note=made.note, at=made.at))
    return made


def note_verification(tx: Transaction, found: Verification) -> None:
    """Put down that the whole log was verified, and what was found. Anybody may verify it."""
    tx.note(Event.AUDIT_VERIFIED, f"log:{found.size}", findings=len(found.findings), purged=found.purged)


def heartbeat(tx: Transaction) -> Heartbeat:
    """Say how far the log is, and when it was last written, signed and verified."""
    tx.require(Permission.AUDIT_CHECKPOINT)
    tx.note(Event.AUDIT_READ, "heartbeat")
    size, _ = read_head(tx.connection)
    checkpoint = tx.connection.execute(select(k.size, k.at).order_by(k.size.desc()).limit(1)).one_or_none()
    verified = tx.connection.execute(
        select(e.at, e.details).where(e.event == Event.AUDIT_VERIFIED.value).order_by(e.index.desc()).limit(1)
    ).one_or_none()
    return Heartbeat(
        size=size,
        signed_size=checkpoint.size if checkpoint else 0,
        written_at=tx.connection.execute(select(e.at).where(e.index == size - 1)).scalar_one_or_none(),
        signed_at=checkpoint.at if checkpoint else None,
        cosigned=_cosigned(tx, checkpoint.size) if checkpoint else 0,
        verified_at=verified.at if verified else None,
        verified_findings=json.loads(verified.details)["findings"] if verified and verified.details else 0,
    )


def export(tx: Transaction, size: int, *, hashes_only: bool) -> Iterator[Leaf]:
    """Give the first `size` entries as others can check them, in order; with `hashes_only`, nothing that says what they are.

    Hashes are for everybody who may have the log signed; what entries say, for who may read the log.
    """
    tx.require(Permission.AUDIT_CHECKPOINT if hashes_only else Permission.AUDIT_READ)
    tx.note(Event.AUDIT_EXPORTED, f"checkpoint:{size}", hashes_only=hashes_only)
    columns = [e.index, e.leaf] if hashes_only else list(tables.audit_entry.c)
    for start in range(0, size, PAGE):
        end = min(start + PAGE, size) - 1
        for row in tx.connection.execute(select(*columns).where(e.index.between(start, end)).order_by(e.index)):
            yield _to_leaf(row, with_text=not hashes_only)


def witness_keys(tx: Transaction) -> list[str]:
    """Give the keys of all witnesses there ever were, with which their cosignatures are checked."""
    tx.note(Event.WITNESS_LISTED)
    return list(tx.connection.execute(select(tables.witness.c.key).order_by(tables.witness.c.name)).scalars())


def purge_details(tx: Transaction, indexes: Iterable[int], reason: str) -> int:
    """Remove what these entries say, for good: details, salt, need to know, and a subject that is no plain identifier.

    Index, instant, event, who and the leaf stay, so the tree still verifies; without the salt nobody can find out by trying
    what an entry said. The purge's own entry names them, cannot be purged itself, and is how `verify` tells a purge from
    an erasure that nobody answers for. Returns how many were purged; those that are already, are passed over.
    """
    tx.require(Permission.PURGE_APPROVE)
    wanted = sorted(set(indexes))
    if not wanted or len(wanted) > MOST_PURGED or not reason.strip():
        raise Invalid(
            "a purge names entries and says why", advice=f"Name 1 to {MOST_PURGED:,} entries and give the reason."
        )
    rows = tx.connection.execute(select(e.index, e.event, e.subject, e.purged_at).where(e.index.in_(wanted))).all()
    if len(rows) < len(wanted):
        raise NotFound("the log has no such entry", where="audit")
    if any(row.event == Event.AUDIT_PURGED.value for row in rows):
        raise Invalid("what a purge says of itself cannot be purged", advice="Leave that entry out.")
    now = [row for row in rows if row.purged_at is None]
    for row in now:
        subject = row.subject if _PLAIN_SUBJECT.fullmatch(row.subject) else ""
        tx.connection.execute(
            update(tables.audit_entry)
            .where(e.index == row._mapping["index"])  # noqa: SLF001 - SQLAlchemy's way
            .values(details="", salt=b"", need_to_know="", subject=subject, purged_at=tx.at)
        )
    tx.note(Event.AUDIT_PURGED, entries=_ranges(row[0] for row in now), reason=reason.strip())
    return len(now)


def checkpoint_count(tx: Transaction) -> int:
    """Count the signed checkpoints."""
    tx.require(Permission.AUDIT_READ)
    return int(tx.connection.execute(select(func.count()).select_from(tables.audit_checkpoint)).scalar_one())


def _ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Write numbers as ranges, each with its first and last."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def grow(peaks: list[bytes], index: int, leaf: bytes) -> None:
    """Add leaf number `index` to the peaks, in place."""
    node = leaf
    while index % 2:
        node = node_hash(peaks.pop(), node)
        index //= 2
    peaks.append(node)


def _to_checkpoint(tx: Transaction, row: AnyRow) -> AuditCheckpoint:
    note = note_with_cosignatures(tx.connection, row.size)
    return AuditCheckpoint(size=row.size, root=bytes(row.root), note=note, at=row.at, cosigned=_cosigned(tx, row.size))


def _cosigned(tx: Transaction, size: int) -> int:
    counted = select(func.count()).select_from(tables.cosignature).where(tables.cosignature.c.size == size)
    return int(tx.connection.execute(counted).scalar_one())


def _to_leaf(row: AnyRow, *, with_text: bool) -> Leaf:
    index, leaf = row._mapping["index"], bytes(row.leaf)  # noqa: SLF001 - SQLAlchemy's way
    if not with_text or row.purged_at is not None:
        return Leaf(index=index, leaf=leaf, salt=b"", text="")
    text = leaf_text({name: row._mapping[name] for name in COLUMNS[row.form]})  # noqa: SLF001 - as above
    return Leaf(index=index, leaf=leaf, salt=bytes(row.salt), text=text.decode())


def _to_entry(row: AnyRow) -> AuditEntry:
    values = {name: getattr(row, name) for name in PUBLIC if name not in {"index", "form"}}
    details = json.loads(row.details) if row.details else {}
    return AuditEntry(
        **values | {"index": row._mapping["index"], "details": details, "purged_at": row.purged_at}  # noqa: SLF001 - SQLAlchemy's way
    )
