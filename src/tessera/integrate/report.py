"""Tries a mapping on a sample and says what came of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tessera.clock import Clock, system_clock
from tessera.integrate.compile import CompiledMapping
from tessera.integrate.mapping import Mapping
from tessera.model.rows import RowBatch

_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TermReport:
    """What became of one term: how often filled, how often invalid, and some values before and after."""

    kind: str
    term: str
    rows: int
    filled: int
    invalid: int
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultReport:
    """One row that does not fit."""

    row: int
    column: str
    term: str
    reason: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingReport:
    """What a mapping makes of a sample. `faults` has the first 20; `rejected` counts rows that could not be split."""

    mapping: str
    rows: int
    rows_faulty: int
    rejected: int
    records: dict[str, int]
    """By kind."""
    links: int
    terms: tuple[TermReport, ...]
    faults: tuple[FaultReport, ...]
    unmapped_columns: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Claim that every row of the sample fits."""
        return not self.rows_faulty and not self.rejected


def check_mapping(mapping: Mapping, batches: Iterable[RowBatch], *, clock: Clock = system_clock) -> MappingReport:
    """Try a mapping on batches of one table. Nothing is stored. Examples come from the first batch."""
    tried = _Trial(mapping, clock)
    for batch in batches:
        tried.add(batch)
    return tried.report()


class _Trial:
    """Counts while batches pass."""

    def __init__(self, mapping: Mapping, clock: Clock) -> None:
        self._mapping, self._clock = mapping, clock
        self._compiled: CompiledMapping | None = None
        self._examples: list[list[tuple[str, str]]] = []
        self._profile: list[dict[str, int | str]] = []
        self._records: Counter[str] = Counter()
        self._sums: Counter[str] = Counter()
        self._faults: list[FaultReport] = []

    def add(self, batch: RowBatch) -> None:
        if self._compiled is None:
            columns = batch.table.schema.names
            self._compiled = CompiledMapping(self._mapping, source="sample", columns=columns, clock=self._clock)
        mapped = self._compiled.apply(batch)
        if not self._profile:
            self._examples = self._compiled.examples(batch)
        profile = mapped.profile.to_pylist()
        self._profile = [_sum(*pair) for pair in zip(self._profile, profile, strict=True)] if self._profile else profile
        self._records.update(mapped.records["kind"].to_pylist())
        self._sums.update(
            rows=mapped.rows + len(batch.rejected),
            faulty=mapped.faults.num_rows,
            rejected=len(batch.rejected),
            links=mapped.links.num_rows,
        )
        for fault in mapped.faults.slice(0, _MOST_FAULTS - len(self._faults)).to_pylist():
            del fault["raw"], fault["marking"]
            self._faults.append(FaultReport(**fault))

    def report(self) -> MappingReport:
        return MappingReport(
            mapping=f"{self._mapping.name}@{self._mapping.version}",
            rows=self._sums["rows"],
            rows_faulty=self._sums["faulty"],
            rejected=self._sums["rejected"],
            records=dict(self._records),
            links=self._sums["links"],
            terms=tuple(
                TermReport(
                    kind=str(row["kind"]),
                    term=str(row["term"]),
                    rows=int(row["rows"]),
                    filled=int(row["filled"]),
                    invalid=int(row["invalid"]),
                    examples=tuple(examples),
                )
                for row, examples in zip(self._profile, self._examples, strict=True)
            ),
            faults=tuple(self._faults),
            unmapped_columns=self._compiled.unmapped_columns if self._compiled else (),
        )


def _sum(left: dict[str, int | str], right: dict[str, int | str]) -> dict[str, int | str]:
    counted = {name: int(left[name]) + int(right[name]) for name in ("rows", "filled", "invalid")}
    return {**left, **counted}
