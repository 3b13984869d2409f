"""The catalogue of texts for reminders (催报模板) on a page."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.domain.policies import ISSUES_TASKS
from app.domain.reminders import FIELDS
from app.doors import GuardedRoute
from app.errors import Unacceptable, VersionConflict
from app.services import reminder_templates
from app.services.reminder_templates import TemplateEntry
from app.views import forms
from app.views.dependencies import Reading, Visit, Writing, allows
from app.views.forms import Entered
from app.views.page import go_to, page

router = APIRouter(route_class=GuardedRoute)
TEMPLATES = "filing_tasks/templates.html"


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One text as it is typed; "" is the code of one to come."""

    code: str
    version: int
    active: bool
    entered: Entered


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """催报模板: each text in a form of its own; `conflict` is why the last was not stored."""

    rows: tuple[TemplateRow, ...]
    fields: tuple[tuple[str, str], ...]
    conflict: str


@router.get("/reminder-templates", dependencies=[allows(ISSUES_TASKS)])
def show_reminder_templates(visit: Reading) -> Response:
    """The catalogue, with room for one more."""
    return page(visit.request, TEMPLATES, _page(visit))


@router.post("/reminder-templates", dependencies=[allows(ISSUES_TASKS)])
def post_reminder_template(visit: Writing) -> Response:
    """Store one text."""
    code, version = visit.fields.get("code", "").strip(), forms.number(visit.fields, "version")
    try:
        reminder_templates.set_template(*visit.acting, code, version, _entry(visit))
    except (Unacceptable, VersionConflict) as refusal:
        return page(visit.request, TEMPLATES, _page(visit, refusal), status=refusal.status)
    return go_to(visit.request, "show_reminder_templates")


def _entry(visit: Visit) -> TemplateEntry:
    fields = visit.fields
    return TemplateEntry(
        label=fields.get("label", ""),
        subject=fields.get("subject", ""),
        body=fields.get("body", ""),
        position=forms.number(fields, "position"),
        active="active" in fields,
    )


def _page(visit: Visit, refusal: Unacceptable | VersionConflict | None = None) -> TemplatesPage:
    """The catalogue; a row that was refused stands as it was typed."""
    rows = [
        _row(row.code, row.version, row.active, {
            "label": row.label, "subject": row.subject, "body": row.body,
            "position": str(row.position),
        })
        for row in reminder_templates.every(visit.session)
    ]  # fmt: skip
    rows.append(_row("", 0, True, {"position": str(len(rows))}))
    if refusal is not None:
        rows = _typed(visit, rows, refusal)
    fields = tuple((f"{{{name}}}", label) for name, label in FIELDS.items())
    conflict = refusal.message if isinstance(refusal, VersionConflict) else ""
    return TemplatesPage(tuple(rows), fields, conflict)


def _typed(
    visit: Visit, rows: list[TemplateRow], refusal: Unacceptable | VersionConflict
) -> list[TemplateRow]:
    stored = visit.fields.get("stored", "")
    entered = forms.refused(visit.fields, refusal.errors)
    active = "active" in visit.fields
    return [
        TemplateRow(row.code, row.version, active, entered) if row.code == stored else row
        for row in rows
    ]


def _row(code: str, version: int, active: bool, values: dict[str, str]) -> TemplateRow:
    return TemplateRow(code, version, active, Entered(values))
