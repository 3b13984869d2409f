"""Exports as jobs, and the check codes that documents carry."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_exports"
down_revision = "2026_11_22_reminders"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('waiting', 'running')")


def upgrade() -> None:
    _exports()
    op.create_table(
        "check_codes",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("full", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_check_codes_region_code"
        ),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name="fk_check_codes_self_evaluation_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_check_codes"),
        sa.UniqueConstraint("code", name="uq_check_codes_code"),
        sa.UniqueConstraint(
            "self_evaluation_id", "version", name="uq_check_codes_self_evaluation_id_version"
        ),
        sqlite_autoincrement=True,
    )


def _exports() -> None:
    op.create_table(
        "exports",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("form_state", sa.String(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by_id", KEY, nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("absent_id", KEY, nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_exports_region_code"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_exports_organisation_id"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["organisations.id"], name="fk_exports_post_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exports_started_by_id_role_id", "exports", ["started_by_id", "role", "id"])
    op.create_index("ix_exports_open", "exports", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_table("check_codes")
    op.drop_table("exports")
