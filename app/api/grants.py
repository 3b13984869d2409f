"""Grants (授权): read, requested and revoked by other systems; a person alone confirms."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from app.api.dependencies import Changes, Reads, Writes, allows
from app.api.etags import Tag, created, expected_version, represented
from app.api.exact_json import ExactRoute
from app.api.filters import Id, Paging
from app.api.paging import paged
from app.domain.actors import ROLE_LABELS, Role
from app.domain.grants import GRANT_LABELS, GrantState
from app.domain.policies import REGISTERS, REVOKES, SEES_ACCOUNTS
from app.schemas.cells import Number
from app.schemas.grants import GrantIn, GrantOut, GrantRequestIn, RevocationIn
from app.schemas.pages import PageOut
from app.services import grants
from app.services.grant_entries import GrantEntry
from app.services.grants import ListedGrant

router = APIRouter(route_class=ExactRoute, tags=["账号与授权"])
KIND = "grant"
Stored = Literal["requested", "active", "expired", "refused", "revoked"]
STORED = Query(description="记录的状态；未到开始日期的和刚到期的仍记为 active")


@dataclass(frozen=True, slots=True)
class WhichGrants(Paging):
    """Which grants a list asks for."""

    state: Annotated[Stored | None, STORED] = None
    user_id: Annotated[Number | None, Query(description="账号编号")] = None
    text: Annotated[str, Query(max_length=180, description="姓名或账号的一部分")] = ""


@router.get(
    "/grants",
    dependencies=[allows(SEES_ACCOUNTS)],
    summary="列出授权",
    description="需要 accounts 权限。看得到的单位的授权和申请，按编号排列。",
    response_model=PageOut[GrantOut],
)
def list_grants(call: Reads, asked: Annotated[WhichGrants, Depends()]) -> Response:
    """A page of grants."""
    page = grants.list_grants(
        call.session, call.actor, call.now,
        states=(GrantState(asked.state),) if asked.state else (), user_id=asked.user_id,
        text=asked.text, after=asked.after, limit=asked.limit,
    )  # fmt: skip
    return paged(call.request, KIND, page, grant_out, seen)


@router.post(
    "/grants",
    dependencies=[allows(REGISTERS)],
    summary="申请一项授权",
    description="申请由安全管理员在页面上确认后生效：接口不能确认，须由第二个人办理。",
    status_code=201,
    response_model=GrantOut,
)
def request_grant(call: Writes, body: GrantRequestIn) -> Response:
    """Request a grant for an account."""
    grant = grants.request(*call.acting, body.user_id, grant_entry(body))
    found = grants.get(call.session, call.actor, call.now, grant.id)
    return created(call.request, _tag(found), grant_out(found))


@router.get(
    "/grants/{grant_id}",
    dependencies=[allows(SEES_ACCOUNTS)],
    summary="读取一项授权",
    description="谁、以什么岗位、在哪里、何时起止，谁申请、谁办理。",
    response_model=GrantOut,
)
def get_grant(call: Reads, grant_id: Id) -> Response:
    """One grant."""
    found = grants.get(call.session, call.actor, call.now, grant_id)
    return represented(call.request, _tag(found), grant_out(found))


@router.post(
    "/grants/{grant_id}/revocations",
    dependencies=[allows(REVOKES)],
    summary="撤销一项授权",
    description="从下一次请求起生效，由此作出的委托同时结束。人员调离时可由人事系统撤销。",
    response_model=GrantOut,
    responses={409: {"description": "这项授权不在用"}},
)
def revoke_grant(call: Changes, grant_id: Id, body: RevocationIn) -> Response:
    """Revoke a grant."""
    version = expected_version(call.if_match, KIND, grant_id)
    grants.revoke(*call.acting, grant_id, version, body.reason)
    found = grants.get(call.session, call.actor, call.now, grant_id)
    return represented(call.request, _tag(found), grant_out(found))


def grant_entry(body: GrantIn) -> GrantEntry:
    """The grant that a request asks for."""
    return GrantEntry(**body.model_dump(include=set(GrantIn.model_fields)))


def grant_out(item: ListedGrant) -> GrantOut:
    """A grant as it travels."""
    grant = item.grant
    cells = grant.model_dump(include=set(GrantOut.model_fields) - {"state"})
    return GrantOut(
        **cells,
        username=item.user.username,
        name=item.user.name,
        role_label=ROLE_LABELS[Role(grant.role)],
        organisation=item.organisation.name,
        state=item.standing,
        state_label=GRANT_LABELS[item.standing],
    )


def seen(item: ListedGrant) -> tuple[object, ...]:
    """What a representation shows: its version, and what changes without it."""
    return (
        item.grant.id,
        item.grant.version,
        item.standing,
        item.user.name,
        item.organisation.name,
    )


def _tag(item: ListedGrant) -> Tag:
    return Tag(KIND, item.grant.id, item.grant.version, seen(item))
