import pytest
from tests.domain.factories import ask, line

from app.domain.directions import Direction
from app.domain.scored import Kind

DUE = "9月30日前"

DATED = [
    pytest.param(DUE, "2024年9月1日", ("10.00", True), id="early"),
    pytest.param(DUE, "9月30日", ("10.00", True), id="on the day"),
    pytest.param(DUE, "10月1日", ("0.00", False), id="a day late"),
    pytest.param(DUE, "2024-10-01", ("0.00", False), id="late, in figures"),
    pytest.param(DUE, "2023年10月1日", ("10.00", True), id="the year before"),
    pytest.param(DUE, "9月", ("10.00", True), id="some day of the month that ends in time"),
    pytest.param("9月15日前", "10月", ("0.00", False), id="some day of a later month"),
    pytest.param("2024年12月底", "2024年12月31日", ("10.00", True), id="end of the month"),
    pytest.param("2024年12月底", "2025年1月2日", ("0.00", False), id="the year after"),
    pytest.param("第三季度", "9月30日", ("10.00", True), id="by the end of the quarter"),
    pytest.param(DUE, "按期完成", ("10.00", True), id="told by words"),
    pytest.param(DUE, "未按期完成", ("0.00", False), id="told late by words"),
]


@pytest.mark.parametrize(("target", "actual", "expected"), DATED)
def test_by_date(target, actual, expected):
    scored = line(target=target, actual=actual).scored
    assert (format(scored.points, "f"), scored.met) == expected
    assert (scored.kind, scored.direction) == (Kind.DATE, Direction.BY_DATE)


@pytest.mark.parametrize(("share", "points"), [("0", "0.00"), ("50", "5.00"), ("33.335", "3.33")])
@pytest.mark.parametrize("actual", ["10月1日", "未按期完成"])
def test_late_earns_the_share_that_the_edition_gives(share, points, actual):
    scored = ask("by_date", DUE, actual, late_share=share)
    assert (format(scored.points, "f"), scored.met) == (points, False)


UNDETERMINED = [
    pytest.param(DUE, "", "实际完成值未填写，记0分", id="missing"),
    pytest.param(
        "9月15日前", "9月", "“9月”不能确定是否早于2024-09-15", id="a month that holds the day"
    ),
    pytest.param(DUE, "部分完成", "“部分完成”不能确定是否按期", id="partly"),
    pytest.param(DUE, "98%", "“9月30日前”与“98%”缺少可比较的日期", id="a figure"),
    pytest.param(DUE, "尚在办理", "与“尚在办理”缺少可比较的日期", id="words"),
    pytest.param(DUE, "2月30日", "与“2月30日”缺少可比较的日期", id="no such day"),
    pytest.param(
        "有效", "9月30日", "“有效”与“9月30日”缺少可比较的日期", id="target without a date"
    ),
]


@pytest.mark.parametrize(("target", "actual", "because"), UNDETERMINED)
def test_what_cannot_be_compared_is_left_open(target, actual, because):
    scored = ask("by_date", target, actual, late_share="0")
    assert because in scored.because
    assert (scored.determined, scored.met) == (False, None)


def test_without_a_year_a_deadline_is_left_open():
    assert not line(target=DUE, actual="9月1日", year=None).scored.determined


BECAUSE = [
    ("9月1日", "完成于2024-09-01，不晚于2024-09-30，记满分"),
    ("10月8日", "完成于2024-10-08，晚于2024-09-30，按50%记5.00分"),
    ("按期完成", "“按期完成”：按期完成，记满分"),
    ("未按期完成", "“未按期完成”：未按期完成，按50%记5.00分"),
]


@pytest.mark.parametrize(("actual", "because"), BECAUSE)
def test_points_explain_themselves(actual, because):
    assert ask("by_date", DUE, actual, late_share="50").because == because
