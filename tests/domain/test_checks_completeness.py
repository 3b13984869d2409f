from dataclasses import replace

import pytest

from tests.domain.factories import (
    HUBEI,
    NATIONAL,
    ROWS,
    SHANGHAI_2019,
    SHANGHAI_2024,
    SHANGHAI_EVALUATION,
    findings,
    form,
    row,
    told,
    with_row,
)

# ---------------------------------------------------------------- C1 comparator against sense

SENSE = [  # name, target, message
    pytest.param("单位成本", "≥10元", "含“成本”，宜用“≤”，现为“≥10元”，请核对", id="cost, ≥"),
    pytest.param("投诉次数", ">2次", "含“投诉”，宜用“≤”，现为“>2次”，请核对", id="complaints, >"),
    pytest.param("单位成本", "≤10元", None, id="cost, ≤"),
    pytest.param("单位成本", "=10元", None, id="cost, ="),
    pytest.param("单位成本", "10元", None, id="cost, bare: taken as a ceiling"),
    pytest.param("成本控制率", "≥0.00(%)", None, id="a control rate may be ≥"),
    pytest.param("投诉处理率", "≥95%", None, id="handling may be ≥"),
    pytest.param("系统可用率", "=85%", "为比率，“=”且低于100%，宜用“≥”或“≤”", id="rate, = 85 %"),
    pytest.param("系统可用率", "=100%", None, id="rate, = 100 %"),
    pytest.param("系统可用率", "=0%", None, id="rate, = 0 %"),
    pytest.param("系统可用率", "≥85%", None, id="rate, ≥"),
    pytest.param("建设数量", "=85个", None, id="number, ="),
    pytest.param("单位成本", "经济", None, id="words"),
    pytest.param("单位成本", "10-20元", None, id="range"),
]


@pytest.mark.parametrize(("name", "target", "message"), SENSE)
def test_c1_comparator_against_the_sense_of_the_name(name, target, message):
    found = told(with_row(0, name=name, target=target), "C1")
    expected = [("warning", "/indicators/0/target", f"第1行“{name}”{message}")] if message else []
    assert found == expected


# ---------------------------------------------------------------- C2 units

UNITS = [  # name, target, actual, cell, message
    pytest.param("建设数量", "≥10个", "10个", None, None, id="one unit"),
    pytest.param("建设数量", "≥10个", "10", None, None, id="unit left out"),
    pytest.param("建设投入", "≥1万元", "9000元", None, None, id="units of one kind"),
    pytest.param("建设数量", "≥10个", "10人", "actual",
                 "实际值单位“人”与指标值单位“个”不一致", id="units of two kinds"),
    pytest.param("建设数量", "≥10个", "十个", None, None, id="words are C3"),
    pytest.param("完成及时性", "≤3.00(秒)", "3秒", "target",
                 "的单位“秒”与指标名称不符，请核对", id="timeliness in seconds"),
    pytest.param("响应速度", "≤3.00(秒)", "3秒", None, None, id="speed in seconds"),
    pytest.param("覆盖率", "≥90个", "90个", "target",
                 "为比率，单位应为%，现为“个”，请核对", id="a rate counted in pieces"),
    pytest.param("死亡率", "≤5‰", "4‰", None, None, id="a rate in per mille"),
    pytest.param("覆盖率", "≥90", "90", None, None, id="a rate without unit"),
    pytest.param("覆盖率", "≥90%", "950‰", None, None, id="950 per mille are no 950 %"),
    pytest.param("覆盖率", "≥120%", "100%", "target",
                 "为比率，120%超过100%，请核对", id="target above 100 %"),
    pytest.param("覆盖率", "≥90%", "100.5%", "actual",
                 "为比率，100.5%超过100%，请核对", id="actual above 100 %"),
    pytest.param("覆盖率", "≥100%", "100%", None, None, id="exactly 100 %"),
    pytest.param("产值增长率", "≥120%", "150%", None, None, id="growth may exceed 100 %"),
    pytest.param("覆盖面", "≥120%", "150%", None, None, id="no rate by its name"),
    pytest.param("覆盖率", "有效", "120%", None, None, id="target in words"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "target", "actual", "cell", "message"), UNITS)
def test_c2_units(name, target, actual, cell, message):
    found = told(with_row(0, name=name, target=target, actual=actual), "C2")
    expected = [("warning", f"/indicators/0/{cell}", f"第1行“{name}”{message}")] if cell else []
    assert found == expected


def test_c2_target_and_actual_may_both_exceed_100():
    found = findings(with_row(0, name="覆盖率", target="≥110%", actual="120%"), "C2")
    assert [finding.given for finding in found] == ["110", "120"]


# ---------------------------------------------------------------- C3 figures and words

