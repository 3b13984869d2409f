"""The term (填报期) of a form: what its filing task asks, with what was granted to it."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.db import filing_requests, filing_tasks, regions
from app.db.filing_requests import FilingRequest, RequestKind, RequestState
from app.db.filing_tasks import FilingTask, FilingTaskTarget
from app.db.organisations import Organisation, department_of
from app.db.self_evaluations import PROJECT_KIND, SelfEvaluation
from app.domain.actors import Actor, Scope
from app.domain.filing_tasks import Standing, Term, days_late, days_left, local_day, stand
from app.domain.tables import Table
from app.errors import Conflict

MENDING = "退回修改"


@dataclass(frozen=True, slots=True)
class FilingPolicy:
    """The days that no task names: to mend a returned form, and the longest extension."""

    mend: timedelta
    longest_extension: timedelta


@lru_cache(maxsize=1)
def policy() -> FilingPolicy:
    """The policy as shipped; raises TableError for a faulty file."""
    text = (files("app.policies") / "filing.toml").read_text(encoding="utf-8")
    table = Table(tomllib.loads(text), "filing.toml")
    days = [timedelta(days=table.whole(name)) for name in ("mend_days", "longest_extension_days")]
    table.close()
    return FilingPolicy(*days)


@dataclass(frozen=True, slots=True)
class Filing:
    """What a task asks of one project: its term, the zone of its days, whether it was waived."""

    task: FilingTask
    term: Term
    zone: ZoneInfo
    waived: bool

    @property
    def due_on(self) -> date | None:
        """The last day in time; None where nothing is asked any more."""
        return None if self.waived else self.term.last_in_time

    def standing(self, now: datetime) -> Standing:
        """Where a moment stands; a project that was waived may be filed at any time."""
        return Standing.OPEN if self.waived else stand(self.term, local_day(now, self.zone))

    def days_left(self, now: datetime) -> int | None:
        """Whole days to the last day in time, None where nothing is asked any more."""
        return None if self.waived else days_left(self.term, local_day(now, self.zone))

    def days_late(self, now: datetime) -> int:
        """By how many days a submission at that moment is late."""
        return 0 if self.waived else days_late(self.term, local_day(now, self.zone))


class Calendar:
    """The tasks of a year that a scope may see, read once for many projects."""

    def __init__(
        self, session: Session, scope: Scope, fiscal_year: int, kind: str = PROJECT_KIND
    ) -> None:
        self._session = session
        self._targets = filing_tasks.of_year(session, scope, fiscal_year, kind)
        self.tasks = {task.id: task for task, _, _ in self._targets}
        self._granted = filing_requests.granted_in(session, list(self.tasks))

    def of(self, unit: Organisation, project_id: int, region_code: str) -> Filing | None:
        """What is asked of a project of an organisation, None where no task is for it."""
        task = next((task for task, own, path in self._targets if _takes_in(own, path, unit)), None)
        if task is None:
            return None
        granted = (
            request
            for request, path in self._granted
            if request.task_id == task.id and _covers(request, path, unit, project_id)
        )
        return _filing(self._session, task, granted, region_code)


def of_project(
    session: Session,
    unit: Organisation,
    project_id: int,
    region_code: str,
    fiscal_year: int,
    kind: str = PROJECT_KIND,
    *,
    shared: bool = False,
) -> Filing | None:
    """What is asked of one project of an organisation, None where no task is for it.

    `shared` keeps that so until the end of the transaction.
    """
    task = filing_tasks.of_organisation(session, unit.path, fiscal_year, kind, shared=shared)
    if task is None:
        return None
    granted = filing_requests.granted(session, task.id, unit.path, project_id)
    return _filing(session, task, granted, region_code)


def of_form(session: Session, form: SelfEvaluation) -> Filing | None:
    """What is asked of a form, None where no task is for its organisation."""
    unit = session.get_one(Organisation, form.organisation_id)
    place = (form.project_id, form.region_code, form.fiscal_year, form.kind)
    return of_project(session, unit, *place)


def follow(session: Session, form: SelfEvaluation) -> None:
    """Let the form be due when its task says; without a task its own day stays."""
    filing = of_form(session, form)
    if filing is not None:
        form.due_on = filing.due_on


def let_mend(session: Session, actor: Actor, now: datetime, form: SelfEvaluation) -> None:
    """Give a returned form days to be mended, as an extension, where its term has fewer left.

    Reviews take place when a task is mostly over: who is asked to mend must be able to send.
    """
    filing = of_form(session, form)
    if filing is None or filing.waived:
        return
    until = local_day(now, filing.zone) + policy().mend
    if until <= filing.term.last_in_time:
        return
    session.add(
        FilingRequest(
            task_id=filing.task.id,
            region_code=form.region_code,
            fiscal_year=form.fiscal_year,
            organisation_id=form.organisation_id,
            project_id=form.project_id,
            kind=RequestKind.EXTENSION,
            until=until,
            reason=MENDING,
            state=RequestState.GRANTED,
            asked_by=actor.name,
            asked_at=now,
            decided_by=actor.name,
            decided_at=now,
        )
    )
    session.flush()


def require_open(session: Session, now: datetime, filing: Filing | None, unit_id: int) -> None:
    """Raise Conflict where a task takes nothing at that moment; the message says whom to ask."""
    standing = filing.standing(now) if filing else Standing.OPEN
    if filing and standing is Standing.EARLY:
        raise Conflict(early_words(filing))
    if filing and standing is Standing.CLOSED:
        unit = session.get_one(Organisation, unit_id)
        raise Conflict(closed_words(filing, department_of(session, unit)))


def early_words(filing: Filing) -> str:
    """Why nothing may be begun yet."""
    return f"“{filing.task.title}”从{_day(filing.term.opens)}开始填报，请届时再填写。"


def closed_words(filing: Filing, department: Organisation | None) -> str:
    """Why nothing may be sent any more, and whom to ask."""
    over = f"“{filing.task.title}”的填报已经关闭（{_day(filing.term.closes)}）"
    if filing.task.ended_at is not None:
        ended = local_day(filing.task.ended_at, filing.zone)
        over = f"“{filing.task.title}”已由{filing.task.ended_by}于{_day(ended)}结束"
    asked = f"{department.name}或财政部门" if department else "财政部门"
    return f"{over}，现在不能送审。需要补报的，请在“填报任务”中向{asked}申请延期。"


def _filing(
    session: Session, task: FilingTask, granted: Iterable[FilingRequest], region_code: str
) -> Filing:
    rows = tuple(granted)
    days = [row.until for row in rows if row.kind == RequestKind.EXTENSION and row.until]
    ended = task.ended_at is not None
    term = Term(task.opens, task.due, task.closes, max(days, default=None), ended)
    zone = regions.zone(session, region_code)
    return Filing(task, term, zone, any(row.kind == RequestKind.WAIVER for row in rows))


def _takes_in(target: FilingTaskTarget, path: str, unit: Organisation) -> bool:
    return target.organisation_id == unit.id or (target.below and unit.path.startswith(path))


def _covers(request: FilingRequest, path: str, unit: Organisation, project_id: int) -> bool:
    if request.project_id is not None:
        return request.project_id == project_id
    return unit.path.startswith(path)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
