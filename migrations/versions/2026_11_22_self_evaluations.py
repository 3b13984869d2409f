"""Self-evaluations: their rows, scores, answers to warnings, and snapshots."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_self_evaluations"
down_revision = "2026_11_22_projects"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.BigInteger()  # a decimal as an integer of its last digit
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_self_evaluations()
    create_finding_answers()
    create_fund_lines()
    create_goals()
    create_indicator_lines()
    create_scores()
    create_snapshots()


def downgrade() -> None:
    op.drop_table("snapshots")
    op.drop_table("scores")
    op.drop_table("indicator_lines")
    op.drop_table("goals")
    op.drop_table("fund_lines")
    op.drop_table("finding_answers")
    op.drop_table("self_evaluations")


def index_by_region(table: str) -> None:
    columns = ["region_code", "fiscal_year", "id"]
    op.create_index(f"ix_{table}_region_code_fiscal_year_id", table, columns)


def create_self_evaluations() -> None:
    op.create_table(
        "self_evaluations",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("edition_hash", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("returned_reason", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_self_evaluations_organisation_id"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_self_evaluations_project_id"
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_self_evaluations_region_code"
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["self_evaluations.id"], name="fk_self_evaluations_supersedes_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_self_evaluations"),
        sa.UniqueConstraint(
            "project_id",
            "fiscal_year",
            "kind",
            "revision",
            name="uq_self_evaluations_project_id_fiscal_year_kind_revision",
        ),
        sa.UniqueConstraint("receipt", name="uq_self_evaluations_receipt"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_self_evaluations_organisation_id_fiscal_year_id",
        "self_evaluations",
        ["organisation_id", "fiscal_year", "id"],
    )
    index_by_region("self_evaluations")
    op.create_index(
        "uq_self_evaluations_current",
        "self_evaluations",
        ["project_id", "fiscal_year", "kind"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )


def create_finding_answers() -> None:
    op.create_table(
        "finding_answers",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_finding_answers_region_code"
        ),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name="fk_finding_answers_self_evaluation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_finding_answers"),
        sa.UniqueConstraint(
            "self_evaluation_id",
            "code",
            "path",
            name="uq_finding_answers_self_evaluation_id_code_path",
        ),
        sqlite_autoincrement=True,
    )
    index_by_region("finding_answers")


def create_fund_lines() -> None:
    op.create_table(
        "fund_lines",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("initial", EXACT, nullable=False),
        sa.Column("adjusted", EXACT, nullable=False),
        sa.Column("executed", EXACT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_fund_lines_region_code"
        ),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name="fk_fund_lines_self_evaluation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_fund_lines"),
        sa.UniqueConstraint(
            "self_evaluation_id", "source", name="uq_fund_lines_self_evaluation_id_source"
        ),
        sqlite_autoincrement=True,
    )
    index_by_region("fund_lines")


def create_goals() -> None:
    op.create_table(
        "goals",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("achieved", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_goals_region_code"),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name="fk_goals_self_evaluation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_goals"),
        sa.UniqueConstraint(
            "self_evaluation_id", "position", name="uq_goals_self_evaluation_id_position"
        ),
        sqlite_autoincrement=True,
    )
    index_by_region("goals")


def create_indicator_lines() -> None:
    op.create_table(
        "indicator_lines",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level1", sa.String(), nullable=False),
        sa.Column("level2", sa.String(), nullable=False),
        sa.Column("level3", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("actual", sa.String(), nullable=False),
        sa.Column("full", EXACT, nullable=True),
        sa.Column("judged", EXACT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("parameters", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("points", EXACT, nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("rule_used", sa.String(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_indicator_lines_region_code"
        ),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name="fk_indicator_lines_self_evaluation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_indicator_lines"),
        sa.UniqueConstraint(
            "self_evaluation_id", "position", name="uq_indicator_lines_self_evaluation_id_position"
        ),
        sqlite_autoincrement=True,
    )
    index_by_region("indicator_lines")


def create_scores() -> None:
    op.create_table(
        "scores",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("self_evaluation_id", KEY, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total", EXACT, nullable=False),
        sa.Column("full", EXACT, nullable=False),
        sa.Column("execution_points", EXACT, nullable=False),
        sa.Column("execution_full", EXACT, nullable=False),
        sa.Column("rate_shown", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_scores_region_code"),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"],
            ["self_evaluations.id"],
            name="fk_scores_self_evaluation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("self_evaluation_id", name="pk_scores"),
    )
    op.create_index(
        "ix_scores_region_code_fiscal_year_self_evaluation_id",
        "scores",
        ["region_code", "fiscal_year", "self_evaluation_id"],
    )


def create_snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_snapshots_region_code"),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"], ["self_evaluations.id"], name="fk_snapshots_self_evaluation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
        sa.UniqueConstraint(
            "self_evaluation_id", "version", name="uq_snapshots_self_evaluation_id_version"
        ),
        sqlite_autoincrement=True,
    )
    index_by_region("snapshots")
