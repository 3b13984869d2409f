"""A form as it was printed or typed: text in every cell, nothing judged yet (绩效自评表)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


class FundSource(StrEnum):
    """Rows of the funds block: the total, and the three sources below it."""

    TOTAL = "total"
    APPROPRIATION = "appropriation"
    CARRIED_OVER = "carried_over"
    OTHER = "other"


SOURCE_LABELS = {
    FundSource.TOTAL: "年度资金总额",
    FundSource.APPROPRIATION: "当年财政拨款",
    FundSource.CARRIED_OVER: "上年结转资金",
    FundSource.OTHER: "其他资金",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRow:
    """One row of the funds block; `rate` and `points` are printed figures to be compared."""

    source: str
    initial: str = ""
    adjustment: str = ""
    adjusted: str = ""
    executed: str = ""
    received: str = ""
    unit: str = "元"
    full: str = ""
    rate: str = ""
    points: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """One leaf of the indicator tree.

    `points` is what a person gave or printed: the judgement itself where the rule is a
    judgement, else a claim that is compared with the recomputed points. `rule` and
    `parameters` name a rule of this row alone, as evaluation worksheets (底稿) do.
    """

    level1: str = ""
    level2: str = ""
    level3: str = ""
    name: str = ""
    code: str = ""
    target: str = ""
    actual: str = ""
    full: str = ""
    points: str = ""
    reason: str = ""
    rule: str = ""
    parameters: Mapping[str, str] = field(default_factory=lambda: NO_PARAMETERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Figures printed on the form that a recomputation can confirm or refute."""

    total: str = ""
    grade: str = ""
    rate: str = ""
    execution_points: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the accounts hold for the same project and year, in 元 (for check D3)."""

    adjusted: Decimal
    executed: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A whole form as text. Nothing in it is trusted; `achieved` is None when not asked for."""

    fiscal_year: int | None = None
    last_year: int | None = None
    project: str = ""
    unit: str = ""
    expected: str = ""
    achieved: str | None = None
    funds: tuple[FundRow, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    claimed: Claimed = field(default_factory=Claimed)
    registered: Registered | None = None
