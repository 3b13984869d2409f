"""The audit trail (审计记录), for auditors: filtered, page by page, or as a file."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine

from app.db.session import reading
from app.domain.actors import Actor
from app.domain.audit import (
    AUDIT_LABELS,
    OBJECT_LABELS,
    RESULT_LABELS,
    AuditAction,
    AuditEvent,
    ObjectKind,
    Result,
)
from app.domain.policies import AUDITS
from app.doors import GuardedRoute
from app.errors import Problem, Unacceptable
from app.files import csv_text
from app.services import audit
from app.services.audit import EventFilter
from app.services.paging import Page
from app.views.dependencies import Reading, Writing, allows
from app.views.filters import today
from app.views.history import ChangedCell, changed_cell
from app.views.page import page

router = APIRouter(route_class=GuardedRoute)

AUDIT = "audit/audit.html"
DAYS = {"first": "开始日期", "last": "结束日期"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it was typed into the address."""

    person: str = ""
    action: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One act that the filter offers."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; `form_id` is that of a self-evaluation, whose history has more, or 0."""

    number: int
    at: datetime
    person: str
    role: str
    address: str
    action: str
    object: str
    object_id: str
    form_id: int
    result: str
    refused: bool
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """审计记录, the newest first; `next` is the address of earlier ones."""

    asked: Asked
    actions: tuple[Choice, ...]
    rows: tuple[EventRow, ...]
    next: str
    later: bool
    months: int


@router.get("/audit", dependencies=[allows(AUDITS)])
def show_audit(
    visit: Reading, asked: Annotated[Asked, Depends()], after: str | None = None
) -> Response:
    """The trail within the auditor's scope."""
    found = audit.list_events(visit.session, visit.actor, event_filter(asked), after)
    months = visit.request.app.state.settings.audit_months
    return page(visit.request, AUDIT, audit_page(found, asked, months, later=bool(after)))


@router.post("/audit/export", dependencies=[allows(AUDITS)])
def post_audit_export(visit: Writing) -> Response:
    """The same as a CSV file; that it was taken out is itself an event."""
    typed = {item.name: visit.fields.get(item.name, "") for item in fields(Asked)}
    asked = event_filter(Asked(**typed))
    audit.record_export(*visit.acting, asked)
    rows = _rows(visit.request.app.state.engine, visit.actor, asked)
    name = f"audit-{today(visit.now):%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(csv_text.lines(rows), headers=headers, media_type=csv_text.MEDIA_TYPE)


def event_filter(asked: Asked) -> EventFilter:
    """The filter as the service takes it; raises Unacceptable."""
    if asked.action and asked.action not in set(AuditAction):
        raise Unacceptable([Problem("/action", "操作请从列表中选择", asked.action[:200])])
    return EventFilter(
        person=asked.person,
        action=asked.action,
        first=_day("first", asked.first),
        last=_day("last", asked.last),
    )


def audit_page(found: Page[AuditEvent], asked: Asked, months: int, *, later: bool) -> AuditPage:
    """The page of a part of the trail."""
    return AuditPage(
        asked=asked,
        actions=tuple(
            Choice(action, label, action == asked.action) for action, label in AUDIT_LABELS.items()
        ),
        rows=tuple(_row(event) for event in found.items),
        next=_address(asked, found.next) if found.next else "",
        later=later,
        months=months,
    )


def _rows(engine: Engine, actor: Actor, asked: EventFilter) -> Iterator[tuple[str, ...]]:
    """Read while they are sent, in a transaction of their own: no writer waits for it."""
    with reading(engine) as session:
        yield from audit.exported(session, actor, asked)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{DAYS[name]}请写成 2025-03-31 的样子"
        raise Unacceptable([Problem(f"/{name}", message, text[:200])]) from error


def _address(asked: Asked, after: str) -> str:
    return f"/audit?{urlencode({**asdict(asked), 'after': after})}"


def _row(event: AuditEvent) -> EventRow:
    of_form = event.object_kind == ObjectKind.SELF_EVALUATION
    return EventRow(
        number=event.number,
        at=event.at,
        person=event.actor_name,
        role=audit.role_label(event.actor_role),
        address=event.address,
        action=AUDIT_LABELS[AuditAction(event.action)],
        object=OBJECT_LABELS[ObjectKind(event.object_kind)],
        object_id=event.object_id,
        form_id=int(event.object_id) if of_form and event.action != AuditAction.DELETE else 0,
        result=RESULT_LABELS[Result(event.result)],
        refused=event.result == Result.REFUSED,
        cells=tuple(
            changed_cell(audit.field_label(change.field), change) for change in event.changes
        ),
    )
