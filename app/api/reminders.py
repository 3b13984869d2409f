"""Reminders (催报): send them, read what was sent, keep their texts."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from app.api.dependencies import Reads, Writes, allows
from app.api.etags import list_tag, represented
from app.api.exact_json import ExactRoute
from app.api.filing_tasks import ONE, TaskId
from app.api.filters import Paging
from app.api.paging import paged
from app.api.shapes import named_out
from app.db.reminders import ListedReminder
from app.domain.policies import DECIDES_FILINGS, ISSUES_TASKS, READS
from app.domain.reminders import FIELDS
from app.schemas.pages import PageOut
from app.schemas.reminders import (
    OutcomeOfRemindersOut,
    ReminderIn,
    ReminderOut,
    ReminderTemplateIn,
    ReminderTemplateOut,
    ReminderTemplatesOut,
)
from app.services import reminder_templates, reminders
from app.services.reminder_templates import TemplateEntry
from app.services.reminders import Outcome, ReminderEntry

router = APIRouter(route_class=ExactRoute, tags=["填报任务"])
STALE: dict[int | str, dict[str, Any]] = {412: {"description": "已有新的版本"}}
OUTCOME = ("sent", "queued", "again", "settled", "unheard", "until")


@router.get(
    f"{ONE}/reminders",
    dependencies=[allows(READS)],
    summary="列出一项任务的催报",
    description="看得到的单位收到的催报，从新到旧。",
    response_model=PageOut[ReminderOut],
)
def list_reminders(call: Reads, task_id: TaskId, asked: Annotated[Paging, Depends()]) -> Response:
    """A page of reminders."""
    page = reminders.list_reminders(call.session, call.actor, task_id, asked.after, asked.limit)
    return paged(call.request, "reminder", page, _out, _seen)


@router.post(
    f"{ONE}/reminders",
    dependencies=[allows(DECIDES_FILINGS)],
    summary="催报",
    description=(
        "由主管部门或财政部门催报下级单位。同一张表一天一次；免打扰时间内的等到时间过后发出，"
        "届时已经送审的不再发。"
    ),
    response_model=OutcomeOfRemindersOut,
)
def send_reminders(call: Writes, task_id: TaskId, body: ReminderIn) -> Response:
    """Remind some filings."""
    entry = ReminderEntry(
        subject=body.subject,
        body=body.body,
        project_ids=frozenset(body.project_ids),
        organisation_id=body.organisation_id,
        within=body.within,
    )
    done = reminders.send(*call.acting, task_id, entry)
    shown = [getattr(done, name) for name in OUTCOME]
    return represented(call.request, list_tag("reminders", shown), _outcome(done))


@router.get(
    "/reminder-templates",
    dependencies=[allows(READS)],
    summary="列出催报模板",
    description="整个目录，不分页；active 为 false 的不再供选择。fields 是可以使用的字段。",
    response_model=ReminderTemplatesOut,
)
def list_reminder_templates(call: Reads) -> Response:
    """The catalogue."""
    rows = reminder_templates.every(call.session)
    tag = list_tag("reminder-templates", [(row.code, row.version) for row in rows])
    items = [ReminderTemplateOut.model_validate(row) for row in rows]
    return represented(call.request, tag, ReminderTemplatesOut(items=items, fields=dict(FIELDS)))


@router.post(
    "/reminder-templates",
    dependencies=[allows(ISSUES_TASKS)],
    summary="新增或修改一条催报模板",
    description="由财政部门维护。version 写所依据的版本，新增时为 0。停用写 active 为 false。",
    response_model=ReminderTemplateOut,
    responses=STALE,
)
def set_reminder_template(call: Writes, body: ReminderTemplateIn) -> Response:
    """Change the catalogue."""
    entry = TemplateEntry(**body.model_dump(exclude={"code", "version"}))
    row = reminder_templates.set_template(*call.acting, body.code, body.version, entry)
    tag = list_tag("reminder-template", (row.code, row.version))
    return represented(call.request, tag, ReminderTemplateOut.model_validate(row))


def _outcome(done: Outcome) -> OutcomeOfRemindersOut:
    return OutcomeOfRemindersOut(**{name: getattr(done, name) for name in OUTCOME})


def _out(row: ListedReminder) -> ReminderOut:
    reminder, project, unit = row
    return ReminderOut(
        id=reminder.id,
        project=named_out(project),
        unit=named_out(unit),
        subject=reminder.subject,
        body=reminder.body,
        sent_by=reminder.sent_by,
        asked_at=reminder.asked_at,
        due_at=reminder.due_at,
        day=reminder.day,
        delivered_at=reminder.delivered_at,
        dropped_at=reminder.dropped_at,
        recipients=reminder.recipients,
    )


def _seen(row: ListedReminder) -> tuple[object, ...]:
    reminder, project, unit = row
    settled = reminder.delivered_at or reminder.dropped_at
    return reminder.id, settled, project.version, unit.version
