"""Rewrite delivered bytes so that some rows are gone from them and every other row keeps its number.

Plain delimited text and JSON lines are rewritten in place, byte for byte: a row that goes becomes blanks of the same length,
so nothing else moves. Every other format becomes delimited text: one stored archive with a table for each part.
"""

import csv
import io
import json
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile
from typing import Final

import numpy as np
import numpy.typing as npt

from tessera.extract import archives, delimited
from tessera.extract.encoding import as_utf8
from tessera.extract.limits import Limits
from tessera.extract.opening import batches_of, inside
from tessera.extract.piece import Budget, Piece
from tessera.extract.records import Record, records
from tessera.model.rows import RowBatch, TableFormat, TablePart

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_CHUNK: Final = 1 << 26
_SCAN: Final = 8_192
_BOM: Final = b"\xef\xbb\xbf"
_NEWLINE, _RETURN, _QUOTE, _SPACE, _DELETE = 10, 13, 34, 32, 127
_WIDEST_LIMITS: Final = Limits(max_unpacked_bytes=1 << 50, max_ratio=1 << 30)
"""The delivery was read once within the usual bounds; a purge must not fail because they were tightened since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was written, and how its parts are to be read from now on. `in_place`: nothing else has moved."""

    parts: tuple[TablePart, ...]
    in_place: bool


def erase_rows(
    path: Path, parts: Sequence[TablePart], rows: Sequence[Collection[int]], out: Path, *, filename: str
) -> Erased:
    """Write to `out` what is at `path` without some rows: for each part, the numbers (from 1) of those that go."""
    if erase_in_place(path, parts, rows, out):
        return Erased(parts=tuple(parts), in_place=True)
    piece = Piece(path=path, filename=filename, budget=Budget(left=1 << 50), limits=_WIDEST_LIMITS)
    if _is_plain_text(path, parts) and parts[0].format is TableFormat.DELIMITED:
        return Erased(parts=(_write_exactly(piece, parts[0], set(rows[0]), out),), in_place=True)
    return Erased(parts=_write_tables(piece, parts, rows, out), in_place=False)


def erase_in_place(path: Path, parts: Sequence[TablePart], rows: Sequence[Collection[int]], out: Path) -> bool:
    """Write the copy byte for byte if the rows can be found without parsing them; say whether they could.

    A million rows take about a second: places are found with NumPy, and only the rows that go are touched.
    """
    return _is_plain_text(path, parts) and _blank(path, parts[0], sorted(rows[0]), out)


def _is_plain_text(path: Path, parts: Sequence[TablePart]) -> bool:
    if len(parts) != 1 or {"within", "whole"} & set(parts[0].options):
        return False
    return parts[0].format in {TableFormat.DELIMITED, TableFormat.NDJSON} and not archives.is_gzip(path)


def _blank(path: Path, part: TablePart, gone: Sequence[int], out: Path) -> bool:
    """Blank the rows in a copy of the file, if their places can be found without reading every cell."""
    if not part.options["encoding"].startswith("utf-8"):
        return False
    is_table = part.format is TableFormat.DELIMITED
    spans = _table_spans(path, part) if is_table else _line_spans(path)
    if spans is None:
        return False
    starts, ends = spans
    blank = _blank_cells if is_table else _blank_object
    copyfile(path, out)
    with out.open("r+b") as file:
        for number in gone:
            start, end = int(starts[number - 1]), int(ends[number - 1])
            file.seek(start)
            file.write(blank(part, end - start))
    return True


def _blank_cells(part: TablePart, length: int) -> bytes:
    return (part.options["delimiter"].encode() * (len(part.columns) - 1))[:length].ljust(length)


def _blank_object(_part: TablePart, length: int) -> bytes:
    return b"{}".ljust(length) if length > 1 else b"0"


def _table_spans(path: Path, part: TablePart) -> tuple[Places, Places] | None:
    """Find where each row begins and ends, without its line end; None where only the exact reader can tell."""
    delimiter = part.options["delimiter"].encode()
    if part.options["quote"] != '"' or part.options["escape"] or len(delimiter) != 1:
        return None
    start = delimited.data_offset(path, delimited.dialect_of(part), int(part.options["skip"]))
    data = _bytes_of(path)[start:]
    quotes = _places(data, _QUOTE)
    if not _is_well_quoted(data, quotes, delimiter[0]) or not _has_plain_line_ends(data):
        return None
    breaks = _places(data, _NEWLINE)
    if len(quotes):
        breaks = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    starts, ends = _lines(data, breaks)
    filled = ends > starts
    return starts[filled] + start, ends[filled] + start


def _line_spans(path: Path) -> tuple[Places, Places] | None:
    data = _bytes_of(path)
    start = len(_BOM) if data[: len(_BOM)].tobytes() == _BOM else 0
    data = data[start:]
    if not _has_plain_line_ends(data):
        return None
    starts, ends = _lines(data, _places(data, _NEWLINE))
    filled = ends > starts
    starts, ends = starts[filled], ends[filled]
    first = data[starts] if len(starts) else np.array([], np.uint8)
    keep = np.ones(len(starts), bool)
    for place in np.flatnonzero((first <= _SPACE) | (first >= _DELETE)):
        keep[place] = bool(data[starts[place] : ends[place]].tobytes().decode("utf-8", "replace").strip())
    return starts[keep] + start, ends[keep] + start


