"""The same journey with JavaScript switched off: whole pages, the same words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import (
    DRAFT,
    PARTIAL,
    cell,
    check,
    fill_everything,
    open_form,
    row,
    submit,
)

RATE, TIER = "支撑医保运行和管理的有效程度", "节约运行成本"


@pytest.fixture
def page(page_without_script: Page) -> Page:
    return page_without_script


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()


def test_mistakes_are_listed_and_everything_typed_stays(page: Page) -> None:
    open_form(page, DRAFT)
    cell(page, RATE).fill("差不多")
    cell(page, RATE, "偏差原因分析及改进措施").fill("写了一半")
    page.get_by_label("当年财政拨款 全年执行数", exact=True).fill("12万")
    save(page)
    assert page.title().startswith("错误：")
    expect(page.locator(".error-summary li")).to_have_count(2)
    links = page.locator(".error-summary a")
    for link in links.all():
        place = page.locator(str(link.get_attribute("href")))
        expect(place).to_have_attribute("aria-invalid", "true")
        note = page.locator(f"#{place.get_attribute('aria-describedby')} .message")
        expect(note).to_have_text(f"错误：{link.inner_text()}")
    tops = [page.locator(str(link.get_attribute("href"))).bounding_box() for link in links.all()]
    assert [box["y"] for box in tops if box] == sorted(box["y"] for box in tops if box)
    expect(cell(page, RATE)).to_have_value("差不多")
    expect(cell(page, RATE, "偏差原因分析及改进措施")).to_have_value("写了一半")
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("当年财政拨款 全年执行数", exact=True)).to_be_focused()


def test_points_are_given_and_judged(page: Page) -> None:
    open_form(page, DRAFT)
    cell(page, RATE).fill("85%")
    cell(page, TIER).select_option(PARTIAL)
    save(page)
    expect(row(page, RATE).locator(".points .explained")).to_contain_text("2.68")
    expect(row(page, RATE).get_by_text("必填")).to_be_visible()
    cell(page, TIER, "得分").fill("2.1")
    save(page)
    expect(row(page, TIER).locator(".points .explained")).to_contain_text("2.10")


def test_the_whole_journey_to_the_approval(page: Page, someone: Callable[..., Page]) -> None:
    open_form(page, DRAFT)
    fill_everything(page)
    cell(page, RATE).fill("96%")
    cell(page, TIER).select_option("达成指标")
    check(page)
    expect(page.locator(".finding-group.error")).to_have_count(0)
    page.get_by_role("button", name="确认送审").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已送审")
    page.get_by_role("button", name="撤回修改").click()
    submit(page)
    lead = someone("unit-lead", java_script_enabled=False)
    lead.get_by_role("link", name=DRAFT, exact=True).click()
    lead.get_by_role("button", name="同意").click()
    expect(lead.locator(".head .chip")).to_have_text("主管部门审核")
