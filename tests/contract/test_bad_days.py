"""Bad days: killed in the middle, two processes at once, a full disk, a locked database. Nothing lost, nothing twice."""

import errno
import fcntl
import io
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import other_process
import pytest
import regions
from regions import ANALYST, STEWARD, deliver, rows
from sqlalchemy import func, select

from tessera.bootstrap import open_center
from tessera.errors import Unavailable
from tessera.flow import jobs as jobs_of
from tessera.flow.center import Center
from tessera.model.delivery import Delivery, DeliveryState, Via
from tessera.model.record import SearchQuery
from tessera.receive import take_in
from tessera.store import auditing, dialects, records, tables

MANY = 200_000


def many_rows(folder: Path, count: int) -> Path:
    file = folder / "many.csv"
    with file.open("w") as out:
        out.write("id,when,what,text,lat,lon,person,phone,age\n")
        for n in range(count):
            person = f"P{n // 7}" if n % 3 == 0 else ""
            out.write(
                f"N{n},2026-{1 + n % 12:02}-{1 + n % 28:02} 10:00,theft,item {n} of many,39.{n % 1000:03},-75.5,{person},,41\n"
            )
            if n % 50_000 == 49_999:
                out.write(f"N{n}x,31/02/2026,theft,bad date,39,-75,,,\n")
    return file


def start(center: Path, file: Path, source: str = "open-feed") -> other_process.Process:
    return other_process.start(center, file, source=source, mapping=regions.MAPPING)


def finish(process: other_process.Process) -> None:
    _, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors.decode()[-2000:]


def stored_rows(center: Center) -> int:
    with center.store.dialect.engine.connect() as connection:
        return int(connection.execute(select(func.coalesce(func.sum(tables.batch.c.rows_in), 0))).scalar_one())


def content_of(center: Center) -> list[tuple[object, ...]]:
    """Everything that a delivery makes, but for the identifiers and times that differ from run to run."""
    r, k, q = tables.record.c, tables.link.c, tables.quarantine.c
    with center.store.dialect.engine.connect() as connection:
        return [
            tuple(tuple(row) for row in connection.execute(query))
            for query in (
                select(r.thread, r.row, r.source_key, r.payload, r.event_time, r.cell, r.marking_id, r.known_to.is_(None))
                .order_by(r.row, r.thread),
                select(k.from_thread, k.to_thread, k.type, k.role).order_by(k.from_thread, k.to_thread),
                select(q.row, q.column, q.reason, q.raw).order_by(q.row, q.column),
            )
        ]  # fmt: skip


