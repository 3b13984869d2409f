"""The checks of a form, each a small function; `examine` runs those the edition wants."""

from dataclasses import dataclass

from app.domain.checks import arithmetic, completeness, consistency, logic
from app.domain.checks.remarks import CheckFunction, Remark
from app.domain.findings import SEVERITY_ORDER, Finding, Severity
from app.domain.sheet import Sheet
from app.domain.standards import CheckRule


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its code in the catalogue and its title for documents and pages."""

    code: str
    title: str
    function: CheckFunction


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
    Check("B3", "原因与得分矛盾", logic.b3_reason_contradicts),
    Check("B4", "全部满分", logic.b4_all_full),
    Check("B5", "实际值与指标值雷同", logic.b5_all_exact),
    Check("B6", "自评预警", logic.b6_results_and_spending),
    Check("C1", "比较符与指标含义", completeness.c1_comparator),
    Check("C2", "单位", completeness.c2_units),
    Check("C3", "定量与定性", completeness.c3_kinds),
    Check("C3", "定量与定性", completeness.c3_tier_unclear),
    Check("C4", "指标级次", completeness.c4_wrong_place),
    Check("C5", "重复指标", completeness.c5_duplicates),
    Check("C9", "缺项", completeness.c9_levels),
    Check("C9", "缺项", completeness.c9_cells),
    Check("C9", "缺项", completeness.c9_deadline),
    Check("C9", "缺项", completeness.c9_narrative),
    Check("C10", "分值过于集中", completeness.c10_one_row),
    Check("D3", "数据不一致", consistency.d3_cost_control),
    Check("D3", "数据不一致", consistency.d3_execution_row),
    Check("D3", "数据不一致", consistency.d3_registered),
    Check("D3", "数据不一致", consistency.d3_units),
)

TITLES = {check.code: check.title for check in CHECKS}


def examine(sheet: Sheet) -> tuple[Finding, ...]:
    """All findings at once, errors first, in the order of the catalogue."""
    found = [
        _finding(check, remark, rule.severity)
        for check in CHECKS
        if (rule := sheet.standard.check(check.code)).severity is not None
        for remark in check.function(sheet, rule)
    ]
    return tuple(sorted(found, key=lambda finding: SEVERITY_ORDER[finding.severity]))


def _finding(check: Check, remark: Remark, severity: Severity | None) -> Finding:
    weight = remark.severity or severity or Severity.INFO
    return Finding(
        check.code, weight, remark.path, remark.message, remark.expected, remark.given
    )


__all__ = ["CHECKS", "TITLES", "Check", "CheckFunction", "CheckRule", "examine"]
