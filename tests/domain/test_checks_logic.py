from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.findings import Severity
from app.domain.standards import CheckRule
from tests.domain.factories import (
    FUNDS,
    NATIONAL,
    SHANGHAI_2019,
    SHANGHAI_2024,
    findings,
    form,
    row,
    told,
    with_fund,
    with_row,
)

# ---------------------------------------------------------------- B1 reason missing

REASONS = [  # cells of row 1, due
    pytest.param({}, False, id="points lost, explained"),
    pytest.param({"reason": ""}, True, id="points lost"),
    pytest.param({"reason": " 　"}, True, id="blanks are no reason"),
    pytest.param({"reason": "—"}, True, id="nor is a dash"),
    pytest.param({"reason": "无"}, False, id="a word is one, however poor"),
    pytest.param({"reason": "", "actual": "100个"}, False, id="met"),
    pytest.param({"reason": "", "actual": ""}, False, id="not filled in: C9"),
    pytest.param({"reason": "", "target": "有效", "actual": "部分达成", "points": "30"}, True,
                 id="tier partial"),
    pytest.param({"reason": "", "target": "≤90", "actual": "99"}, True, id="ceiling exceeded"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "due"), REASONS)
def test_b1_a_reason_is_due_where_points_are_lost(cells, due):
    message = "第1行“建设数量”未得满分或未达标，请填写偏差原因及改进措施"
    expected = [("error", "/indicators/0/reason", message)] if due else []
    assert told(with_row(0, **cells), "B1") == expected


def test_b1_2019_forms_have_no_column_for_it():
    assert told(with_row(0, reason="", points="30"), "B1", SHANGHAI_2019) == []


@pytest.mark.parametrize(
    ("below", "executed", "due"),
    [(None, "10.00", False), ("90", "90.00", False), ("90", "89.99", True), ("90", "若干", False)],
)
def test_b1_execution_below_the_mark_of_the_edition(below, executed, due):
    mark = below and Decimal(below)
    standard = replace(NATIONAL, funds=replace(NATIONAL.funds, reason_below=mark))
    found = told(with_fund(0, executed=executed), "B1", standard)
    assert found == ([("error", "/funds", "预算执行率低于90%，请说明原因")] if due else [])


# ---------------------------------------------------------------- B2 over-fulfilment

BEYOND = [  # cells, what the message says of it
    pytest.param({"target": "≥100", "actual": "120", "reason": ""}, "为指标值的120.00%", id="1.2"),
    pytest.param({"target": ">50", "actual": "510", "reason": ""}, "为指标值的1020.00%", id="10"),
    pytest.param({"target": "≥0%", "actual": "39.20%", "reason": ""}, "为“39.20%”而指标值为0",
                 id="zero target"),
    pytest.param({"target": "≥100", "actual": "119.9", "reason": ""}, None, id="below 1.2"),
    pytest.param({"target": "≥100", "actual": "120"}, None, id="explained"),
    pytest.param({"target": "≤100", "actual": "20", "reason": ""}, None, id="a ceiling"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "how"), BEYOND)
def test_b2_far_beyond_the_target(cells, how):
    message = f"第1行“建设数量”实际值{how}，偏离指标值较多，请说明原因"
    expected = [("warning", "/indicators/0/reason", message)] if how else []
    assert told(with_row(0, **cells), "B2") == expected


def test_b2_points_stay_full():
    found = with_row(0, target="≥100", actual="510", reason="")
    assert not findings(found, "A3")
    assert not findings(found, "B1")


def test_b2_an_edition_may_insist():
    standard = replace(NATIONAL, checks={**NATIONAL.checks, "B2": CheckRule(Severity.ERROR, {})})
    given = with_row(0, target="≥100", actual="130", reason="")
    assert [item[0] for item in told(given, "B2", standard)] == ["error"]
    assert [item[1] for item in told(given, "B1", standard)] == ["/indicators/0/reason"]


# ---------------------------------------------------------------- B3 reason against points


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"actual": "100个", "reason": "项目进度滞后，正在追赶"}, "滞后"),
        ({"actual": "100个", "reason": "按计划实施"}, None),
        ({"actual": "99个", "reason": "项目进度滞后，正在追赶"}, None),
        ({"full": "0", "actual": "100个", "reason": "项目进度滞后"}, None),
    ],
)
def test_b3_full_points_but_the_reason_speaks_of_failure(cells, word):
    message = f"第1行“建设数量”得满分，但原因写有“{word}”，请核对"
    expected = [("warning", "/indicators/0/reason", message)] if word else []
    assert told(with_row(0, **cells), "B3") == expected


# ---------------------------------------------------------------- B4, B5 too good


def rows(*actuals, target="≥10", full="10"):
    names = (f"第{i}类建设数量" for i in range(len(actuals)))
    return form(
        indicators=tuple(row(target, a, full, name=n) for a, n in zip(actuals, names, strict=True))
    )


