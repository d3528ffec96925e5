"""Trying a mapping on a sample, in the child process that untrusted bytes are read in. Nothing is stored."""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from tessera import extract, integrate
from tessera.dictionary import Dictionary
from tessera.errors import Unreadable
from tessera.flow.isolation import Allowance, in_child
from tessera.integrate import MappingReport
from tessera.model.rows import RowBatch

SAMPLE_ROWS = 20_000
BATCH_ROWS = 2_000


def try_mapping(mapping: Path, sample: Path, dictionary: Dictionary, *, allowance: Allowance) -> MappingReport:
    """Say what the mapping makes of the first table of the sample, up to SAMPLE_ROWS rows."""
    text = mapping.read_text(encoding="utf-8")
    integrate.parse_mapping(text, str(mapping), dictionary)  # a wrong mapping is reported before the sample is opened
    with in_child(_report, text, str(mapping), sample, dictionary, allowance=allowance, reads=(sample,)) as answers:
        report: MappingReport = next(answers)
    return report


def _report(text: str, where: str, sample: Path, dictionary: Dictionary) -> Iterator[MappingReport]:
    mapping = integrate.parse_mapping(text, where, dictionary)
    table = next(iter(extract.open_tables(sample, filename=sample.name)), None)
    if table is None:
        raise Unreadable("the sample holds no table", where=str(sample))
    yield integrate.check_mapping(mapping, _first(table.batches(BATCH_ROWS)))


def _first(batches: Iterator[RowBatch]) -> Iterator[RowBatch]:
    return (batch for _, batch in takewhile(lambda pair: pair[0] * BATCH_ROWS < SAMPLE_ROWS, enumerate(batches)))
