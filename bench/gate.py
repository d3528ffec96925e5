"""The protected-activity gate: how often it is right on the labelled texts, and what it costs ordinary ingest.

    python bench/gate.py

Right: recall is the part of the texts that should be held which are; precision the part of what is held which should be.
Cost: the time of the gate for the narratives of 10,000 rows of the invented region, against a second, which is what a
center may take for 10,000 rows; and ingest with the gate against ingest of the same file into a holding that is not examined.
"""

import statistics
import sys
import time
from pathlib import Path

import ground
import pyarrow as pa
import yaml

from tessera.demo.draw import Draw
from tessera.demo.law import narrative
from tessera.demo.words import OFFENCES
from tessera.flow.center import Center
from tessera.integrate.outputs import folded
from tessera.store import flags, intake
from tessera.trust.protected import examine, shipped

LABELLED = Path(__file__).parents[1] / "tests" / "labelled"
ROWS = 10_000
RUNS = 5


def accuracy(name: str) -> list[object]:
    """Count right and wrong on one file of labelled texts."""
    texts = yaml.safe_load((LABELLED / f"protected-{name}.yaml").read_text(encoding="utf-8"))
    kept = [examine(text).held for text in texts["held"]]
    let_go = [examine(text).held for text in texts["not_held"]]
    right, wrong = sum(kept), sum(let_go)
    precision = right / (right + wrong) if right + wrong else 1.0
    return [name, len(kept), len(let_go), f"{right / len(kept):.3f}", f"{precision:.3f}"]


def first_sight() -> list[object]:
    """Time the first looks at the folded narratives of 10,000 rows, and the closer look at what they leave."""
    draw = Draw(1, "gate")
    texts = [narrative(draw, draw.pick(tuple(OFFENCES))) for _ in range(ROWS)]
    column = pa.chunked_array([pa.array([folded(text) for text in texts])])
    examine("warm up: a protest")
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        seen = flags.worth_a_look(column, shipped()).to_pylist()
        for position in seen:
            examine(texts[position])
        times.append(time.perf_counter() - started)
    return [f"{ROWS:,}", len(seen), f"{statistics.median(times) * 1000:.0f} ms", f"{statistics.median(times):.1%}"]


def inside(rows: int) -> list[object]:
    """Ingest one table and say which part of the time the gate took."""
    file, spent = ground.table_of(rows), [0.0]
    hold_batch = flags.hold_batch

    def timed(*args: object, **named: object) -> int:
        started = time.perf_counter()
        found = hold_batch(*args, **named)  # type: ignore[arg-type]
        spent[0] += time.perf_counter() - started
        return found

    setattr(intake, "hold_batch", timed)  # noqa: B010 - its name for the gate is what is timed
    with ground.throw_away() as center:
        _, seconds = ground.ingest(center, file)
        held = _held(center)
    setattr(intake, "hold_batch", hold_batch)  # noqa: B010
    return [f"{rows:,}", f"{seconds:.1f} s", f"{spent[0] * 1000:.0f} ms", f"{spent[0] / seconds:.1%}", held]


def _held(center: Center) -> int:
    with center.store.dialect.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM flag").scalar_one())


def main(rows: int) -> None:
    """Print the tables."""
    ground.print_table(
        "Labelled texts",
        ["file", "to be held", "not to be held", "recall", "precision"],
        [accuracy("development"), accuracy("held-out")],
    )
    ground.print_table(
        "The gate alone, ordinary crime reports", ["rows", "looked at closer", "time", "of a second"], [first_sight()]
    )
    ground.print_table("The gate within ingest", ["rows", "ingest", "the gate", "part", "held"], [inside(rows)])


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
