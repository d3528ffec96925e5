"""Versions of the policy, and accounts and agreements as they were."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, and begin the histories with what there is."""
    op.create_table(
        "policy_version",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("shipped", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("decision", sa.Text(), nullable=False, server_default=""),
        sa.Column("from_at", sa.BigInteger()),
        sa.Column("until_at", sa.BigInteger()),
        sa.Column("what_if", sa.Text(), nullable=False, server_default=""),
        sa.Column("what_if_base", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_index("ix_policy_version_from_at", "policy_version", ["from_at"])
    op.create_table(
        "account_version",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("agency_kind", sa.String(16), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("trained_until", sa.String(10), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_account_version_account", "account_version", ["account", "id"])
    op.create_table(
        "agreement_version",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("agreement", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("signed", sa.String(10), nullable=False),
        sa.Column("expires", sa.String(10), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
    )
    op.create_index("ix_agreement_version_agreement", "agreement_version", ["agreement", "id"])
    _begin_histories()


def _begin_histories() -> None:
    """Take accounts and agreements as they are for how they were; what changed before was not kept."""
    op.execute(
        'INSERT INTO account_version (account, at, agency, agency_kind, roles, "groups", trained_until, disabled) '
        'SELECT a.name, a.created_at, a.agency, g.kind, a.roles, a."groups", a.trained_until, a.disabled '
        "FROM account a JOIN agency g ON g.name = a.agency"
    )
    op.execute(
        "INSERT INTO agreement_version (agreement, at, agency, signed, expires, state) "
        "SELECT name, 0, agency, signed, expires, state FROM agreement"
    )


def downgrade() -> None:
    """Remove them."""
    for table in ("agreement_version", "account_version", "policy_version"):
        op.drop_table(table)
    op.execute("DELETE FROM center_state WHERE name = 'policy'")
