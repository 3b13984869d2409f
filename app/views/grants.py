"""Grants (授权): requests to decide on, grants in force to revoke."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response

from app.domain.grants import GrantState
from app.domain.policies import CONFIRMS, SEES_ACCOUNTS
from app.doors import GuardedRoute
from app.errors import Unacceptable
from app.services import grants
from app.services.grants import ListedGrant
from app.services.paging import Page
from app.views import forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.forms import Entered, refused
from app.views.grant_views import GrantView, grant_view
from app.views.page import go_to, page

router = APIRouter(route_class=GuardedRoute)

LIST, DECIDE = "grants/grants.html", "grants/decide.html"
OVER = (GrantState.REFUSED, GrantState.REVOKED, GrantState.EXPIRED)
VIEWS: dict[str, tuple[str, tuple[GrantState, ...]]] = {
    "requested": ("待确认", (GrantState.REQUESTED,)),
    "active": ("在用", (GrantState.ACTIVE,)),
    "over": ("已结束", OVER),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it was typed into the address."""

    state: str = "requested"
    text: str = ""


@dataclass(frozen=True, slots=True)
class GrantsPage:
    """授权; `waiting` requests wait for a decision, `next` is the address of more."""

    asked: Asked
    tabs: tuple[tuple[str, str], ...]
    rows: tuple[GrantView, ...]
    waiting: int
    next: str
    confirms: bool


@dataclass(frozen=True, slots=True)
class DecidePage:
    """不同意或撤销: the grant, what is about to be done, and why it was sent back."""

    grant: GrantView
    revokes: bool
    entered: Entered


@router.get("/grants", dependencies=[allows(SEES_ACCOUNTS)])
def show_grants(
    visit: Reading, asked: Annotated[Asked, Depends()], after: str | None = None
) -> Response:
    """The grants of the units within reach, those that wait first."""
    asked = asked if asked.state in VIEWS else Asked(text=asked.text)
    states = VIEWS[asked.state][1]
    found = grants.list_grants(*visit.acting, states=states, text=asked.text, after=after)
    return page(visit.request, LIST, _list(visit, asked, found))


@router.post("/grants/{grant_id}/confirmation", dependencies=[allows(CONFIRMS)])
def post_confirmation(visit: Writing, grant_id: Id) -> Response:
    """Let a request take force."""
    grants.confirm(*visit.acting, grant_id, forms.number(visit.fields, "version"))
    return go_to(visit.request, "show_grants")


@router.get("/grants/{grant_id}/refusal", dependencies=[allows(CONFIRMS)])
def show_refusal(visit: Reading, grant_id: Id) -> Response:
    """Ask why a request is declined."""
    return _decide(visit, grant_id, revokes=False)


@router.post("/grants/{grant_id}/refusal", dependencies=[allows(CONFIRMS)])
def post_refusal(visit: Writing, grant_id: Id) -> Response:
    """Decline a request."""
    version, reason = forms.number(visit.fields, "version"), visit.fields.get("reason", "")
    try:
        grants.refuse(*visit.acting, grant_id, version, reason)
    except Unacceptable as refusal:
        return _decide(visit, grant_id, revokes=False, refusal=refusal)
    return go_to(visit.request, "show_grants")


@router.get("/grants/{grant_id}/revocation", dependencies=[allows(CONFIRMS)])
def show_revocation(visit: Reading, grant_id: Id) -> Response:
    """Ask why a grant is revoked."""
    return _decide(visit, grant_id, revokes=True)


@router.post("/grants/{grant_id}/revocation", dependencies=[allows(CONFIRMS)])
def post_revocation(visit: Writing, grant_id: Id) -> Response:
    """Revoke a grant."""
    version, reason = forms.number(visit.fields, "version"), visit.fields.get("reason", "")
    try:
        grants.revoke(*visit.acting, grant_id, version, reason)
    except Unacceptable as refusal:
        return _decide(visit, grant_id, revokes=True, refusal=refusal)
    return go_to(visit.request, "show_grants")


def _list(visit: Visit, asked: Asked, found: Page[ListedGrant]) -> GrantsPage:
    query = urlencode({"state": asked.state, "text": asked.text, "after": found.next or ""})
    return GrantsPage(
        asked=asked,
        tabs=tuple((name, label) for name, (label, _) in VIEWS.items()),
        rows=tuple(grant_view(item, visit.actor) for item in found.items),
        waiting=grants.waiting(visit.session, visit.actor),
        next=f"/grants?{query}" if found.next else "",
        confirms=CONFIRMS.lets_in(visit.actor),
    )


def _decide(
    visit: Visit, grant_id: int, *, revokes: bool, refusal: Unacceptable | None = None
) -> Response:
    found = grants.get(visit.session, visit.actor, visit.now, grant_id)
    entered = refused(visit.fields, refusal.errors) if refusal else Entered()
    context = DecidePage(grant_view(found, visit.actor), revokes, entered)
    return page(visit.request, DECIDE, context, status=refusal.status if refusal else 200)
