"""What a route may ask for: who is calling, a session in one transaction, the time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from app.api.etags import IfMatch
from app.api.idempotency import Body, IdempotencyKey, canonical
from app.api.refusals import address
from app.db.session import reading, writing
from app.domain.actors import Actor
from app.domain.policies import Policy
from app.errors import Unauthenticated
from app.services import accounts
from app.services.doors import admit

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


@dataclass(frozen=True, slots=True)
class ApiDoor:
    """Lets in the keys that a policy lets in, before the body is looked at."""

    policy: Policy

    def __call__(self, request: Request, credentials: Credentials) -> None:
        """Find out who is calling; raises Unauthenticated or Forbidden.

        Where anybody may come nobody has to say who they are; a key that is wrong is refused.
        """
        if self.policy.public and "authorization" not in request.headers:
            return
        with reading(request.app.state.engine) as session:
            actor = _known(session, request, credentials)
            request.state.actor = actor  # also for the audit trail, should they be refused
            admit(session, actor, self.policy)


def allows(policy: Policy) -> Any:
    """The declaration of a route: `dependencies=[allows(READS)]`."""
    return Depends(ApiDoor(policy))


async def caller(request: Request) -> Actor:
    """Who came in by the door of this route."""
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None:
        raise Unauthenticated
    return actor


Caller = Annotated[Actor, Depends(caller)]
Now = Annotated[datetime, Depends(now)]


def write_session(request: Request, _: Caller) -> Iterator[Session]:
    """A session that writes; it commits before the answer leaves."""
    with writing(request.app.state.engine) as session:
        yield session


WriteSession = Annotated[Session, Depends(write_session, scope="function")]


@dataclass(frozen=True, slots=True)
class Reading:
    """A request that reads."""

    request: Request
    session: ReadSession
    actor: Caller
    now: Now


@dataclass(frozen=True, slots=True)
class Writing:
    """A request that writes something new."""

    request: Request
    session: WriteSession
    actor: Caller
    now: Now
    body: Body
    idempotency_key: IdempotencyKey = None

    @property
    def said(self) -> str:
        """What the body says, in a form that does not depend on the order of its keys."""
        return canonical(self.body)

    @property
    def acting(self) -> tuple[Session, Actor, datetime]:
        """What a service that writes takes first."""
        return self.session, self.actor, self.now


@dataclass(frozen=True, slots=True)
class Changing(Writing):
    """A request that changes what is there, and says which version it was decided on."""

    if_match: IfMatch = None


Reads = Annotated[Reading, Depends()]
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
    return replace(actor, address=address(request))
