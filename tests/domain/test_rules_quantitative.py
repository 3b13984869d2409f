from decimal import Decimal

import pytest
from tests.domain.factories import NATIONAL, ask, line, row

from app.domain.directions import Direction
from app.domain.lines import score_line


def points_of(scored) -> tuple[str, bool | None]:
    return format(scored.points, "f"), scored.met


AT_LEAST = [
    pytest.param("≥10", "10", "10", ("10.00", True), id="exactly the target"),
    pytest.param("≥10", "9.99", "10", ("9.99", False), id="just below"),
    pytest.param(">10", "10", "10", ("10.00", True), id="> counts equality as met"),
    pytest.param("≥10", "25", "10", ("10.00", True), id="overshoot earns no extra"),
    pytest.param("≥3", "1", "10", ("3.33", False), id="one third"),
    pytest.param("≥3", "2", "10", ("6.67", False), id="two thirds"),
    pytest.param("≥8", "1", "1", ("0.13", False), id="tie 0.125 goes up"),
    pytest.param("≥100", "66.45", "10", ("6.65", False), id="tie 6.645 goes up"),
    pytest.param(
        "≥30", "1", "12.15", ("0.41", False), id="tie 0.405 survives a repeating quotient"
    ),
    pytest.param("≥10", "0", "10", ("0.00", False), id="nothing done"),
    pytest.param("≥10", "-5", "10", ("0.00", False), id="negative actual counts as 0"),
    pytest.param("≥0", "0", "10", ("10.00", True), id="zero target, zero done"),
    pytest.param("≥0", "-5", "10", ("10.00", True), id="zero target, negative actual counts as 0"),
    pytest.param("≥0%", "39.20%", "10", ("10.00", True), id="zero target, exceeded"),
    pytest.param("≥-5%", "-3%", "10", ("10.00", True), id="negative target, met"),
    pytest.param("≥-5%", "-5%", "10", ("10.00", True), id="negative target, exactly"),
    pytest.param("≥-5%", "-6%", "10", ("0.00", False), id="negative target, missed"),
    pytest.param("≥95%", "100", "10", ("10.00", True), id="unit left out of the actual"),
    pytest.param("≥95", "100%", "10", ("10.00", True), id="unit left out of the target"),
    pytest.param("≥1.2万亩", "6000亩", "10", ("5.00", False), id="万 in the target"),
    pytest.param("≥12000亩", "1.2万亩", "10", ("10.00", True), id="万 in the actual"),
    pytest.param("≥2亿元", "15000万元", "10", ("7.50", False), id="亿 against 万"),
    pytest.param("≥1万人", "9999人", "10", ("10.00", False), id="rounds up to full, yet is missed"),
    pytest.param("≥95%", "960‰", "10", ("10.00", True), id="‰ against %"),
    pytest.param("≥50‰", "4%", "10", ("8.00", False), id="% against ‰"),
    pytest.param("≥3小时", "90分钟", "10", ("5.00", False), id="minutes against hours"),
    pytest.param("≥200人", "200余人", "10", ("10.00", True), id="approximate actual"),
    pytest.param("≥266米", "≥266米", "10", ("10.00", True), id="actual repeats the comparator"),
    pytest.param("≥10", "20", "0", ("0.00", True), id="a row that weighs nothing"),
]


@pytest.mark.parametrize(("target", "actual", "full", "expected"), AT_LEAST)
def test_at_least(target, actual, full, expected):
    scored = line(target=target, actual=actual, full=full).scored
    assert points_of(scored) == expected
    assert (scored.rule, scored.direction) == ("at_least", Direction.AT_LEAST)


EQUAL = [
    pytest.param("=31", "31", ("10.00", True), id="exactly"),
    pytest.param("=31", "40", ("10.00", True), id="overshoot is full"),
    pytest.param("=31", "15.5", ("5.00", False), id="half"),
    pytest.param("=100%", "99.995%", ("10.00", False), id="rounds up to full, yet is missed"),
    pytest.param("=0次", "0次", ("10.00", True), id="zero target, none"),
    pytest.param("=0次", "1次", ("0.00", False), id="zero target, one"),
    pytest.param("=0次", "-1次", ("10.00", True), id="zero target, negative counts as 0"),
    pytest.param("=5", "-5", ("0.00", False), id="negative actual"),
    pytest.param("=-5%", "-5%", ("10.00", True), id="negative target, exactly"),
    pytest.param("=-5%", "-6%", ("0.00", False), id="negative target, missed"),
]


