"""Forms written by real libraries in several layouts, read back from every format."""

from collections.abc import Callable
from functools import cache

import pytest

from app.services.checking import Checked, check
from tests.published.cases import assert_read, golden
from tests.published.drawing import FORMATS, Sheet
from tests.published.layouts import department, judged, measured, official, row
from tests.published.sample import FORM, ROWS

each_format = pytest.mark.parametrize("kind", FORMATS)


def read(kind: str, *sheets: Sheet) -> list[Checked]:
    return check(FORMATS[kind](*sheets))


@cache
def one(kind: str, layout: Callable[..., Sheet], *columns: str) -> Checked:
    (found,) = read(kind, layout(FORM, columns) if columns else layout(FORM))
    return found


def cells(checked: Checked, *names: str) -> list[tuple[str, ...]]:
    return [tuple(getattr(row, name) for name in names) for row in checked.request.indicators]


def wanted(*names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in ROWS]


@each_format
def test_nine_official_forms_in_one_file(kind: str) -> None:
    documents = golden("selfeval-2024")
    found = read(kind, *map(official, documents))
    for checked, document in zip(found, documents, strict=True):
        assert_read(checked, document)
        assert checked.request.expected == document["expected"]
        assert checked.request.achieved == document["achieved"]
        assert checked.reading.unread == ()


@each_format
def test_forms_of_2019_without_targets(kind: str) -> None:
    documents = golden("selfeval-2019")
    found = read(kind, *map(judged, documents))
    for checked, document in zip(found, documents, strict=True):
        assert_read(checked, document)
        (note,) = checked.reading.unread
        assert note.text.startswith("说明")


@each_format
def test_columns_in_another_order(kind: str) -> None:
    order = ("level1", "level2", "name", "full", "target", "actual", "points", "reason")
    found = one(kind, official, *order)
    assert cells(found, *order) == wanted(*order)
    assert found.result.total == "96.50"


@each_format
def test_a_form_without_weights(kind: str) -> None:
    order = ("level1", "level2", "name", "target", "actual", "reason")
    found = one(kind, official, *order)
    assert cells(found, *order) == wanted(*order)
    assert cells(found, "full", "points") == [("", "")] * 4
    assert not found.result.determined


@each_format
def test_a_whole_department(kind: str) -> None:
    found = one(kind, department)
    assert (found.request.unit, found.request.fiscal_year) == ("某县教育局", "2022")
    assert cells(found, "target", "actual", "full") == wanted("target", "actual", "full")
    assert (found.request.funds[0].initial, found.request.funds[0].executed) == ("10.00", "11.40")
    assert any("部门整体支出" in reason for reason in found.because)
    assert "执行率×分值，最高不超过分值" in [aside.text for aside in found.reading.asides]


@each_format
def test_comparator_and_unit_in_columns_of_their_own(kind: str) -> None:
    parts = [("≥", "200", "人次", "210"), ("", "12月31日前", "", "12月20日")]
    parts += [("≥", "90", "%", "81"), ("≥", "90", "%", "95")]
    keys = ("nature", "figure", "measure", "actual")
    lines = [
        {**row, **dict(zip(keys, part, strict=True))} for row, part in zip(ROWS, parts, strict=True)
    ]
    (found,) = read(kind, measured({**FORM, "indicators": lines}))
    assert cells(found, "target", "actual") == wanted("target", "actual")
    assert found.request.funds[0].unit == "万元"
    assert found.reading.unread == ()


@each_format
def test_yuan_from_the_label(kind: str) -> None:
    funds = [{**FORM["funds"][0], "unit": "元", "adjusted": "120,000.00", "executed": "114,000.00"}]
    (found,) = read(kind, official({**FORM, "funds": funds}))
    assert found.request.funds[0].unit == "元"
    assert found.result.execution.rate == "95.00"


@each_format
def test_no_rows_below_the_total_and_a_table_without_a_title(kind: str) -> None:
    drawn = official(FORM)
    (found,) = read(kind, Sheet(("附件",), drawn.cells, drawn.below))
    assert [fund.source for fund in found.request.funds] == ["total"]
    assert found.request.fiscal_year == ""
    assert [line.text for line in found.reading.unread] == ["附件"]


def test_levels_cut_by_the_end_of_a_page_are_whole_again() -> None:
    heading = official(FORM).cells
    first_line = max(cell.row for cell in heading if cell.text == "三级指标") + 1
    before = [cell for cell in heading if cell.row < first_line and cell.text != "绩\n效\n指\n标"]
    before += row(
        first_line, ["", "满意", "服务对象满意", "学员满意度", "≥90%", "95%", "45", "45", ""]
    )
    after = row(0, ["", "度指标", "度指标", "教师满意", "≥90%", "95%", "45", "45", ""])
    after += row(1, ["", "", "", "家长满意度", "≥90%", "95%", "0", "0", ""])
    after += row(2, ["总分", "", "", "", "", "", "100", "99.50", ""])
    above = ("项目支出绩效自评表", "（2022年度）")
    (found,) = read("pdf", Sheet(above, tuple(before)), Sheet((), tuple(after)))
    level = ("满意度指标", "服务对象满意度指标")
    assert cells(found, "level1", "level2") == [level, level, level]
    assert cells(found, "name")[1] == ("教师满意",)
    assert found.request.claimed.total == "99.50"
    assert found.reading.unread == ()


def test_a_row_cut_by_the_end_of_a_page_is_put_together_and_marked() -> None:
    drawn = official({**FORM, "indicators": ROWS[:1]})
    top = max(cell.row for cell in drawn.cells if cell.text == "总分")
    before = [cell for cell in drawn.cells if cell.row < top]
    after = row(0, ["", "", "", "（线上）", "", "", "", "", "含补训"])
    (found,) = read("pdf", Sheet(drawn.above, tuple(before)), Sheet((), tuple(after)))
    assert cells(found, "name", "reason") == [("培训人次（线上）", "含补训")]
    assert {mark.path for mark in found.reading.marks} == {
        "/indicators/0/name",
        "/indicators/0/reason",
    }


def test_an_edition_that_does_not_know_the_levels_gives_way() -> None:
    lines = [{**ROWS[0], "level1": "成本指标", "level2": "经济成本指标"}, *ROWS]
    form = {**FORM, "unit": "上海市某区城管局", "department": "", "indicators": lines}
    (found,) = read("xlsx", official(form))
    assert found.result.standard == "shanghai-self-evaluation"
    assert found.result.edition == "2024-01-01"
    assert any("改用" in reason and "成本指标" in reason for reason in found.because)


def test_a_form_of_a_city_before_its_own_layout_is_scored_by_the_nation() -> None:
    form = {**FORM, "unit": "上海市某区城管局", "department": ""}
    (found,) = read("xlsx", official(form))
    assert found.result.standard == "national-self-evaluation"
    assert found.request.region_code == "310000"
