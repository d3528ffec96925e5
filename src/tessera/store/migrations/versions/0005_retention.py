"""Reviews, legal holds, purges and their receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONTENT = {"record": ("payload", "source_key"), "quarantine": ("value", "raw", "mended")}


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "review",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.String(10), nullable=False),
        sa.Column("to_day", sa.String(10), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(64), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("lifted_at", sa.BigInteger()),
        sa.Column("lifted_reason", sa.Text(), nullable=False, server_default=""),
    )
    op.create_table(
        "legal_hold_record",
        sa.Column("hold_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
    op.create_table(
        "purge",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("chosen_by", sa.String(16), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("whole_rows", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("records", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("problem", sa.Text(), nullable=False, server_default=""),
        sa.Column("work", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("receipt", sa.Text(), nullable=False, server_default=""),
    )
    op.create_table(
        "purge_blob",
        sa.Column("purge_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("delivery_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("search", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("old_sha256", sa.String(64), nullable=False),
        sa.Column("new_sha256", sa.String(64), nullable=False, server_default=""),
        sa.Column("done_at", sa.BigInteger()),
    )
    op.create_table(
        "erased_row",
        sa.Column("delivery_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("row", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("purge_id", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "delivery_bytes",
        sa.Column("delivery_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("in_place", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_review_subject", "review", ["subject"])
    op.create_index("ix_legal_hold_record_record_id", "legal_hold_record", ["record_id"])
    op.create_index("ix_purge_state", "purge", ["state"])
    op.create_index("ix_purge_blob_delivery_id", "purge_blob", ["delivery_id"])
    op.create_index("ix_delivery_bytes_sha256", "delivery_bytes", ["sha256"])
    _sample(0)


def _sample(target: int) -> None:
    """Say how many values PostgreSQL's planner keeps of the columns with content: none, for a purge cannot reach them."""
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in CONTENT.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}")


def downgrade() -> None:
    """Remove them."""
    _sample(-1)
    for table in ("delivery_bytes", "erased_row", "purge_blob", "purge", "legal_hold_record", "legal_hold", "review"):
        op.drop_table(table)
