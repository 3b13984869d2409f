from dataclasses import replace

import pytest
from tests.domain.factories import (
    EVALUATION,
    NATIONAL,
    SHANGHAI_2019,
    SHANGHAI_2024,
    findings,
    form,
    told,
    with_claims,
    with_fund,
    with_row,
)

from app.domain.forms import Claimed, FundRow

# ---------------------------------------------------------------- A1 execution rate

RATES = [  # printed, edition, whether it agrees with 95 %
    pytest.param("95.00", NATIONAL, True, id="as printed"),
    pytest.param("95", NATIONAL, True, id="without decimals"),
    pytest.param("95.00%", NATIONAL, True, id="with its sign"),
    pytest.param("95.0000", NATIONAL, True, id="more decimals, all 0"),
    pytest.param("95.01", NATIONAL, False, id="last digit up"),
    pytest.param("94.99", NATIONAL, False, id="last digit down"),
    pytest.param("95.001", NATIONAL, False, id="more decimals than the edition"),
    pytest.param("", NATIONAL, True, id="not printed"),
    pytest.param("—", NATIONAL, True, id="dash"),
    pytest.param("95.00", SHANGHAI_2019, True, id="2019"),
    pytest.param("96.00", SHANGHAI_2019, False, id="2019, a percent off"),
]


@pytest.mark.parametrize(("printed", "standard", "agrees"), RATES)
def test_a1_the_claimed_rate(printed, standard, agrees):
    message = f"执行率应为95.00%，表上为{printed}，请按执行数÷预算数核对"
    expected = [] if agrees else [("error", "/claimed/rate", message)]
    assert told(with_claims(rate=printed), "A1", standard) == expected


@pytest.mark.parametrize(
    ("standard", "agreeing", "tampered"),
    [(SHANGHAI_2024, "66.66", "66.67"), (NATIONAL, "66.67", "66.66")],
)
def test_a1_rounds_as_the_edition_does(standard, agreeing, tampered):
    for rate, count in ((agreeing, 0), (tampered, 1), ("66.6", standard is NATIONAL)):
        given = form(funds=(FundRow(source="total", adjusted="3", executed="2", rate=rate),))
        assert len(findings(given, "A1", standard)) == count, rate


@pytest.mark.parametrize("index", range(4))
def test_a1_every_fund_row(index):
    exact = "0.00" if index == 3 else "95.00"
    assert told(with_fund(index, rate=exact), "A1") == []
    (found,) = findings(with_fund(index, rate="90.00"), "A1")
    assert (found.path, found.expected, found.given) == (f"/funds/{index}/rate", exact, "90.00")


def test_a1_is_silent_where_there_is_no_rate():
    given = form(funds=(FundRow(source="total", rate="95.00"),), claimed=Claimed(rate="95.00"))
    assert told(given, "A1") == []


# ---------------------------------------------------------------- A2 execution points


@pytest.mark.parametrize(
    ("printed", "agrees"),
    [("9.50", True), ("9.5", True), ("9.50分", True), ("", True), ("10", True), ("9.51", False),
     ("9.4", False), ("9.500", True), ("9.501", False)],
)  # fmt: skip
def test_a2_execution_points(printed, agrees):
    message = f"预算执行得分应为9.50，表上为{printed}，请按执行率×分值核对"
    for given, path in (
        (with_claims(execution_points=printed), "/claimed/execution_points"),
        (with_fund(0, points=printed), "/funds/0/points"),
    ):
        assert told(given, "A2") == ([] if agrees else [("error", path, message)])


@pytest.mark.parametrize(
    ("given", "standard"),
    [
        pytest.param(with_fund(1, points="3"), NATIONAL, id="only the total row earns points"),
        pytest.param(with_claims(execution_points="8"), SHANGHAI_2019, id="2019 gives none"),
        pytest.param(with_fund(0, executed="", points="9"), NATIONAL, id="no rate"),
    ],
)
def test_a2_is_silent(given, standard):
    assert told(given, "A2", standard) == []


