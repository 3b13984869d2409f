"""Logging in by a provider, over the pages, with a real provider process."""

from datetime import timedelta

import httpx2
import pytest

from app.db import users
from app.db.session import reading, writing
from app.domain.audit import AuditAction
from app.oidc_settings import USERNAME
from app.services import audit, identity_links
from app.services.identity_provider import Provider
from app.views.cookies import FLOW
from app.views.dependencies import COOKIE
from tests.provider.running import running_provider
from tests.services.trail import told, trail

HERE = "http://testserver"


@pytest.fixture(scope="module")
def running():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def order(running, now):
    """Gives orders; the provider's clock is the pages' own."""
    clock = int(now.timestamp())
    running.order(user="filler", now=clock)
    return lambda **orders: running.order(**{"user": "filler", "now": clock} | orders)


@pytest.fixture
def linking(views, running):
    """Switches the login by the provider on."""

    def switch(**given):
        views.state.provider = Provider(running.settings(**{"linking": USERNAME} | given))

    switch()
    return switch


@pytest.fixture
def newcomer(stranger, order, linking):
    """Somebody at the login page, whom the provider lets in as filler."""
    stranger.client.follow_redirects = False
    return stranger


def go(visitor, to="/"):
    """To the provider; where it sends the browser back."""
    there = visitor.client.get("/login/oidc", params={"to": to})
    assert there.status_code == 303
    answer = httpx2.get(there.headers["location"])
    assert answer.status_code == 302, answer.text
    return answer.headers["location"].removeprefix(HERE)


def came(visitor, back):
    """The answer to the browser that comes back."""
    return visitor.client.get(back)


def refused(visitor, back, status, words):
    """The login page, which says why, and offers both ways in once more."""
    seen = visitor.get(back)
    assert seen.status == status
    assert words in seen.text("#login-message")
    assert "统一身份认证登录" in seen.text("main")
    assert COOKIE not in visitor.client.cookies
    return seen


def newest(views):
    with reading(views.state.engine) as session:
        return trail(session)[-1]


def test_it_is_off_by_default(stranger):
    assert "统一身份认证" not in stranger.get("/login").html
    for path in ("/login/oidc", "/login/oidc/return"):
        assert stranger.get(path).status == 404


def test_in_by_the_provider_to_where_one_wanted_to_go(newcomer, views):
    page = newcomer.get("/login?to=/self-evaluations/5?unit=wan")
    link = page.one("main a.button")
    assert link.get_text(strip=True) == "统一身份认证登录"
    answer = came(newcomer, go(newcomer, "/self-evaluations/5?unit=wan"))
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/self-evaluations/5?unit=wan",
    )  # fmt: skip
    assert FLOW not in newcomer.client.cookies
    assert "经办人" in newcomer.get("/").text(".person")
    event = newest(views)
    assert (event.action, told(event)) == (AuditAction.LOG_IN, {"/method": (None, "provider")})


@pytest.mark.parametrize("to", ["//example.org", "https://example.org", "/\\example.org", "/\t/x"])
def test_the_way_back_never_leads_to_another_host(newcomer, to):
    assert came(newcomer, go(newcomer, to)).headers["location"] == "/"


def test_the_flow_is_the_browsers_own_and_tells_nothing(newcomer):
    answer = newcomer.client.get("/login/oidc")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    state = answer.headers["location"].partition("state=")[2].partition("&")[0]
    assert state
    assert state.lower() not in cookie


def test_who_did_not_agree_is_told_so(newcomer, order, views):
    order(deny="access_denied")
    refused(newcomer, go(newcomer), 403, "没有同意登录")
    assert told(newest(views)) == {"/method": (None, "provider"), "/trouble": (None, "denied")}


def test_other_errors_of_the_provider_are_told_without_its_words(newcomer, order):
    order(deny="temporarily_unavailable")
    assert "Retry-After".lower() in refused(newcomer, go(newcomer), 503, "没有回应").headers
    order(deny="<script>")
    seen = refused(newcomer, go(newcomer), 403, "没有完成这次登录")
    assert "script>" not in seen.text("#login-message")


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(newcomer, visit, linking, views):
    back = go(newcomer)
    other = visit()
    refused(other, back, 400, "不是从本浏览器的登录页开始的")
    refused(newcomer, back.replace("state=", "state=x"), 400, "不是从本浏览器的登录页开始的")
    refused(newcomer, "/login/oidc/return", 400, "不是从本浏览器的登录页开始的")
    assert told(newest(views))["/trouble"] == (None, "state")


