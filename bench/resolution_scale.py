"""A million invented people resolved in one batch, beside plain Splink on the same records, each in its own process.

Run: python bench/resolution_scale.py [records] [folder]; a folder that holds the records already is used again.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import resolution_plain
from dirty_persons import records
from resolution_figures import pairwise

from tessera.bootstrap import pack_folders
from tessera.dictionary import load
from tessera.dictionary.resolution import KindModel
from tessera.engines.linking import DuckLinker, components
from tessera.resolution.prepare import prepare, schema_of
from tessera.settings import Settings

_CHUNK = 50_000
LEAST_MB, MB_A_MILLION = 900, 800
"""Memory of DuckDB: what a million needs, and more for more; ten million do not fit into what is enough for one."""


def model() -> KindModel:
    """Give the shipped model of people."""
    return load(pack_folders(Settings(center=Path()))).resolution["person"]


def write(count: int, folder: Path) -> None:
    """Write raw terms and prepared values of `count` records, chunk by chunk, by as many processes as there are cores."""
    chunks = [(start, min(_CHUNK, count - start)) for start in range(0, count, _CHUNK)]
    with (
        pq.ParquetWriter(folder / "raw.parquet", _raw()) as plain,
        pq.ParquetWriter(folder / "nodes.parquet", _made(model())) as nodes,
        ProcessPoolExecutor() as pool,
    ):
        for texts, prepared in pool.map(_chunk, chunks):
            plain.write_table(texts)
            nodes.write_table(prepared)


def _raw() -> pa.Schema:
    return pa.schema(
        [("unique_id", pa.int64()), ("truth", pa.int64()), *((c, pa.string()) for c in resolution_plain.COLUMNS)]
    )


def _made(kind: KindModel) -> pa.Schema:
    return pa.schema([("node", pa.int64()), *schema_of(kind)])


def _chunk(chunk: tuple[int, int]) -> tuple[pa.Table, pa.Table]:
    """Draw the people of one region by its own seed, and prepare them; people of two regions are never the same."""
    start, size = chunk
    kind = model()
    drawn = list(records(size, seed=1 + start // _CHUNK, shared=True))
    texts = [
        {
            "unique_id": start + n,
            "truth": start * 10 + human.uid,
            **{c: str(terms[c]).lower() if terms.get(c) else None for c in resolution_plain.COLUMNS},
        }
        for n, (terms, _, human) in enumerate(drawn)
    ]
    prepared = [{"node": start + n, **prepare(kind, terms)} for n, (terms, _, _) in enumerate(drawn)]
    return pa.Table.from_pylist(texts, _raw()), pa.Table.from_pylist(prepared, _made(kind))


def ours(folder: Path) -> dict[str, object]:
    """Train and resolve by our default configuration."""
    table = pq.read_table(folder / "nodes.parquet")
    begun = time.perf_counter()
    memory_mb = max(LEAST_MB, table.num_rows * MB_A_MILLION // 1_000_000)
    with DuckLinker(table, model(), memory_mb=memory_mb, folder=folder) as linker:
        del table
        trained = linker.train()
        learnt = time.perf_counter()
        done = linker.resolve(trained)
    ended = time.perf_counter()
    order = pc.sort_indices(done.labels["node"])
    found = done.labels["cluster"].take(order).to_numpy()
    return {
        "train_s": learnt - begun, "resolve_s": ended - learnt, "pairs": done.pairs, "cuts": len(done.cuts),
        "review": len(done.review), "left_out": len(done.left_out), "estimates": dict(trained.estimates),
        "same_from": trained.thresholds.same, "figures": pairwise(found, _truth(folder)),
    }  # fmt: skip


def plain(folder: Path) -> dict[str, object]:
    """Train, predict and cluster by plain Splink, at .95."""
    db = duckdb.connect(config={"memory_limit": "8GB", "temp_directory": str(folder / "plain")})
    db.execute(f"CREATE TABLE people AS SELECT * EXCLUDE (truth) FROM '{folder / 'raw.parquet'}'")
    begun = time.perf_counter()
    weighed = resolution_plain.weigh(db, "people", resolution_plain.COLUMNS)
    found = db.execute(f"SELECT unique_id_l, unique_id_r FROM {weighed} WHERE match_probability >= 0.95").fetchnumpy()
    truth = _truth(folder)
    heads = components(len(truth), found["unique_id_l"].astype(np.int64), found["unique_id_r"].astype(np.int64))
    ended = time.perf_counter()
    return {"total_s": ended - begun, "pairs_at_95": len(found["unique_id_l"]), "figures": pairwise(heads, truth)}


def _truth(folder: Path) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    truth: np.ndarray[tuple[int], np.dtype[np.int64]] = pq.read_table(folder / "raw.parquet")["truth"].to_numpy()
    return truth


SIDES: dict[str, Callable[[Path], dict[str, object]]] = {"ours": ours, "plain": plain}


def main() -> None:
    """Write the records if need be, then run each side in a process of its own and print its figures."""
    if sys.argv[1] in SIDES:
        figures = SIDES[sys.argv[1]](Path(sys.argv[2]))
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = {"peak_mb": round(used.ru_maxrss / 1024), "cpu_s": used.ru_utime + used.ru_stime}
        print(json.dumps({**figures, **spent}, default=float))
        return
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "nodes.parquet").exists():
        begun = time.perf_counter()
        write(count, folder)
        print(f"{count:,} records written and prepared in {time.perf_counter() - begun:.0f} s", flush=True)
    for side in sys.argv[3:] or SIDES:
        done = subprocess.run(
            [sys.executable, __file__, side, str(folder)], capture_output=True, text=True, check=False
        )
        print(side, done.stdout.strip() or done.stderr[-2000:], flush=True)


if __name__ == "__main__":
    main()
