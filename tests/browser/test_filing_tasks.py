"""A task from its issue to the urging of who is nearly late, with an extension on the way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

TASK, DRAFT = "2024年度项目支出绩效自评", "医疗保险个人账户管理经费"


def ahead(days: int) -> date:
    """A day so many days from today in Shanghai, by the clock that the server has too."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=days)


def told(day: date) -> str:
    """A day as pages write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def no_sideways(page: Page) -> None:
    """The page itself never scrolls sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, page.url


def test_finance_issues_a_task_and_ends_it(someone: Callable[[str], Page]) -> None:
    finance = someone("finance")
    finance.get_by_role("link", name="填报任务").click()
    finance.get_by_role("link", name="下达任务").click()
    finance.get_by_role("button", name="下达").click()
    expect(finance.locator("#due-note")).to_contain_text("请填写截止日期")
    for label, days in (("开始", 40), ("截止", 120), ("关闭", 150)):
        finance.get_by_label(f"{label}日期").fill(ahead(days).isoformat())
    no_sideways(finance)
    finance.get_by_role("button", name="下达").click()
    expect(finance.get_by_role("heading", level=1)).to_contain_text("年度项目支出绩效自评")
    expect(finance.locator("header .chip")).to_have_text(f"{told(ahead(40))}开始填报")
    finance.get_by_role("button", name="撤回任务").click()
    expect(finance.get_by_role("heading", level=1)).to_have_text("填报任务")
    expect(finance.locator("tbody tr")).to_have_count(1)


def test_an_extension_moves_the_deadline_and_the_late_are_urged(
    someone: Callable[[str], Page],
) -> None:
    filler, department = someone("filler"), someone("department")
    filler.get_by_role("link", name=TASK).click()
    row = filler.locator("tr").filter(has=filler.get_by_role("link", name=DRAFT)).first
    row.get_by_role("link", name="延期、免报").click()
    filler.get_by_label("延期至").fill(ahead(50).isoformat())
    filler.get_by_label("原因").fill("年度决算尚在核对。")
    no_sideways(filler)
    filler.get_by_role("button", name="提出申请").click()
    expect(filler.locator("main")).to_contain_text("待办理")

    department.get_by_role("link", name="延期、免报申请待办理").click()
    asked = department.locator("tr[id^=request-]").filter(has_text=DRAFT)
    asked.get_by_role("button", name="准予", exact=True).click()
    expect(department.locator("tr[id^=request-]").filter(has_text=DRAFT)).to_contain_text("已准予")
    no_sideways(department)
    filler.goto("/")
    listed = filler.locator("tr").filter(has=filler.get_by_role("link", name=DRAFT, exact=True))
    expect(listed).to_contain_text(f"{told(ahead(50))} 截止")

    department.goto("/filing-tasks/1/reminders?days=30")
    no_sideways(department)
    department.get_by_role("button", name="催报该单位全部").click()
    expect(department.get_by_role("status")).to_contain_text("已发出")
    expect(department.get_by_role("heading", name="最近的催报")).to_be_visible()
