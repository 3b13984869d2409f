"""axe-core on a page as it stands, and what can be measured of zoom and of wider text."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """tags => axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]
  }).then(found => found.violations.flatMap(rule => rule.nodes.slice(0, 5).map(
    node => [rule.id, node.target.join(" "), node.failureSummary || ""].join(" ")
  )))"""
# The override of WCAG 1.4.12, by a sheet that the content security policy cannot refuse.
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
# Text that its own box hides: what is for screen readers alone does so on purpose, and a box
# that scrolls shows all of it.
CLIPPED = """() => [...document.querySelectorAll("body *")].filter(node => {
  const style = getComputedStyle(node);
  if (![style.overflowX, style.overflowY].includes("hidden")) return false;
  if (node.closest(".sr, svg, textarea, .grow")) return false;
  if (!node.innerText || !node.offsetParent) return false;
  return node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
}).map(node => `hides its text: ${node.className} ${node.innerText.slice(0, 20)}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def source() -> str:
    """axe-core as npm fetched it; without it the test fails rather than passes."""
    return AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds: the rule, the element, and what to mend."""
    page.evaluate(source())
    found: list[str] = page.evaluate(RUN, TAGS)
    return found


def crowded(page: Page) -> list[str]:
    """What is lost at 400 % zoom, with wider text, or to the side of an office's screen."""
    found = []
    for width, height in ((1280, 720), (320, 640)):  # what fits the first fits 1366 too
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate(SIDEWAYS) > 0:
            found.append(f"scrolls sideways at {width}")
    page.evaluate(SPACING)
    if page.evaluate(SIDEWAYS) > 0:
        found.append("scrolls sideways at 320 with wider text")
    found += page.evaluate(CLIPPED)
    page.set_viewport_size({"width": 1366, "height": 768})
    return found
