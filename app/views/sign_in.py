"""Signing in and out (登录, 退出)."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from app.errors import Unauthenticated
from app.services import accounts
from app.views.dependencies import COOKIE, Fields, Now, WriteSession
from app.views.page import go_to_path, page

router = APIRouter()

LOGIN = "sign_in/login.html"
HOME = "/"


@dataclass(frozen=True, slots=True)
class LoginPage:
    """登录: the name as typed, where to go afterwards, and what went wrong."""

    username: str
    to: str
    message: str


@router.get("/login")
def show_login(request: Request, to: str = HOME) -> Response:
    """The form to sign in with."""
    return page(request, LOGIN, LoginPage("", _within(to), ""))


@router.post("/login")
def post_login(request: Request, fields: Fields, session: WriteSession, now: Now) -> Response:
    """Begin a session and go where the visitor wanted to."""
    username, wanted = fields.get("username", ""), _within(fields.get("to", HOME))
    try:
        lifetime = request.app.state.settings.session_absolute
        token = accounts.log_in(
            session, now, username, fields.get("password", ""), lifetime=lifetime
        )
    except Unauthenticated as refusal:
        return page(request, LOGIN, LoginPage(username, wanted, refusal.message), status=422)
    response = go_to_path(request, wanted)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure)
    return response


@router.post("/logout")
def post_logout(request: Request, session: WriteSession, now: Now) -> Response:
    """End the session, here and in the database."""
    token = request.cookies.get(COOKIE)
    if token:
        accounts.log_out(session, now, token)
    response = go_to_path(request, "/login")
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def _within(path: str) -> str:
    """A path of this host, never another host's address in disguise."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else HOME
