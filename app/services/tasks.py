"""The task list (任务): the forms of a year, and the projects that still have none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import tasks
from app.db.projects import Project
from app.domain.actors import Actor
from app.domain.workflow import Action, State, allowed
from app.services.courses import Desk
from app.services.paging import MOST, Page
from app.services.self_evaluations import ListedForm, list_forms


@dataclass(frozen=True, slots=True)
class TaskList:
    """One year's work within the actor's scope; `not_begun` is for those who may begin a form.

    `counts` are the forms of the whole year by state, `due` those that wait for the actor.
    """

    fiscal_year: int
    years: tuple[int, ...]
    forms: Page[ListedForm]
    not_begun: tuple[Project, ...]
    counts: dict[str, int]
    due: int
    reviewing: bool


def task_list(
    session: Session,
    actor: Actor,
    now: datetime,
    fiscal_year: int | None = None,
    after: str | None = None,
    state: State | None = None,
) -> TaskList:
    """The tasks of a fiscal year, by default the newest that has any; raises Unacceptable.

    `state` narrows the forms shown, never the counts.
    """
    years = tasks.years(session, actor.scope)
    year = fiscal_year or (years[0] if years else now.year)
    desk = Desk(session, actor)
    counts = tasks.counts(session, actor.scope, year)
    not_begun = (
        tasks.not_begun(session, actor.scope, year, MOST) if desk.grants(Action.EDIT) else []
    )
    return TaskList(
        fiscal_year=year,
        years=tuple(sorted({*years, year}, reverse=True)),
        forms=list_forms(
            session, actor, now, fiscal_year=year, state=state, after=after, limit=MOST
        ),
        not_begun=tuple(not_begun) if state is None else (),
        counts=counts,
        due=len(not_begun) + sum(counts.get(waiting, 0) for waiting in _waiting(desk)),
        reviewing=desk.grants(Action.APPROVE),
    )


def _waiting(desk: Desk) -> Iterator[State]:
    """The states in which a form waits for the actor."""
    for state in State:
        granted = frozenset().union(*(allowed(state, seat) for seat in desk.seats))
        if granted & {Action.EDIT, Action.APPROVE}:
            yield state
