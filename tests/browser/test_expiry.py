"""A session that ends while somebody is working: warned before, in again in place after."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_page
from tests.browser.journeys import DRAFT, cell, open_form, row, settled, sign_in
from tests.serving import Serving, demo, serving

RATE = "支撑医保运行和管理的有效程度"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def program(tmp_path: Any) -> Iterator[Serving]:
    """The demo, whose clock can be set."""
    with serving(demo(tmp_path)) as running:
        yield running


@pytest.fixture
def page(browser: Browser, program: Serving) -> Iterator[Page]:
    with open_page(browser, program.address) as page:
        yield page


@pytest.fixture
def pass_by(program: Serving) -> Callable[..., None]:
    """Lets so many minutes pass, on the server and in these windows."""

    def pass_by(minutes: float, *windows: Page) -> None:
        program.clock.ahead += minutes * MINUTE
        for window in windows:
            window.clock.fast_forward(int(minutes * 60_000))

    return pass_by


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(words)


def log_in_again(page: Page, password: str = "demo-2024") -> None:
    page.get_by_role("dialog").get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录并继续").click()


def expired_in_mid_form(page: Page, pass_by: Callable[..., None]) -> None:
    open_form(page, DRAFT)
    pass_by(21)
    cell(page, RATE).fill("85%")
    cell(page, RATE).press("Tab")
    heading(page, "登录已过期")


def test_a_warning_before_the_end_and_one_key_to_stay(
    page: Page, pass_by: Callable[..., None]
) -> None:
    page.clock.install()
    sign_in(page)
    pass_by(16, page)
    page.clock.run_for(2000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    pass_by(2, page)
    page.clock.run_for(2000)
    heading(page, "即将退出登录")
    expect(page.get_by_role("timer")).to_have_text("2 分钟")
    expect(page.get_by_role("button", name="继续使用")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    pass_by(10, page)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("自评任务")


def test_all_windows_agree(page: Page, program: Serving, pass_by: Callable[..., None]) -> None:
    page.clock.install()
    sign_in(page)
    other = page.context.new_page()
    other.clock.install()
    other.goto(program.address)
    pass_by(18, page, other)
    for window in (page, other):
        window.clock.run_for(2000)
        heading(window, "即将退出登录")
    page.get_by_role("button", name="继续使用").click()
    for window in (page, other):
        window.clock.run_for(2000)
        expect(window.get_by_role("dialog")).to_have_count(0)


def test_work_in_another_window_keeps_this_one(
    page: Page, program: Serving, pass_by: Callable[..., None]
) -> None:
    page.clock.install()
    sign_in(page)
    pass_by(15, page)
    other = page.context.new_page()
    other.goto(program.address)
    pass_by(3, page)
    page.clock.run_for(2000)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_session_left_alone_ends_and_says_so(page: Page, pass_by: Callable[..., None]) -> None:
    page.clock.install()
    open_form(page, DRAFT)
    cell(page, RATE).fill("85%")
    pass_by(21, page)
    page.clock.run_for(20_000)
    heading(page, "登录已过期")
    expect(page.get_by_role("dialog").get_by_label("账号")).to_have_value("filler")
    expect(page.get_by_role("dialog").get_by_label("密码")).to_be_focused()
    log_in_again(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(cell(page, RATE)).to_have_value("85%")


def test_typed_text_is_saved_after_the_login_in_place(
    page: Page, pass_by: Callable[..., None]
) -> None:
    expired_in_mid_form(page, pass_by)
    place = row(page, RATE).locator("td.actual")
    expect(place).to_have_attribute("data-state", "unsaved")
    expect(place).to_have_attribute("data-why", "login")
    log_in_again(page, "wrong")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("密码不正确")
    log_in_again(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    expect(row(page, RATE).locator(".points .explained")).to_contain_text("2.68")
    expect(page.locator("#notice")).to_be_empty()
    expect(page.locator("#unsaved")).to_be_empty()
    page.reload()
    expect(cell(page, RATE)).to_have_value("85%")


def test_the_login_is_offered_though_nobody_says_why_a_save_was_refused(
    page: Page, pass_by: Callable[..., None]
) -> None:
    page.route("**/session", lambda route: route.abort())
    expired_in_mid_form(page, pass_by)
    page.unroute("**/session")
    log_in_again(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    page.reload()
    expect(cell(page, RATE)).to_have_value("85%")


def test_several_cells_wait_and_all_of_them_are_saved(
    page: Page, pass_by: Callable[..., None]
) -> None:
    expired_in_mid_form(page, pass_by)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    goal = page.get_by_label("实际完成情况", exact=True)
    goal.fill("过期以后写的一句。")
    goal.press("Tab")
    expect(page.locator('[data-why="login"]')).to_have_count(2)
    page.locator("#notice").get_by_role("button", name="重新登录").click()
    heading(page, "登录已过期")
    log_in_again(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    page.reload()
    expect(goal).to_have_value("过期以后写的一句。")
    expect(cell(page, RATE)).to_have_value("85%")


def test_another_person_does_not_send_what_was_typed(
    page: Page, pass_by: Callable[..., None]
) -> None:
    expired_in_mid_form(page, pass_by)
    page.get_by_role("dialog").get_by_label("账号").fill("unit-lead")
    log_in_again(page)
    expect(page.get_by_role("dialog")).to_contain_text("现在登录的是顾明远")
    expect(page.get_by_role("dialog")).to_contain_text("没有发送")
    expect(cell(page, RATE)).to_have_value("85%")
    expect(row(page, RATE).locator("td[data-state=unsaved]")).to_have_count(1)
    page.get_by_role("button", name="周晓岚重新登录").click()
    page.get_by_role("dialog").get_by_label("账号").fill("filler")
    log_in_again(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    page.reload()
    expect(cell(page, RATE)).to_have_value("85%")


def test_a_login_in_another_window_is_noticed(
    page: Page, program: Serving, pass_by: Callable[..., None]
) -> None:
    expired_in_mid_form(page, pass_by)
    other = page.context.new_page()
    other.goto(f"{program.address}/login")
    other.get_by_label("账号").fill("filler")
    other.get_by_label("密码").fill("demo-2024")
    other.get_by_role("button", name="登录").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("自评任务")
    page.bring_to_front()
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    page.reload()
    expect(cell(page, RATE)).to_have_value("85%")


def test_without_script_the_form_comes_back_as_typed(
    browser: Browser, program: Serving, pass_by: Callable[..., None]
) -> None:
    with open_page(browser, program.address, java_script_enabled=False) as page:
        open_form(page, DRAFT)
        pass_by(21)
        cell(page, RATE).fill("85%")
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("填写的内容都在")
        expect(page.get_by_label("账号")).to_have_value("filler")
        page.get_by_label("密码").fill("demo-2024")
        page.get_by_role("button", name="登录").click()
        expect(page.locator(".error-summary")).to_contain_text("还没有保存")
        expect(cell(page, RATE)).to_have_value("85%")
        expect(row(page, RATE).get_by_text("未保存，请核对")).to_be_visible()
        page.get_by_role("button", name="保存", exact=True).click()
        expect(row(page, RATE).locator(".points .explained")).to_contain_text("2.68")
