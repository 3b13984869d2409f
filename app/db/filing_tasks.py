"""Filing tasks (填报任务): what is asked of whom by when, and the organisations it is asked of."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_, exists, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional, Versioned
from app.db.organisations import Organisation, within
from app.db.self_evaluations import PROJECT_KIND
from app.db.types import KEY, UtcDateTime
from app.domain.actors import Scope


class FilingTask(Versioned, Regional, table=True):
    """One task of a finance bureau; its days are whole days, judged in each unit's own zone."""

    __tablename__ = "filing_tasks"
    __table_args__ = (
        Index(None, "region_code", "fiscal_year", "id"),
        Index(None, "fiscal_year", "kind", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    kind: str = PROJECT_KIND
    title: str
    note: str = ""
    opens: date
    due: date
    closes: date
    issued_by: str
    issued_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = None
    ended_reason: str = ""


class FilingTaskTarget(Regional, table=True):
    """An organisation that a task is for, alone or with all those below it."""

    __tablename__ = "filing_task_targets"
    __table_args__ = (
        UniqueConstraint("task_id", "organisation_id"),
        Index(None, "organisation_id", "task_id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    task_id: int = Field(foreign_key="filing_tasks.id", ondelete="CASCADE", sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    below: bool = True


def line_of(path: str) -> list[int]:
    """The ids of an organisation and of those above it, from its path."""
    return [int(part) for part in path.strip("/").split("/") if part]


def asked_of(path: str, target: type[FilingTaskTarget] = FilingTaskTarget) -> ColumnElement[bool]:
    """Whether a target takes in the organisation of that path."""
    ids = line_of(path)
    here = ids[-1] if ids else 0
    return and_(
        col(target.organisation_id).in_(ids),
        or_(col(target.below), col(target.organisation_id) == here),
    )


def seen_by(scope: Scope) -> ColumnElement[bool]:
    """Tasks that a scope may see: issued within it, or asked of somebody within or above it."""
    target = aliased(FilingTaskTarget)
    inside = select(Organisation.id).where(within(scope)).correlate(None)
    targets = exists().where(
        col(target.task_id) == col(FilingTask.id),
        or_(asked_of(scope.path, target), col(target.organisation_id).in_(inside)),
    )
    issued = col(FilingTask.organisation_id).in_(inside)
    years = col(FilingTask.fiscal_year).between(scope.first_year, scope.last_year)
    return and_(years, or_(issued, targets))


def find(session: Session, scope: Scope, task_id: int) -> FilingTask | None:
    """The task, if the scope may see it."""
    row = select(FilingTask).where(FilingTask.id == task_id, seen_by(scope))
    return session.exec(row).first()


def held(session: Session, task_id: int) -> FilingTask | None:
    """The task as it is now, held until the transaction ends: no form is begun meanwhile.

    FOR NO KEY UPDATE: whoever holds a form may still store a late filing that names the task.
    """
    row = select(FilingTask).where(FilingTask.id == task_id).with_for_update(key_share=True)
    return session.exec(row.execution_options(populate_existing=True)).first()


def page(
    session: Session,
    scope: Scope,
    *,
    fiscal_year: int | None,
    after: int,
    limit: int,
) -> list[FilingTask]:
    """Up to `limit` tasks that a scope may see, by id, after that id."""
    rows = select(FilingTask).where(seen_by(scope), col(FilingTask.id) > after)
    if fiscal_year is not None:
        rows = rows.where(FilingTask.fiscal_year == fiscal_year)
    return list(session.exec(rows.order_by(col(FilingTask.id)).limit(limit)))


def years(session: Session, scope: Scope) -> list[int]:
    """The fiscal years of the tasks that a scope may see, the newest first."""
    rows = select(FilingTask.fiscal_year).where(seen_by(scope)).distinct()
    return sorted(session.exec(rows), reverse=True)


def targets(session: Session, task_id: int) -> list[tuple[FilingTaskTarget, Organisation]]:
    """The organisations that a task is for, in the order of the tree."""
    rows = (
        select(FilingTaskTarget, Organisation)
        .join(Organisation, col(FilingTaskTarget.organisation_id) == col(Organisation.id))
        .where(FilingTaskTarget.task_id == task_id)
        .order_by(col(Organisation.path))
    )
    return [(target, organisation) for target, organisation in session.exec(rows)]


def replace_targets(session: Session, task: FilingTask, chosen: Iterable[tuple[int, bool]]) -> None:
    """Let a task be for these organisations by id, each with those below it or alone."""
    for target, _ in targets(session, task.id):
        session.delete(target)
    session.flush()
    session.add_all(
        FilingTaskTarget(
            task_id=task.id,
            region_code=task.region_code,
            fiscal_year=task.fiscal_year,
            organisation_id=organisation_id,
            below=below,
        )
        for organisation_id, below in chosen
    )
    session.flush()


def asks(session: Session, task: FilingTask, path: str) -> bool:
    """Whether a task is for the organisation at that path, or for any below it."""
    below = select(Organisation.id).where(col(Organisation.path).startswith(path, autoescape=True))
    row = select(FilingTaskTarget.id).where(
        FilingTaskTarget.task_id == task.id,
        or_(asked_of(path), col(FilingTaskTarget.organisation_id).in_(below)),
    )
    return session.exec(row.limit(1)).first() is not None


def of_organisation(
    session: Session,
    path: str,
    fiscal_year: int,
    kind: str = PROJECT_KIND,
    *,
    shared: bool = False,
) -> FilingTask | None:
    """The task that asks forms of a year and kind of the organisation at that path.

    `shared` keeps it from being changed, and anything from being granted, until the end of the
    transaction.
    """
    rows = (
        select(FilingTask)
        .join(FilingTaskTarget, col(FilingTaskTarget.task_id) == col(FilingTask.id))
        .where(FilingTask.fiscal_year == fiscal_year, FilingTask.kind == kind, asked_of(path))
        .order_by(col(FilingTask.id))
    )
    if shared:
        rows = rows.with_for_update(read=True, of=FilingTask)
    return session.exec(rows).first()


def of_year(
    session: Session, scope: Scope, fiscal_year: int, kind: str = PROJECT_KIND
) -> list[tuple[FilingTask, FilingTaskTarget, str]]:
    """Every task of a year and kind that a scope may see, a row a target with its path."""
    rows = (
        select(FilingTask, FilingTaskTarget, Organisation.path)
        .join(FilingTaskTarget, col(FilingTaskTarget.task_id) == col(FilingTask.id))
        .join(Organisation, col(FilingTaskTarget.organisation_id) == col(Organisation.id))
        .where(seen_by(scope), FilingTask.fiscal_year == fiscal_year, FilingTask.kind == kind)
        .order_by(col(FilingTask.id))
    )
    return [(task, target, path) for task, target, path in session.exec(rows)]


def overlapping(
    session: Session, organisation: Organisation, below: bool, fiscal_year: int, kind: str, but: int
) -> FilingTask | None:
    """Another task of the same year and kind that asks anybody whom such a target would ask."""
    owner = aliased(Organisation)
    inside = col(owner.path).startswith(organisation.path, autoescape=True)
    rows = (
        select(FilingTask)
        .join(FilingTaskTarget, col(FilingTaskTarget.task_id) == col(FilingTask.id))
        .join(owner, col(FilingTaskTarget.organisation_id) == col(owner.id))
        .where(
            FilingTask.fiscal_year == fiscal_year,
            FilingTask.kind == kind,
            FilingTask.id != but,
            or_(asked_of(organisation.path), and_(literal(below), inside)),
        )
    )
    return session.exec(rows).first()


def member_of(task_id: int) -> ColumnElement[bool]:
    """Whether the joined Organisation is one of those that a task is for."""
    owner = aliased(Organisation)
    own, path = col(owner.id), col(owner.path)
    return exists().where(
        col(FilingTaskTarget.task_id) == task_id,
        col(FilingTaskTarget.organisation_id) == own,
        or_(
            own == col(Organisation.id),
            and_(col(FilingTaskTarget.below), col(Organisation.path).startswith(path)),
        ),
    )