def test_killed_in_the_middle_it_ends_with_exactly_the_same_records(tmp_path: Path) -> None:
    file = many_rows(tmp_path, MANY)
    undisturbed = regions.new_center(tmp_path / "undisturbed", resolving=False)
    finish(start(tmp_path / "undisturbed", file))

    killed = regions.new_center(tmp_path / "killed", resolving=False)
    for kill_after in (MANY // 10, MANY // 2):
        process = start(tmp_path / "killed", file)
        while stored_rows(killed) < kill_after:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()  # type: ignore[union-attr]
        assert stored_rows(killed) < MANY
    finish(start(tmp_path / "killed", file))

    assert content_of(killed) == content_of(undisturbed)
    assert stored_rows(killed) == stored_rows(undisturbed) == MANY + MANY // 50_000
    assert auditing.verify(killed.store, killed.check_checkpoint).findings == ()


def test_two_processes_take_in_at_once_while_a_third_reads(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center")
    file = many_rows(tmp_path, 20_000)
    both = [start(tmp_path / "center", file, source) for source in ("open-feed", "police-feed")]
    slowest = 0.0
    while any(process.poll() is None for process in both):
        began = time.perf_counter()
        with center.store.reading(ANALYST) as tx:
            records.search(tx, SearchQuery(text="theft"))
        slowest = max(slowest, time.perf_counter() - began)
    for process in both:
        finish(process)
    assert stored_rows(center) == 40_000
    assert slowest < dialects.LONGEST_WAIT_MS / 1000
    assert auditing.verify(center.store, center.check_checkpoint).findings == ()


def test_the_same_file_taken_in_by_two_processes_is_one_delivery(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center")
    file = many_rows(tmp_path, 5_000)
    for process in [start(tmp_path / "center", file) for _ in range(2)]:
        finish(process)
    with center.store.dialect.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(tables.delivery)).scalar_one() == 1
    assert stored_rows(center) == 5_000


class FullDisk(io.BytesIO):
    """A stream whose second chunk meets a full disk."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().read(size)


def test_a_full_disk_keeps_nothing_half_written(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center")
    stream = FullDisk(b"x" * 3_000_000)
    with pytest.raises(Unavailable, match="could not be kept"):
        take_in(center.store, center.blobs, STEWARD, stream, source="open-feed", filename="a", via=Via.API)
    assert not [p for p in (tmp_path / "center" / "blobs").rglob("*") if p.is_file()]


def test_a_full_database_disk_changes_nothing_and_says_so(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center")
    before = stored_rows(center)
    with center.store.dialect.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(Unavailable, match="disk is full"):
        deliver(
            center, rows(*[f"F{i},2026-01-01 00:00,{'x' * 300},t,39,-75,,," for i in range(900)]), source="open-feed"
        )
    assert stored_rows(center) == before


def test_a_locked_database_is_waited_for_and_then_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialects, "LONGEST_WAIT_MS", 200)
    center = regions.new_center(tmp_path / "center")
    other = sqlite3.connect(tmp_path / "center" / "tessera.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="busy"), center.store.reading(ANALYST) as tx:
        records.search(tx, SearchQuery())
    other.execute("ROLLBACK")
    other.close()
    with center.store.reading(ANALYST) as tx:
        records.search(tx, SearchQuery())


def test_what_was_received_but_never_begun_is_begun_by_the_next_start(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center")
    take_in(
        center.store, center.blobs, STEWARD, io.BytesIO(rows("A1,2026-01-01 00:00,x,y,39,-75,,,")),
        source="open-feed", filename="a.csv", via=Via.API,
    )  # fmt: skip
    again = open_center(tmp_path / "center")
    with again.jobs():
        deadline = time.monotonic() + 30
        state = ""
        while state in {"", DeliveryState.RECEIVED} and time.monotonic() < deadline:
            with again.store.dialect.engine.connect() as connection:
                state = connection.execute(select(tables.delivery.c.state)).scalar_one()
    assert state == DeliveryState.FAILED  # the source has no mapping: kept, with that reason


def many_deliveries(center: Center, count: int) -> list[Delivery]:
    contents = [rows(f"M{n},2026-01-01 00:00,theft,item {n},39,-75,,,") for n in range(count)]
    return [
        take_in(center.store, center.blobs, STEWARD, io.BytesIO(content), source="open-feed", filename="a", via=Via.API)
        for content in contents
    ]


def states(center: Center) -> set[str]:
    with center.store.dialect.engine.connect() as connection:
        return set(connection.execute(select(tables.delivery.c.state)).scalars())


def test_what_waits_for_its_turn_is_no_thread_and_is_taken_on_by_the_next_process(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center", resolving=False)
    taken = many_deliveries(center, 60)
    with center.jobs() as jobs:
        before = threading.active_count()
        for delivery in taken:
            jobs.start(delivery, mapping_text=regions.MAPPING)
        assert threading.active_count() < before + 20
    assert DeliveryState.PROCESSING in states(center)
    with center.jobs() as jobs:
        for delivery in taken:
            jobs.wait(delivery.uid)
    assert states(center) == {DeliveryState.DONE}
    assert stored_rows(center) == len(taken)


def test_a_process_takes_on_nothing_that_waits_in_another_one_while_that_lives(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center", resolving=False)
    (delivery,) = many_deliveries(center, 1)
    center.pipeline.begin(delivery, mapping_text=regions.MAPPING, worker="elsewhere-1")
    (tmp_path / "center" / "run").mkdir(exist_ok=True)
    with (tmp_path / "center" / "run" / "elsewhere-1").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with center.jobs() as jobs:
            waits = threading.Thread(target=jobs.wait, args=(delivery.uid,))
            waits.start()
            waits.join(1)
            assert waits.is_alive()
            assert states(center) == {DeliveryState.PROCESSING}
            lock.close()
            waits.join(30)
            assert not waits.is_alive()
    with center.jobs() as jobs:
        jobs.wait(delivery.uid)
    assert states(center) == {DeliveryState.DONE}


def test_whoever_waits_is_told_when_the_process_ends_before_the_turn_came(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center", resolving=False)
    taken = many_deliveries(center, 30)
    with center.jobs() as jobs:
        for delivery in taken:
            jobs.start(delivery, mapping_text=regions.MAPPING)
    with pytest.raises(Unavailable, match="the job stopped"):
        jobs.wait(taken[-1].uid)


def steps_of(center: Center) -> list[int]:
    """Count the steps of each job in the engine's own list."""
    with closing(sqlite3.connect(center.settings.center / "jobs.sqlite")) as connection:
        found = connection.execute("SELECT count(*) FROM operation_outputs GROUP BY workflow_uuid ORDER BY 1")
        return [count for (count,) in found]


def test_an_ordinary_file_is_one_step_and_a_long_one_several(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center", resolving=False, batch_rows=1)
    long = rows(*(f"L{n},2026-01-01 00:00,theft,item {n},39,-75,,," for n in range(jobs_of.A_STEP + 3)))
    with center.jobs() as jobs:
        for content in (rows("S1,2026-01-01 00:00,theft,item,39,-75,,,"), long):
            delivery = take_in(
                center.store, center.blobs, STEWARD, io.BytesIO(content), source="open-feed", filename="a", via=Via.API
            )
            jobs.start(delivery, mapping_text=regions.MAPPING)
            jobs.wait(delivery.uid)
    assert states(center) == {DeliveryState.DONE}
    assert stored_rows(center) == 1 + jobs_of.A_STEP + 3
    assert steps_of(center) == [1, 2]


def test_the_list_of_jobs_writes_ahead_as_the_store_does(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center", resolving=False)
    with center.jobs():
        pass
    with closing(sqlite3.connect(center.settings.center / "jobs.sqlite")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
