"""Late filings (逾期填报): each submission after its last day in time, by how much and why."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.types import KEY, UtcDateTime
from app.domain.actors import Scope


class LateFiling(Regional, table=True):
    """One late submission, known by its receipt."""

    __tablename__ = "late_filings"
    __table_args__ = (
        Index(None, "region_code", "fiscal_year", "id"),
        Index(None, "task_id", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    task_id: int = Field(foreign_key="filing_tasks.id", sa_type=KEY)
    self_evaluation_id: int = Field(foreign_key="self_evaluations.id", index=True, sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    project_id: int = Field(foreign_key="projects.id", sa_type=KEY)
    receipt: str = Field(unique=True)
    days: int
    reason: str
    filed_by: str
    filed_at: datetime = Field(sa_type=UtcDateTime)


def page(
    session: Session, scope: Scope, task_id: int, after: int, limit: int
) -> list[tuple[LateFiling, Project, Organisation]]:
    """Up to `limit` late filings of a task within the scope, by id, after that id."""
    rows = (
        select(LateFiling, Project, Organisation)
        .join(Project, col(LateFiling.project_id) == col(Project.id))
        .join(Organisation, col(LateFiling.organisation_id) == col(Organisation.id))
        .where(
            within(scope, LateFiling.fiscal_year),
            LateFiling.task_id == task_id,
            col(LateFiling.id) > after,
        )
        .order_by(col(LateFiling.id))
        .limit(limit)
    )
    return [(late, project, unit) for late, project, unit in session.exec(rows)]


def of_form(session: Session, form_id: int) -> list[LateFiling]:
    """The late filings of one form, oldest first."""
    rows = select(LateFiling).where(LateFiling.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(LateFiling.id))))


def any_of_task(session: Session, task_id: int) -> bool:
    """Whether anything was filed late in a task."""
    row = select(LateFiling.id).where(LateFiling.task_id == task_id).limit(1)
    return session.exec(row).first() is not None
