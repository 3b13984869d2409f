"""Signing in and out (登录, 退出): the password, then the second factor where there is one."""

from asyncio import get_running_loop
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.db.session import writing
from app.domain.lockout import LockRules
from app.domain.policies import ANYBODY, SIGNED_IN
from app.doors import GuardedRoute
from app.services import accounts, hashing, logins, second_factors
from app.services.duties import Duty
from app.services.logins import Door, Typed, Verdict
from app.views import cookies
from app.views.dependencies import Fields, Held, Now, WriteSession, allows, require_token, settle_in
from app.views.page import go_to, go_to_path, page

router = APIRouter(route_class=GuardedRoute)

LOGIN = "sign_in/login.html"
VERIFY = "sign_in/verify.html"
HOME = "/"


@dataclass(frozen=True, slots=True)
class LoginPage:
    """登录: the name as typed, where to go afterwards, and what went wrong."""

    username: str
    to: str
    message: str


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """二次验证: who is half in, where to go afterwards, and what went wrong."""

    name: str
    to: str
    message: str


@router.get("/login", dependencies=[allows(ANYBODY)])
def show_login(request: Request, to: str = HOME) -> Response:
    """The form to sign in with."""
    return page(request, LOGIN, LoginPage("", within(to), ""))


@router.post("/login", dependencies=[allows(ANYBODY)])
async def post_login(request: Request, fields: Fields, now: Now) -> Response:
    """Begin a session and go where the visitor wanted to."""
    typed = Typed(fields.get("username", ""), fields.get("password", ""))
    where = (cookies.whence(request), door(request))
    judge = partial(logins.attempt, request.app.state.engine, now, typed, *where)
    verdict = await get_running_loop().run_in_executor(hashing.EXECUTOR, judge)
    wanted = within(fields.get("to", HOME))
    if not verdict.token:
        context = LoginPage(typed.username, wanted, verdict.message)
        return _refused(page(request, LOGIN, context, status=_status(verdict)), verdict)
    return cookies.hold(request, _onward(request, verdict, wanted), verdict.token, verdict.device)


@router.get("/login/verify", dependencies=[allows(SIGNED_IN, Duty.FACTOR)])
def show_verify(request: Request, found: Held, to: str = HOME) -> Response:
    """The form for the second factor."""
    holder, duty = found
    if duty is not Duty.FACTOR:
        return go_to_path(request, within(to))
    return page(request, VERIFY, VerifyPage(holder.user.name, within(to), ""))


@router.post("/login/verify", dependencies=[allows(SIGNED_IN, Duty.FACTOR)])
def post_verify(request: Request, found: Held, fields: Fields, now: Now) -> Response:
    """Make the session a whole one."""
    holder, duty = found
    wanted = within(fields.get("to", HOME))
    if duty is not Duty.FACTOR:
        return go_to_path(request, wanted)
    given = (fields.get("code", ""), cookies.whence(request), door(request))
    with writing(request.app.state.engine) as session:
        verdict = second_factors.check(session, now, holder, *given)
    if not verdict.token:
        context = VerifyPage(holder.user.name, wanted, verdict.message)
        return _refused(page(request, VERIFY, context, status=_status(verdict)), verdict)
    return cookies.hold(request, go_to_path(request, wanted), verdict.token, verdict.device)


@router.post("/logout", dependencies=[allows(ANYBODY)])
def post_logout(request: Request, fields: Fields, session: WriteSession, now: Now) -> Response:
    """End the session, here and in the database; a second time does no harm."""
    token = cookies.token(request)
    holder = settle_in(request, session, now, token)
    if holder is not None:
        require_token(request, session, now, holder, fields)
        accounts.log_out(session, now, token, address=holder.address)
    return cookies.drop(request, go_to(request, "show_login"))


def within(path: str) -> str:
    """A path of this host, never another host's address in disguise."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else HOME


def door(request: Request) -> Door:
    """How this house judges those who want in."""
    settings = request.app.state.settings
    return Door(
        key=request.app.state.secret_key,
        rules=LockRules(failures=settings.login_failures, lock=settings.login_lock),
        lifetime=settings.session_absolute,
    )


def _onward(request: Request, verdict: Verdict, wanted: str) -> Response:
    if not verdict.pending:
        return go_to_path(request, wanted)
    verify = str(request.app.url_path_for("show_verify"))
    return go_to_path(request, f"{verify}?{urlencode({'to': wanted})}")


def _status(verdict: Verdict) -> int:
    return 429 if verdict.retry_after else 422


def _refused(response: Response, verdict: Verdict) -> Response:
    if verdict.retry_after:
        response.headers["Retry-After"] = str(verdict.retry_after)
    return response
