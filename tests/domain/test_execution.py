from dataclasses import replace
from decimal import Decimal

import pytest
from tests.domain.factories import (
    EVALUATION,
    HUBEI,
    NATIONAL,
    SHANGHAI_2019,
    SHANGHAI_2024,
    form,
    score,
)

from app.domain.execution import (
    budget_execution_rate,
    received_execution_rate,
    score_execution,
    unspent_share,
)
from app.domain.forms import FundRow
from app.domain.funds import read_funds


def edition(base=NATIONAL, **rule):
    return replace(base, funds=replace(base.funds, **rule))


CUT_AT_75 = edition(cut_off=Decimal(75))
CAPPED_AT_120 = edition(cap=Decimal(120))

SCORED = [  # standard, executed, budget, rate shown, points
    pytest.param(NATIONAL, "95", "100", "95.00", "9.50", id="in proportion"),
    pytest.param(NATIONAL, "100", "100", "100.00", "10.00", id="all of it"),
    pytest.param(NATIONAL, "108", "100", "108.00", "10.00", id="above 100 % is capped"),
    pytest.param(NATIONAL, "0", "100", "0.00", "0.00", id="nothing spent"),
    pytest.param(NATIONAL, "0", "0", "0.00", "0.00", id="budget 0"),
    pytest.param(NATIONAL, "5", "0", "0.00", "0.00", id="spent without a budget"),
    pytest.param(NATIONAL, "-5", "100", "-5.00", "0.00", id="negative spending"),
    pytest.param(NATIONAL, "-0.001", "100", "0.00", "0.00", id="never -0.00"),
    pytest.param(NATIONAL, "2", "3", "66.67", "6.67", id="2020 rounds the rate"),
    pytest.param(SHANGHAI_2024, "2", "3", "66.66", "6.67", id="2024 truncates it, not the points"),
    pytest.param(SHANGHAI_2024, "295.66", "302.78", "97.64", "9.76", id="97.6485 is not 9.77"),
    pytest.param(NATIONAL, "295.66", "302.78", "97.65", "9.76", id="nor under half-up"),
    pytest.param(SHANGHAI_2024, "99.999", "100", "99.99", "10.00", id="99.99 earns 10.00"),
    pytest.param(NATIONAL, "99.45", "100", "99.45", "9.95", id="tie 9.945 goes up"),
    pytest.param(SHANGHAI_2019, "2040889.31", "2530000", "81.00", "0", id="2019: whole percent"),
    pytest.param(SHANGHAI_2019, "70.04", "100", "70.00", "0", id="2019: down"),
    pytest.param(SHANGHAI_2019, "99.71", "100", "100.00", "0", id="2019: up"),
    pytest.param(SHANGHAI_2019, "80.5", "100", "81.00", "0", id="2019: tie goes up"),
    pytest.param(HUBEI, "95", "100", "95.00", "19.00", id="20 points"),
    pytest.param(HUBEI, "120", "100", "120.00", "20.00", id="20 points, capped"),
    pytest.param(CUT_AT_75, "75", "100", "75.00", "7.50", id="at the cut-off"),
    pytest.param(CUT_AT_75, "74.999", "100", "75.00", "0.00", id="below, though it shows 75.00"),
    pytest.param(CAPPED_AT_120, "115", "100", "115.00", "10.00", id="never above full points"),
]


@pytest.mark.parametrize(("standard", "executed", "budget", "shown", "points"), SCORED)
def test_points_for_execution(standard, executed, budget, shown, points):
    execution = score_execution(Decimal(executed), Decimal(budget), standard)
    assert (execution.rate_shown, standard.points.shown(execution.points)) == (shown, points)
    assert execution.known


BECAUSE = [
    (NATIONAL, "95", "100", "95.00÷100.00×10.00 = 9.50"),
    (NATIONAL, "108", "100", "108.00÷100.00×10.00，按100%封顶 = 10.00"),
    (NATIONAL, "5", "0", "预算数为0，执行率按0计，得0分"),
    (NATIONAL, "1234567.8", "2000000", "1,234,567.80÷2,000,000.00×10.00 = 6.17"),
    (CUT_AT_75, "60", "100", "60.00÷100.00 = 60.00%，低于75%，得0分"),
    (SHANGHAI_2019, "81", "100", "81.00÷100.00 = 81.00%"),
]


@pytest.mark.parametrize(("standard", "executed", "budget", "because"), BECAUSE)
def test_points_for_execution_explain_themselves(standard, executed, budget, because):
    assert score_execution(Decimal(executed), Decimal(budget), standard).because == because


