"""From single rows to Arrow batches; a row that no cell can hold is rejected here."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from tessera.extract.limits import BATCH_CHARS, REJECTED_TEXT_BYTES, Limits
from tessera.model.rows import RejectedRow, RowBatch, TablePart

Cells: TypeAlias = Sequence[str | None]

NUL_REASON = (
    "The row holds NUL bytes, which no text has. The file was probably damaged on its way or written by a failing "
    "program; ask for it again or mend the row by hand."
)
UNDECODABLE_REASON = (
    "The row holds bytes that are no text in the encoding of this file. Mend the marked characters, or ask for the "
    "file in UTF-8."
)


class Row(NamedTuple):
    """One row that could be split. `text` is the row as it stood, where that is cheap to know."""

    number: int
    cells: Cells
    text: str = ""


def rejected(number: int, reason: str, text: str) -> RejectedRow:
    """Set a row aside; what is no text in it is written as backslash and hexadecimal digits."""
    head = _raw(text[:REJECTED_TEXT_BYTES])[:REJECTED_TEXT_BYTES]
    shown = head.decode("utf-8", "backslashreplace").replace("\0", "\\x00").rstrip("\r\n")
    short = shown.encode()[:REJECTED_TEXT_BYTES].decode(errors="ignore")
    return RejectedRow(row=number, reason=reason, text=short)


def _raw(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character, as JSON can write it
        return text.encode("utf-8", "backslashreplace")


def too_long(chars: int, limits: Limits) -> str:
    """Say that a cell is longer than a cell may be."""
    return (
        f"A cell of this row has {chars:,} characters; at most {limits.max_cell_chars:,} are taken. A quotation mark "
        "may be missing at its end; otherwise deliver long text as a document."
    )


def schema(part: TablePart) -> pa.Schema:
    """Give one nullable text column for each column of the part."""
    return pa.schema([(name, pa.string()) for name in part.columns])


def in_batches(
    part: TablePart,
    rows: Iterable[Row | RejectedRow],
    size: int,
    limits: Limits,
) -> Iterator[RowBatch]:
    """Collect rows into batches of at most `size` rows or about `BATCH_CHARS` characters."""
    good: list[Row] = []
    bad: list[RejectedRow] = []
    weight = 0
    for row in rows:
        if isinstance(row, RejectedRow):
            bad.append(row)
        else:
            good.append(row)
        weight += len(row.text) or _chars(row)
        if len(good) >= size or len(bad) >= size or weight >= BATCH_CHARS:
            yield _batch(part, good, bad, limits)
            good, bad, weight = [], [], 0
    if good or bad:
        yield _batch(part, good, bad, limits)


def _chars(row: Row | RejectedRow) -> int:
    return sum(len(cell) for cell in row.cells if cell) if isinstance(row, Row) else 0


def _batch(part: TablePart, good: list[Row], bad: list[RejectedRow], limits: Limits) -> RowBatch:
    """Build one batch; rows are looked at one by one only where a column as a whole looks wrong."""
    arrays = _arrays(part, good)
    if arrays is None or any(is_suspect(array, limits) for array in arrays):
        checked = [_checked(row, limits) for row in good]
        good = [row for row in checked if isinstance(row, Row)]
        bad = sorted([*bad, *(row for row in checked if isinstance(row, RejectedRow))], key=lambda row: row.row)
        arrays = _arrays(part, good) or []
    return RowBatch(
        part=part,
        table=pa.RecordBatch.from_arrays([nulled(array) for array in arrays], schema=schema(part)),
        row_numbers=pa.array([row.number for row in good], pa.int64()),
        rejected=tuple(bad),
    )


def _arrays(part: TablePart, good: list[Row]) -> list[pa.StringArray] | None:
    columns = list(zip(*(row.cells for row in good), strict=True)) if good else [()] * len(part.columns)
    try:
        return [pa.array(column, pa.string()) for column in columns]
    except UnicodeEncodeError:
        return None


def is_suspect(array: pa.StringArray, limits: Limits) -> bool:
    """Whether a cell of the column may be longer than a cell may be, or hold NUL."""
    if longest_bytes(array) > limits.max_cell_chars:
        return True
    text = array.buffers()[2]
    return text is not None and b"\0" in memoryview(text).tobytes()


def longest_bytes(array: pa.StringArray) -> int:
    """Give the length of the longest cell in bytes, which is never less than its characters."""
    return pc.max(pc.binary_length(array)).as_py() or 0


def _checked(row: Row, limits: Limits) -> Row | RejectedRow:
    joined = "\t".join(cell for cell in row.cells if cell)
    reason = _fault(joined, row.cells, limits)
    return rejected(row.number, reason, row.text or joined) if reason else row


def _fault(joined: str, cells: Cells, limits: Limits) -> str:
    if "\0" in joined:
        return NUL_REASON
    if not joined.isascii() and not _is_text(joined):
        return UNDECODABLE_REASON
    if len(joined) > limits.max_cell_chars:
        longest = max(len(cell) for cell in cells if cell)
        return too_long(longest, limits) if longest > limits.max_cell_chars else ""
    return ""


def _is_text(joined: str) -> bool:
    try:
        joined.encode()
    except UnicodeEncodeError:
        return False
    return True


def nulled(column: pa.Array) -> pa.Array:
    """Make empty cells null."""
    empty = pc.equal(column, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), column) if pc.any(empty).as_py() else column
