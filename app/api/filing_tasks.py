"""Filing tasks (填报任务): issue, change, end; how far they have come, and who was late."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import created, deleted, expected_version, list_tag, represented
from app.api.exact_json import ExactRoute
from app.api.filing_shapes import (
    TASK,
    filing_out,
    late_out,
    progress_out,
    task_entry,
    task_out,
    task_tag,
)
from app.api.filters import FiscalYearFilter, Paging, UnitFilter
from app.api.paging import own_version, paged
from app.domain.filing_tasks import Bucket
from app.domain.policies import ISSUES_TASKS, READS
from app.schemas.cells import Number
from app.schemas.filing_tasks import (
    EndingIn,
    FilingOut,
    FilingTaskIn,
    FilingTaskOut,
    LateFilingOut,
    ListedTaskOut,
    ProgressOut,
)
from app.schemas.pages import PageOut
from app.services import filing_progress, filing_tasks, late_filings
from app.services.filing_progress import FilingItem, WhichFilings

router = APIRouter(route_class=ExactRoute, tags=["填报任务"])
ONE = "/filing-tasks/{task_id}"
TaskId = Annotated[Number, Path(description="填报任务编号")]
BranchFilter = Annotated[
    UnitFilter, Query(description="只看这个单位及其下级；不写时为密钥所属单位")
]


@dataclass(frozen=True, slots=True)
class TaskFilters(Paging):
    """Which tasks a list asks for."""

    fiscal_year: FiscalYearFilter = None


@dataclass(frozen=True, slots=True)
class FilingFilters(Paging):
    """Which filings a list asks for."""

    organisation: UnitFilter = None
    bucket: Annotated[Bucket | None, Query(description="填报进度")] = None
    late: Annotated[bool, Query(description="true 时只列逾期未报的")] = False


@router.get(
    "/filing-tasks",
    dependencies=[allows(READS)],
    summary="列出填报任务",
    description="看得到的单位下达的和要求它们填报的任务，按编号排列。",
    response_model=PageOut[ListedTaskOut],
)
def list_filing_tasks(call: Reads, asked: Annotated[TaskFilters, Depends()]) -> Response:
    """A page of tasks."""
    page = filing_tasks.list_tasks(
        call.session,
        call.actor,
        fiscal_year=asked.fiscal_year,
        after=asked.after,
        limit=asked.limit,
    )
    return paged(call.request, TASK, page, ListedTaskOut.model_validate, own_version)


@router.post(
    "/filing-tasks",
    dependencies=[allows(ISSUES_TASKS)],
    summary="下达一项填报任务",
    description="由财政部门下达。同一年度同一种表，一个单位只能有一项任务。",
    status_code=201,
    response_model=FilingTaskOut,
)
def issue_filing_task(call: Writes, body: FilingTaskIn) -> Response:
    """Issue a task."""
    task = filing_tasks.issue(call.session, call.actor, call.now, task_entry(body))
    found = filing_tasks.get(call.session, call.actor, task.id)
    return created(call.request, task_tag(found), task_out(found))


@router.get(
    ONE,
    dependencies=[allows(READS)],
    summary="读取一项填报任务",
    description="日期、要求、填报单位，以及现在能否修改、结束。",
    response_model=FilingTaskOut,
)
def get_filing_task(call: Reads, task_id: TaskId) -> Response:
    """One task."""
    return _task(call, task_id)


@router.put(
    ONE,
    dependencies=[allows(ISSUES_TASKS)],
    summary="整体修改一项填报任务",
    description="有单位开始填报、提出申请或收到催报以后不能修改，需要推迟时请准予延期。",
    response_model=FilingTaskOut,
)
def change_filing_task(call: Changes, task_id: TaskId, body: FilingTaskIn) -> Response:
    """Change a task."""
    version = expected_version(call.if_match, TASK, task_id)
    arguments = (call.session, call.actor, call.now, task_id, version, task_entry(body))
    filing_tasks.change(*arguments)
    return _task(call, task_id)


@router.delete(
    ONE,
    dependencies=[allows(ISSUES_TASKS)],
    summary="撤回一项填报任务",
    description="有单位开始填报、提出申请或收到催报以后不能撤回，可以结束。",
    status_code=204,
    response_class=Response,
)
def take_back_filing_task(call: Changes, task_id: TaskId) -> Response:
    """Take a task back."""
    version = expected_version(call.if_match, TASK, task_id)
    filing_tasks.take_back(call.session, call.actor, call.now, task_id, version)
    return deleted()


@router.post(
    f"{ONE}/endings",
    dependencies=[allows(ISSUES_TASKS)],
    summary="提前结束一项填报任务",
    description="结束以后只有已准予延期的项目可以送审。",
    response_model=FilingTaskOut,
)
def end_filing_task(call: Changes, task_id: TaskId, body: EndingIn) -> Response:
    """End a task."""
    version = expected_version(call.if_match, TASK, task_id)
    arguments = (call.session, call.actor, call.now, task_id, version, body.reason)
    filing_tasks.end(*arguments)
    return _task(call, task_id)


@router.post(
    f"{ONE}/resumptions",
    dependencies=[allows(ISSUES_TASKS)],
    summary="恢复一项已结束的填报任务",
    description="任务原定的日期重新有效。",
    response_model=FilingTaskOut,
)
def resume_filing_task(call: Changes, task_id: TaskId) -> Response:
    """Resume a task."""
    version = expected_version(call.if_match, TASK, task_id)
    filing_tasks.resume(call.session, call.actor, call.now, task_id, version)
    return _task(call, task_id)


@router.get(
    f"{ONE}/progress",
    dependencies=[allows(READS)],
    summary="读取填报进度",
    description="应报、未开始、填报中、审核中、已退回、已完成、免报和逾期的数目，按直接下级单位分列。",
    response_model=ProgressOut,
)
def get_filing_progress(
    call: Reads, task_id: TaskId, organisation: BranchFilter = None
) -> Response:
    """How far a task has come."""
    arguments = (call.session, call.actor, call.now, task_id, organisation)
    body = progress_out(filing_progress.progress(*arguments))
    return represented(call.request, list_tag("progress", (body.model_dump_json(),)), body)


@router.get(
    f"{ONE}/filings",
    dependencies=[allows(READS)],
    summary="列出任务要求填报的项目",
    description="已申报绩效目标或已有自评表的项目，按项目编号排列。",
    response_model=PageOut[FilingOut],
)
def list_filings(
    call: Reads, task_id: TaskId, asked: Annotated[FilingFilters, Depends()]
) -> Response:
    """A page of filings."""
    bucket = filing_progress.LATE if asked.late else asked.bucket
    which = WhichFilings(asked.organisation, bucket, asked.after, asked.limit)
    page = filing_progress.list_filings(call.session, call.actor, call.now, task_id, which)
    return paged(call.request, "filing", page, filing_out, _seen)


@router.get(
    f"{ONE}/late-filings",
    dependencies=[allows(READS)],
    summary="列出逾期填报",
    description="超过截止日期送审的记录：逾期天数和原因。",
    response_model=PageOut[LateFilingOut],
)
def list_late_filings(
    call: Reads, task_id: TaskId, asked: Annotated[Paging, Depends()]
) -> Response:
    """A page of late filings."""
    page = late_filings.list_late(call.session, call.actor, task_id, asked.after, asked.limit)
    return paged(call.request, "late-filing", page, late_out, lambda row: (row[0].id,))


def _task(call: Reads | Changes, task_id: int) -> Response:
    found = filing_tasks.get(call.session, call.actor, task_id)
    return represented(call.request, task_tag(found), task_out(found))


def _seen(item: FilingItem) -> tuple[str]:
    """A filing shows its form, its project, its unit and the day: all of it stands in the tag."""
    return (filing_out(item).model_dump_json(),)
