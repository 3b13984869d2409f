"""Extensions (延期) and waivers (免报) as rows: what was asked, what became of it."""

from dataclasses import dataclass
from datetime import date, datetime

from app.db.filing_requests import ListedRequest, RequestKind, RequestState
from app.domain.filing_tasks import ASKERS, DECIDERS
from app.services import filing_requests
from app.services.courses import may_act
from app.views.dependencies import Visit
from app.views.states import StateView

LOOKS = {
    RequestState.ASKED: ("warn", "hourglass"),
    RequestState.GRANTED: ("ok", "check"),
    RequestState.REFUSED: ("error", "corner-up-left"),
    RequestState.WITHDRAWN: ("neutral", "undo-2"),
    RequestState.REVOKED: ("neutral", "undo-2"),
}


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request: for what, until when, why, and what the reader may do about it."""

    id: int
    version: int
    task_id: int
    task: str
    kind: str
    what: str
    unit: str
    until: date | None
    reason: str
    state: StateView
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str
    may_decide: bool
    may_disallow: bool
    may_withdraw: bool


def request_view(visit: Visit, row: ListedRequest) -> RequestView:
    """A request as its reader sees it."""
    request, task, unit, project = row
    session, actor = visit.session, visit.actor
    tone, icon = LOOKS[RequestState(request.state)]
    decides = filing_requests.may_decide(session, actor, request.organisation_id)
    asks = may_act(session, actor, ASKERS | DECIDERS)
    open_, granted = request.state == RequestState.ASKED, request.state == RequestState.GRANTED
    return RequestView(
        id=request.id,
        version=request.version,
        task_id=task.id,
        task=task.title,
        kind=filing_requests.LABELS[RequestKind(request.kind)],
        what=project.name if project else "全部项目",
        unit=unit.name,
        until=request.until,
        reason=request.reason,
        state=StateView(filing_requests.STATES[RequestState(request.state)], tone, icon),
        asked_by=request.asked_by,
        asked_at=request.asked_at,
        decided_by=request.decided_by or "",
        decided_at=request.decided_at,
        answer=request.answer,
        may_decide=open_ and decides,
        may_disallow=granted and decides,
        may_withdraw=open_ and asks and not decides,
    )
