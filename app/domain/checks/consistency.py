"""D3 and the readings X1–X4: do the figures agree with each other, and could all be read?"""

from collections.abc import Iterator

from app.domain.actuals import ActualKind
from app.domain.checks.remarks import (
    Remark,
    agrees,
    exactly,
    quoted,
    read_printed,
    row_label,
    total_path,
)
from app.domain.execution import unspent_share
from app.domain.funds import unit_of
from app.domain.numbers import plain
from app.domain.rules import RULES
from app.domain.sheet import Sheet
from app.domain.standards import CheckRule
from app.domain.targets import TargetKind
from app.domain.text import is_blank

COLUMN_LABELS = {
    "initial": "年初预算数",
    "adjustment": "预算调整数",
    "adjusted": "全年预算数",
    "executed": "全年执行数",
    "received": "实际到位资金",
}
CLAIM_LABELS = {
    "total": "总分",
    "rate": "执行率",
    "execution_points": "预算执行得分",
    "full": "分值合计",
}


def d3_cost_control(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """D3 成本控制率 is (预算 − 执行) ÷ 预算 where the edition says so (document 001)."""
    budget, executed = sheet.execution.budget, sheet.execution.executed
    if budget is None or executed is None or not budget:
        return
    share, rounding = unspent_share(executed, budget), exactly(2)
    for index, line in enumerate(sheet.lines):
        value = line.actual.value
        if value is None or line.row.name not in rule.words("cost_control"):
            continue
        if not agrees(value, share, rounding):
            shown, given, label = rounding.shown(share), line.row.actual, row_label(sheet, index)
            message = f"{label}应为(预算数−执行数)÷预算数={shown}%，表上为{quoted(given)}"
            yield Remark(f"/indicators/{index}/actual", message, shown, given)


def d3_execution_row(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """D3 an indicator row 预算执行率 states the rate of the funds block."""
    rate = sheet.execution.rate
    for index, line in enumerate(sheet.lines):
        value = line.actual.value
        if rate is None or value is None or line.row.name not in rule.words("execution_rows"):
            continue
        if not agrees(value, rate, sheet.standard.rate):
            label, shown = row_label(sheet, index), sheet.execution.rate_shown
            message = f"{label}与资金栏执行率{shown}%不一致，请核对"
            yield Remark(f"/indicators/{index}/actual", message, shown, line.row.actual)


def d3_registered(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """D3 the form's totals equal what the accounts hold."""
    registered = sheet.form.registered
    if registered is None:
        return
    pairs = [
        ("全年预算数", sheet.execution.budget, registered.adjusted, "adjusted"),
        ("全年执行数", sheet.execution.executed, registered.executed, "executed"),
    ]
    for label, given, expected, column in pairs:
        if given is not None and given != expected:
            message = f"{label}{given:,.2f}元与预算账{expected:,.2f}元不一致，请核对"
            yield Remark(total_path(sheet, column), message, plain(expected), plain(given))


def d3_units(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """D3 the unit of the amounts is declared, 元 or 万元."""
    for index, row in enumerate(sheet.form.funds):
        if unit_of(row) is None:
            message = f"资金第{index + 1}行未写明金额单位，请注明“元”或“万元”"
            yield Remark(f"/funds/{index}/unit", message, "元、万元", row.unit)


def x1_unreadable(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """X1 a cell that cannot be read as what its column holds."""
    for index, fund in enumerate(sheet.funds):
        for column in fund.unread:
            text, label = getattr(fund.row, column), COLUMN_LABELS[column]
            message = f"{label}{quoted(text)}不是金额，请填写数字"
            yield Remark(f"/funds/{index}/{column}", message, given=text)
    for index in range(len(sheet.lines)):
        yield from _unread_line(sheet, index)
    for name, label in CLAIM_LABELS.items():
        text = getattr(sheet.form.claimed, name)
        if not is_blank(text) and read_printed(text) is None:
            yield Remark(
                f"/claimed/{name}", f"{label}{quoted(text)}不是数字，请填写数字", given=text
            )


def _unread_line(sheet: Sheet, index: int) -> Iterator[Remark]:
    line, label, path = sheet.lines[index], row_label(sheet, index), f"/indicators/{index}"
    for cell, name, value in (("full", "分值", line.full), ("points", "得分", line.judged)):
        text = getattr(line.row, cell)
        if value is None and not is_blank(text):
            message = f"{label}{name}{quoted(text)}不是数字，请填写数字"
            yield Remark(f"{path}/{cell}", message, given=text)
    if line.target.kind is TargetKind.UNREADABLE:
        message = f"{label}年度指标值{quoted(line.row.target)}无法识别，请改写"
        yield Remark(f"{path}/target", message, given=line.row.target)
    if line.actual.kind is ActualKind.UNREADABLE:
        message = f"{label}实际完成值{quoted(line.row.actual)}无法识别，请改写"
        yield Remark(f"{path}/actual", message, given=line.row.actual)


def x1_decimals(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """X1 points with more decimals than the edition prints."""
    places = sheet.standard.points.places
    for index, line in enumerate(sheet.lines):
        for cell, value in (("full", line.full), ("points", line.judged)):
            if value is not None and sheet.standard.points.apply(value) != value:
                label = row_label(sheet, index)
                name = "分值" if cell == "full" else "得分"
                message = f"{label}{name}{quoted(plain(value))}小数过多，最多保留{places}位"
                yield Remark(f"/indicators/{index}/{cell}", message, given=plain(value))


def x2_insufficient(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """X2 data that do not suffice: no funds, no indicators, no weights."""
    if sheet.standard.funds.full and sheet.execution.rate is None:
        yield Remark("/funds", f"{sheet.execution.because}，预算执行得分按0计")
    if not sheet.lines:
        yield Remark("/indicators", "没有指标行，只能核对资金部分")
    blank = [i for i, line in enumerate(sheet.lines) if line.full is None]
    if sheet.lines and len(blank) == len(sheet.lines):
        yield Remark("/indicators", "各行均未填分值，不能计算得分，请补填分值")
    elif blank:
        for index in blank:
            message = f"{row_label(sheet, index)}未填分值，请补填"
            yield Remark(f"/indicators/{index}/full", message)


def x3_edition(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """X3 the edition named had not begun in the form's year."""
    year, edition = sheet.form.fiscal_year, sheet.standard.edition
    if year is not None and edition.year > year:
        message = f"所用评分标准自{edition:%Y-%m-%d}起施行，晚于{year}年度，结果仅供参考"
        yield Remark("/edition", message, f"{edition:%Y-%m-%d}", str(year))


def x4_rules(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """X4 a row names a rule that does not exist, or lacks its figures."""
    for index, line in enumerate(sheet.lines):
        if line.row.rule and line.scored.rule not in RULES:
            message = (
                f"{row_label(sheet, index)}评分规则{quoted(line.row.rule)}的名称或参数有误，请核对"
            )
            yield Remark(
                f"/indicators/{index}/rule", message, line.scored.because, given=line.row.rule
            )
