"""Runs compiled SELECTs over Arrow tables, in an in-memory DuckDB that can reach nothing outside."""

from collections.abc import Mapping, Sequence
from threading import Lock

import duckdb
import pyarrow as pa

from tessera.errors import Invalid, Unreadable

_SETTINGS = (
    "SET TimeZone = 'UTC'",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",
    "SET lock_configuration = true",
)


class ColumnEngine:
    """A staging SELECT over the table `batch`, and further SELECTs over its result, `stage`.

    All statements are written once, when the engine is made; a batch only runs them. Values come in as parameters
    (`$name`). One engine works for one thread at a time and makes others wait.
    """

    def __init__(self, stage: str, answers: Mapping[str, str], *, threads: int = 1, memory_mb: int = 512) -> None:
        """Open an engine of its own; nothing is shared with other engines."""
        self._stage = "CREATE OR REPLACE TEMP TABLE stage AS " + stage
        self._answers = dict(answers)
        self._lock = Lock()
        self._connection = duckdb.connect(
            ":memory:",
            config={"threads": threads, "memory_limit": f"{memory_mb}MB", "preserve_insertion_order": "true"},
        )
        for setting in _SETTINGS:
            self._connection.execute(setting)

    def run(self, batch: pa.Table, values: Mapping[str, object], asked: Sequence[str]) -> dict[str, pa.Table]:
        """Stage one batch and answer the questions of these names about it, each as an Arrow table."""
        with self._lock:
            self._connection.register("batch", batch)
            try:
                self._connection.execute(self._stage, dict(values))
                return {name: self._connection.execute(self._answers[name]).to_arrow_table() for name in asked}
            except (duckdb.OutOfMemoryException, MemoryError):
                raise Unreadable(
                    "a batch needs more memory than a delivery may use",
                    advice="Lower batch_rows or raise reader_memory_mb in the settings.",
                ) from None
            except duckdb.Error as problem:
                raise Invalid(f"the columns cannot be computed: {problem}") from problem
            finally:
                self._connection.unregister("batch")

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()
