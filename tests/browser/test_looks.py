"""What can be measured of the looks: sizes, alignment, what stays in view."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import DRAFT, SUBMITTED, cell, open_form, sign_in

RIGHT = "cells => cells.filter(cell => getComputedStyle(cell).textAlign !== 'right').length"
TABULAR = "node => getComputedStyle(node).fontVariantNumeric"
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
# What the sheet would send, but for the token, new on each page, and the versions of rows: those
# of the funds travel only where the funds can be typed, which is in 元.
POSTED = """[...new FormData(document.getElementById("sheet"))]
  .filter(([name]) => name !== "csrf" && !name.endsWith(".version"))
  .map(([name, text]) => `${name}=${text}`).sort()"""


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1280, 720), (1920, 1080), (320, 640)])
def test_no_page_scrolls_sideways(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_form(page, DRAFT)
    form = page.url
    for address in (
        form,
        f"{form}/check",
        f"{form}/receipt",
        f"{form}/print",
        "/",
        "/exports",
        "/check-codes",
        "/login",
    ):
        page.goto(address)
        assert page.evaluate(SIDEWAYS) <= 0, address


def test_numbers_stand_right_and_in_columns(page: Page) -> None:
    open_form(page, DRAFT)
    assert page.locator(".sheet td.figure").count() > 60
    assert page.locator(".sheet td.figure, .sheet td.figure .cell").evaluate_all(RIGHT) == 0
    assert page.locator(".sheet").evaluate(TABULAR) == "tabular-nums"


def test_the_unit_of_money_changes_what_is_seen_and_nothing_else(page: Page) -> None:
    open_form(page, DRAFT)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    funds, units = page.locator("table.funds"), page.get_by_role("navigation", name="金额单位")
    shown, posted = funds.inner_text(), page.evaluate(POSTED)
    for unit, differs in (("万元", True), ("元", False), ("万元", True), ("元", False)):
        units.get_by_role("link", name=unit, exact=True).click()
        expect(units.locator("[aria-current]")).to_have_text(unit)
        page.wait_for_load_state()
        expect(funds.locator(".section")).to_contain_text(f"（{unit}）")
        assert (funds.inner_text() != shown) is differs
        assert page.evaluate(POSTED) == posted
    assert "POST" not in sent


def test_head_header_panel_and_actions_stay_while_eight_rows_are_in_view(page: Page) -> None:
    open_form(page, DRAFT)
    page.locator("tr.line").nth(6).evaluate("row => row.scrollIntoView({block: 'start'})")
    for stays in (".head", ".indicators thead th >> nth=2", ".summary .total", ".actions"):
        expect(page.locator(stays)).to_be_in_viewport(ratio=1)
    top = page.locator(".indicators thead").bounding_box()
    bottom = page.locator(".actions").bounding_box()
    assert top
    assert bottom
    rows = [box for row in page.locator("tr.line").all() if (box := row.bounding_box())]
    whole = [
        box
        for box in rows
        if box["y"] >= top["y"] + top["height"] - 1 and box["y"] + box["height"] <= bottom["y"] + 1
    ]
    assert len(whole) >= 8


def test_a_finding_leads_to_its_cell_in_full_view(page: Page) -> None:
    open_form(page, DRAFT)
    page.locator(".finding-group.error a", has_text="未填写实际完成值").last.click()
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("data-column", "actual")
    box, head, actions = (
        page.locator(place).bounding_box() for place in (":focus", ".indicators thead", ".actions")
    )
    assert box
    assert head
    assert actions
    assert box["y"] >= head["y"] + head["height"] - 1
    assert box["y"] + box["height"] <= actions["y"]


def test_the_row_that_is_typed_in_does_not_jump(page: Page) -> None:
    open_form(page, DRAFT)
    actual = cell(page, "支撑医保运行和管理的有效程度")
    actual.scroll_into_view_if_needed()
    actual.fill("85%")
    before = page.evaluate("scrollY")
    reason = cell(page, "支撑医保运行和管理的有效程度", "偏差原因分析及改进措施")
    reason.focus()
    expect(reason).to_have_attribute("aria-required", "true")
    page.wait_for_timeout(500)
    expect(reason).to_be_focused()
    assert abs(page.evaluate("scrollY") - before) <= 2


def test_targets_are_large_enough_to_hit(page: Page) -> None:
    open_form(page, DRAFT)
    for place in page.locator("button:visible, .cell:visible, .actions a, .units a").all():
        box = place.bounding_box()
        assert box
        assert box["width"] >= 24, place
        assert box["height"] >= 24, place


def test_the_print_holds_the_form_alone(page: Page) -> None:
    open_form(page, SUBMITTED)
    page.get_by_role("link", name="预览").click()
    page.emulate_media(media="print")
    expect(page.locator(".paper-bar, .demo, .skip")).to_have_count(3)
    for place in page.locator(".paper-bar, .demo").all():
        expect(place).to_be_hidden()
    expect(page.locator("article")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_the_focus_is_always_to_be_seen(page: Page) -> None:
    sign_in(page)
    for _ in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert (width, style) == ("2px", "solid")