def test_an_answer_counts_once(newcomer, views):
    back = go(newcomer)
    flow = newcomer.client.cookies[FLOW]
    assert came(newcomer, back).status_code == 303
    newcomer.client.cookies.clear()
    newcomer.client.cookies.set(FLOW, flow)
    refused(newcomer, back, 400, "已经用过")
    assert told(newest(views))["/trouble"] == (None, "replayed")


def test_an_answer_that_comes_too_late_is_refused(newcomer, views, now):
    back = go(newcomer)
    views.state.clock = lambda: now + timedelta(minutes=10, seconds=1)
    refused(newcomer, back, 400, "超过 10 分钟")


@pytest.mark.parametrize(
    "orders",
    [{"claims": {"nonce": "x"}}, {"claims": {"aud": "other"}}, {"stranger": True}],
    ids=["nonce", "audience", "signature"],
)
def test_a_token_that_does_not_hold_opens_nothing(newcomer, order, views, orders):
    order(**orders)
    refused(newcomer, go(newcomer), 403, "没有通过核对")
    assert told(newest(views))["/trouble"] == (None, "untrusted")


def test_a_provider_that_is_down_leaves_the_password(newcomer, order, views):
    order(down=["discovery"])
    seen = newcomer.get("/login/oidc?to=/self-evaluations/5")
    assert (seen.status, seen.headers["retry-after"]) == (503, "30")
    assert "暂时没有回应" in seen.text("#login-message")
    assert seen.one("input[name=to]")["value"] == "/self-evaluations/5"
    order()
    back = go(newcomer)
    order(down=["token"])
    refused(newcomer, back, 503, "暂时没有回应")


def test_an_unknown_account_learns_what_to_tell_the_administrator(newcomer, order, linking):
    order(user="stranger")
    refused(newcomer, go(newcomer), 403, "sub-stranger")
    linking(linking="administrator")
    order()
    refused(newcomer, go(newcomer), 403, "sub-filler")


def test_an_administrators_link_opens_the_account(newcomer, views, linking, running, now):
    linking(linking="administrator")
    with writing(views.state.engine) as session:
        user = users.by_username(session, "unit-lead")
        identity_links.link(session, now, user, running.issuer, "sub-filler")
    assert came(newcomer, go(newcomer)).status_code == 303
    assert "单位负责人" in newcomer.get("/").text(".person")


def test_a_closed_account_stays_closed(newcomer, views):
    with writing(views.state.engine) as session:
        users.by_username(session, "filler").active = False
    refused(newcomer, go(newcomer), 403, "已停用")


def switch_on(views, now):
    with writing(views.state.engine) as session:
        user = users.by_username(session, "filler")
        user.totp_nonce, user.totp_confirmed_at = "nonce", now


def test_the_telephone_is_asked_for_unless_the_provider_vouches(
    newcomer, views, order, linking, now
):
    switch_on(views, now)
    answer = came(newcomer, go(newcomer, "/self-evaluations/5"))
    assert answer.headers["location"] == "/login/verify?to=%2Fself-evaluations%2F5"
    newcomer.client.cookies.clear()
    linking(factor_amr=frozenset({"mfa"}))
    order(claims={"amr": ["pwd", "mfa"]})
    assert came(newcomer, go(newcomer, "/self-evaluations/5")).headers["location"] == (
        "/self-evaluations/5"
    )


def test_leaving_offers_to_leave_there_too(newcomer, running, order):
    came(newcomer, go(newcomer))
    newcomer.get("/")
    seen = newcomer.post("/logout", {})
    assert seen.text("h1") == "已退出"
    there = seen.one("main a.primary")["href"]
    assert there.startswith(f"{running.issuer}/leave?")
    assert newcomer.client.get("/").status_code == 303
    order()
    back = httpx2.get(there)
    assert back.headers["location"] == f"{HERE}/login"
    (asked,) = order()
    assert asked["client_id"] == "jixiao"
    assert asked["id_token_hint"].count(".") == 2


def test_leaving_after_a_password_is_as_before(stranger, linking):
    stranger.sign_in()
    assert stranger.post("/logout", {}).url.endswith("/login")


def test_its_address_does_not_fill_the_trail_with_secrets(newcomer, views):
    back = go(newcomer)
    came(newcomer, back)
    code = back.partition("code=")[2].partition("&")[0]
    with reading(views.state.engine) as session:
        kept = " ".join(str(event) for event in trail(session))
        assert audit.verified(session).fault is None
    assert code not in kept
