from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.forms import Claimed, FundRow, Registered
from tests.domain.factories import (
    EVALUATION,
    FUNDS,
    NATIONAL,
    SHANGHAI_2019,
    SHANGHAI_2024,
    SHANGHAI_EVALUATION,
    findings,
    form,
    row,
    told,
    with_claims,
    with_fund,
    with_row,
)

# ---------------------------------------------------------------- D3 the same fact twice

COST = [  # executed of 100, actual, the rate that is due
    pytest.param("95.00", "5.00(%)", None, id="as reckoned"),
    pytest.param("95.00", "5%", None, id="without decimals"),
    pytest.param("95.00", "5.01(%)", "5.00", id="last digit"),
    pytest.param("60.796", "39.20(%)", None, id="rounded, not 100 minus the truncated rate"),
    pytest.param("60.796", "39.21(%)", "39.20", id="100 minus the truncated rate"),
    pytest.param("105.00", "-5.00(%)", None, id="overspent"),
    pytest.param("若干", "5.01(%)", None, id="amount unreadable"),
    pytest.param("95.00", "达成", None, id="words are C3"),
]


@pytest.mark.parametrize(("executed", "actual", "due"), COST)
def test_d3_the_cost_control_rate_follows_from_the_funds(executed, actual, due):
    given = with_row(0, name="成本控制率", target="≥0.00(%)", actual=actual)
    given = replace(given, funds=(replace(FUNDS[0], executed=executed),))
    message = f"第1行“成本控制率”应为(预算数−执行数)÷预算数={due}%，表上为“{actual}”"
    expected = [("error", "/indicators/0/actual", message)] if due else []
    assert told(given, "D3", SHANGHAI_2024) == expected
    assert told(given, "D3", NATIONAL) == [], "only where the edition says so"


def test_d3_a_budget_of_0_has_no_cost_control_rate():
    given = with_row(0, name="成本控制率", target="≥0.00(%)", actual="5%")
    zero = replace(FUNDS[0], adjusted="0", executed="0")
    assert told(replace(given, funds=(zero,)), "D3", SHANGHAI_2024) == []


EXECUTION = [  # edition, actual, the rate that is due
    pytest.param(NATIONAL, "95.00%", None, id="the same rate"),
    pytest.param(NATIONAL, "95%", None, id="fewer decimals"),
    pytest.param(NATIONAL, "94%", "95.00", id="another rate"),
    pytest.param(NATIONAL, "", None, id="a blank is C9"),
    pytest.param(SHANGHAI_2019, "95.00", None, id="2019"),
    pytest.param(SHANGHAI_2019, "94", "95.00", id="2019, another"),
    pytest.param(SHANGHAI_EVALUATION, "99.81%", "95.00", id="report"),
]


@pytest.mark.parametrize(("standard", "actual", "due"), EXECUTION)
def test_d3_a_row_that_states_the_execution_rate(standard, actual, due):
    given = with_row(0, name="预算执行率", target="≥90%", actual=actual)
    message = f"第1行“预算执行率”与资金栏执行率{due}%不一致，请核对"
    expected = [("error", "/indicators/0/actual", message)] if due else []
    assert told(given, "D3", standard) == expected


def test_d3_a_row_that_states_another_rate():
    assert told(with_row(0, name="资金执行进度", target="≥90%", actual="94%"), "D3") == []
    assert told(replace(with_row(0, name="预算执行率", actual="94%"), funds=()), "D3") == []


ACCOUNTS = [  # adjusted and executed in the accounts, columns that differ
    pytest.param("1000000", "950000", [], id="equal"),
    pytest.param("1000000.01", "950000", ["adjusted"], id="a cent"),
    pytest.param("1000000", "0", ["executed"], id="executed"),
    pytest.param("0", "0", ["adjusted", "executed"], id="both"),
]


@pytest.mark.parametrize(("adjusted", "executed", "columns"), ACCOUNTS)
def test_d3_the_accounts(adjusted, executed, columns):
    books = Registered(adjusted=Decimal(adjusted), executed=Decimal(executed))
    found = findings(form(registered=books), "D3")
    assert [finding.path for finding in found] == [f"/funds/0/{column}" for column in columns]


