"""An export from the task list to the file, with and without JavaScript; a code on paper."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import sign_in


@pytest.mark.parametrize("script", [True, False])
def test_start_progress_and_download(request, script: bool):
    page: Page = request.getfixturevalue("page" if script else "page_without_script")
    sign_in(page, "finance" if script else "department")
    page.get_by_role("link", name="导出", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导出")
    page.get_by_label("PDF 文档").check()
    page.get_by_role("button", name="开始导出").click()

    fetch = page.get_by_role("link", name=re.compile("下载"))
    if script:
        # Nobody reloads: the list moves by itself until the file is there, then rests.
        expect(fetch).to_be_visible(timeout=30_000)
        expect(page.locator("#exports[hx-get]")).to_have_count(0)
    else:
        for _ in range(60):
            if fetch.count():
                break
            expect(page.get_by_role("link", name="刷新进度")).to_be_visible()
            page.wait_for_timeout(500)
            page.goto("/exports")
    with page.expect_download() as download:
        fetch.click()
    assert download.value.suggested_filename.endswith("-pdf.zip")
    index = index_of(Path(download.value.path()))
    assert len(index) == 9

    page.goto("/check-codes")
    page.get_by_label("校验码").fill(index[0]["校验码"].replace("-", "").lower())
    page.get_by_role("button", name="核验").click()
    expect(page.locator(".verdict")).to_contain_text("真实")
    expect(page.locator("dl.pairs")).to_contain_text(index[0]["项目"])
    expect(page.locator("dl.pairs")).to_contain_text(index[0]["总分"])


def index_of(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        text = archive.read("目录.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_forms_ticked_on_the_task_list(page: Page):
    sign_in(page)
    for box in page.locator("table.tasks input[type=checkbox]").all()[:2]:
        box.check()
    page.get_by_role("button", name="导出所选").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("导出所选的 2 张自评表")
    page.get_by_label("JSON 数据").check()
    page.get_by_role("button", name="开始导出").click()
    row = page.get_by_role("row").filter(has_text="所选 2 张")
    expect(row.get_by_text("可以下载")).to_be_visible(timeout=30_000)
    row.get_by_role("button", name=re.compile("删除")).click()
    expect(page.get_by_text("还没有导出过")).to_be_visible()
