"""Compiles a mapping to columnar SQL once, and applies it to batch after batch."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tessera.clock import Clock, system_clock
from tessera.engines.columns import ColumnEngine
from tessera.errors import Invalid
from tessera.integrate import outputs
from tessera.integrate.faults import place_reason, raw_row, shortened, value_reason
from tessera.integrate.mapping import Mapping
from tessera.integrate.places import Place
from tessera.integrate.rules import BLANKS
from tessera.integrate.stage import plan_of, staging
from tessera.integrate.values import Problem
from tessera.model.marking import FieldClass
from tessera.model.rows import FAULT_SCHEMA, LINK_SCHEMA, PROFILE_SCHEMA, RECORD_SCHEMA, Mapped, RowBatch

COORDINATES = "coordinates"
"""The word that profiles and faults use for latitude and longitude, which are no term."""

_ASKED = ("records", "links", "faulty", "profile")
_PROTECTION = (
    FieldClass.HEALTH,
    FieldClass.IDENTIFIER,
    FieldClass.CONTACT,
    FieldClass.NARRATIVE,
    FieldClass.PLACE,
    FieldClass.OPEN,
)


class CompiledMapping:
    """A mapping made ready for the columns of one table. Use it from one thread at a time."""

    def __init__(self, mapping: Mapping, *, source: str, columns: Sequence[str], clock: Clock = system_clock) -> None:
        """Compile; raises Invalid where the table lacks columns or the engine refuses an expression."""
        _check_columns(mapping, columns)
        self.mapping = mapping
        self.source = source
        self.columns = tuple(columns)
        self._clock = clock
        self._plan = plan_of(mapping, self.columns)
        answers = {
            "records": outputs.records(self._plan),
            "links": outputs.links(self._plan),
            "faulty": outputs.faulty(self._plan),
            "profile": outputs.profile(self._plan),
            "examples": outputs.examples(self._plan),
        }
        self._engine = ColumnEngine(staging(self._plan), answers)
        # A first, empty run finds out whether the engine takes every expression.
        schema = pa.schema([(name, pa.string()) for name in self.columns])
        self._run(pa.RecordBatch.from_pylist([], schema=schema), pa.array([], pa.int64()), tuple(answers))

    @property
    def unmapped_columns(self) -> tuple[str, ...]:
        """The table's columns that no term, key, place or condition reads."""
        return tuple(column for column in self.columns if column not in self._plan.used)

    def apply(self, batch: RowBatch) -> Mapped:
        """Integrate a batch. Every row ends in `records` (and `links`) or in `faults`, never in both.

        A faulty row has one fault; its reason names everything that is wrong with it. `batch.rejected` is not looked
        at: those rows were never split, and stay with the one who called.
        """
        now, tables = self._run(batch.table, batch.row_numbers)
        return Mapped(
            records=tables["records"].cast(RECORD_SCHEMA),
            links=tables["links"].cast(LINK_SCHEMA),
            faults=self._faults(tables["faulty"], batch.table, now),
            profile=self._profile(tables["profile"]),
            rows=batch.table.num_rows,
        )

    def field_class_of(self, column: str) -> FieldClass | None:
        """Return the most protective class of what a source column feeds; None where nothing reads it.

        A column that only makes keys counts as an identifier, one that only makes coordinates as a place, one that is
        only asked in conditions as open.
        """
        return min(self._plan.classes.get(column, ()), key=_PROTECTION.index, default=None)

    def close(self) -> None:
        """Give the engine's memory back."""
        self._engine.close()

    def _run(
        self, batch: pa.RecordBatch, rows: pa.Int64Array, asked: Sequence[str] = _ASKED
    ) -> tuple[int, dict[str, pa.Table]]:
        now = self._clock()
        # Arrow trims twenty times faster than the engine.
        arrays = [pc.utf8_trim(batch.column(name).cast(pa.string()), BLANKS) for name in self.columns]
        at = pa.array(range(batch.num_rows), pa.int32())
        nul = _nul_columns(arrays, [name in self._plan.used for name in self.columns])
        names = ["row", "at", "nul", *(f"c{index}" for index in range(len(arrays)))]
        table = pa.Table.from_arrays([rows, at, nul, *arrays], names=names)
        return now, self._engine.run(table, {"now": now, "source": self.source}, asked)

    def _profile(self, counted: pa.Table) -> pa.Table:
        counts = counted.to_pylist()[0]
        rows = [
            {
                "kind": record.kind.name,
                "term": term,
                "rows": counts[f"rows_{number}"],
                "filled": counts[f"filled_{letter}"],
                "invalid": counts[f"invalid_{letter}"],
            }
            for number, record, term, letter in self._plan.profiled()
        ]
        return pa.Table.from_pylist(rows, schema=PROFILE_SCHEMA)

    def _faults(self, faulty: pa.Table, batch: pa.RecordBatch, now: int) -> pa.Table:
        if not faulty.num_rows:
            return FAULT_SCHEMA.empty_table()
        cells = batch.take(faulty["at"].combine_chunks()).to_pylist()
        rows = [self._fault(staged, row, now) for staged, row in zip(faulty.to_pylist(), cells, strict=True)]
        return pa.Table.from_pylist(rows, schema=FAULT_SCHEMA)

    def _fault(self, staged: dict[str, object], row: dict[str, str | None], now: int) -> dict[str, object]:
        found = [
            *outputs.row_problems(self._plan, staged, row),
            *self._value_problems(staged, row, now),
            *self._place_problems(staged, row),
        ]
        # A column that feeds the same term, or the keys, of several records is told once.
        told = list(
            {(column, term): (column, term, reason, value) for column, term, reason, value in reversed(found)}.values()
        )
        column, term, reason, value = told[-1]
        also = "".join(f" Also {other or 'the row'}: {why}" for other, _, why, _ in reversed(told[:-1]))
        return {
            "row": staged["row"],
            "column": column,
            "term": term,
            "reason": reason + also,
            "value": shortened(value),
            "raw": raw_row(row),
            "marking": None,
        }

    def _value_problems(
        self, staged: dict[str, object], row: dict[str, str | None], now: int
    ) -> list[tuple[str, str, str, str]]:
        dictionary = self.mapping.dictionary
        return [
            (
                ", ".join(one.rule.columns),
                one.term.name if one.term else "role",
                value_reason(Problem(code), one.rule, one.term, dictionary, now),
                _delivered(row, one.rule.columns),
            )
            for one in self._plan.keeping_out
            if isinstance(code := staged[f"e{one.index}"], int)
        ]

    def _place_problems(self, staged: dict[str, object], row: dict[str, str | None]) -> list[tuple[str, str, str, str]]:
        return [
            (
                ", ".join(_columns_of(place)),
                COORDINATES,
                place_reason(Problem(code), place.rule),
                _delivered(row, _columns_of(place)),
            )
            for place in self._plan.places_keeping_out
            if isinstance(code := staged[f"pe{place.index}"], int)
        ]

    def examples(self, batch: RowBatch, most: int = 3) -> list[list[tuple[str, str]]]:
        """Show some values before and after, in the order of the profile; those that were changed come first."""
        _, tables = self._run(batch.table, batch.row_numbers, ("examples",))
        rows = tables["examples"].to_pylist()
        cells = batch.table.take(tables["examples"]["at"].combine_chunks()).to_pylist()
        return [_changed_first(rows, cells, *shown)[:most] for shown in self._plan.shown()]