@pytest.mark.parametrize("known", [(None, Decimal(1)), (Decimal(1), None), (None, None)])
def test_without_both_amounts_there_is_no_rate(known):
    execution = score_execution(*known, NATIONAL)
    assert (execution.rate, execution.rate_shown, execution.points) == (None, "", 0)
    assert execution.because == "缺少预算数或执行数，不能计算预算执行率"
    assert not execution.known
    assert score_execution(*known, EVALUATION).known, "nothing hangs on it there"


def test_two_rates_under_two_names():
    spent, adjusted, received = Decimal(90), Decimal(100), Decimal(95)
    assert budget_execution_rate(spent, adjusted) == 90
    assert format(received_execution_rate(spent, received), ".2f") == "94.74"
    assert unspent_share(spent, adjusted) == 10
    assert unspent_share(Decimal(5), Decimal(0)) == received_execution_rate(spent, Decimal(0)) == 0


def fund(source="total", **cells):
    return FundRow(source=source, **cells)


DENOMINATORS = [
    pytest.param("adjusted", "90.00", id="adjusted, as the self-evaluation form has it"),
    pytest.param("initial", "112.50", id="initial, as two older local forms have it"),
    pytest.param("received", "93.75", id="received, as evaluation reports have it"),
]


@pytest.mark.parametrize(("denominator", "shown"), DENOMINATORS)
def test_the_edition_names_the_denominator(denominator, shown):
    row = fund(initial="80", adjusted="100", executed="90", received="96")
    execution = score(form(funds=(row,)), edition(denominator=denominator)).execution
    assert (execution.rate_shown, execution.rule) == (shown, f"execution_by_{denominator}")
    assert execution.sources[0].rate_shown == shown


READ = [  # cells, adjusted in 元
    pytest.param({"adjusted": "12.5", "unit": "万元"}, "125000", id="万元"),
    pytest.param({"adjusted": "1.2", "unit": "亿元"}, "120000000", id="亿元"),
    pytest.param({"adjusted": "12.50"}, "12.5", id="元 when nothing is declared"),
    pytest.param({"adjusted": "12.50", "unit": "美元"}, "12.5", id="元 when the unit is strange"),
    pytest.param({"adjusted": "12,345.60"}, "12345.6", id="thousands separators"),
    pytest.param({"initial": "100", "adjustment": "-20"}, "80", id="initial + adjustment"),
    pytest.param({"initial": "0", "adjustment": "96.57"}, "96.57", id="nothing at first"),
    pytest.param({"initial": "100", "adjustment": "5", "adjusted": "90"}, "90", id="as written"),
    pytest.param({"initial": "100"}, None, id="no adjustment given"),
    pytest.param({"initial": "100", "adjustment": "5", "adjusted": "若干"}, None, id="unreadable"),
]


@pytest.mark.parametrize(("cells", "adjusted"), READ)
def test_reading_a_fund_row(cells, adjusted):
    (read,) = read_funds([fund(**cells)])
    assert read.adjusted == (None if adjusted is None else Decimal(adjusted))


@pytest.mark.parametrize("text", ["若干", "12万", "NaN", "Infinity", "1e999", "9" * 40])
def test_an_unreadable_amount_is_named(text):
    (read,) = read_funds([fund(adjusted="100", executed=text)])
    assert (read.unread, read.executed) == (("executed",), None)


SOURCES = (
    fund("appropriation", initial="80", adjusted="70", executed="63"),
    fund("carried_over", initial="0", adjusted="30", executed="27"),
)


def test_without_a_total_row_the_sources_are_summed():
    execution = score(form(funds=SOURCES)).execution
    assert (execution.rate_shown, execution.budget, execution.executed) == ("90.00", 100, 90)


def test_the_total_row_counts_wherever_it_stands():
    execution = score(form(funds=(*SOURCES, fund(adjusted="200", executed="90")))).execution
    assert execution.rate_shown == "45.00"
    assert [item.rate_shown for item in execution.sources] == ["90.00", "90.00", "45.00"]


def test_a_sum_of_unknown_parts_is_unknown():
    funds = (*SOURCES, fund("other", initial="5", executed="0"))
    execution = score(form(funds=funds)).execution
    assert execution.rate is None
    assert [item.rate_shown for item in execution.sources] == ["90.00", "90.00", ""]


def test_a_form_without_funds_has_no_rate():
    sheet = score(form(funds=()))
    assert (sheet.execution.rate, sheet.execution.sources, sheet.determined) == (None, (), False)
