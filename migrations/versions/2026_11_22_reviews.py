"""Reviews: who decided what at which step, points beside the self score, remarks at cells."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_reviews"
down_revision = "2026_11_22_accounts"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.BigInteger()  # a decimal as an integer of its last digit
MOMENT = sa.DateTime(timezone=True)

MOVES = {
    "moved_at": MOMENT,
    "moved_by": sa.String(),
    "opened_at": MOMENT,
    "opened_by": sa.String(),
    "updated_by": sa.String(),
}
# code, label, whether it asks for words beside it
REASONS = (
    ("incomplete", "填报内容不完整", False),
    ("unquantified", "指标不够细化、量化", False),
    ("unrelated", "指标与项目关联不强", False),
    ("value", "指标值或完成值与实际不符", False),
    ("split", "指标应当拆分", False),
    ("level1", "一级指标归类不当", False),
    ("level2", "二级指标归类不当", False),
    ("add_benefit", "需要补充效益指标", False),
    ("add_output", "需要补充产出指标", False),
    ("add_satisfaction", "需要补充满意度指标", False),
    ("other", "其他", True),
)


def upgrade() -> None:
    for name, kind in MOVES.items():
        op.add_column("self_evaluations", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE self_evaluations SET moved_at = coalesce(submitted_at, updated_at)")
    create_settings()
    create_review_branches()
    create_reviews()
    create_review_lines()
    create_remarks()


def downgrade() -> None:
    op.drop_table("remarks")
    op.drop_table("review_lines")
    op.drop_table("reviews")
    op.drop_table("branch_members")
    op.drop_table("review_branches")
    op.drop_table("return_reasons")
    op.drop_table("workflow_settings")
    for name in reversed(MOVES):
        op.drop_column("self_evaluations", name)


def index_by_region(table: str) -> None:
    columns = ["region_code", "fiscal_year", "id"]
    op.create_index(f"ix_{table}_region_code_fiscal_year_id", table, columns)


def create_settings() -> None:
    op.create_table(
        "workflow_settings",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("steps", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_workflow_settings_region_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_workflow_settings"),
        sa.UniqueConstraint("region_code", "kind", name="uq_workflow_settings_region_code_kind"),
        sqlite_autoincrement=True,
    )
    reasons = op.create_table(
        "return_reasons",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("needs_words", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_return_reasons"),
    )
    op.bulk_insert(
        reasons,
        [
            {
                "version": 1,
                "code": code,
                "label": label,
                "position": position,
                "needs_words": needs_words,
                "active": True,
            }
            for position, (code, label, needs_words) in enumerate(REASONS)
        ],
    )


def create_review_branches() -> None:
    op.create_table(
        "review_branches",
        sa.Column("id", KEY, nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_review_branches_region_code"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_branches"),
        sa.UniqueConstraint(
            "region_code",
            "kind",
            "step",
            "name",
            name="uq_review_branches_region_code_kind_step_name",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "branch_members",
        sa.Column("branch_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["review_branches.id"],
            name="fk_branch_members_branch_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_branch_members_user_id"),
        sa.PrimaryKeyConstraint("branch_id", "user_id", name="pk_branch_members"),
    )
    op.create_index("ix_branch_members_user_id", "branch_members", ["user_id"])


def create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", KEY, nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("returned_to", sa.String(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_reviews_region_code"),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"], ["self_evaluations.id"], name="fk_reviews_self_evaluation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint(
            "self_evaluation_id",
            "step",
            "branch",
            "round",
            name="uq_reviews_self_evaluation_id_step_branch_round",
        ),
        sqlite_autoincrement=True,
    )
    index_by_region("reviews")


def create_review_lines() -> None:
    op.create_table(
        "review_lines",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("points", EXACT, nullable=True),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["regions.code"], name="fk_review_lines_region_code"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name="fk_review_lines_review_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["indicator_lines.id"], name="fk_review_lines_line_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_lines"),
        sa.UniqueConstraint("review_id", "line_id", name="uq_review_lines_review_id_line_id"),
        sqlite_autoincrement=True,
    )
    index_by_region("review_lines")


def create_remarks() -> None:
    op.create_table(
        "remarks",
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("resolved_by", sa.String(), nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name="fk_remarks_region_code"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_remarks_review_id"),
        sa.ForeignKeyConstraint(
            ["self_evaluation_id"], ["self_evaluations.id"], name="fk_remarks_self_evaluation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_remarks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_remarks_self_evaluation_id", "remarks", ["self_evaluation_id"])
    index_by_region("remarks")
