"""Logging in by a provider with a real browser and a real provider."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.settings import Settings
from tests.browser.conftest import open_page
from tests.browser.journeys import DRAFT, cell, settled
from tests.provider.running import RunningProvider, running_provider
from tests.serving import Serving, serving

RATE = "支撑医保运行和管理的有效程度"


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def program(provider: RunningProvider, tmp_path: Path) -> Iterator[Serving]:
    """The demo, whose accounts the provider knows by name."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'jixiao.sqlite3'}",
        data_dir=tmp_path,
        demo=True,
        oidc=provider.settings(linking="username", label="单位统一登录"),
    )
    provider.order()
    with serving(settings) as running:
        yield running


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, browser: Browser, program: Serving) -> Iterator[Page]:
    with open_page(browser, program.address, java_script_enabled=request.param) as page:
        yield page


def enter(page: Page, user: str) -> None:
    """Through the provider's own page."""
    expect(page.get_by_role("heading", level=1)).to_have_text("统一身份认证")
    page.get_by_label("工号").fill(user)
    page.get_by_role("button", name="登录").click()


def test_in_denied_unknown_and_out_again(page: Page, provider: RunningProvider) -> None:
    page.goto("/self-evaluations/5")
    page.get_by_role("link", name="单位统一登录").click()
    page.get_by_role("button", name="拒绝").click()
    expect(page.get_by_role("alert")).to_contain_text("没有同意登录")
    page.get_by_role("link", name="单位统一登录").click()
    enter(page, "nobody")
    expect(page.get_by_role("alert")).to_contain_text("sub-nobody")
    page.get_by_role("link", name="单位统一登录").click()
    enter(page, "filler")
    expect(page.get_by_text("周晓岚")).to_be_visible()
    assert page.url.endswith("/self-evaluations/5")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已退出")
    page.get_by_role("link", name="退出统一身份认证").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    assert page.url.endswith("/login")


def test_an_expired_form_is_gone_on_with_after_a_login_in_a_new_window(
    browser: Browser, program: Serving, provider: RunningProvider
) -> None:
    with open_page(browser, program.address) as page:
        page.goto("/")
        page.get_by_role("link", name="单位统一登录").click()
        enter(page, "filler")
        page.get_by_role("link", name=DRAFT, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(DRAFT)
        program.clock.ahead = timedelta(minutes=21)
        provider.order(now=int(program.clock().timestamp()))
        cell(page, RATE).fill("85%")
        cell(page, RATE).press("Tab")
        with page.context.expect_page() as opening:
            page.get_by_role("link", name="用统一身份认证登录").click()
        enter(opening.value, "filler")
        expect(opening.value.get_by_role("heading", level=1)).to_have_text("已登录")
        opening.value.wait_for_load_state()  # by then its script has told the other window
        opening.value.close()
        page.bring_to_front()
        expect(page.get_by_role("dialog")).to_have_count(0)
        settled(page)
        page.reload()
        expect(cell(page, RATE)).to_have_value("85%")
