"""Witnesses of the audit log: who they are, and which checkpoints they cosigned."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from tessera.errors import Conflict, Invalid, NotFound
from tessera.model.access import Permission
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust.checkpoint import parse_checkpoint, split_note
from tessera.trust.witness import Cosignature, cosignatures, parse_witness_key, with_cosignatures

w, c, k = tables.witness.c, tables.cosignature.c, tables.audit_checkpoint.c
LONGEST_NAME = 200
AHEAD_SECONDS = 300
"""How far a witness's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Somebody outside who watches that the log only grows. `seen` is the size of the last tree cosigned."""

    name: str
    key: str
    since: int
    by: str
    ended_at: int | None
    seen: int | None = None
    seen_at: int | None = None


def register(tx: Transaction, key: str) -> Witness:
    """Rely on a witness from now on, by the key that it gave. A name is never given to another key."""
    tx.require(Permission.AUDIT_CHECKPOINT)
    parsed = parse_witness_key(key)
    if len(parsed.name) > LONGEST_NAME:
        raise Invalid("the witness's name is too long", advice=f"Use at most {LONGEST_NAME} characters.")
    if tx.connection.execute(select(w.name).where(w.name == parsed.name)).first():
        raise Conflict(f"there is a witness {parsed.name!r} already", advice="A new key needs a new name.")
    made = Witness(name=parsed.name, key=key.strip(), since=tx.at, by=tx.access.actor.account, ended_at=None)
    tx.connection.execute(insert(tables.witness).values(name=made.name, key=made.key, since=made.since, by=made.by))
    tx.note(Event.WITNESS_REGISTERED, f"witness:{made.name}", key=made.key)
    return made


def end(tx: Transaction, name: str) -> None:
    """Rely on a witness no longer. What it cosigned before stays."""
    tx.require(Permission.AUDIT_CHECKPOINT)
    changed = tx.connection.execute(
        update(tables.witness).where((w.name == name) & w.ended_at.is_(None)).values(ended_at=tx.at)
    )
    if not changed.rowcount:
        raise NotFound(f"no witness {name!r} is relied on", where="witness")
    tx.note(Event.WITNESS_ENDED, f"witness:{name}")


def listed(tx: Transaction) -> list[Witness]:
    """List the witnesses, with what each cosigned last. Their names and keys are made to be published."""
    tx.note(Event.WITNESS_LISTED)
    last = select(c.witness, func.max(c.size).label("size")).group_by(c.witness).subquery()
    rows = tx.connection.execute(
        select(tables.witness, c.size, c.at.label("seen_at"))
        .select_from(tables.witness)
        .join(last, last.c.witness == w.name, isouter=True)
        .join(tables.cosignature, (c.witness == w.name) & (c.size == last.c.size), isouter=True)
        .order_by(w.name)
    )
    return [_to_witness(row) for row in rows]


def accept(tx: Transaction, text: str) -> tuple[Cosignature, ...]:
    """Keep the valid cosignatures of registered witnesses from a cosigned checkpoint of ours; Tampered where one is wrong.

    The text is the checkpoint with its signature lines. Doing it twice harms nothing.
    """
    tx.require(Permission.AUDIT_CHECKPOINT)
    size = parse_checkpoint(text).size
    tx.note(Event.AUDIT_COSIGNED, f"checkpoint:{size}")
    ours = tx.connection.execute(select(k.note).where(k.size == size)).scalar_one_or_none()
    if ours is None or split_note(ours)[0] != split_note(text)[0]:
        raise Invalid(
            f"this is no checkpoint of {size} entries that this center signed",
            where="checkpoint",
            advice="If our signature is below it, keep it: it is evidence of a second log under our name.",
        )
    found = cosignatures(text, [parse_witness_key(key) for key in _relied_on(tx.connection)])
    if not found:
        raise Invalid(
            "no registered witness signed this", advice="Register its key first: tessera audit witnesses --add KEY"
        )
    for each in found:
        _keep(tx, size, each)
    return found


def short_of(tx: Transaction, required: int, *, limit: int = 20) -> list[tuple[int, int]]:
    """List the newest checkpoints with fewer cosignatures than required: (size, how many it has)."""
    tx.require(Permission.AUDIT_READ)
    counted = (
        select(k.size, func.count(c.witness).label("count"))
        .select_from(tables.audit_checkpoint)
        .join(tables.cosignature, c.size == k.size, isouter=True)
        .group_by(k.size)
    )
    query = counted.having(func.count(c.witness) < required).order_by(k.size.desc()).limit(limit)
    return [(row.size, int(row[1])) for row in tx.connection.execute(query)]


def note_with_cosignatures(connection: Connection, size: int) -> str:
    """Give the signed checkpoint of this size with all cosignatures below it."""
    note = connection.execute(select(k.note).where(k.size == size)).scalar_one()
    lines = connection.execute(select(c.line).where(c.size == size).order_by(c.received_at, c.witness)).scalars()
    return with_cosignatures(note, list(lines))


def _relied_on(connection: Connection) -> Sequence[str]:
    return connection.execute(select(w.key).where(w.ended_at.is_(None))).scalars().all()


def _keep(tx: Transaction, size: int, found: Cosignature) -> None:
    if found.at > tx.at // 1000 + AHEAD_SECONDS:
        raise Invalid(f"the cosignature of {found.witness} is from the future", advice="Compare both clocks.")
    here = (c.size == size) & (c.witness == found.witness)
    if tx.connection.execute(select(c.size).where(here)).first():
        return
    tx.connection.execute(
        insert(tables.cosignature).values(
            size=size, witness=found.witness, at=found.at * 1000, line=found.line,
            received_at=tx.at, by=tx.access.actor.account,
        )
    )  # fmt: skip


def _to_witness(row: AnyRow) -> Witness:
    return Witness(
        name=row.name,
        key=row.key,
        since=row.since,
        by=row.by,
        ended_at=row.ended_at,
        seen=row.size,
        seen_at=row.seen_at,
    )
