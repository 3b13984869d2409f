"""Every refusal of the API, in one shape: application/problem+json (RFC 9457), in Chinese."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.requests import Request
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException as StarletteHTTPException

from app.api import refusals
from app.api.sentences import problems_of
from app.errors import (
    AppError,
    InFlight,
    NotFound,
    NotReady,
    Problem,
    Unacceptable,
    VersionConflict,
)

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "请求的写法需要改正",
    401: "需要接口密钥",
    403: "没有这项操作的权限",
    404: "没有找到",
    405: "此地址不支持该操作",
    409: "当前状态不能这样操作",
    412: "内容已有新的版本",
    413: "请求内容过大",
    415: "请用 JSON 提交",
    421: "地址不对",
    422: "填写内容需要改正",
    428: "请写明依据的版本",
    429: "请求过于频繁",
    500: "服务暂时出了问题",
    503: "服务正忙",
}
CODES = {404: NotFound.code, 405: "method_not_allowed"}
DETAILS = {404: NotFound.default, 405: "此地址不支持该操作，可用的操作见响应头 Allow。"}

RETRY_AFTER = "5"
SOON = "1"  # the first of two equal requests is done by then
# SQLSTATE of a duplicate and of a row that another row needs; SQLite says it in words.
RACES = {"23505", "23503"}

log = logging.getLogger(__name__)


class BadRequest(HTTPException):
    """A request that cannot be read at all; `detail` says in Chinese what to write instead."""

    def __init__(
        self, status: int, code: str, detail: str, pointer: str = "", given: str = ""
    ) -> None:
        super().__init__(status, detail)
        self.code = code
        self.errors = (Problem(pointer, detail, given),) if pointer else ()


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Iterable[Problem] = (),
    *,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """A problem document; `members` are its extension members."""
    document = {
        "type": f"urn:jixiao:problem:{code}",
        "title": TITLES.get(status, TITLES[400]),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [asdict(error) for error in errors],
        **members,
    }
    # A lone surrogate cannot be written as UTF-8: what was given is shown with "?" there.
    content = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    sent = {"Cache-Control": "no-store", **(headers or {})}
    return Response(content, status, sent, MEDIA_TYPE)


def answer_app_error(request: Request, error: AppError) -> Response:
    """The one translation of the services' refusals; those of keys and rights are audited."""
    refusals.audit(request, error)
    headers: dict[str, str] = {}
    members: dict[str, Any] = {}
    errors = error.errors
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="jixiao"'
    if error.status == 503 or isinstance(error, InFlight):
        headers["Retry-After"] = RETRY_AFTER if error.status == 503 else SOON
    if isinstance(error, VersionConflict):
        members["current"] = error.current
    if isinstance(error, NotReady):
        members["findings"] = [asdict(finding) for finding in error.findings]
        errors = tuple(Problem(item.path, item.message, item.given) for item in error.findings)
    if isinstance(error, Unacceptable) and request.method == "GET":
        return _bad_query(error)
    return problem(error.status, error.code, error.message, errors, headers=headers, **members)


def _bad_query(error: Unacceptable) -> Response:
    """A service refused a value of a request without a body: it stood in the query."""
    errors = [replace(item, pointer=f"/query{item.pointer}") for item in error.errors]
    return problem(400, "bad_parameter", error.errors[0].message, errors)


def answer_http_error(request: Request, error: StarletteHTTPException) -> Response:
    """Refusals of the framework (no such address, no such method) and of exact JSON."""
    if isinstance(error, BadRequest):
        return problem(error.status_code, error.code, str(error.detail), error.errors)
    status = error.status_code if error.status_code in TITLES else 400
    code = CODES.get(status, "bad_request")
    detail = DETAILS.get(status, "请求读不下去，请核对格式。")
    headers = {"Allow": ", ".join(_methods(request))} if status == 405 else error.headers
    return problem(status, code, detail, headers=headers)


def _methods(request: Request) -> list[str]:
    """Every method of an address; the framework names those of one route only."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    routes = iter_route_contexts(request.app.routes)
    return sorted(
        {
            method
            for route in routes
            if route.path_regex.fullmatch(path)
            for method in route.methods or ()
        }
    )


def answer_validation_error(_: Request, error: RequestValidationError) -> Response:
    """Every field that does not fit, at once: 400 in the query or headers, 404 in the path."""
    found = error.errors()
    errors = problems_of(found)
    places = {str(item["loc"][0]) for item in found}
    if "path" in places:
        return problem(404, "not_found", DETAILS[404], errors)
    if places & {"query", "header"}:
        return problem(400, "bad_parameter", _summary(errors), errors)
    return problem(422, "unacceptable", _summary(errors), errors)


def _summary(errors: tuple[Problem, ...]) -> str:
    if len(errors) == 1:
        return errors[0].message
    return f"有 {len(errors)} 处需要改正，逐项说明见 errors。"


def answer_integrity_error(request: Request, error: IntegrityError) -> Response:
    """Two writers met at a constraint and the database kept the first; else it is a defect."""
    state = getattr(error.orig, "sqlstate", None)
    if state not in RACES and not str(error.orig).startswith(("UNIQUE", "FOREIGN KEY")):
        return answer_unknown(request, error)
    return problem(409, "conflict", "同一条记录刚刚已由他人建立，请重新读取后再操作。")


def answer_data_error(request: Request, error: DataError) -> Response:
    """A value that the database cannot hold and nothing before it refused."""
    log.warning("value refused by the database: %s", request.url.path, exc_info=error)
    detail = "所填内容中有数据库不能保存的字符或数字，请核对后重新提交。"
    return problem(400 if request.method == "GET" else 422, "unacceptable", detail)


def answer_busy(request: Request, error: Exception) -> Response:
    """The database could not be reached or stayed locked; the caller may try again."""
    log.error("database busy: %s", request.url.path, exc_info=error)
    return problem(
        503, "busy", "数据库暂时无法应答，请稍后重试。", headers={"Retry-After": RETRY_AFTER}
    )


def answer_unknown(request: Request, error: Exception) -> Response:
    """A defect of the program: a number to quote, and the trace in the log only."""
    trace = uuid4().hex
    log.error("unhandled, trace %s: %s", trace, request.url.path, exc_info=error)
    detail = f"服务没能完成这次请求，已记录在案。请把编号 {trace} 告诉管理员。"
    return problem(500, "internal", detail, trace=trace)


# Starlette's type of a handler does not know that it gets the class it was registered for.
HANDLERS: tuple[tuple[type[Exception], Any], ...] = (
    (AppError, answer_app_error),
    (StarletteHTTPException, answer_http_error),
    (RequestValidationError, answer_validation_error),
    (IntegrityError, answer_integrity_error),
    (DataError, answer_data_error),
    (OperationalError, answer_busy),
    (Exception, answer_unknown),
)


def install(api: FastAPI) -> None:
    """Register the handlers."""
    for error, handler in HANDLERS:
        api.add_exception_handler(error, handler)
