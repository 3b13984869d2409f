"""Takes pictures of every page from the running program, in two sizes of window.

All of them lie in build/screenshots, which is not kept; those that README and docs refer to are
made small and put into docs/images.
"""

import re
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import running_browser  # noqa: E402 - needs the line above
from tests.browser.pages import ACCOUNTS, pages, prepared  # noqa: E402 - likewise
from tests.running import demo_settings  # noqa: E402 - likewise
from tests.serving import Serving, serving  # noqa: E402 - likewise

TAKEN = ROOT / "build" / "screenshots"
IMAGES = ROOT / "docs" / "images"
COLOURS = 128  # enough for pages of few colours, and a third of the bytes
WINDOWS: tuple[ViewportSize, ...] = (
    {"width": 1366, "height": 768},
    {"width": 1920, "height": 1080},
)
# Demo projects by what their form shows: a draft begun, a complete one with warnings, a sent one.
BEGUN = "信息化建设项目"
WARNED = "医疗保险个人账户管理经费"
SENT = "参保人员就医凭证制作费"


class Camera:
    """A window that knows its pictures' size; each is named for what it shows and its width."""

    def __init__(self, browser: Browser, address: str, window: ViewportSize) -> None:
        self.page: Page = browser.new_page(base_url=address, viewport=window, locale="zh-CN")
        self.width = window["width"]

    def take(self, name: str) -> None:
        """Write what the window shows."""
        self.page.wait_for_load_state("networkidle")
        file = TAKEN / f"{name}-{self.width}.png"
        self.page.screenshot(path=file, animations="disabled", caret="hide")

    def sign_in(self, account: str) -> None:
        """As one of the demo's accounts."""
        self.page.goto("/login")
        self.page.get_by_label("账号").fill(account)
        self.page.get_by_label("密码").fill("demo-2024")
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_load_state("networkidle")

    def open_form(self, project: str) -> None:
        """From the list of tasks to the form of a project."""
        self.page.goto("/?year=2024")
        self.page.get_by_role("link", name=project, exact=True).click()


def first(camera: Camera) -> None:
    """The page to sign in with, and the filler's tasks."""
    camera.page.goto("/login")
    camera.take("login")
    camera.sign_in("filler")
    camera.take("home")


def help_and_last_year(camera: Camera) -> None:
    """The guidance of a row, and last year's form beside this year's."""
    camera.open_form(BEGUN)
    camera.page.locator("[data-guide]").nth(3).click()
    camera.page.wait_for_selector("#guidance-title")
    camera.take("guidance")
    camera.page.keyboard.press("Escape")
    camera.page.get_by_role("link", name="从上年复制").click()
    camera.take("last-year")


def fill(camera: Camera) -> None:
    """A draft, then the same draft with a target missed and a word where a figure belongs."""
    camera.open_form(BEGUN)
    camera.take("form")
    cells = camera.page.get_by_role("textbox", name="实际完成值")
    cells.nth(2).fill("84.00")
    cells.nth(3).fill("若干")
    camera.page.keyboard.press("Tab")
    camera.page.wait_for_selector("td[data-state=invalid]")
    camera.take("form-problems")


def send(camera: Camera) -> None:
    """What stands before sending, what follows it, and the form on paper."""
    camera.open_form(WARNED)
    camera.page.get_by_role("button", name="检查并送审").click()
    camera.take("form-check")
    camera.open_form(SENT)
    camera.page.get_by_role("link", name="回执").click()
    camera.take("receipt")
    camera.open_form(SENT)
    camera.page.get_by_role("link", name="预览").click()
    camera.take("print")


def every_page(browser: Browser, program: Serving, window: ViewportSize) -> None:
    """Each page of the live route table, as the account that it belongs to sees it."""
    desks = {name: Camera(browser, program.address, window) for name in ACCOUNTS}
    for name, desk in desks.items():
        desk.sign_in(name)
    asks = {name: desk.page.request for name, desk in desks.items()}
    for shown in pages(prepared(program), asks):
        desks[shown.account].page.goto(shown.path)
        desks[shown.account].take(re.sub(r"\W+", "-", shown.path).strip("-") or "home-list")
    for desk in desks.values():
        desk.page.close()


def keep() -> None:
    """Put the pictures that are referred to into docs, in few colours."""
    texts = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    referred = {
        name
        for text in texts
        for name in re.findall(r"images/([\w-]+\.png)", text.read_text("utf-8"))
    }
    for name in sorted(referred):
        with Image.open(TAKEN / name) as picture:
            small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(IMAGES / name, optimize=True)
        print(f"docs/images/{name}  {(IMAGES / name).stat().st_size // 1024} KB")


def main() -> None:
    """Every page, for each window on demo data that nobody has touched."""
    for folder in (TAKEN, IMAGES):
        folder.mkdir(parents=True, exist_ok=True)
    with running_browser() as browser:
        for window in WINDOWS:
            with (
                tempfile.TemporaryDirectory() as data,
                serving(demo_settings(Path(data))) as program,
            ):
                camera = Camera(browser, program.address, window)
                for shots in (first, help_and_last_year, fill, send):
                    shots(camera)
                every_page(browser, program, window)
                camera.page.close()
    keep()


if __name__ == "__main__":
    main()
