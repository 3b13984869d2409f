"""The funds block (项目资金) read from text: amounts in 元 and the execution they give."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from app.domain.execution import Execution, SourceRate, budget_execution_rate, score_execution
from app.domain.forms import FundRow, FundSource
from app.domain.money import read_amount
from app.domain.numbers import NotANumber
from app.domain.standards import Standard
from app.domain.text import is_blank, normalise

UNITS = ("元", "千元", "万元", "百万元", "亿元")
COLUMNS = ("initial", "adjustment", "adjusted", "executed", "received")


@dataclass(frozen=True, slots=True)
class ReadFund:
    """A fund row in 元; None where the cell is blank or unreadable (`unread` names which)."""

    row: FundRow
    initial: Decimal | None
    adjusted: Decimal | None
    executed: Decimal | None
    received: Decimal | None
    adjustment: Decimal | None
    unread: tuple[str, ...]


def read_funds(rows: Iterable[FundRow]) -> tuple[ReadFund, ...]:
    """Every row's amounts; 全年预算数 left blank is 年初预算数 + 调整数 when both are given."""
    return tuple(_read(row) for row in rows)


def unit_of(row: FundRow) -> str | None:
    """The unit of a row's amounts as declared (万元, （元）), None when it is not one of money."""
    unit = normalise(row.unit).strip("()")
    return unit if unit in UNITS else None


def execution_of(funds: tuple[ReadFund, ...], standard: Standard) -> Execution:
    """Budget execution of the form: by its total row, else by the sum of its sources."""
    total = total_of(funds)
    budget = getattr(total, standard.funds.denominator) if total else None
    scored = score_execution(total.executed if total else None, budget, standard)
    return replace(scored, sources=tuple(_rate_of(fund, standard) for fund in funds))


def total_of(funds: tuple[ReadFund, ...]) -> ReadFund | None:
    """The row 年度资金总额, or one summed from the sources when the form has none."""
    total = next((fund for fund in funds if fund.row.source == FundSource.TOTAL), None)
    if total is not None or not funds:
        return total
    sums = {column: _sum(getattr(fund, column) for fund in funds) for column in COLUMNS}
    return ReadFund(row=FundRow(source=FundSource.TOTAL), unread=(), **sums)


def _read(row: FundRow) -> ReadFund:
    amounts: dict[str, Decimal | None] = {}
    unread = []
    unit = unit_of(row) or "元"  # a rate needs no unit; D3 asks for it
    for column in COLUMNS:
        text = getattr(row, column)
        amounts[column] = None
        if is_blank(text):
            continue
        try:
            amounts[column] = read_amount(text, unit)
        except NotANumber:
            unread.append(column)
    if amounts["adjusted"] is None and "adjusted" not in unread:
        amounts["adjusted"] = _sum((amounts["initial"], amounts["adjustment"]))
    return ReadFund(row=row, unread=tuple(unread), **amounts)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, or None as soon as one amount is unknown."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _rate_of(fund: ReadFund, standard: Standard) -> SourceRate:
    budget = getattr(fund, standard.funds.denominator)
    if fund.executed is None or budget is None:
        return SourceRate(fund.row.source, None, "")
    rate = budget_execution_rate(fund.executed, budget)
    return SourceRate(fund.row.source, rate, standard.shown_rate(rate))
