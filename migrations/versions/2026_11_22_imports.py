"""Imports: what an uploaded table would change or has changed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_imports"
down_revision = "2026_11_22_filing_tasks"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_by_id", KEY, nullable=False),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("applied_by", sa.String(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_imports_organisation_id"
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_imports_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_imports_organisation_id_id", "imports", ["organisation_id", "id"])


def downgrade() -> None:
    op.drop_table("imports")
