from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.unit_names import KINDS
from app.domain.units import NONE, IncompatibleUnits, Unit, compatible, convert


@pytest.mark.parametrize(
    ("text", "kind", "factor"),
    [
        pytest.param("%", "percent", "1", id="percent"),
        pytest.param("（％）", "percent", "1", id="in brackets, full width"),
        pytest.param("‰", "percent", "0.1", id="per mille"),
        pytest.param("百分点", "percentage_point", "1", id="a point is no percent"),
        pytest.param("元", "money", "1", id="yuan"),
        pytest.param("万元", "money", "10000", id="ten thousand yuan"),
        pytest.param("亿元", "money", "100000000", id="hundred million yuan"),
        pytest.param("万亩", "亩", "10000", id="ten thousand of anything"),
        pytest.param("百万人", "person", "1000000", id="million"),
        pytest.param("名", "person", "1", id="synonym"),
        pytest.param("人次", "人次", "1", id="visits are not persons"),
        pytest.param("个小时", "duration", "3600", id="measure word before a unit"),
        pytest.param("分\n钟", "duration", "60", id="wrapped"),
        pytest.param("工作日", "workday", "1", id="workdays are not days"),
        pytest.param("年", "months", "12", id="year"),
        pytest.param("KM", "length", "1000", id="capitals"),
        pytest.param("㎡", "area", "1", id="one sign"),
        pytest.param("万吨", "mass", "10000000000", id="multiple of a unit with a size"),
        pytest.param("个亿", "", "100000000", id="a multiple with a measure word"),
        pytest.param("个亿元", "money", "100000000", id="and a unit behind"),
        pytest.param("次/季", "次/months×3", "1", id="per quarter"),
        pytest.param("元/人*月", "money/months*person", "1", id="per two things"),
        pytest.param("元/月·人", "money/months*person", "1", id="in any order"),
        pytest.param("万元/(人·月)", "money/months*person", "10000", id="in brackets below"),
        pytest.param("元/万人", "money/person", "0.0001", id="multiple below"),
        pytest.param("人·天", "人天", "1", id="product"),
        pytest.param("每亩", "/亩", "1", id="only what it is counted per"),
        pytest.param("家医疗机构", "家", "1", id="noun behind a measure word"),
        pytest.param("万", "", "10000", id="multiple of nothing named"),
    ],
)
def test_known_units(text, kind, factor):
    unit = Unit.parse(text)
    assert (unit.kind, unit.factor) == (kind, Decimal(factor))
    assert Unit.find(text) == unit


@pytest.mark.parametrize(
    ("text", "kind", "factor"),
    [
        ("某物", "某物", "1"),
        ("百姓事", "百姓事", "1"),
        ("万某物", "某物", "10000"),
        ("元/某物", "money/某物", "1"),
        ("个项目均完成", "个项目均完成", "1"),
        ("长" * 200, "长" * 200, "1"),
    ],
)
def test_an_unknown_unit_is_a_kind_of_its_own(text, kind, factor):
    assert Unit.parse(text) == Unit(text, kind, Decimal(factor))
    assert Unit.find(text) is None


@pytest.mark.parametrize("text", [None, "", " ", "()"])
def test_no_unit(text):
    assert Unit.parse(text) == NONE


def test_signs_alone_are_no_unit():
    assert Unit.parse("/") == NONE
    assert Unit.find("/") is None


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("元", "万元", True),
        ("%", "‰", True),
        ("分钟", "小时", True),
        ("天", "工作日", False),
        ("天", "月", False),
        ("个", "家", False),
        ("人", "人次", False),
        ("元/亩", "万元/亩", True),
        ("元/亩", "元/户", False),
        ("每亩", "元/亩", True),
        ("元/亩", "每亩", True),
        ("每户", "元/亩", False),
        ("元/亩", "元", False),
        ("", "%", True),
        ("家", "", True),
        ("", "", True),
        ("某物", "某物", True),
        ("某物", "他物", False),
        ("万", "人", True),
        ("万元", "万", True),
        ("万", "小时", False),
    ],
)
def test_compatible(first, second, together):
    assert compatible(Unit.parse(first), Unit.parse(second)) is together
    assert compatible(Unit.parse(second), Unit.parse(first)) is together


@pytest.mark.parametrize(
    ("value", "source", "to", "converted"),
    [
        pytest.param("1.2", "万元", "元", "12000", id="to the smaller"),
        pytest.param("12000", "元", "万元", "1.2", id="to the larger"),
        pytest.param("5", "‰", "%", "0.5", id="per mille"),
        pytest.param("90", "分钟", "小时", "1.5", id="durations"),
        pytest.param("2", "年", "月", "24", id="years"),
        pytest.param("100", "%", "", "100", id="as written against no unit"),
        pytest.param("100", "", "万元", "100", id="no unit means the unit of the other side"),
        pytest.param("300", "每亩", "万元/亩", "300", id="nothing named above the line"),
        pytest.param("1.2", "万", "人", "12000", id="a multiple counts"),
        pytest.param("12000", "人", "万", "1.2", id="against a multiple"),
        pytest.param("12000", "", "万", "1.2", id="a bare number against a multiple"),
        pytest.param("1.2", "万", "万元", "1.2", id="a multiple against the same multiple"),
        pytest.param("20", "分钟", "小时", "0.3333333333333333333333333333", id="endless"),
    ],
)
def test_convert(value, source, to, converted):
    assert convert(Decimal(value), Unit.parse(source), Unit.parse(to)) == Decimal(converted)


def test_convert_refuses_other_kinds():
    with pytest.raises(IncompatibleUnits):
        convert(Decimal(1), Unit.parse("天"), Unit.parse("元"))


def test_factors_are_positive_and_exact():
    assert all(factor > 0 for _, factor in KINDS.values())


POWERS_OF_TEN = st.sampled_from(["元", "千元", "万元", "百万元", "亿元"])
DURATIONS = st.sampled_from(["秒", "分钟", "小时", "天", "周"])
FIGURES = st.decimals(min_value=-(10**15), max_value=10**15, places=4)


@given(FIGURES, POWERS_OF_TEN, POWERS_OF_TEN)
def test_multiples_come_back_exactly(value, source, to):
    there = convert(value, Unit.parse(source), Unit.parse(to))
    assert convert(there, Unit.parse(to), Unit.parse(source)) == value


@given(FIGURES, DURATIONS, DURATIONS)
def test_durations_come_back_within_a_trillionth(value, source, to):
    there = convert(value, Unit.parse(source), Unit.parse(to))
    back = convert(there, Unit.parse(to), Unit.parse(source))
    assert abs(back - value) <= abs(value) * Decimal("1e-12")


@given(st.text(), st.text())
def test_any_texts_are_units_and_compatible_both_ways(first, second):
    one, other = Unit.parse(first), Unit.parse(second)
    assert compatible(one, other) is compatible(other, one)
    assert compatible(one, NONE)
    assert convert(Decimal(5), one, one) == 5
