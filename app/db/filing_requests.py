"""Extensions (延期) and waivers (免报): who asked for what and why, who granted or refused it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Index, or_, text
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional, Versioned
from app.db.filing_tasks import FilingTask, line_of
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.types import KEY, UtcDateTime
from app.domain.actors import Scope


class RequestKind(StrEnum):
    """延期, 免报."""

    EXTENSION = "extension"
    WAIVER = "waiver"


class RequestState(StrEnum):
    """待办理, 已准予, 未准予, 已收回 by who asked, 已撤销 by who granted."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


def _one_open(name: str, column: str, where: str) -> Index:
    """One request of a kind may wait for the same project or organisation at a time."""
    condition = text(f"state = 'asked' AND project_id IS {where}")
    return Index(
        name,
        "task_id",
        column,
        "kind",
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


class FilingRequest(Versioned, Regional, table=True):
    """One request; without a project it is for all of an organisation and those below it."""

    __tablename__ = "filing_requests"
    __table_args__ = (
        _one_open("uq_filing_requests_open_project", "project_id", "NOT NULL"),
        _one_open("uq_filing_requests_open_organisation", "organisation_id", "NULL"),
        Index(None, "region_code", "fiscal_year", "id"),
        Index(None, "task_id", "organisation_id", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    task_id: int = Field(foreign_key="filing_tasks.id", sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    project_id: int | None = Field(default=None, foreign_key="projects.id", sa_type=KEY)
    kind: str
    until: date | None = None
    reason: str
    state: str
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: str = ""


# A request with what a list shows beside it.
ListedRequest = tuple[FilingRequest, FilingTask, Organisation, Project | None]


def find(session: Session, scope: Scope, request_id: int) -> FilingRequest | None:
    """The request, if its organisation lies within the scope."""
    row = (
        select(FilingRequest)
        .join(Organisation, col(FilingRequest.organisation_id) == col(Organisation.id))
        .where(FilingRequest.id == request_id, within(scope, FilingRequest.fiscal_year))
    )
    return session.exec(row).first()


def page(
    session: Session,
    scope: Scope,
    *,
    task_id: int | None,
    state: str | None,
    newest: bool = False,
    after: int,
    limit: int,
) -> list[ListedRequest]:
    """Up to `limit` requests within the scope, by id, after that id; `newest` goes backwards."""
    rows = (
        select(FilingRequest, FilingTask, Organisation, Project)
        .join(FilingTask, col(FilingRequest.task_id) == col(FilingTask.id))
        .join(Organisation, col(FilingRequest.organisation_id) == col(Organisation.id))
        .outerjoin(Project, col(FilingRequest.project_id) == col(Project.id))
        .where(within(scope, FilingRequest.fiscal_year))
    )
    if after:
        beyond = col(FilingRequest.id) < after if newest else col(FilingRequest.id) > after
        rows = rows.where(beyond)
    if task_id is not None:
        rows = rows.where(FilingRequest.task_id == task_id)
    if state is not None:
        rows = rows.where(FilingRequest.state == state)
    order = col(FilingRequest.id).desc() if newest else col(FilingRequest.id)
    found = session.exec(rows.order_by(order).limit(limit))
    return [(request, task, unit, project) for request, task, unit, project in found]


def covering(path: str, project_id: int) -> ColumnElement[bool]:
    """Requests for that project, or for all of an organisation at or above the path."""
    whole = col(FilingRequest.project_id).is_(None) & col(FilingRequest.organisation_id).in_(
        line_of(path)
    )
    return or_(col(FilingRequest.project_id) == project_id, whole)


def granted(session: Session, task_id: int, path: str, project_id: int) -> list[FilingRequest]:
    """What was granted to a project of the organisation at that path."""
    rows = select(FilingRequest).where(
        FilingRequest.task_id == task_id,
        FilingRequest.state == RequestState.GRANTED,
        covering(path, project_id),
    )
    return list(session.exec(rows))


def granted_in(session: Session, task_ids: list[int]) -> list[tuple[FilingRequest, str]]:
    """All that was granted in those tasks, each with its organisation's path."""
    rows = (
        select(FilingRequest, Organisation.path)
        .join(Organisation, col(FilingRequest.organisation_id) == col(Organisation.id))
        .where(
            col(FilingRequest.task_id).in_(task_ids),
            FilingRequest.state == RequestState.GRANTED,
        )
    )
    return [(request, path) for request, path in session.exec(rows)]


def any_of_task(session: Session, task_id: int) -> bool:
    """Whether anything was ever asked or granted in a task."""
    row = select(FilingRequest.id).where(FilingRequest.task_id == task_id).limit(1)
    return session.exec(row).first() is not None
