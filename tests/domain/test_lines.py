from dataclasses import replace
from decimal import Decimal

import pytest
from tests.domain.factories import (
    EVALUATION,
    NATIONAL,
    SHANGHAI_2019,
    SHANGHAI_2024,
    SHANGHAI_EVALUATION,
    line,
)

from app.domain.directions import Direction
from app.domain.findings import Severity
from app.domain.lines import overfulfilled, read_points
from app.domain.scored import Kind
from app.domain.standards import CheckRule, NamedRule

BY_TARGET = [  # target, rule, direction
    pytest.param("≥95%", "at_least", Direction.AT_LEAST, id="at least"),
    pytest.param(">95%", "at_least", Direction.AT_LEAST, id="more than"),
    pytest.param("不低于95%", "at_least", Direction.AT_LEAST, id="in words"),
    pytest.param("=100%", "equal", Direction.EQUAL, id="equal"),
    pytest.param("≤5%", "at_most_linear", Direction.AT_MOST, id="at most"),
    pytest.param("<2次", "at_most_linear", Direction.AT_MOST, id="less than"),
    pytest.param("80%-90%", "within", Direction.WITHIN, id="range"),
    pytest.param("9月30日前", "by_date", Direction.BY_DATE, id="date"),
    pytest.param("有效提升", "three_tiers", Direction.NONE, id="words"),
    pytest.param("", "judged", Direction.NONE, id="empty"),
    pytest.param("—", "judged", Direction.NONE, id="dash"),
    pytest.param("≥NaN", "", Direction.NONE, id="unreadable"),
]


@pytest.mark.parametrize(("target", "rule", "direction"), BY_TARGET)
def test_the_target_chooses_the_rule(target, rule, direction):
    scored = line(target=target).scored
    assert (scored.rule, scored.direction, scored.inferred) == (rule, direction, False)


def test_an_unreadable_target_says_so():
    scored = line(target="≥NaN").scored
    assert scored.because == "年度指标值“≥NaN”无法识别，未计分"
    assert (scored.kind, scored.determined) == (Kind.UNSCORED, False)


INFERRED = [  # name, default of the edition, direction, from what
    pytest.param("建设数量", "at_least", Direction.AT_LEAST, "默认方向", id="default"),
    pytest.param("单位成本", "at_least", Direction.AT_MOST, "“成本”", id="a cost is a ceiling"),
    pytest.param("系统故障次数", "at_least", Direction.AT_MOST, "“故障”", id="so is a fault"),
    pytest.param(
        "成本控制率", "at_least", Direction.AT_LEAST, "默认方向", id="a control rate is not"
    ),
    pytest.param("投诉处理率", "at_least", Direction.AT_LEAST, "默认方向", id="nor is handling"),
    pytest.param("建设数量", "equal", Direction.EQUAL, "默认方向", id="another default"),
    pytest.param("建设数量", "at_most", Direction.AT_MOST, "默认方向", id="and another"),
]


@pytest.mark.parametrize(("name", "default", "direction", "told"), INFERRED)
def test_a_bare_number_gets_its_direction_from_the_name_or_the_edition(
    name, default, direction, told
):
    standard = replace(NATIONAL, direction=replace(NATIONAL.direction, default=default))
    scored = line(standard, name=name, target="10个").scored
    assert (scored.direction, scored.inferred) == (direction, True)
    assert told in scored.inferred_from


def test_a_ceiling_by_its_name_is_scored_as_one():
    assert line(name="单位成本", target="10元", actual="15元").scored.points == 5


