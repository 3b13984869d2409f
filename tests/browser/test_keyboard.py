"""From login to receipt without a mouse (U28), and what a screen reader is told of a cell."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from app.files import plain_pdf
from tests.browser.journeys import DRAFT, WARNED, open_form, settled

MOST_STOPS = 220
RING = """() => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle, parseFloat(style.outlineWidth)];
}"""


def reach(page: Page, wanted: Locator) -> None:
    """By Tab alone; whatever has the focus on the way there shows it."""
    target = wanted.first.element_handle()
    for _ in range(MOST_STOPS):
        if page.evaluate("node => node === document.activeElement", target):
            style, width = page.evaluate(RING)
            assert style == "solid"
            assert width >= 1
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


def press(page: Page, wanted: Locator) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def log_in(page: Page) -> None:
    page.goto("/login")
    reach(page, page.get_by_label("账号"))
    page.keyboard.type("filler")
    reach(page, page.get_by_label("密码"))
    page.keyboard.type("demo-2024")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("自评任务")


def attach(page: Page, paper: Path) -> None:
    press(page, page.get_by_role("link", name="佐证材料"))
    files = page.get_by_label("文件", exact=True)
    reach(page, files)
    files.set_input_files(str(paper))
    press(page, page.get_by_role("button", name="上传", exact=True))
    expect(page.get_by_role("status").filter(has_text="已上传 1 份")).to_be_focused()
    page.goto(page.url.partition("/attachments")[0])


def answer_warnings(page: Page) -> None:
    while page.locator(".findings details[id$=-due]").count():
        due = page.locator(".findings details[id$=-due]").first
        reach(page, due.locator("summary"))
        page.keyboard.press("Enter")
        reach(page, due.get_by_label("情况说明"))
        page.keyboard.type("已核对，情况属实。")
        before = page.locator(".findings details[id$=-due]").count()
        reach(page, due.get_by_role("button", name="保存说明"))
        page.keyboard.press("Enter")
        expect(page.locator(".findings details[id$=-due]")).to_have_count(before - 1)
        page.reload()


def test_from_the_login_to_the_receipt(page: Page, tmp_path: Path) -> None:
    paper = tmp_path / "说明.pdf"
    paper.write_bytes(plain_pdf.made(["说明"]))
    log_in(page)
    press(page, page.get_by_role("link", name=WARNED, exact=True))
    goal = page.get_by_label("实际完成情况", exact=True)
    reach(page, goal)
    page.keyboard.press("End")
    page.keyboard.type("全年平稳。")
    page.keyboard.press("Tab")
    settled(page)
    attach(page, paper)
    press(page, page.get_by_role("button", name="检查并送审"))
    expect(page.get_by_role("heading", level=1)).to_have_text("检查并送审")
    answer_warnings(page)
    press(page, page.get_by_role("button", name="确认送审"))
    expect(page.get_by_role("heading", level=1)).to_have_text("已送审")


def test_each_cell_is_told_by_its_indicator_and_column(page: Page) -> None:
    open_form(page, DRAFT)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    names = [
        node["name"]["value"]
        for node in tree["nodes"]
        if node.get("role", {}).get("value") in ("textbox", "combobox") and not node["ignored"]
    ]
    rows = page.locator("tr.line .name > span").all_inner_texts()
    for row in rows:
        for column in ("实际完成值", "偏差原因分析及改进措施"):
            assert f"{row} {column}" in names
    assert "当年财政拨款 全年执行数" in names
    assert all(names)
