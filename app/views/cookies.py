"""What a browser keeps: the session, and a name by which a lock knows it again."""

from fastapi import Request, Response

from app.services.own_sessions import Whence
from app.views.refusals import address

SESSION = "jixiao_session"
DEVICE = "jixiao_device"
FLOW = "jixiao_oidc"
DEVICE_SECONDS = 90 * 24 * 3600


def token(request: Request) -> str:
    """The session's token, or nothing."""
    return request.cookies.get(_name(request, SESSION), "")


def whence(request: Request) -> Whence:
    """Where a request comes from; behind a trusted proxy the address is the one it names."""
    agent = request.headers.get("user-agent", "")
    return Whence(address(request), agent, request.cookies.get(_name(request, DEVICE), ""))


def hold(request: Request, response: Response, new_token: str, device: str = "") -> Response:
    """The answer, which gives the browser a session and the name of the device."""
    _set(request, response, SESSION, new_token, None)
    if device:
        _set(request, response, DEVICE, device, DEVICE_SECONDS)
    return response


def drop(request: Request, response: Response) -> Response:
    """The answer, after which the browser has no session."""
    secure = request.url.scheme == "https"
    name = _name(request, SESSION)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=secure)
    return response


def flow(request: Request) -> str:
    """The login by a provider that this browser has under way, sealed, or nothing."""
    return request.cookies.get(_name(request, FLOW), "")


def hold_flow(request: Request, response: Response, sealed: str, seconds: int) -> Response:
    """The answer, with which the browser keeps a login under way; empty forgets it."""
    _set(request, response, FLOW, sealed, seconds if sealed else 0)
    return response


def _set(request: Request, response: Response, name: str, value: str, max_age: int | None) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(
        _name(request, name), value, max_age, httponly=True, samesite="lax", secure=secure
    )


def _name(request: Request, name: str) -> str:
    """Over https no other host and no plain page can put a cookie of this name in its place."""
    return f"__Host-{name}" if request.url.scheme == "https" else name
