"""Which engine compares records in bulk: DuckDB on this machine, or Spark. Both answer the same."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from tessera.dictionary.resolution import KindModel
from tessera.engines.linking import DuckLinker
from tessera.engines.linking_spark import SparkLinker
from tessera.errors import Invalid
from tessera.settings import Settings


class OpenLinker(Protocol):
    """Loads the prepared records of one kind into the engine in use, ready to be compared."""

    def __call__(
        self, table: pa.Table, model: KindModel, *, one_each: Collection[str] = (), folder: Path | None = None
    ) -> DuckLinker:
        """Load; what the engine writes goes into the folder and is deleted with the linker."""


def open_linker(settings: Settings) -> OpenLinker:
    """Give what loads records into the engine that the setting `resolution_engine` names."""
    known: Mapping[str, Callable[..., DuckLinker]] = {
        "duckdb": DuckLinker,
        "spark": partial(SparkLinker, master=settings.spark_master, spark_memory_mb=settings.spark_memory_mb),
    }
    if settings.resolution_engine not in known:
        raise Invalid(
            f"unknown engine {settings.resolution_engine!r}",
            where="setting resolution_engine",
            advice=f"One of: {', '.join(sorted(known))}.",
        )
    return partial(known[settings.resolution_engine], memory_mb=settings.resolve_memory_mb)
