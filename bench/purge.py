"""Purging one subject among many records, against a bare DELETE of the same rows and a copy of the same file.

    python bench/purge.py [ROWS]

The real way erases the records from the database, its word index, free pages and log, rewrites the delivered bytes, drops
the old ones, and signs a receipt. The bare limit deletes the same rows with the sqlite3 module alone and copies the file.
"""

import json
import shutil
import sqlite3
import sys
import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import ground
from sqlalchemy import select

from tessera.flow import purging as carried_out
from tessera.flow.center import Center
from tessera.model.access import Access, Actor, Presence, Purpose, Role
from tessera.model.purge import Chosen, PurgeBy
from tessera.store import auditing, purging, tables

RUNS = 5
AT_ONCE = 1 << 24


def actor(name: str, role: Role) -> Access:
    """Somebody who takes part in a purge."""
    who = Actor(account=name, agency="agency-bench", roles=frozenset({role}), trained_until="9999-12-31")
    return Access(actor=who, purpose=Purpose.OVERSIGHT)


FIRST, SECOND = actor("first", Role.PRIVACY_OFFICER), actor("second", Role.PRIVACY_OFFICER)


def real(rows: int) -> dict[str, float]:
    """Ingest, then purge subjects one after the other; the median seconds, and those of the bare way."""
    file = ground.table_of(rows)
    with ground.throw_away() as center:
        ground.ingest(center, file)
        seconds = sorted(one(center, rows * (2 * run + 1) // (2 * RUNS)) for run in range(RUNS))
        bare_seconds = bare(center, rows)
        findings = auditing.verify(center.store, center.check_checkpoint).findings
        own, child = ground.peak_mb()
    if findings:
        raise SystemExit(f"the audit log does not verify: {findings}")
    return {
        "seconds": seconds[len(seconds) // 2],
        "most": seconds[-1],
        "bare": bare_seconds,
        "own": own,
        "child": child,
    }


def one(center: Center, key: int) -> float:
    """Purge the subject of one record, proposal and approval included; look for it in every file afterwards."""
    r = tables.record.c
    with center.store.dialect.engine.connect() as connection:
        uid, source_key = connection.execute(select(r.uid, r.source_key).where(r.id == key)).one()
    chosen = Chosen(by=PurgeBy.SUBJECT, names=(str(UUID(bytes=bytes(uid))),))
    started = time.perf_counter()
    with center.store.writing(FIRST) as tx:
        purge = purging.propose(tx, chosen, reason="a measurement", reference="bench").uid
    there = replace(SECOND, presence=Presence(by="bench", at=center.clock()))
    done = carried_out.approve(center, there, purge)
    seconds = time.perf_counter() - started
    left = [p for p in center.settings.center.rglob("*") if p.is_file() and is_in(source_key.encode(), p)]
    if left or not done:
        raise SystemExit(f"the purge left traces in {left}, or is not done")
    return seconds


def is_in(piece: bytes, file: Path) -> bool:
    """Look for a piece in a file, a part at a time, so that looking does not count as memory of the purge."""
    before = b""
    with file.open("rb") as stream:
        while part := stream.read(AT_ONCE):
            if piece in before + part:
                return True
            before = part[-len(piece) :]
    return False


def bare(center: Center, rows: int) -> float:
    """Delete one record and its words with sqlite3 alone, and copy the delivered file; the seconds it took."""
    blob = max((center.settings.center / "blobs").rglob("*"), key=lambda p: p.stat().st_size if p.is_file() else 0)
    database = sqlite3.connect(center.settings.center / "tessera.sqlite", isolation_level=None)
    started = time.perf_counter()
    database.execute("BEGIN IMMEDIATE")
    database.execute("DELETE FROM record_text WHERE rowid = ?", (rows // 3,))
    database.execute("DELETE FROM record WHERE id = ?", (rows // 3,))
    database.execute("COMMIT")
    shutil.copyfile(blob, blob.with_suffix(".copy"))
    seconds = time.perf_counter() - started
    database.close()
    return seconds


def main(sizes: list[int]) -> None:
    """Measure each size in a process of its own."""
    table: list[list[object]] = []
    for size in sizes:
        run = json.loads(ground.in_fresh_process(__file__, "--one", size))
        table.append(
            [
                f"{size:,}",
                run["seconds"],
                run["most"],
                run["bare"],
                f"{run['seconds'] / run['bare']:.1f}",
                f"{run['own']:.0f} + {run['child']:.0f}",
            ]
        )
    ground.print_table(
        f"Purge of one subject, SQLite, median of {RUNS}",
        ["records", "seconds", "slowest", "bare DELETE + copy", "real / bare", "peak MB (center + reader)"],
        table,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(real(int(sys.argv[2]))))
    else:
        main([int(a) for a in sys.argv[1:]] or [100_000, 1_000_000])
