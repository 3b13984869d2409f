"""Never lose a keystroke: cells saved as they are typed, pasted, cut off, contested, undone."""

import json
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from tests.browser.conftest import open_page, prepared
from tests.browser.floor import started
from tests.browser.journeys import DRAFT, cell, open_form, row, settled

RATE, GROWTH = "支撑医保运行和管理的有效程度", "支撑医保制度改革和发展有效程度"
FIRST, SECOND = "成本控制率", "概算调整率"
REASON = "偏差原因分析及改进措施"
PASTE = """(cell, [kind, text]) => {
  const data = new DataTransfer();
  data.setData(kind, text);
  cell.focus();
  const told = { clipboardData: data, bubbles: true, cancelable: true };
  return cell.dispatchEvent(new ClipboardEvent("paste", told));
}"""


def paste(place: Locator, text: str, kind: str = "text/plain") -> bool:
    """Paste as a spreadsheet does; whether the browser was left to do it in its own way."""
    return bool(place.evaluate(PASTE, [kind, text]))


def typed(place: Locator, text: str) -> None:
    """A text and the way out of its cell."""
    place.fill(text)
    place.press("Tab")


def sent_cells(request: Request) -> list[str]:
    """The names of the cells that a request carries."""
    fields = dict(part.split("=", 1) for part in (request.post_data or "").split("&"))
    return [each["name"] for each in json.loads(unquote_plus(fields["cells"]))]


def test_a_cell_says_how_it_fares_and_keeps_what_it_cannot_hold(page: Page) -> None:
    open_form(page, DRAFT)
    actual = cell(page, RATE)
    place = row(page, RATE).locator("td.actual")
    typed(actual, "96%")
    settled(page)
    expect(place.locator(".state")).to_have_count(0)
    expect(page.locator("#saved")).to_contain_text("已保存")
    typed(actual, "差不多")
    expect(place).to_have_attribute("data-state", "invalid")
    expect(place.locator(".state")).to_have_text("有误，未计分")
    expect(page.locator("#unsaved")).to_have_text("1 项有误，未计分")
    page.reload()
    expect(actual).to_have_value("差不多")
    expect(place).to_have_attribute("data-state", "invalid")
    expect(row(page, RATE).locator(".points .explained")).to_contain_text("3.00")
    page.get_by_role("button", name="检查并送审").click()
    expect(page.locator(".finding-group.error")).to_contain_text("实际完成值请填数字")
    page.go_back()
    typed(actual, "96%")
    expect(page.locator("#unsaved")).to_be_empty()


def test_typing_is_saved_without_leaving_the_cell_and_no_fault_is_told(page: Page) -> None:
    open_form(page, DRAFT)
    actual = cell(page, RATE)
    page.clock.install()
    page.reload()
    actual.focus()
    with page.expect_response("**/cells"):
        actual.press_sequentially("很")
        page.clock.run_for(6000)
    page.clock.run_for(100)
    expect(actual).not_to_have_attribute("aria-invalid", "true")
    expect(actual).to_be_focused()
    actual.blur()
    expect(actual).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(("script", "text"), [("autosave", "93.5%"), ("clipboard", "94.5%")])
def test_what_was_typed_before_a_script_came_is_saved(page: Page, script: str, text: str) -> None:
    open_form(page, DRAFT)
    address = page.url
    held: list[Route] = []

    def hold(route: Route) -> None:
        """The first time it waits, later it passes."""
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route(f"**/{script}.js*", hold)
    page.goto(address, wait_until="commit")
    typed(cell(page, RATE), text)
    page.wait_for_timeout(500)  # what the other scripts do too early, they have done by then
    with page.expect_response("**/cells"):
        held[0].continue_()
    settled(page)
    page.reload()
    expect(cell(page, RATE)).to_have_value(text)


