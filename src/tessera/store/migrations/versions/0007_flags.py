"""Flags of protected activity, and the lifecycle of agreements."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "flag",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("occasion", sa.String(16), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ground", sa.String(16), nullable=False, server_default=""),
        sa.Column("decided_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.UniqueConstraint("uid", name=op.f("uq_flag_uid")),
    )
    op.create_index("ix_flag_state", "flag", ["state", "id"])
    op.create_index("ix_flag_record_id", "flag", ["record_id"])
    op.create_table(
        "agreement_step",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("agreement", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("expires", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_index("ix_agreement_step_agreement", "agreement_step", ["agreement", "id"])
    op.add_column("holding", sa.Column("unexamined_because", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("holding") as holding:
        holding.drop_column("unexamined_because")
    op.drop_table("agreement_step")
    op.drop_table("flag")
