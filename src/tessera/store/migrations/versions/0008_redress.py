"""Requests for correction, published reports, samples."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "redress",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("identified_at", sa.BigInteger()),
        sa.Column("opened_at", sa.BigInteger()),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("decided_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("outcome", sa.String(16), nullable=False, server_default=""),
        sa.Column("remedies", sa.Text(), nullable=False, server_default=""),
        sa.Column("refusal", sa.String(32), nullable=False, server_default=""),
        sa.Column("explanation", sa.Text(), nullable=False, server_default=""),
        sa.Column("appealed_at", sa.BigInteger()),
        sa.Column("first_decided_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("closing", sa.String(16), nullable=False, server_default=""),
        sa.UniqueConstraint("uid", name=op.f("uq_redress_uid")),
        sa.UniqueConstraint("reference", name=op.f("uq_redress_reference")),
    )
    op.create_index("ix_redress_state", "redress", ["state", "id"])
    op.create_table(
        "redress_person",
        sa.Column("redress_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("record_named", sa.Text(), nullable=False),
        sa.Column("agency_named", sa.Text(), nullable=False),
    )
    op.create_table(
        "redress_record",
        sa.Column("redress_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_uid", sa.LargeBinary(16), nullable=False),
        sa.Column("thread", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("lifted_at", sa.BigInteger()),
    )
    op.create_index("ix_redress_record_thread", "redress_record", ["thread", "lifted_at"])
    op.create_table(
        "redress_step",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("redress_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_redress_step_redress_id", "redress_step", ["redress_id", "id"])
    op.create_table(
        "transparency_report",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger()),
        sa.Column("published_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.UniqueConstraint("uid", name=op.f("uq_transparency_report_uid")),
    )
    op.create_index("ix_transparency_report_published_at", "transparency_report", ["published_at"])
    op.create_table(
        "transparency_review",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_transparency_review_report_id", "transparency_review", ["report_id", "id"])
    op.create_table(
        "sample",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by", sa.String(64), nullable=False),
        sa.Column("checkpoint_size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("population_digest", sa.String(64), nullable=False),
        sa.Column("signed_at", sa.BigInteger()),
        sa.Column("signed_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("remark", sa.Text(), nullable=False, server_default=""),
        sa.UniqueConstraint("uid", name=op.f("uq_sample_uid")),
        sa.UniqueConstraint("period", "round", name=op.f("uq_sample_period_round")),
    )
    op.create_table(
        "sample_item",
        sa.Column("sample_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("finding", sa.String(16), nullable=False, server_default=""),
        sa.Column("remark", sa.Text(), nullable=False, server_default=""),
        sa.Column("examined_at", sa.BigInteger()),
        sa.Column("examined_by", sa.String(64), nullable=False, server_default=""),
    )
    op.create_table(
        "audit_digest",
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", sa.String(64), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("audit_digest")
    op.drop_table("sample_item")
    op.drop_table("sample")
    op.drop_table("transparency_review")
    op.drop_table("transparency_report")
    op.drop_table("redress_step")
    op.drop_table("redress_record")
    op.drop_table("redress_person")
    op.drop_table("redress")
