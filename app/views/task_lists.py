"""To-do lists (待办): forms and projects grouped by state, the most urgent first."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.filing_tasks import Standing
from app.domain.workflow import LABELS, Action, State
from app.services import standards
from app.services.self_evaluations import ListedForm
from app.services.tasks import NotBegun, TaskList
from app.views.filters import day
from app.views.states import Deadline, StateView, deadline, grade_tone, state_view

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
UNSENT = (State.RETURNED, State.DRAFT)
WAITING, NOT_BEGUN = "待您审核", "未开始"


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
class NotBegunView:
    """A project with declared targets and no form for the year; `early` says when it may begin."""

    project_id: int
    project: str
    code: str
    unit: str
    deadline: Deadline | None
    early: str


@dataclass(frozen=True, slots=True)
class Group:
    """One list under its heading; `more` is the state that holds more than are shown."""

    label: str
    count: int
    tasks: tuple[TaskView, ...] = ()
    not_begun: tuple[NotBegunView, ...] = ()
    more: str = ""


def groups(found: TaskList) -> tuple[Group, ...]:
    """What waits for a reviewer, then forms by state, and what was not begun after the returned."""
    return tuple(group for group in _groups(found) if group.count)


def _groups(found: TaskList) -> Iterator[Group]:
    items = found.forms.items
    waiting = [item for item in items if Action.APPROVE in item.allowed]
    waiting.sort(key=lambda item: (-item.days_waiting, item.form.id))
    yield Group(WAITING, len(waiting), tuple(task_view(item) for item in waiting))
    rest = [item for item in items if Action.APPROVE not in item.allowed]
    for state in ORDER:
        own = sorted((item for item in rest if item.form.state == state), key=_urgency)
        shown = sum(item.form.state == state for item in items)
        hidden = found.counts.get(state, 0) - shown if shown and not found.forms.next else 0
        rows = tuple(task_view(item) for item in own)
        yield Group(LABELS[state], len(own) + hidden, rows, more=state if hidden else "")
        if state is State.RETURNED:
            begins = tuple(_not_begun(item) for item in found.not_begun)
            yield Group(NOT_BEGUN, len(begins), not_begun=begins)


def _urgency(item: ListedForm) -> tuple[bool, int, int]:
    """Within a state the nearest deadline stands first."""
    left = item.days_left
    return left is None, left if left is not None else 0, item.form.id


def task_view(item: ListedForm) -> TaskView:
    """One form as a row."""
    form, score = item.form, item.score
    standard = standards.get(form.standard, form.edition)
    unsent = form.state in UNSENT
    return TaskView(
        id=form.id,
        project=item.project.name,
        code=item.project.code,
        unit=item.unit.name,
        state=state_view(form.state),
        deadline=deadline(form.due_on, item.days_left) if unsent else None,
        total=standard.points.shown(score.total) if score else "",
        grade=score.grade if score else "",
        grade_tone=grade_tone(standard, score.grade) if score else "",
        provisional=bool(unsent and score and score.errors),
        errors=score.errors if score and unsent else 0,
        warnings=score.warnings if score and unsent else 0,
        editable=Action.EDIT in item.allowed,
        version=form.version,
        reviewable=Action.REVIEW in item.allowed,
        approvable=Action.APPROVE in item.allowed,
        waiting=f"{item.days_waiting} 天" if Action.APPROVE in item.allowed else "",
    )


def _not_begun(item: NotBegun) -> NotBegunView:
    early = ""
    if item.filing and item.standing is Standing.EARLY:
        early = f"{day(item.filing.term.opens)}开始填报"
    due = item.filing.due_on if item.filing else None
    return NotBegunView(
        project_id=item.project.id,
        project=item.project.name,
        code=item.project.code,
        unit=item.unit.name,
        deadline=None if early else deadline(due, item.days_left),
        early=early,
    )
