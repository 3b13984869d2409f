"""A form on its way through every hand: submitted, approved, returned, mended, completed."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.journeys import cell, open_form, row, settled, submit

PROJECT, ABOVE, INDICATOR = "医疗保险个人账户管理经费", "邮寄数量完成率", "邮寄信件退回率"


def approve(page: Page, leads_to: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=PROJECT, exact=True).click()
    page.get_by_role("button", name="同意").click()
    expect(page.locator(".head .chip")).to_have_text(leads_to)


def remark(department: Page, indicator: str, text: str) -> None:
    place = row(department, indicator)
    place.get_by_text("批注").first.click()
    place.get_by_label(f"{indicator} 新批注").fill(text)


def walk(page: Page) -> None:
    """From remark to remark, by keys and by buttons, round in both directions."""
    first, second = page.locator("[data-remark]").all()
    for key, reached in (("F8", first), ("F8", second), ("Shift+F8", first), ("Shift+F8", second)):
        page.keyboard.press(key)
        expect(reached).to_be_focused()
    for button, reached in (
        ("上一条", first),
        ("上一条", second),
        ("下一条", first),
        ("下一条", second),
    ):
        page.get_by_role("button", name=button).first.click()
        expect(reached).to_be_focused()


def send_back(department: Page) -> None:
    """With points, and remarks at cells that the keyboard finds."""
    department.goto("/")
    department.get_by_role("link", name=PROJECT, exact=True).click()
    remark(department, ABOVE, "请附邮寄清单。")
    remark(department, INDICATOR, "与决算不一致，请核对。")
    row(department, INDICATOR).get_by_label(f"{INDICATOR} 核查得分").fill("7")
    department.get_by_role("button", name="保存").click()
    expect(department.locator("[data-remark]")).to_have_count(2)
    expect(row(department, INDICATOR)).to_contain_text("与决算不一致")
    walk(department)
    department.get_by_label("退回原因").select_option(label="指标值或完成值与实际不符")
    department.get_by_label("说明需要修改的内容").fill("请按决算更正。")
    department.get_by_role("button", name="退回", exact=True).click()
    expect(department.locator(".head .chip")).to_have_text("已退回")


def test_the_whole_course(page: Page, someone: Callable[[str], Page]) -> None:
    open_form(page, PROJECT)
    submit(page)
    lead, department, finance = (someone(name) for name in ("unit-lead", "department", "finance"))
    approve(lead, "主管部门审核")

    send_back(department)
    page.goto("/")
    page.get_by_role("link", name=PROJECT, exact=True).click()
    expect(page.locator(".returned")).to_contain_text("请按决算更正")
    walk(page)
    cell(page, INDICATOR).fill("4.20(%)")
    cell(page, INDICATOR).press("Tab")
    settled(page)
    for indicator in (ABOVE, INDICATOR):
        row(page, indicator).get_by_role("button", name="标记已处理").click()
        expect(row(page, indicator).locator("[data-remark]")).to_contain_text("周晓岚已处理")
    submit(page)

    approve(lead, "主管部门审核")
    department.goto("/")
    department.get_by_role("link", name=PROJECT, exact=True).click()
    expect(department.locator(".changed")).to_have_count(1)
    approve(department, "财政审核")
    approve(finance, "已完成")
    expect(finance.locator(".history")).to_contain_text("退回给经办人")
