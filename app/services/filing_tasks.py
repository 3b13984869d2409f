"""Filing tasks (填报任务): finance issues them, changes them while nobody began, ends them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import (
    filing_progress,
    filing_requests,
    filing_tasks,
    late_filings,
    reminders,
)
from app.db.filing_tasks import FilingTask
from app.db.organisations import Organisation
from app.db.session import locked
from app.domain.actors import Actor
from app.domain.audit import AuditAction, differences
from app.domain.filing_tasks import ISSUERS
from app.errors import Conflict, Forbidden, NotFound, VersionConflict
from app.services import audit, paging
from app.services.courses import may_act
from app.services.fields import Fields
from app.services.filing_entries import NOTE_LENGTH, FilingTaskEntry, checked
from app.services.filing_schedules import reschedule
from app.services.paging import Page

BEGUN = "这项任务已有单位开始填报、提出申请或收到催报，不能再改。需要推迟的，请给单位延期。"


@dataclass(frozen=True, slots=True)
class Target:
    """An organisation that a task is for."""

    organisation: Organisation
    below: bool


@dataclass(frozen=True, slots=True)
class IssuedTask:
    """A task with the organisations it is for and what the actor may do with it."""

    task: FilingTask
    targets: tuple[Target, ...]
    may_change: bool
    may_end: bool


def issue(session: Session, actor: Actor, now: datetime, entry: FilingTaskEntry) -> FilingTask:
    """Issue a task (下达); forms of its organisations that were begun before follow its days."""
    _require(session, actor)
    issuer = session.get_one(Organisation, actor.organisation_id)
    _alone(session, issuer)
    opens, due, closes = checked(session, actor, entry, but=0)
    task = FilingTask(
        organisation_id=issuer.id,
        region_code=issuer.region_code,
        fiscal_year=entry.fiscal_year,
        kind=entry.kind,
        title=entry.title.strip(),
        note=entry.note.strip(),
        opens=opens,
        due=due,
        closes=closes,
        issued_by=actor.name,
        issued_at=now,
    )
    session.add(task)
    session.flush()
    filing_tasks.replace_targets(session, task, entry.targets.items())
    reschedule(session, actor, now, task)
    told = differences({}, _cells(session, task))
    audit.record(session, actor, now, AuditAction.ISSUE, audit.about(task), told)
    return task


def get(session: Session, actor: Actor, task_id: int) -> IssuedTask:
    """One task that the actor's organisations issued or are asked by; raises NotFound."""
    task = filing_tasks.find(session, actor.scope, task_id)
    if task is None:
        raise NotFound
    may_end = _may_issue(session, actor) and actor.scope.has_path(_issuer(session, task).path)
    found = tuple(Target(unit, own.below) for own, unit in filing_tasks.targets(session, task_id))
    return IssuedTask(task, found, may_end and not depended_on(session, task), may_end)


