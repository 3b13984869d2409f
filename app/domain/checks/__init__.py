"""The checks of a form, each a small function; `examine` runs those the edition wants."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.domain.checks import arithmetic, completeness, consistency, logic
from app.domain.checks.remarks import CheckFunction, Remark, quoted, row_label
from app.domain.findings import SEVERITY_ORDER, Finding, Severity
from app.domain.sheet import Sheet
from app.domain.standards import CheckRule, Standard


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its code in the catalogue, its title, and what an edition says of it.

    `figures` are numbers that the edition must give; `lists` are words or tables that it may.
    """

    code: str
    title: str
    function: CheckFunction
    figures: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


CHECKS = (
    Check("X1", "单元格无法识别", consistency.x1_unreadable),
    Check("X1", "单元格无法识别", consistency.x1_decimals),
    Check("X2", "数据不足", consistency.x2_insufficient),
    Check("X3", "评分标准施行日期", consistency.x3_edition),
    Check("X4", "行内规则有误", consistency.x4_rules),
    Check("A1", "预算执行率", arithmetic.a1_rate),
    Check("A2", "预算执行得分", arithmetic.a2_execution_points),
    Check("A3", "指标得分", arithmetic.a3_indicator_points),
    Check("A3", "指标得分", arithmetic.a3_judgement_due),
    Check("A4", "总分", arithmetic.a4_total),
    Check("A5", "评分等级", arithmetic.a5_grade),
    Check("A6", "资金合计", arithmetic.a6_fund_sums),
    Check("A7", "分值", arithmetic.a7_weights),
    Check("A7", "分值", arithmetic.a7_groups),
    Check("A8", "超预算执行", arithmetic.a8_over_budget),
    Check("B1", "缺少偏差原因", logic.b1_reason_missing),
    Check("B1", "缺少偏差原因", logic.b1_execution_reason),
    Check("B2", "超额完成未说明", logic.b2_overfulfilled),
    Check("B3", "原因与得分矛盾", logic.b3_reason_contradicts, lists=("words",)),
    Check("B4", "全部满分", logic.b4_all_full, ("rows",)),
    Check("B5", "实际值与指标值雷同", logic.b5_all_exact, ("rows", "share")),
    Check(
        "B6",
        "自评预警",
        logic.b6_results_and_spending,
        ("gap", "unspent", "result", "execution"),
    ),
    Check("C1", "比较符与指标含义", completeness.c1_comparator),
    Check("C2", "单位", completeness.c2_units, lists=("growth", "name_units")),
    Check("C3", "定量与定性", completeness.c3_kinds),
    Check("C3", "定量与定性", completeness.c3_tier_unclear),
    Check("C4", "指标级次", completeness.c4_wrong_place, lists=("belongs",)),
    Check("C5", "重复指标", completeness.c5_duplicates, lists=("execution_words",)),
    Check("C9", "缺项", completeness.c9_levels),
    Check("C9", "缺项", completeness.c9_cells, lists=("required", "placeholders")),
    Check("C9", "缺项", completeness.c9_deadline),
    Check("C9", "缺项", completeness.c9_narrative),
    Check("C10", "分值过于集中", completeness.c10_one_row, ("share",)),
    Check("D3", "数据不一致", consistency.d3_cost_control, lists=("cost_control",)),
    Check("D3", "数据不一致", consistency.d3_execution_row, lists=("execution_rows",)),
    Check("D3", "数据不一致", consistency.d3_registered),
    Check("D3", "数据不一致", consistency.d3_units),
)

TITLES = {check.code: check.title for check in CHECKS}


def examine(sheet: Sheet) -> tuple[Finding, ...]:
    """All findings at once, errors first, in the order of the catalogue."""
    found = [
        _finding(check.code, remark, rule.severity)
        for check in CHECKS
        if (rule := sheet.standard.check(check.code)).severity is not None
        for remark in check.function(sheet, rule)
    ]
    found += _unscored(sheet, found)
    return tuple(sorted(found, key=lambda finding: SEVERITY_ORDER[finding.severity]))


def faults(standard: Standard) -> Iterator[str]:
    """What is wrong with an edition's [checks]; each fault names its place and the mend."""
    for code, rule in standard.checks.items():
        named = [check for check in CHECKS if check.code == code]
        if not named:
            yield f"checks.{code}: unknown check; known checks: {', '.join(TITLES)}"
            continue
        figures = {name for check in named for name in check.figures}
        lists = {name for check in named for name in check.lists}
        for name, value in rule.figures.items():
            expected, words = (int | Decimal, "a number") if name in figures else (list, "a list")
            if name not in figures | lists:
                known = ", ".join(sorted(figures | lists)) or "none"
                yield f"checks.{code}.{name}: unknown key; known keys: {known}"
            elif not isinstance(value, expected):
                yield f"checks.{code}.{name}: expected {words}, got {value!r}"
        for name in sorted(figures - rule.figures.keys()) if rule.severity else ():
            yield f"checks.{code}.{name}: missing"


def _unscored(sheet: Sheet, found: list[Finding]) -> Iterator[Finding]:
    """A line that could not be scored never passes in silence, whatever its rule."""
    code = "A3"
    severity = sheet.standard.check(code).severity
    errors = [finding.path for finding in found if finding.severity is Severity.ERROR]
    for index, line in enumerate(sheet.lines):
        if line.scored.determined or not line.full or severity is None:
            continue
        path = f"/indicators/{index}/"
        if not any(place.startswith(path) for place in errors):
            text = line.row.actual
            message = f"{row_label(sheet, index)}未能计分，请核对实际完成值{quoted(text)}"
            yield _finding(code, Remark(f"{path}actual", message, given=text), severity)


def _finding(code: str, remark: Remark, severity: Severity | None) -> Finding:
    weight = remark.severity or severity or Severity.INFO
    return Finding(code, weight, remark.path, remark.message, remark.expected, remark.given)


__all__ = ["CHECKS", "TITLES", "Check", "CheckFunction", "CheckRule", "examine", "faults"]