KINDS = [  # target, actual, given points, severity, message
    pytest.param("≤30万元", "完成", "", "error",
                 "指标值为数值，实际完成值应填一个数，现为“完成”", id="a figure answered by words"),
    pytest.param("≥10个", "达成指标", "", "error",
                 "指标值为数值，实际完成值应填一个数，现为“达成指标”", id="by a tier"),
    pytest.param("≥10个", "9月30日", "", "error",
                 "指标值为数值，实际完成值应填一个数，现为“9月30日”", id="by a date"),
    pytest.param("80%-90%", "较好", "", "error",
                 "指标值为数值，实际完成值应填一个数，现为“较好”", id="a range answered by words"),
    pytest.param("≥80%", "80%-90%", "", "error",
                 "指标值为数值，实际完成值应填一个数，现为“80%-90%”", id="by a range"),
    pytest.param("≥10个", "10个", "", None, None, id="a figure by a figure"),
    pytest.param("≥10个", "", "", None, None, id="a blank is C9"),
    pytest.param("有效", "98%", "", "error",
                 "为定性，应填达成、部分达成或未达成，现为“98%”", id="words answered by a figure"),
    pytest.param("有效", "达成指标", "", None, None, id="words by a tier"),
    pytest.param("长效", "长效", "", None, None, id="words by the same words"),
    pytest.param("有效", "明显改善", "", "error",
                 "“明显改善”未写明档次，请选达成、部分达成或未达成", id="no tier"),
    pytest.param("有效", "明显改善", "45", "warning",
                 "“明显改善”未写明档次，请选达成、部分达成或未达成", id="no tier, but judged"),
    pytest.param("有效", "基本达到", "35", "warning",
                 "“基本达到”未写明档次，请选达成、部分达成或未达成", id="a tier told loosely"),
    pytest.param("有效", "已完成", "", None, None, id="a tier told by another word"),
    pytest.param("9月30日前", "按期完成", "", None, None, id="a date by words"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "actual", "points", "severity", "message"), KINDS)
def test_c3_figures_and_words(target, actual, points, severity, message):
    found = told(with_row(0, target=target, actual=actual, points=points), "C3")
    place = (severity, "/indicators/0/actual", f"第1行“建设数量”{message}")
    assert found == ([place] if severity else [])


# ---------------------------------------------------------------- C4 the wrong level

PLACES = [  # name, level 1, level 2, named level
    pytest.param("群众满意度", "满意度指标", "服务对象满意度指标", None, id="satisfaction at home"),
    pytest.param(
        "群众满意度", "效益指标", "生态效益指标", "生态效益指标", id="satisfaction elsewhere"
    ),
    pytest.param("群众满意度", "效益指标", "", "效益指标", id="elsewhere, one level"),
    pytest.param("群众满意度", "自定指标", "其他", "其他", id="under an unknown level"),
    pytest.param("群众满意度", "", "", None, id="without any level"),
    pytest.param("资金支付率", "产出指标", "数量指标", "数量指标", id="a payment rate as quantity"),
    pytest.param("资金支付率", "产出指标", "时效指标", None, id="a payment rate as timeliness"),
    pytest.param("投诉率", "产出指标", "数量指标", "数量指标", id="a complaint rate as quantity"),
    pytest.param("建设数量", "产出指标", "数量指标", None, id="a quantity as quantity"),
]


@pytest.mark.parametrize(("name", "level1", "level2", "named"), PLACES)
def test_c4_the_wrong_level(name, level1, level2, named):
    given = row("≥90%", "95%", name=name, level1=level1, level2=level2)
    message = f"第1行“{name}”与所列级次“{named}”不符，请调整"
    expected = [("warning", "/indicators/0/name", message)] if named else []
    assert told(form(indicators=(given,)), "C4") == expected


# ---------------------------------------------------------------- C5 duplicates


def test_c5_the_same_name_twice():
    twice = (*ROWS, row(name="建 设数量", level1="效益指标"), row(name="建设数量"), row(name=""))
    assert told(form(indicators=(*twice, row(name=""))), "C5") == [
        ("warning", "/indicators/3/name", "第4行“建 设数量”与第1行同名，同一指标只应计一次"),
        ("warning", "/indicators/4/name", "第5行“建设数量”与第1行同名，同一指标只应计一次"),
    ]


def test_c5_budget_execution_is_already_counted():
    given = with_row(1, name="项目预算执行率")
    message = "第2行“项目预算执行率”与预算执行率重复计分，请改用其他指标"
    assert told(given, "C5") == [("warning", "/indicators/1/name", message)]
    assert told(given, "C5", SHANGHAI_2019) == [], "there it is an indicator of its own"


def test_c5_different_names():
    assert told(form(), "C5") == []


# ---------------------------------------------------------------- C9 what is missing


