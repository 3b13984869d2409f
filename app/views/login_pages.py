"""The pages of the door (登录, 二次验证): what they hold, and how they are answered."""

from dataclasses import dataclass

from fastapi import Request, Response

from app.views.page import page

LOGIN = "sign_in/login.html"
VERIFY = "sign_in/verify.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Luggage:
    """What was typed into a form whose session had ended, sealed; the token of its page."""

    sealed: str = ""
    token: str = ""


NOTHING = Luggage()


@dataclass(frozen=True, slots=True)
class LoginPage:
    """登录: the name as typed, where to go afterwards, what went wrong, what is carried along.

    `provider` is what the button of the other way in says, "" where there is none.
    """

    username: str
    to: str
    message: str
    provider: str
    luggage: Luggage = NOTHING


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """二次验证: who is half in, where to go afterwards, what went wrong, what is carried along."""

    name: str
    to: str
    message: str
    luggage: Luggage = NOTHING


def login_page(
    request: Request,
    to: str,
    message: str = "",
    status: int = 200,
    username: str = "",
    luggage: Luggage = NOTHING,
) -> Response:
    """The form to sign in with."""
    provider = request.app.state.provider
    label = provider.oidc.label if provider else ""
    context = LoginPage(username, to, message, label, luggage)
    return page(request, LOGIN, context, status=status)


def verify_page(
    request: Request,
    name: str,
    to: str,
    message: str = "",
    status: int = 200,
    luggage: Luggage = NOTHING,
) -> Response:
    """The form for the second factor."""
    return page(request, VERIFY, VerifyPage(name, to, message, luggage), status=status)
