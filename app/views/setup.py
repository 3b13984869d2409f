"""The first start (首次使用): one page, open until there is an account."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from fastapi import APIRouter, Request, Response

from app.domain.passwords import PasswordProfile
from app.domain.policies import ANYBODY
from app.doors import GuardedRoute
from app.errors import NotFound, Unacceptable
from app.services import password_policies, setup
from app.services.setup import FirstAdministrators
from app.views.dependencies import Fields, Now, ReadSession, WriteSession, allows
from app.views.forms import refused
from app.views.page import page
from app.views.refusals import address

router = APIRouter(route_class=GuardedRoute)

SETUP, BEGUN = "sign_in/setup.html", "sign_in/begun.html"
SECRETS = frozenset({"password", "repeated"})


@dataclass(frozen=True, slots=True)
class SetupPage:
    """首次使用: what the policy asks, what was typed, what went wrong."""

    asks: tuple[str, ...]
    values: Mapping[str, str]
    messages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BegunPage:
    """已经建立: what is to be handed to the 安全管理员."""

    username: str
    name: str
    password: str
    profile: PasswordProfile


@router.get("/setup", dependencies=[allows(ANYBODY)])
def show_setup(request: Request, session: ReadSession) -> Response:
    """The form for the first administrators; no page once there is an account."""
    if not setup.is_open(session):
        raise NotFound
    return _setup(request, {})


@router.post("/setup", dependencies=[allows(ANYBODY)])
def post_setup(request: Request, typed: Fields, session: WriteSession, now: Now) -> Response:
    """Make the first two administrators; the password of the second is shown this once."""
    names = [item.name for item in fields(FirstAdministrators)]
    entry = FirstAdministrators(**{name: typed.get(name, "") for name in names})
    profile = password_policies.profile(request.app.state.settings.password_profile)
    try:
        begun = setup.make_administrators(session, now, entry, profile, address(request))
    except Unacceptable as refusal:
        return _setup(request, typed, refusal)
    given = begun.security
    return page(request, BEGUN, BegunPage(given.username, given.name, begun.password, profile))


def _setup(
    request: Request, typed: Mapping[str, str], refusal: Unacceptable | None = None
) -> Response:
    profile = password_policies.profile(request.app.state.settings.password_profile)
    context = SetupPage(
        asks=profile.asks(),
        values={name: value for name, value in typed.items() if name not in SECRETS},
        messages=refused({}, refusal.errors).messages if refusal else {},
    )
    return page(request, SETUP, context, status=refusal.status if refusal else 200)
