"""Contents of files: where in a file a record stands, which file came in which, and which process took a delivery on."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them. A record of a table needs no locator of its own: its row says where it stands."""
    op.add_column("record", sa.Column("locator", sa.Text()))
    op.add_column("delivery", sa.Column("worker", sa.String(128), nullable=False, server_default=""))
    op.create_table(
        "enclosure",
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["delivery.id"], name="fk_enclosure_parent_id_delivery"),
        sa.ForeignKeyConstraint(["child_id"], ["delivery.id"], name="fk_enclosure_child_id_delivery"),
        sa.PrimaryKeyConstraint("parent_id", "child_id", name="pk_enclosure"),
    )
    op.create_index("ix_enclosure_child_id", "enclosure", ["child_id"])
    op.create_index("ix_enclosure_root_id", "enclosure", ["root_id"])


def downgrade() -> None:
    """Remove them; the files stay deliveries."""
    op.drop_table("enclosure")
    op.drop_column("record", "locator")
    op.drop_column("delivery", "worker")
