"""Takes the pictures of README and docs from the running program, in two sizes of window."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import running_browser  # noqa: E402 - needs the line above
from tests.running import running_app  # noqa: E402 - likewise

IMAGES = ROOT / "docs" / "images"
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
        file = IMAGES / f"{name}-{self.width}.png"
        self.page.screenshot(path=file, animations="disabled", caret="hide")
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1024} KB")

    def open_form(self, project: str) -> None:
        """From the list of tasks to the form of a project."""
        self.page.goto("/")
        self.page.get_by_role("link", name=project, exact=True).click()


def sign_in(camera: Camera) -> None:
    """The page to sign in with, and the filler's tasks."""
    page = camera.page
    page.goto("/login")
    camera.take("login")
    page.get_by_label("账号").fill("filler")
    page.get_by_label("密码").fill("demo-2024")
    page.get_by_role("button", name="登录").click()
    camera.take("home")


def fill(camera: Camera) -> None:
    """A draft, then the same draft with a target missed and a word where a figure belongs."""
    camera.open_form(BEGUN)
    camera.take("form")
    cells = camera.page.get_by_role("textbox", name="实际完成值")
    cells.nth(2).fill("84.00")
    cells.nth(3).fill("若干")
    with camera.page.expect_response(lambda answer: answer.status == 422):
        camera.page.keyboard.press("Tab")
    camera.take("form-problems")


def send(camera: Camera) -> None:
    """What stands before sending, what follows it, and the form on paper."""
    camera.open_form(WARNED)
    camera.page.get_by_role("button", name="检查并送审").click()
    camera.take("check")
    camera.open_form(SENT)
    camera.page.get_by_role("link", name="回执").click()
    camera.take("receipt")
    camera.open_form(SENT)
    camera.page.get_by_role("link", name="预览").click()
    camera.take("print")


def main() -> None:
    """Every page of the filler, for each window on demo data that nobody has touched."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_browser() as browser:
        for window in WINDOWS:
            with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as address:
                camera = Camera(browser, address, window)
                for shots in (sign_in, fill, send):
                    shots(camera)
                camera.page.close()


if __name__ == "__main__":
    main()
