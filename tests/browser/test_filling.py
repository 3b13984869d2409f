"""A filler fills in a form, is scored while typing, submits it and gets a receipt."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import (
    DRAFT,
    MET,
    PARTIAL,
    cell,
    fill_everything,
    open_form,
    row,
    settled,
    submit,
)

RATE, TIER = "支撑医保运行和管理的有效程度", "节约运行成本"


def test_a_row_is_scored_on_leaving_its_cell(page: Page) -> None:
    open_form(page, DRAFT)
    before = page.locator(".score .total").inner_text()
    actual = cell(page, RATE)
    actual.fill("85%")
    expect(row(page, RATE).locator(".points .computed")).to_have_text("—", use_inner_text=True)
    actual.press("Tab")
    settled(page)
    points = row(page, RATE).locator(".points .explained")
    expect(points).to_contain_text("2.68")
    expect(page.locator(".score .total")).not_to_have_text(before)
    expect(page.locator("#saved")).to_contain_text(re.compile(r"已保存 \d\d:\d\d:\d\d"))
    points.hover()
    expect(points.get_by_role("tooltip")).to_be_visible()
    expect(actual).to_have_value("85%")


def test_the_reason_becomes_required_where_points_are_lost_and_only_there(page: Page) -> None:
    open_form(page, DRAFT)
    reason = cell(page, RATE, "偏差原因分析及改进措施")
    cell(page, RATE).fill("85%")
    cell(page, RATE).press("Tab")
    settled(page)
    expect(reason).to_have_attribute("aria-required", "true")
    expect(row(page, RATE).get_by_text("必填")).to_be_visible()
    cell(page, RATE).fill("96%")
    cell(page, RATE).press("Tab")
    settled(page)
    expect(reason).not_to_have_attribute("aria-required", "true")
    expect(row(page, RATE).get_by_text("必填")).to_have_count(0)


def test_a_bad_value_is_told_beside_its_cell_and_goes_when_it_is_mended(page: Page) -> None:
    open_form(page, DRAFT)
    actual = cell(page, RATE)
    actual.fill("差不多")
    actual.press("Tab")
    settled(page)
    expect(actual).to_have_attribute("aria-invalid", "true")
    expect(actual).to_have_value("差不多")
    expect(row(page, RATE).get_by_text("请填数字")).to_be_visible()
    expect(page.locator("#unsaved")).to_have_text("1 项有误，未计分")
    page.reload()
    expect(actual).to_have_value("差不多")
    expect(row(page, RATE).get_by_text("请填数字")).to_be_visible()
    actual.fill("96%")
    actual.press("Tab")
    settled(page)
    expect(actual).not_to_have_attribute("aria-invalid", "true")
    expect(row(page, RATE).get_by_text("请填数字")).to_have_count(0)
    expect(page.locator("#unsaved")).to_be_empty()


def test_a_tier_below_met_opens_the_points_to_judgement(page: Page) -> None:
    open_form(page, DRAFT)
    judged = cell(page, TIER, "得分")
    expect(judged).to_be_hidden()
    cell(page, TIER).select_option(PARTIAL)
    expect(judged).to_be_visible()
    judged.fill("2.1")
    judged.press("Tab")
    settled(page)
    expect(row(page, TIER).locator(".points .explained")).to_contain_text("2.10")


def test_points_of_one_tier_do_not_follow_into_another(page: Page) -> None:
    open_form(page, DRAFT)
    cell(page, TIER).select_option(PARTIAL)
    cell(page, TIER, "得分").fill("2.1")
    cell(page, TIER, "得分").press("Tab")
    settled(page)
    cell(page, TIER).select_option(MET)
    settled(page)
    expect(row(page, TIER).locator(".points .explained")).to_contain_text("3.00")
    cell(page, TIER, "偏差原因分析及改进措施").fill("无")
    cell(page, TIER, "偏差原因分析及改进措施").press("Tab")
    settled(page)
    expect(row(page, TIER).locator(".points .explained")).to_contain_text("3.00")


def test_keys_move_as_in_a_spreadsheet_and_never_submit(page: Page) -> None:
    open_form(page, DRAFT)
    address = page.url
    first = cell(page, "成本控制率")
    first.focus()
    first.press("Enter")
    expect(cell(page, "概算调整率")).to_be_focused()
    cell(page, "概算调整率").press("Shift+Enter")
    expect(first).to_be_focused()
    settled(page)
    assert page.url == address


def test_text_typed_while_an_answer_is_on_its_way_stays(page: Page) -> None:
    open_form(page, DRAFT)
    page.route("**/cells", lambda route: (page.wait_for_timeout(300), route.continue_())[1])
    reason = cell(page, RATE, "偏差原因分析及改进措施")
    cell(page, RATE).fill("85%")
    reason.focus()
    reason.press_sequentially("设备到货晚", delay=80)
    expect(row(page, RATE).locator(".points .explained")).to_contain_text("2.68")
    reason.press_sequentially("，已改进。", delay=80)
    expect(reason).to_be_focused()
    expect(reason).to_have_value("设备到货晚，已改进。")
    reason.press("Tab")
    settled(page)
    page.unroute("**/cells")
    page.reload()
    expect(reason).to_have_value("设备到货晚，已改进。")


def test_cells_changed_in_quick_succession_are_all_saved(page: Page) -> None:
    open_form(page, DRAFT)
    for value in ("85%", "86%", "87%", "88%"):
        cell(page, RATE).fill(value)
        cell(page, RATE).blur()
    settled(page)
    expect(page.locator("#notice")).to_be_empty()
    page.reload()
    expect(cell(page, RATE)).to_have_value("88%")


def test_a_lost_network_is_told_and_the_text_kept(page: Page) -> None:
    open_form(page, DRAFT)
    page.route("**/cells", lambda route: route.fulfill(status=503, body=""))
    cell(page, RATE).fill("91%")
    cell(page, RATE).press("Tab")
    expect(page.locator("#unsaved")).to_contain_text("1 项未保存，正在重试")
    expect(row(page, RATE).locator("td[data-state=unsaved]")).to_have_count(1)
    page.unroute("**/cells")
    page.get_by_role("button", name="保存", exact=True).click()
    settled(page)
    expect(page.locator("#unsaved")).to_be_empty()
    expect(page.locator("#saved")).to_contain_text("已保存")
    page.reload()
    expect(cell(page, RATE)).to_have_value("91%")


def test_back_and_refresh_show_what_is_stored_and_send_nothing(page: Page) -> None:
    open_form(page, DRAFT)
    form = page.url
    cell(page, RATE).fill("86.5%")
    cell(page, RATE).press("Tab")
    settled(page)
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{form}/check")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.go_back()
    expect(cell(page, RATE)).to_have_value("86.5%")
    page.reload()
    expect(cell(page, RATE)).to_have_value("86.5%")
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("检查并送审")
    assert "POST" not in sent
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    expect(page.get_by_text("周晓岚")).to_have_count(0)


@pytest.mark.parametrize(("script", "text"), [("autosave.js", "87.5%"), ("htmx.min.js", "88.5%")])
def test_without_one_of_its_scripts_a_form_still_posts(page: Page, script: str, text: str) -> None:
    page.route(f"**/{script}*", lambda route: route.abort())
    open_form(page, DRAFT)
    cell(page, RATE).fill(text)
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".error-summary")).to_have_count(0)
    page.reload()
    expect(cell(page, RATE)).to_have_value(text)


def test_the_whole_journey_to_the_receipt(page: Page) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    open_form(page, DRAFT)
    fill_everything(page, after_each="Enter")
    for indicator, column, value in (
        (RATE, "实际完成值", "96%"),
        (TIER, "实际完成值", MET),
        (RATE, "偏差原因分析及改进措施", ""),
    ):
        place = cell(page, indicator, column)
        place.select_option(value) if value == MET else place.fill(value)
        place.blur()
    settled(page)
    expect(page.locator(".finding-group.error")).to_have_count(0)
    submit(page)
    expect(page.locator(".number strong")).to_contain_text("ZP2024310000")
    host = page.evaluate("location.origin")
    assert [address for address in addresses if not address.startswith(host)] == []
    page.get_by_role("link", name="打印自评表").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("自评表")


def test_going_on_right_after_typing_loses_nothing(page: Page) -> None:
    open_form(page, "医疗保险基金管理经费")
    page.route("**/cells", lambda route: (page.wait_for_timeout(300), route.continue_())[1])
    page.get_by_label("实际完成情况", exact=True).fill("刚刚写下的一句。")
    page.get_by_role("button", name="检查并送审").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("检查并送审")
    expect(page.locator("#achieved")).to_have_text("刚刚写下的一句。")
