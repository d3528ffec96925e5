"""A run over all persons, then one after some more have arrived: seconds, and what each of them did.

    python bench/incremental.py --persons 200000 [--new 10000] [--database postgresql://…]

The persons are those of `bench/online.py`. What a run must not do is go through all of them again for a few that are new.
"""

import argparse
import time
from itertools import islice

from ground import peak_mb, print_table, register, throw_away
from online import AT_ONCE, MARKINGS, SOURCES, Persons, sightings
from sqlalchemy import func, select

from tessera.flow import resolving_all
from tessera.flow.center import Center
from tessera.flow.pipeline import PIPELINE
from tessera.store import models, nodes, tables


def measure(center: Center, persons: int, new: int) -> list[list[object]]:
    """Write persons and run, write some more and run again."""
    stream, store = sightings(persons), Persons(center)
    rows: list[list[object]] = []
    for what, count in (("all", persons), ("those that are new", new)):
        for first in range(0, count, AT_ONCE):
            store.write(list(islice(stream, min(AT_ONCE, count - first))), ready=False)
        bulk = resolving_all.is_large(center.pipeline, "person")
        clock, busy = time.perf_counter(), time.process_time()
        resolving_all.run(center.pipeline, "person", bulk=bulk)
        rows.append([what, count, "by the engine" if bulk else "one by one", time.perf_counter() - clock,
                     time.process_time() - busy, *_reached(center), peak_mb()[0]])  # fmt: skip
    return rows


def _reached(center: Center) -> tuple[int, int]:
    """Count the things that are ready to be compared, and the pairs that are kept."""
    p = tables.pair.c
    with center.store.reading(PIPELINE) as tx:
        running = models.running(tx, "person")
        assert running is not None
        models.note_run(tx, running.id)
        kept = select(func.count()).where(p.model_id == running.id, p.known_to.is_(None))
        return nodes.count(tx, running), int(tx.connection.execute(kept).scalar_one())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=50_000)
    parser.add_argument("--new", type=int, default=2_000)
    parser.add_argument("--database", default="")
    asked = parser.parse_args()
    with throw_away(asked.database, resolving=True) as center:
        for name, marking in zip(SOURCES[1:], MARKINGS, strict=True):
            register(center, name, marking)
        rows = measure(center, asked.persons, asked.new)
    headings = ["run over", "records", "how", "seconds", "processor time, s", "things", "pairs kept", "peak MiB"]
    print_table(f"A run after {asked.new:,} new records among {asked.persons:,}", headings, rows)


if __name__ == "__main__":
    main()
