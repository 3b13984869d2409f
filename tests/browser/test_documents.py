"""A form taken away as a document, with scripts and without."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.journeys import DRAFT, open_form

BEGINS = {"Excel": b"PK", "Word": b"PK", "PDF": b"%PDF"}


def test_every_kind_is_saved_and_the_form_stays(page: Page) -> None:
    open_form(page, DRAFT)
    _take(page)


def test_it_is_saved_without_scripts_too(page_without_script: Page) -> None:
    open_form(page_without_script, DRAFT)
    _take(page_without_script)


def _take(page: Page) -> None:
    here = page.url
    for kind, begins in BEGINS.items():
        with page.expect_download() as saving:
            page.get_by_role("navigation", name="导出").get_by_role("link", name=kind).click()
        saved = saving.value
        assert saved.suggested_filename.startswith("2024年度_")
        assert f"_{DRAFT}_绩效自评表." in saved.suggested_filename
        assert Path(saved.path()).read_bytes().startswith(begins)
        assert page.url == here