def test_keys_of_a_spreadsheet(page: Page) -> None:
    open_form(page, DRAFT)
    first, second = cell(page, FIRST), cell(page, SECOND)
    before = first.input_value()
    first.focus()
    first.press("ArrowDown")
    expect(second).to_be_focused()
    second.press("ArrowUp")
    expect(first).to_be_focused()
    first.fill("9")
    first.press("Escape")
    expect(first).to_have_value(before)
    first.evaluate(
        "cell => cell.dispatchEvent(new KeyboardEvent('keydown',"
        " { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"
    )
    expect(first).to_be_focused()
    first.fill("0.5%")
    with page.expect_response("**/cells"):
        first.press("Control+s")
    expect(first).to_be_focused()
    typed(first, before)
    settled(page)


def test_a_block_is_pasted_counted_saved_as_one_and_undone(page: Page) -> None:
    open_form(page, DRAFT)
    first, second, reason = cell(page, FIRST), cell(page, SECOND), cell(page, SECOND, REASON)
    before = [place.input_value() for place in (first, second, reason)]
    requests: list[Request] = []
    page.on("request", lambda one: requests.append(one) if one.url.endswith("/cells") else None)
    block = '１．５%\t5.00\t\t甲\t多出\n9%\t\t\t"两行\n""文字"""\n'
    assert not paste(first, block)
    expect(page.locator("#told")).to_have_text("已粘贴 4 格，不能填的 1 格，超出的 1 格")
    settled(page)
    assert [len(sent_cells(one)) for one in requests] == [4]
    expect(reason).to_have_value('两行\n"文字"')
    page.reload()
    expect(second).to_have_value("9%")
    expect(first).to_have_value("１．５%")
    page.get_by_role("button", name="撤销粘贴（4 格）").click()
    for place, text in zip((first, second, reason), before, strict=True):
        expect(place).to_have_value(text)
    expect(page.locator("#undo button")).to_have_count(0)
    page.reload()
    expect(reason).to_have_value(before[2])


def test_a_table_with_merged_cells_is_pasted_and_undone_by_a_key(page: Page) -> None:
    open_form(page, DRAFT)
    first, second = cell(page, FIRST), cell(page, SECOND)
    reason = cell(page, SECOND, REASON)
    before = first.input_value()
    table = (
        "<table><tr><td>1.1%</td><td colspan=2 rowspan=2>合并</td><td>x</td></tr>"
        "<tr><td>1.2%</td><td>第一行<br>第二行</td></tr></table>"
    )
    assert not paste(first, table, "text/html")
    settled(page)
    expect(second).to_have_value("1.2%")
    expect(reason).to_have_value("第一行\n第二行")
    page.keyboard.press("Control+z")
    expect(first).to_have_value(before)
    assert paste(cell(page, FIRST, REASON), "只是一段话"), "text for one cell is the browser's"


def test_after_a_minute_without_network_everything_is_saved_once_and_in_order(page: Page) -> None:
    page.clock.install()
    open_form(page, DRAFT)
    goal, funds = page.get_by_label("实际完成情况", exact=True), "其他资金 全年执行数"
    page.context.set_offline(True)
    typed(cell(page, RATE), "91%")
    typed(goal, "断网时写下的。")
    typed(page.get_by_label(funds, exact=True), "1,234.5")
    typed(cell(page, RATE), "92%")
    expect(page.locator("#unsaved")).to_contain_text("3 项未保存，正在重试")
    for _ in range(6):
        page.clock.fast_forward(10_000)
    expect(page.locator("td[data-state=unsaved]")).to_have_count(3)
    answered: list[list[str]] = []
    page.on(
        "requestfinished",
        lambda one: answered.append(sent_cells(one)) if one.url.endswith("/cells") else None,
    )
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#unsaved")).to_be_empty(timeout=20_000)
    settled(page)
    assert len(answered) == 1, "all of them in one request"
    assert [name.rpartition(".")[2] for name in answered[0]] == ["actual", "achieved", "executed"]
    page.reload()
    expect(cell(page, RATE)).to_have_value("92%")
    expect(goal).to_have_value("断网时写下的。")
    expect(page.get_by_label(funds, exact=True)).to_have_value("1,234.50")
    typed(page.get_by_label(funds, exact=True), "0")
    settled(page)


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(page: Page) -> None:
    open_form(page, DRAFT)
    page.route("**/cells", lambda route: (route.fetch(), route.abort()))
    typed(cell(page, RATE), "93%")
    expect(page.locator("#unsaved")).to_contain_text("正在重试")
    cell(page, RATE).fill("94%")
    page.unroute("**/cells")
    cell(page, RATE).press("Tab")
    expect(page.locator("#unsaved")).to_be_empty(timeout=20_000)
    page.reload()
    expect(cell(page, RATE)).to_have_value("94%")


