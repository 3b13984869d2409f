"""Two evaluation reports of third parties: a county's of 2022 and a city's of 2018."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.checks.remarks import agrees
from app.domain.execution import budget_execution_rate, received_execution_rate
from app.domain.findings import Severity
from app.domain.forms import IndicatorRow
from app.domain.funds import total_of
from app.domain.lines import score_line
from app.domain.money import read_amount
from app.domain.numbers import Mode, Rounding
from tests.golden.forms import printed

REPORTS = printed("evaluation-*.json")
(COUNTY,) = (item for item in REPORTS if "bohu" in item.name)
(CITY,) = (item for item in REPORTS if "shanghai" in item.name)
PERCENT = Rounding(2, Mode.HALF_UP)
each_report = pytest.mark.parametrize("golden", REPORTS, ids=repr)


def figures(subtotals):
    return [(item["level1"], Decimal(item["full"]), Decimal(item["points"])) for item in subtotals]


@each_report
def test_every_leaf_agrees(golden):
    sheet = golden.score()
    for line in sheet.lines:
        assert line.scored.points == Decimal(line.row.points), line.row.name
        assert line.scored.rule == line.row.rule
    assert sheet.determined


@each_report
def test_categories_agree(golden):
    sheet, expected = golden.score(), golden.document["expected"]
    found = [(sub.level, sub.full, sub.points) for sub in sheet.subtotals]
    assert found == figures(expected["subtotals"])
    below = [
        (sub.level, child.level, child.full, child.points)
        for sub in sheet.subtotals
        for child in sub.children
    ]
    assert below == [
        (item["level1"], item["level2"], Decimal(item["full"]), Decimal(item["points"]))
        for item in expected["level2"]
    ]


@each_report
def test_total_and_grade_agree(golden):
    sheet, claimed = golden.score(), golden.form.claimed
    assert (sheet.total, sheet.grade) == (Decimal(claimed.total), claimed.grade)
    assert sheet.full == Decimal(claimed.full) == 100


@pytest.mark.parametrize(("golden", "total", "grade"), [(COUNTY, "96", "优"), (CITY, "89.7", "良")])
def test_the_totals_that_the_reports_name(golden, total, grade):
    sheet = golden.score()
    assert (sheet.total, sheet.grade) == (Decimal(total), grade)


@each_report
def test_no_report_has_an_error(golden):
    assert [item for item in golden.score().findings if item.severity is Severity.ERROR] == []


@each_report
def test_a_total_that_is_a_tenth_off_is_found(golden):
    for step in ("0.1", "-0.1"):
        total = str(Decimal(golden.form.claimed.total) + Decimal(step))
        form = replace(golden.form, claimed=replace(golden.form.claimed, total=total))
        found = [item.path for item in golden.score(form).findings if item.severity == "error"]
        assert found == ["/claimed/total"]


# ---------------------------------------------------------------- rates

FORMULA_SCORED = [  # code, rate in the report, full, points
    ("B11", "99.81%", "4", "4"),
    ("C23", "约90%", "10", "9"),
    ("C24", "约98%", "5", "4.9"),
    ("C25", "约95%", "4", "3.8"),
    ("C26", "约88%", "4", "3.5"),
]


@pytest.mark.parametrize(("code", "actual", "full", "points"), FORMULA_SCORED)
@pytest.mark.parametrize("own_rule", [True, False], ids=["by the row", "by the edition"])
def test_leaves_scored_by_a_formula(code, actual, full, points, own_rule):
    (row,) = (item for item in CITY.form.indicators if item.code == code)
    assert (row.actual, row.full) == (actual, full)
    if not own_rule:
        row = replace(row, rule="", parameters={})
    scored = score_line(row, 2018, CITY.standard).scored
    assert scored.points == Decimal(points)
    assert scored.rule in ("threshold_proportional", "share")


@each_report
def test_money_spent_over_money_received(golden):
    total = total_of(golden.score().funds)
    rate = received_execution_rate(total.executed, total.received)
    printed_rate = golden.document["printed_rates"]["received_execution"]
    assert agrees(Decimal(printed_rate), rate, PERCENT)


def test_the_rate_of_every_item_is_rounded_not_truncated():
    items = CITY.document["printed_rates"]["items"]
    for item in items:
        executed, adjusted = (read_amount(item[name], "元") for name in ("executed", "adjusted"))
        assert agrees(Decimal(item["rate"]), budget_execution_rate(executed, adjusted), PERCENT)
    deferred = read_amount(items[-1]["deferred"], "元")
    assert read_amount(items[-1]["initial"], "元") - deferred == adjusted
    truncated = Rounding(2, Mode.TRUNCATE)
    first = items[0]
    exact = budget_execution_rate(
        read_amount(first["executed"], "元"), read_amount(first["adjusted"], "元")
    )
    assert not agrees(Decimal(first["rate"]), exact, truncated)


ACHIEVED = COUNTY.document["printed_rates"]["achieved"]


@pytest.mark.parametrize("item", ACHIEVED, ids=[item["name"] for item in ACHIEVED])
def test_achieved_rates_are_not_capped(item):
    row = IndicatorRow(name=item["name"], target=item["target"], actual=item["actual"], full="1")
    achievement = score_line(row, 2022, COUNTY.standard).achievement
    assert agrees(Decimal(item["rate"]), achievement, PERCENT)


def test_the_completion_rate_is_the_average_of_the_quantities():
    rates = [Decimal(item["rate"]) for item in ACHIEVED if item["level2"] == "产出数量"]
    average = PERCENT.shown(sum(rates) / len(rates))
    assert average == COUNTY.document["printed_rates"]["average_quantity"]
    (row,) = (item for item in COUNTY.form.indicators if item.name == "实际完成率")
    assert row.actual == f"{average}%"
    assert score_line(row, 2022, COUNTY.standard).scored.points == 12, "never above its weight"
