"""What is entered by form: a delivery of its own, its records, links and words, in the transaction of who enters it.

The bytes were kept before; they are the evidence, and a purge erases them like those of any other delivery. The gate before
protected activity looks at what was entered as it looks at what arrives.
"""

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa
from sqlalchemy import select, update

from tessera.dictionary.values import instant_of, words_of, write_payload
from tessera.errors import Conflict
from tessera.model.delivery import DeliveryState, Via
from tessera.model.entry import Entry, KeptBytes, Thing
from tessera.model.marking import FieldClass, Marking
from tessera.model.rows import FAULT_SCHEMA, LINK_SCHEMA, PROFILE_SCHEMA, RECORD_SCHEMA, Mapped, TableFormat, TablePart
from tessera.model.source import HoldingSort
from tessera.store import deliveries, intake, parties, tables
from tessera.store.choosing import thread_of
from tessera.store.intake import NewBatch
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

d, s, h = tables.delivery.c, tables.source.c, tables.holding.c


def sources_for(tx: Transaction, sort: HoldingSort) -> list[AnyRow]:
    """List the sources of the own agency that take forms for holdings of this sort: name and label. The caller notes."""
    of_sort = select(s.name, s.label, s.holding).join(tables.holding, h.name == s.holding)
    own = of_sort.where(h.sort == sort.value, s.mapping == "", s.agency == tx.access.actor.agency)
    return list(tx.connection.execute(own.order_by(s.name)).all())


def enter(tx: Transaction, entry: Entry, kept: KeptBytes, source: str, markings: Sequence[Marking]) -> dict[str, bytes]:
    """Write an entry under these markings, by variant; return the thread of each thing by its key."""
    delivery = deliveries.enter(
        tx, source=source, filename=entry.filename, sha256=kept.sha256, size=kept.size, via=Via.FORM
    )
    if delivery.state is DeliveryState.WAITING:
        raise Conflict(delivery.reason, where=f"source {source}", advice="Nothing is kept until it is in force.")
    source_id, _, _ = parties.read_source(tx, source)
    key = deliveries.key_of(tx, delivery.uid)
    keys = [tx.store.marking_id(tx, marking) for marking in markings]
    tx.connection.execute(update(tables.delivery).where(d.id == key).values(marking_id=keys[0]))
    columns = entry.columns
    part = TablePart(path="", format=TableFormat.NDJSON, columns=tuple(columns), options={"encoding": "utf-8"})
    classes = {name: field_class.value for name, field_class in columns.items() if name != "entry"}
    intake.enter_part(tx, key, number=0, first_row=0, part=part, column_classes=classes | {"entry": "open"})
    mapped = _mapped(tx, entry, source)
    batch = NewBatch(
        delivery_id=key,
        source_id=source_id,
        number=0,
        first_row=0,
        mapped=mapped,
        cells=[None] * mapped.records.num_rows,
        markings=keys,
    )
    intake.add_batch(tx, batch)
    deliveries.finish(tx, delivery.uid)
    return {thing.key: thread_of(source, thing.kind, thing.key) for thing in entry.things}


def remark_deliveries(tx: Transaction, threads: Sequence[bytes], marking_id: int) -> None:
    """Mark the deliveries of these things as a whole, as far as they still have records."""
    r = tables.record.c
    of = select(r.delivery_id).where(r.thread.in_(threads))
    tx.connection.execute(update(tables.delivery).where(d.id.in_(of)).values(marking_id=marking_id))


def _mapped(tx: Transaction, entry: Entry, source: str) -> Mapped:
    links = [
        {
            "row": tie.row,
            "type": tie.type,
            "role": tie.role,
            "from_thread": thread_of(source, *tie.start),
            "to_thread": thread_of(source, *tie.end),
            "marking": tie.variant,
        }
        for tie in entry.ties
    ]
    return Mapped(
        records=pa.Table.from_pylist([_record(tx, thing, source) for thing in entry.things], RECORD_SCHEMA),
        links=pa.Table.from_pylist(links, LINK_SCHEMA),
        faults=FAULT_SCHEMA.empty_table(),
        profile=PROFILE_SCHEMA.empty_table(),
        rows=len({thing.row for thing in entry.things}),
    )


def _record(tx: Transaction, thing: Thing, source: str) -> dict[str, object]:
    kind = tx.dictionary.kinds[thing.kind]
    words = words_of(tx.dictionary, kind, thing.values)
    when = thing.values.get(kind.event_time)
    return {
        "row": thing.row,
        "kind": thing.kind,
        "thread": thread_of(source, thing.kind, thing.key),
        "source_key": thing.key,
        "payload": write_payload(kind, thing.values),
        "event_time": instant_of(when if isinstance(when, str) else None),
        "marking": thing.variant,
        **{f"text_{field_class.value}": words.get(field_class) or None for field_class in FieldClass},
    }


def payloads(tx: Transaction, threads: Sequence[bytes]) -> dict[bytes, AnyRow]:
    """Give what is known now of these things, whoever asks: id, uid, payload, marking. For rules, never for eyes."""
    r, k = tables.record.c, tables.kind.c
    rows = tx.connection.execute(
        select(r.id, r.uid, r.thread, r.payload, r.marking_id, r.kind_id, r.delivery_id, r.row, k.name.label("kind"))
        .join(tables.kind, k.id == r.kind_id)
        .where(r.thread.in_(threads), r.known_to.is_(None))
    )
    return {bytes(row.thread): row for row in rows}


def values_of(row: AnyRow) -> Mapping[str, object]:
    """Read the payload of a row."""
    found: Mapping[str, object] = json.loads(row.payload)
    return found
