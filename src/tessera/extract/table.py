"""A table that can be read: what it is, and its rows in batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tessera.model.rows import RowBatch, TablePart


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTable:
    """One table of a delivery, ready to be read, any number of times.

    Rows are numbered from 1 within the part; the header is not a row. A delimited line without any character, a
    workbook row whose cells are all empty, and a blank line of NDJSON are not rows either and get no number. Every
    other row has one, whether it can be read or is rejected.
    """

    part: TablePart
    read: Callable[[int], Iterator[RowBatch]] = field(repr=False)

    def batches(self, size: int) -> Iterator[RowBatch]:
        """Give the rows in order, at most `size` in each batch (rejected rows come beside them)."""
        return self.read(size)
