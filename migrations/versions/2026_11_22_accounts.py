"""Accounts: password policy, lock, second factor, sessions that know their role, setup."""

from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_accounts"
down_revision = "2026_11_23_audit_trail"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
# Rebuilding a table must not make SQLite use its ids again.
KEPT = {"sqlite_autoincrement": True}
DEMO_KEY = sha256(b"demo-key").hexdigest()


def upgrade() -> None:
    extend_users()
    op.drop_table("login_sessions")  # sessions do not outlive the upgrade: everybody logs in anew
    create_login_sessions(extended=True)
    with op.batch_alter_table("api_keys", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("owner_id", KEY, nullable=True))
        table.create_foreign_key("fk_api_keys_owner_id", "users", ["owner_id"], ["id"])
        table.create_index("ix_api_keys_owner_id", ["owner_id"])
    create_password_records()
    create_recovery_codes()
    create_login_attempts()
    create_setup_tokens()


def downgrade() -> None:
    for table in ("setup_tokens", "login_attempts", "recovery_codes", "password_records"):
        op.drop_table(table)
    with op.batch_alter_table("api_keys", table_kwargs=KEPT) as table:
        table.drop_index("ix_api_keys_owner_id")
        table.drop_constraint("fk_api_keys_owner_id", type_="foreignkey")
        table.drop_column("owner_id")
    op.drop_table("login_sessions")
    create_login_sessions(extended=False)
    with op.batch_alter_table("users", table_kwargs=KEPT) as table:
        for column in (
            "totp_step", "totp_confirmed_at", "totp_nonce", "issued_used_at", "issued_until",
            "password_set_at", "epoch", "demo",
        ):  # fmt: skip
            table.drop_column(column)


def extend_users() -> None:
    """Every account there is gets a password as of now; a demonstration's accounts are marked."""
    with op.batch_alter_table("users", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("demo", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("epoch", sa.Integer(), nullable=True))
        table.add_column(sa.Column("password_set_at", MOMENT, nullable=True))
        table.add_column(sa.Column("issued_until", MOMENT, nullable=True))
        table.add_column(sa.Column("issued_used_at", MOMENT, nullable=True))
        table.add_column(sa.Column("totp_nonce", sa.String(), nullable=True))
        table.add_column(sa.Column("totp_confirmed_at", MOMENT, nullable=True))
        table.add_column(sa.Column("totp_step", sa.Integer(), nullable=True))
    keys = sa.table("api_keys", sa.column("key_hash"))
    query = sa.select(sa.func.count()).select_from(keys).where(keys.c.key_hash == DEMO_KEY)
    demo = bool(op.get_bind().execute(query).scalar())
    names = ("demo", "epoch", "totp_nonce", "totp_step")
    users = sa.table(
        "users", *(sa.column(name) for name in names), sa.column("password_set_at", MOMENT)
    )
    op.execute(
        users.update().values(
            demo=sa.true() if demo else sa.false(),
            epoch=1,
            password_set_at=datetime.now(UTC),
            totp_nonce="",
            totp_step=0,
        )
    )
    with op.batch_alter_table("users", table_kwargs=KEPT) as table:
        for name, kind in (
            ("demo", sa.Boolean()), ("epoch", sa.Integer()), ("password_set_at", MOMENT),
            ("totp_nonce", sa.String()), ("totp_step", sa.Integer()),
        ):  # fmt: skip
            table.alter_column(name, existing_type=kind, nullable=False)


def create_login_sessions(*, extended: bool) -> None:
    added = (
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
    )
    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        *(added if extended else ()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_login_sessions_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_login_sessions"),
    )
    op.create_index("ix_login_sessions_expires_at", "login_sessions", ["expires_at"])
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"])


def create_password_records() -> None:
    op.create_table(
        "password_records",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_password_records_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_password_records"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_password_records_user_id", "password_records", ["user_id"])


def create_recovery_codes() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_recovery_codes_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
        sa.UniqueConstraint("code_hash", name="uq_recovery_codes_code_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])


def create_login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_login_attempts_account_at", "login_attempts", ["account", "at"])
    op.create_index("ix_login_attempts_address_at", "login_attempts", ["address", "at"])
    op.create_index("ix_login_attempts_at", "login_attempts", ["at"])


def create_setup_tokens() -> None:
    op.create_table(
        "setup_tokens",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_setup_tokens"),
    )
