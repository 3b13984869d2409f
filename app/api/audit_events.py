"""The audit trail (审计记录) for auditors, and the history (历史) of one form for its readers."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from app.api.dependencies import Reads, allows
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.api.paging import After, Limit, paged
from app.domain.audit import (
    AUDIT_LABELS,
    OBJECT_LABELS,
    RESULT_LABELS,
    AuditAction,
    AuditEvent,
    ObjectKind,
    Result,
)
from app.domain.policies import AUDITS, READS
from app.schemas.audit_events import AuditEventOut, AuthorOut, ChangeOut, HistoryEventOut
from app.schemas.cells import USUAL
from app.schemas.pages import PageOut
from app.services import audit, history
from app.services.audit import EventFilter
from app.services.history import HistoryEvent

router = APIRouter(route_class=ExactRoute, tags=["审计"])
KIND = "audit-event"


@dataclass(frozen=True, slots=True)
class WhichEvents:
    """Which events a list asks for."""

    person: Annotated[str, Query(max_length=180, description="人员或密钥的名称")] = ""
    action: Annotated[AuditAction | None, Query(description="操作")] = None
    first: Annotated[date | None, Query(description="开始日期（北京时间）")] = None
    last: Annotated[date | None, Query(description="结束日期，含当日")] = None
    after: After = None
    limit: Limit = USUAL


@router.get(
    "/audit-events",
    dependencies=[allows(AUDITS)],
    summary="列出审计记录",
    description="需要 audit 权限。看得到的单位的全部记录，从新到旧；导出时逐页读取。",
    response_model=PageOut[AuditEventOut],
)
def list_audit_events(call: Reads, asked: Annotated[WhichEvents, Depends()]) -> Response:
    """A page of the trail."""
    wanted = EventFilter(
        person=asked.person, action=asked.action or "", first=asked.first, last=asked.last
    )
    page = audit.list_events(call.session, call.actor, wanted, asked.after, asked.limit)
    return paged(call.request, KIND, page, _event_out, lambda event: (event.number,))


@router.get(
    "/self-evaluations/{form_id}/history",
    dependencies=[allows(READS)],
    summary="读取一张自评表的历史",
    description="谁在什么时候把哪一格从什么改成什么，从新到旧。",
    response_model=PageOut[HistoryEventOut],
)
def get_history(call: Reads, form_id: Id, after: After = None, limit: Limit = USUAL) -> Response:
    """A page of a form's history."""
    events = history.of_form(call.session, call.actor, form_id, after, limit).events
    return paged(call.request, "history", events, _history_out, lambda item: (item.event.number,))


def _history_out(item: HistoryEvent) -> HistoryEventOut:
    event = item.event
    return HistoryEventOut(
        number=event.number,
        at=event.at,
        actor=_author(event),
        action=event.action,
        action_label=AUDIT_LABELS[AuditAction(event.action)],
        changes=[
            ChangeOut(
                field=cell.change.field,
                label=cell.label,
                before=cell.change.before,
                after=cell.change.after,
            )
            for cell in item.changes
        ],
    )


def _event_out(event: AuditEvent) -> AuditEventOut:
    return AuditEventOut(
        number=event.number,
        at=event.at,
        actor=_author(event),
        address=event.address,
        action=event.action,
        action_label=AUDIT_LABELS[AuditAction(event.action)],
        object_kind=event.object_kind,
        object_kind_label=OBJECT_LABELS[ObjectKind(event.object_kind)],
        object_id=event.object_id,
        organisation_id=event.organisation_id,
        region_code=event.region_code,
        fiscal_year=event.fiscal_year,
        result=event.result,
        result_label=RESULT_LABELS[Result(event.result)],
        changes=[
            ChangeOut(
                field=change.field,
                label=audit.field_label(change.field),
                before=change.before,
                after=change.after,
            )
            for change in event.changes
        ],
    )


def _author(event: AuditEvent) -> AuthorOut:
    return AuthorOut(
        id=event.actor_id,
        name=event.actor_name,
        role=event.actor_role,
        role_label=audit.role_label(event.actor_role),
    )
