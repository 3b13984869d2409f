"""The rows of a form, each saved and scored alone: indicator lines, fund rows, the annual goal.

`If-Match` takes the row's own tag, so that two people may work on different rows at
once; the tag of the whole form is taken too and then guards against any change of it.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, allows
from app.api.etags import list_tag, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, LineId, Source
from app.api.patches import patched, row_version
from app.api.shapes import (
    GOAL,
    LINE,
    fund_kind,
    fund_out,
    fund_tag,
    goal_out,
    goal_tag,
    line_out,
    line_tag,
    lines_out,
    summary_out,
)
from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.errors import NotFound
from app.schemas.self_evaluations import (
    FundChangeIn,
    FundOut,
    GoalIn,
    GoalOut,
    LineIn,
    LineOut,
    LinesOut,
    SavedFundOut,
    SavedGoalOut,
    SavedLineOut,
)
from app.services import filling, self_evaluations
from app.services.entries import FundEntry, LineEntry
from app.services.form_sheets import FormSheet

router = APIRouter(route_class=ExactRoute, prefix="/self-evaluations/{form_id}", tags=["绩效自评"])


@router.get(
    "/lines",
    dependencies=[allows(READS)],
    summary="列出一张表的指标行",
    description="按表上的顺序，不分页。",
    response_model=LinesOut,
)
def list_lines(call: Reads, form_id: Id) -> Response:
    """Every line of a form."""
    sheet = self_evaluations.get_sheet(call.session, call.actor, form_id)
    tag = list_tag("lines", (form_id, *((line.id, line.version) for line in sheet.lines)))
    return represented(call.request, tag, LinesOut(items=lines_out(sheet)))


@router.get(
    "/lines/{line_id}",
    dependencies=[allows(READS)],
    summary="读取一行指标",
    description="填写的内容、得分和计算过程。",
    response_model=LineOut,
)
def get_line(call: Reads, form_id: Id, line_id: LineId) -> Response:
    """One line of a form."""
    sheet = self_evaluations.get_sheet(call.session, call.actor, form_id)
    index = _index(sheet, line_id)
    body = line_out(sheet.lines[index], sheet.sheet.lines[index], sheet)
    return represented(call.request, line_tag(sheet.lines[index]), body)


@router.patch(
    "/lines/{line_id}",
    dependencies=[allows(acts(Action.EDIT))],
    summary="填写一行指标",
    description=(
        "JSON 合并补丁：actual 实际完成值、judged 人工评定的得分、reason 偏差原因；"
        "不写的不动，写 null 的清空。保存后立即重新计分。If-Match 用该行的 etag，也可以用整张表的。"
    ),
    response_model=SavedLineOut,
)
def change_line(call: Changes, form_id: Id, line_id: LineId, body: LineIn) -> Response:
    """Fill in one line."""
    version = row_version(call, form_id, LINE, line_id)
    entry = LineEntry(**patched(body))
    sheet = filling.save_line(call.session, call.actor, call.now, form_id, line_id, version, entry)
    return _saved_line(call.request, sheet, _index(sheet, line_id))


@router.get(
    "/funds/{source}",
    dependencies=[allows(READS)],
    summary="读取一行资金",
    description="金额以元为单位，写成字符串。",
    response_model=FundOut,
)
def get_fund(call: Reads, form_id: Id, source: Source) -> Response:
    """One fund row of a form."""
    sheet = self_evaluations.get_sheet(call.session, call.actor, form_id)
    index = _source_index(sheet, source)
    return represented(call.request, fund_tag(sheet, index), fund_out(sheet, index))


@router.patch(
    "/funds/{source}",
    dependencies=[allows(acts(Action.EDIT))],
    summary="填写一行资金",
    description="JSON 合并补丁，金额以元为单位写成字符串。合计行由各行相加，不能填写。",
    response_model=SavedFundOut,
)
def change_fund(call: Changes, form_id: Id, source: Source, body: FundChangeIn) -> Response:
    """Fill in one fund row."""
    version = row_version(call, form_id, fund_kind(source), form_id)
    entry = FundEntry(**patched(body))
    sheet = filling.save_fund(call.session, call.actor, call.now, form_id, source, version, entry)
    return _saved_fund(call.request, sheet, _source_index(sheet, source))


@router.get(
    "/goal",
    dependencies=[allows(READS)],
    summary="读取年度总体目标",
    description="预期目标和实际完成情况。",
    response_model=GoalOut,
)
def get_goal(call: Reads, form_id: Id) -> Response:
    """The annual goal of a form."""
    sheet = self_evaluations.get_sheet(call.session, call.actor, form_id)
    return represented(call.request, goal_tag(sheet), goal_out(sheet))


@router.patch(
    "/goal",
    dependencies=[allows(acts(Action.EDIT))],
    summary="填写年度总体目标的实际完成情况",
    description="预期目标来自申报，不能在自评表上修改。",
    response_model=SavedGoalOut,
)
def change_goal(call: Changes, form_id: Id, body: GoalIn) -> Response:
    """Fill in what was achieved."""
    version = row_version(call, form_id, GOAL, form_id)
    achieved = patched(body)["achieved"]
    sheet = filling.save_goal(call.session, call.actor, call.now, form_id, version, achieved)
    saved = SavedGoalOut(**goal_out(sheet).model_dump(), form=summary_out(sheet))
    return represented(call.request, goal_tag(sheet), saved)


def _index(sheet: FormSheet, line_id: int) -> int:
    return _place([line.id for line in sheet.lines], line_id)


def _source_index(sheet: FormSheet, source: str) -> int:
    return _place([fund.source for fund in sheet.funds], source)


def _place(known: list[int] | list[str], wanted: int | str) -> int:
    if wanted not in known:
        raise NotFound
    return [*known].index(wanted)


def _saved_line(request: Request, sheet: FormSheet, index: int) -> Response:
    line = line_out(sheet.lines[index], sheet.sheet.lines[index], sheet)
    saved = SavedLineOut(**line.model_dump(), form=summary_out(sheet))
    return represented(request, line_tag(sheet.lines[index]), saved)


def _saved_fund(request: Request, sheet: FormSheet, index: int) -> Response:
    saved = SavedFundOut(**fund_out(sheet, index).model_dump(), form=summary_out(sheet))
    return represented(request, fund_tag(sheet, index), saved)
