"""The head of a form: whose it is, what state it is in, until when it is open."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.filing_tasks import Standing, days_late, stand
from app.domain.workflow import Action
from app.services import filing_terms
from app.services.form_sheets import FormSheet
from app.views.filters import day
from app.views.states import Deadline, StateView, deadline, state_view

STANDARD_TITLE = "财政项目支出绩效自评表"
KINDS = {"specific": "特定目标类", "operating": "运转类", "personnel": "人员类"}


@dataclass(frozen=True, slots=True)
class TermView:
    """What a filing task says that its deadline alone does not; `shut` keeps from submitting.

    `late` are the days for which the submission will ask a reason.
    """

    task_id: int
    words: str
    shut: bool
    late: int


@dataclass(frozen=True, slots=True)
class FormHead:
    """表头; the deadline is told only to who can still fill in the form."""

    title: str
    fiscal_year: int
    project: str
    code: str
    kind: str
    department: str
    unit: str
    state: StateView
    deadline: Deadline | None
    returned_reason: str
    saved_at: datetime
    term: TermView | None


def form_head(form: FormSheet, today: date) -> FormHead:
    """The head of a form as it stands on a day."""
    record, project = form.form, form.project
    left = (record.due_on - today).days if record.due_on else None
    return FormHead(
        title=STANDARD_TITLE,
        fiscal_year=record.fiscal_year,
        project=project.name,
        code=project.code,
        kind=KINDS.get(project.kind, project.kind),
        department=form.department.name if form.department else "",
        unit=form.unit.name,
        state=state_view(record.state),
        deadline=deadline(record.due_on, left) if Action.EDIT in form.allowed else None,
        returned_reason=record.returned_reason,
        saved_at=record.updated_at,
        term=_term(form, today) if Action.EDIT in form.allowed else None,
    )


def _term(form: FormSheet, today: date) -> TermView | None:
    """What has to be known before the form is filled in or submitted; None for nothing."""
    filing = form.filing
    if filing is None or filing.waived:
        return None
    standing, task = stand(filing.term, today), filing.task
    if standing is Standing.EARLY:
        return TermView(task.id, filing_terms.early_words(filing), shut=True, late=0)
    if standing is Standing.CLOSED:
        words = filing_terms.closed_words(filing, form.department)
        return TermView(task.id, words, shut=True, late=0)
    if standing is Standing.LATE:
        late, closes = days_late(filing.term, today), day(filing.term.closes)
        words = f"已超过截止日期 {late} 天，送审时要写明逾期原因；{closes}后不能再送审。"
        return TermView(task.id, words, shut=False, late=late)
    return None
