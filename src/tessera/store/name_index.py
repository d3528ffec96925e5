"""The index of names: written with each record, moved with its marking, erased with it; made anew from the records at any time."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from tessera.dictionary.names import NameTerms
from tessera.model.access import Permission
from tessera.resolution import name_romanising, name_sounds, name_words
from tessera.resolution.name_keys import KEY_BITS, stored_keys
from tessera.resolution.name_payloads import names_of
from tessera.resolution.name_reading import NameReader
from tessera.store import tables
from tessera.store.choosing import in_pieces
from tessera.store.events import Event
from tessera.store.transactions import Transaction

n, r = tables.name_key.c, tables.record.c
COLUMNS = ("key", "marking_id", "record_id")
AT_ONCE = 20_000


def write_keys(tx: Transaction, records: Iterable[tuple[int, int, str, int, str]]) -> None:
    """Index new records: (key of the record, of its kind, name of the kind, key of its marking, payload)."""
    known, reader = tx.dictionary.names.terms, tx.store.name_reader
    rows = [
        (key, marking_id, record_id)
        for record_id, kind_id, kind, marking_id, payload in records
        if kind in known
        for key in keys_of(reader, known[kind], kind_id, json.loads(payload))
    ]
    tx.dialect.insert(tx.connection, "name_key", COLUMNS, rows)


def keys_of(reader: NameReader, terms: NameTerms, kind_id: int, values: dict[str, Any]) -> set[int]:
    """Give the keys of all names of one record."""
    upper = kind_id << KEY_BITS
    return {upper | key for held in names_of(terms, values) for key in stored_keys(reader.read(held.text, terms.sort))}


def remark_keys(tx: Transaction, records: Sequence[int], marking_id: int) -> None:
    """Say that these records carry another marking."""
    for piece in in_pieces(records):
        tx.connection.execute(update(tables.name_key).where(n.record_id.in_(piece)).values(marking_id=marking_id))


def erase_keys(tx: Transaction, records: Sequence[int]) -> None:
    """Take records out."""
    for piece in in_pieces(records):
        tx.connection.execute(delete(tables.name_key).where(n.record_id.in_(piece)))


def erase_copies(tx: Transaction, records: Sequence[int]) -> None:
    """Take purged records out, and forget every name that was read: what a purge takes may be among them."""
    erase_keys(tx, records)
    tx.store.name_reader.forget()
    for module in (name_romanising, name_sounds, name_words):
        module.forget()


def index_again(tx: Transaction, *, after: int = 0) -> int | None:
    """Make the keys of the next records anew, from the one behind `after`; return where to go on, None at the end.

    Needed once for records older than the index, and when the packs know other words of names.
    """
    tx.require(Permission.SOURCE_MANAGE)
    kinds = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}
    named = [key for key, name in kinds.items() if name in tx.dictionary.names.terms]
    chosen = (
        select(r.id, r.kind_id, r.marking_id, r.payload)
        .where(r.id > after, r.kind_id.in_(named))
        .order_by(r.id)
        .limit(AT_ONCE)
    )
    rows = tx.connection.execute(chosen).all()
    tx.note(Event.NAMES_INDEXED, f"records:{len(rows)}", after=after)
    if not rows:
        return None
    erase_keys(tx, [row.id for row in rows])
    write_keys(tx, ((row.id, row.kind_id, kinds[row.kind_id], row.marking_id, row.payload) for row in rows))
    return int(rows[-1].id)


def is_behind(connection: Connection, kinds: Iterable[str]) -> bool:
    """Claim that there are records of these kinds, which have names, and that nothing at all is indexed."""
    s, k = tables.stock.c, tables.kind.c
    named = select(func.sum(s.records)).join(tables.kind, k.id == s.kind_id).where(k.name.in_(list(kinds)))
    return bool(connection.execute(named).scalar()) and not connection.execute(select(n.key).limit(1)).first()
