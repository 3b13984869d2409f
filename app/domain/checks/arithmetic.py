"""A1–A8: does the arithmetic of the form hold (domain rules, section 11)?"""

from collections.abc import Iterator
from decimal import Decimal

from app.domain.checks.remarks import (
    Remark,
    agrees,
    exactly,
    quoted,
    read_printed,
    row_label,
    total_path,
)
from app.domain.findings import Severity
from app.domain.forms import FundSource
from app.domain.funds import UNITS, ReadFund, unit_of
from app.domain.money import read_amount
from app.domain.numbers import plain
from app.domain.scored import Kind
from app.domain.sheet import Sheet
from app.domain.standards import CheckRule

ZERO = Decimal(0)
COLUMN_LABELS = {"initial": "年初预算数", "adjusted": "全年预算数", "executed": "全年执行数"}
COMPUTED = (Kind.QUANTITATIVE, Kind.DATE)
MOST_PLACES = 9


def a1_rate(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A1 预算执行率 = 执行数 ÷ 预算数, of the form and of every fund row."""
    for index, source in enumerate(sheet.execution.sources):
        text = sheet.form.funds[index].rate
        yield from _rate(sheet, f"/funds/{index}/rate", text, source.rate, source.rate_shown)
    execution = sheet.execution
    text = sheet.form.claimed.rate
    yield from _rate(sheet, "/claimed/rate", text, execution.rate, execution.rate_shown)


def _rate(sheet: Sheet, path: str, text: str, rate: Decimal | None, shown: str) -> Iterator[Remark]:
    printed = read_printed(text)
    if printed is None or rate is None or agrees(printed, rate, sheet.standard.rate):
        return
    message = f"执行率应为{shown}%，表上为{text}，请按执行数÷预算数核对"
    yield Remark(path, message, shown, text)


def a2_execution_points(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A2 预算执行得分 = 执行率 × 分值."""
    claims = [("/claimed/execution_points", sheet.form.claimed.execution_points)]
    claims += [
        (f"/funds/{index}/points", row.points)
        for index, row in enumerate(sheet.form.funds)
        if row.source == FundSource.TOTAL
    ]
    execution = sheet.execution
    for path, text in claims:
        printed = read_printed(text)
        if printed is None or execution.rate is None or execution.full == ZERO:
            continue
        if not agrees(printed, execution.points, sheet.standard.points):
            shown = sheet.standard.points.shown(execution.points)
            message = f"预算执行得分应为{shown}，表上为{text}，请按执行率×分值核对"
            yield Remark(path, message, shown, text)


def a3_indicator_points(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A3 指标得分 as its rule gives it; a judgement outside its band is not accepted."""
    rounding = sheet.standard.points
    for index, line in enumerate(sheet.lines):
        if line.judged is None or not line.scored.determined:
            continue
        shown, given = rounding.shown(line.scored.points), line.row.points
        same = agrees(line.judged, line.scored.points, rounding)
        if line.scored.kind not in COMPUTED:
            same = line.judged == line.scored.points
        if not same:
            message = f"{row_label(sheet, index)}得分应为{shown}，表上为{quoted(given)}，请核对"
            yield Remark(f"/indicators/{index}/points", message, shown, given)


def a3_judgement_due(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A3 qualitative tiers below 达成 and judged rows need points from a person."""
    for index, line in enumerate(sheet.lines):
        if line.judged is not None or line.row.points.strip() or not line.full:
            continue
        due = line.scored.kind is Kind.JUDGED and not line.scored.determined
        due |= line.scored.kind is Kind.QUALITATIVE and line.scored.met is False
        if due and not line.row.parameters:
            message = f"{row_label(sheet, index)}由人工评分，请填写得分"
            yield Remark(f"/indicators/{index}/points", message)


def a4_total(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A4 总分 = Σ 指标得分 + 预算执行得分; where lines cannot be scored, Σ of the printed."""
    text = sheet.form.claimed.total
    printed = read_printed(text)
    if printed is None:
        return
    expected = sheet.total if sheet.determined else _printed_sum(sheet)
    if expected is None:
        message = f"有行无法计分，总分{text}不能复核"
        yield Remark("/claimed/total", message, given=text, severity=Severity.INFO)
    elif not agrees(printed, expected, sheet.standard.points):
        shown = sheet.standard.points.shown(expected)
        yield Remark("/claimed/total", f"总分应为{shown}，表上为{text}", shown, text)


def _printed_sum(sheet: Sheet) -> Decimal | None:
    """Σ of the points printed on the form, or None when one is missing."""
    execution = read_printed(sheet.form.claimed.execution_points)
    if sheet.execution.known:
        execution = sheet.execution.points
    points = [line.judged for line in sheet.lines]
    for index, line in enumerate(sheet.lines):
        if points[index] is None and line.scored.determined:
            points[index] = line.scored.points
    known = [value for value in (execution, *points) if value is not None]
    return sum(known, ZERO) if len(known) == len(points) + 1 else None


def a5_grade(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A5 评分等级 matches the total on the edition's scale (lower bounds inclusive)."""
    given = sheet.form.claimed.grade.strip()
    printed = read_printed(sheet.form.claimed.total)
    total = sheet.total if sheet.determined or printed is None else printed
    if not given or (not sheet.determined and printed is None):
        return
    grade = sheet.standard.scale.grade(total)
    if given != grade:
        shown = sheet.standard.points.shown(total)
        message = f"总分{shown}对应等级“{grade}”，表上为“{given}”"
        yield Remark("/claimed/grade", message, grade, given)


def a6_fund_sums(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A6 年度资金总额 = Σ of its sources, in every column."""
    total = next((fund for fund in sheet.funds if fund.row.source == FundSource.TOTAL), None)
    parts = [fund for fund in sheet.funds if fund.row.source != FundSource.TOTAL]
    if total is None or not parts:
        return
    index = sheet.funds.index(total)
    for column, label in COLUMN_LABELS.items():
        amount, amounts = getattr(total, column), [getattr(part, column) for part in parts]
        if amount is None or None in amounts:
            continue
        expected = sum(amounts, ZERO)
        if not _agrees_as_printed(total, column, amount, expected):
            message = f"{label}合计{amount:,.2f}元，各来源相加为{expected:,.2f}元，请核对"
            path = f"/funds/{index}/{column}"
            yield Remark(path, message, plain(expected), plain(amount))


def _agrees_as_printed(total: ReadFund, column: str, amount: Decimal, expected: Decimal) -> bool:
    """A printed sum is held to half its own last digit, in the unit in which it is printed."""
    printed = read_printed(getattr(total.row, column))
    if printed is None:
        return amount == expected
    one = read_amount("1", unit_of(total.row) or UNITS[0])
    return agrees(printed, expected / one, exactly(MOST_PLACES))


def a7_weights(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A7 Σ 分值 = the edition's full points; every 分值 above 0; no 得分 above its 分值."""
    fulls = [line.full for line in sheet.lines if line.full is not None]
    if len(fulls) == len(sheet.lines) and fulls and sheet.full != sheet.standard.full:
        full, given = plain(sheet.standard.full), plain(sheet.full)
        message = f"各项分值合计为{given}，应为{full}，请调整分值"
        yield Remark("/indicators", message, full, given)
    for index, line in enumerate(sheet.lines):
        path, label = f"/indicators/{index}", row_label(sheet, index)
        if line.full is not None and line.full <= ZERO:
            yield Remark(f"{path}/full", f"{label}分值应大于0，请填写分值", given=line.row.full)
        elif line.full is not None and line.judged is not None and line.judged > line.full:
            given, full = quoted(line.row.points), quoted(line.row.full)
            message = f"{label}得分{given}超过分值{full}，请改为不超过分值"
            yield Remark(f"{path}/points", message, line.row.full, line.row.points)
    yield from _claimed_full(sheet)


def _claimed_full(sheet: Sheet) -> Iterator[Remark]:
    claims = [("/claimed/full", sheet.form.claimed.full, sheet.standard.full)]
    claims += [
        (f"/funds/{index}/full", row.full, sheet.standard.funds.full)
        for index, row in enumerate(sheet.form.funds)
        if row.source == FundSource.TOTAL
    ]
    for path, text, full in claims:
        printed = read_printed(text)
        if printed is not None and printed != full:
            message = f"分值应为{plain(full)}，表上为{text}，请核对"
            yield Remark(path, message, plain(full), text)


def a7_groups(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A7 level-1 weights as the edition sets them; another split is a warning (1.3)."""
    fulls: dict[str, Decimal] = {}
    for line in sheet.lines:
        group = sheet.standard.group(line.row.level1)
        if group is not None and group.full is not None and line.full is not None:
            fulls[group.level1] = fulls.get(group.level1, ZERO) + line.full
    for group in sheet.standard.groups:
        given = fulls.get(group.level1)
        if given is not None and given != group.full:
            expected = plain(group.full or ZERO)
            message = f"“{group.level1}”分值合计{plain(given)}，评分标准为{expected}，请说明"
            yield Remark("/indicators", message, expected, plain(given), Severity.WARNING)


def a8_over_budget(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """A8 执行数 above 预算数: the rate is capped and the cause is due."""
    rate, cap = sheet.execution.rate, sheet.standard.funds.cap
    if rate is None or rate <= cap:
        return
    shown = exactly(2).shown(rate)
    message = f"执行率{shown}%超过{plain(cap)}%，得分按{plain(cap)}%封顶，请说明原因"
    yield Remark(total_path(sheet, "executed"), message, plain(cap), shown)
