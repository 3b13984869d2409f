"""A form as a document: Excel, Word or PDF in its official layout."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import WithJsonSchema

from app import downloads
from app.api.dependencies import Reads, allows
from app.api.exact_json import ExactRoute
from app.api.filters import Id
from app.domain.policies import READS
from app.services.documents import KINDS

router = APIRouter(route_class=ExactRoute, prefix="/self-evaluations/{form_id}", tags=["绩效自评"])
FORMATS = {"type": "string", "enum": list(KINDS)}
FileFormat = Annotated[str, Path(description="格式"), WithJsonSchema(FORMATS)]
BINARY = {"type": "string", "format": "binary"}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件内容，以附件下载",
        "content": {
            kind.media_type: {"schema": BINARY, "example": "（文件的内容）"}
            for kind in KINDS.values()
        },
    }
}


@router.get(
    "/documents/{file_format}",
    dependencies=[allows(READS)],
    summary="导出一张自评表",
    description="按所用标准的官方表式排版，文件名为中文，不缓存；每次导出都记入审计记录。",
    response_class=Response,
    responses=CONTENT,
    openapi_extra={"x-untagged": True},
)
def get_document(call: Reads, form_id: Id, file_format: FileFormat) -> Response:
    """The form as it stands now."""
    app = call.request.app
    return downloads.document(app, call.session, call.actor, call.now, form_id, file_format)
