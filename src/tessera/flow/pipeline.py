"""A delivery's way from bytes to records, in steps that a durable job can repeat."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa

from tessera import integrate
from tessera.dictionary import Dictionary
from tessera.engines.blobs import Blobs
from tessera.engines.linkers import OpenLinker
from tessera.errors import Invalid
from tessera.flow import resolving
from tessera.flow.isolation import Allowance, in_child
from tessera.flow.reading import ReadBatch, Reading, cells_of, read_batches
from tessera.integrate import Mapping
from tessera.model.access import Access, Actor, Purpose, Role
from tessera.model.delivery import Delivery, DeliveryState
from tessera.model.marking import Marking
from tessera.model.rows import RowBatch, TableFormat, TablePart
from tessera.settings import Settings
from tessera.store import deliveries, intake, kept, parties, quarantine
from tessera.store.intake import BatchCounts, NewBatch
from tessera.store.transactions import Store, Transaction, day_of
from tessera.trust.retention import review_day

PIPELINE = Access(
    actor=Actor(account="pipeline", agency="", roles=frozenset({Role.SERVICE}), trained_until="9999-12-31"),
    purpose=Purpose.DATA_STEWARDSHIP,
)
"""The center's own integration service. It may see records only to tell new from known; policy says so by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A delivery about to be integrated."""

    uid: UUID
    delivery_id: int
    source_id: int
    source: str
    filename: str
    sha256: str
    mapping: Mapping
    mapping_text: str
    markings: tuple[int, ...]


