"""A form whose session had ended: without JavaScript what was typed survives the login."""

from datetime import timedelta

import pytest

from app.db import users
from app.db.session import reading, writing
from app.services import carried_forms
from app.services.carried_forms import Carried
from app.views.dependencies import COOKIE
from tests.services.trail import trail

DRAFT, SENT = "信息化建设项目", "热线服务保障经费"
PASSWORD = "demo-2024"


@pytest.fixture
def expire(views, now):
    """Moves the clock past the end of every session there is."""

    def expire():
        views.state.clock = lambda: now + timedelta(minutes=21)

    return expire


def carried_of(page):
    form = page.one("form[action='/login']")
    return {item["name"]: item.get("value", "") for item in form.select("input[type=hidden]")}


def log_in(visitor, page, username="filler"):
    """The login form of that page, filled in and sent."""
    fields = carried_of(page) | {"username": username, "password": PASSWORD}
    return visitor.post("/login", fields)


def first_line(page):
    return page.soup.select_one("[data-column=reason]")["name"]


def test_a_sheet_comes_back_as_typed_and_unsaved(filler, expire):
    path = filler.form(DRAFT)
    page = filler.get(path)
    reason = first_line(page)
    typed = page.fields() | {"achieved": "写了一半\n还有一半", reason: "设备到货晚"}
    expire()
    door = filler.post(path, typed)
    assert door.status == 401
    assert "填写的内容都在" in door.text("#login-message")
    assert door.one("#username")["value"] == "filler"
    assert "写了一半" not in door.html
    back = log_in(filler, door)
    assert back.status == 200
    assert "还没有保存，请核对后保存" in back.text(".error-summary")
    shown = back.fields()
    assert (shown["achieved"], shown[reason]) == ("写了一半\n还有一半", "设备到货晚")
    assert len(back.soup.select(".error-summary li")) == 2
    marked = {cell["name"] for cell in back.soup.select("[aria-invalid]")}
    assert marked == {"achieved", reason}
    assert filler.get(path).fields()["achieved"] != "写了一半\n还有一半"
    saved = filler.post(path, shown)
    assert saved.status == 200
    assert filler.get(path).fields()["achieved"] == "写了一半\n还有一半"


def test_a_wrong_password_does_not_lose_it(filler, expire):
    path = filler.form(DRAFT)
    typed = filler.get(path).fields() | {"achieved": "写了一半"}
    expire()
    door = filler.post(path, typed)
    fields = carried_of(door) | {"username": "filler", "password": "wrong"}
    again = filler.post("/login", fields)
    assert again.status == 422
    assert carried_of(again) == carried_of(door)
    assert log_in(filler, again).fields()["achieved"] == "写了一半"


def test_another_person_does_not_get_it(filler, expire):
    path = filler.form(DRAFT)
    typed = filler.get(path).fields() | {"achieved": "只有我知道"}
    expire()
    back = log_in(filler, filler.post(path, typed), "unit-lead")
    assert back.text("h1") == "刚才的内容是另一个账号填写的"
    assert "只有我知道" not in back.html
    assert "顾明远" in back.text(".plain-page")


def test_a_form_changed_meanwhile_says_so(filler, visit, expire, views):
    path = filler.form(DRAFT)
    typed = filler.get(path).fields() | {"achieved": "我写的"}
    other = visit()
    other.sign_in()
    page = other.get(path)
    other.post(path, page.fields() | {"achieved": "同事写的"})
    expire()
    back = log_in(filler, filler.post(path, typed))
    assert "其间这张表有改动" in back.text(".error-summary")
    assert back.fields()["achieved"] == "我写的"
    assert back.fields()["version"] != typed["version"]


def test_a_review_comes_back_with_its_new_remarks(visit, expire):
    lead = visit()
    lead.sign_in("unit-lead")
    path = lead.form(SENT)
    page = lead.get(path)
    line = page.soup.select_one("tr.line")["id"].removeprefix("line-")
    typed = page.fields() | {
        "opinion": "总体属实", f"lines.{line}.opinion": "请核对", "do": "return",
        "reason": "缺样本数", f"remarks.new{line}.text": "与台账不一致",
        f"remarks.new{line}.path": f"/lines/{line}/reason",
    }  # fmt: skip
    expire()
    back = log_in(lead, lead.post(path, typed), "unit-lead")
    shown = back.fields()
    for name in ("opinion", f"lines.{line}.opinion", "reason", f"remarks.new{line}.text"):
        assert shown[name] == typed[name]
    assert shown[f"remarks.new{line}.path"] == f"/lines/{line}/reason"
    assert "还没有保存" in back.text(".error-summary")
    assert "退回意见" not in lead.get(path).text("main")


