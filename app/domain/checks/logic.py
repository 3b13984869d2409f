"""B1–B6: do scores, reasons and spending tell one story (domain rules, sections 4, 5, 11)?"""

from collections.abc import Iterator
from decimal import Decimal

from app.domain.checks.remarks import Remark, exactly, quoted, row_label
from app.domain.lines import Line, overfulfilled
from app.domain.numbers import plain
from app.domain.ratios import percent
from app.domain.scored import Kind
from app.domain.sheet import Sheet
from app.domain.standards import CheckRule
from app.domain.text import is_blank

ZERO = Decimal(0)


def b1_reason_missing(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """B1 points lost or target missed: 偏差原因分析及改进措施 is mandatory."""
    for index, line in enumerate(sheet.lines):
        if line.reason_required and is_blank(line.row.reason):
            message = f"{row_label(sheet, index)}未得满分或未达标，请填写偏差原因及改进措施"
            yield Remark(f"/indicators/{index}/reason", message)


def b1_execution_reason(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """B1 execution below the edition's mark asks for a reason (财 practice of some provinces)."""
    below, rate = sheet.standard.funds.reason_below, sheet.execution.rate
    if below is not None and rate is not None and rate < below:
        message = f"预算执行率低于{plain(below)}%，请说明原因"
        yield Remark("/funds", message, plain(below), sheet.execution.rate_shown)


def b2_overfulfilled(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """B2 far beyond the target without a reason; the points stay full."""
    for index, line in enumerate(sheet.lines):
        beyond = overfulfilled(line.achievement, line.actual, line.scored, sheet.standard)
        if not beyond or not is_blank(line.row.reason):
            continue
        shown = _achieved(line)
        message = f"{row_label(sheet, index)}实际值{shown}，偏离指标值较多，请说明原因"
        yield Remark(f"/indicators/{index}/reason", message, given=line.row.actual)


def _achieved(line: Line) -> str:
    if line.achievement is None:
        return f"为{quoted(line.row.actual)}而指标值为0"
    return f"为指标值的{exactly(2).shown(line.achievement)}%"


def b3_reason_contradicts(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """B3 full points, yet the reason speaks of failure."""
    words = rule.words("words")
    for index, line in enumerate(sheet.lines):
        word = next((item for item in words if item in line.row.reason), None)
        if word and line.full and line.scored.points == line.full:
            message = f"{row_label(sheet, index)}得满分，但原因写有“{word}”，请核对"
            yield Remark(f"/indicators/{index}/reason", message, given=line.row.reason[:40])


def b4_all_full(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """B4 every indicator at full points: nothing distinguishes one project from another."""
    scored = [line for line in sheet.lines if line.full and line.scored.determined]
    enough = len(scored) == len(sheet.lines) and len(scored) >= rule.figure("rows")
    if enough and all(line.scored.points == line.full for line in scored):
        yield Remark("/indicators", f"全部{len(scored)}项指标均得满分，请核对指标值是否偏低")


def b5_all_exact(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """B5 too many actual values that equal their target to the digit."""
    rows = [line for line in sheet.lines if line.scored.kind is Kind.QUANTITATIVE]
    rows = [line for line in rows if line.scored.determined and line.target.value is not None]
    exact = [line for line in rows if _exact(line)]
    if len(rows) < rule.figure("rows"):
        return
    share = percent(Decimal(len(exact)), Decimal(len(rows)))
    if share > rule.figure("share"):
        message = f"{len(rows)}项定量指标中有{len(exact)}项实际值与指标值完全相等，请核对"
        yield Remark("/indicators", message, plain(rule.figure("share")), exactly(2).shown(share))


def _exact(line: Line) -> bool:
    """Whether the actual is the target to the digit; a zero target has no achievement."""
    if line.achievement is None:
        return line.target.value == line.actual.value
    return line.achievement == 100


def b6_results_and_spending(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """B6 自评预警: red when indicators do much better than spending, else yellow (section 5)."""
    execution, full = sheet.execution, sum((line.full or ZERO for line in sheet.lines), ZERO)
    if execution.rate is None or not execution.full or not full or not sheet.determined:
        return
    result, spent = sheet.indicator_points / full, execution.points / execution.full
    if result == ZERO:
        return
    gap = percent(result - spent, result)
    given = f"{exactly(2).shown(result * 100)}% / {execution.rate_shown}%"
    high = result * 100 >= rule.figure("result") and execution.rate < rule.figure("execution")
    if gap > rule.figure("gap") or high:
        message = "红色预警：指标得分率明显高于预算执行得分率，请说明原因"
        yield Remark("/funds", message, given=given)
    elif execution.budget == ZERO or execution.rate < 100 - rule.figure("unspent"):
        message = "黄色预警：预算为0或未执行比例较高，请说明原因"
        yield Remark("/funds", message, given=given)
