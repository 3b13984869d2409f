"""The filler asks, the reviewer answers, both see the bell; with and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PROJECT = "信息化建设项目"


def bell(page: Page) -> int:
    """The number at the bell."""
    page.goto("/messages")
    badge = page.locator(".bell .badge")
    return int(badge.inner_text().split()[0]) if badge.count() else 0


def say(page: Page, words: str) -> None:
    page.get_by_label("留言", exact=True).fill(words)
    page.get_by_role("button", name="留言", exact=True).click()
    expect(page.locator(".said-here").last).to_have_text(words)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_asked_and_answered(someone: Callable[..., Page], script: bool) -> None:
    options = {} if script else {"java_script_enabled": False}
    filler, department = someone("filler", **options), someone("department", **options)
    before = bell(department)

    filler.goto("/")
    filler.get_by_role("link", name=PROJECT, exact=True).click()
    filler.get_by_label("关于").select_option(label="实际完成情况")
    say(filler, "请问目标完成情况写到哪一天？")
    expect(filler.locator(".word").last.get_by_role("link", name="实际完成情况")).to_be_visible()

    assert bell(department) == before + 1
    department.locator("button.subject", has_text=PROJECT).first.click()
    expect(department.locator("#thread")).to_be_in_viewport()
    expect(department.locator(".said-here").last).to_have_text("请问目标完成情况写到哪一天？")
    say(department, "写到预算年度的最后一天。")
    assert bell(department) == before

    filler.goto("/")
    filler.get_by_role("link", name=PROJECT, exact=True).click()
    expect(filler.locator(".word.new")).to_have_count(1)
    expect(filler.locator(".word.new")).to_contain_text("最后一天")
    assert bell(filler) > 0
    filler.get_by_role("button", name="全部标为已读").click()
    expect(filler.locator(".bell .badge")).to_have_count(0)
    filler.goto("/")
    filler.get_by_role("link", name=PROJECT, exact=True).click()
    expect(filler.locator(".word")).not_to_have_count(0)
    expect(filler.locator(".word.new")).to_have_count(0)
