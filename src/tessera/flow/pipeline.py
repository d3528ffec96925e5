"""A delivery's way from bytes to records, in steps that a durable job can repeat.

A source names a mapping for its tables, or `FILES`: then each of its files is read for what it says, whatever it is. Files
that lie in a delivery become deliveries of their own, and go the same way.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from uuid import UUID

import pyarrow as pa

from tessera import integrate
from tessera.dictionary import Dictionary
from tessera.engines.blobs import Blobs
from tessera.engines.linkers import OpenLinker
from tessera.errors import Invalid, Unreadable
from tessera.extract.contents import SAMPLE
from tessera.flow import resolving
from tessera.flow.isolation import Allowance, Readers
from tessera.flow.reading import Ground, ReadBatch, Reading, cells_of, read_batches
from tessera.flow.recognisers import Recognisers
from tessera.integrate import FileSeen, Mapping, MarkingChange
from tessera.integrate.contents import integrate_contents, mended_draft
from tessera.model.access import Access, Actor, Purpose, Role
from tessera.model.delivery import Delivery, DeliveryState
from tessera.model.found import Contents, Enclosed, Told
from tessera.model.marking import Marking
from tessera.model.rows import Mapped, RowBatch, TableFormat, TablePart
from tessera.model.source import FILES
from tessera.settings import Settings
from tessera.store import contents, deliveries, enclosures, intake, kept, parties, quarantine
from tessera.store.intake import BatchCounts, NewBatch
from tessera.store.transactions import Store, Transaction, day_of
from tessera.trust.retention import review_day

FILES_VERSION = 1
"""Raised when files are read in another way, so that deliveries tell how they were read."""
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
    digest: str
    """SHA-256 of the bytes as they were delivered; `sha256` is that of what is kept of them."""
    mapping: Mapping | None
    """None where files are read for what they say."""
    mapping_text: str
    base: Marking
    depth: int = 0
    """How many files it lies in."""
    said: str = ""
    """What was stored of it before says first."""


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
        recognisers: Recognisers,
    ) -> None:
        """Put the parts together. `mappings` gives the text of a shipped mapping by name, or raises Invalid."""
        self.store = store
        self.blobs = blobs
        self.dictionary = dictionary
        self.settings = settings
        self.mappings = mappings
        self.linker = linker
        self.recognisers = recognisers
        self.on_rows: dict[UUID, Callable[[int], None]] = {}
        """Who wants to be told how many rows of a delivery are done."""
        self.on_enclosed: Callable[[Delivery], None] | None = None
        """Who starts the jobs of files that came to light in others."""
        self.readers = Readers(
            folder=settings.center / "run" / "readers",
            allowance=allowance(settings),
            reads=recognisers.folders,
            ground=Ground(dictionary=dictionary, words=dictionary.gazetteers, recognisers=recognisers),
        )
        self._open: dict[UUID, _OpenReading] = {}

    def begin(self, delivery: Delivery, *, mapping_text: str = "", worker: str = "") -> bool:
        """Choose and note the mapping: the given one, else the source's. Raises Invalid where there is none.

        `worker` names the process that takes it on.

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
            deliveries.begin(tx, delivery.uid, mapping=self._mapping(name, mapping_text), worker=worker)
        return True

    def take_on(self, uid: UUID, *, worker: str) -> None:
        """Go on with a delivery that a process had begun which is no more."""
        with self.store.writing(PIPELINE) as tx:
            deliveries.take_on(tx, uid, worker=worker)

    def _mapping(self, name: str, text: str) -> tuple[str, int, str, str]:
        """Give name, version, digest and text of the mapping to use. Files that are read for what they say have no text."""
        if name == FILES and not text:
            return FILES, FILES_VERSION, hashlib.sha256(f"{FILES}@{FILES_VERSION}".encode()).hexdigest(), ""
        value = text or self.mappings(name)
        mapping = integrate.parse_mapping(value, name or "mapping", self.dictionary)
        return mapping.name, mapping.version, mapping.digest, value

    def store_batches(self, uid: UUID, first: int, *, most: int) -> bool:
        """Integrate and store up to so many batches; claim that there may be more. After the last the delivery is done.

        Doing it again changes nothing, and goes on behind what is stored. What cannot be read is done too, with its reason.
        """
        reason = ""
        try:
            start = self._reading(uid, first, past_stored=True).expects
            for number in range(start, first + most):
                if self.store_batch(uid, number) is None:
                    break
            else:
                return True
        except (Unreadable, Invalid) as error:
            reason = str(error)
        self.finish(uid, reason=reason)
        return False

    def store_batch(self, uid: UUID, number: int) -> BatchCounts | None:
        """Integrate and store one batch; None when there are no more. Doing it again changes nothing."""
        batch = self._reading(uid, number).next()
        if batch is None:
            self.close(uid)
            return None
        try:
            files = [(one.name, *self._keep(one)) for one in batch.enclosed]
            with self.store.writing(PIPELINE) as tx:
                counts = intake.add_batch(tx, self._new_batch(tx, self._open[uid].plan, batch))
                fresh = enclosures.enter(tx, uid, files)
        except BaseException:
            self.close(uid)
            raise
        self.resolve()
        for delivery in fresh:
            if self.on_enclosed:
                self.on_enclosed(delivery)
        if uid in self.on_rows:
            self.on_rows[uid](number * self.settings.batch_rows + counts.rows_in)
        return counts

    def _keep(self, one: Enclosed) -> tuple[str, int]:
        """Keep the bytes of a file that came to light; give their SHA-256 and size."""
        with one.path.open("rb") as stream:
            blob = self.blobs.put(stream)
        return blob.sha256, blob.size

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
        mapped, changes = self._again(plan, values, row - first_row)
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
                    markings=markings_of(tx, plan, changes),
                ),
            )
        self.resolve()
        return counts

    def _again(self, plan: Plan, values: dict[str, str], row: int) -> tuple[Mapped, tuple[MarkingChange, ...] | None]:
        """Integrate the values of one row once more."""
        if plan.mapping is None:
            seen = FileSeen(source=plan.source, digest=plan.digest, dictionary=self.dictionary, today=integrate.today())
            return integrate_contents(seen, Contents(told=(Told(number=row, finding=mended_draft(values)),)))
        compiled = integrate.compile_mapping(plan.mapping, source=plan.source, columns=tuple(values))
        return compiled.apply(_one_row(values, row)), None

    def _reading(self, uid: UUID, number: int, *, past_stored: bool = False) -> "_OpenReading":
        """Give the reading that comes to a batch next, or to the first behind it that is not stored."""
        opened = self._open.get(uid)
        if opened is None or opened.expects != number:
            self.close(uid)
            with self.store.writing(PIPELINE) as tx:
                plan = self._plan(tx, uid)
                if past_stored:
                    number = max(number, intake.next_batch(tx, plan.delivery_id))
                if number and plan.mapping is None:
                    plan = replace(plan, said=contents.first_words(tx, plan.delivery_id, most=SAMPLE))
                kept.to_integrate(tx, plan.delivery_id)
            opened = self._open[uid] = _OpenReading(plan, self._start(plan, number), number)
        return opened

    def _start(self, plan: Plan, skip: int) -> tuple[ExitStack, Iterator[ReadBatch]]:
        stack = ExitStack()
        reading = Reading(
            filename=plan.filename,
            source=plan.source,
            mapping_text=plan.mapping_text,
            mapping_name=plan.mapping.name if plan.mapping else FILES,
            batch_rows=self.settings.batch_rows,
            skip=skip,
            digest=plan.digest,
            depth=plan.depth,
            said=plan.said,
        )
        path = stack.enter_context(self.blobs.local(plan.sha256))
        return stack, stack.enter_context(self.readers.reading(plan.source, path, read_batches, reading))

    def _plan(self, tx: Transaction, uid: UUID) -> Plan:
        """Look up what is to be integrated how."""
        row = deliveries.to_integrate(tx, uid)
        source_id, _, source = parties.read_source(tx, row.source)
        base = source.marking | Marking(review_by=review_day(day_of(row.received_at), row.retention_days))
        text = row.mapping_text
        return Plan(
            uid=uid,
            delivery_id=row.delivery_id,
            source_id=source_id,
            source=row.source,
            filename=row.filename,
            sha256=row.sha256,
            digest=row.digest,
            mapping=integrate.parse_mapping(text, row.mapping_name, self.dictionary) if text else None,
            mapping_text=text,
            base=base,
            depth=enclosures.depth(tx, row.delivery_id),
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
            markings=markings_of(tx, plan, read.changes),
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


def markings_of(tx: Transaction, plan: Plan, changes: tuple[MarkingChange, ...] | None) -> tuple[int, ...]:
    """Give the markings that records of the delivery may get, in the order in which they count through them."""
    if changes is None:
        changes = plan.mapping.marking_variants if plan.mapping else (MarkingChange(),)
    return tuple(tx.store.marking_id(tx, change.apply(plan.base)) for change in changes)


def allowance(settings: Settings) -> Allowance:
    """Say what a child that reads may use."""
    return Allowance(memory_mb=settings.reader_memory_mb, seconds=settings.reader_seconds)


def _one_row(values: dict[str, str], row: int) -> RowBatch:
    part = TablePart(path="", format=TableFormat.DELIMITED, columns=tuple(values))
    table = pa.RecordBatch.from_pydict({c: pa.array([v or None], pa.string()) for c, v in values.items()})
    return RowBatch(part=part, table=table, row_numbers=pa.array([row], pa.int64()))
