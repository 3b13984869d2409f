"""Extensions (延期) and waivers (免报) on pages: ask, give, grant, refuse, take back."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.domain.policies import DECIDES_FILINGS, READS, TAKES_FILING_BACK
from app.doors import GuardedRoute
from app.errors import Unacceptable
from app.services import filing_requests, filing_tasks, organisations, projects
from app.services.filing_requests import RequestEntry
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.filing_forms import day_of
from app.views.filing_request_views import RequestView, request_view
from app.views.forms import Entered
from app.views.page import go_to, page

router = APIRouter(route_class=GuardedRoute)
LIST, ASK = "filing_tasks/requests.html", "filing_tasks/ask.html"
Choice = Annotated[int | None, Query(ge=1, lt=2**63)]


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """延期与免报, the newest first; `message` is why the last decision was not stored."""

    requests: tuple[RequestView, ...]
    next: str
    later: bool
    message: str = ""
    refused_id: int = 0


@dataclass(frozen=True, slots=True)
class AskPage:
    """申请 or 准予: for a project, or for all of an organisation; `gives` tells which."""

    task_id: int
    title: str
    due: str
    project_id: int
    organisation_id: int
    what: str
    gives: bool
    entered: Entered


@router.get("/filing-requests", dependencies=[allows(READS)])
def show_filing_requests(visit: Reading, after: str | None = None) -> Response:
    """What was asked for in all tasks of the reader's organisations."""
    return page(visit.request, LIST, _list(visit, after))


@router.get("/filing-tasks/{task_id}/ask", dependencies=[allows(TAKES_FILING_BACK)])
def show_filing_ask(
    visit: Reading, task_id: Id, project: Choice = None, organisation: Choice = None
) -> Response:
    """A request to be made, or an extension to be given to who is below."""
    return page(visit.request, ASK, _ask(visit, task_id, project, organisation))


@router.post("/filing-tasks/{task_id}/ask", dependencies=[allows(TAKES_FILING_BACK)])
def post_filing_ask(visit: Writing, task_id: Id) -> Response:
    """Make the request, or give what nobody asked for."""
    project = forms.number(visit.fields, "project_id") or None
    organisation = forms.number(visit.fields, "organisation_id") or None
    entry = _entry(visit, project, organisation)
    act = filing_requests.give if visit.fields.get("do") == "give" else filing_requests.ask
    try:
        act(*visit.acting, task_id, entry)
    except Unacceptable as refusal:
        shown = _ask(visit, task_id, project, organisation)
        entered = forms.refused(visit.fields, refusal.errors)
        return page(visit.request, ASK, replace(shown, entered=entered), status=refusal.status)
    return go_to(visit.request, "show_filing_task", task_id=task_id)


@router.post("/filing-requests/{request_id}/decide", dependencies=[allows(DECIDES_FILINGS)])
def post_filing_decision(visit: Writing, request_id: Id) -> Response:
    """Grant, refuse, or take back what was granted, as the button says."""
    place = (*visit.acting, request_id, forms.version(visit.fields) or 0)
    pressed, answer = visit.fields.get("do"), visit.fields.get("answer", "")
    try:
        if pressed == "disallow":
            filing_requests.disallow(*place, answer)
        else:
            filing_requests.decide(*place, granted=pressed == "grant", answer=answer)
    except Unacceptable as refusal:
        return _refused(visit, request_id, refusal)
    return go_to(visit.request, "show_filing_requests")


@router.post("/filing-requests/{request_id}/withdraw", dependencies=[allows(TAKES_FILING_BACK)])
def post_filing_withdrawal(visit: Writing, request_id: Id) -> Response:
    """Take a request back."""
    version = forms.version(visit.fields) or 0
    filing_requests.withdraw(*visit.acting, request_id, version)
    return go_to(visit.request, "show_filing_requests")


def _entry(visit: Visit, project: int | None, organisation: int | None) -> RequestEntry:
    return RequestEntry(
        kind=visit.fields.get("kind", ""),
        reason=visit.fields.get("reason", ""),
        until=day_of(visit.fields, "until"),
        project_id=project,
        organisation_id=None if project else organisation,
    )


def _list(visit: Visit, after: str | None = None) -> RequestsPage:
    found = filing_requests.list_requests(visit.session, visit.actor, newest=True, after=after)
    rows = tuple(request_view(visit, row) for row in found.items)
    return RequestsPage(rows, found.next or "", bool(after))


def _refused(visit: Visit, request_id: int, refusal: Unacceptable) -> Response:
    """The list, with what is missing told at its request."""
    told = replace(_list(visit), message=refusal.errors[0].message, refused_id=request_id)
    return page(visit.request, LIST, told, status=refusal.status)


def _ask(
    visit: Visit, task_id: int, project_id: int | None, organisation_id: int | None
) -> AskPage:
    session, actor = visit.session, visit.actor
    task = filing_tasks.get(session, actor, task_id).task
    project = projects.get(session, actor, project_id) if project_id else None
    chosen = organisation_id or actor.organisation_id
    unit = organisations.get(session, actor, project.organisation_id if project else chosen)
    return AskPage(
        task_id=task.id,
        title=task.title,
        due=task.due.isoformat(),
        project_id=project.id if project else 0,
        organisation_id=unit.id,
        what=f"{unit.name}　{project.name}" if project else f"{unit.name}的全部项目",
        gives=filing_requests.may_decide(session, actor, unit.id),
        entered=Entered({"kind": "extension"}),
    )
