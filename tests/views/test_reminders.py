"""Urging on a page: by project, by unit in one click, with templates and quiet hours."""

from datetime import UTC, datetime

import pytest

TASK = "/filing-tasks/1/reminders"
MORNING = datetime(2025, 3, 5, 2, 0, tzinfo=UTC)
EVENING = datetime(2025, 3, 5, 13, 0, tzinfo=UTC)
# The nearest day first; the returned form has some days more.
NAMES = ["医疗保险个人账户管理经费", "医疗保险基金管理经费", "医疗保险稽核检查经费"]


@pytest.fixture
def department(visit, views):
    views.state.clock = lambda: MORNING
    visitor = visit()
    visitor.sign_in("department")
    return visitor


def form(page):
    """What the page would post with nothing ticked."""
    fields = page.soup.select("form.urge input[type=hidden], form.urge #subject, form.urge #body")
    return {field["name"]: field.get("value") or field.get_text().strip() for field in fields}


def test_who_is_nearly_late_is_offered_by_unit(department):
    page = department.get("/filing-tasks/1")
    page = department.get(page.one("main a[href$='/reminders']")["href"])
    assert page.text(".unit th") == "上海市医疗保险事业管理中心"
    rows = page.soup.select("form.urge tbody th[scope=row]")
    assert [row.get_text(" ", strip=True).split()[0] for row in rows] == NAMES
    more = department.get(f"{TASK}?days=15")
    assert len(more.soup.select("form.urge input[type=checkbox]")) == 4
    assert "没有要催报的项目" in department.get(f"{TASK}?days=0").text(".empty")


def test_a_unit_is_urged_in_one_click_and_once_a_day(department, visit):
    page = department.get(TASK)
    button = page.one("button[name=unit]")
    urged = department.post(TASK, form(page) | {"unit": button["value"]})
    assert "已发出 3 个" in urged.text(".done-note")
    assert "周晓岚、顾明远" in urged.text("main")
    again = department.post(TASK, form(page) | {"unit": button["value"]})
    assert "3 个当天已经催报过" in again.text(".done-note")
    filler = visit()
    filler.sign_in()
    assert "请按时报送：医疗保险基金管理经费" in filler.get("/messages").text("main")
    history = filler.get("/self-evaluations/4/history").text("tbody:first-of-type")
    assert "催报" in history
    assert "还剩 2 天" in history


def test_those_ticked_are_urged_in_ones_own_words(department):
    page = department.get(TASK)
    words = {"subject": "请抓紧", "body": "{project}{left}，请今天送审。"}
    urged = department.post(TASK, form(page) | words | {"pick.4": "on"})
    assert "已发出 1 个" in urged.text(".done-note")
    assert "医疗保险基金管理经费还剩 2 天，请今天送审。" in urged.text("main")


def test_words_that_do_not_fit_stay_and_are_told(department):
    page = department.get(TASK)
    refused = department.post(TASK, form(page) | {"body": "{name}", "pick.4": "on"})
    assert refused.status == 422
    assert "不认识 {name}" in refused.text("#body-note")
    assert refused.one("#body").get_text().strip() == "{name}"
    assert refused.soup.select("input[name='pick.4'][checked]")
    nobody = department.post(TASK, form(page))
    assert "请选择要催报的项目" in nobody.text(".alert")


def test_in_the_evening_it_waits_for_the_morning(department, views):
    page = department.get(TASK)
    views.state.clock = lambda: EVENING
    department.sign_in("department")
    urged = department.post(TASK, form(department.get(TASK)) | {"pick.4": "on"})
    assert "1 个等免打扰时间过后发出" in urged.text(".done-note")
    assert "待发出 2025-03-06 08:00" in urged.text("main")
    assert "20:00 至 08:00、周末不打扰" in page.text(".words")


@pytest.mark.parametrize("username", ["filler", "unit-lead", "auditor", "sysadmin"])
def test_others_urge_nobody(visit, username):
    visitor = visit()
    visitor.sign_in(username)
    assert visitor.get(TASK).status == 403
    assert visitor.post(TASK, {"pick.4": "on"}).status == 403


def test_finance_keeps_the_templates(visit, department):
    finance = visit()
    finance.sign_in("finance")
    page = finance.get("/reminder-templates")
    assert len(page.soup.select("form.template-card")) == 3
    new = {"stored": "", "version": "0", "code": "last", "label": "最后提醒", "position": "2"}
    words = {"subject": "最后一天：{project}", "body": "{unit}：{left}。", "active": "on"}
    refused = finance.post("/reminder-templates", new | words | {"body": "{who}"})
    assert refused.status == 422
    assert "不认识 {who}" in refused.text("main")
    stored = finance.post("/reminder-templates", new | words)
    assert len(stored.soup.select("form.template-card")) == 4
    stale = finance.post("/reminder-templates", new | words | {"stored": "last"})
    assert stale.status == 412
    urge = department.get(f"{TASK}?template=last")
    assert urge.one("#subject")["value"] == "最后一天：{project}"
    assert department.get("/reminder-templates").status == 403
