"""Published forms as files: read, scored and explained, and nothing of them kept."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.api.dependencies import allows
from app.api.exact_json import ExactRoute
from app.api.examples import example
from app.api.problems import BadRequest
from app.api.uploads import MULTIPART
from app.domain.policies import SIGNED_IN
from app.errors import NotFound, Problem, Unacceptable, UnreadableFile
from app.schemas.cells import Line
from app.services import checking
from app.services.scored_forms import of_checked

router = APIRouter(route_class=ExactRoute, tags=["评分"])
FIELD, MOST_FILES = "file", 10
WRONG_TYPE = f"请用 {MULTIPART} 提交一个或多个文件，字段名为 {FIELD}。"
CUT = "请求内容不是完整的 multipart/form-data，请核对边界和结尾。"
NO_FILE = f"请求中没有文件，请至少附上一个（字段名 {FIELD}）"
TOO_MANY = f"一次最多 {MOST_FILES} 个文件，请分批提交"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "properties": {
                        FIELD: {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                    "required": [FIELD],
                },
                "example": {FIELD: ["（自评表.pdf 的内容）"]},
            }
        },
    },
    "x-untagged": True,
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "每个文件一项，其中每张表一项：form 为读到的内容，result 与 POST /scorings 的答复相同"
        ),
        "content": {
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": example("ScoredFiles"),
            }
        },
    },
    400: {"description": "请求的写法需要改正"},
    413: {"description": "文件合计过大"},
    415: {"description": "请用 multipart/form-data 提交"},
}


async def sent(request: Request) -> list[tuple[str, bytes]]:
    """The files of a request by name; raises BadRequest and Unacceptable."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MULTIPART:
        raise BadRequest(415, "unsupported_media_type", WRONG_TYPE)
    try:
        async with request.form(max_files=MOST_FILES + 1, max_fields=MOST_FILES) as form:
            given = [item for item in form.getlist(FIELD) if isinstance(item, UploadFile)]
            files = [(item.filename or "", await item.read()) for item in given]
    except BadRequest:
        raise
    except HTTPException as error:
        raise BadRequest(400, "malformed_multipart", CUT) from error
    if not files or len(files) > MOST_FILES:
        message = TOO_MANY if files else NO_FILE
        raise Unacceptable([Problem(f"/{FIELD}", message)], message)
    return files


Files = Annotated[list[tuple[str, bytes]], Depends(sent)]
Named = Annotated[Line, Query(description="改用这个评分标准，不按年度和地区选")]
Dated = Annotated[Line, Query(description="改用它的这个版本（施行日期）")]


@router.post(
    "/scorings/files",
    dependencies=[allows(SIGNED_IN)],
    summary="验算公开的自评表文件，不保存",
    description=(
        "xlsx、docx、pdf（有文字层）和纯文本，一次最多 10 个、合计 2 MB，一个文件里可以有几张表。"
        "答复与 jixiao score --json 的输出相同；读不了的文件在它的 error 里说明原因。"
    ),
    response_class=Response,
    responses=ANSWERS,
    openapi_extra=BODY,
)
def score_files(files: Files, standard: Named = "", edition: Dated = "") -> Response:
    """Every form of the files, recomputed."""
    told = [_told(name, content, standard, edition) for name, content in files]
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/json")


def _told(name: str, content: bytes, standard: str, edition: str) -> dict[str, Any]:
    try:
        forms = checking.check(content, standard, edition)
    except UnreadableFile as refusal:
        return {"file": name, "forms": [], "error": refusal.message}
    except NotFound as error:
        raise Unacceptable([Problem("/query/standard", error.message)], error.message) from error
    return {"file": name, "forms": [of_checked(form).as_json() for form in forms]}
