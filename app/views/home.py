"""The task list (任务): every form of a year, what state it is in and what to do next."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.domain.workflow import Action, State
from app.services import standards, tasks
from app.services.self_evaluations import ListedForm
from app.services.tasks import TaskList
from app.views.dependencies import Reading, Year
from app.views.page import page
from app.views.states import Deadline, StateView, deadline, grade_tone, state_view

router = APIRouter()

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


@router.get("/")
def show_home(visit: Reading, year: Year = None, after: str | None = None) -> Response:
    """The tasks of a fiscal year, the newest one unless another is asked for."""
    found = tasks.task_list(visit.session, visit.actor, visit.now, year, after)
    return page(visit.request, HOME, home_page(found))


def home_page(found: TaskList) -> HomePage:
    """The page of a task list."""
    rows = sorted(found.forms.items, key=_urgency)
    views = tuple(_task(item) for item in rows)
    return HomePage(
        fiscal_year=found.fiscal_year,
        years=tuple(YearChoice(year, year == found.fiscal_year) for year in found.years),
        due=sum(view.editable for view in views) + len(found.not_begun),
        several_units=len({item.unit.id for item in rows}) > 1,
        tasks=views,
        next=found.forms.next or "",
        not_begun=tuple(
            NotBegun(project.id, project.name, project.code) for project in found.not_begun
        ),
    )


def _urgency(item: ListedForm) -> tuple[int, bool, int, int]:
    """Returned forms first, then by state; within a state the nearest deadline first."""
    left = item.days_left
    place = ORDER.index(State(item.form.state))
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
    )
