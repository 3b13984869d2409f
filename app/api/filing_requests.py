"""Extensions (延期) and waivers (免报): ask, grant, refuse, take back."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filing_shapes import (
    REQUEST,
    listed_request_out,
    request_entry,
    request_out,
    request_tag,
)
from app.api.filing_tasks import ONE as TASK
from app.api.filing_tasks import TaskId
from app.api.filters import Paging
from app.api.paging import paged
from app.db.filing_requests import ListedRequest, RequestState
from app.domain.policies import ASKS_FOR_FILING, DECIDES_FILINGS, READS, TAKES_FILING_BACK
from app.schemas.cells import Number
from app.schemas.filing_requests import (
    DecisionIn,
    DisallowanceIn,
    FilingRequestIn,
    FilingRequestOut,
    ListedRequestOut,
)
from app.schemas.pages import PageOut
from app.services import filing_requests

router = APIRouter(route_class=ExactRoute, tags=["填报任务"])
ONE = "/filing-requests/{request_id}"
RequestId = Annotated[Number, Path(description="延期、免报申请编号")]


@dataclass(frozen=True, slots=True)
class RequestFilters(Paging):
    """Which requests a list asks for."""

    task_id: Annotated[Number | None, Query(description="填报任务")] = None
    state: Annotated[RequestState | None, Query(description="办理情况")] = None


@router.get(
    "/filing-requests",
    dependencies=[allows(READS)],
    summary="列出延期、免报申请",
    description="看得到的单位的申请和准予，按编号排列。",
    response_model=PageOut[ListedRequestOut],
)
def list_filing_requests(call: Reads, asked: Annotated[RequestFilters, Depends()]) -> Response:
    """A page of requests."""
    page = filing_requests.list_requests(
        call.session,
        call.actor,
        task_id=asked.task_id,
        state=asked.state,
        after=asked.after,
        limit=asked.limit,
    )
    return paged(call.request, REQUEST, page, listed_request_out, _seen)


@router.get(
    ONE,
    dependencies=[allows(READS)],
    summary="读取一份延期、免报申请",
    description="申请的内容和办理情况。",
    response_model=FilingRequestOut,
)
def get_filing_request(call: Reads, request_id: RequestId) -> Response:
    """One request."""
    request = filing_requests.get(call.session, call.actor, request_id)
    return represented(call.request, request_tag(request), request_out(request))


@router.post(
    f"{TASK}/requests",
    dependencies=[allows(ASKS_FOR_FILING)],
    summary="申请延期或免报",
    description="由填报单位或主管部门申请，等待上级办理。同样的申请只能有一份在等待。",
    status_code=201,
    response_model=FilingRequestOut,
)
def ask_for_filing(call: Writes, task_id: TaskId, body: FilingRequestIn) -> Response:
    """Ask for an extension or a waiver."""
    arguments = (call.session, call.actor, call.now, task_id, request_entry(body))
    request = filing_requests.ask(*arguments)
    return represented(call.request, request_tag(request), request_out(request), 201)


@router.post(
    f"{TASK}/grants",
    dependencies=[allows(DECIDES_FILINGS)],
    summary="直接准予延期或免报",
    description="由主管部门或财政部门准予下级单位，不必先有申请。自评表的截止日期随之改变。",
    status_code=201,
    response_model=FilingRequestOut,
)
def grant_filing(call: Writes, task_id: TaskId, body: FilingRequestIn) -> Response:
    """Grant an extension or a waiver."""
    arguments = (call.session, call.actor, call.now, task_id, request_entry(body))
    request = filing_requests.give(*arguments)
    return represented(call.request, request_tag(request), request_out(request), 201)


@router.post(
    f"{ONE}/decisions",
    dependencies=[allows(DECIDES_FILINGS)],
    summary="办理一份申请",
    description="准予或不予准许，由上级主管部门或财政部门办理。",
    response_model=FilingRequestOut,
)
def decide_filing_request(call: Changes, request_id: RequestId, body: DecisionIn) -> Response:
    """Grant or refuse a request."""
    version = expected_version(call.if_match, REQUEST, request_id)
    place = (call.session, call.actor, call.now, request_id, version)
    request = filing_requests.decide(*place, granted=body.granted, answer=body.answer)
    return represented(call.request, request_tag(request), request_out(request))


@router.post(
    f"{ONE}/withdrawals",
    dependencies=[allows(TAKES_FILING_BACK)],
    summary="收回一份还没有办理的申请",
    description="由申请的单位收回。",
    response_model=FilingRequestOut,
)
def withdraw_filing_request(call: Changes, request_id: RequestId) -> Response:
    """Take a request back."""
    version = expected_version(call.if_match, REQUEST, request_id)
    place = (call.session, call.actor, call.now, request_id, version)
    request = filing_requests.withdraw(*place)
    return represented(call.request, request_tag(request), request_out(request))


@router.post(
    f"{ONE}/revocations",
    dependencies=[allows(DECIDES_FILINGS)],
    summary="撤销已准予的延期或免报",
    description="自评表的截止日期恢复原状，必须写明原因。",
    response_model=FilingRequestOut,
)
def revoke_filing_request(call: Changes, request_id: RequestId, body: DisallowanceIn) -> Response:
    """Take back what was granted."""
    version = expected_version(call.if_match, REQUEST, request_id)
    place = (call.session, call.actor, call.now, request_id, version, body.answer)
    request = filing_requests.disallow(*place)
    return represented(call.request, request_tag(request), request_out(request))


def _seen(row: ListedRequest) -> tuple[object, ...]:
    request, task, unit, project = row
    return request.id, request.version, task.version, unit.version, project and project.version
