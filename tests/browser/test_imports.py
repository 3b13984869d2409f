"""A table from the template to the data: filled offline, previewed, mended, confirmed."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.files import tables
from tests.browser.journeys import sign_in
from tests.services.import_cases import as_xlsx

HEAD = ("单位代码*", "单位名称*", "单位类别*", "地区代码*", "备注")


def saved(folder: Path, *rows, name: str = "单位.xlsx") -> Path:
    path = folder / name
    path.write_bytes(as_xlsx(HEAD, *rows).content)
    return path


def upload(page: Page, kind: str, file: Path) -> None:
    page.goto("/imports")
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("表格文件").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()


@pytest.mark.parametrize("script", [True, False])
def test_preview_mend_and_confirm(request, tmp_path: Path, script: bool):
    page: Page = request.getfixturevalue("page" if script else "page_without_script")
    code = f"BROWSER-{script}"
    sign_in(page, "finance")
    page.get_by_role("link", name="导入", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入")

    upload(page, "单位", saved(tmp_path, (code, "", "办公室", "310000", "")))
    expect(page.locator(".home header .chip")).to_contain_text("有问题，未导入")
    row = page.get_by_role("row").filter(has_text="C2")
    expect(row).to_contain_text("办公室")
    expect(row).to_contain_text("财政部门、主管部门、预算单位")
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)

    upload(page, "单位", saved(tmp_path, (code, "浏览器单位", "预算单位", "310000", "说明")))
    expect(page.locator(".home header .chip")).to_contain_text("待确认导入")
    expect(page.get_by_text("不认识这一列")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator(".home header .chip")).to_contain_text("已导入")

    page.goto("/imports")
    expect(page.get_by_role("row").filter(has_text="单位.xlsx").first).to_contain_text("已导入")


def test_a_file_that_is_no_table_leaves_the_page_with_the_reason(page: Page, tmp_path: Path):
    sign_in(page, "finance")
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 cut off")
    upload(page, "项目", broken)
    expect(page.locator(".message")).to_contain_text("已损坏")
    expect(page.get_by_label("项目", exact=True)).to_be_checked()


def test_template_and_export_are_downloads_that_come_back(page: Page, tmp_path: Path):
    sign_in(page, "finance")
    page.goto("/imports")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Excel.*预算与执行模板")).click()
    template = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == "导入模板-预算与执行.xlsx"
    assert [sheet.name for sheet in tables.read(template)] == ["预算与执行", "填表说明"]

    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("CSV.*现有项目")).click()
    kept = tmp_path / "项目.csv"
    download.value.save_as(kept)
    rows = list(csv.reader(io.StringIO(kept.read_bytes().decode("utf-8-sig"))))
    upload(page, "项目", kept)
    expect(page.locator("nav.tabs")).to_contain_text(f"无变化 {len(rows) - 1}")


def test_accounts_and_their_first_passwords(page: Page, tmp_path: Path):
    sign_in(page, "sysadmin")
    file = tmp_path / "账号.xlsx"
    head = ("账号", "姓名", "单位代码", "岗位")
    file.write_bytes(as_xlsx(head, ("browser.user", "新人", "310000-YB-01", "经办人")).content)
    upload(page, "账号", file)
    page.get_by_role("button", name="确认导入").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载初始密码").click()
    sheet = tables.read(Path(download.value.path()).read_bytes())[0]
    assert sheet.rows[1].cells[0] == "browser.user"
    page.reload()
    expect(page.get_by_role("button", name="下载初始密码")).to_have_count(0)

    page.get_by_role("button", name="退出").click()
    page.get_by_label("账号").fill("browser.user")
    page.get_by_label("密码").fill(sheet.rows[1].cells[3])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("密码")
