"""Inside the child process: from the bytes of a delivery to integrated batches, extract first, then integrate.

Tables go through the mapping of their source. Every other file, and every file of a source that takes files of any kind, is
read for what it says.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tessera import extract, integrate
from tessera.dictionary import Dictionary
from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.contents import ToRead, format_of, read_contents
from tessera.extract.limits import Limits
from tessera.flow.recognisers import Recognisers
from tessera.integrate import FileSeen, MarkingChange, integrate_contents
from tessera.model.found import Enclosed
from tessera.model.rows import Mapped, RejectedRow, RowBatch, TableFormat, TablePart
from tessera.store.places import cell_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every file of a center is read with: given to a child once, when it begins."""

    dictionary: Dictionary
    words: Gazetteers = field(default_factory=Gazetteers)
    recognisers: Recognisers = field(default_factory=Recognisers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What to read and how: sent to the child with each file."""

    filename: str
    source: str
    mapping_text: str
    mapping_name: str
    batch_rows: int
    skip: int
    """Batches that were stored before and need not be integrated again."""
    digest: str = ""
    """SHA-256 of the bytes as they were delivered."""
    depth: int = 0
    """How many files it lies in."""
    said: str = ""
    """What the batches that were stored before say first."""


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
    rejected: tuple[RejectedRow, ...] = ()
    changes: tuple[MarkingChange, ...] | None = None
    """Changes of marking that its records count through; None: the mapping's own."""
    enclosed: tuple[Enclosed, ...] = ()
    """Files that came to light. They lie where they are until the batch after this one is taken."""


def read_batches(path: Path, ground: Ground, reading: Reading) -> Iterator[ReadBatch]:
    """Yield the batches of a delivery in their fixed order, numbered from 0; those to skip are only counted."""
    limits = Limits()
    is_table = bool(reading.mapping_text) and format_of(path, reading.filename, limits).is_table
    yield from _table_batches(path, ground, reading) if is_table else _content_batches(path, ground, reading, limits)


def _content_batches(path: Path, ground: Ground, reading: Reading, limits: Limits) -> Iterator[ReadBatch]:
    """Read a file for what it says."""
    sort = format_of(path, reading.filename, limits)
    part = TablePart(path="", format=TableFormat.CONTENTS, columns=(), options={"format": sort.value})
    tools = ground.recognisers.open()
    seen = FileSeen(
        source=reading.source,
        digest=reading.digest,
        dictionary=ground.dictionary,
        today=integrate.today(),
        places=ground.recognisers.find_places(),
    )
    file = ToRead(
        path=path,
        filename=reading.filename,
        tools=tools,
        words=ground.words,
        limits=limits,
        depth=reading.depth,
        done=reading.skip,
        said=reading.said,
        folder=Path(tempfile.mkdtemp(prefix="enclosed-")),  # goes with the child's own folder, before its next file
    )
    taken: tuple[Enclosed, ...] = ()
    for number, contents in enumerate(read_contents(file)):
        if number >= reading.skip:
            mapped, changes = integrate_contents(seen, contents)
            yield ReadBatch(
                number=number,
                part_number=0,
                first_row=0,
                part=part,
                column_classes={},
                mapped=mapped,
                cells=cells_of(mapped),
                changes=changes,
                enclosed=contents.enclosed,
            )
        for one in taken:
            one.path.unlink(missing_ok=True)
        taken = contents.enclosed


def _table_batches(path: Path, ground: Ground, reading: Reading) -> Iterator[ReadBatch]:
    mapping = integrate.parse_mapping(reading.mapping_text, reading.mapping_name, ground.dictionary)
    number = rows_before = 0
    for part_number, table in enumerate(extract.open_tables(path, filename=reading.filename)):
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


def rows_of_threads(path: Path, ground: Ground, reading: Reading, threads: frozenset[bytes]) -> Iterator[list[int]]:
    """Yield, batch by batch, the rows of a delivery (counted through all its parts) that speak of these things."""
    for read in read_batches(path, ground, reading):
        found = zip(read.mapped.records["thread"].to_pylist(), read.mapped.records["row"].to_pylist(), strict=True)
        yield [read.first_row + row for thread, row in found if thread in threads]
