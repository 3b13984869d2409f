"""What its sender does to a form: submit, withdraw, answer a warning (提交、撤回、说明).

The state is never written directly; each act is a sub-resource that takes the version
it was decided on, so that nobody submits what they have not seen.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.api.dependencies import Changes, allows
from app.api.etags import expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.api.shapes import FORM, form_out, form_tag
from app.domain.actors import Actor
from app.domain.policies import acts
from app.domain.workflow import Action
from app.schemas.self_evaluations import AnswerIn, SelfEvaluationOut, SubmissionIn
from app.services import self_evaluations, submissions

router = APIRouter(route_class=ExactRoute, prefix="/self-evaluations/{form_id}", tags=["绩效自评"])
IN_TIME = SubmissionIn(late_reason="")


@router.post(
    "/submissions",
    dependencies=[allows(acts(Action.SUBMIT))],
    summary="提交一张自评表",
    description=(
        "还有错误或没有说明的预警时答 409（code 为 not_ready），findings 逐项列出。"
        "提交后得到回执号，内容封存。超过填报任务的截止日期时要写明 late_reason；"
        "任务尚未开始或已经关闭时答 409，延期见 /filing-tasks。"
    ),
    response_model=SelfEvaluationOut,
    responses={409: {"description": "还不能提交，或当前状态不允许"}},
)
def submit(call: Changes, form_id: Id, body: SubmissionIn = IN_TIME) -> Response:
    """Submit a form."""
    version = expected_version(call.if_match, FORM, form_id)
    arguments = (call.session, call.actor, call.now, form_id, version, body.late_reason)
    submissions.submit(*arguments)
    return _form(call.request, call.session, call.actor, form_id)


@router.post(
    "/withdrawals",
    dependencies=[allows(acts(Action.WITHDRAW))],
    summary="撤回一张已提交的自评表",
    description="审核方受理前可以撤回；经办人撤回后回到草稿。",
    response_model=SelfEvaluationOut,
)
def withdraw(call: Changes, form_id: Id) -> Response:
    """Withdraw a submitted form."""
    version = expected_version(call.if_match, FORM, form_id)
    submissions.withdraw(call.session, call.actor, call.now, form_id, version)
    return _form(call.request, call.session, call.actor, form_id)


@router.post(
    "/answers",
    dependencies=[allows(acts(Action.EDIT))],
    summary="说明一条预警",
    description="提交前每条预警（warning）都要改正或说明。reason 写成空字符串为收回。",
    response_model=SelfEvaluationOut,
)
def answer_warning(call: Changes, form_id: Id, body: AnswerIn) -> Response:
    """Answer a warning with a reason."""
    version = expected_version(call.if_match, FORM, form_id)
    self_evaluations.held(call.session, call.actor, form_id, Action.EDIT, version)
    submissions.answer_warning(
        call.session, call.actor, call.now, form_id, body.code, body.path, body.reason
    )
    return _form(call.request, call.session, call.actor, form_id)


def _form(request: Request, session: Session, actor: Actor, form_id: int) -> Response:
    sheet = self_evaluations.get_sheet(session, actor, form_id)
    return represented(request, form_tag(sheet), form_out(sheet))
