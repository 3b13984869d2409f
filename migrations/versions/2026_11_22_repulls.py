"""What the accounts said when a form took its amounts; what is explained beside an indicator."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_repulls"
down_revision = "2026_11_22_cells"
branch_labels = None
depends_on = None

# Of a form that was opened before, nobody knows what it took: its amounts may have been typed.
PULLED = ("pulled_initial", "pulled_adjusted", "pulled_executed")
TOLD = ("explanation", "data_source")
ROWS = sa.table("declared_indicators", *(sa.column(name, sa.String()) for name in TOLD))
# SQLite copies a table to change it; its ids must still never be used again.
KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    for name in PULLED:
        op.add_column("fund_lines", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in TOLD:
        op.add_column("declared_indicators", sa.Column(name, sa.String(), nullable=True))
    op.execute(ROWS.update().values(dict.fromkeys(TOLD, "")))
    with op.batch_alter_table("declared_indicators", table_kwargs=KEPT) as table:
        for name in TOLD:
            table.alter_column(name, existing_type=sa.String(), nullable=False)


def downgrade() -> None:
    for name in reversed(TOLD):
        op.drop_column("declared_indicators", name)
    for name in reversed(PULLED):
        op.drop_column("fund_lines", name)
