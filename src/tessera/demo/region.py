"""Draw the region and write its files, row by row; memory grows with the persons of the region only."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from tessera.demo.calls import CALLS
from tessera.demo.dirt import spoil, spoilt_by
from tessera.demo.draw import Draw
from tessera.demo.feed import Feed, Row, Step, World
from tessera.demo.formats import RowFile, open_rows
from tessera.demo.law import CEDAR, KENT, NEW_CASTLE, SUSSEX
from tessera.demo.manifest import DemoDelivery, write_manifest
from tessera.demo.registers import PERSONS, VEHICLES
from tessera.demo.reports import ACTIVITY, NOTICES, OVERDOSES, REPORTS, TIPS
from tessera.demo.truth import Count, PersonList, in_all, person_list, write_counts
from tessera.errors import Invalid

FEEDS = (
    CALLS, NEW_CASTLE, SUSSEX, KENT, PERSONS, VEHICLES, REPORTS, OVERDOSES, ACTIVITY, TIPS, CEDAR, NOTICES
)  # fmt: skip
UNTIL = date(2026, 11, 1)
"""The events lie in the two years before this day, so that the same seed gives the same bytes at any time."""
FEWEST, MOST = 100, 20_000_000
_RECORDS_PER_PERSON = 12
_CORRECTED_EVERY = 50
_TICK_EVERY = 2_000
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRegion:
    """What was written. `records_by_kind` counts what the rows map to, corrections included."""

    folder: Path
    manifest: Path
    deliveries: tuple[DemoDelivery, ...]
    rows: int
    quarantined: int
    records: int
    records_by_kind: dict[str, int]


class _Deliveries:
    """A feed's file, the file that corrects it later, and the truth about both."""

    def __init__(self, feed: Feed, folder: Path, persons: PersonList, stack: ExitStack) -> None:
        self._feed, self._persons = feed, persons
        self._first = self._open(feed.filename, folder, stack)
        self.counts = {feed.filename: Count(feed.source)}
        self._again: RowFile | None = None
        if feed.correct:
            self._again = self._open(feed.again, folder, stack)
            self.counts[feed.again] = Count(feed.source)

    def _open(self, name: str, folder: Path, stack: ExitStack) -> RowFile:
        feed = self._feed
        rows = open_rows(folder / name, feed.columns, encoding=feed.encoding, delimiter=feed.delimiter)
        return stack.enter_context(rows)

    def add(self, row: Row, reason: str, number: int) -> None:
        """Deliver a row, spoilt where there is a reason, and perhaps once more later."""
        count = self.counts[self._feed.filename]
        if reason:
            self._first.add(spoil(self._feed, row.cells, reason, number))
            count.add_spoilt(reason)
        else:
            self._first.add(row.cells)
            count.add(row)
        mended = self._add_again(row, reason, number)
        if mended or not reason:
            self._persons.add(self._feed.source, row)

    def _add_again(self, row: Row, reason: str, number: int) -> bool:
        """Half of the spoilt rows come again whole, and a few good ones with newer values."""
        if self._again is None or not (number % 2 if reason else number % _CORRECTED_EVERY == 1):
            return False
        if self._feed.correct and not reason:
            self._feed.correct(row.cells)
        self._again.add(row.cells)
        self.counts[self._feed.again].add(row)
        return True


def generate(
    folder: Path,
    *,
    records: int = 50_000,
    seed: int = 1,
    until: date = UNTIL,
    on_progress: Progress | None = None,
) -> DemoRegion:
    """Write the region's deliveries, manifest and truth into the folder, about `records` records in all.

    The folder may exist; files of an earlier run are overwritten. `on_progress` hears rows done and rows in all.
    """
    if not FEWEST <= records <= MOST:
        raise Invalid(f"cannot make {records} records", where="records", advice=f"Ask for {FEWEST} to {MOST}.")
    inbox, truth = folder / "deliveries", folder / "truth"
    for place in (inbox, truth):
        place.mkdir(parents=True, exist_ok=True)
    world = World(seed, records // _RECORDS_PER_PERSON, until)
    tick = _ticker(sum(_rows(feed, records) for feed in FEEDS), on_progress)
    counts: dict[str, Count] = {}
    with person_list(truth) as persons:
        for feed in FEEDS:
            with ExitStack() as stack:
                deliveries = _Deliveries(feed, inbox, persons, stack)
                for row, reason, number in _draw_rows(feed, world, seed, _rows(feed, records)):
                    deliveries.add(row, reason, number)
                    tick()
            counts |= deliveries.counts
    write_counts(truth / "counts.json", counts)
    return _finish(folder, records, seed, until, counts)


def _rows(feed: Feed, records: int) -> int:
    return max(1, round(records * feed.share / feed.per_row))


def _ticker(rows: int, on_progress: Progress | None) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if on_progress and (done % _TICK_EVERY == 0 or done == rows):
            on_progress(done, rows)

    return tick


def _draw_rows(feed: Feed, world: World, seed: int, rows: int) -> Iterator[tuple[Row, str, int]]:
    """Give back each row, what is to be wrong with it, and its number."""
    draw, luck = Draw(seed, feed.source), Draw(seed, f"{feed.source} dirt")
    for number in range(1, rows + 1):
        yield feed.make(world, draw, Step(number, rows)), spoilt_by(feed, luck), number


def _finish(folder: Path, records: int, seed: int, until: date, counts: dict[str, Count]) -> DemoRegion:
    """Write the manifest: first deliveries in order, then the corrections."""
    names = sorted(counts, key=lambda name: name.partition(".")[0].endswith("-2"))
    deliveries = tuple(DemoDelivery(path=folder / "deliveries" / name, source=counts[name].source) for name in names)
    manifest = folder / "manifest.yaml"
    write_manifest(manifest, records=records, seed=seed, until=until, deliveries=deliveries)
    total = in_all(counts)
    return DemoRegion(
        folder=folder,
        manifest=manifest,
        deliveries=deliveries,
        rows=total.rows,
        quarantined=total.quarantined.total(),
        records=total.records.total(),
        records_by_kind=dict(sorted(total.records.items())),
    )
