"""The printed form (U40) as Chromium makes it: the sheet, its pages, and every word."""

import io
import re

import pdfplumber
import pytest
from playwright.sync_api import Page

from tests.browser.journeys import SUBMITTED, open_form

A4 = (595, 842)


@pytest.fixture
def printed(page: Page) -> list[str]:
    """The text of each page, without blanks."""
    open_form(page, SUBMITTED)
    page.get_by_role("link", name="预览").click()
    page.wait_for_url("**/print*")
    page.wait_for_load_state()  # with the style sheet that says A4
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        assert all(abs(sheet.width - A4[0]) < 2 for sheet in pdf.pages)
        assert all(abs(sheet.height - A4[1]) < 2 for sheet in pdf.pages)
        return [re.sub(r"\s", "", sheet.extract_text()) for sheet in pdf.pages]


def test_it_is_the_official_form_with_every_word(printed: list[str], page: Page) -> None:
    whole = "".join(printed)
    for words in ("财政项目支出绩效自评表", "（万元）", "填表人：", "单位负责人：", "（单位盖章）"):
        assert words in whole, words
    cells = page.locator(".official td, .official th").all_inner_texts()
    signs = sorted(re.sub(r"\s", "", "".join(cells)))
    # Lines of neighbouring cells are read across: what is printed is compared sign by sign.
    lost = {sign for sign in set(signs) if whole.count(sign) < signs.count(sign)}
    assert lost == set()


def test_headings_repeat_and_pages_are_numbered(printed: list[str]) -> None:
    assert len(printed) > 1
    for number, text in enumerate(printed, 1):
        assert text.endswith(f"{number}/{len(printed)}")
    assert sum("年度指标值" in text for text in printed) > 1


def test_no_row_is_cut(page: Page) -> None:
    open_form(page, SUBMITTED)
    page.get_by_role("link", name="预览").click()
    page.emulate_media(media="print")
    broken = page.locator(".official tr").evaluate_all(
        "rows => rows.filter(row => getComputedStyle(row).breakInside !== 'avoid').length"
    )
    assert broken == 0
