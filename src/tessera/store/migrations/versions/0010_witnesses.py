"""Witnesses of the audit log, purged entries, and where an entry came from."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "witness",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_table(
        "cosignature",
        sa.Column("size", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column(
            "witness",
            sa.String(200),
            sa.ForeignKey("witness.name", name=op.f("fk_cosignature_witness")),
            primary_key=True,
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.add_column("audit_entry", sa.Column("form", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("audit_entry", sa.Column("via", sa.String(16), nullable=False, server_default=""))
    op.add_column("audit_entry", sa.Column("address", sa.String(64), nullable=False, server_default=""))
    op.add_column("audit_entry", sa.Column("purged_at", sa.BigInteger()))
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])


def downgrade() -> None:
    """Remove them. Entries that commit to where they came from can then no longer be recomputed."""
    op.drop_index("ix_audit_entry_at", "audit_entry")
    for column in ("purged_at", "address", "via", "form"):
        op.drop_column("audit_entry", column)
    op.drop_table("cosignature")
    op.drop_table("witness")
