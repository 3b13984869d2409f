"""Pages of the real program in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.browser.chromium import VIEWPORT, chromium_path, running_browser
from tests.browser.floor import floor_browser, teach
from tests.browser.journeys import sign_in
from tests.serving import demo, serving

# Chromium reports every 4xx answer and htmx every request that got none; those are judged by what
# the page shows.
EXPECTED_NOISE = ("Failed to load resource", "htmx:afterRequest", "htmx:sendError")

# Two cores are shared by two browsers, their servers and whatever else is tested.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def current() -> Iterator[Browser]:
    """One browser for the run; each page is a stranger to the others."""
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def floor(current: Browser) -> Iterator[Browser]:
    """One Chromium 86 for the run."""
    with floor_browser(current.browser_type) as old:
        yield old


@pytest.fixture
def browser(current: Browser) -> Browser:
    """The browser that a test drives; the modules for the floor browser name another."""
    return current


@pytest.fixture
def browser_path() -> str:
    """The program of that browser."""
    return chromium_path()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the program with demo data that no other module has touched."""
    with serving(demo(tmp_path_factory.mktemp("data"))) as program:
        yield program.address


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A page; the test fails when a script fails or the security policy is broken."""
    with open_page(browser, server) as page:
        yield page


@pytest.fixture
def page_without_script(browser: Browser, server: str) -> Iterator[Page]:
    """A page in a browser with JavaScript switched off."""
    with open_page(browser, server, java_script_enabled=False) as page:
        yield page


def prepared(context: BrowserContext) -> Page:
    """A page that the tests can find their way in, whatever the browser."""
    context.set_default_timeout(10_000)
    page = context.new_page()
    if context.browser and context.browser.version.startswith("86."):
        teach(page)
    return page


@pytest.fixture
def someone(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """A page of its own for each person, signed in; options are those of `open_page`."""
    with ExitStack() as opened:

        def begin(username: str, **options: Any) -> Page:
            page = opened.enter_context(open_page(browser, server, **options))
            sign_in(page, username)
            return page

        yield begin


@contextmanager
def open_page(browser: Browser, server: str, **options: Any) -> Iterator[Page]:
    """A page without cookies, in the size that offices use."""
    context = browser.new_context(base_url=server, viewport=VIEWPORT, locale="zh-CN", **options)
    page = prepared(context)
    faults: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED_NOISE):
            faults.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert faults == [], "the browser complained"
