"""Workbooks: XLSX, XLSB, XLS and ODS; each sheet with rows is a table."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from tessera.errors import Unreadable
from tessera.extract.archives import check_book
from tessera.extract.batching import Row, in_batches
from tessera.extract.columns import check_width, unique_names
from tessera.extract.dialect import SAMPLE_ROWS, first_row_is_header, preamble_length
from tessera.extract.flatten import cell
from tessera.extract.formats import FileFormat, find_format
from tessera.extract.piece import Piece
from tessera.extract.records import Record
from tessera.model.rows import RowBatch, TableFormat, TablePart

_AGAIN: Final = "It may be cut off or damaged: open it in a spreadsheet program, save it again and deliver it again."


def parts(piece: Piece) -> Iterator[TablePart]:
    """Give one part for each sheet that has rows."""
    if find_format(piece) is not FileFormat.XLS:
        check_book(piece)
    found = [part for name in _open(piece).sheet_names if (part := _sheet_part(piece, name))]
    if not found:
        raise Unreadable("no sheet of the workbook has rows", where=piece.where, advice="Ask for it again.")
    yield from found


def batches(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read the rows of one sheet; rows whose cells are all empty are no rows."""
    skip = int(part.options["skip"])
    width = len(part.columns)
    rows = _filled_rows(_open(piece), part.options["sheet"], piece)
    kept = (row for place, row in enumerate(rows) if place >= skip)
    numbered = (Row(number, (row + [None] * width)[:width]) for number, row in enumerate(kept, start=1))
    yield from in_batches(part, numbered, size, piece.limits)


def above(piece: Piece, part: TablePart) -> Iterator[str]:
    """Give the lines that stand above the header of a sheet: its title, who made it."""
    lines = int(part.options["skip"]) - (part.options["header"] == "yes")
    for row in islice(_filled_rows(_open(piece), part.options["sheet"], piece), lines):
        yield " ".join(value for value in row if value)


def _sheet_part(piece: Piece, name: str) -> TablePart | None:
    sample: list[list[str | None]] = []
    width = 0
    for place, row in enumerate(_filled_rows(_open(piece), name, piece)):
        width = max(width, 1 + max(at for at, value in enumerate(row) if value))
        if place < SAMPLE_ROWS:
            sample.append(row)
    if not sample:
        return None
    texts = [[value or "" for value in row[:width]] for row in sample]
    above = preamble_length([Record(row, "") for row in texts])
    header = first_row_is_header(texts[above:])
    names = unique_names(texts[above] if header else [""] * width)
    check_width(len(names), piece.limits, piece.where)
    options = {"sheet": name, "header": "yes" if header else "no", "skip": str(above + header)}
    return TablePart(path=piece.part_path(name), format=TableFormat.WORKBOOK, columns=names, options=options)


def _filled_rows(book: Any, name: str, piece: Piece) -> Iterator[list[str | None]]:  # noqa: ANN401 - the library has no types
    from python_calamine import CalamineError  # noqa: PLC0415 - loaded when needed

    try:
        sheet = book.get_sheet_by_name(name)
    except CalamineError as error:
        message = f"the sheet {name} cannot be read ({error})"
        raise Unreadable(message, where=piece.where, advice=_AGAIN) from error
    for row in sheet.iter_rows():
        cells = [cell(value) or None for value in row]
        if any(cells):
            yield cells


def _open(piece: Piece) -> Any:  # noqa: ANN401 - the library has no types
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415 - loaded when needed

    try:
        with piece.path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)
    except PasswordError as error:
        raise _encrypted(piece) from error
    except (CalamineError, OSError, ValueError) as error:
        message = f"the workbook cannot be opened ({error})"
        raise Unreadable(message, where=piece.where, advice=_AGAIN) from error


def _encrypted(piece: Piece) -> Unreadable:
    advice = "Save it without a password and deliver it again."
    return Unreadable("the workbook is encrypted", where=piece.where, advice=advice)
