"""JSON in, digit for digit: no number of a request ever becomes a float.

Every route of the API uses `ExactRoute`. It reads a body once, within the size limit,
keeps numbers as the text they were written in, and refuses what no reader could
understand (broken JSON, NaN, another media type, an unknown or repeated query parameter).
"""

import json
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, NoReturn

from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.requests import Request
from fastapi.responses import Response

from app.api.idempotency import answered_once
from app.api.problems import BadRequest
from app.doors import GuardedRoute

MAX_BODY_BYTES = 2 * 1024 * 1024

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ExactRequest(Request):
    """A request whose JSON numbers stay text and whose body is bounded."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body by chunks; 413 as soon as it passes the limit."""
        size = 0
        async for chunk in super().stream():
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                raise BadRequest(413, "body_too_large", "请求内容超过 2 MB，请分批提交。")
            yield chunk

    async def json(self) -> Any:
        """The body as JSON with numbers as text; 400 when it is not JSON."""
        return exact_json(await self.body())


def exact_json(body: bytes) -> Any:
    """A JSON document with every number as the text it was written in."""
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise BadRequest(
            400, "malformed_json", f"请求内容不是 UTF-8 编码（第 {error.start + 1} 个字节）。"
        ) from error
    except json.JSONDecodeError as error:
        raise BadRequest(
            400,
            "malformed_json",
            f"请求内容不是完整的 JSON：第 {error.lineno} 行第 {error.colno} 列附近读不下去。",
        ) from error
    except RecursionError as error:
        raise BadRequest(400, "malformed_json", "请求内容嵌套层数过多，请核对结构。") from error


def _refuse_constant(name: str) -> NoReturn:
    raise BadRequest(
        400, "malformed_json", f"JSON 中不能写 {name}，请改写为数字，没有数字时写 null。"
    )


class ExactRoute(GuardedRoute):
    """A route that reads exact JSON and knows every query parameter it accepts.

    One that writes is answered once for each `Idempotency-Key`, without being told to.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        super().__init__(path, answered_once(endpoint), **settings)

    def get_route_handler(self) -> Handler:
        """The usual handler behind the checks of this module."""
        handler = super().get_route_handler()
        known = frozenset(
            field.alias
            for field in get_flat_params(self.dependant)
            if isinstance(field.field_info, Query)
        )
        takes_body = self.body_field is not None
        optional = self.body_field is not None and not self.body_field.field_info.is_required()

        async def handle(request: Request) -> Response:
            _check_query(request, known)
            if takes_body and not (optional and _has_no_body(request)):
                _check_media_type(request)
            return await handler(ExactRequest(request.scope, request.receive))

        return handle


def _has_no_body(request: Request) -> bool:
    """Whether nothing was sent where nothing need be."""
    headers = request.headers
    return headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers


def _check_query(request: Request, known: frozenset[str]) -> None:
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise BadRequest(
                400, "unknown_parameter", _unknown(name, known), f"/query/{name}", value
            )
        if name in seen:
            raise BadRequest(
                400, "repeated_parameter", f"查询参数 {name} 只能写一次。", f"/query/{name}", value
            )
        seen.add(name)


def _unknown(name: str, known: frozenset[str]) -> str:
    if not known:
        return f"这个地址不接受查询参数，请去掉 {name}。"
    return f"不认识查询参数 {name}，可以使用：{'、'.join(sorted(known))}。"


def _check_media_type(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        return
    raise BadRequest(
        415, "unsupported_media_type", "请用 JSON 提交，并写明 Content-Type: application/json。"
    )
