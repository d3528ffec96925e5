"""Parquet: columns cast to text, batch by batch."""

import json
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tessera.errors import Unreadable
from tessera.extract.batching import Row, in_batches, is_suspect, nulled, schema
from tessera.extract.columns import check_width, unique_names
from tessera.extract.flatten import cell
from tessera.extract.piece import Piece
from tessera.model.rows import RowBatch, TableFormat, TablePart

_AGAIN = "It may be cut off or encrypted: ask for it again."


def parts(piece: Piece) -> Iterator[TablePart]:
    """Read names from the file's own schema; fields of structs get dotted names."""
    with _open(piece) as file:
        names = [name for field in file.schema_arrow for name in _leaves(field)]
    check_width(len(names), piece.limits, piece.where)
    yield TablePart(path=piece.part_path(), format=TableFormat.PARQUET, columns=unique_names(names))


def batches(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read row groups in batches of at most `size` rows."""
    done = 0
    with _open(piece) as file:
        try:
            for block in file.iter_batches(batch_size=min(size, 65_536), use_threads=False):
                yield from _block(block, part, size, done, piece)
                done += block.num_rows
        except (pa.ArrowException, OSError) as error:
            message = f"the Parquet file is damaged behind row {done:,} ({error})"
            raise Unreadable(message, where=piece.where, advice=_AGAIN) from error


def _block(block: pa.RecordBatch, part: TablePart, size: int, done: int, piece: Piece) -> Iterator[RowBatch]:
    columns = [
        text for field, column in zip(block.schema, block.columns, strict=True) for text in _texts(field, column)
    ]
    if all(isinstance(column, pa.Array) and not is_suspect(column, piece.limits) for column in columns):
        table = pa.RecordBatch.from_arrays([nulled(column) for column in columns], schema=schema(part))
        yield RowBatch(part=part, table=table, row_numbers=pa.arange(done + 1, done + 1 + block.num_rows))
        return
    rows = zip(*(column.to_pylist() if isinstance(column, pa.Array) else column for column in columns), strict=True)
    numbered = (Row(done + place, cells) for place, cells in enumerate(rows, start=1))
    yield from in_batches(part, numbered, size, piece.limits)


def _open(piece: Piece) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(piece.path, memory_map=True)
    except (pa.ArrowException, OSError) as error:
        message = f"the Parquet file cannot be opened ({error})"
        raise Unreadable(message, where=piece.where, advice=_AGAIN) from error


def _leaves(field: pa.Field) -> list[str]:
    if not pa.types.is_struct(field.type):
        return [field.name]
    return [f"{field.name}.{name}" for inner in field.type for name in _leaves(inner)]


def _texts(field: pa.Field, column: pa.Array) -> list[pa.Array | list[str | None]]:
    """Write a column as text; a struct as one column for each of its fields.

    A column with bytes that are no text comes as a list, with lone surrogates in their place.
    """
    if pa.types.is_struct(field.type):
        inner = zip(field.type, column.flatten(), strict=True)
        return [text for each, values in inner for text in _texts(each, values)]
    text = _text(column)
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        raw = text.cast(pa.binary()).to_pylist()
        return [[value.decode("utf-8", "surrogateescape") if value is not None else None for value in raw]]
    return [text]


def _text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_timestamp(kind):
        return _moments(column)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_decimal(kind) or pa.types.is_date(kind):
        return column.cast(pa.string())
    return pa.array([_cell(value) for value in column.to_pylist()], pa.string())


def _moments(column: pa.Array) -> pa.Array:
    """Write ISO 8601, `T` in the middle, no empty fractions, `Z` where the zone is known."""
    zone = "Z" if column.type.tz else ""
    text = pc.strftime(column.cast(pa.timestamp(column.type.unit)), format="%Y-%m-%dT%H:%M:%S")
    short = pc.replace_substring_regex(text, r"\.?0+$", "") if column.type.unit != "s" else text
    return pc.binary_join_element_wise(short, zone, "") if zone else short


def _cell(value: object) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    return json.dumps(value, ensure_ascii=False, default=cell) if isinstance(value, (list, tuple)) else cell(value)