def test_d3_the_accounts_in_words():
    books = Registered(adjusted=Decimal("1200000.5"), executed=Decimal(950000))
    (found,) = findings(form(registered=books), "D3")
    assert found.message == "全年预算数1,000,000.00元与预算账1,200,000.50元不一致，请核对"
    assert (found.expected, found.given) == ("1200000.5", "1000000")


@pytest.mark.parametrize(
    ("funds", "paths"),
    [((), []), (FUNDS[1:], ["/funds"]), ((*FUNDS[1:], FUNDS[0]), ["/funds/3/executed"])],
    ids=["no funds", "no total row", "total row last"],
)
def test_d3_the_accounts_and_where_the_total_stands(funds, paths):
    books = Registered(adjusted=Decimal(1000000), executed=Decimal(0))
    assert [item.path for item in findings(form(funds=funds, registered=books), "D3")] == paths


@pytest.mark.parametrize(
    ("unit", "declared"),
    [
        ("元", True),
        ("万元", True),
        ("亿元", True),
        ("（万元）", True),
        ("", False),
        ("美元", False),
    ],
)
def test_d3_the_unit_is_declared(unit, declared):
    found = told(form(funds=(FundRow(source="total", unit=unit),)), "D3")
    message = "资金第1行未写明金额单位，请注明“元”或“万元”"
    assert found == ([] if declared else [("error", "/funds/0/unit", message)])


# ---------------------------------------------------------------- X1 cells that cannot be read

FUND_CELLS = [
    pytest.param("initial", "若干", "年初预算数“若干”不是金额，请填写数字", id="words"),
    pytest.param("adjustment", "1e999", "预算调整数“1e999”不是金额，请填写数字", id="overflow"),
    pytest.param(
        "adjusted", "12万", "全年预算数“12万”不是金额，请填写数字", id="a unit in the cell"
    ),
    pytest.param("executed", "NaN", "全年执行数“NaN”不是金额，请填写数字", id="not a number"),
    pytest.param(
        "received", "9" * 40, f"实际到位资金“{'9' * 11}…”不是金额，请填写数字", id="40 digits"
    ),
]


@pytest.mark.parametrize(("column", "text", "message"), FUND_CELLS)
def test_x1_amounts(column, text, message):
    found = told(with_fund(1, **{column: text}), "X1")
    assert found == [("error", f"/funds/1/{column}", message)]


ROW_CELLS = [
    pytest.param("full", "五十", "分值“五十”不是数字，请填写数字", id="weight"),
    pytest.param("points", "Infinity", "得分“Infinity”不是数字，请填写数字", id="points"),
    pytest.param("target", "≥NaN", "年度指标值“≥NaN”无法识别，请改写", id="target"),
    pytest.param("actual", "1e999", "实际完成值“1e999”无法识别，请改写", id="actual"),
    pytest.param("full", "50.001", "分值“50.001”小数过多，最多保留2位", id="weight, decimals"),
    pytest.param("points", "49.505", "得分“49.505”小数过多，最多保留2位", id="points, decimals"),
]


@pytest.mark.parametrize(("cell", "text", "message"), ROW_CELLS)
def test_x1_cells_of_a_row(cell, text, message):
    found = told(with_row(0, **{cell: text}), "X1")
    assert found == [("error", f"/indicators/0/{cell}", f"第1行“建设数量”{message}")]


CLAIMS = [
    pytest.param("total", "九十九", "总分“九十九”不是数字，请填写数字", id="total"),
    pytest.param("rate", "约95", "执行率“约95”不是数字，请填写数字", id="rate"),
    pytest.param("execution_points", "1e9", "预算执行得分“1e9”不是数字，请填写数字", id="points"),
    pytest.param("full", "百", "分值合计“百”不是数字，请填写数字", id="full"),
]


