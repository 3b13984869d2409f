from dataclasses import replace
from decimal import Decimal

import pytest
from tests.domain.factories import (
    FUNDS,
    HUBEI,
    NATIONAL,
    ROWS,
    SHANGHAI_2019,
    SHANGHAI_2024,
    findings,
    form,
    told,
    with_claims,
    with_fund,
    with_row,
)

from app.domain.forms import FundRow

# ---------------------------------------------------------------- A6 sums of funds

IN_YUAN = {"initial": "800,000", "adjusted": "800,000", "executed": "760,000", "unit": "元"}
SUMS = [  # fund row, cells, the column that does not add up
    pytest.param(0, {}, None, id="adds up"),
    pytest.param(0, {"initial": "100.01"}, "initial", id="total, last digit"),
    pytest.param(0, {"initial": "1.00"}, "initial", id="total far off"),
    pytest.param(1, {"adjusted": "80.01"}, "adjusted", id="part, last digit"),
    pytest.param(3, {"executed": "0.01"}, "executed", id="a zero made a cent"),
    pytest.param(0, {"initial": ""}, None, id="total not printed"),
    pytest.param(2, {"initial": ""}, None, id="part not printed"),
    pytest.param(2, {"initial": "若干"}, None, id="part unreadable is X1"),
    pytest.param(1, IN_YUAN, None, id="a part in 元"),
    pytest.param(1, {**IN_YUAN, "initial": "800,049"}, None, id="less than half the last digit"),
    pytest.param(1, {**IN_YUAN, "initial": "800,050"}, "initial", id="half the last digit"),
    pytest.param(0, {"initial": "0.00"}, "initial", id="a total of 0 over parts that are not"),
]


@pytest.mark.parametrize(("index", "cells", "column"), SUMS)
def test_a6_funds_add_up(index, cells, column):
    found = findings(with_fund(index, **cells), "A6")
    expected = [("error", f"/funds/0/{column}")] if column else []
    assert [(finding.severity, finding.path) for finding in found] == expected


def test_a6_says_both_sums():
    (found,) = findings(with_fund(0, initial="99.00"), "A6")
    assert found.message == "年初预算数合计990,000.00元，各来源相加为1,000,000.00元，请核对"
    assert (found.expected, found.given) == ("1000000", "990000")


def test_a6_a_total_that_was_derived_is_compared_exactly():
    total = replace(FUNDS[0], adjusted="", adjustment="0.01")
    (found,) = findings(form(funds=(total, *FUNDS[1:])), "A6")
    assert (found.path, found.given) == ("/funds/0/adjusted", "1000100")


def test_a6_amounts_of_an_undeclared_unit_are_compared_as_written():
    funds = tuple(replace(fund, unit="") for fund in FUNDS)
    assert told(form(funds=funds), "A6") == []
    (found,) = findings(form(funds=(replace(funds[0], executed="95.01"), *funds[1:])), "A6")
    assert found.message == "全年执行数合计95.01元，各来源相加为95.00元，请核对"


@pytest.mark.parametrize("funds", [(), FUNDS[:1], FUNDS[1:]], ids=["none", "total", "parts"])
def test_a6_needs_a_total_and_its_parts(funds):
    assert told(form(funds=funds), "A6") == []


def test_a6_names_the_total_where_it_stands():
    total = replace(FUNDS[0], executed="90")
    (found,) = findings(form(funds=(*FUNDS[1:], total)), "A6")
    assert found.path == "/funds/3/executed"


# ---------------------------------------------------------------- A7 weights

