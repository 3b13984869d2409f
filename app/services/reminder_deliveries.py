"""Handing a reminder to the people of its unit, at once or when its moment has come."""

from datetime import date, datetime

from sqlmodel import Session

from app.db import filing_progress, reminders, users
from app.db.filing_progress import Listed, Wanted
from app.db.filing_tasks import FilingTask
from app.db.organisations import Organisation
from app.db.reminders import Reminder
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor, Role, Scope
from app.domain.audit import AuditAction, Stranger, differences
from app.domain.filing_tasks import OWED
from app.domain.messages import BODY_LENGTH, SUBJECT_LENGTH, MessageKind, shortened
from app.domain.reminders import days_in_words, filled
from app.domain.workflow import LABELS, State
from app.services import audit, messages, recipients
from app.services import filing_progress as progress
from app.services.courses import moment

CLOCK = Stranger(name="系统")
NOT_BEGUN = "未开始"


def worded(task: FilingTask, row: Listed, day: date, words: tuple[str, str]) -> tuple[str, str]:
    """Subject and body with their fields filled in for one filing, on the day it goes out."""
    state = LABELS[State(row.form.state)] if row.form else NOT_BEGUN
    values = {
        "unit": row.unit.name,
        "project": row.project.name,
        "task": task.title,
        "due": f"{row.due.year}年{row.due.month}月{row.due.day}日",
        "left": days_in_words((row.due - day).days),
        "state": state,
    }
    subject, body = words
    short = {name: shortened(value) for name, value in values.items()}
    return filled(subject, short)[:SUBJECT_LENGTH], filled(body, values)[:BODY_LENGTH]


def deliver(
    session: Session,
    actor: Actor,
    now: datetime,
    reminder: Reminder,
    form: SelfEvaluation | None,
) -> None:
    """Send the message to the people of the unit and note whom it went to."""
    people = recipients.unit_of(session, now, reminder)
    urged = MessageKind.URGED
    about = (
        messages.about_form(form, urged)
        if form
        else messages.about_year(urged, reminder.region_code, reminder.fiscal_year)
    )
    messages.send(session, actor, now, people, reminder.subject, reminder.body, about)
    told = people - {actor.id} if actor.is_person else people
    reminder.recipients = "、".join(users.names(session, told))
    reminder.delivered_at = now
    session.add(reminder)
    session.flush()


def any_due(session: Session, now: datetime) -> bool:
    """Whether the moment of a reminder has come."""
    return reminders.any_due(session, now)


def deliver_next(session: Session, now: datetime) -> bool:
    """Send one reminder whose moment has come, or drop it where nothing is owed any more.

    False when there is none. Called in a transaction of its own for each.
    """
    reminder = reminders.due(session, now)
    if reminder is None:
        return False
    listed = _listed(session, now, reminder)
    form = listed.form if listed else None
    if listed is None or progress.bucket(listed) not in OWED:
        reminder.dropped_at = now
        told: dict[str, object] = {
            "subject": reminder.subject,
            "dropped_at": moment(session, reminder.region_code, now),
        }
    else:
        deliver(session, _sender(session, reminder), now, reminder, form)
        told = {"subject": reminder.subject, "recipients": reminder.recipients}
    session.add(reminder)
    session.flush()
    subject = audit.about(form) if form else audit.about(reminder)
    audit.record(session, CLOCK, now, AuditAction.REMIND, subject, differences({}, told))
    return True


def _listed(session: Session, now: datetime, reminder: Reminder) -> Listed | None:
    """The filing as it stands now; None where the task asks for it no more."""
    task = session.get_one(FilingTask, reminder.task_id)
    everywhere = Scope("/")
    today = progress.days(session, everywhere, task, now)
    wanted = Wanted(project_ids=frozenset({reminder.project_id}))
    found = filing_progress.page(session, everywhere, task, today, wanted, 0, 1)
    return found[0] if found else None


def _sender(session: Session, reminder: Reminder) -> Actor:
    """Who asked for it, as they were: what waits goes out in their name."""
    path = session.get_one(Organisation, reminder.sent_for_id).path
    return Actor(
        id=reminder.sent_by_id,
        name=reminder.sent_by,
        role=Role(reminder.sent_by_role),
        organisation_id=reminder.sent_for_id,
        scope=Scope(path),
    )
