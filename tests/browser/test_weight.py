"""What travels, in bytes: the first visit to a form, and one cell on its way there and back."""

from playwright.sync_api import Page, Request, expect

from tests.browser.journeys import DRAFT, cell, open_form, settled, sign_in

FIRST_VISIT, ROUND_TRIP = 300 * 1024, 5 * 1024
RATE = "支撑医保运行和管理的有效程度"


def weight(request: Request) -> int:
    """Everything of a request and its answer, heads included, as it went over the wire."""
    return sum(max(size, 0) for size in request.sizes().values())


def heard(page: Page) -> list[Request]:
    """Requests that are answered from now on."""
    found: list[Request] = []

    def listen(request: Request) -> None:
        found.append(request)

    page.on("requestfinished", listen)
    return found


def test_the_first_visit_from_the_login_to_a_form(page: Page) -> None:
    requests = heard(page)
    open_form(page, DRAFT)
    page.wait_for_load_state("networkidle")
    kinds = {request.resource_type for request in requests}
    assert {"document", "stylesheet", "script"} <= kinds
    assert sum(weight(request) for request in requests) <= FIRST_VISIT


def test_a_cell_there_and_back(page: Page) -> None:
    open_form(page, DRAFT)
    requests = heard(page)
    cell(page, RATE).fill("85%")
    cell(page, RATE).press("Tab")
    settled(page)
    expect(page.locator("#saved")).to_be_visible()
    [saved] = [request for request in requests if request.url.endswith("/cells")]
    assert saved.method == "POST"
    assert weight(saved) <= ROUND_TRIP


def test_whole_pages_keep_their_length_to_themselves(page: Page) -> None:
    sign_in(page)
    form = page.request.get("/self-evaluations/5")
    assert "content-encoding" not in form.headers
    script = page.request.get("/static/vendor/htmx.min.js")
    assert script.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in script.headers["vary"]
