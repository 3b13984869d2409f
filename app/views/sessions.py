"""The session of an open page (登录状态): how long it lasts, stay, log in again in place.

`session.js` asks here, in JSON. Asking how long it lasts does not make it last longer. The
token of the page, sent with each request, says whose page it is: nobody else gets a new one.
"""

from dataclasses import asdict, dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from app.db.session import reading, writing
from app.domain.actors import ROLE_LABELS
from app.domain.policies import ANYBODY, SIGNED_IN
from app.doors import GuardedRoute
from app.errors import Unauthenticated
from app.services import accounts, form_tokens, password_policies
from app.services.accounts import Holder
from app.services.duties import Duty, duty_of
from app.services.logins import Verdict
from app.views import cookies
from app.views.carried_forms import taken_up
from app.views.dependencies import TOKEN_HEADER, Fields, Held, Now, allows, idle, settle_in
from app.views.page import page
from app.views.sign_in import checked, judged, refused, status_of

router = APIRouter(route_class=GuardedRoute)

DONE = "sign_in/done.html"


@dataclass(frozen=True, slots=True)
class SessionState:
    """What a page needs to know of the session that its browser holds.

    `same` if it is a session of the person whose page this is, in the post of the page; only
    then is there a new `csrf`. `duty` is something to do before anything else opens, `pending`
    a missing code.
    """

    left: int = 0
    name: str = ""
    role: str = ""
    same: bool = False
    pending: bool = False
    duty: bool = False
    csrf: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class DonePage:
    """已登录: the page in which one was working waits in another window."""


@router.get("/session", dependencies=[allows(ANYBODY)])
def show_session(request: Request, now: Now) -> Response:
    """How the browser's session stands; asking is no sign of life."""
    return _told(_state(request, now, cookies.token(request)))


@router.post("/session", dependencies=[allows(SIGNED_IN, Duty.PASSWORD, Duty.ENROL, Duty.POST)])
def post_session(request: Request, found: Held, now: Now) -> Response:
    """Stay: the session lasts from now on."""
    with writing(request.app.state.engine) as session:
        accounts.stay(session, now, found[0].held)
    return _told(_state(request, now, cookies.token(request)))


@router.post("/session/login", dependencies=[allows(ANYBODY)])
async def post_session_login(request: Request, fields: Fields, now: Now) -> Response:
    """Log in again without leaving the page."""
    verdict = await judged(request, fields, now)
    return await run_in_threadpool(_entered, request, now, verdict)


@router.post("/session/verify", dependencies=[allows(ANYBODY)])
async def post_session_verify(request: Request, fields: Fields, now: Now) -> Response:
    """The code, without leaving the page."""
    holder = await run_in_threadpool(_half_in, request, now)
    verdict = await checked(request, holder, fields, now)
    return await run_in_threadpool(_entered, request, now, verdict)


@router.get("/session/done", dependencies=[allows(SIGNED_IN)])
def show_session_done(request: Request) -> Response:
    """After a login in a window of its own."""
    return page(request, DONE, DonePage())


def _half_in(request: Request, now: Now) -> Holder:
    """Whose session waits for the code; raises Unauthenticated."""
    with reading(request.app.state.engine) as session:
        holder = settle_in(request, session, now, cookies.token(request))
    if holder is None or not holder.held.pending:
        raise Unauthenticated
    return holder


def _entered(request: Request, now: Now, verdict: Verdict) -> Response:
    if not verdict.token:
        answer = _told(SessionState(message=verdict.message), status_of(verdict))
        return refused(answer, verdict)
    token = taken_up(request, now, verdict, request.headers.get(TOKEN_HEADER, ""))
    return cookies.hold(request, _told(_state(request, now, token)), token, verdict.device)


def _state(request: Request, now: Now, token: str) -> SessionState:
    state, given = request.app.state, request.headers.get(TOKEN_HEADER, "")
    profile = password_policies.profile(state.settings.password_profile)
    with reading(state.engine) as session:
        holder = settle_in(request, session, now, token)
        if holder is None:
            return SessionState()
        same = form_tokens.goes_on(form_tokens.page_of(session, state.secret_key, given), holder)
        duty = duty_of(session, now, holder, profile)
        pending = duty is Duty.FACTOR
        return SessionState(
            left=0 if pending else accounts.seconds_left(now, holder.held, idle=idle(request)),
            name=holder.user.name,
            role=ROLE_LABELS[holder.actor.role] if holder.actor else "",
            same=same,
            pending=pending,
            duty=duty not in (Duty.NONE, Duty.FACTOR),
            csrf=form_tokens.token(state.secret_key, holder) if same and not pending else "",
        )


def _told(state: SessionState, status: int = 200) -> Response:
    content: dict[str, Any] = asdict(state)
    return JSONResponse(content, status)
