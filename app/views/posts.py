"""One's own posts and delegations (岗位与委托): chosen, lent, taken on, given back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.db.delegations import Delegation
from app.domain.actors import FIRST_YEAR, LAST_YEAR, ROLE_LABELS, Actor
from app.domain.audit import Person
from app.domain.delegations import DELEGATION_LABELS, DelegationState, can_be_delegated
from app.domain.policies import SIGNED_IN
from app.domain.posts import Post
from app.doors import GuardedRoute
from app.errors import Problem, Unacceptable
from app.services import delegations, own_sessions, posts
from app.services.accounts import Holder
from app.services.delegations import DelegationEntry, ListedDelegation
from app.services.duties import Duty
from app.views import cookies, forms
from app.views.dependencies import Fields, Held, Id, Now, ReadSession, WriteSession, allows
from app.views.forms import Entered, refused
from app.views.grant_forms import day
from app.views.grant_views import days, years
from app.views.page import go_to, page
from app.views.states import StateView

router = APIRouter(route_class=GuardedRoute)

POSTS = "account/posts.html"
LOOKS = {
    DelegationState.OFFERED: ("warn", "hourglass"),
    DelegationState.ACCEPTED: ("ok", "circle-check"),
    DelegationState.UPCOMING: ("primary", "clock"),
    DelegationState.EXPIRED: ("neutral", "clock"),
    DelegationState.DECLINED: ("neutral", "undo-2"),
    DelegationState.ENDED: ("neutral", "undo-2"),
}
Act = Callable[[Session, Actor | Person, datetime, int, int], Delegation]


@dataclass(frozen=True, slots=True)
class PostView:
    """One post in force; `lendable` tells whether its holder may delegate it."""

    key: str
    role: str
    unit: str
    years: str
    ends: str
    absent: str
    present: bool
    lendable: bool


@dataclass(frozen=True, slots=True)
class DelegationView:
    """One delegation from one side: `mine` is the lender's."""

    id: int
    version: int
    mine: bool
    role: str
    unit: str
    other: str
    days: str
    reason: str
    state: StateView
    answerable: bool
    endable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """岗位与委托; `forced` while a post has to be chosen before anything else opens."""

    here: str = "posts"
    demo: bool
    forced: bool
    posts: tuple[PostView, ...]
    delegations: tuple[DelegationView, ...]
    lendable: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    entered: Entered = field(default_factory=Entered)


@router.get("/account/posts", dependencies=[allows(SIGNED_IN, Duty.POST)])
def show_posts(request: Request, found: Held, session: ReadSession, now: Now) -> Response:
    """What one may act as, and what is lent."""
    return _posts(request, session, now, found)


@router.post("/account/posts", dependencies=[allows(SIGNED_IN, Duty.POST)])
def post_posts(
    request: Request, found: Held, session: WriteSession, now: Now, fields: Fields
) -> Response:
    """Act in another post from now on, in a session of a new name."""
    holder, _ = found
    key = fields.get("post", "")
    post = posts.choose(session, now, holder.user, key, holder.address)
    token = own_sessions.renew(session, now, holder.held, holder.user, post)
    return cookies.hold(request, go_to(request, "show_home"), token)


@router.post("/account/delegations", dependencies=[allows(SIGNED_IN)])
def post_delegation(
    request: Request, found: Held, session: WriteSession, now: Now, fields: Fields
) -> Response:
    """Offer a post to a colleague."""
    holder, _ = found
    try:
        delegations.offer(session, holder.person, now, _entry(fields))
    except Unacceptable as refusal:
        return _posts(request, session, now, found, refused(fields, refusal.errors), 422)
    return go_to(request, "show_posts")


@router.post(
    "/account/delegations/{delegation_id}/acceptance", dependencies=[allows(SIGNED_IN, Duty.POST)]
)
def post_acceptance(
    request: Request,
    delegation_id: Id,
    found: Held,
    session: WriteSession,
    now: Now,
    fields: Fields,
) -> Response:
    """Take on what a colleague offers."""
    return _act(request, found, session, now, fields, delegation_id, delegations.accept)