@pytest.mark.parametrize(
    ("standard", "rows", "missing"),
    [
        pytest.param(NATIONAL, ROWS, [], id="all three groups"),
        pytest.param(NATIONAL, ROWS[:2], ["满意度指标"], id="no satisfaction"),
        pytest.param(NATIONAL, ROWS[2:], ["产出指标", "效益指标"], id="satisfaction alone"),
        pytest.param(NATIONAL, (), [], id="no row at all is X2"),
        pytest.param(SHANGHAI_2024, ROWS, [], id="cost is not required in 2024"),
        pytest.param(HUBEI, ROWS[:1], ["效益指标", "满意度指标"], id="Hubei"),
        pytest.param(SHANGHAI_EVALUATION, ROWS, ["项目决策", "项目管理", "项目绩效"], id="report"),
    ],
)
def test_c9_a_group_is_missing(standard, rows, missing):
    expected = [("error", "/indicators", f"缺少“{name}”，请至少设置一项") for name in missing]
    assert told(form(indicators=rows), "C9", standard) == expected


@pytest.mark.parametrize("level1", ["产出", "产出指标（50分）", "产出指标"])
def test_c9_a_group_goes_by_several_names(level1):
    assert told(with_row(0, level1=level1), "C9") == []


CELLS = [  # cells of row 1, cell, message
    pytest.param({"name": ""}, "name", "第1行“”未填写指标名称，请补填", id="no name"),
    pytest.param({"target": " "}, "target",
                 "第1行“建设数量”未填写年度指标值，请补填", id="no target"),
    pytest.param({"actual": "—"}, "actual", "第1行“建设数量”未填写实际完成值，请补填", id="dash"),
    pytest.param({"actual": "***"}, "actual",
                 "第1行“建设数量”实际完成值“***”为占位符，请填写实际内容", id="stars"),
    pytest.param({"target": "_null_"}, "target",
                 "第1行“建设数量”年度指标值“_null_”为占位符，请填写实际内容", id="null"),
    pytest.param({"target": "待定"}, "target",
                 "第1行“建设数量”年度指标值“待定”为占位符，请填写实际内容", id="to be settled"),
    pytest.param({"name": "XXX"}, "name",
                 "第1行“XXX”指标名称“XXX”为占位符，请填写实际内容", id="capitals"),
    pytest.param({"actual": "0"}, None, None, id="0 is a value"),
    pytest.param({"actual": "无"}, None, None, id="so is 无"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "cell", "message"), CELLS)
def test_c9_a_cell_is_blank_or_a_placeholder(cells, cell, message):
    expected = [("error", f"/indicators/0/{cell}", message)] if cell else []
    assert told(with_row(0, **cells), "C9") == expected


def test_c9_the_edition_says_which_cells():
    blank = with_row(0, target="", actual="", level1="投入与管理")
    assert told(blank, "C9", SHANGHAI_2019)[:1] == [
        ("error", "/indicators", "缺少“产出目标”，请至少设置一项")
    ]
    assert not any(
        path.startswith("/indicators/0") for _, path, _ in told(blank, "C9", SHANGHAI_2019)
    )


@pytest.mark.parametrize(
    ("target", "last_year", "late"),
    [
        ("2025年6月底前", 2024, True),
        ("2024年12月31日前", 2024, False),
        ("2025年6月底前", 2025, False),
        ("2025年6月底前", None, False),
        ("≥10个", 2024, False),
    ],
)
def test_c9_a_deadline_after_the_end_of_the_project(target, last_year, late):
    given = replace(with_row(0, target=target), last_year=last_year)
    message = f"第1行“建设数量”时限“{target}”晚于项目结束年度{last_year}年"
    assert told(given, "C9") == ([("error", "/indicators/0/target", message)] if late else [])


@pytest.mark.parametrize(
    ("achieved", "due"), [(None, False), ("", True), (" — ", True), ("已按计划完成", False)]
)
def test_c9_the_narrative_where_the_form_asks_for_it(achieved, due):
    message = "未填写“实际完成情况”，请对照预期目标填写"
    assert told(form(achieved=achieved), "C9") == ([("error", "/achieved", message)] if due else [])


# ---------------------------------------------------------------- C10 one row carries it all


@pytest.mark.parametrize(
    ("weights", "share"),
    [
        pytest.param(["54", "36"], "60.00", id="exactly 60 %"),
        pytest.param(["53.9", "36.1"], None, id="just below"),
        pytest.param(["90", ""], "100.00", id="the other row weighs nothing"),
        pytest.param(["90"], None, id="a single row"),
        pytest.param(["", ""], None, id="no weights"),
        pytest.param(["60", "-60"], None, id="weights that cancel out"),
    ],
)
def test_c10_one_row_carries_almost_all_points(weights, share):
    rows = tuple(row(name=f"第{i}项", full=full) for i, full in enumerate(weights))
    message = f"第1行“第0项”分值占{share}%，过于集中，请核对分值"
    expected = [("warning", "/indicators/0/full", message)] if share else []
    assert told(form(indicators=rows), "C10") == expected
