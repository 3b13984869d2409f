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


def upgrade() -> None:
    for name in PULLED:
        op.add_column("fund_lines", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in TOLD:
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("declared_indicators", column)


def downgrade() -> None:
    for name in reversed(TOLD):
        op.drop_column("declared_indicators", name)
    for name in reversed(PULLED):
        op.drop_column("fund_lines", name)
