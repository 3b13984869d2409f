"""Signing in and out."""

import pytest

from app.views.dependencies import COOKIE
from tests.views.visitor import SAME_ORIGIN


def test_whoever_is_not_signed_in_is_sent_to_sign_in(stranger):
    seen = stranger.get("/self-evaluations/5")
    assert seen.url.endswith("/login?to=/self-evaluations/5")


def test_signing_in_leads_to_where_one_wanted_to_go(stranger):
    wanted = stranger.get("/self-evaluations/5").one("input[name=to]")["value"]
    fields = {"username": "filler", "password": "demo-2024", "to": wanted}
    seen = stranger.post("/login", fields)
    assert seen.url.endswith("/self-evaluations/5")


@pytest.mark.parametrize(
    "elsewhere", ["//example.org", "https://example.org", "/\\example.org", ""]
)
def test_signing_in_never_leads_to_another_host(stranger, elsewhere):
    fields = {"username": "filler", "password": "demo-2024", "to": elsewhere}
    assert stranger.post("/login", fields).url == "http://testserver/"


def test_a_wrong_password_is_told_kindly_and_the_name_is_kept(stranger):
    seen = stranger.post("/login", {"username": "filler", "password": "wrong"})
    assert seen.status == 422
    assert seen.text("title").startswith("错误：")
    assert "账号或密码不正确" in seen.text("#login-message")
    assert seen.one("#username")["value"] == "filler"
    assert seen.one("#password").get("value") is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger):
    stranger.client.follow_redirects = False
    fields = {"username": "filler", "password": "demo-2024"}
    answer = stranger.client.post("/login", data=fields, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_over_https_the_cookie_is_secure(stranger):
    stranger.client.follow_redirects = False
    fields = {"username": "filler", "password": "demo-2024"}
    answer = stranger.client.post("https://testserver/login", data=fields, headers=SAME_ORIGIN)
    assert "secure" in answer.headers["set-cookie"].lower()


def test_signing_out_ends_the_session_itself(filler):
    token = filler.client.cookies[COOKIE]
    assert filler.post("/logout", {}).url.endswith("/login")
    filler.client.cookies.set(COOKIE, token)
    assert "/login" in filler.get("/").url


def test_signing_out_twice_does_no_harm(stranger):
    assert stranger.post("/logout", {}).url.endswith("/login")


def test_the_page_says_who_is_signed_in(filler):
    assert "经办人" in filler.get("/").text(".person")
