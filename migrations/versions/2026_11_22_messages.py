"""Messages to people, the outbox of mail, addresses for it, and the thread at a form."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_messages"
down_revision = "2026_11_22_grants"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
UNREAD = sa.text("read_at IS NULL")
OPEN = sa.text("state IN ('waiting', 'claimed', 'handing')")


def upgrade() -> None:
    create_messages()
    create_mail_addresses()
    create_mails()
    create_thread_words()


def downgrade() -> None:
    for table in ("thread_words", "mails", "mail_addresses", "messages"):
        op.drop_table(table)


def create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("region_code", sa.String(), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", KEY, nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_messages_user_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_messages_organisation_id"
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_messages_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_user_id_id", "messages", ["user_id", "id"])
    op.create_index(
        "ix_messages_unread",
        "messages",
        ["user_id"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )
    op.create_index("ix_messages_organisation_id_id", "messages", ["organisation_id", "id"])


def create_mail_addresses() -> None:
    op.create_table(
        "mail_addresses",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("unwanted", sa.String(), nullable=False),
        sa.Column("pending", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.Column("code_sent_at", MOMENT, nullable=True),
        sa.Column("counted_from", MOMENT, nullable=True),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mail_addresses_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_mail_addresses"),
    )


def create_mails() -> None:
    op.create_table(
        "mails",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mails_user_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_mails_organisation_id"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_mails_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mails_user_id", "mails", ["user_id"])
    op.create_index("ix_mails_open", "mails", ["next_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_mails_organisation_id_id", "mails", ["organisation_id", "id"])


def create_thread_words() -> None:
    op.create_table(
        "thread_words",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_thread_words_region_code"
        ),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name="fk_thread_words_self_evaluation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_thread_words"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_thread_words_self_evaluation_id_id", "thread_words", ["self_evaluation_id", "id"]
    )
    columns = ["region_code", "fiscal_year", "id"]
    op.create_index("ix_thread_words_region_code_fiscal_year_id", "thread_words", columns)
