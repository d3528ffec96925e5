"""Submissions of criminal intelligence, reports of suspicious activity, and promotions between holdings."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.add_column("holding", sa.Column("sort", sa.String(32), nullable=False, server_default="other"))
    _intelligence()
    _activity()
    op.create_table(
        "promotion",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("from_record", sa.LargeBinary(16), nullable=False),
        sa.Column("from_holding", sa.String(64), nullable=False),
        sa.Column("to_sort", sa.String(32), nullable=False),
        sa.Column("to_uid", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.UniqueConstraint("uid", name=op.f("uq_promotion_uid")),
    )
    op.create_index("ix_promotion_from_record", "promotion", ["from_record"])
    op.create_index("ix_promotion_to_uid", "promotion", ["to_uid"])


def _intelligence() -> None:
    op.create_table(
        "intelligence_submission",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column(
            "source_id",
            sa.Integer(),
            sa.ForeignKey("source.id", name=op.f("fk_intelligence_submission_source_id")),
            nullable=False,
        ),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_on", sa.String(10), nullable=False, server_default=""),
        sa.Column("period_from", sa.String(10), nullable=False),
        sa.Column("review_by", sa.String(10), nullable=False),
        sa.Column("reviewed_by", sa.String(64), nullable=False, server_default=""),
        sa.UniqueConstraint("uid", name=op.f("uq_intelligence_submission_uid")),
    )
    op.create_index("ix_intelligence_submission_state", "intelligence_submission", ["state", "id"])
    op.create_table(
        "intelligence_member",
        sa.Column("submission_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("thread", sa.LargeBinary(16), primary_key=True),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
    )
    op.create_index("ix_intelligence_member_thread", "intelligence_member", ["thread"])
    op.create_table(
        "intelligence_step",
        sa.Column("submission_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("on", sa.String(10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )


def _activity() -> None:
    op.create_table(
        "activity_report",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column(
            "source_id",
            sa.Integer(),
            sa.ForeignKey("source.id", name=op.f("fk_activity_report_source_id")),
            nullable=False,
        ),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("behaviors", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("due", sa.String(10), nullable=False, server_default=""),
        sa.Column("detailed", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("shared_with", sa.Text(), nullable=False, server_default="[]"),
        sa.UniqueConstraint("uid", name=op.f("uq_activity_report_uid")),
    )
    op.create_index("ix_activity_report_state", "activity_report", ["state", "id"])
    op.create_table(
        "activity_member",
        sa.Column("report_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("thread", sa.LargeBinary(16), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
    )
    op.create_index("ix_activity_member_thread", "activity_member", ["thread"])
    op.create_table(
        "activity_step",
        sa.Column("report_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("on", sa.String(10), nullable=False),
        sa.Column("trained_until", sa.String(10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Remove them."""
    for name in (
        "promotion", "activity_step", "activity_member", "activity_report", "intelligence_step", "intelligence_member",
        "intelligence_submission",
    ):  # fmt: skip
        op.drop_table(name)
    with op.batch_alter_table("holding") as holding:
        holding.drop_column("sort")
