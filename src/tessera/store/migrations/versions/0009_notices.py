"""Notices, recalls, corrections, requests to owners."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "notice",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.UniqueConstraint("uid", name=op.f("uq_notice_uid")),
    )
    op.create_index("ix_notice_agency", "notice", ["agency", "id"])
    op.create_table(
        "notice_record",
        sa.Column("notice_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_uid", sa.LargeBinary(16), nullable=False),
    )
    op.create_index("ix_notice_record_record_id", "notice_record", ["record_id"])
    op.create_table(
        "notice_recipient",
        sa.Column("notice_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("deed", sa.String(16), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
    )
    op.create_index("ix_notice_recipient_account", "notice_recipient", ["account", "acknowledged_at"])
    op.create_table(
        "recall",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger()),
        sa.Column("lifted_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("lift_reason", sa.Text(), nullable=False, server_default=""),
        sa.UniqueConstraint("uid", name=op.f("uq_recall_uid")),
    )
    op.create_index("ix_recall_agency", "recall", ["agency", "id"])
    op.create_table(
        "recall_record",
        sa.Column("recall_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("record_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
    op.create_index("ix_recall_record_record_id", "recall_record", ["record_id"])
    op.create_table(
        "correction",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("thread", sa.LargeBinary(16), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("delivered_id", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.UniqueConstraint("uid", name=op.f("uq_correction_uid")),
    )
    op.create_index("ix_correction_thread", "correction", ["thread", "id"])
    op.create_index("ix_correction_ended_at", "correction", ["ended_at"])
    op.create_table(
        "request",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("need_to_know", sa.Text(), nullable=False),
        sa.Column("call_back", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("answered_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("answer", sa.Text(), nullable=False, server_default=""),
        sa.Column("released", sa.Integer(), nullable=False, server_default="0"),
        sa.UniqueConstraint("uid", name=op.f("uq_request_uid")),
    )
    op.create_index("ix_request_owner", "request", ["owner", "id"])
    op.create_index("ix_request_agency", "request", ["agency", "id"])
    op.create_index("ix_request_account", "request", ["account", "at"])
    op.create_table(
        "disclosure_owner",
        sa.Column("disclosure_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("records", sa.Integer(), nullable=False),
    )
    op.create_index("ix_disclosure_owner_owner", "disclosure_owner", ["owner", "disclosure_id"])
    op.add_column("disclosure", sa.Column("export", sa.String(36), nullable=False, server_default=""))
    only = sa.text("export <> ''")
    op.create_index("ix_disclosure_export", "disclosure", ["export"], postgresql_where=only, sqlite_where=only)


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_disclosure_export", "disclosure")
    op.drop_column("disclosure", "export")
    for table in (
        "disclosure_owner",
        "request",
        "correction",
        "recall_record",
        "recall",
        "notice_recipient",
        "notice_record",
        "notice",
    ):
        op.drop_table(table)
