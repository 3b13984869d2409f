"""Signing in and out (登录, 退出): the password, then the second factor where there is one."""

from asyncio import get_running_loop
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.db.session import writing
from app.domain.lockout import LockRules
from app.domain.policies import ANYBODY, SIGNED_IN
from app.doors import GuardedRoute
from app.services import accounts, hashing, identity_logins, logins, own_sessions, second_factors
from app.services.accounts import Holder
from app.services.duties import Duty
from app.services.identity_provider import Provider
from app.services.logins import Door, Typed, Verdict
from app.views import carried_forms, cookies
from app.views.carried_forms import luggage_of
from app.views.dependencies import Fields, Held, Now, WriteSession, allows, require_token, settle_in
from app.views.login_pages import login_page, verify_page
from app.views.page import go_to, go_to_path, page
from app.views.places import HOME, within

router = APIRouter(route_class=GuardedRoute)

LEFT = "sign_in/left.html"


@dataclass(frozen=True, slots=True)
class LeftPage:
    """已退出: where the login at the provider can be ended too."""

    provider_url: str


@router.get("/login", dependencies=[allows(ANYBODY)])
def show_login(request: Request, to: str = HOME) -> Response:
    """The form to sign in with."""
    return login_page(request, within(to))


@router.post("/login", dependencies=[allows(ANYBODY)])
async def post_login(request: Request, fields: Fields, now: Now) -> Response:
    """Begin a session and go where the visitor wanted to, or back to what was typed."""
    verdict = await judged(request, fields, now)
    wanted, luggage = within(fields.get("to", HOME)), luggage_of(fields)
    if not verdict.token:
        typed = (fields.get("username", ""), luggage)
        answer = login_page(request, wanted, verdict.message, status_of(verdict), *typed)
        return refused(answer, verdict)
    if luggage.sealed:
        return await carried_forms.onward(request, now, verdict, wanted, luggage)
    answer = onward(request, verdict.pending, wanted)
    return cookies.hold(request, answer, verdict.token, verdict.device)


@router.get("/login/verify", dependencies=[allows(SIGNED_IN, Duty.FACTOR)])
def show_verify(request: Request, found: Held, to: str = HOME) -> Response:
    """The form for the second factor."""
    holder, duty = found
    if duty is not Duty.FACTOR:
        return go_to_path(request, within(to))
    return verify_page(request, holder.user.name, within(to))


@router.post("/login/verify", dependencies=[allows(SIGNED_IN, Duty.FACTOR)])
async def post_verify(request: Request, found: Held, fields: Fields, now: Now) -> Response:
    """Make the session a whole one."""
    holder, duty = found
    wanted, luggage = within(fields.get("to", HOME)), luggage_of(fields)
    if duty is not Duty.FACTOR:
        return go_to_path(request, wanted)
    verdict = await checked(request, holder, fields, now)
    if not verdict.token:
        told = (verdict.message, status_of(verdict), luggage)
        return refused(verify_page(request, holder.user.name, wanted, *told), verdict)
    if luggage.sealed:
        return await carried_forms.onward(request, now, verdict, wanted, luggage)
    return cookies.hold(request, go_to_path(request, wanted), verdict.token, verdict.device)


@router.post("/logout", dependencies=[allows(ANYBODY)])
def post_logout(request: Request, fields: Fields, session: WriteSession, now: Now) -> Response:
    """End the session, here and in the database; a second time does no harm."""
    token = cookies.token(request)
    holder = settle_in(request, session, now, token)
    if holder is None:
        return cookies.drop(request, go_to(request, "show_login"))
    require_token(request, session, now, holder, fields)
    accounts.log_out(session, now, token, address=holder.address)
    elsewhere = _elsewhere(request, holder)
    request.state.holder, request.state.csrf = None, ""
    left = page(request, LEFT, LeftPage(elsewhere)) if elsewhere else go_to(request, "show_login")
    return cookies.drop(request, left)


async def judged(request: Request, fields: Mapping[str, str], now: Now) -> Verdict:
    """What becomes of a name and a password; verified on threads of their own."""
    typed = Typed(fields.get("username", ""), fields.get("password", ""))
    where = (cookies.whence(request), door(request))
    judge = partial(logins.attempt, request.app.state.engine, now, typed, *where)
    return await get_running_loop().run_in_executor(hashing.EXECUTOR, judge)


async def checked(request: Request, holder: Holder, fields: Mapping[str, str], now: Now) -> Verdict:
    """What becomes of a code for the second factor."""

    def check() -> Verdict:
        given = (fields.get("code", ""), cookies.whence(request), door(request))
        with writing(request.app.state.engine) as session:
            return second_factors.check(session, now, holder, *given)

    return await get_running_loop().run_in_executor(hashing.EXECUTOR, check)


def door(request: Request) -> Door:
    """How this house judges those who want in."""
    settings = request.app.state.settings
    return Door(
        key=request.app.state.secret_key,
        rules=LockRules(failures=settings.login_failures, lock=settings.login_lock),
        lifetime=settings.session_absolute,
    )


def onward(request: Request, pending: bool, wanted: str) -> Response:
    """To the second factor, or to where the visitor wanted to go."""
    if not pending:
        return go_to_path(request, wanted)
    verify = str(request.app.url_path_for("show_verify"))
    return go_to_path(request, f"{verify}?{urlencode({'to': wanted})}")


def status_of(verdict: Verdict) -> int:
    """The status of a refusal at the door."""
    return 429 if verdict.retry_after else 422


def refused(response: Response, verdict: Verdict) -> Response:
    """The refusal, with the seconds to wait where there are any."""
    if verdict.retry_after:
        response.headers["Retry-After"] = str(verdict.retry_after)
    return response


def _elsewhere(request: Request, holder: Holder) -> str:
    """Where the login at the provider is ended, for who came in by it; else nothing."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        return ""
    base = request.base_url
    back = f"{base.scheme}://{base.netloc}{request.app.url_path_for('show_login')}"
    proof, key = own_sessions.proof_of(holder.held), request.app.state.secret_key
    return identity_logins.logout_url(provider, key, proof, back)
