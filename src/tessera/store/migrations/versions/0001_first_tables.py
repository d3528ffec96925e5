"""The first tables, with the full-text index of each database."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CLASSES = ("contact", "health", "identifier", "narrative", "open", "place")


def upgrade() -> None:
    """Make the tables, their search indexes, and the rows that must be there."""
    op.create_table(
        "agency",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_agency")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("need_to_know", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_event", "audit_entry", ["event", "index"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_node",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_audit_node")),
    )
    op.create_table(
        "center_state",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_center_state")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "holding",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_holding")),
    )
    op.create_table(
        "kind",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kind")),
        sa.UniqueConstraint("name", name=op.f("uq_kind_name")),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("from_thread", sa.LargeBinary(length=16), nullable=False),
        sa.Column("to_thread", sa.LargeBinary(length=16), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("marking_id", sa.Integer(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_index("ix_link_to", "link", ["to_thread"], unique=False)
    op.create_index("uq_link_ends", "link", ["from_thread", "to_thread", "type", "role", "marking_id"], unique=True)
    op.create_table(
        "mapping",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_mapping")),
    )
    op.create_table(
        "marking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking")),
        sa.UniqueConstraint("value", name=op.f("uq_marking_value")),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("uid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("thread", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind_id", sa.SmallInteger(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("event_time", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.Float(precision=53), nullable=True),
        sa.Column("longitude", sa.Float(precision=53), nullable=True),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("marking_id", sa.Integer(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_table(
        "stock",
        sa.Column("marking_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("marking_id", "kind_id", name=op.f("pk_stock")),
    )
    op.create_index("ix_record_marking", "record", ["marking_id", "kind_id", "id"], unique=False)
    op.create_index("ix_record_cell", "record", ["cell"], unique=False)
    op.create_index("ix_record_delivery_row", "record", ["delivery_id", "row"], unique=False)
    op.create_index("ix_record_kind_time", "record", ["kind_id", "event_time"], unique=False)
    op.create_index(
        "ix_record_known_to",
        "record",
        ["known_to"],
        unique=False,
        postgresql_where=sa.text("known_to IS NOT NULL"),
        sqlite_where=sa.text("known_to IS NOT NULL"),
    )
    op.create_index("ix_record_thread", "record", ["thread"], unique=False)
    op.create_index("ix_record_uid", "record", ["uid"], unique=True)
    op.create_table(
        "account",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("trained_until", sa.String(length=10), nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed_since", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.name"], name=op.f("fk_account_agency")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account")),
    )
    op.create_table(
        "agreement",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("redissemination", sa.Text(), nullable=False),
        sa.Column("signed", sa.String(length=10), nullable=False),
        sa.Column("expires", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.name"], name=op.f("fk_agreement_agency")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_agreement")),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("need_to_know", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_session_account")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("holding", sa.String(length=64), nullable=False),
        sa.Column("marking_id", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.String(length=128), nullable=False),
        sa.Column("cadence_hours", sa.Integer(), nullable=False),
        sa.Column("reliability", sa.String(length=1), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.name"], name=op.f("fk_source_agency")),
        sa.ForeignKeyConstraint(["agreement"], ["agreement.name"], name=op.f("fk_source_agreement")),
        sa.ForeignKeyConstraint(["holding"], ["holding.name"], name=op.f("fk_source_holding")),
        sa.ForeignKeyConstraint(["marking_id"], ["marking.id"], name=op.f("fk_source_marking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "token",
        sa.Column("uid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_token_account")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("marking_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("mapping_digest", sa.String(length=64), server_default="", nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["marking_id"], ["marking.id"], name=op.f("fk_delivery_marking_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_delivery_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("source_id", "sha256", name=op.f("uq_delivery_source_id_sha256")),
        sa.UniqueConstraint("uid", name=op.f("uq_delivery_uid")),
    )
    op.create_index("ix_delivery_received_at", "delivery", ["received_at"], unique=False)
    op.create_table(
        "batch",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows_in", sa.Integer(), nullable=False),
        sa.Column("rows_recorded", sa.Integer(), nullable=False),
        sa.Column("rows_quarantined", sa.Integer(), nullable=False),
        sa.Column("rows_duplicate", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("committed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_batch_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_batch")),
    )
    op.create_table(
        "delivery_part",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("column_classes", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_part_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_delivery_part")),
    )
    op.create_table(
        "quality",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("filled", sa.BigInteger(), nullable=False),
        sa.Column("invalid", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_quality_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "kind", "term", name=op.f("pk_quality")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("uid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("marking_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("mended", sa.Text(), server_default="{}", nullable=False),
        sa.Column("mended_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_quarantine_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("uid", name=op.f("uq_quarantine_uid")),
    )
    op.create_index("ix_quarantine_delivery_row", "quarantine", ["delivery_id", "row"], unique=False)
    op.create_index("ix_quarantine_state", "quarantine", ["state", "id"], unique=False)
    for statement in _search_indexes():
        op.execute(statement)
    op.execute("INSERT INTO counter (name, next) VALUES ('record', 1)")
    op.bulk_insert(
        sa.table("audit_head", sa.column("id"), sa.column("size"), sa.column("peaks", sa.LargeBinary)),
        [{"id": 1, "size": 0, "peaks": b""}],
    )


def _search_indexes() -> list[str]:
    if op.get_bind().dialect.name == "sqlite":
        columns = ", ".join((*CLASSES, "marking"))
        return [
            # words come folded, so the plain tokenizer does; ranking is not used, so no sizes of columns are kept
            f"CREATE VIRTUAL TABLE record_text USING fts5({columns}, tokenize = 'ascii', columnsize = 0)",
            # few large merges instead of many small ones: half the cost of an insert, measured in bench/ingest.py
            "INSERT INTO record_text (record_text, rank) VALUES ('hashsize', 8388608)",
            "INSERT INTO record_text (record_text, rank) VALUES ('automerge', 0)",
            "INSERT INTO record_text (record_text, rank) VALUES ('crisismerge', 32)",
        ]
    return [
        "CREATE SEQUENCE record_id_seq",
        "CREATE TABLE record_text (record_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_record_words ON record_text USING gin (words)",
    ]


def downgrade() -> None:
    """Remove everything."""
    op.execute("DROP TABLE record_text")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE record_id_seq")
    op.drop_index("ix_quarantine_state", table_name="quarantine")
    op.drop_index("ix_quarantine_delivery_row", table_name="quarantine")
    op.drop_table("quarantine")
    op.drop_table("quality")
    op.drop_table("delivery_part")
    op.drop_table("batch")
    op.drop_index("ix_delivery_received_at", table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("token")
    op.drop_table("source")
    op.drop_table("session")
    op.drop_table("agreement")
    op.drop_table("account")
    op.drop_index("ix_record_uid", table_name="record")
    op.drop_index("ix_record_thread", table_name="record")
    op.drop_index(
        "ix_record_known_to",
        table_name="record",
        postgresql_where=sa.text("known_to IS NOT NULL"),
        sqlite_where=sa.text("known_to IS NOT NULL"),
    )
    op.drop_index("ix_record_kind_time", table_name="record")
    op.drop_index("ix_record_marking", table_name="record")
    op.drop_index("ix_record_cell", table_name="record")
    op.drop_table("stock")
    op.drop_index("ix_record_delivery_row", table_name="record")
    op.drop_table("record")
    op.drop_table("marking")
    op.drop_table("mapping")
    op.drop_index("uq_link_ends", table_name="link")
    op.drop_index("ix_link_to", table_name="link")
    op.drop_table("link")
    op.drop_table("kind")
    op.drop_table("holding")
    op.drop_table("counter")
    op.drop_table("center_state")
    op.drop_table("audit_node")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index("ix_audit_entry_event", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("audit_checkpoint")
    op.drop_table("agency")
