"""Self-evaluations (绩效自评): open, list, read, fill in whole, delete a draft."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import deleted, expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, WhichForms, listed_forms
from app.api.paging import paged
from app.api.patches import patched
from app.api.shapes import FORM, form_out, form_tag, listed_out, listed_seen
from app.db import self_evaluations as stored
from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.schemas.pages import PageOut
from app.schemas.self_evaluations import FormIn, ListedFormOut, OpenIn, SelfEvaluationOut
from app.services import filling, self_evaluations
from app.services.entries import FormEntry, FundEntry, LineEntry

router = APIRouter(route_class=ExactRoute, tags=["绩效自评"])


@router.get(
    "/self-evaluations",
    dependencies=[allows(READS)],
    summary="列出自评表",
    description="看得到的单位正在使用的自评表，按编号排列。",
    response_model=PageOut[ListedFormOut],
)
def list_self_evaluations(call: Reads, asked: WhichForms) -> Response:
    """A page of forms."""
    page = listed_forms(call.session, call.actor, call.now, asked)
    return paged(call.request, FORM, page, listed_out, listed_seen)


@router.post(
    "/self-evaluations",
    dependencies=[allows(acts(Action.EDIT))],
    summary="打开一个项目一年的自评表",
    description=(
        "已有时答 200 和现有的表，没有时按申报的绩效目标和预算预填，答 201。重复请求不会重复建立。"
    ),
    status_code=201,
    response_model=SelfEvaluationOut,
    responses={
        200: {"model": SelfEvaluationOut, "description": "已有的自评表"},
        404: {"description": "没有这个项目，或者它不在您的管理范围内"},
    },
)
def open_self_evaluation(call: Writes, body: OpenIn) -> Response:
    """Open the form of a project and year."""
    existing = stored.current(call.session, body.project_id, body.fiscal_year)
    form = self_evaluations.open_form(call.session, call.actor, call.now, **dict(body))
    sheet = self_evaluations.get_sheet(call.session, call.actor, form.id)
    where = {"Location": f"{call.request.url.path}/{form.id}"}
    status = 201 if existing is None else 200
    return represented(call.request, form_tag(sheet), form_out(sheet), status, where)


@router.get(
    "/self-evaluations/{form_id}",
    dependencies=[allows(READS)],
    summary="读取一张自评表",
    description="全部内容、每行得分和计算过程、审核发现，以及现在可以办理的事（allowed）。",
    response_model=SelfEvaluationOut,
)
def get_self_evaluation(call: Reads, form_id: Id) -> Response:
    """One form whole."""
    sheet = self_evaluations.get_sheet(call.session, call.actor, form_id)
    return represented(call.request, form_tag(sheet), form_out(sheet))


@router.patch(
    "/self-evaluations/{form_id}",
    dependencies=[allows(acts(Action.EDIT))],
    summary="一次修改一张表的多处",
    description=(
        "JSON 合并补丁：不写的不动，写 null 的清空。全部保存，或一处也不保存；"
        "不合适的各处一次列全，位置如 /lines/12/actual、/funds/other/executed。"
    ),
    response_model=SelfEvaluationOut,
)
def change_self_evaluation(call: Changes, form_id: Id, body: FormIn) -> Response:
    """Fill in many cells, all or nothing."""
    version = expected_version(call.if_match, FORM, form_id)
    sheet = filling.save_all(call.session, call.actor, call.now, form_id, version, _entry(body))
    return represented(call.request, form_tag(sheet), form_out(sheet))


@router.delete(
    "/self-evaluations/{form_id}",
    dependencies=[allows(acts(Action.EDIT))],
    summary="删除一张从未提交过的草稿",
    description="提交过的自评表不能删除。",
    status_code=204,
    response_class=Response,
)
def delete_self_evaluation(call: Changes, form_id: Id) -> Response:
    """Delete a draft."""
    version = expected_version(call.if_match, FORM, form_id)
    self_evaluations.delete_draft(call.session, call.actor, call.now, form_id, version)
    return deleted()


def _entry(body: FormIn) -> FormEntry:
    return FormEntry(
        achieved=patched(body, "achieved").get("achieved"),
        funds={source: FundEntry(**patched(cells)) for source, cells in body.funds.items()},
        lines={key: LineEntry(**patched(cells)) for key, cells in body.lines.items()},
    )
