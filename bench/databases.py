"""SQLite and PostgreSQL side by side: the same rows in, the same questions, the same audit check.

    python bench/databases.py [ROWS] [POSTGRES_URL]

Without a URL it starts a PostgreSQL of its own, as the tests do.
"""

import json
import sys
from pathlib import Path

import ground

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import postgres
import search as searching

from tessera.store import auditing


def measure(rows: int, database: str) -> dict[str, float]:
    """Ingest, search and verify on one database."""
    with ground.throw_away(database) as center:
        _, seconds = ground.ingest(center, ground.table_of(rows))
        make = searching.questions(searching.vocabulary(rows * 3 if rows else 3))
        hits = searching.percentiles(lambda q: searching.search(center, q), make["one word"])
        both = searching.percentiles(lambda q: searching.search(center, q), make["two words"])
        verify = ground.timed(lambda: auditing.verify(center.store, center.check_checkpoint))
    return {"rate": rows / seconds, "p50": hits[0], "p95": hits[1], "and95": both[1], "verify": verify}


def main(rows: int, url: str = "") -> None:
    """Each database in a process of its own."""
    found = {"SQLite": json.loads(ground.in_fresh_process(__file__, "--one", rows))}
    if url:
        found["PostgreSQL"] = json.loads(ground.in_fresh_process(__file__, "--one", rows, url))
    elif programs := postgres.find_programs():
        with postgres.running(programs) as server, postgres.fresh_database(server) as database:
            found["PostgreSQL"] = json.loads(ground.in_fresh_process(__file__, "--one", rows, database))
    ground.print_table(
        f"The same {rows:,} rows on each database",
        ["database", "ingest rows/s", "one word p50 ms", "p95", "two words p95", "audit verify ms"],
        [[name, f"{r['rate']:,.0f}", r["p50"], r["p95"], r["and95"], r["verify"]] for name, r in found.items()],
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, *sys.argv[2:3])
