"""Budgets and execution (预算与执行) as they travel: amounts in 元, as text."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Amount, Money, Number, Year

BudgetSource = Literal["appropriation", "carried_over", "other"]


class BudgetIn(BaseModel):
    """新建或整体修改一个项目一年一种资金来源的预算与执行。"""

    model_config = ConfigDict(extra="forbid")

    project_id: Number
    fiscal_year: Year
    source: BudgetSource = Field(
        description="appropriation 当年财政拨款、carried_over 上年结转资金、other 其他资金"
    )
    initial: Amount = Field(description="年初预算数（元）")
    adjustment: Amount = Field(description="年度调整数（元），调减为负")
    executed: Amount = Field(description="全年执行数（元）")
    received: Amount = Field(description="到位资金（元）")


class BudgetOut(BaseModel):
    """一个项目一年一种资金来源的预算与执行。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    project_id: int
    region_code: str
    fiscal_year: int
    source: str
    initial: Money
    adjustment: Money
    adjusted: Money = Field(description="全年预算数（元）：年初预算数加年度调整数")
    executed: Money
    received: Money
    version: int
