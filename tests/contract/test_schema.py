"""The migrations make, and unmake, exactly the tables that the program uses, on each database."""

from tessera.store import schema
from tessera.store.dialects import open_dialect


def test_migrations_and_tables_say_the_same(empty_database: str) -> None:
    dialect = open_dialect(empty_database)
    assert schema.current(dialect) == ""
    schema.upgrade(dialect)
    assert schema.current(dialect) == schema.newest()
    assert schema.differences(dialect) == []
    dialect.engine.dispose()


def test_migrations_go_down_to_nothing_and_up_again(empty_database: str) -> None:
    dialect = open_dialect(empty_database)
    schema.upgrade(dialect)
    schema.downgrade(dialect, "base")
    assert schema.current(dialect) == ""
    schema.upgrade(dialect)
    assert schema.differences(dialect) == []
    dialect.engine.dispose()