def list_tasks(
    session: Session,
    actor: Actor,
    *,
    fiscal_year: int | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Page[FilingTask]:
    """A page of the tasks that the actor's organisations issued or are asked by."""
    size, begin = paging.size(limit), paging.id_after(after)
    found = filing_tasks.page(
        session, actor.scope, fiscal_year=fiscal_year, after=begin, limit=size + 1
    )
    return paging.page_of(found, size, lambda task: task.id)


def may_issue(session: Session, actor: Actor) -> bool:
    """Whether the actor issues tasks."""
    return _may_issue(session, actor)


def change(
    session: Session,
    actor: Actor,
    now: datetime,
    task_id: int,
    version: int,
    entry: FilingTaskEntry,
) -> FilingTask:
    """Replace what a task says, while nothing depends on it; raises Conflict after that."""
    task = _held(session, actor, task_id, version)
    if depended_on(session, task):
        raise Conflict(BEGUN)
    _alone(session, _issuer(session, task))
    days = checked(session, actor, entry, but=task.id)
    before = _cells(session, task)
    left = filing_progress.unsent(session, task)
    task.title, task.note, task.kind = entry.title.strip(), entry.note.strip(), entry.kind
    task.fiscal_year = entry.fiscal_year
    task.opens, task.due, task.closes = days
    task.version += 1
    session.add(task)
    session.flush()
    filing_tasks.replace_targets(session, task, entry.targets.items())
    reschedule(session, actor, now, task, before=left)
    changes = differences(before, _cells(session, task))
    audit.record(session, actor, now, AuditAction.CHANGE, audit.about(task), changes)
    return task


def take_back(session: Session, actor: Actor, now: datetime, task_id: int, version: int) -> None:
    """Delete a task (撤回) that nothing depends on; raises Conflict for any other."""
    task = _held(session, actor, task_id, version)
    if depended_on(session, task):
        raise Conflict(BEGUN)
    left, subject = filing_progress.unsent(session, task), audit.about(task)
    lost = differences(_cells(session, task), {})
    try:
        with session.begin_nested():
            session.delete(task)
    except IntegrityError as error:
        raise Conflict(BEGUN) from error
    reschedule(session, actor, now, None, before=left)
    audit.record(session, actor, now, AuditAction.DELETE, subject, lost)


def end(
    session: Session, actor: Actor, now: datetime, task_id: int, version: int, reason: str
) -> FilingTask:
    """End a task before its day (结束): only who was granted an extension may still submit."""
    task = _held(session, actor, task_id, version)
    if task.ended_at is not None:
        raise Conflict(f"这项任务已由{task.ended_by}结束，请刷新后查看。")
    fields = Fields()
    words = fields.text("/reason", "结束的原因", reason, NOTE_LENGTH, required=True)
    fields.settle()
    task.ended_at, task.ended_by, task.ended_reason = now, actor.name, words
    return _moved(session, actor, now, task, AuditAction.END, {"reason": words})


def resume(session: Session, actor: Actor, now: datetime, task_id: int, version: int) -> FilingTask:
    """Take the end of a task back (恢复): its own days hold again."""
    task = _held(session, actor, task_id, version)
    if task.ended_at is None:
        raise Conflict("这项任务没有结束，请刷新后查看。")
    task.ended_at, task.ended_by, task.ended_reason = None, None, ""
    return _moved(session, actor, now, task, AuditAction.RESUME, {})


def depended_on(session: Session, task: FilingTask) -> bool:
    """Whether anybody began, asked, was late or was reminded since the task was issued."""
    return (
        filing_progress.begun_since(session, task)
        or filing_requests.any_of_task(session, task.id)
        or late_filings.any_of_task(session, task.id)
        or reminders.any_of_task(session, task.id)
    )


def _moved(
    session: Session,
    actor: Actor,
    now: datetime,
    task: FilingTask,
    action: AuditAction,
    told: dict[str, object],
) -> FilingTask:
    task.version += 1
    session.add(task)
    session.flush()
    audit.record(session, actor, now, action, audit.about(task), differences({}, told))
    return task


def _may_issue(session: Session, actor: Actor) -> bool:
    return may_act(session, actor, ISSUERS)


def _require(session: Session, actor: Actor) -> None:
    if not _may_issue(session, actor):
        raise Forbidden("填报任务由财政部门下达，需要时请联系财政部门。")


def _issuer(session: Session, task: FilingTask) -> Organisation:
    return session.get_one(Organisation, task.organisation_id)


def _held(session: Session, actor: Actor, task_id: int, version: int) -> FilingTask:
    """The task locked for a change by its issuer; raises NotFound, Forbidden, VersionConflict."""
    found = get(session, actor, task_id)
    _require(session, actor)
    if not found.may_end:
        raise Forbidden("这项任务由上级财政部门下达，需要时请联系上级财政部门。")
    task = filing_tasks.held(session, task_id)
    if task is None:
        raise NotFound
    if task.version != version:
        raise VersionConflict(task.version)
    return task


def _alone(session: Session, issuer: Organisation) -> None:
    """Let one task of a tree be issued at a time, so that two cannot ask the same of anybody."""
    locked(session, Organisation, filing_tasks.line_of(issuer.path)[0])


def _cells(session: Session, task: FilingTask) -> dict[str, object]:
    """What a task says, for the trail."""
    columns = ("title", "fiscal_year", "kind", "opens", "due", "closes", "note")
    named = (
        unit.name + ("及下级" if own.below else "")
        for own, unit in filing_tasks.targets(session, task.id)
    )
    return {name: getattr(task, name) for name in columns} | {"targets": "、".join(named)}
