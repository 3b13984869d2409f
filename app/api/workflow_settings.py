"""Settings of the reviews (审核设置): the steps of a region, the catalogue of return reasons."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Reads, Writes
from app.api.etags import list_tag, represented
from app.api.exact_json import ExactRoute
from app.db.workflow_settings import WorkflowSetting
from app.schemas.reviews import (
    ReturnReasonIn,
    ReturnReasonOut,
    ReturnReasonsOut,
    StepsIn,
    StepsListOut,
    StepsOut,
)
from app.services import workflow_settings
from app.services.workflow_settings import ReasonEntry

router = APIRouter(route_class=ExactRoute, tags=["审核"])
STALE: dict[int | str, dict[str, Any]] = {412: {"description": "已有新的版本"}}


@router.get(
    "/return-reasons",
    summary="列出退回原因",
    description="整个目录，不分页；active 为 false 的不再供选择。",
    response_model=ReturnReasonsOut,
)
def list_return_reasons(call: Reads) -> Response:
    """The catalogue."""
    rows = workflow_settings.all_reasons(call.session)
    tag = list_tag("return-reasons", [(row.code, row.version) for row in rows])
    items = [ReturnReasonOut.model_validate(row) for row in rows]
    return represented(call.request, tag, ReturnReasonsOut(items=items))


@router.post(
    "/return-reasons",
    summary="新增或修改一条退回原因",
    description="version 写所依据的版本，新增时为 0。停用写 active 为 false。",
    response_model=ReturnReasonOut,
    responses=STALE,
)
def set_return_reason(call: Writes, body: ReturnReasonIn) -> Response:
    """Change the catalogue."""
    entry = ReasonEntry(**body.model_dump(exclude={"code", "version"}))
    row = workflow_settings.set_reason(*call.acting, body.code, body.version, entry)
    tag = list_tag("return-reason", (row.code, row.version))
    return represented(call.request, tag, ReturnReasonOut.model_validate(row))


@router.get(
    "/workflow-settings",
    summary="列出审核环节的设置",
    description="没有设置的地区经过全部环节：单位审核、主管部门审核、财政审核。",
    response_model=StepsListOut,
)
def list_workflow_settings(call: Reads) -> Response:
    """Every setting."""
    rows = workflow_settings.all_steps(call.session)
    tag = list_tag("workflow-settings", [(row.id, row.version) for row in rows])
    return represented(call.request, tag, StepsListOut(items=[_steps_out(row) for row in rows]))


@router.post(
    "/workflow-settings",
    summary="设置一个地区一种表的审核环节",
    description="steps 从 unit_review、department_review、finance_review 中选取，至少一个。",
    response_model=StepsOut,
    responses=STALE,
)
def set_workflow_setting(call: Writes, body: StepsIn) -> Response:
    """Set the steps of a region and kind."""
    row = workflow_settings.set_steps(
        *call.acting, body.region_code, body.kind, body.version, body.steps
    )
    tag = list_tag("workflow-setting", (row.id, row.version))
    return represented(call.request, tag, _steps_out(row))


def _steps_out(row: WorkflowSetting) -> StepsOut:
    return StepsOut(
        region_code=row.region_code, kind=row.kind, steps=row.steps.split(), version=row.version
    )
