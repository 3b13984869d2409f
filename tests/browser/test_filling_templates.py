"""A form filled in offline: downloaded, edited by another program, looked through, confirmed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import open_form, sign_in
from tests.services.template_cases import EXECUTED, REASON, changed, line, row_of


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    assert download.value.suggested_filename.startswith("填报模板-")
    return Path(download.value.path()).read_bytes()


def upload(page: Page, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    page.get_by_role("link", name="上传填好的模板").click()
    expect(page.get_by_label("自评表填报", exact=True)).to_be_checked()
    page.get_by_label("表格文件").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()


@pytest.mark.parametrize("script", [True, False])
def test_download_edit_upload_preview_and_confirm(request, tmp_path: Path, script: bool):
    page: Page = request.getfixturevalue("page" if script else "page_without_script")
    reason = f"供应商延期，已更换（{script}）"
    open_form(page, "医疗保险基金管理经费")
    form = page.url
    page.get_by_text("离线填报").click()
    template = downloaded(page, "下载填报模板")

    def wrong(sheet):
        sheet[f"{EXECUTED}{row_of(sheet, 'funds')}"].value = "五百万"
        line(sheet, 0, REASON).value = reason

    upload(page, tmp_path / "有误.xlsx", changed(template, wrong))
    expect(page.locator(".home header .chip")).to_contain_text("有问题，未导入")
    expect(page.get_by_role("row").filter(has_text="五百万")).to_contain_text(
        "请填写数字，单位为元"
    )
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)

    def right(sheet):
        line(sheet, 0, REASON).value = reason

    page.goto(form)
    page.get_by_text("离线填报").click()
    upload(page, tmp_path / "填好.xlsx", changed(template, right))
    expect(page.locator("table.trail")).to_contain_text(reason)
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator(".home header .chip")).to_contain_text("已导入")
    page.goto(form)
    expect(page.get_by_text(reason).first).to_be_visible()
    page.get_by_role("button", name="撤销导入（1 格）").click()
    expect(page.get_by_role("button", name="撤销导入")).to_have_count(0)
    page.reload()
    expect(page.get_by_text(reason)).to_have_count(0)


def test_all_forms_of_the_year_from_the_list(page: Page, tmp_path: Path):
    sign_in(page, "filler")
    template = downloaded(page, "下载填报模板")
    upload(page, tmp_path / "全部.xlsx", template)
    expect(page.get_by_text("表中的内容与现有数据相同")).to_be_visible()
