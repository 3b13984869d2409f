"""Attachments: files at a form or at one of its lines, by the key of their bytes."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_attachments"
down_revision = "2026_11_22_messages"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("marks", sa.String(), nullable=False),
        sa.Column("attached_by", sa.String(), nullable=False),
        sa.Column("attached_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_attachments_region_code"
        ),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name="fk_attachments_self_evaluation_id",
        ),
        sa.ForeignKeyConstraint(["line_id"], ["indicator_lines.id"], name="fk_attachments_line_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_attachments_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.UniqueConstraint(
            "self_evaluation_id", "key", name="uq_attachments_self_evaluation_id_key"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachments_key", "attachments", ["key"])
    op.create_index(
        "ix_attachments_organisation_id_fiscal_year",
        "attachments",
        ["organisation_id", "fiscal_year"],
    )
    op.create_index(
        "ix_attachments_region_code_fiscal_year_id",
        "attachments",
        ["region_code", "fiscal_year", "id"],
    )


def downgrade() -> None:
    op.drop_table("attachments")