class Pipeline:
    """The stages, put in order for one center."""

    def __init__(
        self,
        *,
        store: Store,
        blobs: Blobs,
        dictionary: Dictionary,
        settings: Settings,
        mappings: Callable[[str], str],
        linker: OpenLinker,
    ) -> None:
        """Put the parts together. `mappings` gives the text of a shipped mapping by name, or raises Invalid."""
        self.store = store
        self.blobs = blobs
        self.dictionary = dictionary
        self.settings = settings
        self.mappings = mappings
        self.linker = linker
        self.on_rows: dict[UUID, Callable[[int], None]] = {}
        """Who wants to be told how many rows of a delivery are done."""
        self._open: dict[UUID, _OpenReading] = {}

    def begin(self, delivery: Delivery, *, mapping_text: str = "") -> bool:
        """Choose and note the mapping: the given one, else the source's. Raises Invalid where there is none.

        False where the agreement behind the source is not in force: then the delivery waits for it, with its mapping.
        """
        with self.store.writing(PIPELINE) as tx:
            name = parties.read_source(tx, delivery.source)[2].mapping
            if deliveries.must_wait(tx, delivery.uid):
                if mapping_text:
                    given = integrate.parse_mapping(mapping_text, name or "mapping", self.dictionary)
                    deliveries.mapping_given(tx, delivery.uid, (given.name, given.version, given.digest, mapping_text))
                return False
            if delivery.state is DeliveryState.WAITING:
                mapping_text = mapping_text or deliveries.mapping_given(tx, delivery.uid)
            if not mapping_text and not name:
                raise Invalid(
                    f"source {delivery.source!r} has no mapping, so its rows cannot be understood yet",
                    advice="The delivery is kept. Give a mapping with --mapping FILE.",
                )
            value = mapping_text or self.mappings(name)
            mapping = integrate.parse_mapping(value, name or "mapping", self.dictionary)
            deliveries.begin(tx, delivery.uid, mapping=(mapping.name, mapping.version, mapping.digest, value))
        return True

    def store_batch(self, uid: UUID, number: int) -> BatchCounts | None:
        """Integrate and store one batch; None when there are no more. Doing it again changes nothing."""
        batch = self._reading(uid, number).next()
        if batch is None:
            self.close(uid)
            return None
        try:
            with self.store.writing(PIPELINE) as tx:
                counts = intake.add_batch(tx, self._new_batch(tx, self._open[uid].plan, batch))
        except BaseException:
            self.close(uid)
            raise
        self.resolve()
        if uid in self.on_rows:
            self.on_rows[uid](number * self.settings.batch_rows + counts.rows_in)
        return counts

    def resolve(self) -> None:
        """Resolve what was stored and is not resolved yet. Stopped at any moment, the next call goes on from there."""
        if self.settings.resolve_online:
            resolving.resolve_new(self.store, PIPELINE, rows=self.settings.resolve_rows)

    def finish(self, uid: UUID, *, reason: str = "") -> Delivery:
        """Say that a delivery is done, or why it could not be read."""
        self.close(uid)
        with self.store.writing(PIPELINE) as tx:
            return deliveries.finish(tx, uid, reason=reason)

    def close(self, uid: UUID) -> None:
        """Stop reading a delivery."""
        opened = self._open.pop(uid, None)
        if opened is not None:
            opened.close()

    def replay(self, access: Access, uid: UUID) -> BatchCounts:
        """Integrate one row of quarantine again, as mended; raise Invalid with the reasons if it still does not fit."""
        with self.store.reading(access) as tx:
            delivery, _, row, first_row, values = quarantine.to_replay(tx, uid)
        with self.store.reading(PIPELINE) as tx:
            plan = self._plan(tx, delivery)
            parties.require_in_force(tx, parties.read_source(tx, plan.source)[2].agreement)
        local = row - first_row
        compiled = integrate.compile_mapping(plan.mapping, source=plan.source, columns=tuple(values))
        mapped = compiled.apply(_one_row(values, local))
        if mapped.faults.num_rows:
            faults = "; ".join(f"{f['column'] or 'row'}: {f['reason']}" for f in mapped.faults.to_pylist())
            raise Invalid(f"the row still does not fit: {faults}", advice="Mend it, then replay it again.")
        with self.store.writing(access) as tx:
            counts = quarantine.replayed(
                tx,
                uid,
                NewBatch(
                    delivery_id=plan.delivery_id,
                    source_id=plan.source_id,
                    number=-1,
                    first_row=first_row,
                    mapped=mapped,
                    cells=cells_of(mapped),
                    markings=plan.markings,
                ),
            )
        self.resolve()
        return counts

    def _reading(self, uid: UUID, number: int) -> "_OpenReading":
        opened = self._open.get(uid)
        if opened is None or opened.expects != number:
            self.close(uid)
            with self.store.writing(PIPELINE) as tx:
                plan = self._plan(tx, uid)
                kept.to_integrate(tx, plan.delivery_id)
            opened = self._open[uid] = _OpenReading(plan, self._start(plan, number), number)
        return opened

    def _start(self, plan: Plan, skip: int) -> tuple[ExitStack, Iterator[ReadBatch]]:
        stack = ExitStack()
        reading = Reading(
            path=stack.enter_context(self.blobs.local(plan.sha256)),
            filename=plan.filename,
            source=plan.source,
            mapping_text=plan.mapping_text,
            mapping_name=plan.mapping.name,
            dictionary=self.dictionary,
            batch_rows=self.settings.batch_rows,
            skip=skip,
        )
        return stack, stack.enter_context(in_child(read_batches, reading, allowance=allowance(self.settings)))

    def _plan(self, tx: Transaction, uid: UUID) -> Plan:
        """Look up what is to be integrated how; make the markings that its records may get."""
        row = deliveries.to_integrate(tx, uid)
        source_id, _, source = parties.read_source(tx, row.source)
        base = source.marking | Marking(review_by=review_day(day_of(row.received_at), row.retention_days))
        mapping = integrate.parse_mapping(row.mapping_text, row.mapping_name, self.dictionary)
        return Plan(
            uid=uid,
            delivery_id=row.delivery_id,
            source_id=source_id,
            source=row.source,
            filename=row.filename,
            sha256=row.sha256,
            mapping=mapping,
            mapping_text=row.mapping_text,
            markings=tuple(tx.store.marking_id(tx, change.apply(base)) for change in mapping.marking_variants),
        )

    def _new_batch(self, tx: Transaction, plan: Plan, read: ReadBatch) -> NewBatch:
        intake.enter_part(
            tx,
            plan.delivery_id,
            number=read.part_number,
            first_row=read.first_row,
            part=read.part,
            column_classes=read.column_classes,
        )
        return NewBatch(
            delivery_id=plan.delivery_id,
            source_id=plan.source_id,
            number=read.number,
            first_row=read.first_row,
            mapped=read.mapped,
            cells=read.cells,
            markings=plan.markings,
            rejected=read.rejected,
        )


class _OpenReading:
    """A delivery that is being read in a child process, and which batch comes next."""

    def __init__(self, plan: Plan, started: tuple[ExitStack, Iterator[ReadBatch]], expects: int) -> None:
        self.plan = plan
        self.expects = expects
        self._stack, self._batches = started

    def next(self) -> ReadBatch | None:
        self.expects += 1
        return next(self._batches, None)

    def close(self) -> None:
        self._stack.close()


def allowance(settings: Settings) -> Allowance:
    """Say what a child that reads may use."""
    return Allowance(memory_mb=settings.reader_memory_mb, seconds=settings.reader_seconds)


def _one_row(values: dict[str, str], row: int) -> RowBatch:
    part = TablePart(path="", format=TableFormat.DELIMITED, columns=tuple(values))
    table = pa.RecordBatch.from_pydict({c: pa.array([v or None], pa.string()) for c, v in values.items()})
    return RowBatch(part=part, table=table, row_numbers=pa.array([row], pa.int64()))
