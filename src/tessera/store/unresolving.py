"""What a purge does to resolution: the prepared record, its keys and its weights go; a judgement keeps only who and when.

An entity is worked out at reading, so what the record joined falls apart by itself.
"""

import json
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import or_, select, update

from tessera.store import tables
from tessera.store.choosing import in_pieces
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

r, n, p, b, j = tables.record.c, tables.node.c, tables.pair.c, tables.block_key.c, tables.judgement.c


def empty_judgements(tx: Transaction, keys: Sequence[int], gone: Collection[bytes]) -> None:
    """Empty what people said about these records. `gone`: things of which nothing stays; they are not named any more."""
    empty = {"reason": "", "weights": "{}", "purged_at": tx.at}
    touched = sorted(_threads(tx, keys))
    for piece in _pieces(touched):
        about = or_(j.left_thread.in_(piece), j.right_thread.in_(piece))
        tx.connection.execute(update(tables.judgement).where(about).values(**empty))
    for piece in _pieces(sorted(gone)):
        about = or_(j.left_thread.in_(piece), j.right_thread.in_(piece))
        tx.connection.execute(update(tables.judgement).where(about).values(left_thread=None, right_thread=None))


def erase_pairs(tx: Transaction, keys: Sequence[int]) -> None:
    """Erase the weights of the records, and those that older versions of the same things had."""
    for row in _nodes(tx, keys):
        of_node = or_(p.left_id == row.id, p.right_id == row.id)
        where = of_node if row.record_id in set(keys) else of_node & p.known_to.is_not(None)
        tx.connection.execute(tables.pair.delete().where(where))


def erase_keys(tx: Transaction, keys: Sequence[int]) -> None:
    """Erase the blocking keys of the records."""
    wanted = set(keys)
    for row in _nodes(tx, keys):
        if row.record_id in wanted:
            for key, lane in json.loads(row.block_keys):
                this = (b.key == key) & (b.lane == lane) & (b.node_id == row.id)
                tx.connection.execute(tables.block_key.delete().where(this))


def erase_nodes(tx: Transaction, keys: Sequence[int]) -> None:
    """Erase the records as they were made ready to be compared."""
    for piece in in_pieces(keys):
        tx.connection.execute(tables.node.delete().where(n.record_id.in_(piece)))


def _threads(tx: Transaction, keys: Sequence[int]) -> set[bytes]:
    return {
        bytes(thread)
        for piece in in_pieces(keys)
        for thread in tx.connection.execute(select(r.thread).where(r.id.in_(piece)).distinct()).scalars()
    }


def _nodes(tx: Transaction, keys: Sequence[int]) -> Iterator[AnyRow]:
    for piece in _pieces(sorted(_threads(tx, keys))):
        yield from tx.connection.execute(select(n.id, n.record_id, n.block_keys).where(n.thread.in_(piece))).all()


def _pieces(threads: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return in_pieces(threads)  # type: ignore[arg-type,return-value]
