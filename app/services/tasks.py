"""The task list (任务): the forms of a year, and the projects that still have none."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import tasks
from app.db.projects import Project
from app.domain.actors import Actor
from app.domain.workflow import Action
from app.services.courses import Desk
from app.services.paging import MOST, Page
from app.services.self_evaluations import ListedForm, list_forms


@dataclass(frozen=True, slots=True)
class TaskList:
    """One year's work within the actor's scope; `not_begun` is for those who may begin a form."""

    fiscal_year: int
    years: tuple[int, ...]
    forms: Page[ListedForm]
    not_begun: tuple[Project, ...]


def task_list(
    session: Session,
    actor: Actor,
    now: datetime,
    fiscal_year: int | None = None,
    after: str | None = None,
) -> TaskList:
    """The tasks of a fiscal year, by default the newest that has any; raises Unacceptable."""
    years = tasks.years(session, actor.scope_path)
    year = fiscal_year or (years[0] if years else now.year)
    may_begin = Desk(session, actor).grants(Action.EDIT)
    return TaskList(
        fiscal_year=year,
        years=tuple(sorted({*years, year}, reverse=True)),
        forms=list_forms(session, actor, now, fiscal_year=year, after=after, limit=MOST),
        not_begun=tuple(tasks.not_begun(session, actor.scope_path, year, MOST))
        if may_begin
        else (),
    )