def test_a_sheet_that_came_back_unsaved_is_saved_by_its_button(page: Page) -> None:
    open_form(page, DRAFT)
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate("document.getElementById('version').value = '1'")
    cell(page, RATE).fill("92.5%")
    with page.expect_navigation():
        page.evaluate("HTMLFormElement.prototype.submit.call(document.getElementById('sheet'))")
    expect(page.locator(".error-summary")).to_contain_text("已由他人更新")
    expect(cell(page, RATE)).to_have_value("92.5%")
    expect(page.locator("#unsaved")).to_contain_text("1 项未保存")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(cell(page, RATE)).to_have_value("92.5%")


def test_leaving_asks_only_when_something_is_unsaved(page: Page) -> None:
    open_form(page, DRAFT)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    typed(cell(page, RATE), "95%")
    settled(page)
    page.reload()
    assert asked == []
    page.route("**/cells", lambda route: route.abort())
    typed(cell(page, RATE), "90%")
    expect(page.locator("#unsaved")).to_contain_text("正在重试")
    page.reload()
    assert asked == ["beforeunload"]
    expect(cell(page, RATE)).to_have_value("95%")


def test_two_people_at_one_cell_choose_and_nothing_is_overwritten(
    page: Page, browser: Browser, server: str
) -> None:
    open_form(page, DRAFT)
    with open_page(browser, server) as other:
        open_form(other, DRAFT)
        typed(cell(other, RATE), "97%")
        settled(other)
        cell(page, RATE, REASON).fill("本页写的")
        typed(cell(page, RATE), "98%")
        note = row(page, RATE).locator("td.actual .clash")
        for words in ("周晓岚", "97%", "98%"):
            expect(note).to_contain_text(words)
        expect(page.locator("#unsaved")).to_contain_text("1 项与他人的修改不同")
        note.get_by_role("button", name="用我的").click()
        settled(page)
        expect(page.locator("#unsaved")).to_be_empty()
        other.reload()
        expect(cell(other, RATE)).to_have_value("98%")
        expect(cell(other, RATE, REASON)).to_have_value("本页写的")
        typed(cell(page, RATE), "99%")
        settled(page)
        typed(cell(other, RATE), "91%")
        other.get_by_role("button", name="用对方的").click()
        expect(cell(other, RATE)).to_have_value("99%")
        expect(other.locator("#unsaved")).to_be_empty()


def test_a_browser_killed_after_it_said_saved_loses_nothing(
    page: Page, browser: Browser, browser_path: str, server: str, tmp_path: Path
) -> None:
    process, address = started(browser_path, tmp_path / "profile")
    doomed = browser.browser_type.connect_over_cdp(address)
    window = prepared(doomed.new_context(base_url=server))
    open_form(window, DRAFT)
    typed(cell(window, GROWTH), "88.8%")
    settled(window)
    expect(window.locator("#saved")).to_contain_text("已保存")
    process.kill()
    process.wait()
    open_form(page, DRAFT)
    expect(cell(page, GROWTH)).to_have_value("88.8%")


def test_the_printed_form_says_what_the_cells_say(page: Page) -> None:
    open_form(page, DRAFT)
    typed(cell(page, RATE), "97.5%")
    settled(page)
    page.get_by_role("link", name="预览").click()
    expect(page.get_by_text("97.5%", exact=True).first).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
