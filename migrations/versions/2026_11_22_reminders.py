"""Reminders that turned out to be needless when their moment came."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_reminders"
down_revision = "2026_11_22_identities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("reminders", sa.Column("dropped_at", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("reminders", "dropped_at")
