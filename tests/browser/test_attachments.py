"""Evidence in a real browser: files with progress, refusals, download, deletion, no script."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.files.plain_pdf import made as plain_pdf
from tests.browser.journeys import DRAFT, WARNED, open_form, row

INDICATOR = "系统开发数量"
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    made = {
        "good": ("验收单.pdf", plain_pdf(["验收单"])),
        "second": ("调查汇总.pdf", plain_pdf(["调查汇总"])),
        "program": ("合同.pdf", b"MZ\x90\x00" + bytes(200)),
        "large": ("录像.pdf", bytes(21 * 1024 * 1024)),
    }
    for name, content in made.values():
        (tmp_path / name).write_bytes(content)
    return {key: tmp_path / name for key, (name, _) in made.items()}


def open_evidence(page: Page, project: str) -> None:
    open_form(page, project)
    page.locator(".head").get_by_role("link", name="佐证材料").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("佐证材料")


def place(page: Page, name: str = INDICATOR):
    return page.locator(".evidence tbody tr").filter(has=page.get_by_role("rowheader", name=name))


def upload(page: Page, *files: Path) -> None:
    page.get_by_label("文件", exact=True).set_input_files(list(files))
    page.get_by_role("button", name="上传").click()


def test_several_files_at_once_and_one_that_is_not_taken(
    page: Page, papers: dict[str, Path]
) -> None:
    open_evidence(page, DRAFT)
    page.get_by_label("佐证哪一项").select_option(label=INDICATOR)
    upload(page, papers["good"], papers["second"], papers["program"])
    expect(page.get_by_role("alert").filter(has_text="可执行程序")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="已上传 2 份")).to_be_focused()
    expect(place(page).locator(".files > li")).to_have_count(2)
    expect(page.get_by_label("佐证哪一项")).to_have_value(
        place(page).get_attribute("id").removeprefix("line-")
    )
    page.get_by_role("link", name="返回填写").click()
    expect(row(page, INDICATOR).get_by_role("link", name="佐证 2 份")).to_be_visible()


def test_the_link_of_a_row_chooses_it_and_saves_no_words_wait(
    page: Page, papers: dict[str, Path]
) -> None:
    open_evidence(page, DRAFT)
    with page.expect_file_chooser() as chosen:
        place(page, "系统可用率").get_by_role("link", name="上传").click()
    chosen.value.set_files(str(papers["good"]))
    page.get_by_role("button", name="上传").click()
    expect(place(page, "系统可用率").get_by_role("link", name="验收单.pdf")).to_be_visible()


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    page: Page, papers: dict[str, Path]
) -> None:
    open_evidence(page, DRAFT)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    upload(page, papers["large"])
    expect(page.locator("#upload-note")).to_have_text("“录像.pdf”超过 20 MB，请压缩或拆分后再选择")
    assert "POST" not in sent
    expect(page.get_by_role("button", name="上传")).to_be_enabled()
    upload(page, papers["second"])
    expect(page.get_by_role("status").filter(has_text="已上传 1 份")).to_be_visible()


def test_progress_is_shown_while_it_is_sent(page: Page, papers: dict[str, Path]) -> None:
    open_evidence(page, DRAFT)
    page.evaluate(
        """() => {
          window.seen = [];
          const words = document.getElementById("upload-percent");
          const watch = () => window.seen.push(words.textContent);
          document.addEventListener("htmx:xhr:progress", watch);
        }"""
    )
    upload(page, papers["good"])
    expect(page.get_by_role("status").filter(has_text="已上传 1 份")).to_be_visible()
    assert "正在检查文件…" in page.evaluate("window.seen")


@pytest.mark.parametrize("kind", ["page", "page_without_script"])
def test_upload_download_and_delete(
    kind: str, request: pytest.FixtureRequest, papers: dict[str, Path], tmp_path: Path
) -> None:
    page: Page = request.getfixturevalue(kind)
    open_evidence(page, WARNED)
    line = place(page, "单位管理成本")
    page.get_by_label("佐证哪一项").select_option(label="单位管理成本")
    upload(page, papers["good"], papers["program"])
    expect(page.get_by_role("alert").filter(has_text="可执行程序")).to_be_visible()
    link = line.get_by_role("link", name="验收单.pdf")
    with page.expect_download() as taken:
        link.click()
    assert taken.value.suggested_filename == "验收单.pdf"
    saved = tmp_path / "saved.pdf"
    taken.value.save_as(saved)
    assert saved.read_bytes() == papers["good"].read_bytes()
    line.get_by_text("删除").first.click()
    line.get_by_role("button", name="确认删除").click()
    expect(line.get_by_text("还没有")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (320, 640)])
def test_the_page_fits_every_window(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_evidence(page, DRAFT)
    assert page.evaluate(SIDEWAYS) <= 0


def test_by_the_keyboard_alone(page: Page, papers: dict[str, Path]) -> None:
    open_evidence(page, DRAFT)
    page.get_by_label("佐证哪一项").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("文件", exact=True)).to_be_focused()
    page.get_by_label("文件", exact=True).set_input_files(str(papers["good"]))
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="上传")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="已上传 1 份")).to_be_focused()
