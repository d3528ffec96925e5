"""Reads tables whole, for tests of extraction."""

from pathlib import Path
from typing import NamedTuple

from tessera import extract
from tessera.model.rows import RejectedRow, TablePart

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


class Read(NamedTuple):
    part: TablePart
    rows: dict[int, dict[str, str | None]]
    rejected: dict[int, RejectedRow]
    batches: int

    @property
    def cells(self) -> list[tuple[str | None, ...]]:
        return [tuple(row.values()) for row in self.rows.values()]


def read_all(path: Path, filename: str = "", *, size: int = 1000, limits: extract.Limits | None = None) -> list[Read]:
    tables = extract.open_tables(path, filename=filename or path.name, limits=limits or extract.Limits())
    return [read_table(table, size) for table in tables]


def read_one(path: Path, filename: str = "", *, size: int = 1000, limits: extract.Limits | None = None) -> Read:
    (only,) = read_all(path, filename, size=size, limits=limits)
    return only


def read_table(table: extract.OpenTable, size: int = 1000) -> Read:
    rows: dict[int, dict[str, str | None]] = {}
    rejected: dict[int, RejectedRow] = {}
    count = 0
    for batch in table.batches(size):
        batch.table.validate(full=True)
        assert batch.table.schema.names == list(table.part.columns)
        assert batch.table.num_rows <= size
        numbers = batch.row_numbers.to_pylist()
        assert numbers == sorted(numbers)
        assert all(number > max([0, *rows]) for number in numbers[:1])
        rows.update(zip(numbers, batch.table.to_pylist(), strict=True))
        rejected.update({row.row: row for row in batch.rejected})
        count += 1
    assert not set(rows) & set(rejected)
    assert sorted([*rows, *rejected]) == list(range(1, len(rows) + len(rejected) + 1))
    return Read(table.part, rows, rejected, count)
