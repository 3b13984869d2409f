"""The pages 账号 and 授权: each administrator does their part, nobody else comes in."""

import pytest

from app.db.session import reading
from tests.services.trail import told, trail

NEW = {
    "username": "li.jing", "name": "李静", "organisation": "310000-YB-01", "role": "filler",
    "reason": "接替周晓岚填报", "first_year": "2024",
}  # fmt: skip


@pytest.fixture
def person(visit):
    def person(username, password="demo-2024"):
        visitor = visit()
        visitor.sign_in(username, password)
        return visitor

    return person


@pytest.fixture
def sysadmin(person):
    return person("sysadmin")


@pytest.fixture
def secadmin(person):
    return person("secadmin")


def version(seen, action):
    """The version in the form of an act, and its address."""
    form = seen.one(f"form[action$='{action}']")
    return form["action"], {"version": form.select_one("[name=version]")["value"]}


def test_from_a_new_account_to_the_first_login(sysadmin, secadmin, person, views):
    seen = sysadmin.post("/users", NEW)
    password = seen.text("code.handed")
    assert "只显示这一次" in seen.text(".alert")
    page = next(link["href"] for link in seen.soup.select("main a.button"))
    assert "待确认" in sysadmin.get(page).text("table")
    newcomer = person("li.jing", password)
    assert newcomer.get("/").url.endswith("/account/password")
    waiting = secadmin.get("/grants")
    assert "待确认 1" in waiting.text(".due")
    assert "李静" in waiting.text("table")
    assert secadmin.post(*version(waiting, "/confirmation")).text(".empty strong")
    assert "在用" in sysadmin.get(page).text("table")
    with reading(views.state.engine) as session:
        events = trail(session)
    assert [event.action for event in events if event.object_kind == "grant"][-2:] == [
        "request",
        "confirm",
    ]
    assert password not in str(events)


def test_every_field_that_needs_mending_is_told_at_once(sysadmin):
    seen = sysadmin.post("/users", NEW | {
        "username": "filler", "name": "", "organisation": "330000-CZ", "role": "", "reason": "",
        "first_year": "二四", "starts": "3月", "ends": "2025-02-30",
    })  # fmt: skip
    assert seen.status == 422
    notes = [
        "username", "name", "organisation", "role", "reason", "first_year", "starts", "ends",
    ]  # fmt: skip
    for name in notes:
        assert seen.text(f"#{name}-note"), name
    assert seen.one("#first_year")["value"] == "二四"
    assert sysadmin.get("/users?text=li.jing").text(".empty strong")


def test_a_grant_is_requested_refused_with_a_reason_and_revoked(sysadmin, secadmin, views):
    asked = {"role": "unit_lead", "reason": "负责人外派"}
    assert sysadmin.post("/users/1/grants", asked).url.endswith("/users/1")
    again = sysadmin.post("/users/1/grants", asked | {"last_year": "x"})
    assert again.status == 422
    assert again.text("#role-note")
    assert again.text("#last_year-note")
    excluded = sysadmin.post("/users/1/grants", asked | {"role": "secadmin"})
    assert "三员分立" in excluded.text("#role-note")
    listed = secadmin.get("/grants")
    page = next(a["href"] for a in listed.soup.select("a.button") if "refusal" in a["href"])
    form = secadmin.get(page)
    assert secadmin.post(*version(form, "/refusal")).status == 422
    path, fields = version(form, "/refusal")
    secadmin.post(path, fields | {"reason": "请由本人承担"})
    assert "请由本人承担" in secadmin.get("/grants?state=over").text("table")
    active = secadmin.get("/grants?state=active&text=周晓岚")
    page = next(a["href"] for a in active.soup.select("a.button") if "revocation" in a["href"])
    path, fields = version(secadmin.get(page), "/revocation")
    secadmin.post(path, fields | {"reason": "调离"})
    assert secadmin.post(path, fields | {"reason": "调离"}).status == 412
    with reading(views.state.engine) as session:
        refusal, revoked = [
            event for event in trail(session) if event.action in ("refuse", "revoke")
        ]
    assert told(refusal)["/decision"] == (None, "请由本人承担")
    assert told(revoked)["/state"] == ("active", "revoked")


@pytest.mark.parametrize(
    "username",
    ["filler", "unit-lead", "department", "finance", "evaluator", "auditor", "auditadmin"],
)
def test_nobody_else_comes_in(person, username):
    visitor = person(username)
    for path in ("/users", "/users/1", "/users/new", "/grants", "/grants/1/revocation"):
        assert visitor.get(path).status == 403, path
    for path in ("/users", "/users/1/grants", "/users/1/state", "/users/1/password",
                 "/users/1/second-factor", "/grants/1/confirmation"):  # fmt: skip
        assert visitor.post(path, {"version": "1"}).status == 403, path
    assert not visitor.get("/").soup.select("header a[href='/users']")


def test_each_administrator_sees_their_own_part(sysadmin, secadmin):
    assert sysadmin.get("/users").one("a.button.primary")
    assert not secadmin.get("/users").soup.select("a.button.primary")
    for path in ("/users/new", "/users"):
        answer = secadmin.post(path, NEW) if path == "/users" else secadmin.get(path)
        assert answer.status == 403
    assert sysadmin.post("/grants/1/confirmation", {"version": "1"}).status == 403
    assert sysadmin.post("/users/1/second-factor", {"version": "1"}).status == 403
    assert secadmin.post("/users/1/state", {"version": "1"}).status == 403


def test_an_account_is_switched_off_and_on(sysadmin, filler):
    path, fields = version(sysadmin.get("/users/1"), "/state")
    assert "已停用" in sysadmin.post(path, fields | {"active": "off"}).text("main")
    assert "/login" in filler.get("/").url
    assert sysadmin.post(path, fields | {"active": "on"}).status == 412
    path, fields = version(sysadmin.get("/users/1"), "/state")
    assert "启用" in sysadmin.post(path, fields | {"active": "on"}).text("main")
    refused = sysadmin.post("/users/8/state", {"version": "1", "active": "off"})
    assert refused.status == 409
    assert "先由安全管理员撤销授权" in refused.text("main")


def test_a_password_is_issued_anew_and_a_demo_account_keeps_its_own(sysadmin, person):
    first = sysadmin.post("/users", NEW)
    page = next(link["href"] for link in first.soup.select("main a.button"))
    path, fields = version(sysadmin.get(page), "/password")
    second = sysadmin.post(path, fields)
    assert second.text("code.handed") != first.text("code.handed")
    assert "/login" in person("li.jing", first.text("code.handed")).get("/").url
    assert person("li.jing", second.text("code.handed")).get("/").url.endswith("/account/password")
    assert sysadmin.post("/users/1/password", {"version": "1"}).status == 409


def test_the_list_is_searched_and_filtered(sysadmin):
    everybody = sysadmin.get("/users").soup.select("table tbody tr")
    assert len(everybody) == 9
    assert "审计管理员" in sysadmin.get("/users?text=auditadmin").text("table")
    assert len(sysadmin.get("/users?which=idle").soup.select(".empty")) == 1
    assert sysadmin.get("/users?which=nonsense").status == 200
    assert sysadmin.get("/users?text=%07").status == 422
    assert sysadmin.get("/users/999999").status == 404
    assert sysadmin.get("/users/9223372036854775808").status == 404


def test_the_audit_administrator_sees_events_of_no_unit_and_of_every_tree(person):
    seen = person("auditadmin").get("/audit")
    assert "审计记录" in seen.text("h1")
    assert "载入数据" in seen.html
