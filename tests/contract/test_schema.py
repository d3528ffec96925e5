"""The migrations make, and unmake, exactly the tables that the program uses, on each database."""

from pathlib import Path

from tessera.store import schema
from tessera.store.dialects import open_dialect


def test_migrations_and_tables_say_the_same(database: str, tmp_path: Path) -> None:
    dialect = open_dialect(database or f"sqlite:///{tmp_path / 'x.sqlite'}")
    assert schema.current(dialect) == ""
    schema.upgrade(dialect)
    assert schema.current(dialect) == schema.newest()
    assert schema.differences(dialect) == []
    dialect.engine.dispose()


def test_migrations_go_down_to_nothing_and_up_again(database: str, tmp_path: Path) -> None:
    dialect = open_dialect(database or f"sqlite:///{tmp_path / 'x.sqlite'}")
    schema.upgrade(dialect)
    schema.downgrade(dialect, "base")
    assert schema.current(dialect) == ""
    schema.upgrade(dialect)
    assert schema.differences(dialect) == []
    dialect.engine.dispose()
