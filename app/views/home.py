"""The task list (任务): every form of a year, what state it is in and what to do next."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.domain.policies import READS
from app.domain.workflow import LABELS, Action, State
from app.doors import GuardedRoute
from app.services import standards, tasks
from app.services.self_evaluations import ListedForm
from app.services.tasks import TaskList
from app.views.dependencies import Reading, Year, allows
from app.views.page import page
from app.views.states import Deadline, StateView, deadline, grade_tone, state_view

router = APIRouter(route_class=GuardedRoute)

HOME = "home/home.html"
# What waits for its filler stands first, the returned form before all others.
ORDER = (
    State.RETURNED,
    State.DRAFT,
    State.UNIT_REVIEW,
    State.DEPARTMENT_REVIEW,
    State.FINANCE_REVIEW,
    State.COMPLETED,
    State.PUBLISHED,
)


@dataclass(frozen=True, slots=True)
class TaskView:
    """One row: the form, its state, its deadline while it is open, its stored score.

    The score of an open form with errors is `provisional`: it has no grade yet.
    """

    id: int
    project: str
    code: str
    unit: str
    state: StateView
    deadline: Deadline | None
    total: str
    grade: str
    grade_tone: str
    provisional: bool
    errors: int
    warnings: int
    editable: bool
    version: int
    reviewable: bool
    approvable: bool
    waiting: str


@dataclass(frozen=True, slots=True)
class Stage:
    """How many forms stand in a state, as a filter; the first stage is all of them."""

    state: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class NotBegun:
    """A project with declared targets and no form for the year."""

    project_id: int
    project: str
    code: str


@dataclass(frozen=True, slots=True)
class YearChoice:
    """One year of the switch."""

    year: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class HomePage:
    """任务列表 of one fiscal year; `due` counts what waits for the reader."""

    fiscal_year: int
    years: tuple[YearChoice, ...]
    due: int
    several_units: bool
    tasks: tuple[TaskView, ...]
    next: str
    not_begun: tuple[NotBegun, ...]
    reviewing: bool
    batch: bool
    stages: tuple[Stage, ...]


@router.get("/", dependencies=[allows(READS)])
def show_home(
    visit: Reading, year: Year = None, after: str | None = None, state: State | None = None
) -> Response:
    """The tasks of a fiscal year, the newest one unless another is asked for."""
    found = tasks.task_list(visit.session, visit.actor, visit.now, year, after, state)
    return page(visit.request, HOME, home_page(found, state))


def home_page(found: TaskList, chosen: State | None = None) -> HomePage:
    """The page of a task list."""
    rows = sorted(found.forms.items, key=_urgency)
    views = tuple(_task(item) for item in rows)
    return HomePage(
        fiscal_year=found.fiscal_year,
        years=tuple(YearChoice(year, year == found.fiscal_year) for year in found.years),
        due=found.due,
        several_units=len({item.unit.id for item in rows}) > 1,
        tasks=views,
        next=found.forms.next or "",
        not_begun=tuple(
            NotBegun(project.id, project.name, project.code) for project in found.not_begun
        ),
        reviewing=found.reviewing,
        batch=any(view.approvable for view in views),
        stages=_stages(found, chosen),
    )


def _stages(found: TaskList, chosen: State | None) -> tuple[Stage, ...]:
    """The states that any form stands in, along their way."""
    whole = Stage("", "全部", sum(found.counts.values()), chosen is None)
    some = [state for state in ORDER if found.counts.get(state)]
    steps = (Stage(item, LABELS[item], found.counts[item], item is chosen) for item in some)
    return (whole, *steps)


def _urgency(item: ListedForm) -> tuple[int, bool, int, int]:
    """What waits for a reviewer first, the longest wait foremost; then returned forms, by state.

    Within a state the nearest deadline stands first.
    """
    left = item.days_left
    place = ORDER.index(State(item.form.state))
    if Action.APPROVE in item.allowed:
        return -1, False, -item.days_waiting, item.form.id
    return place, left is None, left if left is not None else 0, item.form.id


def _task(item: ListedForm) -> TaskView:
    form, score = item.form, item.score
    standard = standards.get(form.standard, form.edition)
    editable = Action.EDIT in item.allowed
    waiting = form.state in (State.DRAFT, State.RETURNED)
    return TaskView(
        id=form.id,
        project=item.project.name,
        code=item.project.code,
        unit=item.unit.name,
        state=state_view(form.state),
        deadline=deadline(form.due_on, item.days_left) if waiting else None,
        total=standard.points.shown(score.total) if score else "",
        grade=score.grade if score else "",
        grade_tone=grade_tone(standard, score.grade) if score else "",
        provisional=bool(waiting and score and score.errors),
        errors=score.errors if score and waiting else 0,
        warnings=score.warnings if score and waiting else 0,
        editable=editable,
        version=form.version,
        reviewable=Action.REVIEW in item.allowed,
        approvable=Action.APPROVE in item.allowed,
        waiting=f"{item.days_waiting} 天" if Action.APPROVE in item.allowed else "",
    )
