"""Filing tasks: what is asked of whom by when, extensions and waivers, late filings, reminders."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_filing_tasks"
down_revision = "2026_11_22_attachments"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
# code, label, subject, body
TEMPLATES = (
    (
        "due",
        "临近截止",
        "请按时报送：{project}",
        (
            "{unit}：\n“{task}”要求报送的“{project}”绩效自评表{left}（截止{due}），目前为“{state}”。"
            "请及时完成填报并送审。"
        ),
    ),
    (
        "late",
        "已经逾期",
        "逾期未报，请尽快报送：{project}",
        (
            "{unit}：\n“{task}”要求报送的“{project}”绩效自评表应于{due}前报送，{left}，目前为“{state}”。"
            "请尽快填报送审并说明逾期原因；确有困难的，请在系统中申请延期。"
        ),
    ),
)


def upgrade() -> None:
    create_tasks()
    create_targets()
    create_requests()
    create_late_filings()
    create_templates()
    create_reminders()


def downgrade() -> None:
    for table in (
        "reminders",
        "reminder_templates",
        "late_filings",
        "filing_requests",
        "filing_task_targets",
        "filing_tasks",
    ):
        op.drop_table(table)


def regional() -> tuple[sa.Column, ...]:
    return (
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
    )


def refers(table: str, column: str, to: str, **more: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", **more)


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def create_tasks() -> None:
    table = "filing_tasks"
    op.create_table(
        table,
        sa.Column("version", sa.Integer(), nullable=False),
        *regional(),
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=False),
        refers(table, "region_code", "regions.code"),
        refers(table, "organisation_id", "organisations.id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sqlite_autoincrement=True,
    )
    index(table, "region_code", "fiscal_year", "id")
    index(table, "fiscal_year", "kind", "id")


def create_targets() -> None:
    table = "filing_task_targets"
    op.create_table(
        table,
        *regional(),
        sa.Column("id", KEY, nullable=False),
        sa.Column("task_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("below", sa.Boolean(), nullable=False),
        refers(table, "region_code", "regions.code"),
        refers(table, "task_id", "filing_tasks.id", ondelete="CASCADE"),
        refers(table, "organisation_id", "organisations.id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "task_id", "organisation_id", name=f"uq_{table}_task_id_organisation_id"
        ),
        sqlite_autoincrement=True,
    )
    index(table, "organisation_id", "task_id")


def create_requests() -> None:
    table = "filing_requests"
    op.create_table(
        table,
        sa.Column("version", sa.Integer(), nullable=False),
        *regional(),
        sa.Column("id", KEY, nullable=False),
        sa.Column("task_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        refers(table, "region_code", "regions.code"),
        refers(table, "task_id", "filing_tasks.id"),
        refers(table, "organisation_id", "organisations.id"),
        refers(table, "project_id", "projects.id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sqlite_autoincrement=True,
    )
    for name, column, where in (
        ("project", "project_id", "NOT NULL"),
        ("organisation", "organisation_id", "NULL"),
    ):
        condition = sa.text(f"state = 'asked' AND project_id IS {where}")
        op.create_index(
            f"uq_{table}_open_{name}",
            table,
            ["task_id", column, "kind"],
            unique=True,
            sqlite_where=condition,
            postgresql_where=condition,
        )
    index(table, "region_code", "fiscal_year", "id")
    index(table, "task_id", "organisation_id", "id")


def create_late_filings() -> None:
    table = "late_filings"
    op.create_table(
        table,
        *regional(),
        sa.Column("id", KEY, nullable=False),
        sa.Column("task_id", KEY, nullable=False),
        sa.Column("self_evaluation_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        refers(table, "region_code", "regions.code"),
        refers(table, "task_id", "filing_tasks.id"),
        refers(table, "self_evaluation_id", "self_evaluations.id"),
        refers(table, "organisation_id", "organisations.id"),
        refers(table, "project_id", "projects.id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("receipt", name=f"uq_{table}_receipt"),
        sqlite_autoincrement=True,
    )
    index(table, "region_code", "fiscal_year", "id")
    index(table, "task_id", "id")
    index(table, "self_evaluation_id")


def create_templates() -> None:
    table = "reminder_templates"
    made = op.create_table(
        table,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=f"pk_{table}"),
    )
    shipped = [
        dict(zip(("code", "label", "subject", "body"), texts, strict=True)) for texts in TEMPLATES
    ]
    more = [{"version": 1, "position": place, "active": True} for place in range(len(shipped))]
    op.bulk_insert(made, [text | rest for text, rest in zip(shipped, more, strict=True)])


def create_reminders() -> None:
    table = "reminders"
    op.create_table(
        table,
        *regional(),
        sa.Column("id", KEY, nullable=False),
        sa.Column("task_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_by_id", KEY, nullable=False),
        sa.Column("sent_by_role", sa.String(), nullable=False),
        sa.Column("sent_for_id", KEY, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("recipients", sa.String(), nullable=False),
        refers(table, "region_code", "regions.code"),
        refers(table, "task_id", "filing_tasks.id"),
        refers(table, "organisation_id", "organisations.id"),
        refers(table, "project_id", "projects.id"),
        refers(table, "sent_for_id", "organisations.id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "task_id", "project_id", "day", name=f"uq_{table}_task_id_project_id_day"
        ),
        sqlite_autoincrement=True,
    )
    index(table, "region_code", "fiscal_year", "id")
    index(table, "delivered_at", "due_at")
    index(table, "organisation_id", "id")
