"""Sums that stand beside the rows that they count: a number is added to its line, which is made at its first use."""

from collections.abc import Sequence
from functools import cache

from tessera.store.transactions import Transaction


def add(
    tx: Transaction, table: str, *, keys: Sequence[str], sums: Sequence[str], rows: Sequence[tuple[int, ...]]
) -> None:
    """Add to these columns of a table, for each row its keys and then its numbers; less than nothing takes away."""
    if rows:
        tx.connection.exec_driver_sql(
            _statement(tx.connection.dialect.paramstyle, table, tuple(keys), tuple(sums)), list(rows)
        )


@cache
def _statement(paramstyle: str, table: str, keys: tuple[str, ...], sums: tuple[str, ...]) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    grown = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in sums)
    return (
        f"INSERT INTO {table} ({', '.join((*keys, *sums))}) VALUES ({', '.join([mark] * len((*keys, *sums)))})"  # noqa: S608 - fixed names
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {grown}"
    )
