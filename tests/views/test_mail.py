"""Mail on pages: one's own address, and what the administrator sees of the outbox."""

import re
from dataclasses import replace

import pytest
from sqlmodel import select

from app.db.mails import Mail
from app.db.session import reading, writing
from app.services import mails
from app.services.mail_policies import policy
from tests.mail_server import to_server

ADDRESS = "zhou@example.gov.cn"


@pytest.fixture
def views(views):
    """The pages of a house that has a mail server."""
    views.state.settings = replace(views.state.settings, mail=to_server(25))
    return views


@pytest.fixture
def sysadmin(visit):
    visitor = visit()
    visitor.sign_in("sysadmin")
    return visitor


def code_of(views):
    with reading(views.state.engine) as session:
        body = session.exec(select(Mail.body).order_by(Mail.id.desc())).first()
    return re.search(r"\d{6}", body)[0]


def confirmed(filler, views):
    filler.post("/account/mail", {"address": ADDRESS})
    return filler.post("/account/mail/code", {"code": code_of(views)})


def test_an_address_is_proven_by_its_code(filler, views):
    page = filler.get("/account/mail")
    assert page.one("nav.tabs [aria-current]").get_text() == "邮件提醒"
    sent = filler.post("/account/mail", {"address": ADDRESS})
    assert ADDRESS in sent.text("#code-hint")
    code = code_of(views)
    wrong = filler.post("/account/mail/code", {"code": "12"})
    assert (wrong.status, "验证码不正确" in wrong.text("#code-note")) == (422, True)
    done = filler.post("/account/mail/code", {"code": code})
    assert f"现在发到 {ADDRESS}" in done.text("main")
    assert not done.soup.select("#code")


def test_wrong_codes_are_counted_though_refused(filler, views):
    filler.post("/account/mail", {"address": ADDRESS})
    code = code_of(views)
    for _ in range(policy().code_failures):
        filler.post("/account/mail/code", {"code": "12"})
    assert filler.post("/account/mail/code", {"code": code}).status == 422


@pytest.mark.parametrize("address", ["", "周", "a@b\r\nBcc: c@d", "<script>"])
def test_what_is_no_address_is_told_and_kept(filler, address):
    page = filler.post("/account/mail", {"address": address})
    assert page.status == 422
    assert "name@example.gov.cn" in page.text("#address-note")


def test_kinds_are_ticked(filler, views):
    page = confirmed(filler, views)
    boxes = page.soup.select("input[type=checkbox]")
    assert all(box.has_attr("checked") for box in boxes)
    kept = filler.post("/account/mail/kinds", {"kind.returned": "on", "kind.word": "on"})
    ticked = [box["id"] for box in kept.soup.select("input[checked]")]
    assert ticked == ["kind-returned", "kind-word"]
    gone = filler.post("/account/mail/remove", {})
    assert not gone.soup.select("input[type=checkbox]")


def test_without_a_server_the_page_says_so(filler, views):
    views.state.settings = replace(views.state.settings, mail=None)
    page = filler.get("/account/mail")
    assert "没有开通邮件提醒" in page.text("main")
    assert filler.post("/account/mail", {"address": ADDRESS}).status == 409


def test_the_administrator_sees_what_did_not_arrive_and_sends_it_again(
    filler, sysadmin, views, now, visit
):
    confirmed(filler, views)
    department = visit()
    department.sign_in("department")
    path = filler.form("信息化建设项目")
    department.post(f"{path}/thread", {"text": "请核对附件"})
    with writing(views.state.engine) as session:
        for letter in mails.claim(session, now, "one", policy()):
            told = ("邮件服务器不接受收件地址", "550 no such user")
            mails.refused(session, now, letter.id, "one", *told)
    assert sysadmin.get("/").soup.select("a[href='/mails']")
    page = sysadmin.get("/mails")
    assert "550 no such user" in page.text("table")
    assert "z***@example.gov.cn" in page.text("table")
    assert "请核对附件" not in page.html
    (form,) = page.soup.select("table form")
    again = sysadmin.post(form["action"], {})
    assert "待发送 1" in again.text("nav.years")
    assert "沟通" in sysadmin.get("/mails?show=waiting").text("table")
    assert sysadmin.post(form["action"], {}).status == 409


def test_nobody_else_does(filler):
    assert not filler.get("/").soup.select("a[href='/mails']")
    assert filler.get("/mails").status == 403
    assert filler.post("/mails/1/resend", {}).status == 403
