"""Texts that a cell cannot hold, and what the last paste or import overwrote."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_cells"
down_revision = "2026_11_22_exports"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    create(
        "cell_drafts",
        ("self_evaluation_id", "path"),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    )
    create(
        "cell_undos",
        ("self_evaluation_id", "user_id", "path"),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )


def create(table: str, unique: tuple[str, ...], *columns: sa.Column) -> None:
    """A table of cells of forms, which goes with its form."""
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        *columns,
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=f"fk_{table}_region_code"),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name=f"fk_{table}_self_evaluation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(*unique, name=f"uq_{table}_{'_'.join(unique)}"),
        sqlite_autoincrement=True,
    )
    columns = ["region_code", "fiscal_year", "id"]
    op.create_index(f"ix_{table}_region_code_fiscal_year_id", table, columns)


def downgrade() -> None:
    op.drop_table("cell_undos")
    op.drop_table("cell_drafts")