# ---------------------------------------------------------------- A3 indicator points

POINTS = [  # cells of row 1 (50 points, 99 of 100), expected points or None
    pytest.param({"points": "49.50"}, None, id="as reckoned"),
    pytest.param({"points": "49.5"}, None, id="fewer decimals"),
    pytest.param({"points": "50"}, None, id="printed whole: held to half its last digit"),
    pytest.param({"points": "50.0"}, "49.50", id="too much, though within W"),
    pytest.param({"points": "49.51"}, "49.50", id="last digit"),
    pytest.param({"points": ""}, None, id="not printed"),
    pytest.param({"points": "5", "actual": ""}, None, id="nothing to compare with"),
    pytest.param({"target": "有效", "actual": "达成", "points": "45"}, None, id="inside its tier"),
    pytest.param({"target": "有效", "actual": "达成", "points": "39"}, "0.00", id="outside its tier"),
    pytest.param(
        {"target": "有效", "actual": "达成", "points": "45.001"}, "45.00", id="finer than printed"
    ),
    pytest.param({"rule": "judged", "points": "51"}, "0.00", id="judged above W"),
    pytest.param({"rule": "judged", "points": "44"}, None, id="judged"),
    pytest.param({"target": "9月30日前", "actual": "10月1日", "points": "50"}, "0.00", id="late"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), POINTS)
def test_a3_indicator_points(cells, expected):
    found = told(with_row(0, **cells), "A3")
    message = f"第1行“建设数量”得分应为{expected}，表上为“{cells['points']}”，请核对"
    assert found == ([] if expected is None else [("error", "/indicators/0/points", message)])


DUE = [  # cells, whether points are due from a person
    pytest.param({"target": "有效", "actual": "部分达成"}, True, id="tier partial"),
    pytest.param({"target": "有效", "actual": "未达成"}, True, id="tier unmet"),
    pytest.param({"target": "有效", "actual": "达成"}, False, id="tier met is full"),
    pytest.param({"target": "有效", "actual": "部分达成", "points": "35"}, False, id="given"),
    pytest.param({"rule": "judged"}, True, id="judged row"),
    pytest.param({"target": ""}, True, id="no target, so a person judges"),
    pytest.param({"rule": "judged", "full": ""}, False, id="judged row without weight"),
    pytest.param({"rule": "deduction", "actual": ""}, True, id="deduction missing"),
    pytest.param({}, False, id="figures"),
]


@pytest.mark.parametrize(("cells", "due"), DUE)
def test_a3_points_due_from_a_person(cells, due):
    message = "第1行“建设数量”由人工评分，请填写得分"
    expected = [("error", "/indicators/0/points", message)] if due else []
    assert told(with_row(0, **cells), "A3") == expected


COUNTED = {"rule": "checklist", "parameters": {"each": "1"}}
UNSCORED = [
    pytest.param(NATIONAL, {"target": "9月30日前", "actual": "尚在办理"}, id="a date in words"),
    pytest.param(NATIONAL, {"target": "9月15日前", "actual": "9月"}, id="a date too vague"),
    pytest.param(NATIONAL, {"target": "≥10米", "actual": "10秒"}, id="units that do not convert"),
    pytest.param(NATIONAL, {"target": "有效", "actual": "9月30日"}, id="a date for words"),
    pytest.param(EVALUATION, {"name": "资金到位率", "actual": "90人"}, id="no rate"),
    pytest.param(EVALUATION, {**COUNTED, "actual": "全部"}, id="no count"),
    pytest.param(EVALUATION, {**COUNTED, "actual": "", "points": "50"}, id="only points, no count"),
]


