"""Resolution: models, prepared records, blocking keys, pairs and judgements."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_models()
    _make_nodes()
    _make_judgements()


def _make_models() -> None:
    op.create_table(
        "resolution_model",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("kind_id", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("capped", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("records", sa.BigInteger(), nullable=False, server_default="0"),
        sa.UniqueConstraint("uid", name=op.f("uq_resolution_model_uid")),
    )
    op.create_index("ix_resolution_model_kind_id", "resolution_model", ["kind_id", "id"])
    model = sa.ForeignKey("resolution_model.id", name=op.f("fk_resolution_switch_model_id"))
    op.create_table(
        "resolution_switch",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("kind_id", sa.SmallInteger(), nullable=False),
        sa.Column("model_id", sa.Integer(), model, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_index("ix_resolution_switch_kind_id", "resolution_switch", ["kind_id", "id"])
    model = sa.ForeignKey("resolution_model.id", name=op.f("fk_term_frequency_model_id"))
    op.create_table(
        "term_frequency",
        sa.Column("model_id", sa.Integer(), model, primary_key=True),
        sa.Column("value", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("frequency", sa.Float(53), nullable=False),
    )


def _make_nodes() -> None:
    op.create_table(
        "node",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("thread", sa.LargeBinary(16), nullable=False),
        sa.Column("kind_id", sa.SmallInteger(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("prepared", sa.Text(), nullable=False),
        sa.Column("block_keys", sa.Text(), nullable=False),
        sa.UniqueConstraint("thread", name=op.f("uq_node_thread")),
    )
    op.create_index("ix_node_kind_id", "node", ["kind_id", "id"])
    op.create_index("ix_node_record_id", "node", ["record_id"])
    op.create_table(
        "block_key",
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("lane", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("node_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pair",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("left_id", sa.BigInteger(), nullable=False),
        sa.Column("right_id", sa.BigInteger(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(53), nullable=False),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger()),
    )
    op.create_index("ix_pair_left_id", "pair", ["left_id", "model_id"])
    op.create_index("ix_pair_right_id", "pair", ["right_id", "model_id"])
    current = sa.text("known_to IS NULL")
    op.create_index(
        "ix_pair_model_id_weight", "pair", ["model_id", "weight"], postgresql_where=current, sqlite_where=current
    )


def _make_judgements() -> None:
    op.create_table(
        "judgement",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False),
        sa.Column("kind_id", sa.SmallInteger(), nullable=False),
        sa.Column("left_thread", sa.LargeBinary(16)),
        sa.Column("right_thread", sa.LargeBinary(16)),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Integer()),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undoes", sa.BigInteger()),
        sa.Column("purged_at", sa.BigInteger()),
        sa.UniqueConstraint("uid", name=op.f("uq_judgement_uid")),
    )
    op.create_index("ix_judgement_left_thread", "judgement", ["left_thread"])
    op.create_index("ix_judgement_right_thread", "judgement", ["right_thread"])
    op.create_index("ix_judgement_account", "judgement", ["account", "id"])


def downgrade() -> None:
    """Remove them, with all that people judged."""
    tables = ("judgement", "pair", "block_key", "node", "term_frequency", "resolution_switch", "resolution_model")
    for name in tables:
        op.drop_table(name)
