from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.actuals import Actual, ActualKind, Comparator, Tier
from app.domain.targets import Target, TargetKind

YEAR = 2024


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator", "approximate"),
    [
        pytest.param("100.00(%)", "100.00", "%", None, False, id="as the system prints"),
        pytest.param("100%", "100", "%", None, False, id="percent"),
        pytest.param("100", "100", "", None, False, id="bare"),
        pytest.param("3.64万人", "3.64", "万人", None, False, id="multiple"),
        pytest.param("-5.3%", "-5.3", "%", None, False, id="negative"),
        pytest.param("１，２００（家）", "1200", "家", None, False, id="full width"),
        pytest.param("0", "0", "", None, False, id="zero"),
        pytest.param("200余人", "200", "人", None, True, id="and some"),
        pytest.param("200多人", "200", "人", None, True, id="and more"),
        pytest.param("20余万元", "20", "万元", None, True, id="and some ten thousand"),
        pytest.param("约200人", "200", "人", None, True, id="about"),
        pytest.param("近200人", "200", "人", None, True, id="nearly"),
        pytest.param("200人左右", "200", "人", None, True, id="or so"),
        pytest.param("≥266米", "266", "米", "≥", False, id="comparator repeated"),
        pytest.param("超过200人", "200", "人", ">", False, id="more than"),
        pytest.param("达到95%", "95", "%", None, False, id="reached is no comparator"),
        pytest.param("已达95%以上", "95", "%", "≥", False, id="reached and above"),
        pytest.param("已完成12个项目", "12", "个项目", None, False, id="told as done"),
        pytest.param("共计1200家", "1200", "家", None, False, id="in all"),
    ],
)
def test_quantity(text, value, unit, comparator, approximate):
    actual = Actual.parse(text, YEAR)
    assert actual.kind is ActualKind.QUANTITY
    assert (actual.value, actual.unit.text) == (Decimal(value), unit)
    assert (actual.comparator, actual.approximate) == (comparator, approximate)
    assert (actual.tier, actual.days, actual.upper) == (None, None, None)
    assert actual.text == text


@pytest.mark.parametrize(
    ("text", "tier", "inferred"),
    [
        ("达成", Tier.MET, False),
        ("达成指标", Tier.MET, False),
        ("达成预期指标", Tier.MET, False),
        ("达成年度指标", Tier.MET, False),
        ("已达成年度指标值", Tier.MET, False),
        ("达成年度指标，各项工作顺利", Tier.MET, False),
        ("部分达成", Tier.PARTIAL, False),
        ("部分达成年度指标并具有一定效果", Tier.PARTIAL, False),
        ("未达成", Tier.UNMET, False),
        ("未达成年度指标且效果较差", Tier.UNMET, False),
        ("完成", Tier.MET, True),
        ("已按时完成", Tier.MET, True),
        ("达到预期目标", Tier.MET, True),
        ("基本达到", Tier.PARTIAL, True),
        ("基本达到预期效果", Tier.PARTIAL, True),
        ("基本达成", Tier.PARTIAL, True),
        ("大部分完成", Tier.PARTIAL, True),
        ("未完成", Tier.UNMET, True),
        ("尚未开展", Tier.UNMET, True),
        ("没有达到预期目标", Tier.UNMET, True),
    ],
)
def test_tier(text, tier, inferred):
    actual = Actual.parse(text, YEAR)
    assert actual.kind is ActualKind.TIER
    assert (actual.tier, actual.inferred_tier) == (tier, inferred)
    assert actual.value is None


@pytest.mark.parametrize(
    "text",
    [
        "经济",
        "不高于往年水平",
        "及时",
        "优",
        "中",
        "是",
        "否",
        "无",
        "达成率95%",
        "部分达成率",
        "未达成率低",
        "达成，但效果一般",
        "完成情况不佳",
        "基本稳定",
        "5G网络覆盖",
        "满意度95%",
        "叙述" * 2000,
    ],
)
def test_words_are_not_turned_into_a_result(text):
    assert Actual.parse(text, YEAR) == Actual(text, ActualKind.WORDS)


@pytest.mark.parametrize(
    ("text", "first", "last", "comparator"),
    [
        ("2024年9月28日", date(2024, 9, 28), date(2024, 9, 28), None),
        ("9月28日完成", date(2024, 9, 28), date(2024, 9, 28), None),
        ("已于2024年9月完成", date(2024, 9, 1), date(2024, 9, 30), None),
        ("12月底前完成", date(2024, 12, 21), date(2024, 12, 31), Comparator.AT_MOST),
    ],
)
def test_date(text, first, last, comparator):
    actual = Actual.parse(text, YEAR)
    assert actual.kind is ActualKind.DATE
    assert actual.days is not None
    assert (actual.days.first, actual.days.last) == (first, last)
    assert actual.comparator == comparator


def test_a_date_without_a_year_stays_a_date():
    assert Actual.parse("9月28日") == Actual("9月28日", ActualKind.DATE)


def test_a_range_is_told_apart_from_a_figure():
    actual = Actual.parse("18-54周岁", YEAR)
    assert actual.kind is ActualKind.RANGE
    assert (actual.value, actual.upper) == (18, 54)


@pytest.mark.parametrize("text", [None, "", " ", "-", "—"])
def test_empty(text):
    assert Actual.parse(text) == Actual(text or "", ActualKind.EMPTY)


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "1e999", "1" * 40, "/", "***", "1,2", "2月30日", "NULL", "≥"]
)
def test_unreadable(text):
    assert Actual.parse(text, YEAR) == Actual(text, ActualKind.UNREADABLE)


def test_base_is_in_the_base_unit_of_the_kind():
    assert Actual.parse("3.64万人").base == 36_400
    assert Actual.parse("达成指标").base is None


@given(st.none() | st.text(), st.none() | st.integers())
def test_any_text_has_a_kind(text, year):
    actual = Actual.parse(text, year)
    assert actual.text == (text or "")
    assert (actual.tier is not None) is (actual.kind is ActualKind.TIER)
    assert (actual.value is not None) is (actual.kind in {ActualKind.QUANTITY, ActualKind.RANGE})


@given(st.text(alphabet="0123456789.,%≥≤余多约近左右人万元达成到未部分基本完年月日前", max_size=14))
def test_any_text_of_form_words_has_a_kind(text):
    value = Actual.parse(text, YEAR).value
    assert value is None or value.is_finite()


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from("%个家次米"))
def test_a_bare_figure_is_the_same_as_target_and_as_actual(value, unit):
    text = f"{value}({unit})"
    target, actual = Target.parse(text), Actual.parse(text)
    assert target.kind is TargetKind.QUANTITY
    assert (actual.value, actual.unit) == (target.value, target.unit)
