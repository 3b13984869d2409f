"""Cell by cell: what another program reads in a document is what the page shows."""

from datetime import date
from decimal import Decimal

import pytest

from app.services.form_sheets import FormSheet
from app.views.filters import MoneyUnit, money
from app.views.sheets import form_page
from tests.documents.reading import docx_texts, pdf_texts, sheet_of, xlsx_texts
from tests.services.document_cases import LAYOUTS

TODAY = date(2025, 3, 3)
FUNDS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率(%)", "得分")
LINES = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分",
         "偏差原因分析及改进措施")  # fmt: skip
SIDE = {"shanghai-2024": (), "national-2020": ("绩效指标",)}
READERS = {"xlsx": xlsx_texts, "docx": docx_texts, "pdf": pdf_texts}


def official(layout: str, sheet: FormSheet) -> list[str]:
    """The cells of the 2024 and the national form, from what their page shows."""
    page = form_page(sheet, TODAY, MoneyUnit.WAN)
    texts = ["项目名称", page.head.project, "主管部门", page.head.department, "实施单位"]
    texts += [page.head.unit, "项目资金（万元）", *FUNDS]
    for fund in page.funds:
        amounts = [amount.shown for amount in fund.amounts]
        texts += [fund.label, *amounts, fund.full, fund.rate, fund.points]
    texts += [
        "年度总体目标",
        "预期目标",
        "实际完成情况",
        page.expected,
        page.achieved.value,
        *LINES,
    ]
    texts += SIDE[layout]
    for line in page.lines:
        texts += [line.level1] if line.level1_span else []
        texts += [line.level2] if line.level2_span else []
        texts += [line.name, line.target, line.actual.value, line.full, line.points]
        texts += [line.reason.value]
    texts += ["总分", page.summary.full, page.summary.total]
    return texts + (["评分等级", page.summary.grade] if layout == "shanghai-2024" else [])


def judged(sheet: FormSheet) -> list[str]:
    """The cells of the form of 2019."""
    page = form_page(sheet, TODAY)
    total = page.funds[0]
    texts = ["项目名称：", page.head.project, "预算单位：", page.head.unit, "具体实施处（科室）："]
    texts += ["是否为经常性项目：", "是", "当年预算数（元）：", total.amounts[1].shown]
    texts += ["上年预算金额（元）：", "预算执行数（元）：", total.amounts[2].shown]
    texts += [
        "预算执行率（%）：",
        f"{total.rate}%",
        "项目年度总目标：",
        page.expected,
        "自评时间：",
    ]
    texts += ["绩效等级：", page.summary.grade, "主要绩效：", page.achieved.value]
    texts += [
        "主要问题：",
        "改进措施：",
        "一级指标",
        "指标名称",
        "指标解释",
        "权重",
        "自评分",
        "备注",
    ]
    for line in page.lines:
        if line.level1_span:
            texts.append(f"{line.level1}({page.subtotals[line.group].full}分)")
        texts += [line.name, line.target, line.full, line.points, line.reason.value]
    return [*texts, "合计", page.summary.full, page.summary.total]


def wanted(layout: str, sheet: FormSheet) -> list[str]:
    return judged(sheet) if layout == "shanghai-2019" else official(layout, sheet)


def bare(texts: list[str]) -> list[str]:
    """Without line ends, blanks and what only sets a fund row's label off."""
    plain = ("".join(text.split()) for text in texts)
    cut = (text.removeprefix("其中：").replace("总额：", "总额") for text in plain)
    return [text for text in cut if text]


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_cell_of_the_tables_is_there_in_its_order(made, layout, kind):
    found = bare(READERS[kind](made[layout].contents[kind]))
    expected = bare(wanted(layout, made[layout].sheet))

    start = found.index(expected[0])
    assert found[start : start + len(expected)] == expected


@pytest.mark.parametrize("layout", LAYOUTS)
def test_line_ends_are_those_that_were_typed(made, layout):
    goal = made[layout].sheet.goal
    for texts in (xlsx_texts(made[layout].contents["xlsx"]),
                  docx_texts(made[layout].contents["docx"])):  # fmt: skip
        assert goal.expected in texts
        assert goal.achieved in texts


def test_a_figure_is_a_number_with_the_decimals_of_its_edition(made):
    sheet = sheet_of(made["shanghai-2024"].contents["xlsx"])
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    total = made["shanghai-2024"].sheet.sheet.total
    assert cells[float(total)].number_format == "0.00"
    budget = Decimal("12845678.90")
    assert money(budget, MoneyUnit.WAN) == "1,284.56789"
    assert cells[1284.56789].number_format == "#,##0.00000"
    points = sheet_of(made["shanghai-2019"].contents["xlsx"])
    assert {cell.number_format for row in points.iter_rows() for cell in row
            if isinstance(cell.value, int)} == {"0"}  # fmt: skip


def test_the_arithmetic_is_told_beside_the_points(made):
    sheet = sheet_of(made["shanghai-2024"].contents["xlsx"])
    notes = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    page = form_page(made["shanghai-2024"].sheet, TODAY)
    assert notes == [page.funds[0].because, *(line.because for line in page.lines)]
