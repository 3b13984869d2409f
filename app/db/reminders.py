"""Reminders (催报): each one with its text, whom it went to and when, or until when it waits."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.types import KEY, UtcDateTime
from app.domain.actors import Scope


class Reminder(Regional, table=True):
    """One reminder of one filing; `day` is the local day on which it goes out, one a day at most.

    The actor is kept whole, since a reminder that waits goes out later in their name; one whose
    form was sent in the meantime is dropped.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("task_id", "project_id", "day"),
        Index(None, "region_code", "fiscal_year", "id"),
        Index(None, "delivered_at", "due_at"),
        Index(None, "organisation_id", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    task_id: int = Field(foreign_key="filing_tasks.id", sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    project_id: int = Field(foreign_key="projects.id", sa_type=KEY)
    subject: str
    body: str
    sent_by: str
    sent_by_id: int = Field(sa_type=KEY)
    sent_by_role: str
    sent_for_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    day: date
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dropped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recipients: str = ""


ListedReminder = tuple[Reminder, Project, Organisation]


def page(
    session: Session, scope: Scope, task_id: int, before: int, limit: int
) -> list[ListedReminder]:
    """Up to `limit` reminders of a task within the scope, the newest first; 0 begins there."""
    rows = (
        select(Reminder, Project, Organisation)
        .join(Project, col(Reminder.project_id) == col(Project.id))
        .join(Organisation, col(Reminder.organisation_id) == col(Organisation.id))
        .where(within(scope, Reminder.fiscal_year), Reminder.task_id == task_id)
    )
    if before:
        rows = rows.where(col(Reminder.id) < before)
    found = session.exec(rows.order_by(col(Reminder.id).desc()).limit(limit))
    return [(reminder, project, unit) for reminder, project, unit in found]


def newest(session: Session, task_id: int, project_ids: list[int]) -> dict[int, Reminder]:
    """The newest reminder of each of those projects in a task."""
    rows = (
        select(Reminder)
        .where(Reminder.task_id == task_id, col(Reminder.project_id).in_(project_ids))
        .order_by(col(Reminder.id))
    )
    return {row.project_id: row for row in session.exec(rows)}


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        col(Reminder.delivered_at).is_(None),
        col(Reminder.dropped_at).is_(None),
        col(Reminder.due_at) <= now,
    )


def due(session: Session, now: datetime) -> Reminder | None:
    """A reminder whose moment has come, locked; those that another process holds are left to it."""
    rows = select(Reminder).where(_due(now)).order_by(col(Reminder.due_at), col(Reminder.id))
    return session.exec(rows.limit(1).with_for_update(skip_locked=True)).first()


def any_due(session: Session, now: datetime) -> bool:
    """Whether the moment of a reminder has come."""
    row = select(Reminder.id).where(_due(now)).limit(1)
    return session.exec(row).first() is not None


def sent_on(session: Session, task_id: int, project_id: int, day: date) -> bool:
    """Whether a project's unit is reminded of its filing on a day."""
    row = select(Reminder.id).where(
        Reminder.task_id == task_id, Reminder.project_id == project_id, Reminder.day == day
    )
    return session.exec(row).first() is not None


def any_of_task(session: Session, task_id: int) -> bool:
    """Whether anybody was ever reminded of a task."""
    row = select(Reminder.id).where(Reminder.task_id == task_id).limit(1)
    return session.exec(row).first() is not None
