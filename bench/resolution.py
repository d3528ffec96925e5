"""How well people and transactions are resolved: our default configuration beside plain Splink 5, on labelled sets.

Ours sees no label and is the same for all sets. Plain Splink is shown at .95 and at the best of 60 thresholds, which was
found with the labels. Figures are of the final clusters. Run: python bench/resolution.py FOLDER [set ...], where FOLDER
holds febrl, rldata and splink (see resolution_sets.py); `dirty` is dirty_persons.py.
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import resolution_plain
import resolution_sets
from dirty_persons import Human, records
from resolution_figures import b_cubed, pairwise
from resolution_sets import LabelledSet

from tessera.bootstrap import pack_folders
from tessera.dictionary import load
from tessera.dictionary.resolution import KindModel
from tessera.engines.linking import DuckLinker, Resolved
from tessera.resolution.prepare import prepare, schema_of
from tessera.resolution.trained import TrainedModel
from tessera.settings import Settings

_DIRTY = 50_000


def ours(model: KindModel, labelled: LabelledSet) -> tuple[TrainedModel, Resolved, float]:
    """Train and resolve; return the seconds it took too."""
    schema = pa.schema([("node", pa.string()), ("told_by", pa.string()), *schema_of(model)])
    rows = [
        {"node": f"{at:08d}", "told_by": source, **prepare(model, terms)}
        for at, (terms, source) in enumerate(zip(labelled.terms, labelled.sources, strict=True))
    ]
    apart = sorted(set(labelled.sources)) if labelled.linked_only else []
    begun = time.perf_counter()
    with DuckLinker(pa.Table.from_pylist(rows, schema), model, one_each=apart) as linker:
        trained = linker.train()
        return trained, linker.resolve(trained), time.perf_counter() - begun


def plain(labelled: LabelledSet) -> list[tuple[float, dict[str, float], dict[str, float]]]:
    """Give plain Splink's figures at each threshold."""
    with duckdb.connect() as db:
        if labelled.kind == "transaction":
            weighed = resolution_plain.weigh_transactions(db, labelled)
            found = resolution_plain.clusters(db, weighed, len(labelled.terms))
            return [(at, pairwise(heads, labelled.truth), b_cubed(heads, labelled.truth)) for at, heads in found]
        table = resolution_plain.table_of(labelled)
        db.register("given", table)
        db.execute("CREATE TABLE people AS SELECT * FROM given")
        weighed = resolution_plain.weigh(db, "people", table.column_names, linked_only=labelled.linked_only)
        found = resolution_plain.clusters(db, weighed, len(labelled.terms))
    return [(at, pairwise(heads, labelled.truth), b_cubed(heads, labelled.truth)) for at, heads in found]


def report(labelled: LabelledSet, model: KindModel, humans: Sequence[Human] = ()) -> None:
    """Print a line for each side."""
    trained, done, seconds = ours(model, labelled)
    found = done.labels["cluster"].to_pylist()
    _line(
        labelled.name,
        "ours",
        trained.thresholds.same,
        (pairwise(found, labelled.truth), b_cubed(found, labelled.truth)),
    )
    told = {name: round(value, 3) for name, value in trained.estimates.items()}
    print(
        f"    {seconds:.1f} s, {done.pairs:,} pairs, {len(done.cuts)} cuts, {len(done.review)} to review; expects {told}"
    )
    try:
        figures = plain(labelled)
    except ValueError as problem:  # of few records Splink learns a chance of 0 and cannot weigh
        print(f"{labelled.name:16} plain Splink cannot: {problem}")
        return
    at_95 = next(one for one in figures if one[0] == 0.95)
    best = max(figures, key=lambda one: one[1]["f1"])
    _line(labelled.name, "plain at", *_three(at_95))
    _line(labelled.name, "plain best", *_three(best))
    if humans:
        _errors(found, humans)


def _three(
    one: tuple[float, dict[str, float], dict[str, float]],
) -> tuple[float, tuple[dict[str, float], dict[str, float]]]:
    return one[0], (one[1], one[2])


def _line(name: str, side: str, threshold: float, figures: tuple[dict[str, float], dict[str, float]]) -> None:
    pairs, cubed = figures
    numbers = " ".join(f"{one[key]:.4f}" for one in (pairs, cubed) for key in ("precision", "recall", "f1"))
    print(f"{name:16} {side:10} {threshold:7.3f}  pairs {numbers[:20]}  b3 {numbers[21:]}", flush=True)


def _errors(found: Sequence[str], humans: Sequence[Human]) -> None:
    """Tell which sorts of people are put together wrongly, and which are left apart."""
    clusters: dict[str, list[Human]] = {}
    places: dict[int, set[str]] = {}
    for label, human in zip(found, humans, strict=True):
        clusters.setdefault(label, []).append(human)
        places.setdefault(human.uid, set()).add(label)
    mixed = Counter(_sort(members) for members in clusters.values() if len({one.uid for one in members}) > 1)
    apart: Counter[str] = Counter()
    for human in {one.uid: one for one in humans}.values():
        if len(places[human.uid]) > 1:
            apart.update(sorted(human.sorts) or ["plain"])
    print(
        f"    clusters of several people: {dict(mixed.most_common())}; people in several clusters: {dict(apart.most_common())}"
    )


def _sort(members: Sequence[Human]) -> str:
    sorts = {sort for one in members for sort in one.sorts}
    if len({one.home for one in members}) == 1:
        kind = next((sort for sort in ("twin", "junior") if sort in sorts), "relatives")
        return f"{kind} at one home"
    return "strangers"


def dirty(count: int = _DIRTY) -> tuple[LabelledSet, list[Human]]:
    """Write the invented people."""
    made = list(records(count, seed=77))
    labelled = LabelledSet(
        name="dirty",
        kind="person",
        terms=[terms for terms, _, _ in made],
        sources=[source for _, source, _ in made],
        truth=[str(human.uid) for _, _, human in made],
    )
    return labelled, [human for _, _, human in made]


def main() -> None:
    """Report each set that was asked for, or all."""
    folder, names = Path(sys.argv[1]), sys.argv[2:] or [*resolution_sets.SETS, "dirty"]
    models = load(pack_folders(Settings(center=Path()))).resolution
    for name in names:
        labelled, humans = dirty() if name == "dirty" else (resolution_sets.read(name, folder), [])
        report(labelled, models[labelled.kind], humans)


if __name__ == "__main__":
    main()
