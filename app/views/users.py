"""Accounts (账号): listed, made, switched off, let in again, and grants requested for them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response

from app.db.users import User
from app.domain.lockout import LockRules
from app.domain.passwords import PasswordProfile
from app.domain.policies import CONFIRMS, FORGETS_FACTORS, REGISTERS, SEES_ACCOUNTS
from app.doors import GuardedRoute
from app.errors import Problem, Unacceptable
from app.services import account_lists, grants, hashing, organisations, password_policies, users
from app.services.account_lists import ListedUser, Which
from app.services.grant_entries import GrantEntry
from app.services.passwords import draw
from app.services.users import UserEntry
from app.views import forms, grant_forms
from app.views.dependencies import Id, Reading, Visit, Writing, allows
from app.views.forms import Entered, refused
from app.views.grant_forms import Choices
from app.views.grant_views import GrantView, grant_view
from app.views.page import go_to, page

router = APIRouter(route_class=GuardedRoute)

LIST, NEW, ONE, ISSUED = (f"users/{name}.html" for name in ("users", "new", "user", "issued"))
WHICH = {
    Which.ALL: "全部", Which.ACTIVE: "启用", Which.OFF: "停用", Which.IDLE: "长期未登录",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it was typed into the address."""

    text: str = ""
    which: str = ""


@dataclass(frozen=True, slots=True)
class UserView:
    """One account with what it may be, shortly; only the new and the valid of its grants."""

    id: int
    version: int
    name: str
    username: str
    unit: str
    active: bool
    idle: bool
    locked: bool
    issued: bool
    second_factor: bool
    seen_at: datetime | None
    grants: tuple[GrantView, ...]


@dataclass(frozen=True, slots=True)
class UsersPage:
    """账号列表; `next` is the address of more, `idle_days` after which one is left behind."""

    asked: Asked
    choices: tuple[tuple[Which, str], ...]
    rows: tuple[UserView, ...]
    next: str
    idle_days: int
    registers: bool


@dataclass(frozen=True, slots=True)
class NewPage:
    """新建账号: what was typed, what went wrong, what there is to choose."""

    choices: Choices
    entered: Entered = field(default_factory=Entered)


@dataclass(frozen=True, slots=True)
class UserPage:
    """一个账号: what it may be, and what the visitor may do about it."""

    user: UserView
    own: bool
    demo: bool
    keys: int
    registers: bool
    confirms: bool
    choices: Choices | None
    entered: Entered = field(default_factory=Entered)


@dataclass(frozen=True, slots=True)
class IssuedPage:
    """初始密码: shown this once."""

    id: int
    name: str
    username: str
    password: str
    days: int


@router.get("/users", dependencies=[allows(SEES_ACCOUNTS)])
def show_users(
    visit: Reading, asked: Annotated[Asked, Depends()], after: str | None = None
) -> Response:
    """The accounts of the units within reach."""
    which = Which(asked.which) if asked.which in set(Which) else Which.ALL
    found = account_lists.list_users(
        visit.session, visit.actor, visit.now, text=asked.text, which=which, rules=_rules(visit),
        after=after,
    )  # fmt: skip
    query = {"text": asked.text, "which": which, "after": found.next or ""}
    following = f"/users?{urlencode(query)}" if found.next else ""
    rows, days = tuple(_user(visit, item) for item in found.items), account_lists.idle_after().days
    registers = REGISTERS.lets_in(visit.actor)
    shown = UsersPage(asked, tuple(WHICH.items()), rows, following, days, registers)
    return page(visit.request, LIST, shown)


@router.get("/users/new", dependencies=[allows(REGISTERS)])
def show_new_user(visit: Reading) -> Response:
    """The form of a new account."""
    return page(visit.request, NEW, NewPage(grant_forms.choices(visit)))


@router.post("/users", dependencies=[allows(REGISTERS)])
def post_user(visit: Writing) -> Response:
    """Make an account; its issued password is shown this once."""
    drawn = hashing.EXECUTOR.submit(draw).result()  # before the transaction begins
    try:
        made = users.create(*visit.acting, _entry(visit), drawn, _profile(visit))
    except Unacceptable as refusal:
        entered = refused(visit.fields, refusal.errors)
        shown = NewPage(grant_forms.choices(visit), entered)
        return page(visit.request, NEW, shown, status=refusal.status)
    return _issued(visit, made, drawn.password)


