"""Delimited rows at full speed, through Arrow's reader; only for files that it reads exactly."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

from tessera.extract.batching import longest_bytes, rejected, schema, too_long
from tessera.extract.limits import BATCH_CHARS, Limits
from tessera.extract.reasons import ragged_reason
from tessera.model.rows import RejectedRow, RowBatch, TablePart

BLOCK: Final = 2 * 1024 * 1024
"""Bytes that Arrow reads at once; a row longer than this needs the exact reader."""


def fast_batches(path: Path, start: int, part: TablePart, size: int, limits: Limits) -> Iterator[tuple[RowBatch, int]]:
    """Give batches of at most `size` rows, each with the number of rows done so far, rejected ones included.

    The file must be UTF-8 from byte `start` on, without NUL bytes and with its quotation marks in pairs. Raises
    ArrowInvalid where a row is longer than a block; what came before is whole.
    """
    rows = _Rows(part=part, limits=limits)
    with pa.OSFile(str(path)) as file:
        if start >= file.size():
            return
        file.seek(start)
        reader = _reader(file, part, rows.note)
        while (block := _next(reader)) is not None:
            rows.take(block)
            yield from _slices(rows, size, all_of_it=False)
        yield from _slices(rows, size, all_of_it=True)


@dataclass(kw_only=True)
class _Rows:
    """Rows on hand: Arrow's blocks with their numbers, and the rejected rows between them."""

    part: TablePart
    limits: Limits
    seen: deque[RejectedRow] = field(default_factory=deque)
    rejected: list[RejectedRow] = field(default_factory=list)
    tables: list[pa.RecordBatch] = field(default_factory=list)
    numbers: list[pa.Int64Array] = field(default_factory=list)
    count: int = 0
    weight: int = 0
    done: int = 0
    """Number of the last row taken, good or rejected."""

    def note(self, row: pc_csv.InvalidRow) -> str:
        """Take down a row that Arrow skips; it may lie beyond the block that comes next."""
        reason = ragged_reason(row.actual_columns, row.expected_columns)
        self.seen.append(rejected(row.number, reason, row.text))
        return "skip"

    def take(self, block: pa.RecordBatch) -> None:
        """Number the rows of a block, stepping over the rejected ones among them."""
        first, last = self.done + 1, self.done + block.num_rows
        among: list[int] = []
        while self.seen and self.seen[0].row <= last + 1:
            last += 1
            among.append(self.seen[0].row)
            self.rejected.append(self.seen.popleft())
        numbers = pa.arange(first, last + 1)
        if among:
            numbers = numbers.filter(pc.invert(pc.is_in(numbers, pa.array(among, pa.int64()))))
        self.done = last
        self._add(*self._without_long_cells(block, numbers))

    def _add(self, block: pa.RecordBatch, numbers: pa.Int64Array) -> None:
        self.tables.append(block)
        self.numbers.append(numbers)
        self.count += block.num_rows
        self.weight += block.nbytes

    def _without_long_cells(
        self, block: pa.RecordBatch, numbers: pa.Int64Array
    ) -> tuple[pa.RecordBatch, pa.Int64Array]:
        if max(map(longest_bytes, block.columns), default=0) <= self.limits.max_cell_chars:
            return block, numbers
        longest = [0] * block.num_rows
        for column in block.columns:
            if longest_bytes(column) > self.limits.max_cell_chars:
                lengths = pc.fill_null(pc.utf8_length(column), 0).to_pylist()
                longest = [max(pair) for pair in zip(longest, lengths, strict=True)]
        bad = [place for place, chars in enumerate(longest) if chars > self.limits.max_cell_chars]
        for place in bad:
            text = "\t".join(str(cell or "") for cell in block.slice(place, 1).to_pylist()[0].values())
            self.rejected.append(rejected(numbers[place].as_py(), too_long(longest[place], self.limits), text))
        keep = pa.array([chars <= self.limits.max_cell_chars for chars in longest])
        return block.filter(keep), numbers.filter(keep)

    def drain(self) -> tuple[pa.RecordBatch, pa.Int64Array, list[RejectedRow]]:
        """Hand over all rows on hand, joined."""
        empty = pa.RecordBatch.from_arrays([[] for _ in self.part.columns], schema=schema(self.part))
        table = pa.concat_batches(self.tables) if self.tables else empty
        numbers = pa.concat_arrays(self.numbers) if self.numbers else pa.array([], pa.int64())
        aside = sorted(self.rejected, key=lambda row: row.row)
        self.tables, self.numbers, self.rejected, self.count, self.weight = [], [], [], 0, 0
        return table, numbers, aside


def _slices(rows: _Rows, size: int, *, all_of_it: bool) -> Iterator[tuple[RowBatch, int]]:
    full = rows.count >= size or rows.weight >= BATCH_CHARS or len(rows.rejected) >= size
    if not (full or (all_of_it and (rows.count or rows.rejected))):
        return
    table, numbers, aside = rows.drain()
    hold_back = 0 if all_of_it or table.num_rows < size else table.num_rows % size
    upto = table.num_rows - hold_back
    for start in range(0, max(upto, 1), size):
        stop = min(start + size, upto)
        bound = numbers[stop].as_py() if stop < table.num_rows else rows.done + 1
        mine = tuple(row for row in aside if row.row < bound)
        aside = aside[len(mine) :]
        yield (
            RowBatch(
                part=rows.part,
                table=table.slice(start, stop - start),
                row_numbers=numbers.slice(start, stop - start),
                rejected=mine,
            ),
            bound - 1,
        )
    if hold_back:
        rows.tables, rows.numbers = [table.slice(upto)], [numbers.slice(upto)]
        rows.count, rows.weight = hold_back, table.slice(upto).nbytes
    rows.rejected = aside


def _next(reader: pc_csv.CSVStreamingReader) -> pa.RecordBatch | None:
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None


def _reader(file: pa.NativeFile, part: TablePart, note: object) -> pc_csv.CSVStreamingReader:
    return pc_csv.open_csv(
        file,
        read_options=pc_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=list(part.columns)),
        parse_options=pc_csv.ParseOptions(
            delimiter=part.options["delimiter"],
            quote_char='"',
            double_quote=True,
            newlines_in_values=True,
            ignore_empty_lines=True,
            invalid_row_handler=note,
        ),
        convert_options=pc_csv.ConvertOptions(
            check_utf8=False,  # the whole file was checked before
            column_types=schema(part),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
