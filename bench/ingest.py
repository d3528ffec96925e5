"""Structured ingest through the real way, against a bare sqlite3 insert of the same rows with the same indexes.

    python bench/ingest.py [ROWS]

The real way: bytes kept and receipted, read in a child, integrated, stored, indexed for search and place, marked, audited.
The bare limit: the same finished rows, words and indexes, from memory, with the sqlite3 module alone.
"""

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import ground

RUNS = 3


def real(rows: int) -> dict[str, float]:
    """One ingest in this process; rows per second and peak memory."""
    file = ground.table_of(rows)
    with ground.throw_away() as center:
        _, seconds = ground.ingest(center, file)
        own, child = ground.peak_mb()
        bare_seconds = bare(center.settings.center / "tessera.sqlite", rows)
    return {"rate": rows / seconds, "bare": rows / bare_seconds, "own_mb": own, "child_mb": child}


def bare(database: Path, rows: int) -> float:
    """Copy the finished rows into an empty database with the same tables and indexes; the seconds it took."""
    with tempfile.TemporaryDirectory(prefix="tessera-bare-", dir=database.parent) as folder:
        target = sqlite3.connect(Path(folder) / "bare.sqlite", isolation_level=None)
        source = sqlite3.connect(database)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
            target.execute(f"PRAGMA {pragma}")
        wanted = "name IN ('record', 'record_text') OR (tbl_name = 'record' AND type = 'index')"
        for (sql,) in source.execute(f"SELECT sql FROM sqlite_master WHERE ({wanted}) AND sql IS NOT NULL"):
            target.execute(sql)
        seconds = 0.0
        for low in range(0, rows + 1, 5000):
            records = source.execute("SELECT * FROM record WHERE id > ? AND id <= ?", (low, low + 5000)).fetchall()
            words = source.execute(
                "SELECT rowid, * FROM record_text WHERE rowid > ? AND rowid <= ?", (low, low + 5000)
            ).fetchall()
            if not records:
                continue
            started = time.perf_counter()
            target.execute("BEGIN IMMEDIATE")
            target.executemany(f"INSERT INTO record VALUES ({','.join('?' * len(records[0]))})", records)
            target.executemany(
                f"INSERT INTO record_text (rowid, contact, health, identifier, narrative, open, place, marking)"
                f" VALUES ({','.join('?' * len(words[0]))})",
                words,
            )
            target.execute("COMMIT")
            seconds += time.perf_counter() - started
        source.close()
        target.close()
    return seconds


def main(sizes: list[int]) -> None:
    """Measure each size in processes of their own and print the medians."""
    table: list[list[object]] = []
    first: tuple[int, float] | None = None
    for size in sizes:
        runs = [json.loads(ground.in_fresh_process(__file__, "--one", size)) for _ in range(RUNS)]
        runs.sort(key=lambda run: run["rate"])
        median = runs[len(runs) // 2]
        seconds = size / median["rate"]
        first = first or (size, seconds)
        table.append(
            [
                f"{size:,}",
                f"{median['rate']:,.0f}",
                f"{runs[0]['rate']:,.0f} to {runs[-1]['rate']:,.0f}",
                f"{median['bare']:,.0f}",
                f"{median['bare'] / median['rate']:.2f}",
                f"{median['own_mb']:.0f} + {median['child_mb']:.0f}",
                f"{seconds / first[1]:.1f} x for {size / first[0]:.0f} x",
            ]
        )
    ground.print_table(
        f"Structured ingest, SQLite, 12-column CSV, median of {RUNS}",
        ["rows", "rows/s", "from, to", "bare sqlite3 rows/s", "bare / real", "peak MB (center + reader)", "time"],
        table,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(real(int(sys.argv[2]))))
    else:
        main([int(a) for a in sys.argv[1:]] or [100_000, 1_000_000])
