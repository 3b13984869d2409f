"""Settings of the reviews (审核设置): the steps of a region, the catalogue of return reasons."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from app.api.dependencies import Reads, Writes, allows
from app.api.etags import list_tag, represented
from app.api.exact_json import ExactRoute
from app.db.workflow_settings import WorkflowSetting
from app.domain.actors import Noun
from app.domain.policies import READS, maintains
from app.schemas.reviews import (
    BranchShape,
    ReturnReasonIn,
    ReturnReasonOut,
    ReturnReasonsOut,
    StepsIn,
    StepsListOut,
    StepsOut,
)
from app.services import review_branches, workflow_settings
from app.services.review_branches import BranchEntry
from app.services.workflow_settings import ReasonEntry, StepsEntry

router = APIRouter(route_class=ExactRoute, tags=["审核"])
STALE: dict[int | str, dict[str, Any]] = {412: {"description": "已有新的版本"}}


@router.get(
    "/return-reasons",
    dependencies=[allows(READS)],
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
    dependencies=[allows(maintains(Noun.WORKFLOW))],
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
    dependencies=[allows(READS)],
    summary="列出审核环节的设置",
    description="看得到的单位所在的地区。没有设置的地区经过全部环节：单位审核、主管部门审核、财政审核。",
    response_model=StepsListOut,
)
def list_workflow_settings(call: Reads) -> Response:
    """Every setting."""
    rows = workflow_settings.all_steps(call.session, call.actor)
    tag = list_tag("workflow-settings", [(row.id, row.version) for row in rows])
    items = [_steps_out(call.session, row) for row in rows]
    return represented(call.request, tag, StepsListOut(items=items))


@router.post(
    "/workflow-settings",
    dependencies=[allows(maintains(Noun.WORKFLOW))],
    summary="设置一个地区一种表的审核环节",
    description="steps 从 unit_review、department_review、finance_review 中选取，至少一个。"
    "branches 列出须会签的处室，全部同意后表才往下走。",
    response_model=StepsOut,
    responses=STALE,
)
def set_workflow_setting(call: Writes, body: StepsIn) -> Response:
    """Set the steps of a region and kind."""
    place = (body.region_code, body.kind, body.version)
    row = workflow_settings.set_steps(*call.acting, *place, _steps_entry(body))
    tag = list_tag("workflow-setting", (row.id, row.version))
    return represented(call.request, tag, _steps_out(call.session, row))


def _steps_entry(body: StepsIn) -> StepsEntry:
    branches = None
    if body.branches is not None:
        branches = tuple(
            BranchEntry(step=one.step, name=one.name, members=tuple(one.members))
            for one in body.branches
        )
    return StepsEntry(steps=tuple(body.steps), branches=branches)


def _steps_out(session: Session, row: WorkflowSetting) -> StepsOut:
    branches = review_branches.of_kind(session, row.region_code, row.kind)
    return StepsOut(
        region_code=row.region_code,
        kind=row.kind,
        steps=row.steps.split(),
        branches=[BranchShape.model_validate(one) for one in branches],
        version=row.version,
    )