SUM = "各项分值合计为{}，应为100，请调整分值"
WEIGHTS = [  # row, cells, findings
    pytest.param(0, {}, [], id="100 in all"),
    pytest.param(0, {"full": "50.00"}, [], id="with decimals"),
    pytest.param(
        0, {"full": "50.01"},
        [("error", "/indicators", SUM.format("100.01")),
         ("warning", "/indicators", "“产出指标”分值合计50.01，评分标准为50，请说明")],
        id="a hundredth too much",
    ),
    pytest.param(
        1, {"full": "29"},
        [("error", "/indicators", SUM.format("99")),
         ("warning", "/indicators", "“效益指标”分值合计29，评分标准为30，请说明")],
        id="one too few",
    ),
    pytest.param(0, {"full": ""}, [], id="a weight not given is X2"),
    pytest.param(0, {"full": "五十"}, [], id="a weight unreadable is X1"),
    pytest.param(
        2, {"full": "0", "level1": "其他"},
        [("error", "/indicators", SUM.format("90")),
         ("error", "/indicators/2/full", "第3行“群众满意度”分值应大于0，请填写分值")],
        id="weight 0, in a group that the edition does not know",
    ),
    pytest.param(
        2, {"full": "-10", "level1": "其他"},
        [("error", "/indicators", SUM.format("80")),
         ("error", "/indicators/2/full", "第3行“群众满意度”分值应大于0，请填写分值")],
        id="negative weight",
    ),
    pytest.param(
        2, {"points": "10.01"},
        [("error", "/indicators/2/points", "第3行“群众满意度”得分“10.01”超过分值“10”，请改为不超过分值")],
        id="points above the weight",
    ),
    pytest.param(2, {"points": "10"}, [], id="points at the weight"),
    pytest.param(2, {"points": "10", "full": ""}, [], id="points without a weight"),
]  # fmt: skip


@pytest.mark.parametrize(("index", "cells", "expected"), WEIGHTS)
def test_a7_weights(index, cells, expected):
    assert told(with_row(index, **cells), "A7") == expected


def test_a7_without_indicators_there_is_nothing_to_add_up():
    assert told(form(indicators=()), "A7") == []


@pytest.mark.parametrize("standard", [NATIONAL, SHANGHAI_2024], ids=["national", "Shanghai"])
def test_a7_level_1_weights_where_the_edition_sets_them(standard):
    rows = (replace(ROWS[0], full="40"), replace(ROWS[1], full="40"), ROWS[2])
    warned = [
        ("warning", "/indicators", "“产出指标”分值合计40，评分标准为50，请说明"),
        ("warning", "/indicators", "“效益指标”分值合计40，评分标准为30，请说明"),
    ]
    assert told(form(indicators=rows), "A7", standard) == (warned if standard is NATIONAL else [])


@pytest.mark.parametrize("full", ["100", "100.00", "100分", "", "—", "一百"])
def test_a7_a_claimed_full_that_is_right_or_not_there(full):
    assert told(with_claims(full=full), "A7") == []


def test_a7_a_claimed_full_that_is_wrong():
    message = "分值应为100，表上为101.00，请核对"
    assert told(with_claims(full="101.00"), "A7") == [("error", "/claimed/full", message)]


@pytest.mark.parametrize(
    ("index", "full", "standard", "expected"),
    [
        (0, "10.00", NATIONAL, None),
        (0, "20", HUBEI, None),
        (0, "10", HUBEI, "分值应为20，表上为10，请核对"),
        (0, "10.01", NATIONAL, "分值应为10，表上为10.01，请核对"),
        (0, "8", SHANGHAI_2019, "分值应为0，表上为8，请核对"),
        (1, "5", NATIONAL, None),
    ],
)
def test_a7_the_weight_of_execution(index, full, standard, expected):
    found = [item for item in told(with_fund(index, full=full), "A7", standard)
             if item[1].startswith("/funds")]  # fmt: skip
    assert found == ([("error", "/funds/0/full", expected)] if expected else [])


# ---------------------------------------------------------------- A8 spent above the budget


@pytest.mark.parametrize(
    ("executed", "shown"),
    [("99.99", None), ("100", None), ("100.01", "100.01"), ("108.2051", "108.21")],
)
def test_a8_over_budget(executed, shown):
    message = f"执行率{shown}%超过100%，得分按100%封顶，请说明原因"
    expected = [("warning", "/funds/0/executed", message)] if shown else []
    assert told(with_fund(0, executed=executed), "A8") == expected


def test_a8_by_the_cap_of_the_edition():
    capped = replace(NATIONAL, funds=replace(NATIONAL.funds, cap=Decimal(110)))
    assert told(with_fund(0, executed="108"), "A8", capped) == []


def test_a8_without_a_total_row_names_the_block():
    sources = (FundRow(source="appropriation", adjusted="10", executed="11"),)
    (found,) = findings(form(funds=sources), "A8")
    assert (found.path, found.given) == ("/funds", "110.00")


@pytest.mark.parametrize("funds", [(), (FundRow(source="total", executed="5"),)])
def test_a8_is_silent_without_a_rate(funds):
    assert told(form(funds=funds), "A8") == []
