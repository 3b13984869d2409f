"""Every page for everybody: axe-core without a finding, in every state, at every width."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import crowded, violations
from tests.browser.conftest import open_page
from tests.browser.pages import ACCOUNTS, DRAFT, Shown, pages, prepared
from tests.serving import Serving, demo, serving

FORM = f"/self-evaluations/{DRAFT}"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo, whose clock can be set."""
    with serving(demo(tmp_path_factory.mktemp("pages"))) as running:
        yield running


@pytest.fixture(scope="module")
def windows(current: Browser, program: Serving) -> Iterator[dict[str, Page]]:
    """A window for each account, signed in once."""
    with ExitStack() as stack:
        found = {}
        for account in ACCOUNTS:
            page = stack.enter_context(open_page(current, program.address))
            page.goto("/login")
            page.get_by_label("账号").fill(account)
            page.get_by_label("密码").fill("demo-2024")
            page.get_by_role("button", name="登录").click()
            expect(page.get_by_role("button", name="退出")).to_be_visible()
            found[account] = page
        yield found


@pytest.fixture(scope="module")
def shown(program: Serving, windows: dict[str, Page]) -> list[Shown]:
    """Every page with somebody who may open it."""
    ids = prepared(program)
    return list(pages(ids, {name: page.request for name, page in windows.items()}))


def test_no_page_has_a_finding_or_loses_anything(
    shown: list[Shown], windows: dict[str, Page]
) -> None:
    assert len(shown) >= 60
    faults = []
    for item in shown:
        page = windows[item.account]
        page.goto(item.path)
        found = violations(page) + crowded(page)
        faults += [f"{item.account} {item.path} {fault}" for fault in found]
    assert not faults, "\n".join(faults)


# Mistakes to make: who, where, what is typed or ticked, and which button tells them of it.
MISTAKES = (
    ("filler", FORM, {"实际完成值": "若干"}, "保存"),
    ("filler", f"{FORM}/attachments", {}, "上传"),
    ("filler", f"{FORM}/last-year", {}, "复制勾选的内容"),
    ("filler", "/check", {}, "验算"),
    ("finance", "/imports", {}, "上传并预览"),
    ("finance", "/filing-tasks/new", {}, "下达"),
    ("sysadmin", "/users/new", {}, "建立账号并申请岗位"),
)


def test_pages_with_mistakes_have_no_finding_and_take_the_focus(windows: dict[str, Page]) -> None:
    faults = []
    for account, path, typed, button in MISTAKES:
        page = windows[account]
        page.goto(path)
        for name, text in typed.items():
            page.get_by_role("textbox", name=name).nth(2).fill(text)
        page.get_by_role("button", name=button, exact=True).first.click()
        page.wait_for_load_state("networkidle")
        expect(page.locator("[role=alert]:not(:empty), .message:not(:empty)").first).to_be_visible()
        faults += [f"{path} {fault}" for fault in violations(page)]
        if page.evaluate("document.activeElement === document.body"):
            faults.append(f"{path} leaves the focus nowhere")
    assert not faults, "\n".join(faults)


def test_dialogs_have_no_finding_and_give_the_focus_back(windows: dict[str, Page]) -> None:
    page = windows["filler"]
    page.goto(FORM)
    link = page.locator("[data-guide]").nth(3)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#guidance-title")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    page.evaluate("document.body.append(document.getElementById('session-dialogs').content)")
    for dialog in ("session-warning", "session-again"):
        page.evaluate("id => document.getElementById(id).showModal()", dialog)
        assert violations(page) == []
        page.evaluate("id => document.getElementById(id)?.close()", dialog)


def test_guests_and_those_without_work_have_no_finding(
    browser: Browser, program: Serving, windows: dict[str, Page]
) -> None:
    with open_page(browser, program.address) as page:
        page.goto("/login")
        assert violations(page) + crowded(page) == []
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        assert violations(page) == []
    for account, path in (
        ("secadmin", "/"),
        ("filler", "/no-such-page"),
        ("filler", "/?year=2019"),
    ):
        page = windows[account]
        page.goto(path)
        assert violations(page) == []
