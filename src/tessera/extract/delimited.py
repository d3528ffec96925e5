"""CSV, TSV and every other delimited text: Arrow where it is exact, the slower record reader where it is not."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

import pyarrow as pa

from tessera.errors import Unreadable
from tessera.extract.batching import Row, in_batches, rejected
from tessera.extract.columns import check_width, unique_names
from tessera.extract.dialect import (
    SAMPLE_CHARS,
    find_dialect,
    first_row_is_header,
    preamble_length,
    sample_records,
    usual_width,
)
from tessera.extract.encoding import TextFacts, as_utf8, find_encoding, text_facts
from tessera.extract.fast_rows import fast_batches
from tessera.extract.piece import Piece
from tessera.extract.reasons import ragged_reason
from tessera.extract.records import Dialect, Record, records
from tessera.model.rows import RejectedRow, RowBatch, TableFormat, TablePart

_BOM: Final = b"\xef\xbb\xbf"


def parts(piece: Piece) -> Iterator[TablePart]:
    """Find the one table of a delimited file: its encoding, dialect, header and width."""
    facts = text_facts(piece.path)
    encoding = find_encoding(piece.path, facts)
    path = as_utf8(piece.path, encoding, piece.new_file)
    facts = facts if path == piece.path else text_facts(path)
    with _text(path) as stream:
        sample = stream.read(SAMPLE_CHARS)
    dialect = find_dialect(sample, piece.suffix)
    found = sample_records(sample, dialect)
    if not found:
        raise Unreadable(
            "the file has no rows", where=piece.where, advice="Ask for it again: it holds blank lines only."
        )
    above = preamble_length(found)
    body = found[above:]
    header = not body[0].fault and first_row_is_header([record.cells for record in body if not record.fault])
    names = _names(body, header=header)
    check_width(len(names), piece.limits, piece.where)
    options = {
        "delimiter": dialect.delimiter,
        "encoding": encoding,
        "escape": dialect.escape,
        "header": "yes" if header else "no",
        "quote": dialect.quote,
        "reader": "fast" if _fast(facts, dialect) else "exact",
        "skip": str(above + header),
    }
    yield TablePart(path=piece.part_path(), format=TableFormat.DELIMITED, columns=names, options=options)


def batches(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read the rows as the part's options say."""
    path = as_utf8(piece.path, part.options["encoding"], piece.new_file)
    dialect = dialect_of(part)
    start = data_offset(path, dialect, int(part.options["skip"]))
    done = 0
    if part.options["reader"] == "fast":
        try:
            for batch, done in fast_batches(path, start, part, size, piece.limits):  # noqa: B007 - used after the loop
                yield batch
        except pa.ArrowInvalid:  # a row longer than Arrow's block: the exact reader goes on behind the last batch
            pass
        else:
            return
    yield from in_batches(part, exact_rows(path, start, part, done), size, piece.limits)


def above(piece: Piece, part: TablePart) -> Iterator[str]:
    """Give the lines that stand above the header: a title, who made it."""
    lines = int(part.options["skip"]) - (part.options["header"] == "yes")
    if lines:
        with _text(as_utf8(piece.path, part.options["encoding"], piece.new_file)) as stream:
            for record in islice(records(_Counted(stream), dialect_of(part)), lines):
                yield " ".join(cell.strip("\ufeff ") for cell in record.cells if cell.strip())


def dialect_of(part: TablePart) -> Dialect:
    """Read the dialect back from the options of a part."""
    options = part.options
    return Dialect(
        delimiter=options["delimiter"],
        quote=options["quote"],
        escape=options["escape"],
        doubled=not options["escape"],
    )


def data_offset(path: Path, dialect: Dialect, skip: int) -> int:
    """Give the byte at which the rows start: behind the byte order mark, the preamble and the header."""
    with path.open("rb") as file:
        start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
    with _text(path) as stream:
        lines = _Counted(stream)
        for _ in islice(records(lines, dialect), skip):
            pass
    return start + lines.bytes_read


class _Counted:
    """A source of lines that counts the bytes it has given."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.bytes_read = 0

    def readline(self, size: int = -1, /) -> str:
        line = self._stream.readline(size)
        self.bytes_read += len(line.encode("utf-8", "surrogateescape"))
        return line


def exact_rows(path: Path, start: int, part: TablePart, done: int) -> Iterator[Row | RejectedRow]:
    """Read every row from byte `start`, leaving out the first `done`; a row that does not fit is rejected."""
    width = len(part.columns)
    with _text(path, start) as stream:
        numbered = enumerate(records(stream, dialect_of(part)), start=1)
        for number, record in islice(numbered, done, None):
            fault = record.fault or _ragged(record, width)
            yield rejected(number, fault, record.text) if fault else Row(number, record.cells, record.text)


def _ragged(record: Record, width: int) -> str:
    return "" if len(record.cells) == width else ragged_reason(len(record.cells), width)


def _names(body: list[Record], *, header: bool) -> tuple[str, ...]:
    head = body[0].cells if header else []
    width = max(len(head), usual_width(body)) if _widened(body, len(head)) else len(head)
    return unique_names([*head, *[""] * (width - len(head))])


def _widened(body: list[Record], width: int) -> bool:
    """Whether nearly all rows have more cells than the header, so that the header is what is short."""
    wider = sum(1 for record in body[1:] if len(record.cells) > width)
    return not width or wider * 10 >= 9 * max(len(body) - 1, 1)


def _fast(facts: TextFacts, dialect: Dialect) -> bool:
    """Whether Arrow reads this file exactly as it stands."""
    if dialect.quote != '"' or dialect.escape:
        return False
    return facts.is_utf8 and not facts.has_nul and facts.quotes % 2 == 0


@contextmanager
def _text(path: Path, start: int = 0) -> Iterator[TextIO]:
    with path.open("rb") as file:
        file.seek(start or (len(_BOM) if file.read(len(_BOM)) == _BOM else 0))
        yield io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="")
