"""What a filler sees of the days of a task: a deadline, a reason to give, a closed door."""

from datetime import timedelta

import pytest

WARNED = "医疗保险个人账户管理经费"


@pytest.fixture
def after(views, now):
    """Let days pass on the server's clock."""

    def days(number):
        views.state.clock = lambda: now + timedelta(days=number)

    return days


def ready(filler):
    """The check of a form with its warning answered."""
    path = filler.form(WARNED)
    check = filler.get(f"{path}/check")
    for details in check.soup.select(".findings details[id$=-due]"):
        form = details.select_one("form")
        fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
        filler.post(form["action"], fields | {"reason": "已核对，情况属实。"})
    return path, filler.get(f"{path}/check")


def test_in_time_nothing_is_asked(filler):
    _, check = ready(filler)
    assert not check.soup.select(".term, .late-reason")
    assert "还剩 4 天" in check.text(".head .deadline")


def test_after_the_deadline_a_reason_is_asked_and_kept(filler, after):
    path, _ = ready(filler)
    after(6)
    filler.sign_in()
    form = filler.get(path)
    assert "已超过截止日期 2 天" in form.text(".term")
    check = filler.get(f"{path}/check")
    refused = filler.post(f"{path}/submit", check.fields())
    assert refused.status == 422
    assert "请填写逾期原因" in refused.text(".error-summary")
    assert refused.one("#late_reason")["aria-invalid"] == "true"
    sent = filler.post(f"{path}/submit", check.fields() | {"late_reason": "决算批复推迟"})
    assert sent.text("h1") == "已送审"
    history = filler.get(f"{path}/history").text(".trail")
    assert "逾期原因" in history
    assert "决算批复推迟" in history
    task = filler.get("/filing-tasks/1")
    assert "2 天 决算批复推迟" in task.text("main")


def test_after_the_end_the_door_is_shut_and_it_is_said_whom_to_ask(filler, after):
    path, _ = ready(filler)
    after(40)
    filler.sign_in()
    check = filler.get(f"{path}/check")
    assert "上海市医疗保障局或财政部门申请延期" in check.text(".term")
    assert not check.soup.select("form#sheet button")
    refused = filler.post(f"{path}/submit", check.fields())
    assert refused.status == 409
    assert "申请延期" in refused.text("main")
