"""Strong entity tags: built from type, id and version, never by hashing a rendered body."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from app.api.problems import BadRequest
from app.errors import PreconditionRequired

PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


@dataclass(frozen=True, slots=True)
class Tag:
    """The tag of one representation.

    `version` guards writes. `seen` names what else the representation shows (a project's
    name, what the reader may do): it changes the tag, but a write need not wait for it.
    """

    kind: str
    id: int
    version: int
    seen: tuple[object, ...] = ()

    def __str__(self) -> str:
        """The tag as the header carries it."""
        shown = f".{digest(self.seen)}" if self.seen else ""
        return f'"{self.kind}.{self.id}.{self.version}{shown}"'


def digest(values: Iterable[object]) -> str:
    """A short, stable fingerprint of plain values."""
    text = "\x1f".join(str(value) for value in values)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def list_tag(kind: str, values: Iterable[object]) -> str:
    """The tag of a list: what it names and the versions of its rows."""
    return f'"{kind}.{digest(values)}"'


def represented(
    request: Request,
    tag: Tag | str,
    body: BaseModel,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """The representation with its tag; 304 without a body when the reader has it already."""
    sent = {"ETag": str(tag), **PRIVATE, **(headers or {})}
    if request.method == "GET" and holds(request.headers.get("if-none-match"), str(tag)):
        return Response(status_code=304, headers=sent)
    return Response(body.model_dump_json(), status, sent, "application/json")


def created(request: Request, tag: Tag, body: BaseModel) -> Response:
    """A new record with its address."""
    where = f"{request.url.path.rstrip('/')}/{tag.id}"
    return represented(request, tag, body, 201, {"Location": where})


def deleted() -> Response:
    """Nothing is left to show."""
    return Response(status_code=204)


def holds(if_none_match: str | None, tag: str) -> bool:
    """Whether the reader already has the representation (weak comparison, RFC 9110)."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(item.removeprefix("W/") == tag for item in ENTITY_TAG.findall(if_none_match))


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="所依据的版本，即读取时响应头 ETag 的值；没有写明时答 428，已有新版本时答 412",
        examples=['"project.12.3"'],
    ),
]


def expected_version(if_match: str | None, kind: str, record_id: int) -> int:
    """The version a write is based on; 0, which no record has, when the tags are of another.

    Raises PreconditionRequired (428) when the header is absent or a bare `*`, which
    would let a write pass over changes that nobody has seen.
    """
    if if_match is None or if_match.strip() in ("", "*"):
        raise PreconditionRequired
    if not ENTITY_TAG.search(if_match):
        mend = "If-Match 请照抄读取时响应头 ETag 的值，包括双引号。"
        raise BadRequest(400, "bad_parameter", mend, "/header/If-Match", if_match)
    return max(_versions(if_match, kind, record_id), default=0)


def names(if_match: str | None, kind: str, record_id: int) -> bool:
    """Whether the header holds a tag of that record, of whatever version."""
    return bool(if_match and _versions(if_match, kind, record_id))


def _versions(if_match: str, kind: str, record_id: int) -> list[int]:
    named = re.compile(rf'"{re.escape(kind)}\.{record_id}\.(\d{{1,18}})(?:\.[0-9a-f]+)?"')
    matches = map(named.fullmatch, ENTITY_TAG.findall(if_match))
    return [int(match[1]) for match in matches if match]