@router.get("/users/{user_id}", dependencies=[allows(SEES_ACCOUNTS)])
def show_user(visit: Reading, user_id: Id) -> Response:
    """One account."""
    return page(visit.request, ONE, _page(visit, user_id))


@router.post("/users/{user_id}/grants", dependencies=[allows(REGISTERS)])
def post_grant(visit: Writing, user_id: Id) -> Response:
    """Request a grant for somebody."""
    try:
        grants.request(*visit.acting, user_id, _grant_entry(visit, user_id))
    except Unacceptable as refusal:
        shown = _page(visit, user_id, refused(visit.fields, refusal.errors))
        return page(visit.request, ONE, shown, status=refusal.status)
    return go_to(visit.request, "show_user", user_id=user_id)


@router.post("/users/{user_id}/state", dependencies=[allows(REGISTERS)])
def post_user_state(visit: Writing, user_id: Id) -> Response:
    """Switch an account on or off."""
    active, version = visit.fields.get("active") == "on", forms.number(visit.fields, "version")
    users.set_active(*visit.acting, user_id, version, active=active)
    return go_to(visit.request, "show_user", user_id=user_id)


@router.post("/users/{user_id}/password", dependencies=[allows(REGISTERS)])
def post_user_password(visit: Writing, user_id: Id) -> Response:
    """Issue another password, shown this once."""
    drawn = hashing.EXECUTOR.submit(draw).result()  # before the transaction begins
    version = forms.number(visit.fields, "version")
    user = users.issue_password(*visit.acting, user_id, version, drawn, _profile(visit))
    return _issued(visit, user, drawn.password)


@router.post("/users/{user_id}/second-factor", dependencies=[allows(FORGETS_FACTORS)])
def post_user_factor(visit: Writing, user_id: Id) -> Response:
    """Forget somebody's lost telephone."""
    version = forms.number(visit.fields, "version")
    users.reset_second_factor(*visit.acting, user_id, version)
    return go_to(visit.request, "show_user", user_id=user_id)


def _entry(visit: Visit) -> UserEntry:
    """The account as typed; raises Unacceptable with all problems when anything is unreadable."""
    problems: list[Problem] = []
    fields = visit.fields
    entry = UserEntry(
        username=fields.get("username", ""),
        name=fields.get("name", ""),
        organisation_id=organisations.id_of_code(
            visit.session, visit.actor, fields.get("organisation", "")
        ),
        grants=(grant_forms.entry(visit, problems, "/grants/0"),),
    )
    if problems:
        raise Unacceptable((*problems, *users.problems(*visit.acting, entry)))
    return entry


def _grant_entry(visit: Visit, user_id: int) -> GrantEntry:
    """The grant as typed; raises Unacceptable with all problems when anything is unreadable."""
    problems: list[Problem] = []
    entry = grant_forms.entry(visit, problems)
    if problems:
        raise Unacceptable((*problems, *grants.problems(*visit.acting, user_id, entry)))
    return entry


def _issued(visit: Visit, user: User, password: str) -> Response:
    days = _profile(visit).issued_for // timedelta(days=1)
    shown = IssuedPage(user.id, user.name, user.username, password, days)
    return page(visit.request, ISSUED, shown)


def _page(visit: Visit, user_id: int, entered: Entered | None = None) -> UserPage:
    actor = visit.actor
    found = account_lists.get(visit.session, actor, visit.now, user_id, _rules(visit))
    registers = REGISTERS.lets_in(actor)
    return UserPage(
        user=_user(visit, found),
        own=user_id == actor.id,
        demo=found.user.demo,
        keys=account_lists.keys_owned(visit.session, user_id),
        registers=registers,
        confirms=CONFIRMS.lets_in(actor),
        choices=grant_forms.choices(visit) if registers else None,
        entered=entered or Entered(),
    )


def _user(visit: Visit, item: ListedUser) -> UserView:
    user = item.user
    return UserView(
        id=user.id,
        version=user.version,
        name=user.name,
        username=user.username,
        unit=item.organisation.name,
        active=user.active,
        idle=item.idle,
        locked=item.locked,
        issued=user.issued_until is not None,
        second_factor=user.totp_confirmed_at is not None,
        seen_at=item.seen_at,
        grants=tuple(grant_view(found, visit.actor) for found in item.grants),
    )


def _rules(visit: Visit) -> LockRules:
    settings = visit.request.app.state.settings
    return LockRules(failures=settings.login_failures, lock=settings.login_lock)


def _profile(visit: Visit) -> PasswordProfile:
    return password_policies.profile(visit.request.app.state.settings.password_profile)
