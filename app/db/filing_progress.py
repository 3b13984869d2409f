"""Progress of a filing task (填报进度): each filing that it asks for, counted or listed.

A filing is a project of an organisation that the task is for, with targets declared for the year
or a form begun. The joins stand here once, for the counts, the lists and the reminders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.db.declarations import Declaration
from app.db.filing_requests import FilingRequest, RequestKind, RequestState
from app.db.filing_tasks import FilingTask, member_of
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Scope
from app.domain.workflow import State

UNSENT = (State.DRAFT, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many filings of one organisation stand alike; `late` are beyond their last day."""

    organisation_id: int
    state: str | None
    waived: bool
    late: bool
    count: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One filing: the project, its unit, its form if one was begun, its last day in time."""

    project: Project
    unit: Organisation
    form: SelfEvaluation | None
    waived: bool
    due: date
    late: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which filings: the states of their forms (None: no form), waived or not, late or due.

    `owed` asks for those neither waived nor sent; `by` for those due by that day of each region;
    `project_ids` for some by name.
    """

    states: frozenset[State | None] | None = None
    waived: bool | None = None
    owed: bool = False
    by: Mapping[str, date] | None = None
    project_ids: frozenset[int] | None = None


def regions(session: Session, scope: Scope, task: FilingTask) -> list[str]:
    """The regions of the organisations that a task is for, within the scope."""
    rows = select(col(Organisation.region_code)).where(within(scope), member_of(task.id)).distinct()
    return sorted(session.execute(rows).scalars())


def counts(
    session: Session, scope: Scope, task: FilingTask, days: Mapping[str, date]
) -> list[Counted]:
    """The filings of a task within the scope, grouped; `days` is today by region."""
    inner = _filings(scope, task, days).subquery()
    keys = (inner.c.organisation_id, inner.c.state, inner.c.waived, inner.c.late)
    rows = session.execute(select(*keys, func.count()).group_by(*keys))
    return [
        Counted(row[0], row[1], bool(row[2]), bool(row[3]) and not row[2], row[4]) for row in rows
    ]


def page(
    session: Session,
    scope: Scope,
    task: FilingTask,
    days: Mapping[str, date],
    wanted: Wanted,
    after: int,
    limit: int,
) -> list[Listed]:
    """Up to `limit` filings of a task within the scope, by project id, after that id."""
    rows = _joined(scope, task, days).where(col(Project.id) > after)
    rows = _narrowed(rows, task, wanted).order_by(col(Project.id)).limit(limit)
    return [
        Listed(project, unit, form, bool(waived), due, bool(late) and not waived)
        for project, unit, form, waived, due, late in session.execute(rows)
    ]


def begun_since(session: Session, task: FilingTask) -> bool:
    """Whether a form of the task was begun or sent since it was issued."""
    row = _forms(task).where(
        or_(
            col(SelfEvaluation.created_at) >= task.issued_at,
            col(SelfEvaluation.submitted_at) >= task.issued_at,
        )
    )
    return session.execute(row.limit(1)).first() is not None


def unsent(session: Session, task: FilingTask, path: str = "/") -> list[SelfEvaluation]:
    """The forms of a task below a path that their units still hold, locked, by id."""
    rows = _forms(task).where(
        col(SelfEvaluation.state).in_(UNSENT),
        col(Organisation.path).startswith(path, autoescape=True),
    )
    held = rows.order_by(col(SelfEvaluation.id)).with_for_update(of=SelfEvaluation)
    found = session.execute(held.execution_options(populate_existing=True))
    return list(found.scalars())


def _forms(task: FilingTask) -> Select[Any]:
    return (
        select(SelfEvaluation)
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(
            col(SelfEvaluation.fiscal_year) == task.fiscal_year,
            col(SelfEvaluation.kind) == task.kind,
            col(SelfEvaluation.is_current),
            member_of(task.id),
        )
    )


