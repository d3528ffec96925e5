"""What tests of integration share: the packs, and tables made from plain texts."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa

from tessera import dictionary
from tessera.dictionary import Dictionary
from tessera.integrate import Mapping, parse_mapping
from tessera.model.rows import RowBatch, TableFormat, TablePart

ROOT = Path(__file__).resolve().parents[1]
PACKS = ROOT / "packs"
MAPPINGS = PACKS / "public-safety" / "mappings"
SHARED = ROOT.parent / "shared"
NOW = 1_795_000_000_000
"""A fixed clock: 2026-11-18T11:06:40Z."""


@cache
def words() -> Dictionary:
    return dictionary.load([PACKS / "core", PACKS / "public-safety"])


def mapping(text: str) -> Mapping:
    return parse_mapping(text, "test.yaml", words())


def table(columns: Sequence[str], *rows: Sequence[str | None], first: int = 1) -> RowBatch:
    arrays = [pa.array([row[at] for row in rows], pa.string()) for at in range(len(columns))]
    return RowBatch(
        part=TablePart(path="", format=TableFormat.DELIMITED, columns=tuple(columns)),
        table=pa.RecordBatch.from_arrays(arrays, names=list(columns)),
        row_numbers=pa.array(range(first, first + len(rows)), pa.int64()),
    )


def clock() -> int:
    return NOW


def real_batches(path: Path, rows: int = 10_000) -> Iterator[RowBatch]:
    from tessera import extract

    for opened in extract.open_tables(path, filename=path.name):
        yield from opened.batches(rows)
