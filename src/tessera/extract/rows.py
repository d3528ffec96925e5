"""Tables that no mapping reads: each row is a passage that names its columns, so that it can be found and shown."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from tessera.errors import Unreadable
from tessera.extract import delimited, office_xml, workbook
from tessera.extract.cells import Cell, row_passages
from tessera.extract.formats import FileFormat, find_format
from tessera.extract.json_values import values_beside
from tessera.extract.opening import inside, open_tables
from tessera.extract.paragraphs import passages, tidy
from tessera.extract.piece import Piece
from tessera.extract.table import OpenTable
from tessera.extract.tools import Tools
from tessera.model.found import Facts, Finding, Passage, Refused
from tessera.model.locator import Locator
from tessera.model.rows import RowBatch, TableFormat, TablePart

MOST_ROWS: Final = 1_000_000
"""Rows of one file that are read without a mapping."""
_BATCH: Final = 2_000


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:  # noqa: ARG001 - as every reader; a table needs no recogniser
    """Give every row of every table, as `Column: value; Column: value`."""
    tables = open_tables(piece.path, filename=piece.filename, limits=piece.limits)
    beside = list[Passage]()
    try:
        first = next(tables, None)
    except Unreadable:
        beside = list(_beside(piece, None))
        if not beside:
            raise
        first = None
    if first is None and not beside:
        raise Unreadable("the file holds no table", where=piece.where, advice="Ask the sender for it again.")
    yield Facts(terms={})
    if first is None:
        yield from beside
        return
    findings = (
        found for number, table in enumerate(_chained(first, tables), start=1) for found in _table(piece, table, number)
    )
    yield from islice(findings, MOST_ROWS)
    if next(findings, None) is not None:
        reason = f"Only the first {MOST_ROWS:,} rows were read. Give its source a mapping, and every row is read."
        yield Refused(reason=reason, locator=Locator(row=MOST_ROWS))
    yield from _beside(piece, first.part)


def _beside(piece: Piece, part: TablePart | None) -> Iterator[Passage]:
    """Give what JSON says outside its table, all of it where there is none; and the remarks of a workbook."""
    if part is not None and find_format(piece) in {FileFormat.ODS, FileFormat.XLSX}:
        for block in office_xml.remarks(piece):
            yield from passages(block.text, Locator())
    if part is None and find_format(piece) is FileFormat.JSON:
        yield from values_beside(piece)
    elif part is not None and part.format is TableFormat.JSON and "pointer" in part.options and not part.path:
        yield from values_beside(piece, part.options["pointer"])


def _above(piece: Piece, part: TablePart, number: int) -> Iterator[Passage]:
    """Give the lines above the header of a table, which belong to no row."""
    if part.format is TableFormat.WORKBOOK:
        lines = workbook.above(inside(piece, part), part)
    elif part.format is TableFormat.DELIMITED:
        lines = delimited.above(inside(piece, part), part)
    else:
        return
    for line in lines:
        yield from passages(line, Locator(page=number))


def _chained(first: OpenTable, rest: Iterator[OpenTable]) -> Iterator[OpenTable]:
    yield first
    yield from rest


def _table(piece: Piece, table: OpenTable, number: int) -> Iterator[Finding]:
    yield from _above(piece, table.part, number)
    for batch in table.batches(_BATCH):
        yield from _rows(batch, number)
        for rejected in batch.rejected:
            locator = Locator(page=number, row=rejected.row)
            yield Refused(reason=rejected.reason, locator=locator, value=rejected.text)


def _rows(batch: RowBatch, number: int) -> Iterator[Passage]:
    columns = [column.to_pylist() for column in batch.table.columns]
    names = batch.part.columns
    for place, row in enumerate(batch.row_numbers.to_pylist()):
        cells = [(at, name, values[place]) for at, (name, values) in enumerate(zip(names, columns, strict=True))]
        filled = [
            Cell(column=at, name=name, words=[(tidy(value), None)])
            for at, name, value in cells
            if value and value.strip()
        ]
        yield from row_passages(filled, Locator(page=number, row=row), row=row)