@pytest.mark.parametrize(
    ("actuals", "count"),
    [
        pytest.param(["10", "11", "10"], 3, id="three rows, all full"),
        pytest.param(["10", "11"], None, id="two rows are too few"),
        pytest.param(["10", "11", "9.9"], None, id="one is not full"),
        pytest.param(["10", "11", "12", ""], None, id="one is not filled in"),
    ],
)
def test_b4_every_row_at_full_points(actuals, count):
    message = f"全部{count}项指标均得满分，请核对指标值是否偏低"
    for standard, severity in ((NATIONAL, "warning"), (SHANGHAI_2024, "info")):
        expected = [(severity, "/indicators", message)] if count else []
        assert told(rows(*actuals), "B4", standard) == expected


def test_b4_rows_that_weigh_nothing_distinguish_nothing():
    assert told(rows("10", "10", "10", full="0"), "B4") == []


@pytest.mark.parametrize(
    ("actuals", "target", "counts"),
    [
        pytest.param(["10", "10", "9", "8"], "≥10", (4, 2), id="half exactly met"),
        pytest.param(["10", "10", "9", "8", "7"], "≥10", None, id="40 % is the limit, included"),
        pytest.param(["10", "10", "10"], "≥10", None, id="three rows are too few"),
        pytest.param(["10", "10", "10", ""], "≥10", None, id="three that could be scored"),
        pytest.param(["0", "0", "0", "1"], "≤0", (4, 3), id="zero targets met exactly"),
        pytest.param(["达成"] * 4, "有效", None, id="words are not counted"),
    ],
)
def test_b5_too_many_actuals_that_equal_their_targets(actuals, target, counts):
    found = told(rows(*actuals, target=target), "B5")
    if counts is None:
        assert found == []
        return
    message = "{}项定量指标中有{}项实际值与指标值完全相等，请核对".format(*counts)
    assert found == [("info", "/indicators", message)]


# ---------------------------------------------------------------- B6 results against spending

RED = "红色预警：指标得分率明显高于预算执行得分率，请说明原因"
YELLOW = "黄色预警：预算为0或未执行比例较高，请说明原因"


def spent(executed, actual="100个", adjusted="100.00"):
    given = with_row(0, actual=actual)
    return replace(given, funds=(replace(FUNDS[0], adjusted=adjusted, executed=executed),))


LIGHTS = [  # executed of 100, actual of row 1 (50 of 90 points), light
    pytest.param("100.00", "100个", None, id="all spent, all done"),
    pytest.param("95.00", "100个", None, id="gap of exactly 5 %"),
    pytest.param("94.90", "100个", RED, id="gap just above"),
    pytest.param("79.00", "55个", None, id="results of 75 %, below the spending"),
    pytest.param("10.00", "100个", RED, id="much done, little spent"),
    pytest.param("0.00", "100个", RED, id="nothing spent"),
    pytest.param("0.08", "100个", RED, id="0.08 % spent, outputs done"),
]


@pytest.mark.parametrize(("executed", "actual", "light"), LIGHTS)
def test_b6_red(executed, actual, light):
    found = told(spent(executed, actual), "B6")
    assert (RED in [item[2] for item in found]) is (light == RED)


YELLOWS = [  # executed, budget, actual
    pytest.param("80.00", "100.00", "60个", None, id="a fifth unspent is within"),
    pytest.param("79.99", "100.00", "55个", YELLOW, id="more than a fifth unspent"),
    pytest.param("50.00", "100.00", "5个", YELLOW, id="half unspent, results as poor"),
]


@pytest.mark.parametrize(("executed", "adjusted", "actual", "light"), YELLOWS)
def test_b6_yellow(executed, adjusted, actual, light):
    found = told(spent(executed, actual, adjusted), "B6")
    assert found == ([("warning", "/funds", light)] if light else [])


def test_b6_high_results_and_low_spending_are_red_even_without_the_gap():
    """Where an edition lets execution earn full points below 80 %, the pair still warns."""
    generous = replace(NATIONAL, checks={**NATIONAL.checks, "B6": gap(100)})
    assert told(spent("79.99"), "B6", generous) == [("warning", "/funds", RED)]
    assert told(spent("80.00"), "B6", generous) == []
    assert told(spent("79.99", "90个"), "B6", generous) == [("warning", "/funds", YELLOW)]


def gap(percent):
    figures = {**NATIONAL.checks["B6"].figures, "gap": percent}
    return CheckRule(Severity.WARNING, figures)


def test_b6_says_both_rates():
    (found,) = findings(spent("60.00"), "B6")
    assert found.given == "100.00% / 60.00%"


SILENT = [
    pytest.param(form(funds=()), NATIONAL, id="no funds"),
    pytest.param(form(indicators=()), NATIONAL, id="no indicators"),
    pytest.param(spent("10.00", actual=""), NATIONAL, id="a line that could not be scored"),
    pytest.param(spent("10.00"), SHANGHAI_2019, id="execution earns nothing"),
    pytest.param(rows("0", "0", "0"), NATIONAL, id="no result at all"),
]


@pytest.mark.parametrize(("given", "standard"), SILENT)
def test_b6_is_silent(given, standard):
    assert told(given, "B6", standard) == []


def test_b6_a_budget_of_0():
    poor = rows("0.4", "0.4", "0.4")
    zero = replace(poor, funds=(replace(FUNDS[0], adjusted="0", executed="0"),))
    assert told(zero, "B6", replace(NATIONAL, checks={"B6": gap(100)})) == [
        ("warning", "/funds", YELLOW)
    ]
