"""A form on its way through every hand: submitted, approved, returned, mended, completed."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.journeys import cell, open_form, settled

PROJECT, INDICATOR = "医疗保险个人账户管理经费", "邮寄信件退回率"


def submit(page: Page) -> None:
    page.get_by_role("button", name="检查并送审").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("检查并送审")
    while page.locator(".findings details[id$=-due]").count():
        due = page.locator(".findings details[id$=-due]").first
        due.locator("summary").click()
        due.get_by_label("情况说明").fill("已核对，情况属实。")
        left = page.locator(".findings details[id$=-due]").count()
        due.get_by_role("button", name="保存说明").click()
        expect(page.locator(".findings details[id$=-due]")).to_have_count(left - 1)
    page.get_by_role("button", name="确认送审").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已送审")


def approve(page: Page, leads_to: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=PROJECT, exact=True).click()
    page.get_by_role("button", name="同意").click()
    expect(page.locator(".head .chip")).to_have_text(leads_to)


def send_back(department: Page) -> None:
    """With points, and a remark at a cell that the keyboard finds."""
    department.goto("/")
    department.get_by_role("link", name=PROJECT, exact=True).click()
    row = department.locator("tr.line").filter(has=department.get_by_text(INDICATOR, exact=True))
    row.get_by_text("批注").first.click()
    row.get_by_label(f"{INDICATOR} 新批注").fill("与决算不一致，请核对。")
    row.get_by_label(f"{INDICATOR} 核查得分").fill("7")
    department.get_by_role("button", name="保存").click()
    remark = department.locator("[data-remark]")
    expect(remark).to_contain_text("与决算不一致")
    department.keyboard.press("F8")
    expect(remark).to_be_focused()
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
    page.keyboard.press("F8")
    expect(page.locator("[data-remark]")).to_be_focused()
    cell(page, INDICATOR).fill("4.20(%)")
    cell(page, INDICATOR).press("Tab")
    settled(page)
    page.get_by_role("button", name="标记已处理").click()
    expect(page.locator("[data-remark]")).to_contain_text("周晓岚已处理")
    submit(page)

    approve(lead, "主管部门审核")
    department.goto("/")
    department.get_by_role("link", name=PROJECT, exact=True).click()
    expect(department.locator(".changed")).to_have_count(1)
    approve(department, "财政审核")
    approve(finance, "已完成")
    expect(finance.locator(".history")).to_contain_text("退回给经办人")
