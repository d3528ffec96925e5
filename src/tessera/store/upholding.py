"""Corrections stand against the same old row: what a source delivers again is read as its owner has corrected it.

A correction of a term stands as long as the source repeats the value that was corrected. Any other value is news from the
source: it takes effect as delivered, and the correction of that term ends (docs/explanation/decisions/0026).
"""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pyarrow as pa
from sqlalchemy import select, update

from tessera.dictionary import Kind
from tessera.dictionary.values import instant_of, words_of, write_payload
from tessera.model.marking import FieldClass
from tessera.model.rows import Mapped
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.transactions import Transaction

c, r = tables.correction.c, tables.record.c


@dataclass(slots=True)
class _Standing:
    """One corrected term: the value that was delivered, the value that stands, and whose corrections say so."""

    delivered: object
    corrected: object
    corrections: list[int]


_Terms = dict[str, _Standing]


def uphold(tx: Transaction, mapped: Mapped) -> Mapped:
    """Write the corrected values over those that the source repeats. Costs one small query where nothing is corrected."""
    threads = set(tx.connection.execute(select(c.thread).where(c.ended_at.is_(None))).scalars())
    if not threads or not mapped.records.num_rows:
        return mapped
    known = {bytes(thread) for thread in threads}
    at = [n for n, thread in enumerate(mapped.records["thread"].to_pylist()) if bytes(thread) in known]
    return _upheld(tx, mapped, at) if at else mapped


def _upheld(tx: Transaction, mapped: Mapped, at: list[int]) -> Mapped:
    columns = {name: mapped.records[name].to_pylist() for name in mapped.records.column_names}
    standing: dict[bytes, _Terms] = {}
    changed = False
    for n in at:
        thread = bytes(columns["thread"][n])
        terms = standing.setdefault(thread, standing_of(tx, thread))
        kind = tx.dictionary.kinds[columns["kind"][n]]
        changed |= _correct_row(tx, columns, n, kind, terms)
    if not changed:
        return mapped
    schema = mapped.records.schema
    return replace(mapped, records=pa.Table.from_pydict(columns, schema=schema))


def _correct_row(tx: Transaction, columns: dict[str, list[Any]], n: int, kind: Kind, terms: _Terms) -> bool:
    values = json.loads(columns["payload"][n])
    for name, one in list(terms.items()):
        if values.get(name) == one.delivered:
            values[name] = one.corrected
        else:
            end(tx, one.corrections, name)
            del terms[name]
    if not terms:
        return False
    columns["payload"][n] = write_payload(kind, values)
    words = words_of(tx.dictionary, kind, values)
    for field_class in FieldClass:
        columns[f"text_{field_class.value}"][n] = words.get(field_class) or None
    if kind.event_time in terms:
        columns["event_time"][n] = instant_of(values.get(kind.event_time))
    return True


def standing_of(tx: Transaction, thread: bytes) -> _Terms:
    """Find the corrected terms of a thread that stand, each with the value as delivered before its first correction."""
    rows = tx.connection.execute(
        select(c.id, c.standing, c.delivered_id, c.record_id)
        .where(c.thread == thread, c.ended_at.is_(None))
        .order_by(c.id)
    ).all()
    keys = {key for row in rows for key in (row.delivered_id, row.record_id)}
    found = tx.connection.execute(select(r.id, r.payload).where(r.id.in_(keys)))
    payloads: dict[int, dict[str, object]] = {row.id: json.loads(row.payload) for row in found}
    terms: _Terms = {}
    for row in rows:
        before, after = payloads.get(row.delivered_id), payloads.get(row.record_id)
        for name in json.loads(row.standing):
            if before is None or after is None:  # purged: what it said is gone, and so is the correction
                end(tx, [row.id], name)
            elif name in terms:
                terms[name].corrected = after.get(name)
                terms[name].corrections.append(row.id)
            else:
                terms[name] = _Standing(before.get(name), after.get(name), [row.id])
    return terms


def end(tx: Transaction, corrections: list[int], term: str) -> None:
    """Say that these corrections hold for this term no longer."""
    rows = tx.connection.execute(select(c.id, c.uid, c.standing).where(c.id.in_(corrections))).all()
    for row in rows:
        left = [name for name in json.loads(row.standing) if name != term]
        values = {"standing": json.dumps(left), "ended_at": None if left else tx.at}
        tx.connection.execute(update(tables.correction).where(c.id == row.id).values(**values))
        tx.note(Event.CORRECTION_ENDED, f"correction:{UUID(bytes=bytes(row.uid))}", term=term)
