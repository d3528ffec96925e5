"""Disclosures, changes of marking, and the state of agreements."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

COUNTS = ("rows_recorded", "rows_quarantined", "rows_duplicate", "records", "links")


def upgrade() -> None:
    """Make the tables."""
    op.add_column("agreement", sa.Column("state", sa.String(16), nullable=False, server_default="current"))
    op.create_table(
        "delivery_stock",
        sa.Column("delivery_id", KEY, sa.ForeignKey("delivery.id"), primary_key=True, autoincrement=False),
        sa.Column("marking_id", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS),
    )
    _count_what_is_there()
    op.create_table(
        "remarking",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("from_marking", sa.Integer(), nullable=False),
        sa.Column("to_marking", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_index("ix_remarking_record_id", "remarking", ["record_id"])
    op.create_table(
        "disclosure",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("need_to_know", sa.Text(), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
    )
    op.create_index("ix_disclosure_at", "disclosure", ["at"])
    op.create_index("ix_disclosure_account", "disclosure", ["account", "at"])
    op.create_table(
        "disclosure_record",
        sa.Column("disclosure_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
    op.create_index("ix_disclosure_record_record_id", "disclosure_record", ["record_id"])


def _count_what_is_there() -> None:
    """Count the deliveries of before under their own marking; rows that were marked more strictly stay uncounted."""
    names = ", ".join(f"sum(b.{name})" for name in COUNTS)
    op.execute(
        f"INSERT INTO delivery_stock SELECT d.id, d.marking_id, {names} FROM delivery d "  # noqa: S608 - fixed names
        "JOIN batch b ON b.delivery_id = d.id WHERE NOT EXISTS (SELECT 1 FROM record r "
        "WHERE r.delivery_id = d.id AND r.marking_id <> d.marking_id) GROUP BY d.id, d.marking_id"
    )


def downgrade() -> None:
    """Remove them."""
    for table in ("delivery_stock", "disclosure_record", "disclosure", "remarking"):
        op.drop_table(table)
    op.drop_column("agreement", "state")
