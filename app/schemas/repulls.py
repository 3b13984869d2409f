"""What a form could take anew from what is declared and budgeted (重新取数), as it travels."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.budgets import BudgetSource
from app.schemas.cells import Line, Money, ShownFigure
from app.schemas.scorings import MOST_INDICATORS


class RepullCellsOut(BaseModel):
    """一行指标的申报内容。"""

    level1: str
    level2: str
    level3: str
    name: str
    code: str
    target: str
    full: ShownFigure


class RepullRowOut(BaseModel):
    """与现申报不同的一行：changed 有变动，added 新增，removed 不再申报。"""

    key: str = Field(description="取数时写入 rows")
    kind: str
    before: RepullCellsOut | None = Field(description="本表现有的；null 为本表没有")
    after: RepullCellsOut | None = Field(description="现申报的；null 为不再申报")
    actual: str = Field(description="本表已填的实际完成值")
    reason: str = Field(description="本表已填的偏差原因")
    worked_on: bool = Field(description="填写过，或有佐证材料、审核意见；删去时要写明这一行")


class RepullAmountsOut(BaseModel):
    """一个来源的三项金额（元）。"""

    initial: Money | None
    adjusted: Money | None
    executed: Money | None


class RepullFundOut(BaseModel):
    """与账上不同的一项资金。"""

    source: str
    pulled: RepullAmountsOut = Field(description="建表或上次取数时账上的数；null 为不详")
    registered: RepullAmountsOut = Field(description="账上现在的数")
    filled: RepullAmountsOut = Field(description="本表填写的数")


class RepullOut(BaseModel):
    """一张表可以重新取的内容。"""

    basis: str = Field(description="这份内容的标识，取数时照抄")
    outdated: bool = Field(description="建表以后申报或预算有变动")
    goal: str | None = Field(description="现申报的预期目标；null 为与本表相同")
    rows: list[RepullRowOut]
    funds: list[RepullFundOut]


class RepullIn(BaseModel):
    """要取的内容：全部写入，或一处也不写。"""

    model_config = ConfigDict(extra="forbid")

    basis: Line = Field(description="读取时的 basis；其间又有变动时答 409")
    goal: bool = Field(False, description="预期目标")
    rows: Annotated[list[Line], Field(max_length=MOST_INDICATORS, description="行的 key")] = []
    funds: Annotated[list[BudgetSource], Field(max_length=10, description="资金来源")] = []
    everything: bool = Field(False, description="全部取用；填写过而不再申报的行仍然保留")
