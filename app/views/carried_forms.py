"""Forms whose session had ended (登录过期时填写的内容): through the login and back on the page."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.db.session import reading, writing
from app.db.users import User
from app.domain.policies import ANYBODY
from app.doors import GuardedRoute
from app.errors import AppError
from app.schemas.labels import label
from app.services import carried_forms, form_tokens, password_policies, resumptions
from app.services.carried_forms import Carried
from app.services.duties import Duty, duty_of
from app.services.logins import Verdict
from app.views import cookies, reviews, self_evaluations
from app.views.dependencies import TOKEN_FIELD, Fields, Now, Visit, allows, settle_in
from app.views.forms import Typed
from app.views.login_pages import Luggage, login_page, verify_page
from app.views.page import go_to_path, page
from app.views.places import HOME
from app.views.refusals import address

router = APIRouter(route_class=GuardedRoute)

CONFIRM, OTHERS = "carried/confirm.html", "carried/others.html"
FIELD = "carried"
EXPIRED = "登录已过期，刚才的内容还没有保存。登录后会带您回到原来的页面，填写的内容都在。"
TOO_MUCH = "登录已过期，刚才的内容还没有保存，而且太长，不能随登录带走。请用浏览器的“后退”找回。"
NOT_YET = "还没有登录。请先在新窗口登录，或在这里输入账号和密码；刚才填写的内容都在。"
# Passwords and codes are typed there: they are never carried anywhere.
SECRETS = re.compile(r"/(account|login|logout|session|setup)(/|$)")
# What a page puts into a form by itself; a person would not know it.
UNSEEN = re.compile(
    r"(?:.*\.)?(?:csrf|version|next|do|path|code|id|project_id|fiscal_year)|pick\..*"
)
SHEET = re.compile(r"/self-evaluations/([0-9]{1,18})")
REVIEW = re.compile(r"/self-evaluations/([0-9]{1,18})/review")


# What was about to be done, by the end of its address.
ACTS = {
    "submit": "确认送审",
    "withdraw": "撤回修改",
    "accept": "受理",
    "publish": "公开或撤销公开",
    "take-back": "取消审核或重新开放",
    "settle": "标记批注已处理",
    "answers": "保存情况说明",
    "approvals": "批量同意",
}


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """请核对后继续: what was to be done and typed, to be sent again to where it was meant for."""

    path: str
    act: str
    texts: tuple[tuple[str, str], ...]
    fields: Mapping[str, str]
    files: bool


@dataclass(frozen=True, slots=True)
class OthersPage:
    """换了人: somebody else logged in; the texts of the other stay sealed."""

    name: str


def luggage_of(fields: Mapping[str, str]) -> Luggage:
    """What a page of the door carries along."""
    return Luggage(sealed=fields.get(FIELD, ""), token=fields.get("page", ""))


async def offered(request: Request) -> Response | None:
    """The login page with what was typed; None where nothing can or may be carried."""
    typed: Typed | None = getattr(request.state, "typed", None)
    if typed is None or not typed.fields or SECRETS.match(request.url.path):
        return None
    return await run_in_threadpool(_offered, request, typed)


def _offered(request: Request, typed: Typed) -> Response | None:
    state, token = request.app.state, typed.fields.get(TOKEN_FIELD, "")
    with reading(state.engine) as session:
        stood_in = form_tokens.page_of(session, state.secret_key, token)
        user = session.get_one(User, stood_in.user_id) if stood_in else None
    if user is None:
        return None
    fields = {name: value for name, value in typed.fields.items() if name != TOKEN_FIELD}
    carried = Carried(user.id, request.url.path, fields, typed.files)
    sealed = carried_forms.seal(state.secret_key, state.clock(), carried)
    luggage = Luggage(sealed=sealed, token=token)
    message = EXPIRED if sealed else TOO_MUCH
    return login_page(request, HOME, message, 401, user.username, luggage)


async def onward(
    request: Request, now: datetime, verdict: Verdict, wanted: str, luggage: Luggage
) -> Response:
    """After a login with luggage: the second factor, or the page with what was typed."""
    token = await run_in_threadpool(taken_up, request, now, verdict, luggage.token)
    answer = await run_in_threadpool(_arrived, request, now, token, wanted, luggage)
    return cookies.hold(request, answer, token, verdict.device)


def taken_up(request: Request, now: datetime, verdict: Verdict, page_token: str) -> str:
    """The token of the new session, in the post that the page was opened in."""
    key = request.app.state.secret_key
    with writing(request.app.state.engine) as session:
        given = (page_token, verdict.token, address(request))
        return resumptions.take_up(session, now, key, *given)


@router.post("/carried", dependencies=[allows(ANYBODY)])
def post_carried(request: Request, fields: Fields, now: Now) -> Response:
    """Back to what was typed, after a login in another window; it only shows, and saves nothing."""
    return _arrived(request, now, cookies.token(request), HOME, luggage_of(fields))


def _arrived(
    request: Request, now: datetime, token: str, wanted: str, luggage: Luggage
) -> Response:
    state = request.app.state
    profile = password_policies.profile(state.settings.password_profile)
    with reading(state.engine) as session:
        holder = settle_in(request, session, now, token)
        if holder is None:
            return login_page(request, wanted, NOT_YET, 401, luggage=luggage)
        if holder.held.pending:
            return verify_page(request, holder.user.name, wanted, luggage=luggage)
        if holder.actor is None or duty_of(session, now, holder, profile) is not Duty.NONE:
            return go_to_path(request, wanted)
        visit = Visit(request, session, holder.actor, now)
        return shown(visit, luggage.sealed, wanted)


def shown(visit: Visit, sealed: str, wanted: str) -> Response:
    """The page that the form stood in, with what was typed, nothing of it saved."""
    carried = carried_forms.opened(visit.request.app.state.secret_key, visit.now, sealed)
    if carried is None:
        return go_to_path(visit.request, wanted)
    if carried.user_id != visit.actor.id:
        return page(visit.request, OTHERS, OthersPage(visit.actor.name))
    visit = replace(visit, fields=carried.fields)
    for pattern, show in PAGES:
        found = pattern.fullmatch(carried.path)
        try:
            answer = show(visit, int(found[1])) if found else None
        except AppError:
            answer = None  # the page is gone; what was typed is not
        if answer is not None:
            return answer
    return page(visit.request, CONFIRM, _confirm(carried))


PAGES: tuple[tuple[re.Pattern[str], Callable[[Visit, int], Response | None]], ...] = (
    (SHEET, self_evaluations.restored),
    (REVIEW, reviews.restored),
)


def _confirm(carried: Carried) -> ConfirmPage:
    texts = tuple(
        (label(name.rpartition(".")[2]), value)
        for name, value in carried.fields.items()
        if value.strip() and not UNSEEN.fullmatch(name)
    )
    act = ACTS.get(carried.path.rpartition("/")[2], "")
    return ConfirmPage(carried.path, act, texts, carried.fields, carried.files)
