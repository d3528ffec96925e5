"""What the audit log costs: its share of writes, the seconds that a verification takes, and the size and time of proofs.

    python bench/audit.py [ENTRIES]

The share of a write is taken in the same run from the same write without it: the bare limit is a log whose `append` does
nothing, which exists in this bench only. Verification is over ENTRIES entries (1,000,000), appended in batches.
"""

import contextlib
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import ground

from tessera.flow.center import OPERATOR, Center
from tessera.model.access import AgencyKind
from tessera.model.source import Agency
from tessera.store import audit, auditing, parties, proofs
from tessera.store.events import Event
from tessera.trust.audit import consistency_spans, inclusion_spans
from tessera.trust.tiles import tiles_of

BATCH = 5_000
SMALL_WRITES = 300
RUNS = 3
ROWS = 100_000


def _nothing(*_given: object, **_named: object) -> None:
    """Take the place of `audit.append`."""


@contextlib.contextmanager
def without_log() -> Iterator[None]:
    """Write nothing to the log. For comparison only: nothing in the program can be asked to."""
    original = audit.append
    audit.append = _nothing
    try:
        yield
    finally:
        audit.append = original


def small_writes(center: Center, first: int) -> float:
    """Median milliseconds of registering one agency."""

    def write(number: int) -> None:
        with center.store.writing(OPERATOR) as tx:
            parties.register(tx, Agency(name=f"agency-{number}", label="An agency", kind=AgencyKind.LOCAL))

    return statistics.median(_timed(lambda n=n: write(n)) for n in range(first, first + SMALL_WRITES))  # type: ignore[misc]


def ingest(rows: int, *, logged: bool) -> float:
    """Seconds of an ingest of so many rows."""
    file = ground.table_of(rows)
    with ground.throw_away() as center, contextlib.nullcontext() if logged else without_log():
        return ground.ingest(center, file)[1]


def shares(of: int) -> list[list[object]]:
    """What the log adds to a small write and to an ingest; runs with and without take turns."""
    small: dict[bool, list[float]] = {True: [], False: []}
    large: dict[bool, list[float]] = {True: [], False: []}
    with ground.throw_away() as center:
        for run in range(RUNS):
            small[True].append(small_writes(center, run * 10_000))
            with without_log():
                small[False].append(small_writes(center, run * 10_000 + 5_000))
    for _ in range(RUNS):
        for logged in (True, False):
            large[logged].append(ingest(of, logged=logged))
    rows: list[list[object]] = []
    for name, found, unit in (
        (f"one small write, ms ({SMALL_WRITES} a run)", small, 1),
        (f"ingest of {of:,} rows, s", large, 1),
    ):
        with_log, bare = (statistics.median(found[key]) / unit for key in (True, False))
        rows.append([name, with_log, bare, f"{(with_log / bare - 1) * 100:+.1f} %"])
    return rows


def fill(center: Center, entries: int) -> float:
    """Append entries until there are so many; the seconds it took."""
    many = [
        audit.Entry(event=Event.RECORD_READ, subject=f"record:0192f0c1-2345-7000-8000-{n:012}", details={"records": n})
        for n in range(BATCH)
    ]
    started = time.perf_counter()
    for _ in range(0, entries, BATCH):
        with center.store.dialect.engine.connect() as connection:
            center.store.dialect.begin(connection, write=True)
            audit.append(connection, many, access=OPERATOR, at=center.clock())
            connection.commit()
    return time.perf_counter() - started


def main(entries: int) -> None:
    """Measure and print."""
    ground.print_table(
        "The log's share of a write, SQLite", ["write", "with", "without", "share"], shares(min(ROWS, entries))
    )
    with ground.throw_away() as center:
        filled = fill(center, entries)
        with center.store.writing(OPERATOR) as tx:
            size = auditing.sign(tx, center.sign_checkpoint).size
        seconds = _timed(lambda: auditing.verify(center.store, center.check_checkpoint)) / 1000
        proof = ground.median_ms(lambda: proofs.root_at(center.store, size - 12_345), runs=50)
        tile = next(iter(tiles_of(size)))
        tile_ms = ground.median_ms(lambda: proofs.public_tile(center.store, tile), runs=50)
        ground.print_table(
            f"A log of {size:,} entries, SQLite",
            ["append, entries/s", "verify, s", "verify, entries/s", "hashes in an inclusion proof", "in a consistency proof", "root at an old size, ms", "one tile, ms"],
            [[
                f"{entries / filled:,.0f}", seconds, f"{size / seconds:,.0f}", len(inclusion_spans(size // 3, size)),
                len(consistency_spans(size // 3, size)), proof, tile_ms,
            ]],
        )  # fmt: skip


def _timed(action: Callable[[], object]) -> float:
    return ground.timed(action)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
