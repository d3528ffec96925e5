"""Proofs and tiles from the stored nodes of the audit tree. Hashes only: they say nothing about what is in an entry."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, tuple_

from tessera.errors import Invalid, NotFound, Tampered
from tessera.model.access import Permission
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.transactions import Store, Transaction
from tessera.store.witnesses import note_with_cosignatures
from tessera.trust.audit import (
    complete_subtrees,
    consistency_spans,
    inclusion_spans,
    root_of_subtrees,
)
from tessera.trust.proof import Proof
from tessera.trust.tiles import HEIGHT, WIDTH, Tile

n, k = tables.audit_node.c, tables.audit_checkpoint.c
Span = tuple[int, int]


def inclusion(tx: Transaction, index: int, size: int | None = None) -> Proof:
    """Prove that the entry at `index` is in the tree that the checkpoint of this size signed; the newest by default."""
    tx.require(Permission.AUDIT_READ)
    row = _checkpoint(tx.connection, size)
    tx.note(Event.AUDIT_READ, f"entry:{index}", proof="inclusion", size=row[0])
    if not 0 <= index < row[0]:
        raise NotFound(f"checkpoint {row[0]} covers no entry {index}", advice="Have the log signed, then ask again.")
    hashes = _roots(tx.connection, inclusion_spans(index, row[0]))
    return Proof(index=index, hashes=tuple(hashes), note=row[1])


def consistency(tx: Transaction, old_size: int, size: int | None = None) -> tuple[bytes, ...]:
    """Prove that the log of `old_size` entries only grew to the checkpoint of this size; the newest by default."""
    tx.require(Permission.AUDIT_READ)
    new_size, _ = _checkpoint(tx.connection, size)
    tx.note(Event.AUDIT_READ, f"checkpoint:{new_size}", proof="consistency", old_size=old_size)
    if not 0 < old_size <= new_size:
        raise Invalid(f"the log did not grow from {old_size} to {new_size} entries", advice="Swap the sizes.")
    return tuple(_roots(tx.connection, consistency_spans(old_size, new_size)))


def root_at(store: Store, size: int) -> bytes | None:
    """Give the root of the log's first `size` entries from its stored nodes; None where there are fewer."""
    with store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=False)
        try:
            return _roots(connection, [(0, size)])[0]
        except Tampered:
            return None


def public_checkpoint(store: Store) -> str:
    """Give the newest signed checkpoint with its cosignatures, for everybody; "" where none is signed yet."""
    with store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=False)
        size = connection.execute(select(k.size).order_by(k.size.desc()).limit(1)).scalar_one_or_none()
        return "" if size is None else note_with_cosignatures(connection, size)


def public_tile(store: Store, tile: Tile) -> bytes | None:
    """Give the hashes of a tile that a signed checkpoint covers, for everybody; None where none does.

    A partial tile is given where some checkpoint was signed whose tree has just that one, and no other.
    """
    with store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=False)
        if tile.end_index > 1 << 62 or not _is_signed(connection, tile):
            return None
        level = HEIGHT * tile.level
        query = select(n.hash).where((n.level == level) & n.index.between(tile.nodes.start, tile.nodes.stop - 1))
        found = [bytes(row) for row in connection.execute(query.order_by(n.index)).scalars()]
        return b"".join(found) if len(found) == tile.width else None


def _is_signed(connection: Connection, tile: Tile) -> bool:
    sizes = select(k.size).where(k.size >= tile.end_index).limit(1)
    if tile.width < WIDTH:
        sizes = sizes.where(k.size < tile.end_index + (1 << (HEIGHT * tile.level)))
    return connection.execute(sizes).first() is not None


def _checkpoint(connection: Connection, size: int | None) -> tuple[int, str]:
    query = select(k.size).order_by(k.size.desc()).limit(1)
    found = connection.execute(query if size is None else query.where(k.size == size)).scalar_one_or_none()
    if found is None:
        which = "no checkpoint" if size is None else f"no checkpoint of {size} entries"
        raise NotFound(f"{which} has been signed", advice="Have the log signed: tessera audit checkpoint")
    return int(found), note_with_cosignatures(connection, found)


def _roots(connection: Connection, spans: Sequence[Span]) -> list[bytes]:
    """Read the roots over spans of leaves from the stored nodes, all in one query."""
    wanted = [complete_subtrees(*span) for span in spans]
    flat = [place for places in wanted for place in places]
    rows = connection.execute(select(n.level, n.index, n.hash).where(tuple_(n.level, n.index).in_(flat or [(-1, -1)])))
    known = {(level, index): bytes(found) for level, index, found in rows}
    missing = [place for place in flat if place not in known]
    if missing:
        level, index = missing[0]
        message = f"node {index} at level {level} of the tree is missing"
        raise Tampered(message, where="audit", advice="Verify the whole log: tessera audit verify")
    return [root_of_subtrees([known[place] for place in places]) for places in wanted]
