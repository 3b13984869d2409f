"""What a route may ask for: who is calling, a session in one transaction, the time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from app.api.etags import IfMatch
from app.api.refusals import address
from app.db.session import reading, writing
from app.domain.actors import AUDIT, READ, SCORE, WRITE, Actor
from app.errors import Forbidden, Unauthenticated
from app.services import accounts

SCOPE_LABELS = {READ: "读取", WRITE: "写入", SCORE: "读取得分", AUDIT: "查阅审计记录"}

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="bearer",
    description="接口密钥，写作 Authorization: Bearer 密钥。演示环境的密钥是 demo-key。",
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def now(request: Request) -> datetime:
    """The time by the application's clock, aware, in UTC."""
    moment: datetime = request.app.state.clock()
    return moment


def read_session(request: Request) -> Iterator[Session]:
    """A session that only reads."""
    with reading(request.app.state.engine) as session:
        yield session


ReadSession = Annotated[Session, Depends(read_session, scope="function")]


def reader(session: ReadSession, request: Request, credentials: Credentials) -> Actor:
    """The caller, who may read (scope read)."""
    return _allowed(_known(session, request, credentials), READ)


def poller(session: ReadSession, request: Request, credentials: Credentials) -> Actor:
    """The caller, who may read scores (scope score, or read which holds it)."""
    return _allowed(_known(session, request, credentials), SCORE, READ)


def auditor(session: ReadSession, request: Request, credentials: Credentials) -> Actor:
    """The caller, who may read the audit trail (scope audit)."""
    return _allowed(_known(session, request, credentials), AUDIT)


def writer(request: Request, credentials: Credentials) -> Actor:
    """The caller, who may write (scope write); asked before a write transaction begins."""
    with reading(request.app.state.engine) as session:
        return _allowed(_known(session, request, credentials), WRITE)


def visitor(request: Request, credentials: Credentials) -> Actor | None:
    """Anybody. Without a key nobody is named; a key that is wrong is still refused."""
    if "authorization" not in request.headers:
        return None
    with reading(request.app.state.engine) as session:
        return _known(session, request, credentials)


Reader = Annotated[Actor, Depends(reader)]
Poller = Annotated[Actor, Depends(poller)]
Auditor = Annotated[Actor, Depends(auditor)]
Writer = Annotated[Actor, Depends(writer)]
Visitor = Annotated[Actor | None, Depends(visitor)]
Now = Annotated[datetime, Depends(now)]


def write_session(request: Request, _: Writer) -> Iterator[Session]:
    """A session that writes; it commits before the answer leaves."""
    with writing(request.app.state.engine) as session:
        yield session


WriteSession = Annotated[Session, Depends(write_session, scope="function")]


@dataclass(frozen=True, slots=True)
class Reading:
    """A request that reads."""

    request: Request
    session: ReadSession
    actor: Reader
    now: Now


@dataclass(frozen=True, slots=True)
class Polling:
    """A request that reads scores."""

    request: Request
    session: ReadSession
    actor: Poller
    now: Now


@dataclass(frozen=True, slots=True)
class Auditing:
    """A request that reads the audit trail."""

    request: Request
    session: ReadSession
    actor: Auditor
    now: Now


@dataclass(frozen=True, slots=True)
class Writing:
    """A request that writes something new."""

    request: Request
    session: WriteSession
    actor: Writer
    now: Now

    @property
    def acting(self) -> tuple[Session, Actor, datetime]:
        """What a service that writes takes first."""
        return self.session, self.actor, self.now


@dataclass(frozen=True, slots=True)
class Changing(Writing):
    """A request that changes what is there, and says which version it was decided on."""

    if_match: IfMatch = None


Reads = Annotated[Reading, Depends()]
Polls = Annotated[Polling, Depends()]
Audits = Annotated[Auditing, Depends()]
Writes = Annotated[Writing, Depends()]
Changes = Annotated[Changing, Depends()]


def _known(
    session: Session, request: Request, credentials: HTTPAuthorizationCredentials | None
) -> Actor:
    if "authorization" not in request.headers:
        raise Unauthenticated("请在请求头写明 Authorization: Bearer 接口密钥。")
    key = "" if credentials is None else credentials.credentials
    actor = accounts.actor_of_key(session, key) if key else None
    if actor is None:
        raise Unauthenticated("接口密钥不正确或已停用，请向管理员核对。")
    actor = replace(actor, address=address(request))
    request.state.actor = actor  # for the audit trail, should the request be refused further on
    return actor


def _allowed(actor: Actor, *scopes: str) -> Actor:
    if actor.scopes.isdisjoint(scopes):
        needed = f"{SCOPE_LABELS[scopes[0]]}（{scopes[0]}）"
        raise Forbidden(f"这把接口密钥没有{needed}权限，需要时请向管理员申请。")
    return actor
