"""The history (历史) of a form: who changed which cell, when, from what to what."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from fastapi import APIRouter, Response

from app.domain.audit import AUDIT_LABELS, AuditAction, Change
from app.domain.policies import READS
from app.doors import GuardedRoute
from app.services import audit, history
from app.services.attachments import HASH
from app.services.history import FormHistory, HistoryEvent
from app.views.dependencies import Id, Reading, allows
from app.views.filters import money
from app.views.page import page

router = APIRouter(route_class=GuardedRoute)

HISTORY = "self_evaluations/history.html"


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One cell before and after as a page writes it; "" is an empty cell."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One act: when, by whom, and the cells that it changed."""

    number: int
    at: datetime
    person: str
    role: str
    action: str
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """历史 of one form, the newest act first; `next` leads to earlier ones, `later` says whence."""

    id: int
    project: str
    fiscal_year: int
    rows: tuple[HistoryRow, ...]
    next: str
    later: bool


@router.get("/self-evaluations/{form_id}/history", dependencies=[allows(READS)])
def show_history(form_id: Id, visit: Reading, after: str | None = None) -> Response:
    """What was done to a form, for everybody who may read it."""
    found = history.of_form(visit.session, visit.actor, form_id, after)
    return page(visit.request, HISTORY, history_page(found, later=bool(after)))


def history_page(found: FormHistory, *, later: bool) -> HistoryPage:
    """The page of a form's history."""
    return HistoryPage(
        id=found.form.id,
        project=found.project.name,
        fiscal_year=found.form.fiscal_year,
        rows=tuple(_row(item) for item in found.events.items),
        next=found.events.next or "",
        later=later,
    )


def _row(item: HistoryEvent) -> HistoryRow:
    event = item.event
    return HistoryRow(
        number=event.number,
        at=event.at,
        person=event.actor_name,
        role=audit.role_label(event.actor_role),
        action=AUDIT_LABELS[AuditAction(event.action)],
        cells=tuple(changed_cell(cell.label, cell.change) for cell in item.changes),
    )


def changed_cell(label: str, change: Change) -> ChangedCell:
    """A change as a page writes it."""
    return ChangedCell(
        label, _shown(change.field, change.before), _shown(change.field, change.after)
    )


def _shown(field: str, text: str | None) -> str:
    """A stored value as the form writes it: words in Chinese, amounts with separators."""
    if text and field.startswith("/funds/"):
        return f"{money(Decimal(text))} 元"
    if text and field.endswith("/attachments"):
        return text.partition(HASH)[0]  # the hash is for whoever verifies the trail
    return audit.value_label(field, text)
