"""One's own account (我的账号): the password and the sessions."""

from asyncio import get_running_loop
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from fastapi import APIRouter, Request, Response

from app.domain.policies import SIGNED_IN
from app.doors import GuardedRoute
from app.errors import Unacceptable
from app.services import hashing, own_sessions, password_policies, passwords
from app.services.accounts import Holder
from app.services.duties import Duty
from app.services.passwords import Change
from app.views import cookies
from app.views.agents import browser_of
from app.views.dependencies import (
    Fields,
    Held,
    Now,
    ReadSession,
    WriteSession,
    allows,
    idle,
)
from app.views.forms import refused
from app.views.page import go_to, page

router = APIRouter(route_class=GuardedRoute)

PASSWORD = "account/password.html"  # noqa: S105 - a template
SESSIONS = "account/sessions.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPage:
    """修改密码: why it has to be, what the policy asks, what went wrong."""

    here: str = "password"
    demo: bool
    forced: bool
    issued: bool
    asks: tuple[str, ...]
    set_at: datetime
    expires_at: datetime | None
    messages: dict[str, str]


@dataclass(frozen=True, slots=True)
class SessionView:
    """One login: the browser in words, the address, when, and whether it is this one."""

    handle: str
    browser: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage:
    """登录设备: where the person is logged in."""

    here: str = "sessions"
    demo: bool
    sessions: tuple[SessionView, ...]


@router.get("/account/password", dependencies=[allows(SIGNED_IN, Duty.PASSWORD, Duty.POST)])
def show_password(request: Request, found: Held) -> Response:
    """The form to change the password."""
    return _password(request, found)


@router.post("/account/password", dependencies=[allows(SIGNED_IN, Duty.PASSWORD, Duty.POST)])
async def post_password(request: Request, found: Held, fields: Fields, now: Now) -> Response:
    """Store a new password; every other session of the person is over."""
    holder, duty = found
    typed = Change(*(fields.get(name, "") for name in ("current", "new", "repeated")))
    profile = password_policies.profile(request.app.state.settings.password_profile)
    engine, address = request.app.state.engine, holder.address
    given = (engine, now, cookies.token(request), typed, profile, address)
    try:
        change = partial(passwords.change, *given)
        token = await get_running_loop().run_in_executor(hashing.EXECUTOR, change)
    except Unacceptable as refusal:
        return _password(request, found, refusal)
    where = "show_home" if duty is Duty.PASSWORD else "show_sessions"
    return cookies.hold(request, go_to(request, where), token)


@router.get("/account/sessions", dependencies=[allows(SIGNED_IN, Duty.POST)])
def show_sessions(request: Request, found: Held, session: ReadSession, now: Now) -> Response:
    """Where the person is logged in."""
    holder, _ = found
    mine = (holder.user.id, cookies.token(request))
    listed = own_sessions.listed(session, now, *mine, idle(request))
    views = tuple(
        SessionView(
            row.handle, browser_of(row.agent), row.address, row.created_at, row.last_seen_at,
            row.present,
        )
        for row in listed
    )  # fmt: skip
    return page(request, SESSIONS, SessionsPage(demo=holder.user.demo, sessions=views))


@router.post("/account/sessions/others", dependencies=[allows(SIGNED_IN, Duty.POST)])
def post_end_others(request: Request, found: Held, session: WriteSession, now: Now) -> Response:
    """End every session but this one."""
    own, token = found[0], cookies.token(request)
    own_sessions.end_others(session, now, own.user.id, token, own.address)
    return go_to(request, "show_sessions")


@router.post("/account/sessions/{handle}", dependencies=[allows(SIGNED_IN, Duty.POST)])
def post_end_session(
    request: Request, handle: str, found: Held, session: WriteSession, now: Now
) -> Response:
    """End one session."""
    own_sessions.end_one(session, now, found[0].user.id, handle, found[0].address)
    return go_to(request, "show_sessions")


def _password(
    request: Request, found: tuple[Holder, Duty], refusal: Unacceptable | None = None
) -> Response:
    holder, duty = found
    user = holder.user
    profile = password_policies.profile(request.app.state.settings.password_profile)
    context = PasswordPage(
        demo=user.demo,
        forced=duty is Duty.PASSWORD,
        issued=user.issued_until is not None,
        asks=profile.asks(),
        set_at=user.password_set_at,
        expires_at=None if user.demo else profile.expires_at(user.password_set_at),
        messages=dict(refused({}, refusal.errors).messages) if refusal else {},
    )
    return page(request, PASSWORD, context, status=refusal.status if refusal else 200)
