"""Reminders (催报): whoever is late or nearly so is told, once a day, outside of quiet hours."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import filing_progress as stored
from app.db import regions, reminders
from app.db.filing_progress import Listed, Wanted
from app.db.filing_tasks import FilingTask
from app.db.reminders import ListedReminder, Reminder
from app.domain.actors import Actor, Scope
from app.domain.audit import AuditAction, differences
from app.domain.filing_tasks import DECIDERS, OWED, Standing, Term, local_day, stand
from app.domain.reminders import permitted
from app.errors import Conflict, Forbidden, NotFound, Problem, Unacceptable
from app.services import audit, filing_progress, filing_tasks, paging
from app.services.courses import may_act, moment
from app.services.fields import Fields
from app.services.filing_progress import FilingItem, branch_of, item_of
from app.services.paging import Page
from app.services.reminder_deliveries import deliver, worded
from app.services.reminder_templates import check_words, policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderEntry:
    """Whom to remind and in what words, with fields in braces.

    Projects by id; or all of an organisation and of those below it who are late or due within
    `within` days.
    """

    subject: str
    body: str
    project_ids: frozenset[int] = frozenset()
    organisation_id: int | None = None
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A filing that its unit may be reminded of, and the last time that it was."""

    item: FilingItem
    last: Reminder | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were reminded at once, how many wait until when, how many were not.

    `again` were reminded on that day already, `settled` owe nothing any more, `unheard` have
    nobody with an account to tell.
    """

    sent: int = 0
    queued: int = 0
    again: int = 0
    settled: int = 0
    unheard: int = 0
    until: datetime | None = None


def candidates(
    session: Session,
    actor: Actor,
    now: datetime,
    task_id: int,
    organisation_id: int | None = None,
    within: int | None = None,
) -> tuple[Candidate, ...]:
    """Who is late or due within so many days below an organisation, by unit; raises Forbidden."""
    task = _task(session, actor, task_id)
    top = branch_of(session, actor, organisation_id)
    scope = Scope(top.path, actor.scope.first_year, actor.scope.last_year)
    rows, today = _owed(session, scope, task, now, _ahead(within))
    last = reminders.newest(session, task.id, [row.project.id for row in rows])
    found = [Candidate(item_of(row, today), last.get(row.project.id)) for row in rows]
    return tuple(sorted(found, key=_place))


def send(
    session: Session, actor: Actor, now: datetime, task_id: int, entry: ReminderEntry
) -> Outcome:
    """Remind those chosen, each at once or when its quiet hours are over.

    Raises NotFound for a project outside, Unacceptable for words that do not fit or nobody
    chosen, and Conflict before the task opens.
    """
    task = _task(session, actor, task_id)
    fields = Fields()
    words = check_words(fields, entry.subject, entry.body)
    rows, today, settled = _chosen(session, actor, now, task, entry)
    if not rows and not settled:
        fields.add("/project_ids", "请选择要催报的项目，或者这里没有临近截止和逾期的项目")
    if len(rows) > policy().most:
        fields.add("/project_ids", f"一次最多催报 {policy().most} 个项目，请分批办理")
    fields.settle()
    _require_open(task, today)
    made = [_remind(session, actor, now, task, row, words) for row in rows]
    kept = [row for row in made if row is not None]
    sent = [row for row in kept if row.delivered_at is not None]
    queued = [row for row in kept if row.delivered_at is None]
    for reminder, row in zip(made, rows, strict=True):
        if reminder is not None:
            _record(session, actor, now, reminder, row)
    return Outcome(
        sent=len(sent),
        queued=len(queued),
        again=len(made) - len(kept),
        settled=settled,
        unheard=sum(not row.recipients for row in sent),
        until=min((row.due_at for row in queued), default=None),
    )


def list_reminders(
    session: Session,
    actor: Actor,
    task_id: int,
    after: str | None = None,
    limit: int | None = None,
) -> Page[ListedReminder]:
    """A page of the reminders of a task within the actor's scope, the newest first."""
    filing_tasks.get(session, actor, task_id)
    size, before = paging.size(limit), paging.id_after(after)
    found = reminders.page(session, actor.scope, task_id, before, size + 1)
    return paging.page_of(found, size, lambda row: row[0].id)