CHOSEN = [  # edition, cells, rule, direction
    pytest.param(
        NATIONAL, {"rule": "at_most_strict", "target": "10"}, "at_most_strict", Direction.AT_MOST,
        id="the row's own rule, which tells the direction",
    ),
    pytest.param(
        NATIONAL, {"rule": "judged", "target": "≤5%"}, "judged", Direction.AT_MOST,
        id="a judgement leaves the direction to the target",
    ),
    pytest.param(
        SHANGHAI_EVALUATION, {"name": "预算执行率", "target": ""}, "threshold_proportional",
        Direction.NONE, id="by the name",
    ),
    pytest.param(
        SHANGHAI_EVALUATION, {"name": "预算执行率", "target": "", "rule": "judged"}, "judged",
        Direction.NONE, id="the row before the name",
    ),
    pytest.param(
        SHANGHAI_EVALUATION, {"name": "档案管理", "target": "≥90%"}, "judged", Direction.AT_LEAST,
        id="every row judged",
    ),
    pytest.param(
        EVALUATION, {"name": "资金到位率", "target": ""}, "share", Direction.NONE, id="a share",
    ),
    pytest.param(
        SHANGHAI_2019, {"target": "≥90%"}, "judged", Direction.AT_LEAST, id="2019 is judged",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("standard", "cells", "rule", "direction"), CHOSEN)
def test_the_row_then_the_name_then_the_target_choose_the_rule(standard, cells, rule, direction):
    scored = line(standard, **cells).scored
    assert (scored.rule, scored.direction, scored.inferred_from) == (rule, direction, "")


@pytest.mark.parametrize(
    ("level1", "name", "covered"),
    [
        ("满意度指标", "群众满意度", True),
        ("满意度", "群众满意度", False),
        ("满意度指标", "覆盖面", False),
    ],
)
def test_a_named_rule_may_ask_for_a_level_too(level1, name, covered):
    choice = NATIONAL.rules["at_least"]
    named = NamedRule(words=("满意度",), level1=("满意度指标",), choice=choice)
    assert named.covers(level1, name) is covered
    assert NamedRule(words=(), level1=(), choice=choice).covers(level1, name)


@pytest.mark.parametrize(
    ("cells", "because"),
    [
        ({"rule": "best"}, "没有名为“best”的评分规则"),
        ({"rule": "share"}, "规则缺少参数“base”"),
        ({"rule": "share", "parameters": {"base": "0"}}, "“base”应大于0"),
        ({"rule": "three_tiers", "parameters": {"tiers": "x"}}, "“tiers”应为若干行"),
    ],
)
def test_a_faulty_rule_of_a_row_is_no_crash(cells, because):
    scored = line(**cells).scored
    assert because in scored.because
    assert (scored.rule, scored.kind, scored.determined) == ("", Kind.UNSCORED, False)


STRICT = replace(NATIONAL, checks={**NATIONAL.checks, "B2": CheckRule(Severity.ERROR, {})})
REASONS = [  # edition, cells, required
    pytest.param(NATIONAL, {}, False, id="met, full points"),
    pytest.param(NATIONAL, {"actual": "9个"}, True, id="points lost"),
    pytest.param(NATIONAL, {"target": "≥1000", "actual": "999.9"}, True, id="missed, yet 10.00"),
    pytest.param(NATIONAL, {"actual": ""}, False, id="not filled in yet"),
    pytest.param(NATIONAL, {"target": "有效", "actual": "达成指标"}, False, id="tier met"),
    pytest.param(
        NATIONAL, {"target": "有效", "actual": "达成指标", "points": "9"}, True,
        id="tier met, points held back",
    ),
    pytest.param(NATIONAL, {"target": "有效", "actual": "部分达成"}, True, id="tier partial"),
    pytest.param(NATIONAL, {"actual": "9个", "full": "0"}, True, id="missed, though it weighs 0"),
    pytest.param(NATIONAL, {"actual": "13个"}, False, id="far beyond is a warning only"),
    pytest.param(STRICT, {"actual": "13个"}, True, id="far beyond, where the edition insists"),
    pytest.param(STRICT, {"actual": "12个"}, False, id="beyond, but not far"),
    pytest.param(SHANGHAI_2019, {"points": "1"}, False, id="2019 has no such column"),
]  # fmt: skip


@pytest.mark.parametrize(("standard", "cells", "required"), REASONS)
def test_when_a_reason_is_due(standard, cells, required):
    assert line(standard, **cells).reason_required is required


BEYOND = [  # target, actual, how far
    pytest.param("≥100", "119.99", "", id="below 1.2"),
    pytest.param("≥100", "120", "warn", id="exactly 1.2"),
    pytest.param("≥100", "129.99", "warn", id="below 1.3"),
    pytest.param("≥100", "130", "reason", id="exactly 1.3"),
    pytest.param(">50", "510", "reason", id="1020 %"),
    pytest.param("=100", "125", "warn", id="= counts too"),
    pytest.param("≥0", "29.99", "", id="zero target, below 30"),
    pytest.param("≥0%", "30%", "reason", id="zero target, from 30"),
    pytest.param("=0", "-40", "", id="= 0 cannot be exceeded"),
    pytest.param("=0", "40", "", id="= 0 missed"),
    pytest.param("≤100", "20", "", id="a ceiling is not exceeded"),
    pytest.param("≥100", "90", "", id="missed"),
    pytest.param("≥-5", "40", "reason", id="negative target has no ratio"),
    pytest.param("80-90", "90", "", id="a range"),
    pytest.param("有效", "达成指标", "", id="words"),
    pytest.param("≥100", "", "", id="missing"),
]


@pytest.mark.parametrize(("target", "actual", "how"), BEYOND)
def test_how_far_beyond_the_target(target, actual, how):
    given = line(target=target, actual=actual)
    assert overfulfilled(given.achievement, given.actual, given.scored, NATIONAL) == how


ACHIEVED = [
    ("≥90%", "100%", "111.11"),
    ("≥3.6万人", "3.64万人", "101.11"),
    ("≤10", "5", "50.00"),
    ("≥2万元", "25000元", "125.00"),
    ("≥10", "-5", "0.00"),
    ("80-90", "85", "106.25"),
    ("≥0", "5", None),
    ("≥-5", "5", None),
    ("有效", "达成指标", None),
    ("≥10米", "10秒", None),
    ("≥10", "", None),
]


@pytest.mark.parametrize(("target", "actual", "achieved"), ACHIEVED)
def test_achievement_in_percent(target, actual, achieved):
    given = line(target=target, actual=actual).achievement
    assert (None if given is None else format(given, ".2f")) == achieved


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("8.00", "8.00"),
        ("8分", "8"),
        (" ８ 分 ", "8"),
        ("-1", "-1"),
        ("", None),
        ("—", None),
        ("八", None),
        ("NaN", None),
        ("1e999", None),
        ("9" * 40, None),
    ],
)
def test_reading_points(text, points):
    assert read_points(text) == (None if points is None else Decimal(points))


def test_a_line_keeps_what_it_was_read_from():
    given = line(SHANGHAI_2024, target="≥95.00(%)", actual="99.00(%)", full="12.00", points="12")
    assert (given.target.value, given.actual.value, given.full, given.judged) == (95, 99, 12, 12)
    assert given.row.target == "≥95.00(%)"
