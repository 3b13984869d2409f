"""What makes a form quicker to fill in: last year's words, targets taken anew, guidance at hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.db import declarations
from app.db.session import writing
from tests.browser.conftest import open_page
from tests.browser.journeys import DRAFT, cell, open_form, row
from tests.serving import Serving, demo, serving

RATE, SYSTEMS = "支撑医保运行和管理的有效程度", "系统开发数量"
REASON = "偏差原因分析及改进措施"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo."""
    with serving(demo(tmp_path_factory.mktemp("comforts"))) as running:
        yield running


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, browser: Browser, program: Serving) -> Iterator[Page]:
    with open_page(browser, program.address, java_script_enabled=request.param) as page:
        yield page


def test_last_years_words_are_taken_by_the_keyboard(page: Page) -> None:
    open_form(page, DRAFT)
    page.get_by_role("link", name="从上年复制").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("从上年复制")
    group = page.get_by_role("group", name=f"{RATE}，上年")
    reason = group.get_by_role("checkbox", name="两家经办机构")
    figure = group.get_by_role("checkbox", name="92.00(%)")
    expect(figure).not_to_be_checked()
    reason.set_checked(False)
    reason.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="复制勾选的内容").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    page.get_by_role("link", name="返回填写").first.click()
    expect(cell(page, RATE, REASON)).to_have_value(
        "两家经办机构上半年尚未接入，三季度起全部接入，已纳入年度考核。"
    )
    expect(cell(page, RATE)).to_have_value("")
    cell(page, RATE, REASON).fill("")
    page.get_by_role("button", name="保存", exact=True).click()


def test_guidance_is_beside_the_row(page: Page) -> None:
    open_form(page, DRAFT)
    link = row(page, SYSTEMS).get_by_role("link", name="指标说明")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=SYSTEMS)).to_be_visible()
    for words in ("正向比例", "记满分6.00", "财预〔2020〕10号", "上年填报（2023年度）"):
        expect(page.locator(".guidance").get_by_text(words).first).to_be_visible()
    expect(page.locator(".guidance").get_by_text("数据来源")).to_have_count(0)


def test_a_changed_target_is_told_and_taken(page: Page, program: Serving) -> None:
    with writing(program.app.state.engine) as session:
        declared = declarations.of_year(session, 5, 2024)
        assert declared is not None
        line = next(
            item for item in declarations.indicators(session, declared.id) if item.name == SYSTEMS
        )
        line.target = "≥4.00(个)" if line.target == "≥3.00(个)" else "≥3.00(个)"
        line.data_source = "系统验收单"
        wanted = line.target
        session.add(line)
    open_form(page, DRAFT)
    expect(page.get_by_role("status").filter(has_text="1 行指标有变动")).to_be_visible()
    page.get_by_role("link", name="查看并取数").click()
    table = page.get_by_role("region", name="绩效指标")
    expect(table.get_by_text(wanted)).to_be_visible()
    expect(table.get_by_text("实际完成值：3.00(个)")).to_be_visible()
    page.get_by_role("button", name="取勾选的内容").click()
    expect(page.get_by_text("与申报和预算一致")).to_be_visible()
    page.get_by_role("link", name="返回填写").click()
    expect(row(page, SYSTEMS).locator(".target")).to_contain_text(wanted)
    expect(cell(page, SYSTEMS)).to_have_value("3.00(个)")
    expect(page.get_by_text("查看并取数")).to_have_count(0)
