"""From a filled form to its receipt."""

import re

import pytest

WARNED, OPEN, SUBMITTED = "医疗保险个人账户管理经费", "信息化建设项目", "热线服务保障经费"


@pytest.fixture
def path(filler):
    return filler.form(WARNED)


def answer_fields(page, reason):
    """The form of the first warning, filled in."""
    form = page.soup.select_one(".findings form")
    hidden = {field["name"]: field["value"] for field in form.select("input")}
    return hidden | {"reason": reason}


def answer_warnings(filler, path):
    for _ in range(5):
        page = filler.get(f"{path}/check")
        if page.soup.select("form#sheet button"):
            return page
        filler.post(f"{path}/answers", answer_fields(page, "年底集中支付，结余已交回。"))
    raise AssertionError("the warnings have no end")


def test_the_check_shows_everything_with_a_way_to_change_it(filler):
    path = filler.form(OPEN)
    seen = filler.get(f"{path}/check")
    assert seen.text("title").startswith("错误：")
    changes = [link["href"] for link in seen.soup.select(".checks .act a")]
    form = filler.get(path)
    assert changes
    for href in changes:
        target, _, anchor = href.partition("#")
        assert target == path
        assert form.one(f"#{anchor}")
    assert "未填写" in seen.text(".checks")
    assert not seen.soup.select("form#sheet button")


def test_a_form_with_errors_is_not_submitted(filler):
    path = filler.form(OPEN)
    version = filler.get(path).fields()["version"]
    seen = filler.post(f"{path}/submit", {"version": version})
    assert seen.status == 409
    assert seen.soup.select(".finding-group.error")
    assert seen.one(".error-summary")


def test_an_unanswered_warning_holds_the_form_until_it_is_answered(filler, path):
    seen = filler.get(f"{path}/check")
    assert "情况说明" in seen.text("form#sheet")
    assert not seen.soup.select("form#sheet button")
    seen = filler.post(f"{path}/answers", answer_fields(seen, "年底集中支付，结余已交回。"))
    assert seen.url.endswith("/check")
    assert "年底集中支付" in seen.text(".answer")
    assert seen.text("form#sheet button") == "确认送审"


def test_an_answer_by_htmx_brings_the_button(filler, path):
    page = filler.get(f"{path}/check")
    fields = answer_fields(page, "结余已交回。") | {"version": page.one("#version")["value"]}
    answer = filler.htmx(f"{path}/answers", fields)
    assert answer.text("form#sheet button") == "确认送审"
    assert "结余已交回" in answer.text("#summary .answer")
    assert not answer.soup.select("#saved, #sheet-total")


@pytest.mark.parametrize("send", ["post", "htmx"])
def test_an_answer_too_long_is_told_and_kept(filler, path, send):
    fields = answer_fields(filler.get(path), "长" * 2000)
    seen = getattr(filler, send)(f"{path}/answers", fields)
    assert seen.status == 422
    field = seen.one(".findings textarea")
    assert field.get_text().strip() == "长" * 2000
    assert "压缩到" in seen.one(f"#{field['aria-describedby']}").get_text()


def test_submitting_gives_a_receipt_that_can_be_seen_again(filler, path):
    page = answer_warnings(filler, path)
    seen = filler.post(f"{path}/submit", {"version": page.one("#version")["value"]})
    assert seen.url.endswith(f"{path}/receipt")
    number = seen.text(".number strong")
    assert re.fullmatch(r"ZP2024310000\d{6}-01", number)
    for words in (WARNED, "上海市医疗保险事业管理中心", "2024年度", "98.36", "2025-03-03 10:00"):
        assert words in seen.text(".receipt")
    assert "负责人审核" in seen.text(".receipt")
    assert filler.get(f"{path}/receipt").text(".number strong") == number
    assert "内容已锁定" in filler.get(path).text(".actions")


def test_submitting_twice_leads_to_the_one_receipt(filler, path):
    page = answer_warnings(filler, path)
    fields = {"version": page.one("#version")["value"]}
    first = filler.post(f"{path}/submit", fields)
    assert not first.soup.select(".again")
    again = filler.post(f"{path}/submit", fields)
    assert again.url.endswith(f"{path}/receipt?again=true")
    assert "没有重复送审" in again.text(".again")
    assert again.text(".number strong") == first.text(".number strong")


def test_back_and_again_after_a_withdrawal_is_told_that_the_form_is_newer(filler, path):
    page = answer_warnings(filler, path)
    fields = {"version": page.one("#version")["value"]}
    form = filler.post(f"{path}/submit", fields).one(f"form[action='{path}/withdraw']")
    filler.post(f"{path}/withdraw", {item["name"]: item["value"] for item in form.select("input")})
    again = filler.post(f"{path}/submit", fields)
    assert again.status == 412
    assert "更新" in again.text(".error-summary")


def test_who_may_not_submit_is_not_led_to_a_receipt(visit, filler):
    path = filler.form(SUBMITTED)
    finance = visit()
    finance.sign_in("finance")
    assert finance.post(f"{path}/submit", {"version": "1"}).status == 403


def test_a_submitted_form_can_be_taken_back(filler):
    path = filler.form(SUBMITTED)
    form = filler.get(path).one(f"form[action='{path}/withdraw']")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    seen = filler.post(f"{path}/withdraw", fields)
    assert seen.url.endswith(path)
    assert seen.soup.select("form#sheet")
    assert "草稿" in seen.text(".head")


def test_nobody_else_takes_it_back(visit, filler):
    path = filler.form(SUBMITTED)
    lead = visit()
    lead.sign_in("unit-lead")
    assert not lead.get(path).soup.select(f"form[action='{path}/withdraw']")
    seen = lead.post(f"{path}/withdraw", {"version": "1"})
    assert seen.status == 409
    assert seen.text("h1") == "当前状态下不能这样操作"


def test_a_form_not_yet_submitted_has_no_receipt(filler):
    seen = filler.get(f"{filler.form(OPEN)}/receipt")
    assert seen.text("h1") == "还没有送审"