@pytest.mark.parametrize(("target", "actual", "expected"), EQUAL)
def test_equal(target, actual, expected):
    scored = line(target=target, actual=actual).scored
    assert points_of(scored) == expected
    assert (scored.rule, scored.direction) == ("equal", Direction.EQUAL)


CEILING = [  # target, actual, linear to zero at 2A, ratio, strict
    pytest.param("≤10", "8", "10.00", "10.00", "10.00", True, id="below"),
    pytest.param("≤10", "10", "10.00", "10.00", "10.00", True, id="exactly A"),
    pytest.param("<10", "10", "10.00", "10.00", "10.00", True, id="< counts equality as met"),
    pytest.param("≤10", "10.01", "9.99", "9.99", "0.00", False, id="just over A"),
    pytest.param("≤10", "15", "5.00", "6.67", "0.00", False, id="1.5 A"),
    pytest.param("≤10", "19.99", "0.01", "5.00", "0.00", False, id="just below 2A"),
    pytest.param("≤10", "20", "0.00", "5.00", "0.00", False, id="exactly 2A"),
    pytest.param("≤10", "40", "0.00", "2.50", "0.00", False, id="beyond 2A"),
    pytest.param("≤80", "80.04", "10.00", "10.00", "0.00", False, id="tie 9.995 goes up"),
    pytest.param("≤0次", "0次", "10.00", "10.00", "10.00", True, id="zero target, none"),
    pytest.param("≤0次", "1次", "0.00", "0.00", "0.00", False, id="zero target, one"),
    pytest.param("≤0次", "-1次", "10.00", "10.00", "10.00", True, id="zero target, negative"),
    pytest.param("≤10", "-3", "10.00", "10.00", "10.00", True, id="negative actual"),
    pytest.param("≤-5%", "-6%", "10.00", "10.00", "10.00", True, id="negative target, met"),
    pytest.param("≤-5%", "-4%", "0.00", "0.00", "0.00", False, id="negative target, missed"),
    pytest.param("≤1万元", "15000元", "5.00", "6.67", "0.00", False, id="元 against 万元"),
    pytest.param("≤2小时", "90分钟", "10.00", "10.00", "10.00", True, id="minutes against hours"),
]


@pytest.mark.parametrize(("target", "actual", "linear", "ratio", "strict", "met"), CEILING)
def test_at_most(target, actual, linear, ratio, strict, met):
    assert points_of(ask("at_most_linear", target, actual, zero_at="2")) == (linear, met)
    assert points_of(ask("at_most_ratio", target, actual)) == (ratio, met)
    assert points_of(ask("at_most_strict", target, actual)) == (strict, met)


@pytest.mark.parametrize(
    ("zero_at", "actual", "points"),
    [("3", "20", "5.00"), ("1.5", "12", "6.00"), ("1", "10.01", "0.00"), ("1", "10", "10.00")],
)
def test_where_the_line_falls_to_zero_is_a_figure_of_the_edition(zero_at, actual, points):
    assert points_of(ask("at_most_linear", "≤10", actual, zero_at=zero_at))[0] == points


WITHIN = [
    pytest.param("80%-90%", "80%", ("10.00", True), id="lower end"),
    pytest.param("80%-90%", "90%", ("10.00", True), id="upper end"),
    pytest.param("80%-90%", "85", ("10.00", True), id="inside, bare"),
    pytest.param("80%-90%", "40%", ("5.00", False), id="half the lower end"),
    pytest.param("80%-90%", "79.99%", ("10.00", False), id="just below rounds to full, yet missed"),
    pytest.param("80%-90%", "-1%", ("0.00", False), id="negative"),
    pytest.param("80%-90%", "99%", ("9.00", False), id="a tenth above"),
    pytest.param("80%-90%", "180%", ("0.00", False), id="twice the upper end"),
    pytest.param("±5%", "-3%", ("10.00", True), id="either side, inside"),
    pytest.param("±5%", "-6%", ("0.00", False), id="either side, below"),
    pytest.param("±5%", "7.5%", ("5.00", False), id="either side, above"),
    pytest.param("0-5次", "-1次", ("10.00", True), id="from zero, negative counts as 0"),
    pytest.param("1-2万元", "15000元", ("10.00", True), id="in the smaller unit, inside"),
    pytest.param("1-2万元", "30000元", ("5.00", False), id="in the smaller unit, above"),
]