@pytest.mark.parametrize(("name", "text", "message"), CLAIMS)
def test_x1_printed_figures(name, text, message):
    assert told(with_claims(**{name: text}), "X1") == [("error", f"/claimed/{name}", message)]


@pytest.mark.parametrize("text", ["", "—", " ", "95", "９５．00％", "95分", "1,095"])
def test_x1_what_can_be_read_or_says_nothing(text):
    claims = Claimed(total=text, rate=text, execution_points=text, full=text)
    assert told(form(claimed=claims), "X1") == []
    assert told(with_fund(1, initial=text.rstrip("％分")), "X1") == []


@pytest.mark.parametrize(
    ("standard", "full", "fine"),
    [(SHANGHAI_2019, "6", True), (SHANGHAI_2019, "6.5", False), (SHANGHAI_EVALUATION, "6.5", True),
     (SHANGHAI_EVALUATION, "6.55", False), (NATIONAL, "6.50", True), (NATIONAL, "6.500", True)],
)  # fmt: skip
def test_x1_decimals_as_the_edition_prints_them(standard, full, fine):
    assert (told(with_row(0, full=full), "X1", standard) == []) is fine


# ---------------------------------------------------------------- X2 data that do not suffice

NO_RATE = ("warning", "/funds", "缺少预算数或执行数，不能计算预算执行率，预算执行得分按0计")
NO_ROWS = ("warning", "/indicators", "没有指标行，只能核对资金部分")
NO_WEIGHTS = ("warning", "/indicators", "各行均未填分值，不能计算得分，请补填分值")
INSUFFICIENT = [
    pytest.param(form(), [], id="enough"),
    pytest.param(form(funds=()), [NO_RATE], id="no funds"),
    pytest.param(with_fund(0, executed=""), [NO_RATE], id="executed missing"),
    pytest.param(form(indicators=()), [NO_ROWS], id="no rows"),
    pytest.param(form(funds=(), indicators=()), [NO_RATE, NO_ROWS], id="nothing at all"),
    pytest.param(form(indicators=(row(full=""), row(full="—"))), [NO_WEIGHTS], id="no weights"),
    pytest.param(
        with_row(1, full=""),
        [("warning", "/indicators/1/full", "第2行“服务覆盖面”未填分值，请补填")],
        id="one weight missing",
    ),
]


@pytest.mark.parametrize(("given", "expected"), INSUFFICIENT)
def test_x2_data_that_do_not_suffice(given, expected):
    assert told(given, "X2") == expected


def test_x2_where_nothing_hangs_on_execution():
    assert told(form(funds=()), "X2", EVALUATION) == []


# ---------------------------------------------------------------- X3, X4 edition and rules


@pytest.mark.parametrize(
    ("year", "standard", "early"),
    [(2023, SHANGHAI_2024, True), (2024, SHANGHAI_2024, False), (2020, NATIONAL, False),
     (2019, NATIONAL, True), (None, NATIONAL, False), (0, NATIONAL, True),
     (99_999, NATIONAL, False)],
)  # fmt: skip
def test_x3_an_edition_that_had_not_begun(year, standard, early):
    message = f"所用评分标准自{standard.edition:%Y-%m-%d}起施行，晚于{year}年度，结果仅供参考"
    found = told(form(fiscal_year=year), "X3", standard)
    assert found == ([("warning", "/edition", message)] if early else [])


@pytest.mark.parametrize(
    ("cells", "faulty"),
    [
        ({"rule": "best"}, True),
        ({"rule": "share"}, True),
        ({"rule": "share", "parameters": {"base": "100"}, "actual": "99%"}, False),
        ({"rule": ""}, False),
    ],
)
def test_x4_a_rule_that_a_row_names(cells, faulty):
    found = findings(with_row(0, **cells), "X4")
    message = f"第1行“建设数量”评分规则“{cells['rule']}”的名称或参数有误，请核对"
    expected = [("error", "/indicators/0/rule", message)] if faulty else []
    assert [(item.severity, item.path, item.message) for item in found] == expected
    assert all(item.expected for item in found), "what is wrong with it stands beside"
