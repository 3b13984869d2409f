"""Reviewing a form (审核): read it with all that is said of it, judge, approve, return."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import expected_version, list_tag, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.api.review_shapes import outcome_out, return_entry, review_entry, review_out
from app.api.shapes import FORM, form_out, form_tag
from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.schemas.cells import Number
from app.schemas.reviews import (
    ApprovalIn,
    ApprovalsIn,
    ApprovalsOut,
    ReasonIn,
    ReturnIn,
    ReviewIn,
    ReviewOut,
)
from app.schemas.self_evaluations import SelfEvaluationOut
from app.services import approvals, completions, remarks, reviews
from app.services.review_sheets import get_review
from app.services.reviews import ReviewEntry
from app.services.self_evaluations import get_sheet

router = APIRouter(route_class=ExactRoute, tags=["审核"])
ONE = "/self-evaluations/{form_id}"
RemarkId = Annotated[Number, Path(description="批注编号")]


@router.get(
    f"{ONE}/review",
    dependencies=[allows(READS)],
    summary="读取一张表和它的审核",
    description="表的全部内容，核查得分和意见、批注、退回后改动的格子、上年的值、各环节的决定。",
    response_model=ReviewOut,
)
def get_form_review(call: Reads, form_id: Id) -> Response:
    """A form with its review."""
    return _review(call, form_id)


@router.put(
    f"{ONE}/review",
    dependencies=[allows(acts(Action.REVIEW))],
    summary="保存本环节的审核",
    description="整份写入，不作决定。核查得分记在自评得分旁边，不改自评得分。保存即为受理。",
    response_model=ReviewOut,
)
def put_form_review(call: Changes, form_id: Id, body: ReviewIn) -> Response:
    """Save a review."""
    version = expected_version(call.if_match, FORM, form_id)
    reviews.save(call.session, call.actor, call.now, form_id, version, review_entry(body))
    return _review(call, form_id)


@router.post(
    f"{ONE}/acceptances",
    dependencies=[allows(acts(Action.ACCEPT))],
    summary="受理一张送审的表",
    description="受理以后，送审的一方不能再撤回。只读取表不算受理。",
    response_model=SelfEvaluationOut,
)
def accept(call: Changes, form_id: Id) -> Response:
    """Open a form for review."""
    version = expected_version(call.if_match, FORM, form_id)
    reviews.accept(call.session, call.actor, call.now, form_id, version)
    return _form(call, form_id)


@router.post(
    f"{ONE}/approvals",
    dependencies=[allows(acts(Action.APPROVE))],
    summary="同意一张表",
    description="报下一个审核环节；最后一个环节同意后为已完成。",
    response_model=SelfEvaluationOut,
)
def approve(call: Changes, form_id: Id, body: ApprovalIn) -> Response:
    """Approve a form."""
    version = expected_version(call.if_match, FORM, form_id)
    entry = ReviewEntry(opinion=body.opinion)
    reviews.approve(call.session, call.actor, call.now, form_id, version, entry)
    return _form(call, form_id)


@router.post(
    f"{ONE}/returns",
    dependencies=[allows(acts(Action.RETURN))],
    summary="退回一张表",
    description="退回给经办人或前面的审核环节，写明原因，可以附批注。",
    response_model=SelfEvaluationOut,
)
def send_back(call: Changes, form_id: Id, body: ReturnIn) -> Response:
    """Return a form with a reason."""
    version = expected_version(call.if_match, FORM, form_id)
    reviews.send_back(call.session, call.actor, call.now, form_id, version, return_entry(body))
    return _form(call, form_id)


@router.post(
    f"{ONE}/remarks/{{remark_id}}/settlements",
    dependencies=[allows(acts(Action.EDIT, Action.REVIEW))],
    summary="标记一条批注已处理",
    description="由正在填写的经办人或正在审核的一方标记。",
    response_model=ReviewOut,
)
def settle_remark(call: Writes, form_id: Id, remark_id: RemarkId) -> Response:
    """Settle a remark."""
    remarks.settle(call.session, call.actor, call.now, form_id, remark_id)
    return _review(call, form_id)


@router.post(
    f"{ONE}/publications",
    dependencies=[allows(acts(Action.PUBLISH))],
    summary="公开一张已完成的表",
    description="由财政部门办理。",
    response_model=SelfEvaluationOut,
)
def publish(call: Changes, form_id: Id) -> Response:
    """Publish a form."""
    version = expected_version(call.if_match, FORM, form_id)
    completions.publish(call.session, call.actor, call.now, form_id, version)
    return _form(call, form_id)


@router.post(
    f"{ONE}/unpublications",
    dependencies=[allows(acts(Action.UNPUBLISH))],
    summary="撤销公开",
    description="回到已完成。",
    response_model=SelfEvaluationOut,
)
def unpublish(call: Changes, form_id: Id) -> Response:
    """Take a form from the public again."""
    version = expected_version(call.if_match, FORM, form_id)
    completions.unpublish(call.session, call.actor, call.now, form_id, version)
    return _form(call, form_id)


@router.post(
    f"{ONE}/unapprovals",
    dependencies=[allows(acts(Action.UNAPPROVE))],
    summary="取消一张已完成的表的审核",
    description="回到最后一个审核环节，由财政部门办理，必须写明原因。",
    response_model=SelfEvaluationOut,
)
def unapprove(call: Changes, form_id: Id, body: ReasonIn) -> Response:
    """Put a completed form before its last reviewer."""
    version = expected_version(call.if_match, FORM, form_id)
    arguments = (call.session, call.actor, call.now, form_id, version, body.reason)
    completions.unapprove(*arguments)
    return _form(call, form_id)


@router.post(
    f"{ONE}/reopenings",
    dependencies=[allows(acts(Action.REOPEN))],
    summary="重新开放一张已完成的表",
    description="建立下一个修订号的表，退回经办人；原表不变，不再使用。答新表和它的地址。",
    status_code=201,
    response_model=SelfEvaluationOut,
)
def reopen(call: Changes, form_id: Id, body: ReasonIn) -> Response:
    """Begin the next revision."""
    version = expected_version(call.if_match, FORM, form_id)
    arguments = (call.session, call.actor, call.now, form_id, version, body.reason)
    revision = completions.reopen(*arguments)
    above = call.request.url.path.removesuffix(f"/{form_id}/reopenings")
    sheet = get_sheet(call.session, call.actor, revision.id)
    where = {"Location": f"{above}/{revision.id}"}
    return represented(call.request, form_tag(sheet), form_out(sheet), 201, where)


@router.post(
    "/approvals",
    dependencies=[allows(acts(Action.APPROVE))],
    summary="一次同意多张表",
    description="逐张答复办理结果；together 为 true 时，有一张办不成就一张也不办。",
    response_model=ApprovalsOut,
)
def approve_many(call: Writes, body: ApprovalsIn) -> Response:
    """Approve many forms."""
    versions = {form.id: form.version for form in body.forms}
    arguments = (call.session, call.actor, call.now, versions)
    outcomes = approvals.approve_many(*arguments, together=body.together)
    tag = list_tag("approvals", [(item.form_id, item.code) for item in outcomes])
    items = [outcome_out(item) for item in outcomes]
    return represented(call.request, tag, ApprovalsOut(items=items))


def _review(call: Reads | Writes | Changes, form_id: int) -> Response:
    """The tag is that of the form: a decision is based on what was read here."""
    found = get_review(call.session, call.actor, form_id)
    return represented(call.request, form_tag(found.sheet), review_out(found))


def _form(call: Changes, form_id: int) -> Response:
    sheet = get_sheet(call.session, call.actor, form_id)
    return represented(call.request, form_tag(sheet), form_out(sheet))