@pytest.mark.parametrize(("target", "actual", "expected"), WITHIN)
def test_within(target, actual, expected):
    scored = line(target=target, actual=actual).scored
    assert points_of(scored) == expected
    assert (scored.rule, scored.direction) == ("within", Direction.WITHIN)


UNDETERMINED = [
    pytest.param("at_least", "≥10", "", "实际完成值未填写，记0分", id="missing"),
    pytest.param("at_least", "≥10", "—", "实际完成值未填写，记0分", id="dash"),
    pytest.param("at_least", "≥10", "完成", "实际完成值“完成”不是数值", id="words"),
    pytest.param("at_least", "≥10", "NaN", "实际完成值“NaN”不是数值", id="not a number"),
    pytest.param("at_least", "≥10", "1e999", "实际完成值“1e999”不是数值", id="overflow"),
    pytest.param("at_least", "≥10", "8-9", "实际完成值“8-9”不是数值", id="a range"),
    pytest.param("at_least", "≥10万元", "10个", "“万元”与实际值单位“个”不能换算", id="units"),
    pytest.param("equal", "=10米", "10秒", "“米”与实际值单位“秒”不能换算", id="equal, units"),
    pytest.param(
        "at_least", "有效提升", "10", "年度指标值“有效提升”不是数值", id="target in words"
    ),
    pytest.param("equal", "", "10", "年度指标值“”不是数值", id="no target"),
    pytest.param("at_most_ratio", "≤10", "", "实际完成值未填写", id="ratio, missing"),
    pytest.param("at_most_strict", "≤10", "", "实际完成值未填写", id="strict, missing"),
]


@pytest.mark.parametrize(("rule", "target", "actual", "because"), UNDETERMINED)
def test_cells_that_do_not_suffice_earn_nothing_and_say_why(rule, target, actual, because):
    scored = ask(rule, target, actual)
    assert because in scored.because
    assert (scored.points, scored.met, scored.determined) == (Decimal(0), None, False)


@pytest.mark.parametrize("rule", ["at_most_linear", "within"])
def test_rules_that_fall_to_zero_need_both_cells_too(rule):
    assert not ask(rule, "80-90", "", zero_at="2").determined


def test_within_needs_a_range():
    scored = ask("within", "≥50", "60", zero_at="2")
    assert scored.because == "年度指标值“≥50”不是区间，不能按区间计分"
    assert not scored.determined


BECAUSE = [
    ("≥10", "12", "实际值12 ≥ 指标值10，记满分10.00"),
    ("≥3", "1", "1÷3×10.00 = 3.33"),
    ("≥10", "-5", "-5（负值按0计）÷10×10.00 = 0.00"),
    ("≥-5", "-6", "实际值-6未达到指标值-5，记0分"),
    ("=10", "10", "实际值10 = 指标值10，记满分10.00"),
    ("=10", "12", "实际值12 ≥ 指标值10，记满分10.00"),
    ("=0", "2", "指标值为0，实际值2大于0，记0分"),
    ("≤10", "15", "(1−(15−10)÷10)×10.00 = 5.00"),
    ("≤10", "20", "实际值20超过指标值10，记0分"),
    ("80-90", "85", "实际值85在指标值80-90之内，记满分"),
    ("80-90", "99", "(1−(99−90)÷90)×10.00 = 9.00"),
]


@pytest.mark.parametrize(("target", "actual", "because"), BECAUSE)
def test_points_explain_themselves(target, actual, because):
    assert line(target=target, actual=actual).scored.because == because


def test_the_ratio_explains_itself():
    assert ask("at_most_ratio", "≤10", "15").because == "10÷15×10.00 = 6.67"


@pytest.mark.parametrize("full", ["", "—", "十分", "-1"])
def test_without_a_weight_nothing_is_scored(full):
    scored = score_line(row(full=full), 2024, NATIONAL).scored
    assert scored.because == "分值未填写或不是数字，未计分"
    assert not scored.determined


def test_points_never_exceed_a_weight_with_many_decimals():
    assert line(full="8.005").scored.points == Decimal("8.005")
