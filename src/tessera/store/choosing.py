"""Which records a review, a hold or a purge is about: named, of a delivery, of a subject, or overdue.

What is chosen may be hidden from who chooses: a privacy officer seals and purges what nobody may read. Who may not approve
purges can name only what they may read.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true

from tessera.errors import Invalid, NotFound
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.model.purge import Chosen, PurgeBy
from tessera.store import tables
from tessera.store.filed import with_filed
from tessera.store.scope import covers
from tessera.store.transactions import Transaction
from tessera.trust.retention import may_purge, purge_falls_due

r, d, q = tables.record.c, tables.delivery.c, tables.quarantine.c
AT_ONCE = 5_000
THREAD_BYTES = 16


def keys_of(tx: Transaction, chosen: Chosen) -> list[int]:
    """Give the keys of the chosen records, ascending. Raises NotFound where a name names nothing."""
    match chosen.by:
        case PurgeBy.DELIVERY:
            found = _of_deliveries(tx, chosen.names)
        case PurgeBy.OVERDUE:
            found = _overdue(tx, int(chosen.names[0]))
        case PurgeBy.SUBJECT:
            found = _of_subjects(tx, _named(tx, chosen.names))
        case PurgeBy.QUARANTINED:
            found = _made_of(tx, rows_of(tx, chosen))
        case _:
            found = _named(tx, chosen.names)
    found |= with_filed(tx, found)
    if chosen.whole_rows:
        found |= _of_same_rows(tx, found)
    return sorted(found)


def rows_of(tx: Transaction, chosen: Chosen) -> dict[int, frozenset[int]]:
    """Give the chosen rows that need no record to be chosen, by delivery: rows in quarantine."""
    if chosen.by is PurgeBy.DELIVERY:
        where: ColumnElement[bool] = q.delivery_id.in_(
            select(d.id).where(d.uid.in_(_uids(chosen.names)), *_may_name(tx, d.marking_id))
        )
    elif chosen.by is PurgeBy.QUARANTINED:
        where = q.uid.in_(_uids(chosen.names)) & and_(true(), *_may_name(tx, q.marking_id))
    else:
        return {}
    found: dict[int, set[int]] = {}
    for row in tx.connection.execute(select(q.delivery_id, q.row).where(where).distinct()):
        found.setdefault(row.delivery_id, set()).add(row.row)
    return {delivery: frozenset(rows) for delivery, rows in found.items()}


def _made_of(tx: Transaction, rows: dict[int, frozenset[int]]) -> set[int]:
    if not rows:
        raise NotFound("no such row in quarantine", advice="List them with: tessera quarantine list")
    found = or_(*(and_(r.delivery_id == delivery, r.row.in_(numbers)) for delivery, numbers in rows.items()))
    return set(tx.connection.execute(select(r.id).where(found)).scalars())


def in_pieces(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """Split many keys into lists that a statement can take."""
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _may_name(tx: Transaction, marking_id: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    if tx.store.policy.may(tx.access, Permission.PURGE_APPROVE, today=tx.today):
        return ()
    return (covers(marking_id, tx.scope.visible),)


def _uids(names: Iterable[str]) -> list[bytes]:
    found = [(name, parse_id(name)) for name in names]
    wrong = [name for name, uid in found if uid is None]
    if wrong or not found:
        raise Invalid(f"no identifier: {', '.join(wrong)[:80] or 'nothing is named'}", advice="Copy it from the page.")
    return [uid.bytes for _, uid in found if uid is not None]


def _named(tx: Transaction, names: Sequence[str]) -> set[int]:
    wanted = _uids(names)
    rows = tx.connection.execute(select(r.id, r.uid).where(r.uid.in_(wanted), *_may_name(tx, r.marking_id))).all()
    missing = set(wanted) - {bytes(row.uid) for row in rows}
    if missing:
        raise NotFound("no such record", where=str(UUID(bytes=min(missing))), advice="It may have been purged.")
    return {row.id for row in rows}


def _of_deliveries(tx: Transaction, names: Sequence[str]) -> set[int]:
    wanted = _uids(names)
    rows = tx.connection.execute(select(d.id, d.uid).where(d.uid.in_(wanted), *_may_name(tx, d.marking_id))).all()
    missing = set(wanted) - {bytes(row.uid) for row in rows}
    if missing:
        raise NotFound("no such delivery", where=str(UUID(bytes=min(missing))))
    keys = select(r.id).where(r.delivery_id.in_([row.id for row in rows]))
    return set(tx.connection.execute(keys).scalars())


def _of_subjects(tx: Transaction, keys: set[int]) -> set[int]:
    """Add all versions of the same things, and what the source knows by the same key under other kinds."""
    rows = tx.connection.execute(
        select(r.thread, r.source_key, tables.source.c.name)
        .join(tables.source, tables.source.c.id == r.source_id)
        .where(r.id.in_(keys))
        .distinct()
    ).all()
    kinds = [*tx.dictionary.kinds, *tx.connection.execute(select(tables.kind.c.name)).scalars()]
    threads = {bytes(row.thread) for row in rows}
    threads |= {thread_of(row.name, kind, row.source_key) for row in rows for kind in kinds}
    return set(tx.connection.execute(select(r.id).where(r.thread.in_(threads))).scalars())


def thread_of(source: str, kind: str, source_key: str) -> bytes:
    """Name a thing at its source as integration names it."""
    return hashlib.sha256(f"{source}\x1f{kind}\x1f{source_key}".encode()).digest()[:THREAD_BYTES]


def _overdue(tx: Transaction, after_days: int) -> set[int]:
    """What the rule itself asks to purge; a row that also made a held record waits whole."""
    markings = tx.store.markings(tx)
    due = [key for key, m in markings.items() if purge_falls_due(m, today=tx.today, after_days=after_days)]
    keys = sorted(tx.connection.execute(select(r.id).where(r.marking_id.in_(due))).scalars()) if due else []
    return set(keys) - held_among(tx, keys)


def held_among(tx: Transaction, keys: Sequence[int]) -> set[int]:
    """Give those of the records that are under legal hold, or were made of a row that made a held record."""
    held = [key for key, marking in tx.store.markings(tx).items() if not may_purge(marking)]
    if not held or not keys:
        return set()
    rows = tx.connection.execute(select(r.delivery_id, r.row).where(r.marking_id.in_(held)).distinct()).all()
    kept = {(row.delivery_id, row.row) for row in rows}
    return {
        row.id
        for piece in in_pieces(keys)
        for row in tx.connection.execute(select(r.id, r.delivery_id, r.row).where(r.id.in_(piece)))
        if (row.delivery_id, row.row) in kept
    }


def _of_same_rows(tx: Transaction, keys: Iterable[int]) -> set[int]:
    return {key for key, _ in beside(tx, sorted(keys))} | set(keys)


def beside(tx: Transaction, keys: Sequence[int]) -> list[tuple[int, int]]:
    """Give the other records that were made of the same rows: (key, marking)."""
    other = tables.record.alias("other").c
    found: set[tuple[int, int]] = set()
    for piece in in_pieces(keys):
        rows = tx.connection.execute(
            select(other.id, other.marking_id).where(
                other.delivery_id == r.delivery_id, other.row == r.row, r.id.in_(piece)
            )
        )
        found |= {(row.id, row.marking_id) for row in rows}
    own = set(keys)
    return sorted(pair for pair in found if pair[0] not in own)


def markings_of(tx: Transaction, keys: Sequence[int]) -> dict[int, Marking]:
    """Give the distinct markings of these records."""
    known = tx.store.markings(tx)
    found = {
        key
        for piece in in_pieces(keys)
        for key in tx.connection.execute(select(r.marking_id).where(r.id.in_(piece)).distinct()).scalars()
    }
    return {key: known[key] for key in sorted(found)}
