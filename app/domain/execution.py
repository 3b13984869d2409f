"""Budget execution (预算执行): two rates under two names, and the points it earns.

The self-evaluation form divides by the adjusted budget (全年预算数); the evaluation report
divides by the money received (实际到位资金). They are never interchangeable.
"""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.ratios import of_percent, percent
from app.domain.standards import FundsRule, Standard

ZERO = Decimal(0)


def budget_execution_rate(executed: Decimal, adjusted: Decimal) -> Decimal:
    """自评口径: 全年执行数 ÷ 全年预算数 in percent, unrounded; 0 when the budget is 0."""
    return _percent(executed, adjusted)


def received_execution_rate(spent: Decimal, received: Decimal) -> Decimal:
    """评价口径: 实际支出资金 ÷ 实际到位资金 in percent, unrounded; 0 when nothing came."""
    return _percent(spent, received)


def unspent_share(executed: Decimal, adjusted: Decimal) -> Decimal:
    """成本控制率 as published forms reckon it: (预算 − 执行) ÷ 预算 in percent, unrounded."""
    return _percent(adjusted - executed, adjusted)


@dataclass(frozen=True, slots=True)
class SourceRate:
    """The execution rate of one fund source as the form prints it, empty when unknown."""

    source: str
    rate: Decimal | None
    rate_shown: str


@dataclass(frozen=True, slots=True)
class Execution:
    """预算执行 of a form. `rate` is unrounded percent; None when the cells do not suffice."""

    rate: Decimal | None
    rate_shown: str
    points: Decimal
    full: Decimal
    because: str
    rule: str
    sources: tuple[SourceRate, ...]
    budget: Decimal | None
    executed: Decimal | None

    @property
    def known(self) -> bool:
        """Whether the cells sufficed, or nothing hangs on them in this edition."""
        return self.rate is not None or self.full == ZERO


def score_execution(
    executed: Decimal | None, budget: Decimal | None, standard: Standard
) -> Execution:
    """Points for budget execution: rate × full, cut off below, capped above (3.1)."""
    rule = standard.funds
    name = f"execution_by_{rule.denominator}"
    if executed is None or budget is None:
        because = "缺少预算数或执行数，不能计算预算执行率"
        return Execution(None, "", ZERO, rule.full, because, name, (), budget, executed)
    rate = _percent(executed, budget)
    points = standard.points.apply(_points(rate, rule))
    because = _because(executed, budget, rate, points, standard)
    shown = standard.shown_rate(rate)
    return Execution(rate, shown, points, rule.full, because, name, (), budget, executed)


def _points(rate: Decimal, rule: FundsRule) -> Decimal:
    held = min(max(rate, ZERO), rule.cap)
    if held < rule.cut_off:
        return ZERO
    return min(of_percent(held, rule.full), rule.full)


def _because(
    executed: Decimal, budget: Decimal, rate: Decimal, points: Decimal, standard: Standard
) -> str:
    rule, rounding = standard.funds, standard.points
    if budget == ZERO:
        return "预算数为0，执行率按0计，得0分"
    division = f"{executed:,.2f}÷{budget:,.2f}"
    if rule.full == ZERO:
        return f"{division} = {standard.shown_rate(rate)}%"
    if rate < rule.cut_off:
        return f"{division} = {standard.shown_rate(rate)}%，低于{rule.cut_off:f}%，得0分"
    capped = f"，按{rule.cap:f}%封顶" if rate > rule.cap else ""
    return f"{division}×{rounding.shown(rule.full)}{capped} = {rounding.shown(points)}"


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return ZERO if whole == ZERO else percent(part, whole)
