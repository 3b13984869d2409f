"""Files sent to the API: received whole and examined before a transaction begins."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlmodel import Session

from app import uploads
from app.api.dependencies import Caller, Now
from app.api.filters import Id
from app.api.idempotency import IdempotencyKey
from app.api.problems import BadRequest
from app.db.session import writing
from app.errors import Problem, Unacceptable
from app.files.multipart import BadMultipart, Event, Multipart
from app.services import attachment_policies
from app.services.reception import Reception

MULTIPART, OCTETS = "multipart/form-data", "application/octet-stream"
WRONG_TYPE = (
    f"请用 {MULTIPART} 提交一个或多个文件，或用 {OCTETS} 提交一个文件并以查询参数 name 写明文件名。"
)
NO_NAME = "请用查询参数 name 写明文件名，包括扩展名。"
CUT = "请求内容不是完整的 multipart/form-data，请核对边界和结尾。"
FileName = Annotated[str, Query(max_length=1000, description="文件名；逐个提交原始内容时必填")]


async def received(
    request: Request, form_id: Id, actor: Caller, moment: Now, name: FileName = ""
) -> AsyncIterator[Reception]:
    """The files of a request, every one of them sound; raises Unacceptable for all that are not."""
    depot = uploads.of_application(request.app)
    try:
        async with depot.receiving(actor, moment, form_id, _events(request, name)) as reception:
            if reception.problems:
                raise Unacceptable(reception.problems)
            if not reception.received:
                raise Unacceptable([Problem("/files", "请求中没有文件，请至少附上一个文件")])
            yield reception
    except BadMultipart as error:
        raise BadRequest(400, "malformed_multipart", CUT) from error


Arrived = Annotated[Reception, Depends(received, scope="function")]


def upload_session(request: Request, _: Arrived) -> Iterator[Session]:
    """A session that writes, begun when every file has arrived."""
    with writing(request.app.state.engine) as session:
        yield session


@dataclass(frozen=True, slots=True)
class Uploading:
    """A request that brings files."""

    request: Request
    reception: Arrived
    session: Annotated[Session, Depends(upload_session, scope="function")]
    actor: Caller
    now: Now
    idempotency_key: IdempotencyKey = None

    @property
    def said(self) -> str:
        """The files by name and hash: two uploads of the same files say the same."""
        files = self.reception.received
        return "\x1e".join(f"{file.name}\x1f{file.sha256}" for file in files)


Uploads = Annotated[Uploading, Depends()]


async def _events(request: Request, name: str) -> AsyncIterator[Event]:
    """What the body brings; the routes of JSON would stop it at their own limit."""
    chunks = Request(request.scope, request.receive).stream()
    given = request.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if kind == MULTIPART:
        body = Multipart(given, chunks)
        await body.fields()
        files = body.files()
    elif kind in _raw_types():
        if not name:
            raise BadRequest(400, "bad_parameter", NO_NAME, "/query/name")
        files = uploads.raw(name, chunks)
    else:
        raise BadRequest(415, "unsupported_media_type", WRONG_TYPE)
    async for event in files:
        yield event


def _raw_types() -> set[str]:
    return {OCTETS, *(item.media_type for item in attachment_policies.policy().types)}
