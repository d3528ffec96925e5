"""Which records somebody disputes: every reader of a record sees it, whatever else they may see."""

from collections.abc import Iterable

from sqlalchemy import select

from tessera.store import tables
from tessera.store.transactions import Transaction

q = tables.redress_record.c
AT_ONCE = 10_000


def disputed_among(tx: Transaction, threads: Iterable[bytes]) -> frozenset[bytes]:
    """Tell which of these things (threads of records) are disputed by a request that is not closed yet."""
    wanted = sorted(set(threads))
    found: set[bytes] = set()
    for start in range(0, len(wanted), AT_ONCE):
        chosen = q.thread.in_(wanted[start : start + AT_ONCE]) & q.lifted_at.is_(None)
        found.update(bytes(thread) for thread in tx.connection.execute(select(q.thread).where(chosen)).scalars())
    return frozenset(found)
