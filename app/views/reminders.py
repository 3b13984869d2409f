"""Reminders (催报) on pages: who is late or nearly so by branch, chosen and told in one click."""

from dataclasses import astuple, dataclass, replace
from dataclasses import fields as dataclass_fields
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from app.db.reminder_templates import ReminderTemplate
from app.db.reminders import ListedReminder
from app.domain.policies import DECIDES_FILINGS
from app.domain.reminders import FIELDS
from app.doors import GuardedRoute
from app.errors import Unacceptable
from app.services import filing_tasks, reminder_templates, reminders
from app.services.paging import Page
from app.services.reminders import Candidate, ReminderEntry
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.filing_lists import FilingRow, filing_row
from app.views.forms import Entered
from app.views.page import go_to_path, page

router = APIRouter(route_class=GuardedRoute)
URGE = "filing_tasks/reminders.html"
RECENT = 20
Count = Annotated[int, Query(ge=0, le=9999)]
Branch = Annotated[int | None, Query(alias="organisation", ge=1, lt=2**63)]


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A filing to be urged; `last` is the day of its newest reminder."""

    filing: FilingRow
    last: date | None


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The filings of one unit, which one button urges all."""

    organisation_id: int
    name: str
    rows: tuple[CandidateRow, ...]


@dataclass(frozen=True, slots=True)
class SentRow:
    """A reminder that was sent, waits, or was dropped."""

    project: str
    unit: str
    subject: str
    body: str
    sent_by: str
    asked_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    dropped_at: datetime | None
    recipients: str


@dataclass(frozen=True, slots=True)
class Told:
    """What became of those just urged, as the address after it says."""

    sent: Count = 0
    queued: Count = 0
    again: Count = 0
    settled: Count = 0
    unheard: Count = 0


@dataclass(frozen=True, slots=True)
class UrgePage:
    """催报: whom, in what words; `told` is what became of those just urged."""

    task_id: int
    title: str
    within: int
    units: tuple[UnitGroup, ...]
    count: int
    templates: tuple[tuple[str, str], ...]
    template: str
    fields: tuple[tuple[str, str], ...]
    entered: Entered
    sent: tuple[SentRow, ...]
    quiet: str
    told: Told | None = None


@router.get("/filing-tasks/{task_id}/reminders", dependencies=[allows(DECIDES_FILINGS)])
def show_reminders(
    visit: Reading,
    task_id: Id,
    told: Annotated[Told, Depends()],
    organisation: Branch = None,
    days: Annotated[int | None, Query(ge=0, le=9999)] = None,
    template: str = "",
) -> Response:
    """Who may be urged, with the words of a template."""
    shown = _page(visit, task_id, organisation, days, template)
    done = told if any(astuple(told)) else None
    return page(visit.request, URGE, replace(shown, told=done))


@router.post("/filing-tasks/{task_id}/reminders", dependencies=[allows(DECIDES_FILINGS)])
def post_reminders(visit: Writing, task_id: Id) -> Response:
    """Urge those ticked, or all of the unit whose button was pressed."""
    fields = visit.fields
    within, template = forms.number(fields, "days"), fields.get("template", "")
    try:
        done = reminders.send(*visit.acting, task_id, _entry(visit, within))
    except Unacceptable as refusal:
        shown = _page(visit, task_id, None, within, template)
        entered = forms.refused(fields, refusal.errors)
        return page(visit.request, URGE, replace(shown, entered=entered), status=refusal.status)
    told = {field.name: getattr(done, field.name) for field in dataclass_fields(Told)}
    where = visit.request.app.url_path_for("show_reminders", task_id=task_id)
    return go_to_path(visit.request, f"{where}?{urlencode(told | {'days': within})}")


def _entry(visit: Visit, within: int) -> ReminderEntry:
    fields = visit.fields
    branch = forms.number(fields, "unit") or None
    ticked = [name.removeprefix("pick.") for name in fields if name.startswith("pick.")]
    chosen = frozenset(forms.number({"id": key}, "id") for key in ticked)
    return ReminderEntry(
        subject=fields.get("subject", ""),
        body=fields.get("body", ""),
        project_ids=frozenset() if branch else chosen,
        organisation_id=branch,
        within=within,
    )


def _page(
    visit: Visit, task_id: int, organisation: int | None, days: int | None, template: str
) -> UrgePage:
    session, actor = visit.session, visit.actor
    found = filing_tasks.get(session, actor, task_id)
    rules = reminder_templates.policy()
    within = rules.ahead if days is None else days
    rows = reminders.candidates(*visit.acting, task_id, organisation, within)
    texts = reminder_templates.offered(session)
    chosen = _chosen(texts, template, rows)
    words = {"subject": chosen.subject, "body": chosen.body} if chosen else {}
    sent = reminders.list_reminders(session, actor, task_id, limit=RECENT)
    return UrgePage(
        task_id=task_id,
        title=found.task.title,
        within=within,
        units=_units(rows),
        count=len(rows),
        templates=tuple((text.code, text.label) for text in texts),
        template=chosen.code if chosen else "",
        fields=tuple((f"{{{name}}}", label) for name, label in FIELDS.items()),
        entered=Entered(words),
        sent=_sent(sent),
        quiet=_quiet_words(),
    )


def _chosen(
    texts: list[ReminderTemplate], code: str, rows: tuple[Candidate, ...]
) -> ReminderTemplate | None:
    """The template asked for; else the one for late filings where everybody is late."""
    named = next((text for text in texts if text.code == code), None)
    late = bool(rows) and all(row.item.listed.late for row in rows)
    usual = next((text for text in texts if text.code == ("late" if late else "due")), None)
    return named or usual or next(iter(texts), None)


def _units(rows: tuple[Candidate, ...]) -> tuple[UnitGroup, ...]:
    groups: dict[int, list[CandidateRow]] = {}
    names: dict[int, str] = {}
    for row in rows:
        unit = row.item.listed.unit
        names[unit.id] = unit.name
        shown = CandidateRow(filing_row(row.item), row.last.day if row.last else None)
        groups.setdefault(unit.id, []).append(shown)
    return tuple(UnitGroup(key, names[key], tuple(own)) for key, own in groups.items())


def _sent(found: Page[ListedReminder]) -> tuple[SentRow, ...]:
    return tuple(
        SentRow(
            project=project.name,
            unit=unit.name,
            subject=row.subject,
            body=row.body,
            sent_by=row.sent_by,
            asked_at=row.asked_at,
            due_at=row.due_at,
            delivered_at=row.delivered_at,
            dropped_at=row.dropped_at,
            recipients=row.recipients,
        )
        for row, project, unit in found.items
    )


def _quiet_words() -> str:
    """When nobody is disturbed, as the page says it; "" for never."""
    quiet = reminder_templates.policy().quiet
    parts = []
    if quiet.begins != quiet.ends:
        parts.append(f"{quiet.begins:%H:%M} 至 {quiet.ends:%H:%M}")
    if quiet.weekends:
        parts.append("周末")
    return "、".join(parts)
