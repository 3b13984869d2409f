"""Accounts (账号): read, made and switched off by other systems; passwords are issued by people."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from app.api.dependencies import Changes, Reading, Reads, Writes, Writing, allows
from app.api.etags import Tag, created, expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, Paging
from app.api.grants import grant_entry, grant_out
from app.api.grants import seen as seen_grant
from app.api.paging import paged
from app.domain.policies import REGISTERS, SEES_ACCOUNTS
from app.schemas.pages import PageOut
from app.schemas.users import UserIn, UserOut
from app.services import account_lists, hashing, password_policies, users
from app.services.account_lists import ListedUser, Which
from app.services.passwords import draw
from app.services.users import UserEntry

router = APIRouter(route_class=ExactRoute, tags=["账号与授权"])
KIND = "user"


@dataclass(frozen=True, slots=True)
class WhichUsers(Paging):
    """Which accounts a list asks for."""

    text: Annotated[str, Query(max_length=180, description="姓名或账号的一部分")] = ""
    which: Annotated[
        Which, Query(description="active 启用、off 停用、idle 长期未登录；不写为全部")
    ] = Which.ALL


@router.get(
    "/users",
    dependencies=[allows(SEES_ACCOUNTS)],
    summary="列出账号",
    description="需要 accounts 权限。看得到的单位的账号和它们的授权，按编号排列。",
    response_model=PageOut[UserOut],
)
def list_users(call: Reads, asked: Annotated[WhichUsers, Depends()]) -> Response:
    """A page of accounts."""
    page = account_lists.list_users(
        call.session, call.actor, call.now, text=asked.text, which=asked.which, after=asked.after,
        limit=asked.limit,
    )  # fmt: skip
    return paged(call.request, KIND, page, user_out, _seen)


@router.post(
    "/users",
    dependencies=[allows(REGISTERS)],
    summary="建立一个账号",
    description="同时申请授权，由安全管理员确认。初始密码由系统管理员在页面上发放，接口不给出。",
    status_code=201,
    response_model=UserOut,
)
def create_user(call: Writes, body: UserIn) -> Response:
    """Make an account whose password nobody knows until one is issued."""
    drawn = hashing.EXECUTOR.submit(draw).result()  # before the transaction begins
    asked = tuple(grant_entry(item) for item in body.grants)
    who = body.model_dump(include={"username", "name", "organisation_id"})
    entry = UserEntry(**who, grants=asked)
    profile = password_policies.profile(call.request.app.state.settings.password_profile)
    made = users.create(*call.acting, entry, drawn, profile)
    found = _found(call, made.id)
    return created(call.request, _tag(found), user_out(found))


@router.get(
    "/users/{user_id}",
    dependencies=[allows(SEES_ACCOUNTS)],
    summary="读取一个账号",
    description="账号、所属单位、最近登录和全部授权。",
    response_model=UserOut,
)
def get_user(call: Reads, user_id: Id) -> Response:
    """One account."""
    found = _found(call, user_id)
    return represented(call.request, _tag(found), user_out(found))


@router.post(
    "/users/{user_id}/deactivations",
    dependencies=[allows(REGISTERS)],
    summary="停用一个账号",
    description="从下一次请求起生效，名下的接口密钥同时失效。重新启用由系统管理员办理。",
    response_model=UserOut,
    responses={409: {"description": "安全管理员、审计管理员须先撤销授权"}},
)
def deactivate_user(call: Changes, user_id: Id) -> Response:
    """Switch an account off."""
    version = expected_version(call.if_match, KIND, user_id)
    users.set_active(*call.acting, user_id, version, active=False)
    found = _found(call, user_id)
    return represented(call.request, _tag(found), user_out(found))


def user_out(item: ListedUser) -> UserOut:
    """An account as it travels."""
    user = item.user
    return UserOut(
        id=user.id,
        username=user.username,
        name=user.name,
        organisation_id=item.organisation.id,
        organisation=item.organisation.name,
        active=user.active,
        seen_at=item.seen_at,
        idle=item.idle,
        locked=item.locked,
        second_factor=user.totp_confirmed_at is not None,
        grants=[grant_out(grant) for grant in item.grants],
        version=user.version,
    )


def _found(call: Reading | Writing, user_id: int) -> ListedUser:
    return account_lists.get(call.session, call.actor, call.now, user_id)


def _seen(item: ListedUser) -> tuple[object, ...]:
    """What a representation shows: its version, and what changes without it."""
    user = item.user
    shown = (item.organisation.name, item.seen_at, item.idle, item.locked, user.totp_confirmed_at)
    return (user.id, user.version, *shown, *(seen_grant(grant) for grant in item.grants))


def _tag(item: ListedUser) -> Tag:
    return Tag(KIND, item.user.id, item.user.version, _seen(item))
