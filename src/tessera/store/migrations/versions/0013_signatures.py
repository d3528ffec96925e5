"""Signatures: by what a person last proved to be there, beside when."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it to sessions. Those that are open now were proved by what they were begun with."""
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("confirmed_by", sa.String(64), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE session SET confirmed_by = method"))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("session") as session:
        session.drop_column("confirmed_by")