def _bytes_of(path: Path) -> Bytes:
    if not path.stat().st_size:
        return np.array([], np.uint8)
    return np.memmap(path, np.uint8, "r")


def _places(data: Bytes, byte: int) -> Places:
    found = [np.flatnonzero(data[at : at + _CHUNK] == byte) + at for at in range(0, len(data), _CHUNK)]
    return np.concatenate(found) if found else np.array([], np.int64)


def _has_plain_line_ends(data: Bytes) -> bool:
    """Whether every carriage return stands before a line feed."""
    returns = _places(data, _RETURN)
    if not len(returns):
        return True
    return bool(returns[-1] + 1 < len(data) and (data[returns + 1] == _NEWLINE).all())


def _is_well_quoted(data: Bytes, quotes: Places, delimiter: int) -> bool:
    """Whether quotation marks stand only where every reader takes them alike: around whole cells, doubled inside."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[opening[opening > 0] - 1]
    after = data[closing[closing + 1 < len(data)] + 1]
    around = [delimiter, _NEWLINE, _RETURN, _QUOTE]
    return bool(np.isin(before, around).all() and np.isin(after, around).all())


def _lines(data: Bytes, breaks: Places) -> tuple[Places, Places]:
    """Give start and end of each line; the end leaves out the line end."""
    starts = np.concatenate([np.zeros(1, np.int64), breaks + 1])
    ends = np.concatenate([breaks, np.array([len(data)], np.int64)])
    returned = (ends > starts) & (ends < len(data))
    returned[returned] = data[ends[returned] - 1] == _RETURN
    return starts, ends - returned


def _write_exactly(piece: Piece, part: TablePart, gone: set[int], out: Path) -> TablePart:
    """Copy a delimited text record by record, in UTF-8; for texts whose quoting only the exact reader understands."""
    path = as_utf8(piece.path, part.options["encoding"], piece.new_file)
    start = delimited.data_offset(path, delimited.dialect_of(part), int(part.options["skip"]))
    with path.open("rb") as head, out.open("wb") as file:
        file.write(head.read(start))
        for number, record in enumerate(_records(path, start, part), start=1):
            text = record.text.encode("utf-8", "surrogateescape")
            file.write(_blanked(part, text) if number in gone else text)
    return replace(part, options=part.options | {"encoding": "utf-8", "reader": "exact"})


def _records(path: Path, start: int, part: TablePart) -> Iterator[Record]:
    with path.open("rb") as file:
        file.seek(start)
        text = io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="")
        yield from records(text, delimited.dialect_of(part))


def _blanked(part: TablePart, text: bytes) -> bytes:
    bare = text.rstrip(b"\r\n")
    return _blank_cells(part, max(len(bare), 1)) + text[len(bare) :]


def _write_tables(
    piece: Piece, parts: Sequence[TablePart], rows: Sequence[Collection[int]], out: Path
) -> tuple[TablePart, ...]:
    """Write every part as a table of its own into one archive that is not compressed."""
    new = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, (part, gone) in enumerate(zip(parts, rows, strict=True)):
            name = f"part-{number}.csv"
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8", errors="surrogateescape", newline="")
                _write_table(inside(piece, part), part, set(gone), text)
                text.flush()
                text.detach()
            new.append(_as_table(part, name))
    return tuple(new)


def _as_table(part: TablePart, name: str) -> TablePart:
    options = {
        "delimiter": ",",
        "encoding": "utf-8",
        "escape": "",
        "header": "no",
        "quote": '"',
        "reader": "exact",
        "skip": "0",
        "was": part.options.get("was", part.format.value),
        "within": json.dumps([name]),
    }
    return replace(part, format=TableFormat.DELIMITED, options=options)


def _write_table(piece: Piece, part: TablePart, gone: set[int], text: io.TextIOWrapper) -> None:
    """Write the rows in the order of their numbers; a number that no row has, and a row that goes, is an empty row."""
    writer = csv.writer(text, lineterminator="\n")
    empty = [""] * len(part.columns)
    written = 0
    for batch in batches_of(piece, part, _SCAN):
        for number, cells in _numbered(batch):
            for _ in range(written + 1, number):
                _write_row(writer, text, empty)
            written = number
            _write_row(writer, text, empty if number in gone else cells)


def _write_row(writer: object, text: io.TextIOWrapper, cells: Sequence[str]) -> None:
    if not any(cells):
        # a line of nothing is no row; one quoted empty cell is
        text.write('""' + "," * (len(cells) - 1) + "\n")
        return
    writer.writerow(cells)  # type: ignore[attr-defined]


def _numbered(batch: RowBatch) -> list[tuple[int, Sequence[str]]]:
    """Give good and rejected rows in order. A rejected one stays one cell of text, which is rejected again."""
    columns = [column.to_pylist() for column in batch.table.columns]
    good = zip(batch.row_numbers.to_pylist(), (["" if c is None else c for c in row] for row in zip(*columns)))  # noqa: B905 - both count the rows
    bad = ((row.row, [row.text.replace("\n", " ").replace("\r", " ")]) for row in batch.rejected)
    return sorted([*good, *bad], key=lambda pair: pair[0])
