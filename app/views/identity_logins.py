"""Logging in by the provider of identities (统一身份认证登录), and leaving it again."""

from asyncio import get_running_loop
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from fastapi import APIRouter, Request, Response

from app.domain.identities import Trouble
from app.domain.policies import ANYBODY
from app.doors import GuardedRoute
from app.errors import NotFound
from app.services import identity_logins
from app.services.identity_logins import LASTS, Entry, Returned
from app.services.identity_provider import EXECUTOR, Provider, Troubled
from app.views import cookies
from app.views.dependencies import Now, allows
from app.views.login_pages import login_page
from app.views.page import go_to_path
from app.views.places import HOME, within
from app.views.sign_in import door, onward

router = APIRouter(route_class=GuardedRoute)

AGAIN = "请再点一次“{label}”"
MESSAGES = {
    Trouble.DENIED: f"统一身份认证中没有同意登录。需要时{AGAIN}，或用账号和密码登录。",
    Trouble.STATE: f"这次统一身份认证不是从本浏览器的登录页开始的，没有登录。{AGAIN}。",
    Trouble.LATE: f"统一身份认证用时超过 {LASTS.seconds // 60} 分钟，没有登录。{AGAIN}。",
    Trouble.REPLAYED: f"这次统一身份认证的结果已经用过，不能再用。{AGAIN}。",
    Trouble.FAILED: f"统一身份认证没有完成这次登录。{AGAIN}；仍不成功时请联系本单位系统管理员。",
    Trouble.UNTRUSTED: (
        f"统一身份认证发来的身份凭证没有通过核对，没有登录。{AGAIN}；"
        "仍不成功时请联系本单位系统管理员。"
    ),
    Trouble.DOWN: "统一身份认证暂时没有回应。请稍后再试，或用账号和密码登录。",
    Trouble.UNKNOWN: (
        "您在统一身份认证中的身份还没有关联本系统的账号。"
        "请把标识“{subject}”告诉本单位系统管理员，由其关联。"
    ),
    Trouble.TAKEN: "这个账号已经关联统一身份认证中的另一个身份，请联系本单位系统管理员。",
    Trouble.INACTIVE: "您在本系统的账号或所在单位已停用，请联系本单位系统管理员。",
}
STATUSES = {Trouble.STATE: 400, Trouble.LATE: 400, Trouble.REPLAYED: 400, Trouble.DOWN: 503}
RETRY_AFTER = "30"

Made = TypeVar("Made")


@router.get("/login/oidc", dependencies=[allows(ANYBODY)])
async def show_way_out(request: Request, now: Now, to: str = HOME) -> Response:
    """To the provider, with a flow that only this browser can end."""
    provider, key = provider_of(request), request.app.state.secret_key
    given = (provider, key, now, within(to), back_of(request))
    try:
        url, flow = await aside(partial(identity_logins.begin, *given))
    except Troubled as error:
        return _refused(request, Entry(to=within(to), trouble=error.trouble))
    return cookies.hold_flow(request, go_to_path(request, url), flow, int(LASTS.total_seconds()))


@router.get("/login/oidc/return", dependencies=[allows(ANYBODY)])
async def show_way_back(request: Request, now: Now) -> Response:
    """Back from the provider: in, or to the login page with the reason."""
    given = (request.app.state.engine, provider_of(request), now, _returned(request))
    judge = partial(identity_logins.finish, *given, cookies.whence(request), door(request))
    entry = await aside(judge)
    if entry.trouble:
        return cookies.hold_flow(request, _refused(request, entry), "", 0)
    response = onward(request, entry.pending, within(entry.to))
    held = cookies.hold(request, response, entry.token, entry.device)
    return cookies.hold_flow(request, held, "", 0)


def provider_of(request: Request) -> Provider:
    """The provider of this house; raises NotFound where there is none."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    return provider


def back_of(request: Request) -> str:
    """The address to which the provider sends the browser back, as it is registered there."""
    path = str(request.app.url_path_for("show_way_back"))
    return f"{request.base_url.scheme}://{request.base_url.netloc}{path}"


async def aside(work: Callable[[], Made]) -> Made:
    """What waits for the provider, on threads of its own: no other page waits with it."""
    return await get_running_loop().run_in_executor(EXECUTOR, work)


def _returned(request: Request) -> Returned:
    told = request.query_params
    return Returned(
        flow=cookies.flow(request),
        state=told.get("state", ""),
        code=told.get("code", ""),
        error=told.get("error", ""),
        issuer=told.get("iss", ""),
        back=back_of(request),
    )


def _refused(request: Request, entry: Entry) -> Response:
    """The login page, which says what happened and offers both ways in."""
    trouble = entry.trouble or Trouble.FAILED
    label = provider_of(request).oidc.label
    message = MESSAGES[trouble].format(label=label, subject=entry.subject)
    response = login_page(request, within(entry.to), message, STATUSES.get(trouble, 403))
    if trouble is Trouble.DOWN:
        response.headers["Retry-After"] = RETRY_AFTER
    return response
