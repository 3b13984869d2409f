"""Exports (导出): start one, ask how far it is, fetch its file."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from app import export_files
from app.api.dependencies import Reads, Writes, allows
from app.api.etags import Tag, deleted, represented
from app.api.exact_json import ExactRoute
from app.api.paging import After, Limit, own_version, paged
from app.db.exports import Export
from app.domain.exports import EXPORT_LABELS, KIND_LABELS, ExportKind, ExportState
from app.domain.policies import EXPORTS
from app.files.archives import MEDIA_TYPE
from app.schemas.cells import USUAL, Number
from app.schemas.exports import ExportIn, ExportOut
from app.schemas.pages import PageOut
from app.services import export_policies, exports
from app.services.exports import ExportEntry

router = APIRouter(route_class=ExactRoute, tags=["导出"])
KIND, ONE = "export", "/exports/{export_id}"
ExportId = Annotated[Number, Path(description="导出编号")]
LABELLED = {"kind_label", "state_label", "form_ids"}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "一个 ZIP 文件，以附件下载",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string", "format": "binary"},
                "example": "（文件的内容）",
            }
        },
    },
    409: {"description": "文件还没有生成，或者已经过期"},
}


@router.get(
    "/exports",
    dependencies=[allows(EXPORTS)],
    summary="列出导出",
    description="这把密钥自己发起的导出，从新到旧。",
    response_model=PageOut[ExportOut],
)
def list_exports(call: Reads, after: After = None, limit: Limit = USUAL) -> Response:
    """A page of exports."""
    page = exports.list_exports(call.session, call.actor, after, limit)
    return paged(call.request, KIND, page, _out, own_version)


@router.post(
    "/exports",
    dependencies=[allows(EXPORTS)],
    summary="开始一次导出",
    description=(
        "答 202，响应头 Location 是查询进度的地址。文件在后台生成，state 为 done 以后可以下载；"
        "生成时逐步核对发起者当时的权限。"
    ),
    status_code=202,
    response_model=ExportOut,
)
def start_export(call: Writes, body: ExportIn) -> Response:
    """Let an export be made."""
    entry = ExportEntry(
        kind=body.kind,
        fiscal_year=body.fiscal_year,
        organisation_id=body.organisation_id,
        state=body.state or "",
        form_ids=tuple(body.form_ids),
    )
    row = exports.start(*call.acting, entry, export_policies.policy())
    where = {"Location": f"{call.request.url.path.rstrip('/')}/{row.id}"}
    return represented(call.request, _tag(row), _out(row), 202, where)


@router.get(
    ONE,
    dependencies=[allows(EXPORTS)],
    summary="查询一次导出的进度",
    description="done 和 total 是已完成和共有的表数。",
    response_model=ExportOut,
)
def get_export(call: Reads, export_id: ExportId) -> Response:
    """One export."""
    row = exports.get(call.session, call.actor, export_id)
    return represented(call.request, _tag(row), _out(row))


@router.get(
    f"{ONE}/file",
    dependencies=[allows(EXPORTS)],
    summary="下载导出的文件",
    description="只有发起者可以下载；每次下载都记入审计记录。",
    response_class=Response,
    responses=CONTENT,
    openapi_extra={"x-untagged": True},
)
def get_export_file(call: Reads, export_id: ExportId) -> Response:
    """The file of an export."""
    shelf = export_files.of_application(call.request.app)
    return shelf.taken_out(call.actor, call.now, export_id)


@router.delete(
    ONE,
    dependencies=[allows(EXPORTS)],
    summary="删除一次导出",
    description="文件一并删除；还没有完成的不再继续。",
    status_code=204,
    response_class=Response,
)
def delete_export(call: Writes, export_id: ExportId) -> Response:
    """Delete an export, whatever it has come to meanwhile."""
    shelf = export_files.of_application(call.request.app)
    exports.delete(*call.acting, export_id, shelf.store)
    return deleted()


def _tag(row: Export) -> Tag:
    return Tag(KIND, row.id, row.version)


def _out(row: Export) -> ExportOut:
    told = {name: getattr(row, name) for name in set(ExportOut.model_fields) - LABELLED}
    return ExportOut(
        **told,
        kind_label=KIND_LABELS[ExportKind(row.kind)],
        state_label=EXPORT_LABELS[ExportState(row.state)],
        form_ids=list(exports.chosen(row)),
    )
