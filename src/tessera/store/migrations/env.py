"""Alembic's entry point: runs the migrations on the connection that `tessera.store.schema` hands over."""

from alembic import context

from tessera.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    transaction_per_migration=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
