"""Records compared on Apache Spark: the same rules, weights and answers as on DuckDB, for more records than one machine holds.

Only numbers and conditions go to Spark. String distances are rapidfuzz's there too, in functions over Arrow columns: the
similarity functions that Splink ships for Spark count half a transposition where DuckDB and rapidfuzz count none, so that a
few pairs would fall on the other side of a level. Clusters are never made on Spark; see `resolution.clustering`.
"""

# ruff: noqa: S608 - names of tables and numbers of this module

import os
import shutil
import sys
from collections.abc import Callable, Collection
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tessera.dictionary.resolution import KindModel
from tessera.engines import spark_sql
from tessera.engines.linking import DENSE, DuckLinker, Ints
from tessera.engines.linking_sql import NODE
from tessera.errors import Unavailable
from tessera.resolution.trained import TrainedModel

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MISSING_SPARK = "PySpark is not installed. Install it with: pip install 'tessera[spark]'"
MISSING_JAVA = "Spark needs a Java runtime, 17 or newer. Debian: apt-get install openjdk-17-jre-headless"


def why_not() -> str:
    """Say what is missing to run Spark here; nothing where it can run."""
    if find_spec("pyspark") is None:
        return MISSING_SPARK
    home = os.environ.get("JAVA_HOME", "")
    found = shutil.which("java") or (home and shutil.which("java", path=str(Path(home) / "bin")))
    return "" if found else MISSING_JAVA


class SparkLinker(DuckLinker):
    """One set of records of one kind, compared on Spark. Use it in `with`: what Spark leaves on disk is deleted at the end.

    Keys, pairs, levels and weights are worked out on Spark. The machine that asks keeps the records in DuckDB, on disk where
    they do not fit, for what it does itself: counting values, learning on a sample of pairs, guards and clusters.

    `master` is where Spark runs, such as `local[2]` or `spark://HOST:7077`; empty leaves it to Spark's own configuration.
    `spark_memory_mb` is what Spark's driver may hold. Workers need Python with rapidfuzz and pyarrow.
    """

    def __init__(
        self,
        table: pa.Table,
        model: KindModel,
        *,
        one_each: Collection[str] = (),
        memory_mb: int = 1024,
        folder: Path | None = None,
        master: str = "local[*]",
        spark_memory_mb: int = 4096,
    ) -> None:
        """Load the records and start Spark. Raises Unavailable where PySpark or Java is missing, or Spark does not start."""
        if lacking := why_not():
            raise Unavailable("records cannot be compared on Spark", where="resolution_engine", advice=lacking)
        super().__init__(table, model, one_each=one_each, memory_mb=memory_mb, folder=folder)
        try:
            self._spark = _session(master, spark_memory_mb, Path(self._folder.name))
        except Exception as problem:
            super().close()
            raise Unavailable(f"Spark did not start: {problem}", where=master, advice="See Spark's log.") from problem
        nodes = self._db.execute(f'SELECT * EXCLUDE ("{NODE}") FROM nodes').to_arrow_table()
        self._view("nodes", self._spark.createDataFrame(nodes), keep=True)
        self._view("keys", self._spark.sql(spark_sql.keys(model, self._listed)), keep=True)

    def close(self) -> None:
        """Stop Spark, let go of the database, and delete what both wrote."""
        self._spark.stop()
        super().close()

    def _view(self, name: str, frame: "DataFrame", *, keep: bool = False) -> "DataFrame":
        frame = frame.persist() if keep else frame
        frame.createOrReplaceTempView(name)
        return frame

    def _take(self, table: str, query: str) -> None:
        """Bring the answer of a query home, as a table of DuckDB."""
        found = self._spark.sql(query).toArrow()
        self._db.register("found", found)
        self._db.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM found")
        self._db.unregister("found")

    def _sizes(self) -> dict[int, list[tuple[int, int]]]:
        sizes: dict[int, list[tuple[int, int]]] = {number: [] for number, _ in enumerate(self._model.blocking)}
        for row in sorted(self._spark.sql(spark_sql.KEY_SIZES).collect()):
            sizes[row.rule].append((row.c, row.n))
        return sizes

    def _pair(self, caps: dict[int, int], new_from: int | None) -> int:
        pairs = self._view(
            "pairs", self._spark.sql(spark_sql.pairs(caps, self._one_each, new_from=new_from)), keep=True
        )
        nodes = self._spark.table("nodes")
        left, right = (
            nodes.select([nodes[name].alias(f"{name}_{side}") for name in nodes.columns]) for side in ("l", "r")
        )
        sides = pairs.withColumnsRenamed({"join_key_l": "id_l", "join_key_r": "id_r"})
        self._view("sides", sides.join(left, on="id_l").join(right, on="id_r"))
        self._view("compared", self._spark.sql(spark_sql.compared(self._model)), keep=True)
        return pairs.count()

    def _sample(self, every: int) -> None:
        chosen = f"pmod(xxhash64(join_key_l, join_key_r), {every}) = 0"
        self._take("sample", f"SELECT * FROM pairs WHERE {chosen} ORDER BY join_key_l, join_key_r")

    def _weighed(self, trained: TrainedModel, pairs: str, floor: float) -> str:
        if pairs != "pairs":
            return super()._weighed(trained, pairs, floor)
        self._take("weighed_pairs", spark_sql.weighed(self._model, trained, floor))
        return "weighed_pairs"

    def _gather(self, heads: "Ints", members: "Ints") -> None:
        """Bring home the pairs within very large parts; of smaller ones all pairs are compared here."""
        sizes = np.bincount(heads[members])
        large = members[sizes[heads[members]] > DENSE]
        inside = pa.table({"id": large, "head": heads[large]})
        self._view("inside", self._spark.createDataFrame(inside))
        query = (
            "SELECT p.* FROM pairs p JOIN inside l ON l.id = p.join_key_l JOIN inside r ON r.id = p.join_key_r"
            " WHERE l.head = r.head"
        )
        self._take("pairs", query)


