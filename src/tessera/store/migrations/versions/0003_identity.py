"""Second factors, sign-on, and the lifecycle of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _of_account() -> tuple[sa.Column[object], ...]:
    return (
        _text("given_name"),
        _text("sur_name"),
        _text("email"),
        _text("telephone"),
        sa.Column("expires", sa.String(10), nullable=False, server_default=""),
        sa.Column("closed_because", sa.String(16), nullable=False, server_default=""),
        _text("closed_reason"),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("closed_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("active_at", sa.BigInteger()),
        sa.Column("signed_in_at", sa.BigInteger()),
        sa.Column("password_at", sa.BigInteger()),
        sa.Column("password_due", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )


def _of_session() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("uid", sa.LargeBinary(16)),
        sa.Column("method", sa.String(64), nullable=False, server_default="password"),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.Column("factor_at", sa.BigInteger()),
        sa.Column("locked_at", sa.BigInteger()),
        sa.Column("challenge", sa.LargeBinary(32)),
        sa.Column("challenge_at", sa.BigInteger()),
        sa.Column("address", sa.String(64), nullable=False, server_default=""),
    )


def upgrade() -> None:
    """Make the tables. An account that was locked before was so because of its failures."""
    with op.batch_alter_table("account") as account:
        for column in _of_account():
            account.add_column(column)
    op.execute(sa.text("UPDATE account SET closed_because = 'failures' WHERE disabled"))
    with op.batch_alter_table("session") as session:
        for column in _of_session():
            session.add_column(column)
        session.create_unique_constraint("uq_session_uid", ["uid"])
    op.create_index("ix_session_account", "session", ["account"])
    _make_factors()
    _make_sign_on()


def _make_factors() -> None:
    op.create_table(
        "authenticator",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("account", sa.String(64), sa.ForeignKey("account.name"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), unique=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("last_step", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.Column("used_at", sa.BigInteger()),
        sa.Column("removed_at", sa.BigInteger()),
    )
    op.create_index("ix_authenticator_account", "authenticator", ["account"])
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey("account.name"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
    )
    op.create_index("ix_recovery_code_account", "recovery_code", ["account"])


def _make_sign_on() -> None:
    op.create_table(
        "sign_on",
        sa.Column("state", sa.LargeBinary(32), primary_key=True),
        sa.Column("visitor", sa.LargeBinary(32), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("need_to_know", sa.Text(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "sign_on_link",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey("account.name"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("ix_sign_on_link_account", "sign_on_link", ["account"])


def downgrade() -> None:
    """Remove them."""
    for name in ("sign_on_link", "sign_on", "recovery_code", "authenticator"):
        op.drop_table(name)
    op.drop_index("ix_session_account", "session")
    with op.batch_alter_table("session") as session:
        session.drop_constraint("uq_session_uid", type_="unique")
        for column in _of_session():
            session.drop_column(column.name)
    with op.batch_alter_table("account") as account:
        for column in _of_account():
            account.drop_column(column.name)
