"""Folders that are watched: what is dropped is taken in once, complete, and moved; what is refused says why beside it."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import regions
from sqlalchemy import select

from tessera.flow import watching
from tessera.flow.center import Center
from tessera.store import tables


def wait_for(claim: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def filenames(center: Center) -> list[str]:
    with center.store.dialect.engine.connect() as connection:
        return list(connection.execute(select(tables.delivery.c.filename).order_by(tables.delivery.c.id)).scalars())


def test_a_file_is_yielded_once_and_only_when_it_has_stopped_growing(tmp_path: Path) -> None:
    stop = Event()
    seen: list[str] = []

    def watch() -> None:
        seen.extend(path.name for path in watching.arrivals(tmp_path, stop=stop))

    (tmp_path / "there.csv").write_text("a\n1\n")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "half.part").write_text("x")
    os.utime(tmp_path / "there.csv", (1, 1))
    thread = Thread(target=watch)
    thread.start()
    time.sleep(0.6)
    with (tmp_path / "growing.csv").open("w") as out:
        for n in range(8):
            out.write(f"{n}\n")
            out.flush()
            time.sleep(0.2)
    time.sleep(watching.SETTLED_SECONDS + 1.5)
    stop.set()
    thread.join(timeout=10)
    assert seen == ["there.csv", "growing.csv"]


def test_the_drop_folder_takes_in_moves_and_refuses_with_a_reason(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center")
    drop = tmp_path / "center" / "drop"
    for folder in ("open-feed", "nobodys-feed"):
        (drop / folder).mkdir()
    (drop / "open-feed" / "rows.csv").write_bytes(regions.rows("A1,2026-01-01 00:00,x,y,39,-75,,,"))
    (drop / "nobodys-feed" / "rows.csv").write_bytes(b"a\n1\n")
    stop = Event()
    with center.jobs() as jobs:
        thread = Thread(target=watching.watch_drop_folder, args=(center, jobs, stop))
        thread.start()
        wait_for((drop / "open-feed" / "received" / "rows.csv").exists)
        wait_for((drop / "nobodys-feed" / "refused" / "rows.csv.reason.txt").exists)
        wait_for(lambda: filenames(center) == ["rows.csv"])
        stop.set()
        thread.join(timeout=10)
    reason = (drop / "nobodys-feed" / "refused" / "rows.csv.reason.txt").read_text()
    assert "unknown source 'nobodys-feed'" in reason
