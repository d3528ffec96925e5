"""Parquet: row groups to a temporary file, then the file in chunks, because its footer comes last."""

import tempfile
from collections.abc import Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from tessera.dictionary import Kind
from tessera.model.record import RecordView
from tessera.share.columns import COMMON, HANDLING, columns_of, common_values, term_values
from tessera.share.watermark import Watermark

ROWS_IN_GROUP = 10_000
CHUNK = 1 << 20
_INSTANT = pa.timestamp("ms", tz="UTC")
_TYPES = {
    "event_time": _INSTANT,
    "known_from": _INSTANT,
    "known_to": _INSTANT,
    "latitude": pa.float64(),
    "longitude": pa.float64(),
}


def write_parquet(views: Iterator[RecordView], kind: Kind, watermark: Watermark) -> Iterator[bytes]:
    """Write one table: instants as timestamps (milliseconds, UTC), places as doubles, everything else as text."""
    schema = _schema(kind, watermark)
    with tempfile.TemporaryFile(prefix="tessera-export-") as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            while some := list(islice(views, ROWS_IN_GROUP)):
                writer.write_table(_table(some, kind, schema, watermark))
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _schema(kind: Kind, watermark: Watermark) -> pa.Schema:
    fields = [pa.field(name, _TYPES.get(name, pa.string())) for name in COMMON]
    for term, column in columns_of(kind).items():
        fields.append(pa.field(column, pa.string(), metadata={"definition": kind.terms[term].definition}))
    fields.append(pa.field(HANDLING, pa.string()))
    about = {"kind": kind.name, "definition": kind.definition}
    return pa.schema(fields, metadata=about | {f"{HANDLING}.{name}": text for name, text in watermark.plain().items()})


def _table(views: list[RecordView], kind: Kind, schema: pa.Schema, watermark: Watermark) -> pa.Table:
    common = [_typed(view) for view in views]
    terms = [term_values(view) for view in views]
    columns = {name: [row[name] for row in common] for name in COMMON}
    columns |= {column: [row.get(term) for row in terms] for term, column in columns_of(kind).items()}
    columns[HANDLING] = [watermark.beside(view.marking) for view in views]
    return pa.Table.from_pydict(columns, schema=schema)


def _typed(view: RecordView) -> dict[str, str | float | None]:
    instants = {"event_time": view.event_time, "known_from": view.known_from, "known_to": view.known_to}
    return common_values(view) | instants
