"""The task list (任务): to-do lists by state, the most urgent first, and what was asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from app.db import filing_tasks, tasks
from app.db.filing_tasks import FilingTask
from app.db.organisations import Organisation
from app.db.projects import Project
from app.domain.actors import Actor
from app.domain.filing_tasks import DECIDERS, ISSUERS, Standing, Tally, Term, stand, together
from app.domain.workflow import Action, State, allowed
from app.services import filing_progress, regions
from app.services.courses import Desk, may_act
from app.services.filing_terms import Calendar, Filing
from app.services.paging import MOST, Page
from app.services.self_evaluations import ListedForm, list_forms, listed

EACH, MOST_ASKED = 50, 5


@dataclass(frozen=True, slots=True)
class NotBegun:
    """A project that nobody began, and what a task asks of it at that moment."""

    project: Project
    unit: Organisation
    filing: Filing | None
    standing: Standing
    days_left: int | None


@dataclass(frozen=True, slots=True)
class AskedTask:
    """A filing task of the year with its progress within the actor's scope."""

    task: FilingTask
    standing: Standing
    days_left: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class TaskList:
    """One year's work within the actor's scope; `not_begun` is for those who may begin a form.

    `forms` are the most urgent ones of each state, or a page of the state asked for. `counts`
    are the forms of the whole year by state, `due` those that wait for the actor, `requests`
    the extensions and waivers that wait for a decision of theirs.
    """

    fiscal_year: int
    years: tuple[int, ...]
    forms: Page[ListedForm]
    not_begun: tuple[NotBegun, ...]
    counts: dict[str, int]
    due: int
    reviewing: bool
    asked: tuple[AskedTask, ...]
    requests: int


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
    years = sorted(
        {*tasks.years(session, actor.scope), *filing_tasks.years(session, actor.scope)},
        reverse=True,
    )
    year = fiscal_year or (years[0] if years else now.year)
    desk = Desk(session, actor)
    counts = tasks.counts(session, actor.scope, year)
    not_begun = _not_begun(session, actor, now, year) if desk.grants(Action.EDIT) else ()
    waiting = _requests(session, actor, year)
    return TaskList(
        fiscal_year=year,
        years=tuple(sorted({*years, year}, reverse=True)),
        forms=_forms(session, actor, now, desk, (year, state, after)),
        not_begun=not_begun if state is None else (),
        counts=counts,
        due=len(not_begun) + waiting + sum(counts.get(item, 0) for item in _waiting(desk)),
        reviewing=desk.grants(Action.APPROVE),
        asked=_asked(session, actor, now, year),
        requests=waiting,
    )


def _forms(
    session: Session,
    actor: Actor,
    now: datetime,
    desk: Desk,
    wanted: tuple[int, State | None, str | None],
) -> Page[ListedForm]:
    year, state, after = wanted
    if state is not None or after:
        return list_forms(
            session, actor, now, fiscal_year=year, state=state, after=after, limit=MOST
        )
    rows = tasks.urgent(session, actor.scope, year, EACH)
    return Page(tuple(listed(session, desk, now, row) for row in rows), None)


def _not_begun(session: Session, actor: Actor, now: datetime, year: int) -> tuple[NotBegun, ...]:
    """What nobody began, the nearest day first; a waived project is no task any more."""
    calendar = Calendar(session, actor.scope, year)
    found = []
    for project, unit in tasks.not_begun(session, actor.scope, year, MOST):
        filing = calendar.of(unit, project.id, project.region_code)
        if filing is None:
            found.append(NotBegun(project, unit, None, Standing.OPEN, None))
        elif not filing.waived:
            standing, left = filing.standing(now), filing.days_left(now)
            found.append(NotBegun(project, unit, filing, standing, left))
    return tuple(sorted(found, key=_urgency))


def _urgency(item: NotBegun) -> tuple[bool, date, int]:
    due = item.filing.due_on if item.filing else None
    return due is None, due or date.max, item.project.id


def _asked(session: Session, actor: Actor, now: datetime, year: int) -> tuple[AskedTask, ...]:
    """The filing tasks of a year, each with the sum of what it asks of the actor's scope."""
    own = session.get_one(Organisation, actor.organisation_id)
    day = regions.today(session, own.region_code, now)
    found = []
    for task in filing_tasks.page(
        session, actor.scope, fiscal_year=year, after=0, limit=MOST_ASKED
    ):
        term = Term(task.opens, task.due, task.closes, None, task.ended_at is not None)
        tally = together(filing_progress.tallies_of(session, actor.scope, task, now).values())
        found.append(AskedTask(task, stand(term, day), (task.due - day).days, tally))
    return tuple(found)


def _requests(session: Session, actor: Actor, year: int) -> int:
    """How many extensions and waivers the actor may decide; none of the actor's own unit."""
    if not may_act(session, actor, DECIDERS):
        return 0
    own = None if may_act(session, actor, ISSUERS) else actor.organisation_id
    return tasks.requests_waiting(session, actor.scope, year, own)


def _waiting(desk: Desk) -> Iterator[State]:
    """The states in which a form waits for the actor."""
    for state in State:
        granted = frozenset().union(*(allowed(state, seat) for seat in desk.seats))
        if granted & {Action.EDIT, Action.APPROVE}:
            yield state
