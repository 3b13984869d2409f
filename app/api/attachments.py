"""Attachments (佐证材料) of a form: sent, listed, taken out, deleted."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from app import uploads
from app.api.dependencies import Changes, Reads, allows
from app.api.etags import Tag, deleted, expected_version, list_tag, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.api.uploads import MULTIPART, OCTETS, Uploads
from app.db.attachments import Attachment
from app.domain.policies import READS, acts
from app.domain.workflow import Action
from app.schemas.attachments import AttachmentOut, AttachmentsOut
from app.schemas.cells import Number
from app.services import attachment_policies, attachments, self_evaluations

router = APIRouter(
    route_class=ExactRoute, prefix="/self-evaluations/{form_id}/attachments", tags=["佐证材料"]
)
ATTACHMENT = "attachment"
AttachmentId = Annotated[Number, Path(description="佐证材料编号")]
OfLine = Annotated[Number | None, Query(description="所佐证的指标行的编号；不写为整张表")]
BINARY = {"type": "string", "format": "binary"}
FILES = {
    "type": "object",
    "properties": {"file": {"type": "array", "items": BINARY}},
    "required": ["file"],
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {"schema": FILES, "example": {"file": ["（验收单.pdf 的内容）"]}},
            OCTETS: {"schema": BINARY, "example": "（一个文件的内容）"},
        },
    }
}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件内容，以附件下载",
        "content": {OCTETS: {"schema": BINARY, "example": "（文件的内容）"}},
    }
}


@router.get(
    "",
    dependencies=[allows(READS)],
    summary="列出一张表的佐证材料",
    description="整张表的和各指标行的，按上传的先后，不分页。",
    response_model=AttachmentsOut,
)
def list_attachments(call: Reads, form_id: Id) -> Response:
    """Every attachment of a form."""
    rows = self_evaluations.get_sheet(call.session, call.actor, form_id).attachments
    tag = list_tag("attachments", (form_id, *(row.id for row in rows)))
    return represented(call.request, tag, _list_out(rows))


@router.post(
    "",
    dependencies=[allows(acts(Action.EDIT))],
    summary="上传佐证材料",
    description=(
        "可以一次上传多个文件（multipart/form-data），也可以直接提交一个文件的内容并写明 name。"
        "逐个核对类型、内容和大小，有一个不合适就一个也不保存，位置如 /files/0。"
    ),
    status_code=201,
    response_model=AttachmentsOut,
    responses={
        400: {"description": "请求的写法需要改正"},
        413: {"description": "文件合计过大"},
        415: {"description": "请用 multipart/form-data 或 application/octet-stream 提交"},
    },
    openapi_extra=BODY,
)
def attach(call: Uploads, form_id: Id, line_id: OfLine = None) -> Response:
    """Keep the files of a request."""
    policy = attachment_policies.policy()
    arguments = (call.session, call.actor, call.now, form_id, line_id)
    rows = attachments.attach(*arguments, call.reception.received, policy)
    tag = list_tag("attachments", (form_id, *(row.id for row in rows)))
    return represented(call.request, tag, _list_out(rows), 201)


@router.get(
    "/{attachment_id}",
    dependencies=[allows(READS)],
    summary="读取一份佐证材料的名称和校验值",
    description="内容见 content。",
    response_model=AttachmentOut,
)
def get_attachment(call: Reads, form_id: Id, attachment_id: AttachmentId) -> Response:
    """One attachment without its bytes."""
    row = attachments.get(call.session, call.actor, form_id, attachment_id)
    return represented(call.request, _tag(row), attachment_out(row))


@router.get(
    "/{attachment_id}/content",
    dependencies=[allows(READS)],
    summary="下载一份佐证材料",
    description="按原文件名下载，不缓存；每次下载都记入审计记录。",
    response_class=Response,
    responses=CONTENT,
    openapi_extra={"x-untagged": True},
)
def get_content(call: Reads, form_id: Id, attachment_id: AttachmentId) -> Response:
    """The bytes of an attachment."""
    depot = uploads.of_application(call.request.app)
    return depot.taken_out(call.actor, call.now, form_id, attachment_id)


@router.delete(
    "/{attachment_id}",
    dependencies=[allows(acts(Action.EDIT))],
    summary="删除一份佐证材料",
    description="表还在填写时可以删除，内容一并删去。",
    status_code=204,
    response_class=Response,
)
def delete_attachment(call: Changes, form_id: Id, attachment_id: AttachmentId) -> Response:
    """Delete an attachment with its bytes."""
    version = expected_version(call.if_match, ATTACHMENT, attachment_id)
    store = uploads.of_application(call.request.app).store
    arguments = (call.session, call.actor, call.now, form_id, attachment_id)
    attachments.delete(*arguments, version, store)
    return deleted()


def attachment_out(row: Attachment) -> AttachmentOut:
    """An attachment as it travels."""
    return AttachmentOut(
        id=row.id,
        line_id=row.line_id,
        name=row.name,
        kind=row.kind,
        media_type=uploads.media_type(row),
        size=row.size,
        sha256=row.sha256,
        marks=row.marks.split(),
        attached_by=row.attached_by,
        attached_at=row.attached_at,
        etag=str(_tag(row)),
    )


def _tag(row: Attachment) -> Tag:
    return Tag(ATTACHMENT, row.id, attachments.UNCHANGING)


def _list_out(rows: list[Attachment] | tuple[Attachment, ...]) -> AttachmentsOut:
    return AttachmentsOut(items=[attachment_out(row) for row in rows])