@pytest.mark.parametrize(("standard", "cells"), UNSCORED)
def test_a3_no_line_stays_unscored_in_silence(standard, cells):
    name, actual = cells.get("name", "建设数量"), cells["actual"]
    message = f"第1行“{name}”未能计分，请核对实际完成值“{actual}”"
    expected = [("error", "/indicators/0/actual", message)]
    found = told(with_row(0, **cells), "A3", standard)
    assert [item for item in found if item[1].startswith("/indicators/0")] == expected


@pytest.mark.parametrize("actual", ["", "完成", "≥NaN"])
def test_a3_leaves_a_line_alone_that_another_error_names(actual):
    assert told(with_row(0, actual=actual), "A3") == []


# ---------------------------------------------------------------- A4 total

TOTALS = [
    pytest.param("99.00", None, id="as reckoned"),
    pytest.param("99", None, id="without decimals"),
    pytest.param("99.0分", None, id="with its word"),
    pytest.param("", None, id="not printed"),
    pytest.param("九十九", None, id="unreadable is X1"),
    pytest.param("99.01", "99.00", id="last digit"),
    pytest.param("98.99", "99.00", id="last digit down"),
    pytest.param("90.90", "99.00", id="digits exchanged"),
]


@pytest.mark.parametrize(("printed", "expected"), TOTALS)
def test_a4_total(printed, expected):
    message = f"总分应为{expected}，表上为{printed}"
    found = [("error", "/claimed/total", message)] if expected else []
    assert told(with_claims(total=printed), "A4") == found


OPEN = [  # a row that cannot be scored: Σ of what is printed
    pytest.param({"points": "45"}, {"total": "94.50"}, [], id="printed points add up"),
    pytest.param({"points": "45"}, {"total": "94.40"}, ["error"], id="printed points do not"),
    pytest.param({"points": ""}, {"total": "94.40"}, ["info"], id="points missing"),
]


@pytest.mark.parametrize(("cells", "claims", "severities"), OPEN)
def test_a4_where_a_line_cannot_be_scored(cells, claims, severities):
    rows = with_row(0, actual="若干", **cells)
    found = told(replace(rows, claimed=Claimed(**claims)), "A4")
    assert [severity for severity, _, _ in found] == severities


@pytest.mark.parametrize(
    ("execution", "total", "severities"),
    [("9.50", "99.00", []), ("9.00", "99.00", ["error"]), ("", "99.00", ["info"])],
)
def test_a4_where_execution_cannot_be_told(execution, total, severities):
    given = form(funds=(), claimed=Claimed(total=total, execution_points=execution))
    found = told(given, "A4")
    assert [severity for severity, _, _ in found] == severities
    if severities == ["info"]:
        assert found == [("info", "/claimed/total", "有行无法计分，总分99.00不能复核")]


# ---------------------------------------------------------------- A5 grade

GRADES = [  # claims, cells of row 1, the grade that is due
    pytest.param({"grade": "优"}, {}, None, id="right"),
    pytest.param({"grade": " 优 "}, {}, None, id="with blanks"),
    pytest.param({"grade": ""}, {}, None, id="not printed"),
    pytest.param({"grade": "良"}, {}, "优", id="wrong"),
    pytest.param({"grade": "优秀"}, {}, "优", id="a word of another scale"),
    pytest.param({"grade": "优", "total": "59"}, {}, None, id="a wrong total is A4"),
    pytest.param({"grade": "优", "total": "95"}, {"actual": ""}, None, id="open: by the printed"),
    pytest.param({"grade": "良", "total": "95"}, {"actual": ""}, "优", id="open: against it"),
    pytest.param({"grade": "良"}, {"actual": ""}, None, id="open, no total: nobody can tell"),
]


@pytest.mark.parametrize(("claims", "cells", "due"), GRADES)
def test_a5_grade(claims, cells, due):
    found = told(replace(with_row(0, **cells), claimed=Claimed(**claims)), "A5")
    total = f"{claims.get('total', '99')}.00"
    message = f"总分{total}对应等级“{due}”，表上为“{claims['grade']}”"
    assert found == ([("error", "/claimed/grade", message)] if due else [])
