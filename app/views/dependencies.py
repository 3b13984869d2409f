"""What a route may ask for: a session in one transaction, the actor, the time, the form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from sqlmodel import Session

from app.db.session import reading, writing
from app.domain.actors import Actor
from app.domain.policies import Policy
from app.doors import OpenDoor
from app.errors import Forbidden, Unauthenticated
from app.services import accounts, duties, form_tokens, messages, password_policies
from app.services.accounts import Holder
from app.services.doors import admit
from app.services.duties import Duty
from app.views import cookies
from app.views.forms import posted
from app.views.refusals import address
from app.views.security import SAFE_METHODS

COOKIE = cookies.SESSION
TOKEN_FIELD, TOKEN_HEADER = "csrf", "x-csrf-token"
STALE = (
    "这个页面打开得太久，或者浏览器里已换了账号或岗位，刚才的内容没有处理。"
    "请在新窗口重新打开页面，核对后再保存。"
)


def now(request: Request) -> datetime:
    """The time by the application's clock, aware, in UTC."""
    moment: datetime = request.app.state.clock()
    return moment


def read_session(request: Request) -> Iterator[Session]:
    """A session that only reads."""
    with reading(request.app.state.engine) as session:
        yield session


def write_session(request: Request) -> Iterator[Session]:
    """A session that writes; it commits before the answer leaves."""
    with writing(request.app.state.engine) as session:
        yield session


# An identifier in an address: anything else is an address that no page has.
Id = Annotated[int, Path(ge=1, lt=2**63)]
Year = Annotated[int | None, Query(ge=1949, le=9999)]
Now = Annotated[datetime, Depends(now)]
ReadSession = Annotated[Session, Depends(read_session, scope="function")]
WriteSession = Annotated[Session, Depends(write_session, scope="function")]
Fields = Annotated[dict[str, str], Depends(posted)]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody signed in: who, when, in which transaction, with which fields."""

    request: Request
    session: Session
    actor: Actor
    now: datetime
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def acting(self) -> tuple[Session, Actor, datetime]:
        """What a service that writes takes first."""
        return self.session, self.actor, self.now


class DutyFirst(Forbidden):
    """Something has to be done before this page opens; the answer leads there."""

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        super().__init__()


@dataclass(frozen=True, slots=True)
class PageDoor:
    """Lets in the people whom a policy lets in, with a session and the token of a page of ours.

    `duties` are those that are done behind this door; any other comes first.
    """

    policy: Policy
    duties: tuple[Duty, ...] = ()

    def __call__(self, request: Request, moment: Now, fields: Fields) -> None:
        """Find out who is here, which keeps their session alive.

        Raises Unauthenticated, Forbidden or DutyFirst. Asked in transactions of its own: the
        one of the form begins in the route, because a request that holds the one writer's turn
        while it waits for a thread stalls all others.
        """
        engine, token = request.app.state.engine, cookies.token(request)
        profile = password_policies.profile(request.app.state.settings.password_profile)
        with reading(engine) as session:
            holder = _signed_in(request, session, moment, fields)
            duty = duties.duty_of(session, moment, holder, profile)
            due = accounts.presence_due(session, moment, token)
            admitted = duty in (Duty.NONE, *self.duties)
            if admitted and holder.actor is not None:
                admit(session, holder.actor, self.policy)
        if due:
            with writing(engine) as session:
                accounts.keep_alive(session, moment, token, idle=idle(request))
                holder = settle_in(request, session, moment, token) or holder
        if not admitted:
            raise DutyFirst(duty)
        request.state.held = holder, duty


def allows(policy: Policy, *behind: Duty) -> Any:
    """The declaration of a route: `dependencies=[allows(READS)]`."""
    return Depends(OpenDoor(policy) if policy.public else PageDoor(policy, behind))


async def held(request: Request) -> tuple[Holder, Duty]:
    """Who came in by the door of this route, and what they still have to do."""
    found: tuple[Holder, Duty] | None = getattr(request.state, "held", None)
    if found is None:
        raise Unauthenticated
    return found


async def present(request: Request) -> Actor:
    """The same in a post; raises DutyFirst for who has none."""
    holder, _ = await held(request)
    if holder.actor is None:
        raise DutyFirst(Duty.POST)
    return holder.actor


Held = Annotated[tuple[Holder, Duty], Depends(held)]
Present = Annotated[Actor, Depends(present)]


def reading_visit(request: Request, actor: Present, session: ReadSession, moment: Now) -> Visit:
    """Somebody asks for a page."""
    return Visit(request, session, actor, moment)


def writing_visit(
    request: Request, actor: Present, session: WriteSession, moment: Now, fields: Fields
) -> Visit:
    """Somebody sends a form."""
    return Visit(request, session, actor, moment, fields)


Reading = Annotated[Visit, Depends(reading_visit)]
Writing = Annotated[Visit, Depends(writing_visit)]


def idle(request: Request) -> timedelta:
    """How long a session lasts without anybody sending a form."""
    lasts: timedelta = request.app.state.settings.session_idle
    return lasts


def settle_in(request: Request, session: Session, moment: datetime, token: str) -> Holder | None:
    """Whose session it is, kept for the page's head and its forms."""
    holder = accounts.holder_of_token(session, moment, token, idle=idle(request)) if token else None
    if holder is not None:
        holder = holder.seen_from(address(request))
        request.state.holder, request.state.actor = holder, holder.person
        # Told apart: the row is gone once a refusal has ended the transaction.
        request.state.username = holder.user.username
        left = accounts.seconds_left(moment, holder.held, idle=idle(request))
        request.state.left = 0 if holder.held.pending else left
        request.state.csrf = form_tokens.token(request.app.state.secret_key, holder)
    return holder


def require_token(
    request: Request,
    session: Session,
    moment: datetime,
    holder: Holder,
    fields: Mapping[str, str],
) -> None:
    """Refuse a form that does not carry the token of a page of this person."""
    if request.method in SAFE_METHODS:
        return
    given = request.headers.get(TOKEN_HEADER) or fields.get(TOKEN_FIELD, "")
    key = request.app.state.secret_key
    if not form_tokens.accepts(session, moment, key, holder, given):
        raise Forbidden(STALE)


def _signed_in(
    request: Request, session: Session, moment: datetime, fields: Mapping[str, str]
) -> Holder:
    holder = settle_in(request, session, moment, cookies.token(request))
    if holder is None:
        raise Unauthenticated
    require_token(request, session, moment, holder, fields)
    request.state.unread = messages.unread(session, holder.user.id)
    return holder
