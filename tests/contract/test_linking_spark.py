"""Spark compares records as DuckDB does: the same pairs, weights, levels and clusters; and nothing is left behind."""

import os
from pathlib import Path

import pyarrow as pa
import pytest
from linked import person_table, prepared_table

from tessera import bootstrap
from tessera.dictionary import load
from tessera.dictionary.resolution import KindModel
from tessera.engines.linking import DuckLinker
from tessera.engines.linking_spark import SparkLinker, why_not
from tessera.errors import Unavailable
from tessera.resolution import prepare, start_model
from tessera.resolution.trained import TrainedModel
from tessera.settings import Settings

LACKING = why_not()
needs_spark = pytest.mark.skipif(bool(LACKING), reason=LACKING)
RECORDS = int(os.environ.get("TESSERA_TEST_SPARK_RECORDS", "20000"))


@pytest.fixture(scope="module")
def models() -> dict[str, KindModel]:
    return dict(load(bootstrap.pack_folders(Settings(center=Path()))).resolution)


def answers(linker: DuckLinker, trained: TrainedModel) -> tuple[pa.Table, pa.Table, set[tuple[str, str]]]:
    """Pairs from the lower threshold on, clusters, and cuts."""
    found = linker.predict(trained, trained.thresholds.possible)
    resolved = linker.resolve(trained)
    return found, resolved.labels, {(cut.left, cut.right) for cut in resolved.cuts}


@needs_spark
@pytest.mark.timeout(600)
def test_many_records_get_the_same_judgements(models: dict[str, KindModel], tmp_path: Path) -> None:
    model = models["person"]
    table, _ = person_table(model, RECORDS, people=RECORDS * 6 // 10)
    with DuckLinker(table, model, folder=tmp_path) as duck:
        trained = duck.train()
        pairs, labels, cuts = answers(duck, trained)
    with SparkLinker(table, model, folder=tmp_path, master="local[2]", spark_memory_mb=3072) as spark:
        theirs, their_labels, their_cuts = answers(spark, trained)
    assert pairs.num_rows > RECORDS // 10
    for column in ("left", "right", "levels"):
        assert theirs[column].to_pylist() == pairs[column].to_pylist()
    assert theirs["weight"].to_numpy() == pytest.approx(pairs["weight"].to_numpy(), abs=1e-9)
    assert (their_labels.to_pylist(), their_cuts) == (labels.to_pylist(), cuts)
    assert not list(tmp_path.iterdir())


@needs_spark
def test_a_model_learnt_on_spark_is_the_one_learnt_on_duckdb(models: dict[str, KindModel], tmp_path: Path) -> None:
    model = models["person"]
    table, _ = person_table(model, 1500, people=900)
    before = set(Path.cwd().iterdir())
    with DuckLinker(table, model) as duck, SparkLinker(table, model, folder=tmp_path, master="local[2]") as spark:
        ours, theirs = duck.train(), spark.train()
        new = [linker.predict(ours, -4.0, new_from=1400).num_rows for linker in (duck, spark)]
    assert theirs.prior == pytest.approx(ours.prior)
    assert theirs.thresholds.same == pytest.approx(ours.thresholds.same)
    assert ours.trained_on == 1500
    assert len(set(new)) == 1, "pairs with new records are those of all pairs that were found when learning"
    assert not list(tmp_path.iterdir())
    assert set(Path.cwd().iterdir()) == before


@needs_spark
def test_every_kind_is_compared_alike(models: dict[str, KindModel], tmp_path: Path) -> None:
    model = models["location"]
    written = (
        "12 N Main St Apt 4",
        "12 North Main Street #4",
        "12 N Main St",
        "1200 block N Main St",
        "Main St & 5th Ave",
    )
    facts = {"city": "Dover", "latitude": 39.16, "longitude": -75.52}
    table = prepared_table(model, [prepare(model, {"address": address, **facts}) for address in written])
    trained = start_model(model)
    with DuckLinker(table, model) as duck, SparkLinker(table, model, folder=tmp_path, master="local[2]") as spark:
        ours, theirs = answers(duck, trained), answers(spark, trained)
    assert theirs[0].drop(["weight"]).to_pylist() == ours[0].drop(["weight"]).to_pylist()
    assert theirs[1:] == ours[1:]


def test_a_missing_java_is_told_with_what_to_do(
    models: dict[str, KindModel], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    model = models["phone"]
    with pytest.raises(Unavailable, match=r"Java|PySpark"):
        SparkLinker(prepared_table(model, [prepare(model, {"number": "302-555-0101"})]), model)
