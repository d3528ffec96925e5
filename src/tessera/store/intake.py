"""Bulk writing: one batch of integrated rows becomes records, links, words, places and quarantine in one transaction.

A batch is written once: its marker row makes a second try, after a crash, do nothing. Rows are columnar until the last
moment. Nothing is dropped: rows_in == rows_recorded + rows_quarantined + rows_duplicate.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import pyarrow as pa
from sqlalchemy import func, insert, select

from tessera.ids import new_ids
from tessera.model.delivery import QuarantineState
from tessera.model.rows import Mapped, RejectedRow, TablePart
from tessera.store import rowcounts, tables
from tessera.store.dialects import TEXT_CLASSES
from tessera.store.events import Event
from tessera.store.flags import hold_batch
from tessera.store.name_index import write_keys
from tessera.store.remarking import count_stock
from tessera.store.rowcounts import markings_by_row
from tessera.store.transactions import Transaction
from tessera.store.upholding import uphold
from tessera.store.words import marking_word

RECORD_COLUMNS = (
    "id",
    "uid",
    "thread",
    "kind_id",
    "source_id",
    "delivery_id",
    "row",
    "source_key",
    "payload",
    "event_time",
    "latitude",
    "longitude",
    "cell",
    "marking_id",
    "known_from",
    "known_to",
    "locator",
)
LINK_COLUMNS = ("type", "role", "from_thread", "to_thread", "delivery_id", "row", "marking_id", "known_from")
QUARANTINE_COLUMNS = (
    "uid", "delivery_id", "marking_id", "row", "column", "term", "reason", "value", "raw", "state", "at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """One batch of a delivery, ready to be written.

    `first_row` is how many rows stood before this part, so that `first_row + row` counts through the whole delivery.
    `cells` has one H3 cell or None per record. `markings` gives the marking's key for each marking variant.
    """

    delivery_id: int
    source_id: int
    number: int
    first_row: int
    mapped: Mapped
    cells: Sequence[int | None]
    markings: Sequence[int]
    rejected: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCounts:
    """What became of the rows of a batch."""

    rows_in: int
    rows_recorded: int
    rows_quarantined: int
    rows_duplicate: int
    records: int
    links: int


def enter_part(tx: Transaction, delivery_id: int, *, number: int, first_row: int, part: TablePart,
               column_classes: dict[str, str]) -> None:  # fmt: skip
    """Note a table found inside a delivery. `column_classes` says what each column tells about people, for masking."""
    p = tables.delivery_part.c
    known = select(p.number).where(p.delivery_id == delivery_id, p.number == number)
    if tx.connection.execute(known).first() is None:
        tx.note(Event.DELIVERY_STARTED, f"delivery-part:{delivery_id}/{number}", columns=len(part.columns))
        tx.connection.execute(
            insert(tables.delivery_part).values(
                delivery_id=delivery_id,
                number=number,
                first_row=first_row,
                path=part.path,
                format=part.format.value,
                columns=json.dumps(part.columns),
                column_classes=json.dumps(column_classes),
                options=json.dumps(part.options),
            )
        )


def stored_batch(tx: Transaction, delivery_id: int, number: int) -> BatchCounts | None:
    """Return the counts of a batch that was committed before, so that it is not written twice."""
    b = tables.batch.c
    row = tx.connection.execute(
        select(tables.batch).where(b.delivery_id == delivery_id, b.number == number)
    ).one_or_none()
    return None if row is None else BatchCounts(**{name: getattr(row, name) for name in BatchCounts.__slots__})


def next_batch(tx: Transaction, delivery_id: int) -> int:
    """Give the number of the first batch that is not stored: they are stored in order, and a replayed row has the number -1."""
    b = tables.batch.c
    last = tx.connection.execute(select(func.max(b.number)).where(b.delivery_id == delivery_id)).scalar()
    return 0 if last is None else int(last) + 1


def add_batch(tx: Transaction, batch: NewBatch) -> BatchCounts:
    """Write one batch, once."""
    done = stored_batch(tx, batch.delivery_id, batch.number)
    if done is not None:
        tx.note(Event.RECORDS_STORED, f"batch:{batch.delivery_id}/{batch.number}", again=True)
        return done
    batch = replace(batch, mapped=uphold(tx, batch.mapped))
    fresh, closed = sort_out(tx, batch.mapped)
    rows_recorded = write_records(tx, batch, fresh)
    close_older(tx, closed)
    links = write_links(tx, batch)
    quarantined = _write_quarantine(tx, batch)
    _write_quality(tx, batch)
    rows_in = batch.mapped.rows + len(batch.rejected)
    counts = BatchCounts(
        rows_in=rows_in,
        rows_recorded=rows_recorded,
        rows_quarantined=quarantined,
        rows_duplicate=rows_in - rows_recorded - quarantined,
        records=sum(fresh),
        links=links,
    )
    values = {name: getattr(counts, name) for name in BatchCounts.__slots__}
    tx.connection.execute(
        insert(tables.batch).values(delivery_id=batch.delivery_id, number=batch.number, committed_at=tx.at, **values)
    )
    rowcounts.add(tx, by_marking(tx, batch, fresh, counts))
    hold_batch(tx, delivery_id=batch.delivery_id, first_row=batch.first_row, records=batch.mapped.records)
    tx.note(Event.RECORDS_STORED, f"batch:{batch.delivery_id}/{batch.number}", **values)
    return counts


def by_marking(tx: Transaction, batch: NewBatch, fresh: list[bool], counts: BatchCounts) -> rowcounts.Deltas:
    """Count what became of the batch's rows under each marking. Rows without any record stand under the source's."""
    records, links = batch.mapped.records, batch.mapped.links
    rows, variants = records["row"].to_pylist(), records["marking"].to_pylist()
    markings = [batch.markings[variant] for variant in variants]
    recorded = markings_by_row(list(compress(rows, fresh)), list(compress(markings, fresh)))
    seen = {row: keys for row, keys in markings_by_row(rows, markings).items() if row not in recorded}
    this, own = batch.delivery_id, batch.markings[0]
    found: rowcounts.Deltas = Counter()
    found.update((this, key, "rows_recorded") for key in rowcounts.of_rows(tx, recorded).values())
    found.update((this, key, "rows_duplicate") for key in rowcounts.of_rows(tx, seen).values())
    found.update((this, key, "records") for key in compress(markings, fresh))
    found.update((this, batch.markings[variant], "links") for variant in links["marking"].to_pylist())
    found[this, own, "rows_quarantined"] += counts.rows_quarantined
    found[this, own, "rows_duplicate"] += counts.rows_duplicate - len(seen)
    return found


def sort_out(tx: Transaction, mapped: Mapped) -> tuple[list[bool], list[int]]:
    """Tell the new from the known.

    Return, per record, whether it is new (a thread never seen, or a newer version), and the keys of the records that
    newer versions replace. Two versions of one thread in a batch both count; the later closes the earlier when written.
    """
    threads = _listed(mapped.records["thread"])
    if not threads:
        return [], []
    payloads = mapped.records["payload"].to_pylist()
    known = {thread: (key, payload) for thread, key, payload, _ in tx.dialect.current(tx.connection, threads)}
    if not known and len(set(threads)) == len(threads):
        return [True] * len(threads), []
    latest = {thread: payload for thread, (_, payload) in known.items()}
    fresh = []
    for thread, payload in zip(threads, payloads, strict=True):
        fresh.append(latest.get(thread) != payload)
        latest[thread] = payload
    closed = [key for thread, (key, payload) in known.items() if latest[thread] != payload]
    return fresh, closed


def write_records(tx: Transaction, batch: NewBatch, fresh: list[bool]) -> int:
    """Write the new records with their words; return from how many rows they came."""
    count = sum(fresh)
    if not count:
        return 0
    table = batch.mapped.records
    column = {name: list(compress(_listed(table[name]), fresh)) for name in table.column_names}
    ids = tx.dialect.take_ids(tx.connection, count)
    kinds = enter_kinds(tx)
    rows = [batch.first_row + row for row in column["row"]]
    tx.dialect.insert(
        tx.connection,
        "record",
        RECORD_COLUMNS,
        list(
            zip(
                ids,
                new_ids(count),
                column["thread"],
                [kinds[name] for name in column["kind"]],
                [batch.source_id] * count,
                [batch.delivery_id] * count,
                rows,
                column["source_key"],
                column["payload"],
                column["event_time"],
                column["latitude"],
                column["longitude"],
                compress(batch.cells, fresh),
                [batch.markings[variant] for variant in column["marking"]],
                [tx.at] * count,
                _superseded_within(column["thread"], tx.at),
                column["locator"],
                strict=True,
            )
        ),
    )
    count_stock(
        tx, Counter((batch.markings[v], kinds[k]) for v, k in zip(column["marking"], column["kind"], strict=True))
    )
    marked = [marking_word(batch.markings[variant]) for variant in column["marking"]]
    marking_ids = [batch.markings[variant] for variant in column["marking"]]
    kind_keys = [kinds[name] for name in column["kind"]]
    write_keys(tx, zip(ids, kind_keys, column["kind"], marking_ids, column["payload"], strict=True))
    words = zip(ids, *(column[f"text_{name}"] for name in TEXT_CLASSES), marked, strict=True)
    tx.dialect.insert_words(tx.connection, list(words))
    return len(set(rows))


def _listed(column: pa.ChunkedArray) -> list[Any]:
    """Turn a column into Python values; bytes by way of NumPy, which is twenty times faster for them."""
    if pa.types.is_fixed_size_binary(column.type):
        return list(column.to_numpy(zero_copy_only=False))
    return list(column.to_pylist())


def _superseded_within(threads: list[bytes], at: int) -> list[int | None]:
    """Close at once every version that a later one in the same batch replaces."""
    last = {thread: position for position, thread in enumerate(threads)}
    if len(last) == len(threads):
        return [None] * len(threads)
    return [None if last[thread] == position else at for position, thread in enumerate(threads)]


def close_older(tx: Transaction, keys: list[int]) -> None:
    """Say that these records are known no longer: newer versions replace them."""
    if keys:
        closing = tables.record.update().where(tables.record.c.id.in_(keys)).values(known_to=tx.at)
        tx.connection.execute(closing)


def write_links(tx: Transaction, batch: NewBatch) -> int:
    """Write the links that are not there yet; return how many."""
    table = batch.mapped.links
    if not table.num_rows:
        return 0
    column = {name: table[name].to_pylist() for name in table.column_names}
    count = table.num_rows
    rows = zip(
        column["type"],
        column["role"],
        column["from_thread"],
        column["to_thread"],
        [batch.delivery_id] * count,
        [batch.first_row + row for row in column["row"]],
        [batch.markings[variant] for variant in column["marking"]],
        [tx.at] * count,
        strict=True,
    )
    return tx.dialect.insert_links(tx.connection, LINK_COLUMNS, list(rows))


def _write_quarantine(tx: Transaction, batch: NewBatch) -> int:
    """Keep each faulty row with its reasons; a row with several faults is several entries but one row."""
    faults: list[dict[str, Any]] = batch.mapped.faults.to_pylist()
    faults += [
        {
            "row": r.row,
            "column": "",
            "term": "",
            "reason": r.reason,
            "value": r.text[:1000],
            "raw": json.dumps({"": r.text}),
            "marking": None,
        }
        for r in batch.rejected
    ]
    uids = new_ids(len(faults))
    rows = [
        (uid, batch.delivery_id, batch.markings[f["marking"] or 0], batch.first_row + f["row"], f["column"] or "", f["term"] or "", f["reason"],
         _clean(f["value"]), _clean(f["raw"]) or "{}", QuarantineState.OPEN.value, tx.at)
        for uid, f in zip(uids, faults, strict=True)
    ]  # fmt: skip
    tx.dialect.insert(tx.connection, "quarantine", QUARANTINE_COLUMNS, rows)
    return len({f["row"] for f in faults})


def _clean(text: str | None) -> str:
    return (text or "").replace("\x00", "\N{SYMBOL FOR NULL}")


def _write_quality(tx: Transaction, batch: NewBatch) -> None:
    q = tables.quality.c
    for found in batch.mapped.profile.to_pylist():
        this = (q.delivery_id == batch.delivery_id) & (q.kind == found["kind"]) & (q.term == found["term"])
        added = {name: q[name] + found[name] for name in ("rows", "filled", "invalid")}
        if not tx.connection.execute(tables.quality.update().where(this).values(**added)).rowcount:
            tx.connection.execute(insert(tables.quality).values(delivery_id=batch.delivery_id, **found))


def kind_ids(tx: Transaction) -> dict[str, int]:
    """Give the small number of each kind that has ever been stored."""
    return {row.name: row.id for row in tx.connection.execute(select(tables.kind))}


def enter_kinds(tx: Transaction) -> dict[str, int]:
    """Give every kind of the dictionary a small number, for good."""
    known = kind_ids(tx)
    for name in sorted(set(tx.dictionary.kinds) - set(known)):
        known[name] = max(known.values(), default=0) + 1
        tx.connection.execute(insert(tables.kind).values(id=known[name], name=name))
    return known
