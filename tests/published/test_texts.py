"""The text layer of real published PDFs, narratives written anew: cells, wraps, page breaks."""

from dataclasses import dataclass

import pytest

from app.files import plain_text
from app.services.checking import Checked, check
from app.services.readings.reading import read_forms
from tests.published.cases import DATA, assert_read, golden

TEXT_2024 = (DATA / "shanghai-2024.txt").read_bytes()
TEXT_2019 = (DATA / "shanghai-2019.txt").read_bytes()


@pytest.fixture(scope="module")
def forms_2024() -> list[Checked]:
    return check(TEXT_2024)


@pytest.fixture(scope="module")
def forms_2019() -> list[Checked]:
    return check(TEXT_2019)


def test_every_form_of_2024_comes_out_cell_for_cell(forms_2024: list[Checked]) -> None:
    for checked, document in zip(forms_2024, golden("selfeval-2024"), strict=True):
        assert_read(checked, document)
        assert checked.reading.department == "上海市医疗保障局"


def test_every_form_of_2019_comes_out_cell_for_cell(forms_2019: list[Checked]) -> None:
    for checked, document in zip(forms_2019, golden("selfeval-2019"), strict=True):
        assert_read(checked, document)


def test_every_line_of_2024_is_used(forms_2024: list[Checked]) -> None:
    assert [checked.reading.unread for checked in forms_2024] == [()] * 9


def test_the_notes_below_the_forms_of_2019_are_all_that_is_unread(
    forms_2019: list[Checked],
) -> None:
    unread = [line.text for checked in forms_2019 for line in checked.reading.unread]
    assert len(unread) == 7
    assert all(
        "绩效" in text and text[:8].strip("<p>")[:2] in ("说明", "2、", "3、") for text in unread
    )


def test_what_no_scoring_asks_for_is_kept_beside(forms_2019: list[Checked]) -> None:
    asides = {aside.path: aside.text for aside in forms_2019[0].reading.asides}
    assert asides["/office"] == "社会服务科、业务管理科"
    assert asides["/prior_budget"] == "2,050,000.00"
    assert asides["/indicators/3/explanation"].startswith("考察“预算执行率”")
    assert asides["/improvements"].endswith("准确程度。")


def test_rows_before_a_page_break_go_by_the_printed_points(forms_2019: list[Checked]) -> None:
    marked = {mark.path: mark.because for mark in forms_2019[1].reading.marks}
    assert "分值34" in marked["/indicators/6/level1"]
    assert "续文" in marked["/indicators/7/name"]


def test_goals_are_told_apart(forms_2024: list[Checked]) -> None:
    first, hotline = forms_2024[0].request, forms_2024[5]
    assert first.expected.endswith("对照样册验收，保证册子耐用、清晰。")
    assert str(first.achieved).startswith("1.2024年按领用记录")
    assert hotline.request.expected == "接听及时、答复准确、态度热情"
    assert [mark.path for mark in hotline.reading.marks] == ["/achieved"]


def test_the_edition_has_its_reasons(forms_2024: list[Checked], forms_2019: list[Checked]) -> None:
    assert forms_2024[0].because[0] == "表上印有2024年度。"
    assert "上海" in forms_2024[0].because[1]
    assert forms_2019[0].because[0] == "自评时间为2020-03-20，自评的是上一年度。"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_told_by_the_bytes(encoding: str) -> None:
    (found, *_) = check(TEXT_2019.decode().encode(encoding))
    assert found.request.project == "医疗保险个人账户管理费"


def one_form(rows: str, header: str = "") -> str:
    """A small form as running text around the given indicator rows."""
    usual = (
        "一级\n\n指标\n\n二级\n\n指标\n三级指标 年度指标值 实际完成值 分值 得分\n\n"
        "偏差原因分析\n\n及改进措施"
    )
    return (
        "项目支出绩效自评表\n（2023年度）\n项目名称 街道保洁\n"
        "主管部门 某区城管局 实施单位 某环卫所\n"
        "项目资金\n（万元）\n年初预算数 全年预算数 全年执行数 分值 执行率(%) 得分\n"
        "年度资金总额： 10.00 10.00 9.00 10.00 90.00 9.00\n"
        f"{header or usual}\n{rows}\n总分 100.00 99.00\n"
    )


@dataclass(frozen=True)
class Wrapped:
    """Rows as a PDF gives them, and the last row's cells."""

    rows: str
    cells: tuple[str, ...]
    marked: bool = False