def _task(session: Session, actor: Actor, task_id: int) -> FilingTask:
    task = filing_tasks.get(session, actor, task_id).task
    if not may_act(session, actor, DECIDERS):
        raise Forbidden("催报由主管部门或财政部门办理。")
    return task


def _ahead(within: int | None) -> int:
    usual, longest = policy().ahead, policy().longest_ahead
    if within is not None and not 0 <= within <= longest:
        raise Unacceptable([Problem("/within", f"天数请写 0 到 {longest}", str(within))])
    return usual if within is None else within


def _owed(
    session: Session, scope: Scope, task: FilingTask, now: datetime, within: int
) -> tuple[list[Listed], dict[str, date]]:
    """Those due within so many days, and the day that it is in each region."""
    today = filing_progress.days(session, scope, task, now)
    by = {code: day + timedelta(days=within) for code, day in today.items()}
    wanted = Wanted(owed=True, by=by)
    return stored.page(session, scope, task, today, wanted, 0, policy().most + 1), today


def _chosen(
    session: Session, actor: Actor, now: datetime, task: FilingTask, entry: ReminderEntry
) -> tuple[list[Listed], dict[str, date], int]:
    """The filings that are still owed, today by region, and how many are not owed any more."""
    if entry.organisation_id is not None:
        top = branch_of(session, actor, entry.organisation_id)
        scope = Scope(top.path, actor.scope.first_year, actor.scope.last_year)
        return *_owed(session, scope, task, now, _ahead(entry.within)), 0
    today = filing_progress.days(session, actor.scope, task, now)
    wanted, most = Wanted(project_ids=entry.project_ids), policy().most + 1
    rows = stored.page(session, actor.scope, task, today, wanted, 0, most)
    if len(rows) < len(entry.project_ids) and len(rows) < most:
        raise NotFound
    owed = [row for row in rows if item_of(row, today).bucket in OWED]
    return owed, today, len(rows) - len(owed)


def _require_open(task: FilingTask, today: dict[str, date]) -> None:
    """Nobody is reminded of what they cannot begin yet."""
    term = Term(task.opens, task.due, task.closes)
    if any(stand(term, day) is Standing.EARLY for day in today.values()):
        raise Conflict(f"“{task.title}”还没有开始填报，开始以后再催报。")


def _remind(
    session: Session,
    actor: Actor,
    now: datetime,
    task: FilingTask,
    row: Listed,
    words: tuple[str, str],
) -> Reminder | None:
    """The reminder, delivered if now is permitted; None where there is one for that day."""
    zone = regions.zone(session, row.project.region_code)
    due_at = permitted(now, zone, policy().quiet)
    day = local_day(due_at, zone)
    if reminders.sent_on(session, task.id, row.project.id, day):
        return None
    subject, body = worded(task, row, day, words)
    reminder = Reminder(
        task_id=task.id,
        region_code=row.project.region_code,
        fiscal_year=task.fiscal_year,
        organisation_id=row.unit.id,
        project_id=row.project.id,
        subject=subject,
        body=body,
        sent_by=actor.name,
        sent_by_id=actor.id,
        sent_by_role=actor.role,
        sent_for_id=actor.organisation_id,
        asked_at=now,
        due_at=due_at,
        day=day,
    )
    try:
        with session.begin_nested():
            session.add(reminder)
    except IntegrityError:  # somebody else reminded them at the same moment
        return None
    if due_at <= now:
        deliver(session, actor, now, reminder, row.form)
    return reminder


def _record(session: Session, actor: Actor, now: datetime, reminder: Reminder, row: Listed) -> None:
    """The event of a reminder stands in the history of its form, if one was begun."""
    subject = audit.about(row.form) if row.form else audit.about(reminder)
    told: dict[str, object] = {"subject": reminder.subject, "body": reminder.body}
    if reminder.delivered_at is None:
        told["due_at"] = moment(session, reminder.region_code, reminder.due_at)
    else:
        told["recipients"] = reminder.recipients
    audit.record(session, actor, now, AuditAction.REMIND, subject, differences({}, told))


def _place(found: Candidate) -> tuple[str, int, int]:
    listed, left = found.item.listed, found.item.days_left
    return listed.unit.path, left if left is not None else 0, listed.project.id
