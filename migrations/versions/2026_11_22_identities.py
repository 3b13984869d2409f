"""Logins by a provider, answers kept for idempotency keys."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_identities"
down_revision = "2026_11_22_imports"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    extend_login_sessions()
    op.create_table(
        "identity_links",
        sa.Column("id", KEY, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_identity_links_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity_links"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identity_links_issuer_subject"),
        sa.UniqueConstraint("user_id", "issuer", name="uq_identity_links_user_id_issuer"),
        **KEPT,
    )
    op.create_table(
        "spent_states",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_spent_states"),
    )
    op.create_index("ix_spent_states_expires_at", "spent_states", ["expires_at"])
    create_idempotency_keys()


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    op.drop_table("spent_states")
    op.drop_table("identity_links")
    with op.batch_alter_table("login_sessions") as table:
        for column in ("logout_hint", "assured", "method"):
            table.drop_column(column)


def extend_login_sessions() -> None:
    """Every session there is was begun with a password."""
    with op.batch_alter_table("login_sessions") as table:
        table.add_column(sa.Column("method", sa.String(), nullable=True))
        table.add_column(sa.Column("assured", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("logout_hint", sa.String(), nullable=True))
    columns = (
        sa.column("method", sa.String()), sa.column("assured", sa.Boolean()),
        sa.column("logout_hint", sa.String()),
    )  # fmt: skip
    sessions = sa.table("login_sessions", *columns)
    op.execute(sessions.update().values(method="password", assured=sa.false(), logout_hint=""))
    with op.batch_alter_table("login_sessions") as table:
        for name, kind in (
            ("method", sa.String()), ("assured", sa.Boolean()), ("logout_hint", sa.String()),
        ):  # fmt: skip
            table.alter_column(name, existing_type=kind, nullable=False)


def create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("api_key_id", KEY, nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["api_key_id"],
            ["api_keys.id"],
            name="fk_idempotency_keys_api_key_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_keys"),
        sa.UniqueConstraint(
            "api_key_id", "key_hash", name="uq_idempotency_keys_api_key_id_key_hash"
        ),
        **KEPT,
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
