"""The published contract: what FastAPI knows of the routes, completed by the rules of the house.

Every operation gets the refusals that its shape allows (a key, a body, a version …), its
entity tag, and an example of each request and answer, so that no route can forget one.
"""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from app.api.dependencies import allows
from app.api.examples import example
from app.api.problems import MEDIA_TYPE, TITLES
from app.domain.policies import ANYBODY
from app.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PreconditionRequired,
    Unauthenticated,
    VersionConflict,
)
from app.schemas.problems import ProblemOut

PAGE = re.compile(r"PageOut_(\w+?)_")
METHODS = ("get", "put", "post", "patch", "delete")
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/ProblemOut"}
REFERENCE = "#/components/schemas/"
ETAG = {
    "description": "这份内容的版本，修改时照抄到 If-Match，轮询时照抄到 If-None-Match",
    "schema": {"type": "string"},
}
LINK = {"description": '下一页的地址（rel="next"），最后一页没有', "schema": {"type": "string"}}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "已有内容的 ETag；没有变化时答 304，不再传内容",
    "schema": {"type": "string"},
}

DESCRIPTION = """
预算绩效管理接口。每一个得分都附有计算过程，可以逐项核对。

* 编码 UTF-8；金额以元为单位、分值和得分都写成字符串；日期写作 2024-12-31。
* 需要密钥的地址用请求头 `Authorization: Bearer 密钥`。
* 列表一律是 `{"items": […], "next": …}`；`next` 不为空时照抄到查询参数 `after` 取下一页。
* 读取时响应头有 `ETag`；修改、删除和办理时用 `If-Match` 写明依据的版本。
* 写入的请求可以带 `Idempotency-Key`：没有收到答复时照原样重发，只办理一次，答复与第一次相同。
* 没有办成的请求答 `application/problem+json`，`code` 稳定不变，`errors` 逐项写明位置和改法。
"""

# What each refusal usually says; 422 has an example of its own.
REFUSALS = {
    400: ("bad_parameter", "每页条数（limit）请写 1 到 200 的整数。"),
    401: (Unauthenticated.code, "接口密钥不正确或已停用，请向管理员核对。"),
    403: (Forbidden.code, "这把接口密钥没有写入（write）权限，需要时请向管理员申请。"),
    404: (NotFound.code, NotFound.default),
    409: (Conflict.code, Conflict.default),
    412: (VersionConflict.code, VersionConflict.default),
    413: ("body_too_large", "请求内容超过 2 MB，请分批提交。"),
    415: ("unsupported_media_type", "请用 JSON 提交，并写明 Content-Type: application/json。"),
    428: (PreconditionRequired.code, PreconditionRequired.default),
    500: ("internal", "服务没能完成这次请求，已记录在案。请把编号告诉管理员。"),
    503: ("busy", "数据库暂时无法应答，请稍后重试。"),
}

Operation = dict[str, Any]


def install(api: FastAPI) -> None:
    """Let the application publish the completed contract."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _complete(api)
        return api.openapi_schema

    @api.get("/openapi.json", dependencies=[allows(ANYBODY)], include_in_schema=False)
    def show_contract(request: Request) -> Response:
        """The contract, with the address under which it was asked for."""
        found = api.openapi()
        if request.scope["root_path"]:
            found = {**found, "servers": [{"url": request.scope["root_path"]}]}
        return JSONResponse(found)

    api.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _complete(api: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=api.title,
        version=api.version,
        description=DESCRIPTION,
        routes=api.routes,
        tags=api.openapi_tags,
        servers=api.servers,
    )
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemOut.model_json_schema(ref_template=f"{REFERENCE}{{model}}")
    schemas.update(problem.pop("$defs"))
    schemas["ProblemOut"] = problem
    for path, method, operation in operations(document):
        _add_refusals(path, method, operation)
        _add_tag(method, operation)
        _add_examples(operation)
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Every operation of a contract with its path and method."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _add_refusals(path: str, method: str, operation: Operation) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    statuses = {400, 500, 503} | {int(status) for status in answers if status[0] in "45"}
    if "security" in operation:
        statuses |= {401}
        if operation.pop("x-public", False):
            operation["security"] = [{}, *operation["security"]]
        else:
            statuses |= {403} if method == "get" else {403, 409}
    if "{" in path:
        statuses |= {404}
    if "requestBody" in operation:
        statuses |= {413, 415, 422}
    if _takes(operation, "If-Match"):
        statuses |= {412, 428}
    if _takes(operation, "Idempotency-Key"):
        statuses |= {409, 422}
    for status in sorted(statuses):
        answers[str(status)] = _refusal(status, answers.get(str(status), {}))


def _takes(operation: Operation, header: str) -> bool:
    return any(item["name"] == header for item in operation.get("parameters", []))


def _refusal(status: int, declared: Operation) -> Operation:
    code, detail = REFUSALS.get(status, ("unacceptable", ""))
    shown = example("ProblemOut")
    if detail:
        named = {"type": f"urn:jixiao:problem:{code}", "code": code, "title": TITLES[status]}
        shown = {**shown, **named, "status": status, "detail": detail, "errors": []}
    return {
        "description": declared.get("description") or TITLES[status],
        "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA, "example": shown}},
    }


def _add_tag(method: str, operation: Operation) -> None:
    untagged = operation.pop("x-untagged", False)
    if untagged or method == "delete":
        return
    for status, answer in operation["responses"].items():
        if status[0] == "2":
            answer["headers"] = {"ETag": ETAG}
            if _is_page(answer):
                answer["headers"]["Link"] = LINK
    if method == "get":
        operation["responses"]["304"] = {
            "description": "没有变化（If-None-Match 与现在的版本一致）",
            "headers": {"ETag": ETAG},
        }
        operation.setdefault("parameters", []).append(IF_NONE_MATCH)


def _is_page(answer: Operation) -> bool:
    media = answer.get("content", {}).get("application/json", {})
    return PAGE.fullmatch(_reference(media)) is not None


def _add_examples(operation: Operation) -> None:
    bodies = [operation.get("requestBody", {})]
    bodies += [body for status, body in operation["responses"].items() if status[0] == "2"]
    for body in bodies:
        for media in body.get("content", {}).values():
            shown = _example(_reference(media))
            if shown is not None:
                media["example"] = shown


def _example(model: str) -> Any:
    """The example of a model; a page shows one item."""
    paged = PAGE.fullmatch(model)
    if paged is None:
        return example(model)
    return {"items": [example(paged[1])], "next": "NTA"}


def _reference(media: Operation) -> str:
    return str(media.get("schema", {}).get("$ref", "")).removeprefix(REFERENCE)