WRAPPED = {
    "on one line": Wrapped(
        "产出\n指标\n数量\n指标\n清扫面积 ≥5.00(万平方米) 5.20(万平方米) 90.00 90.00",
        ("产出指标", "数量指标", "清扫面积", "≥5.00(万平方米)", "5.20(万平方米)"),
    ),
    "name on two lines": Wrapped(
        "产出指标\n数量指标\n主要道路每日机械化清扫面\n积\n"
        "≥5.00(万平方米) 5.20(万平方米) 90.00 90.00",
        ("产出指标", "数量指标", "主要道路每日机械化清扫面积", "≥5.00(万平方米)", "5.20(万平方米)"),
    ),
    "target and actual on two lines": Wrapped(
        "产出指标\n时效指标\n响应时间\n≤180.00(分\n钟)\n\n120.00(分\n钟)\n\n90.00 90.00",
        ("产出指标", "时效指标", "响应时间", "≤180.00(分钟)", "120.00(分钟)"),
    ),
    "words as target on two lines": Wrapped(
        "成本\n指标\n社会\n成本\n指标\n每平方米保洁单位成本\n"
        "不高于往年\n\n水平\n达成指标 90.00 90.00",
        ("成本指标", "社会成本指标", "每平方米保洁单位成本", "不高于往年水平", "达成指标"),
    ),
    "levels cut by a page": Wrapped(
        "满意\n\n度指\n\n标\n\n服务\n\n对象\n\n满意\n\n居民满意度 ≥90.00(%) 95.00(%) 90.00 90.00"
        "\n\n\n\n度指\n\n标\n",
        ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90.00(%)", "95.00(%)"),
    ),
    "levels cut by a page after two rows": Wrapped(
        "效益\n\n可持\n\n续影\n\n清扫机制 健全 达成指标 30.00 30.00\n"
        "培训机制 健全 达成指标 30.00 30.00"
        "\n\n\n\n指标\n\n响指\n\n标\n\n保洁员队伍 稳定 达成指标 30.00 30.00",
        ("效益指标", "可持续影响指标", "保洁员队伍", "稳定", "达成指标"),
    ),
    "a page number between": Wrapped(
        "产出指标\n数量指标\n清扫次数 ≥2.00(次) 2.00(次) 45.00 45.00\n- 3 -\n\n\n\n"
        "清运量 ≥3.00(吨) 3.00(吨) 45.00 45.00",
        ("产出指标", "数量指标", "清运量", "≥3.00(吨)", "3.00(吨)"),
    ),
}


@pytest.mark.parametrize("case", WRAPPED.values(), ids=WRAPPED.keys())
def test_wrapped_cells_are_whole_again(case: Wrapped) -> None:
    (reading,) = read_forms(plain_text.rows(one_form(case.rows).encode()))
    last = reading.form.indicators[-1]
    assert (last.level1, last.level2, last.name, last.target, last.actual) == case.cells
    assert {line.level1 for line in reading.form.indicators} == {last.level1}
    assert {line.level2 for line in reading.form.indicators} == {last.level2}
    assert reading.marks == ()


def test_a_reason_stays_with_its_row() -> None:
    text = one_form(
        "产出指标\n数量指标\n清扫次数 ≥2.00(次) 1.00(次) 45.00 22.50 车辆检修，下年\n"
        "增加备用车辆。\n"
        "质量指标\n合格率 ≥90.00(%) 95.00(%) 45.00 45.00"
    )
    (reading,) = read_forms(plain_text.rows(text.encode()))
    first, second = reading.form.indicators
    assert first.reason == "车辆检修，下年增加备用车辆。"
    assert (second.level2, second.name, second.reason) == ("质量指标", "合格率", "")


def test_what_fits_no_column_is_marked_and_not_guessed() -> None:
    text = one_form("产出指标\n数量指标\n清扫次数 2.00(次) 90.00 90.00")
    (reading,) = read_forms(plain_text.rows(text.encode()))
    (line,) = reading.form.indicators
    assert (line.name, line.target, line.actual) == ("清扫次数", "", "")
    assert "2.00(次)" in reading.marks[0].because


def test_another_order_of_columns_is_read_by_its_headings() -> None:
    header = "一级指标 二级指标 三级指标 分值 年度指标值 实际完成值 得分"
    text = one_form("产出指标\n数量指标\n清扫次数 90.00 ≥2.00(次) 2.00(次) 90.00", header)
    (reading,) = read_forms(plain_text.rows(text.encode()))
    (line,) = reading.form.indicators
    assert (line.full, line.target, line.actual, line.points) == (
        "90.00",
        "≥2.00(次)",
        "2.00(次)",
        "90.00",
    )


def test_a_strange_line_is_listed_as_unread() -> None:
    text = (
        one_form("产出指标\n数量指标\n清扫次数 ≥2.00(次) 2.00(次) 90.00 90.00")
        + "\n本表由某软件生成\n"
    )
    (reading,) = read_forms(plain_text.rows(text.encode()))
    assert [line.text for line in reading.unread] == ["本表由某软件生成"]


def judged_text(rows: str) -> bytes:
    """A form of 2019 with tabs between the cells."""
    return (
        "项目绩效自我评价\t\t\t\n项目名称：\t窗口服务\t预算单位：\t某中心\n自评时间：\t2020-03-20\n"
        "\n一级指标\t指标名称\t指标解释\t权重\t自评分\t备注\n" + rows + "合计\t\t\t100\t97\t\n"
    ).encode()


def test_rows_without_weight_are_rows_of_their_own() -> None:
    text = judged_text(
        "产出目标 (60分)\t窗口开放天数\t\t60\t58\t\n\t业务办理数量\t\t0\t0\t\n"
        "\t宣传活动场次\t\t\t\t\n"
        "\n\t新增网点的数量\t\t\t\t\n效果目标 (40分)\t服务对象满意度\t\t40\t39\t\n"
    )
    (reading,) = read_forms(plain_text.rows(text))
    assert [(line.name, line.full, line.level1) for line in reading.form.indicators] == [
        ("窗口开放天数", "60", "产出目标"),
        ("业务办理数量", "0", "产出目标"),
        ("宣传活动场次", "", "产出目标"),
        ("新增网点的数量", "", "产出目标"),
        ("服务对象满意度", "40", "效果目标"),
    ]
    assert reading.unread == ()