def _filings(scope: Scope, task: FilingTask, days: Mapping[str, date]) -> Select[Any]:
    due = _due(task)
    columns = select(
        col(Organisation.id).label("organisation_id"),
        col(SelfEvaluation.state).label("state"),
        _waived(task).label("waived"),
        _late(due, days).label("late"),
    )
    return _asked(columns, scope, task)


def _joined(scope: Scope, task: FilingTask, days: Mapping[str, date]) -> Select[Any]:
    due = _due(task)
    columns = select(
        Project,
        Organisation,
        SelfEvaluation,
        _waived(task).label("waived"),
        due.label("due"),
        _late(due, days).label("late"),
    )
    return _asked(columns, scope, task)


def _asked(columns: Select[Any], scope: Scope, task: FilingTask) -> Select[Any]:
    declared = exists().where(
        col(Declaration.project_id) == col(Project.id),
        col(Declaration.fiscal_year) == task.fiscal_year,
    )
    current = and_(
        col(SelfEvaluation.project_id) == col(Project.id),
        col(SelfEvaluation.fiscal_year) == task.fiscal_year,
        col(SelfEvaluation.kind) == task.kind,
        col(SelfEvaluation.is_current),
    )
    return (
        columns.select_from(Project)
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .outerjoin(SelfEvaluation, current)
        .where(
            within(scope),
            member_of(task.id),
            or_(declared, col(SelfEvaluation.id).is_not(None)),
        )
    )


def _granted(task: FilingTask, kind: RequestKind, column: Any) -> Select[Any]:
    """What was granted to the joined project, or to all of an organisation at or above its own."""
    owner = aliased(Organisation)
    return (
        select(column)
        .join(owner, col(FilingRequest.organisation_id) == col(owner.id))
        .where(
            col(FilingRequest.task_id) == task.id,
            col(FilingRequest.kind) == kind,
            col(FilingRequest.state) == RequestState.GRANTED,
            or_(
                col(FilingRequest.project_id) == col(Project.id),
                and_(
                    col(FilingRequest.project_id).is_(None),
                    col(Organisation.path).startswith(col(owner.path)),
                ),
            ),
        )
        .correlate(Project, Organisation)
    )


def _waived(task: FilingTask) -> Any:
    return _granted(task, RequestKind.WAIVER, FilingRequest.id).exists()


def _due(task: FilingTask) -> Any:
    """The last day in time: the task's, or that of the longest extension."""
    until = func.max(FilingRequest.until)
    extended = _granted(task, RequestKind.EXTENSION, until).scalar_subquery()
    due = literal(task.due, Date)
    return case((extended > due, extended), else_=due)


def _late(due: Any, days: Mapping[str, date]) -> Any:
    """Whether the last day has passed in the project's region while the unit holds the form."""
    held = or_(col(SelfEvaluation.state).is_(None), col(SelfEvaluation.state).in_(UNSENT))
    return and_(held, due < _by_region(days))


def _by_region(days: Mapping[str, date]) -> Any:
    """A day for each region; one that is not named has the earliest of them."""
    if not days:
        return literal(date.min, Date)
    first = literal(min(days.values()), Date)
    known = {code: literal(day, Date) for code, day in days.items()}
    return case(known, value=col(Project.region_code), else_=first)


def _narrowed(rows: Select[Any], task: FilingTask, wanted: Wanted) -> Select[Any]:
    state = col(SelfEvaluation.state)
    held = or_(state.is_(None), state.in_(UNSENT))
    if wanted.states is not None:
        among = state.in_([item for item in wanted.states if item is not None])
        rows = rows.where(or_(among, state.is_(None)) if None in wanted.states else among)
    if wanted.owed:
        rows = rows.where(held, ~_waived(task))
    if wanted.waived is not None:
        waived = and_(held, _waived(task))
        rows = rows.where(waived if wanted.waived else ~waived)
    if wanted.project_ids is not None:
        rows = rows.where(col(Project.id).in_(wanted.project_ids))
    if wanted.by is not None:
        rows = rows.where(_due(task) <= _by_region(wanted.by))
    return rows
