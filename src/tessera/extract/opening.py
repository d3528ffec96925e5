"""From a delivered file to its tables, and back to rows for the evidence page."""

import json
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from tessera.errors import Unreadable
from tessera.extract import archives
from tessera.extract.detect import Sort, find_sort
from tessera.extract.limits import Limits
from tessera.extract.piece import Budget, Piece
from tessera.extract.table import OpenTable
from tessera.model.rows import RowBatch, TableFormat, TablePart

_SCAN: Final = 8_192
_NO_LIMITS: Final = Limits()


class _Reader(Protocol):
    def parts(self, piece: Piece) -> Iterator[TablePart]: ...

    def batches(self, piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]: ...


# Loaded when first needed: a child process that reads CSV need not load spreadsheets, XML and geometry.
_FINDERS: Final = {
    Sort.DELIMITED: "delimited",
    Sort.GEOPACKAGE: "geopackage",
    Sort.JSON: "geojson",
    Sort.KML: "kml",
    Sort.NDJSON: "json_lines",
    Sort.PARQUET: "columnar",
    Sort.WORKBOOK: "workbook",
    Sort.XML: "xml_tables",
}
_READERS: Final = {
    TableFormat.DELIMITED: "delimited",
    TableFormat.GEOJSON: "geojson",
    TableFormat.GEOPACKAGE: "geopackage",
    TableFormat.JSON: "geojson",
    TableFormat.KML: "kml",
    TableFormat.NDJSON: "json_lines",
    TableFormat.PARQUET: "columnar",
    TableFormat.WORKBOOK: "workbook",
    TableFormat.XML: "xml_tables",
}


def open_tables(
    path: Path, *, filename: str, limits: Limits = _NO_LIMITS, record_path: str = ""
) -> Iterator[OpenTable]:
    """Find the tables in a delivered file, one after the other.

    `filename` is the name it came with, a hint only. `record_path` is the XPath of the element that is one record, for
    XML where it should not be guessed. Raises Unreadable where there is no table, Hostile where the file looks like an
    attack. Unpacked copies live in TMPDIR as long as the tables that need them.
    """
    yield from _tables(_delivery(path, filename, limits, record_path))


def read_rows(
    path: Path, part: TablePart, first: int, last: int, *, filename: str
) -> list[tuple[int, tuple[str | None, ...]]]:
    """Read rows `first` to `last` (1-based, both included) of a part again; rejected rows are not among them."""
    piece = inside(_delivery(path, filename, _NO_LIMITS, ""), part)
    found: list[tuple[int, tuple[str | None, ...]]] = []
    for batch in batches_of(piece, part, _SCAN):
        found += _between(batch, first, last)
        if _highest(batch) >= last:
            break
    return found


def inside(piece: Piece, part: TablePart) -> Piece:
    """Unpack what leads from a delivery to the file that holds this part."""
    for name in json.loads(part.options.get("within", "[]")):
        piece = archives.unpack_member(_plain(piece), name)
    return _plain(piece)


def batches_of(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read the rows of a part from the file that holds it."""
    yield from _reader(_READERS[part.format]).batches(piece, part, size)


def _delivery(path: Path, filename: str, limits: Limits, record_path: str) -> Piece:
    name = Path(filename).name or filename
    if path.is_dir():
        raise Unreadable("this is a folder, not a file", where=name, advice="Deliver the files in it, or pack them.")
    budget = Budget(left=limits.max_unpacked_bytes)
    return Piece(path=path, filename=name, budget=budget, limits=limits, record_path=record_path)


def _tables(piece: Piece) -> Iterator[OpenTable]:
    sort = find_sort(piece)
    if sort is Sort.GZIP:
        yield from _tables(archives.unpack_gzip(piece))
    elif sort is Sort.ZIP:
        yield from _members(piece)
    else:
        reader = _reader(_FINDERS[sort])
        for part in reader.parts(piece):
            noted = _noted(part, piece)
            yield OpenTable(part=noted, read=partial(_reader(_READERS[noted.format]).batches, piece, noted))


def _members(piece: Piece) -> Iterator[OpenTable]:
    for info in archives.members(piece):
        yield from _tables(archives.unpack_member(piece, info.filename))


def _noted(part: TablePart, piece: Piece) -> TablePart:
    if not piece.within:
        return part
    options = part.options | {"within": json.dumps(piece.within, ensure_ascii=False)}
    return TablePart(path=part.path, format=part.format, columns=part.columns, options=options)


def _plain(piece: Piece) -> Piece:
    return _plain(archives.unpack_gzip(piece)) if archives.is_gzip(piece.path) else piece


def _reader(module: str) -> _Reader:
    return cast("_Reader", import_module(f"tessera.extract.{module}"))


def _between(batch: RowBatch, first: int, last: int) -> Iterator[tuple[int, tuple[str | None, ...]]]:
    numbers = batch.row_numbers.to_pylist()
    if not numbers or numbers[-1] < first or numbers[0] > last:
        return
    for place, number in enumerate(numbers):
        if first <= number <= last:
            yield number, tuple(column[place].as_py() for column in batch.table.columns)


def _highest(batch: RowBatch) -> int:
    last_row = batch.row_numbers[-1].as_py() if len(batch.row_numbers) else 0
    return max(last_row, batch.rejected[-1].row if batch.rejected else 0)
