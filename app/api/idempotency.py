"""`Idempotency-Key`: every write can be sent again after a lost answer, and is done once.

The header is that of the IETF draft "The Idempotency-Key HTTP Header Field". An answer that
nobody may store (`no-store`: it holds secrets) is not stored here either.
"""

import inspect
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import Response

from app.api.problems import BadRequest
from app.services import hashing, idempotency_keys
from app.services.idempotency_keys import Answer, Claim

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
# What an answer says of itself; the rest is said anew of each.
KEPT_HEADERS = ("etag", "location", "content-type", "cache-control", "vary")

Endpoint = Callable[..., Response]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=HEADER,
        description=(
            "调用方为这次办理起的唯一名称，如一个 UUID。没有收到答复时用同一个名称重发，"
            "只办理一次，答复相同；保留 7 天"
        ),
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]


async def body(request: Request) -> bytes:
    """The body of a request, also where a route takes none."""
    return await request.body()


Body = Annotated[bytes, Depends(body)]


def answered_once(endpoint: Endpoint) -> Endpoint:
    """The endpoint of a write, which looks for an earlier answer before it does anything."""
    if hasattr(endpoint, "answers_once") or "call" not in inspect.signature(endpoint).parameters:
        return endpoint

    @wraps(endpoint)
    def answer(call: Any, **given: Any) -> Response:
        claim = _claim(call)
        if claim is None:
            return endpoint(call=call, **given)
        with idempotency_keys.alone(call.session, claim):
            found = idempotency_keys.earlier(call.session, call.now, claim)
            if found is not None:
                headers = {**found.headers, REPLAYED: "true"}
                return Response(found.content, found.status, headers)
            response = endpoint(call=call, **given)
            if "no-store" not in response.headers.get("cache-control", ""):
                idempotency_keys.keep(call.session, call.now, claim, _answer(response))
            return response

    answer.answers_once = True  # type: ignore[attr-defined]  # routes are made again on inclusion
    return answer


def _claim(call: Any) -> Claim | None:
    """What the request claims, if it names a key; raises BadRequest for one that is none."""
    key = getattr(call, "idempotency_key", None)
    if key is None:
        return None
    if not KEY.fullmatch(key):
        mend = f"{HEADER} 请写 1 到 255 个可见的英文字符，不含空格，如一个 UUID。"
        raise BadRequest(400, "bad_parameter", mend, f"/header/{HEADER}", key)
    request = call.request
    said = (
        request.method,
        f"{request.url.path}?{request.url.query}",
        request.headers.get("if-match", ""),
        call.said,
    )
    return Claim(call.actor.id, hashing.digest(key), hashing.digest("\x1f".join(said)))


def canonical(content: bytes) -> str:
    """What a body says, whatever the order of its keys; its bytes where a route takes no JSON."""
    try:
        read = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str)
        return json.dumps(read, sort_keys=True)
    except (ValueError, RecursionError):
        return content.hex()


def _answer(response: Response) -> Answer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Answer(response.status_code, headers, bytes(response.body).decode())
