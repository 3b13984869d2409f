"""The first start (首次使用): one page, open until there is an account."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from fastapi import APIRouter, Request, Response

from app.domain.policies import ANYBODY
from app.doors import GuardedRoute
from app.errors import NotFound, Unacceptable
from app.services import password_policies, setup
from app.services.setup import FirstAdministrator
from app.views.dependencies import Fields, Now, ReadSession, WriteSession, allows
from app.views.forms import refused
from app.views.page import go_to, page
from app.views.refusals import address

router = APIRouter(route_class=GuardedRoute)

SETUP = "sign_in/setup.html"
SECRETS = frozenset({"password", "repeated"})


@dataclass(frozen=True, slots=True)
class SetupPage:
    """首次使用: what the policy asks, what was typed, what went wrong."""

    asks: tuple[str, ...]
    values: Mapping[str, str]
    messages: Mapping[str, str]


@router.get("/setup", dependencies=[allows(ANYBODY)])
def show_setup(request: Request, session: ReadSession) -> Response:
    """The form for the first administrator; no page once there is an account."""
    if not setup.is_open(session):
        raise NotFound
    return _setup(request, {})


@router.post("/setup", dependencies=[allows(ANYBODY)])
def post_setup(request: Request, typed: Fields, session: WriteSession, now: Now) -> Response:
    """Make the first administrator, who then logs in."""
    names = [item.name for item in fields(FirstAdministrator)]
    entry = FirstAdministrator(**{name: typed.get(name, "") for name in names})
    profile = password_policies.profile(request.app.state.settings.password_profile)
    try:
        setup.make_administrator(session, now, entry, profile, address(request))
    except Unacceptable as refusal:
        return _setup(request, typed, refusal)
    return go_to(request, "show_login")


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
