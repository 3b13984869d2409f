"""Regions, organisations, accounts, and projects with budgets and declared targets."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_projects"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.BigInteger()  # a decimal as an integer of its last digit
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_regions()
    create_organisations()
    create_api_keys()
    create_projects()
    create_users()
    create_budgets()
    create_declarations()
    create_login_sessions()
    create_declared_indicators()


def downgrade() -> None:
    op.drop_table("declared_indicators")
    op.drop_table("login_sessions")
    op.drop_table("declarations")
    op.drop_table("budgets")
    op.drop_table("users")
    op.drop_table("projects")
    op.drop_table("api_keys")
    op.drop_table("organisations")
    op.drop_table("regions")


def create_regions() -> None:
    op.create_table(
        "regions",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_code"], ["regions.code"], name="fk_regions_parent_code"),
        sa.PrimaryKeyConstraint("code", name="pk_regions"),
    )
    op.create_index("ix_regions_parent_code", "regions", ["parent_code"])


def create_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisations.id"], name="fk_organisations_parent_id"
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_organisations_region_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("code", name="uq_organisations_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_organisations_parent_id", "organisations", ["parent_id"])
    op.create_index(
        "ix_organisations_path",
        "organisations",
        ["path"],
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_index("ix_organisations_region_code_id", "organisations", ["region_code", "id"])


def create_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_api_keys_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_keys_organisation_id", "api_keys", ["organisation_id"])


def create_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_projects_organisation_id"
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_projects_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("code", name="uq_projects_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_projects_organisation_id_id", "projects", ["organisation_id", "id"])
    op.create_index(
        "ix_projects_region_code_first_year_id", "projects", ["region_code", "first_year", "id"]
    )


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", KEY, nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_users_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("username", name="uq_users_username"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_users_organisation_id", "users", ["organisation_id"])


def create_budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("initial", EXACT, nullable=False),
        sa.Column("adjustment", EXACT, nullable=False),
        sa.Column("executed", EXACT, nullable=False),
        sa.Column("received", EXACT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_budgets_project_id"),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_budgets_region_code"),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
        sa.UniqueConstraint(
            "project_id", "fiscal_year", "source", name="uq_budgets_project_id_fiscal_year_source"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_budgets_region_code_fiscal_year_id", "budgets", ["region_code", "fiscal_year", "id"]
    )


def create_declarations() -> None:
    op.create_table(
        "declarations",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("goal", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_declarations_project_id"),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_declarations_region_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_declarations"),
        sa.UniqueConstraint(
            "project_id", "fiscal_year", name="uq_declarations_project_id_fiscal_year"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_declarations_region_code_fiscal_year_id",
        "declarations",
        ["region_code", "fiscal_year", "id"],
    )


def create_login_sessions() -> None:
    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_login_sessions_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_login_sessions"),
    )
    op.create_index("ix_login_sessions_expires_at", "login_sessions", ["expires_at"])
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"])


def create_declared_indicators() -> None:
    op.create_table(
        "declared_indicators",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("declaration_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level1", sa.String(), nullable=False),
        sa.Column("level2", sa.String(), nullable=False),
        sa.Column("level3", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("full", EXACT, nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("parameters", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["declarations.id"],
            name="fk_declared_indicators_declaration_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_declared_indicators_region_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_declared_indicators"),
        sa.UniqueConstraint(
            "declaration_id", "position", name="uq_declared_indicators_declaration_id_position"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_declared_indicators_region_code_fiscal_year_id",
        "declared_indicators",
        ["region_code", "fiscal_year", "id"],
    )
