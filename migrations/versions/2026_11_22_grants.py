"""Grants and delegations: what a person may act as, in place of one role an account."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_grants"
down_revision = "2026_11_22_reviews"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
# Rebuilding a table must not make SQLite use its ids again.
KEPT = {"sqlite_autoincrement": True}
ADMINISTRATORS = ("sysadmin", "secadmin", "auditadmin")
UPGRADE = "系统升级"

LANE = (
    "lane IS NULL OR lane = CASE WHEN role IN ('sysadmin', 'secadmin', 'auditadmin')"
    " THEN role ELSE 'business' END"
)
USERS = sa.table(
    "users", *(sa.column(name) for name in ("id", "role", "lane", "organisation_id", "active"))
)
GRANTS = sa.table(
    "grants",
    *(
        sa.column(name)
        for name in (
            "id", "version", "user_id", "role", "lane", "organisation_id", "starts", "state",
            "reason", "requested_at", "requested_by", "decided_at", "decided_by", "decision",
        )
    ),
)  # fmt: skip


def upgrade() -> None:
    lane = sa.case((USERS.c.role.in_(ADMINISTRATORS), USERS.c.role), else_="business")
    with op.batch_alter_table("users", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("lane", sa.String(), nullable=True))
    op.execute(USERS.update().values(lane=lane))
    with op.batch_alter_table("users", table_kwargs=KEPT) as table:
        table.alter_column("lane", existing_type=sa.String(), nullable=False)
        table.create_unique_constraint("uq_users_id_lane", ["id", "lane"])
    create_grants()
    create_delegations()
    move_roles_into_grants()
    with op.batch_alter_table("users", table_kwargs=KEPT) as table:
        table.drop_column("role")
    op.drop_table("login_sessions")  # sessions do not outlive the upgrade: everybody logs in anew
    create_login_sessions(
        sa.Column("grant_id", KEY, nullable=True),
        sa.Column("delegation_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name="fk_login_sessions_grant_id"),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name="fk_login_sessions_delegation_id"
        ),
    )


def downgrade() -> None:
    """One role an account again: the newest confirmed one; who has none is switched off."""
    op.drop_table("login_sessions")
    create_login_sessions(sa.Column("role", sa.String(), nullable=False))
    with op.batch_alter_table("users", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("role", sa.String(), nullable=True))
    of_user = sa.select(GRANTS.c.role).where(
        GRANTS.c.user_id == USERS.c.id, GRANTS.c.state == "active"
    )
    newest = of_user.order_by(GRANTS.c.id.desc()).limit(1).scalar_subquery()
    op.execute(USERS.update().values(role=newest))
    lost = USERS.update().where(USERS.c.role.is_(None))
    op.execute(lost.values(role="filler", active=sa.false()))
    op.drop_table("delegations")
    op.drop_table("grants")
    with op.batch_alter_table("users", table_kwargs=KEPT) as table:
        table.alter_column("role", existing_type=sa.String(), nullable=False)
        table.drop_constraint("uq_users_id_lane", type_="unique")
        table.drop_column("lane")


def move_roles_into_grants() -> None:
    """Each account keeps what it was: one grant at its unit, in force in every time zone."""
    now = datetime.now(UTC)
    stamp, began = sa.literal(now, MOMENT), sa.literal((now - timedelta(days=1)).date(), sa.Date())
    kept = sa.select(
        sa.literal(1), USERS.c.id, USERS.c.role, USERS.c.lane, USERS.c.organisation_id, began,
        sa.literal("active"), sa.literal(""), stamp, sa.literal(UPGRADE), stamp,
        sa.literal(UPGRADE), sa.literal(""),
    ).order_by(USERS.c.id)  # fmt: skip
    columns = [column.name for column in GRANTS.columns if column.name != "id"]
    op.execute(GRANTS.insert().from_select(columns, kept))


def create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.CheckConstraint(LANE, name="ck_grants_lane_is_that_of_the_role"),
        sa.CheckConstraint(
            "(lane IS NOT NULL) = (state IN ('requested', 'active'))",
            name="ck_grants_lane_while_it_lives",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_grants_user_id"),
        sa.ForeignKeyConstraint(
            ["user_id", "lane"], ["users.id", "users.lane"], name="fk_grants_user_id_lane"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_grants_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "organisation_id", "state"):
        op.create_index(f"ix_grants_{column}", "grants", [column])


def create_delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("grant_id", KEY, nullable=False),
        sa.Column("delegate_id", KEY, nullable=False),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(lane IS NOT NULL) = (state IN ('offered', 'accepted'))",
            name="ck_delegations_lane_while_it_is_open",
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name="fk_delegations_grant_id"),
        sa.ForeignKeyConstraint(["delegate_id"], ["users.id"], name="fk_delegations_delegate_id"),
        sa.ForeignKeyConstraint(
            ["delegate_id", "lane"],
            ["users.id", "users.lane"],
            name="fk_delegations_delegate_id_lane",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
        sqlite_autoincrement=True,
    )
    for column in ("grant_id", "delegate_id"):
        op.create_index(f"ix_delegations_{column}", "delegations", [column])


def create_login_sessions(*own: sa.schema.SchemaItem) -> None:
    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        *own,
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_login_sessions_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_login_sessions"),
    )
    op.create_index("ix_login_sessions_expires_at", "login_sessions", ["expires_at"])
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"])
