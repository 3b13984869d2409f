"""When a task or what was granted in it changes: the forms that their units hold follow."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session

from app.db import filing_progress, filing_tasks
from app.db.filing_tasks import FilingTask
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import AuditAction, differences
from app.services import audit, filing_terms
from app.services.courses import touch


def reschedule(
    session: Session,
    actor: Actor,
    now: datetime,
    task: FilingTask | None,
    path: str = "/",
    before: Iterable[SelfEvaluation] = (),
) -> int:
    """Let the unsent forms of a task below a path be due when it says; how many changed.

    `before` are forms that the task asked for until now: those that no task asks for any more
    lose their day. Each change is an event in the history of its form.
    """
    held = {form.id: form for form in before}
    if task is not None:
        filing_tasks.held(session, task.id)
        held |= {form.id: form for form in filing_progress.unsent(session, task, path)}
    changed = [
        (form, form.due_on, due)
        for _, form in sorted(held.items())
        if (due := _due_on(session, form)) != form.due_on
    ]
    for form, _, due in changed:
        form.due_on = due
        touch(session, form, actor, now)
    for form, was, due in changed:
        told = differences({"due_on": was}, {"due_on": due})
        audit.record(session, actor, now, AuditAction.SCHEDULE, audit.about(form), told)
    return len(changed)


def _due_on(session: Session, form: SelfEvaluation) -> date | None:
    filing = filing_terms.of_form(session, form)
    return filing.due_on if filing else None
