"""Inside the child process: from the bytes of a delivery to integrated batches, extract first, then integrate."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tessera import extract, integrate
from tessera.dictionary import Dictionary
from tessera.model.rows import Mapped, RejectedRow, RowBatch, TablePart
from tessera.store.places import cell_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What to read and how: sent to the child."""

    path: Path
    filename: str
    source: str
    mapping_text: str
    mapping_name: str
    dictionary: Dictionary
    batch_rows: int
    skip: int
    """Batches that were stored before and need not be integrated again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBatch:
    """One integrated batch, with the part it belongs to and how many rows stood before that part."""

    number: int
    part_number: int
    first_row: int
    part: TablePart
    column_classes: dict[str, str]
    mapped: Mapped
    cells: list[int | None]
    rejected: tuple[RejectedRow, ...]


def read_batches(reading: Reading) -> Iterator[ReadBatch]:
    """Yield the batches of a delivery in their fixed order, numbered from 0; those to skip are only counted."""
    mapping = integrate.parse_mapping(reading.mapping_text, reading.mapping_name, reading.dictionary)
    number = rows_before = 0
    for part_number, table in enumerate(extract.open_tables(reading.path, filename=reading.filename)):
        compiled = integrate.compile_mapping(mapping, source=reading.source, columns=table.part.columns)
        classes = {c: k.value for c in table.part.columns if (k := compiled.field_class_of(c)) is not None}
        last_row = 0
        for batch in table.batches(reading.batch_rows):
            last_row = max(last_row, _last_row(batch))
            if number >= reading.skip:
                mapped = compiled.apply(batch)
                yield ReadBatch(
                    number=number,
                    part_number=part_number,
                    first_row=rows_before,
                    part=table.part,
                    column_classes=classes,
                    mapped=mapped,
                    cells=cells_of(mapped),
                    rejected=batch.rejected,
                )
            number += 1
        rows_before += last_row


def _last_row(batch: RowBatch) -> int:
    last = batch.row_numbers[-1].as_py() if len(batch.row_numbers) else 0
    return max([last, *(r.row for r in batch.rejected)])


def cells_of(mapped: Mapped) -> list[int | None]:
    """Give each record the hexagon it lies in."""
    places = zip(mapped.records["latitude"].to_pylist(), mapped.records["longitude"].to_pylist(), strict=True)
    return [cell_of(latitude, longitude) for latitude, longitude in places]


def read_rows(
    path: Path, filename: str, part: TablePart, first: int, last: int
) -> Iterator[list[tuple[int, tuple[str | None, ...]]]]:
    """Yield once: some rows of a part as they were delivered, for the page that shows evidence."""
    yield extract.read_rows(path, part, first, last, filename=filename)


def rows_of_threads(reading: Reading, threads: frozenset[bytes]) -> Iterator[list[int]]:
    """Yield, batch by batch, the rows of a delivery (counted through all its parts) that speak of these things."""
    for read in read_batches(reading):
        found = zip(read.mapped.records["thread"].to_pylist(), read.mapped.records["row"].to_pylist(), strict=True)
        yield [read.first_row + row for thread, row in found if thread in threads]
