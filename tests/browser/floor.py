"""A real Chromium 86, the oldest engine that the pages promise to bear, driven by Playwright.

Playwright asks every element `checkVisibility`, which that engine has not: a stand-in is put into
the world of Playwright's own scripts, and into no other, so that the pages meet the engine as is.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserType, Page

from tests.browser.chromium import FLAGS, NoChromium

FETCH = Path(__file__).resolve().parents[2] / "scripts" / "ensure_chromium86.sh"
PORT_FILE = "DevToolsActivePort"
STARTS_IN = 30.0
OWN_WORLD = "__playwright_utility_world"
STAND_IN = """
Element.prototype.checkVisibility = Element.prototype.checkVisibility || function () {
  return this.getClientRects().length > 0 || getComputedStyle(this).display === "contents";
};
"""


def floor_path() -> str:
    """The Chromium 86 that the script fetches once for all checkouts of a machine."""
    bash = shutil.which("bash")
    if bash is None:
        raise NoChromium("bash is missing")
    found = subprocess.run([bash, FETCH], check=True, stdout=subprocess.PIPE, text=True)
    return found.stdout.strip()


@contextmanager
def floor_browser(driver: BrowserType) -> Iterator[Browser]:
    """A headless Chromium 86."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process, address = started(floor_path(), Path(profile))
        try:
            browser = driver.connect_over_cdp(address)
            assert browser.version.startswith("86.")
            yield browser
        finally:
            process.terminate()
            process.wait()


def started(path: str, profile: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A browser of its own process, and the address at which it can be driven."""
    profile.mkdir(exist_ok=True)
    own = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0")
    words = [path, *own, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(words, stdout=nowhere, stderr=nowhere)
    try:
        return process, f"http://127.0.0.1:{_port(profile)}"
    except NoChromium:
        process.kill()
        process.wait()
        raise


def _port(profile: Path) -> int:
    """Where the browser listens, as it writes into its profile once it does."""
    until = time.monotonic() + STARTS_IN
    while time.monotonic() < until:
        try:
            port = int((profile / PORT_FILE).read_text(encoding="ascii").split()[0])
            urlopen(f"http://127.0.0.1:{port}/json/version", timeout=5).close()
        except (OSError, IndexError):
            time.sleep(0.05)
        else:
            return port
    raise NoChromium("Chromium 86 did not start")


def teach(page: Page) -> None:
    """Let Playwright find its way in the floor browser."""
    session = page.context.new_cdp_session(page)
    worlds: set[str] = set()
    session.on("Runtime.executionContextCreated", lambda told: worlds.add(told["context"]["name"]))
    session.send("Runtime.enable")
    session.send("Runtime.disable")
    session.send("Page.enable")
    for world in worlds:
        if world.startswith(OWN_WORLD):
            script = {"source": STAND_IN, "worldName": world}
            session.send("Page.addScriptToEvaluateOnNewDocument", script)
    page.goto("about:blank")
