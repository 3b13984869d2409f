"""From an empty database: the first administrator, an issued password, the second factor."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_page
from tests.running import Started, running_app

CHOSEN, CHANGED = "Maple-River-2031", "Cedar+Valley+2032"
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Started]]:
    """The program in earnest on an empty folder, with what it printed."""
    folder = tmp_path_factory.mktemp("earnest")
    with running_app(folder, demo=False) as address:
        yield folder, address


@pytest.fixture
def stranger(browser: Browser, started: tuple[Path, Started]) -> Iterator[Page]:
    """A page of somebody who has not signed in."""
    with open_page(browser, started[1]) as page:
        yield page


def log_in(page: Page, username: str, password: str) -> None:
    page.goto("/login")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    assert page.evaluate(SIDEWAYS) <= 0


def enrol(page: Page) -> pyotp.TOTP:
    """Set the second factor up as a telephone would, and leave the page of recovery codes."""
    heading(page, "二次验证")
    expect(page.locator("svg.qr")).to_be_visible()
    totp = pyotp.TOTP(page.locator("code.key").inner_text().replace(" ", ""))
    page.get_by_label("验证码").fill(totp.now())
    page.get_by_role("button", name="开启二次验证").click()
    heading(page, "恢复码")
    expect(page.locator(".codes li")).to_have_count(10)
    return totp


def test_the_first_administrators_and_a_grant_that_two_of_them_make(
    stranger: Page, started: tuple[Path, Started]
) -> None:
    _, address = started
    handed = set_up(stranger, address.said())
    log_in(stranger, "fang", CHOSEN)
    enrol(stranger)
    codes = stranger.locator(".codes code").all_inner_texts()
    stranger.get_by_role("link", name="已经存好，继续").click()
    expect(stranger.get_by_text("方一舟")).to_be_visible()
    stranger.get_by_role("button", name="退出").click()
    come_in_by_code(stranger, codes[0])
    issued = request_filler(stranger)
    stranger.get_by_role("button", name="退出").click()
    confirm_filler(stranger, handed)
    stranger.get_by_role("button", name="退出").click()
    log_in(stranger, "zhou", issued)
    change_first(stranger, issued)


def request_filler(page: Page) -> str:
    """The 系统管理员 makes an account and asks for its grant: the issued password."""
    page.get_by_role("link", name="账号", exact=True).click()
    page.get_by_role("link", name="新建账号").click()
    for label, text in (
        ("姓名", "周晓岚"),
        ("账号", "zhou"),
        ("所属单位代码", "310000-CZ"),
        ("申请原因", "负责填报"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("岗位", exact=True).select_option("filler")
    page.get_by_role("button", name="建立账号并申请岗位").click()
    heading(page, "初始密码")
    return page.locator("code.handed").inner_text()


def confirm_filler(page: Page, handed: str) -> None:
    """The 安全管理员 comes with the password that was handed over, and confirms the grant."""
    log_in(page, "shao", handed)
    heading(page, "修改密码")
    page.get_by_label("现在的密码").fill(handed)
    page.get_by_label("新密码", exact=True).fill(CHANGED)
    page.get_by_label("再输入一次新密码").fill(CHANGED)
    page.get_by_role("button", name="保存新密码").click()
    enrol(page)
    page.get_by_role("link", name="已经存好，继续").click()
    page.get_by_role("link", name="授权", exact=True).click()
    heading(page, "授权")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("没有等待确认的申请")).to_be_visible()


def set_up(page: Page, said: str) -> str:
    """Make the first administrators with the token that was printed: the second's password."""
    found = re.search(r"一次性口令 (\S+)", said)
    assert found
    page.goto("/setup")
    heading(page, "首次使用")
    for label, text in (
        ("一次性口令", found[1]),
        ("地区代码", "310000"),
        ("地区名称", "上海市"),
        ("财政部门代码", "310000-CZ"),
        ("财政部门名称", "上海市财政局"),
        ("系统管理员账号", "fang"),
        ("系统管理员姓名", "方一舟"),
        ("安全管理员账号", "fang"),
        ("安全管理员姓名", "邵清"),
        ("密码", "password2031"),
        ("再输入一次密码", "something else"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="建立两位管理员").click()
    expect(page.get_by_text("两次输入的密码不一样")).to_be_visible()
    expect(page.get_by_text("不能是同一个账号")).to_be_visible()
    page.get_by_label("安全管理员账号").fill("shao")
    page.get_by_label("密码", exact=True).fill(CHOSEN)
    page.get_by_label("再输入一次密码", exact=True).fill(CHOSEN)
    page.get_by_role("button", name="建立两位管理员").click()
    heading(page, "管理员已经建立")
    handed = page.locator("code.handed").inner_text()
    page.goto("/setup")
    heading(page, "没有找到")
    return handed


def come_in_by_code(page: Page, code: str) -> None:
    """Log in with a recovery code after a wrong one."""
    log_in(page, "fang", CHOSEN)
    heading(page, "二次验证")
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("验证码不正确")).to_be_visible()
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("方一舟")).to_be_visible()


def change_first(page: Page, issued: str) -> None:
    """Nothing opens but the change of the password; afterwards everything does."""
    heading(page, "修改密码")
    page.goto("/")
    heading(page, "修改密码")
    for new in ("zhou", CHANGED):
        page.get_by_label("现在的密码").fill(issued)
        page.get_by_label("新密码", exact=True).fill(new)
        page.get_by_label("再输入一次新密码").fill(new)
        page.get_by_role("button", name="保存新密码").click()
        if new != CHANGED:
            expect(page.get_by_text("密码至少 12 个字符")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("自评任务")
    page.get_by_role("link", name="周晓岚").click()
    heading(page, "登录设备")
    expect(page.locator(".logins tbody tr")).to_have_count(1)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(SIDEWAYS) <= 0
