"""Late filings (逾期填报): a submission is judged by the server's clock, and told why when late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.db import filing_tasks, late_filings
from app.db.late_filings import LateFiling
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import Change
from app.errors import NotFound
from app.services import filing_terms, paging
from app.services.fields import Fields
from app.services.filing_terms import Filing
from app.services.paging import Page

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Lateness:
    """The task that a submission is late for, and by how many days; 0 is in time."""

    filing: Filing
    days: int


def judge(session: Session, now: datetime, form: SelfEvaluation) -> Lateness | None:
    """How late a submission would be, None where no task asks for it; raises Conflict.

    The conflict is that the task takes nothing at that moment; it says whom to ask.
    """
    filing = filing_terms.of_form(session, form)
    filing_terms.require_open(session, now, filing, form.organisation_id)
    return Lateness(filing, filing.days_late(now)) if filing else None


def reason_of(lateness: Lateness | None, typed: str) -> str:
    """Why the submission is late, "" for one in time; raises Unacceptable where it is missing."""
    if lateness is None or not lateness.days:
        return ""
    fields = Fields()
    reason = fields.text("/late_reason", "逾期原因", typed, REASON_LENGTH)
    if not reason:
        told = f"已超过截止日期 {lateness.days} 天，请填写逾期原因"
        fields.add("/late_reason", told)
    fields.settle()
    return reason


def note(
    session: Session,
    actor: Actor,
    now: datetime,
    form: SelfEvaluation,
    lateness: Lateness | None,
    reason: str,
) -> Iterator[Change]:
    """Put a late submission on record, and tell what its event should say of it."""
    if lateness is None or not lateness.days:
        return
    session.add(
        LateFiling(
            task_id=lateness.filing.task.id,
            region_code=form.region_code,
            fiscal_year=form.fiscal_year,
            self_evaluation_id=form.id,
            organisation_id=form.organisation_id,
            project_id=form.project_id,
            receipt=form.receipt or "",
            days=lateness.days,
            reason=reason,
            filed_by=actor.name,
            filed_at=now,
        )
    )
    yield Change("/days_late", None, str(lateness.days))
    yield Change("/late_reason", None, reason)


def list_late(
    session: Session,
    actor: Actor,
    task_id: int,
    after: str | None = None,
    limit: int | None = None,
) -> Page[tuple[LateFiling, Project, Organisation]]:
    """A page of the late filings of a task within the actor's scope; raises NotFound."""
    if filing_tasks.find(session, actor.scope, task_id) is None:
        raise NotFound
    size, begin = paging.size(limit), paging.id_after(after)
    found = late_filings.page(session, actor.scope, task_id, begin, size + 1)
    return paging.page_of(found, size, lambda row: row[0].id)
