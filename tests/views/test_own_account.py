"""One's own account: password, sessions, second factor."""

import pyotp
import pytest

from app.db import organisations
from app.db.session import writing
from app.domain.actors import Role
from app.services import accounts, own_sessions
from app.views.agents import browser_of
from app.views.dependencies import COOKIE

PASSWORD, NEW = "Maple-River-2031", "Cedar-Valley-2032"


@pytest.fixture
def account(views, now):
    """Adds somebody who is no demo account."""

    def account(username, role=Role.FILLER, **given):
        with writing(views.state.engine) as session:
            unit = organisations.by_code(session, "310000-YB-01")
            user = accounts.add_user(session, now, username, "王敏", role, unit, PASSWORD)
            for name, value in given.items():
                setattr(user, name, value)

    return account


def test_whoever_has_an_issued_password_changes_it_first(account, visit, now):
    account("wangm", issued_until=now.replace(year=2026))
    visitor = visit()
    seen = visitor.sign_in("wangm", PASSWORD)
    for path in ("/", "/self-evaluations/5", "/account/sessions", "/account/second-factor"):
        assert visitor.get(path).url.endswith("/account/password"), path
    assert "初始密码" in seen.text(".alert")
    typed = {"current": PASSWORD, "new": "wangm", "repeated": "wangm"}
    seen = visitor.post("/account/password", typed)
    assert seen.status == 422
    assert "至少 12 个字符" in seen.text("#new-note")
    assert seen.one("#new").get("value") is None
    seen = visitor.post("/account/password", {"current": PASSWORD, "new": NEW, "repeated": NEW})
    assert seen.url == "http://testserver/"
    assert "周期" not in seen.html


def test_htmx_is_led_to_the_page_that_comes_first(account, visit, now):
    account("wangm", issued_until=now.replace(year=2026))
    visitor = visit()
    visitor.sign_in("wangm", PASSWORD)
    headers = visitor.sent | {"HX-Request": "true"}
    answer = visitor.client.post("/self-evaluations/5/cells", headers=headers)
    assert answer.headers["hx-redirect"] == "/account/password"


def test_a_reviewer_sets_up_the_second_factor_first_and_is_asked_for_it(account, visit, views, now):
    account("lead", Role.UNIT_LEAD)
    visitor = visit()
    seen = visitor.sign_in("lead", PASSWORD)
    assert seen.url.endswith("/account/second-factor")
    assert visitor.get("/").url.endswith("/account/second-factor")
    totp = pyotp.TOTP(seen.text("code.key").replace(" ", ""))
    assert seen.one("svg.qr")
    assert visitor.post("/account/second-factor", {"code": "000000"}).status == 422
    seen = visitor.post("/account/second-factor", {"code": totp.at(now)})
    codes = [code.get_text() for code in seen.soup.select(".codes code")]
    assert len(codes) == 10
    assert visitor.get("/").url == "http://testserver/"

    other = visit()
    seen = other.post(
        "/login", {"username": "lead", "password": PASSWORD, "to": "/account/sessions"}
    )
    assert "/login/verify" in seen.url
    assert other.get("/").url.endswith("/login/verify")
    before = other.client.cookies[COOKIE]
    assert other.post("/login/verify", {"code": "000000"}).status == 422
    seen = other.post("/login/verify", {"code": codes[0], "to": "/account/sessions"})
    assert seen.url.endswith("/account/sessions")
    assert other.client.cookies[COOKIE] != before
    assert len(seen.soup.select(".logins tbody tr")) == 2


def test_half_a_session_opens_nothing(account, visit, views, now):
    account("half", totp_nonce="x", totp_confirmed_at=now)
    visitor = visit()
    visitor.sign_in("half", PASSWORD)
    for route in ("/", "/self-evaluations/5", "/account/password", "/account/second-factor"):
        assert "/login/verify" in visitor.get(route).url, route
    typed = {"current": PASSWORD, "new": NEW, "repeated": NEW}
    assert "/login/verify" in visitor.post("/account/password", typed).url


def test_sessions_are_listed_and_ended(filler, visit):
    other = visit()
    other.sign_in()
    seen = filler.get("/account/sessions")
    rows = seen.soup.select(".logins tbody tr")
    assert len(rows) == 2
    assert "这一台" in rows[0].get_text()
    seen = filler.post(rows[1].form["action"], {})
    assert len(seen.soup.select(".logins tbody tr")) == 1
    assert "/login" in other.get("/").url
    other.sign_in()
    filler.post("/account/sessions/others", {})
    assert "/login" in other.get("/").url
    assert filler.get("/").status == 200


def test_the_session_of_another_is_not_found(filler, visit):
    lead = visit()
    lead.sign_in("unit-lead")
    name = own_sessions.handle(lead.client.cookies[COOKIE])
    assert filler.post(f"/account/sessions/{name}", {}).status == 404
    assert filler.post(f"/account/sessions/{'0' * 32}", {}).status == 404
    assert lead.get("/").status == 200


def test_a_demo_account_says_that_it_is_exempt(filler):
    seen = filler.get("/account/password")
    assert "演示账号" in seen.text(".exempt")
    assert not seen.soup.select("#new")


def test_five_wrong_passwords_wait_and_say_how_long(stranger):
    fields = {"username": "filler", "password": "wrong"}
    for _ in range(5):
        assert stranger.post("/login", fields).status == 422
    seen = stranger.post("/login", {"username": "filler", "password": "demo-2024"})
    assert seen.status == 429
    assert seen.headers["retry-after"] == "900"
    assert "15 分钟后再试" in seen.text("#login-message")


def test_over_https_the_cookie_belongs_to_this_host_alone(stranger):
    fields = {"username": "filler", "password": "demo-2024"}
    stranger.client.follow_redirects = False
    answer = stranger.client.post("https://testserver/login", data=fields, headers=stranger.sent)
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-jixiao_")
        assert all(word in cookie for word in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"))
        assert "Domain" not in cookie


def test_setup_is_closed_once_there_is_an_account(stranger):
    assert stranger.get("/setup").status == 404
    assert stranger.post("/setup", {"token": "x"}).status == 404


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/86.0 Safari/537.36", "Chrome 内核浏览器，Windows"),
        ("Mozilla/5.0 (X11; Linux) Chrome/120 Safari/537 Edg/120", "Edge，Linux"),
        ("Mozilla/5.0 (iPhone; CPU) Safari/604", "Safari，iPhone"),
        ("curl/8", "其他程序"),
        ("", "其他程序"),
    ],
)
def test_a_browser_is_named_in_words(agent, words):
    assert browser_of(agent) == words