_SMALL = {"spark.sql.shuffle.partitions": "8"}
"""On one machine, 200 partitions of a join cost more than what is in them."""


def _session(master: str, memory_mb: int, folder: Path) -> "SparkSession":
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra; loaded only where Spark is chosen

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("tessera")
    configuration = _configuration(memory_mb, folder) | (_SMALL if master.startswith("local") else {})
    for name, value in configuration.items():
        builder = builder.config(name, value)
    spark = (builder.master(master) if master else builder).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    _register(spark)
    return spark


def _configuration(memory_mb: int, folder: Path) -> dict[str, str]:
    """What Spark writes stays in the folder; nothing listens; the day is UTC's."""
    return {
        "spark.driver.memory": f"{memory_mb}m",
        "spark.driver.maxResultSize": "0",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={folder} -Dderby.system.home={folder}",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def _register(spark: "SparkSession") -> None:
    """Give Spark the distances that the other engines use."""
    from pyspark.sql.pandas.functions import arrow_udf  # noqa: PLC0415 - an extra
    from pyspark.sql.types import DoubleType, IntegerType  # noqa: PLC0415 - an extra

    winkler = column_function(JaroWinkler, "similarity", pa.float64())
    damerau = column_function(DamerauLevenshtein, "distance", pa.int32())
    # The annotations of the functions say that they take and give whole columns.
    spark.udf.register("jaro_winkler", arrow_udf(winkler, DoubleType()))  # type: ignore[call-overload]
    spark.udf.register("damerau_levenshtein", arrow_udf(damerau, IntegerType()))  # type: ignore[call-overload]


def column_function(module: ModuleType, name: str, kind: pa.DataType) -> Callable[[pa.Array, pa.Array], pa.Array]:
    """Measure pairs of texts in two columns by a function of a module of rapidfuzz; null where one is missing.

    The function is made here, inside, so that it travels to the workers whole: they need not have this package. Compiled
    functions cannot travel, so the worker looks it up by name.
    """

    def measured(left: pa.Array, right: pa.Array) -> pa.Array:
        measure = getattr(module, name)
        both = zip(left.to_pylist(), right.to_pylist(), strict=True)
        return pa.array([None if a is None or b is None else measure(a, b) for a, b in both], kind)

    return measured
