"""The head of a form: whose it is, what state it is in, until when it is open."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.workflow import Action
from app.services.form_sheets import FormSheet
from app.views.states import Deadline, StateView, deadline, state_view

STANDARD_TITLE = "财政项目支出绩效自评表"
KINDS = {"specific": "特定目标类", "operating": "运转类", "personnel": "人员类"}


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
    )