def test_an_act_is_not_done_by_itself(filler, expire, views):
    path = filler.form(SENT)
    form = filler.get(path).one(f"form[action='{path}/withdraw']")
    fields = {item["name"]: item["value"] for item in form.select("input")}
    expire()
    back = log_in(filler, filler.post(f"{path}/withdraw", fields))
    assert back.text("h1") == "请核对后继续"
    with reading(views.state.engine) as session:
        assert trail(session)[-1].action == "log_in"
    again = back.one(f"form[action='{path}/withdraw']")
    sent = {item["name"]: item["value"] for item in again.select("input")}
    assert sent["version"] == fields["version"]
    assert "草稿" in filler.post(f"{path}/withdraw", sent).text(".head")


def test_what_no_page_takes_back_is_still_shown(filler, views, expire, visit):
    path = filler.form(SENT)
    page = filler.get("/")
    fields = {
        "achieved": "提交以后才写的",
        "version": "1",
        "csrf": page.soup.select_one("input[name=csrf]")["value"],
    }
    expire()
    back = log_in(filler, filler.post(path, fields))
    assert back.text("h1") == "请核对后继续"
    assert "提交以后才写的" in back.text(".carried")
    assert "实际完成情况" in back.text(".carried")


def test_the_second_factor_stands_between(filler, expire, views, now, monkeypatch):
    path = filler.form(DRAFT)
    typed = filler.get(path).fields() | {"achieved": "写了一半"}
    with writing(views.state.engine) as session:
        user = users.by_username(session, "filler")
        user.totp_nonce, user.totp_confirmed_at = "nonce", now
    expire()
    code = log_in(filler, filler.post(path, typed))
    assert code.text("h1") == "二次验证"
    fields = {
        item["name"]: item["value"] for item in code.soup.select("main form input[type=hidden]")
    }
    wrong = filler.post("/login/verify", fields | {"code": "000000"})
    assert wrong.status == 422
    assert wrong.one("input[name=carried]")["value"] == fields["carried"]
    monkeypatch.setattr("app.services.second_factors._spend", lambda *_: True)
    back = filler.post("/login/verify", fields | {"code": "123456"})
    assert back.fields()["achieved"] == "写了一半"


def test_after_a_login_in_another_window(filler, expire, views):
    path = filler.form(DRAFT)
    typed = filler.get(path).fields() | {"achieved": "写了一半"}
    expire()
    carried = carried_of(filler.post(path, typed))
    early = filler.post("/carried", carried)
    assert (early.status, "还没有登录" in early.text("#login-message")) == (401, True)
    filler.sign_in()
    assert filler.post("/carried", carried).fields()["achieved"] == "写了一半"


@pytest.mark.parametrize("sealed", ["", "x", "A" * 400])
def test_what_was_not_sealed_here_leads_on_as_usual(filler, expire, sealed):
    expire()
    fields = {"username": "filler", "password": PASSWORD, "to": "/account/sessions"}
    seen = filler.post("/login", fields | {"carried": sealed})
    assert seen.url.endswith("/account/sessions")


def test_a_form_without_a_page_of_ours_is_not_carried(filler, expire):
    path = filler.form(DRAFT)
    expire()
    filler.csrf = ""
    for token in ("", "x", "0" * 32 + "." + "0" * 64):
        seen = filler.post(path, {"achieved": "x", "csrf": token})
        assert (seen.status, seen.text("h1")) == (401, "请先登录")


def test_passwords_are_never_carried(filler, expire):
    fields = filler.get("/account/password").soup.select("main form input[type=hidden]")
    sent = {item["name"]: item["value"] for item in fields} | {"current": "a", "new": "b"}
    expire()
    seen = filler.post("/account/password", sent)
    assert seen.text("h1") == "请先登录"
    assert not seen.soup.select("input[name=carried]")


def test_more_than_any_form_holds_is_told(filler, expire):
    path = filler.form(DRAFT)
    typed = filler.get(path).fields() | {"achieved": "a" * 600_000}
    expire()
    seen = filler.post(path, typed)
    assert seen.status == 401
    assert "太长" in seen.text("#login-message")
    assert not seen.soup.select("input[name=carried]")


def test_it_is_bound_to_its_form_and_to_the_day(filler, expire, views, now):
    path = filler.form(DRAFT)
    typed = filler.get(path).fields() | {"achieved": "写了一半"}
    expire()
    door = filler.post(path, typed)
    key = views.state.secret_key
    opened = carried_forms.opened(key, views.state.clock(), carried_of(door)["carried"])
    assert isinstance(opened, Carried)
    assert (opened.path, opened.fields["achieved"]) == (path, "写了一半")
    assert "csrf" not in opened.fields
    views.state.clock = lambda: now + timedelta(days=1)
    assert log_in(filler, door).url == "http://testserver/"


def test_the_cookie_is_new_after_the_login(filler, expire):
    path = filler.form(DRAFT)
    typed = filler.get(path).fields()
    old = filler.client.cookies[COOKIE]
    expire()
    log_in(filler, filler.post(path, typed))
    assert filler.client.cookies[COOKIE] != old
