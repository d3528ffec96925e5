"""Names: records by how their names sound."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. Records that are there already get their keys when a center is brought up to date (tessera init)."""
    op.create_table(
        "name_key",
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("marking_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_key_record_id", "name_key", ["record_id"])


def downgrade() -> None:
    """Remove it; it can be made again from the records."""
    op.drop_table("name_key")