def _nul_columns(arrays: Sequence[pa.StringArray], used: Sequence[bool]) -> pa.Int32Array:
    """Give, for each row, the first used column that holds a NUL character."""
    rows = len(arrays[0]) if arrays else 0
    found = pa.nulls(rows, pa.int32())
    for index in reversed(range(len(arrays))):
        # A look at the raw bytes is almost free; the exact search is for the rare column that has one.
        if used[index] and b"\x00" in _letters(arrays[index]):
            found = pc.if_else(pc.fill_null(pc.match_substring(arrays[index], "\x00"), fill_value=False), index, found)
    return found.cast(pa.int32())


def _letters(array: pa.StringArray) -> bytes:
    """Give all letters of a column, one value after another."""
    _, offsets, letters = array.buffers()
    if letters is None:
        return b""
    starts = memoryview(offsets).cast("i")
    return bytes(memoryview(letters)[starts[array.offset] : starts[array.offset + len(array)]])


def _changed_first(
    rows: list[dict[str, object]], cells: list[dict[str, str | None]], columns: tuple[str, ...], after: str
) -> list[tuple[str, str]]:
    """Pair texts as delivered with values as stored, each pair once."""
    pairs = dict.fromkeys(
        (_delivered(cell, columns), "" if row[after] is None else str(row[after]))
        for row, cell in zip(rows, cells, strict=True)
    )
    return sorted((pair for pair in pairs if any(pair)), key=lambda pair: pair[0] == pair[1])


def _columns_of(place: Place) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place.rule.latitude.columns + place.rule.longitude.columns))


def _delivered(row: dict[str, str | None], columns: tuple[str, ...]) -> str:
    return " ".join(row.get(column) or "" for column in columns)


def compile_mapping(
    mapping: Mapping, *, source: str, columns: Sequence[str], clock: Clock = system_clock
) -> CompiledMapping:
    """Make a mapping ready for a table with these columns, from this source.

    Raises Invalid where required columns are missing, saying which the table has.
    """
    return CompiledMapping(mapping, source=source, columns=columns, clock=clock)


def _check_columns(mapping: Mapping, columns: Sequence[str]) -> None:
    missing = [column for column in mapping.columns if column not in columns]
    if missing:
        raise Invalid(
            f"the file has no column {', '.join(map(repr, missing))}, which mapping {mapping.name!r} needs",
            where=f"{mapping.name}@{mapping.version}",
            advice=f"It has: {', '.join(columns) or 'no columns at all'}. Is it the right mapping for this file?",
        )
    doubled = sorted({column for column in columns if list(columns).count(column) > 1})
    if doubled:
        raise Invalid(f"the file has the column {doubled[0]!r} more than once", advice="Give each column its own name.")
