"""What the audit log costs: its share of writes, the seconds that a verification takes, and the size and time of proofs.

    python bench/audit.py [ENTRIES]

A write is three things here: a bare change of the store, one small delivery handed in by the API (which is what a user
waits for: token, policy, bytes on the disk, change and entry), and an ingest. The share of it is taken in the same run from the same write without it: the bare limit is a log whose `append` does
nothing, which exists in this bench only. Verification is over ENTRIES entries (1,000,000), appended in batches.
"""

import contextlib
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import ground
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tessera.api import build_router
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Actor, AgencyKind, Permission, Purpose, Role
from tessera.model.source import Agency
from tessera.store import accounts, audit, auditing, parties, proofs, tokens
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


@contextlib.contextmanager
def door(center: Center) -> Iterator[Callable[[int], object]]:
    """A way to hand in small deliveries by the API, each of other bytes; they are kept and receipted, not read."""
    account = accounts.Account(
        name="bench", label="Bench", agency="agency-bench", agency_label="", roles=(Role.DATA_STEWARD,), groups=(),
        trained_until="9999-12-31", disabled=False,
    )  # fmt: skip
    with center.store.writing(OPERATOR) as tx:
        accounts.create(tx, account, secrets.token_urlsafe(24))
    actor = Actor(account="bench", agency="agency-bench", roles=frozenset(account.roles), trained_until="9999-12-31")
    with center.store.writing(Access(actor=actor, purpose=Purpose.DATA_STEWARDSHIP)) as tx:
        secret = tokens.create_token(
            tx, "bench", (Permission.DELIVERY_CREATE,), days=1, purpose=Purpose.DATA_STEWARDSHIP
        )[1]
    app = FastAPI(openapi_url=None)
    app.include_router(build_router(center, None))
    with TestClient(app, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield lambda number: client.post(
            "/api/v1/deliveries",
            params={"source": "bench"},
            files={"file": (f"{number}.csv", f"id,what\n{number},theft\n".encode(), "text/csv")},
        ).raise_for_status()


def handed_in(hand_in: Callable[[int], object], first: int) -> float:
    """Median milliseconds of one small delivery by the API."""
    return statistics.median(_timed(lambda n=n: hand_in(n)) for n in range(first, first + SMALL_WRITES))  # type: ignore[misc]


def ingest(rows: int, *, logged: bool) -> float:
    """Seconds of an ingest of so many rows."""
    file = ground.table_of(rows)
    with ground.throw_away() as center, contextlib.nullcontext() if logged else without_log():
        return ground.ingest(center, file)[1]


def shares(of: int) -> list[list[object]]:
    """What the log adds to a small write and to an ingest; runs with and without take turns."""
    small: dict[bool, list[float]] = {True: [], False: []}
    by_api: dict[bool, list[float]] = {True: [], False: []}
    large: dict[bool, list[float]] = {True: [], False: []}
    with ground.throw_away() as center:
        for run in range(RUNS):
            small[True].append(small_writes(center, run * 10_000))
            with without_log():
                small[False].append(small_writes(center, run * 10_000 + 5_000))
        with door(center) as hand_in:
            for run in range(RUNS):
                by_api[True].append(handed_in(hand_in, run * 10_000))
                with without_log():
                    by_api[False].append(handed_in(hand_in, run * 10_000 + 5_000))
    for _ in range(RUNS):
        for logged in (True, False):
            large[logged].append(ingest(of, logged=logged))
    rows: list[list[object]] = []
    for name, found, unit in (
        (f"one agency, straight in the store, ms ({SMALL_WRITES} a run)", small, 1),
        (f"one small delivery by the API, ms ({SMALL_WRITES} a run)", by_api, 1),
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
