"""Steps that several journeys share."""

from playwright.sync_api import Locator, Page, expect

DRAFT, WARNED, SUBMITTED = "信息化建设项目", "医疗保险个人账户管理经费", "热线服务保障经费"
PARTIAL, MET = "部分达成年度指标并具有一定效果", "达成指标"


def sign_in(page: Page, username: str = "filler") -> None:
    """To the task list."""
    page.goto("/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill("demo-2024")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("自评任务")


def open_form(page: Page, project: str) -> None:
    """From the task list to a form."""
    sign_in(page)
    page.get_by_role("link", name=project, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(project)
    page.wait_for_load_state()  # its scripts listen from then on


def cell(page: Page, indicator: str, column: str = "实际完成值") -> Locator:
    """The place to type of an indicator's column."""
    return page.get_by_label(f"{indicator} {column}", exact=True)


def row(page: Page, indicator: str) -> Locator:
    """The row of an indicator."""
    return page.locator("tr.line").filter(has=page.get_by_text(indicator, exact=True))


def settled(page: Page) -> None:
    """Until the server has answered everything that was typed."""
    expect(page.locator("body.busy, td[data-state=waiting], td[data-state=saving]")).to_have_count(
        0
    )


def fill_everything(page: Page, after_each: str | None = None) -> None:
    """Every empty cell of the draft, met."""
    for place in page.locator("[data-column=actual]").all():
        if place.input_value():
            continue
        if place.evaluate("cell => cell.tagName") == "SELECT":
            place.select_option(MET)
        else:
            place.fill("100%")
            if after_each:
                place.press(after_each)
    goal = page.get_by_label("实际完成情况", exact=True)
    goal.fill("年度任务全部完成。\n系统运行平稳。")
    if after_each:
        goal.press("Tab")
        settled(page)


def check(page: Page) -> None:
    """To the page before the submission, and an answer to each warning there."""
    page.get_by_role("button", name="检查并送审").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("检查并送审")
    warnings = page.locator(".findings details[id$=-due]")
    for left in reversed(range(warnings.count())):
        warnings.first.locator("summary").click()
        warnings.first.get_by_label("情况说明").fill("已核对，情况属实。")
        warnings.first.get_by_role("button", name="保存说明").click()
        expect(warnings).to_have_count(left)


def submit(page: Page) -> None:
    """From the form to the receipt, with a hand that clicks twice."""
    check(page)
    page.get_by_role("button", name="确认送审").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("已送审")