@router.post(
    "/account/delegations/{delegation_id}/declination", dependencies=[allows(SIGNED_IN, Duty.POST)]
)
def post_declination(
    request: Request,
    delegation_id: Id,
    found: Held,
    session: WriteSession,
    now: Now,
    fields: Fields,
) -> Response:
    """Do not take on what a colleague offers."""
    return _act(request, found, session, now, fields, delegation_id, delegations.decline)


@router.post(
    "/account/delegations/{delegation_id}/end", dependencies=[allows(SIGNED_IN, Duty.POST)]
)
def post_delegation_end(
    request: Request,
    delegation_id: Id,
    found: Held,
    session: WriteSession,
    now: Now,
    fields: Fields,
) -> Response:
    """End a delegation, by either of the two."""
    return _act(request, found, session, now, fields, delegation_id, delegations.end)


def _act(
    request: Request,
    found: tuple[Holder, Duty],
    session: Session,
    now: datetime,
    fields: Mapping[str, str],
    delegation_id: int,
    act: Act,
) -> Response:
    holder, _ = found
    act(session, holder.person, now, delegation_id, forms.number(fields, "version"))
    return go_to(request, "show_posts")


def _entry(fields: Mapping[str, str]) -> DelegationEntry:
    problems: list[Problem] = []
    entry = DelegationEntry(
        post=fields.get("post", ""),
        username=fields.get("username", ""),
        starts=day(fields, "starts", problems),
        ends=day(fields, "ends", problems),
        reason=fields.get("reason", ""),
    )
    if problems:
        raise Unacceptable(problems)
    return entry


def _posts(
    request: Request,
    session: Session,
    now: datetime,
    found: tuple[Holder, Duty],
    entered: Entered | None = None,
    status: int = 200,
) -> Response:
    holder, duty = found
    listed = delegations.of_user(session, now, holder.user.id)
    own = tuple(_post(post, holder) for post in holder.posts)
    lendable = tuple((post.key, f"{post.role}，{post.unit}") for post in own if post.lendable)
    others = delegations.colleagues(session, holder.user.id) if lendable else ()
    context = PostsPage(
        demo=holder.user.demo,
        forced=duty is Duty.POST,
        posts=own,
        delegations=tuple(_delegation(item) for item in listed),
        lendable=lendable if duty is Duty.NONE else (),
        people=tuple((user.username, f"{user.name}（{user.username}）") for user in others),
        entered=entered or Entered(),
    )
    return page(request, POSTS, context, status=status)


def _post(post: Post, holder: Holder) -> PostView:
    kept = (holder.held.grant_id, holder.held.delegation_id)
    only = len(holder.posts) == 1 and holder.held.grant_id is None
    first, last = post.scope.first_year, post.scope.last_year
    return PostView(
        key=post.key,
        role=ROLE_LABELS[post.role],
        unit=post.organisation,
        years=years(first if first > FIRST_YEAR else None, last if last < LAST_YEAR else None),
        ends=f"至 {post.ends}" if post.ends else "长期",
        absent=post.absent,
        present=only or (post.grant_id, post.delegation_id) == kept,
        lendable=post.delegation_id is None and can_be_delegated(post.role),
    )


def _delegation(item: ListedDelegation) -> DelegationView:
    row, standing = item.row, item.standing
    open_ = (DelegationState.OFFERED, DelegationState.ACCEPTED, DelegationState.UPCOMING)
    return DelegationView(
        id=row.id,
        version=row.version,
        mine=item.mine,
        role=ROLE_LABELS[item.role],
        unit=item.organisation,
        other=(item.delegate if item.mine else item.holder).name,
        days=days(row.starts, row.ends),
        reason=row.reason,
        state=StateView(DELEGATION_LABELS[standing], *LOOKS[standing]),
        answerable=not item.mine and standing is DelegationState.OFFERED,
        endable=standing in open_ and (item.mine or standing is not DelegationState.OFFERED),
    )
