"""Bring a database to a revision of the schema, up or down, with Alembic.

Alembic is loaded only when something is to be migrated: starting a center should not wait for it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from tessera.errors import Invalid
from tessera.store import tables
from tessera.store.dialects import Dialect

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")
INDEX_TABLES = ("record_text",)
"""Tables that only one of the databases has, or whose form Alembic cannot compare."""


def upgrade(dialect: Dialect, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    from alembic import command  # noqa: PLC0415 - see above

    with dialect.turnstile(), dialect.engine.connect() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(dialect: Dialect, revision: str) -> None:
    """Run the migrations back to `revision` ("base" removes everything)."""
    from alembic import command  # noqa: PLC0415 - see above

    with dialect.turnstile(), dialect.engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def current(dialect: Dialect) -> str:
    """Say which revision the database is at; "" where it has no tables yet."""
    with dialect.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or ""


def newest() -> str:
    """Say which revision this version of the program needs."""
    return max(file.name.split("_", 1)[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def require_newest(dialect: Dialect) -> None:
    """Refuse to work on a database of another revision."""
    at = current(dialect)
    if not at:
        raise Invalid("the center's database is not set up", advice="Run: tessera init DIR")
    if at != newest():
        raise Invalid(
            f"the center's database is at revision {at}, this program needs {newest()}",
            advice="Back it up, then run: tessera init DIR, which brings it up to date.",
        )


def differences(dialect: Dialect) -> list[object]:
    """Compare the database with `tables`; empty means the migrations and the tables say the same."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - see above
    from alembic.migration import MigrationContext  # noqa: PLC0415 - see above

    with dialect.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": _is_ours, "compare_type": False, "compare_server_default": False}
        )
        return list(compare_metadata(context, tables.metadata))


def _is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001 - Alembic calls it
    if kind == "index" and name and not name.startswith("ix_record_words"):
        return True
    return kind != "index" and not (name or "").startswith((*INDEX_TABLES, "alembic_version", "sqlite_"))


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
