"""The task list (任务): what waits for the reader, what was asked of them and until when."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.domain.policies import READS
from app.domain.workflow import LABELS, State
from app.doors import GuardedRoute
from app.services import tasks
from app.services.tasks import AskedTask, TaskList
from app.views.dependencies import Reading, Year, allows
from app.views.page import page
from app.views.states import Deadline, StandingView, deadline, standing_view
from app.views.task_lists import ORDER, Group, groups

router = APIRouter(route_class=GuardedRoute)

HOME = "home/home.html"


@dataclass(frozen=True, slots=True)
class Stage:
    """How many forms stand in a state, as a filter; the first stage is all of them."""

    state: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class YearChoice:
    """One year of the switch."""

    year: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class AskedView:
    """A filing task of the year: until when, and how far it has come."""

    id: int
    title: str
    standing: StandingView
    deadline: Deadline | None
    asked: int
    owed: int
    late: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """任务列表 of one fiscal year; `due` counts what waits for the reader."""

    fiscal_year: int
    years: tuple[YearChoice, ...]
    due: int
    several_units: bool
    groups: tuple[Group, ...]
    next: str
    reviewing: bool
    batch: bool
    pickable: bool
    filling: bool
    stages: tuple[Stage, ...]
    asked: tuple[AskedView, ...]
    requests: int


@router.get("/", dependencies=[allows(READS)])
def show_home(
    visit: Reading, year: Year = None, after: str | None = None, state: State | None = None
) -> Response:
    """The tasks of a fiscal year, the newest one unless another is asked for."""
    found = tasks.task_list(visit.session, visit.actor, visit.now, year, after, state)
    return page(visit.request, HOME, home_page(found, state))


def home_page(found: TaskList, chosen: State | None = None) -> HomePage:
    """The page of a task list."""
    lists = groups(found)
    units = {item.unit.id for item in found.forms.items}
    units |= {item.unit.id for item in found.not_begun}
    return HomePage(
        fiscal_year=found.fiscal_year,
        years=tuple(YearChoice(year, year == found.fiscal_year) for year in found.years),
        due=found.due,
        several_units=len(units) > 1,
        groups=lists,
        next=found.forms.next or "",
        reviewing=found.reviewing,
        batch=any(view.approvable for group in lists for view in group.tasks),
        pickable=any(group.tasks for group in lists),
        filling=any(view.editable for group in lists for view in group.tasks),
        stages=_stages(found, chosen),
        asked=tuple(_asked(item) for item in found.asked),
        requests=found.requests,
    )


def _stages(found: TaskList, chosen: State | None) -> tuple[Stage, ...]:
    """The states that any form stands in, along their way."""
    whole = Stage("", "全部", sum(found.counts.values()), chosen is None)
    some = [state for state in ORDER if found.counts.get(state)]
    steps = (Stage(item, LABELS[item], found.counts[item], item is chosen) for item in some)
    return (whole, *steps)


def _asked(item: AskedTask) -> AskedView:
    task, tally = item.task, item.tally
    return AskedView(
        id=task.id,
        title=task.title,
        standing=standing_view(task, item.standing),
        deadline=deadline(task.due, item.days_left),
        asked=tally.asked,
        owed=tally.owed,
        late=tally.late,
    )
