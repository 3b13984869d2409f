"""Last year's form beside this year's (从上年复制), as it travels."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.attachments import AttachmentOut
from app.schemas.cells import Number
from app.schemas.scorings import MOST_INDICATORS

Rows = Annotated[list[Number], Field(max_length=MOST_INDICATORS)]


class EarlierLineOut(BaseModel):
    """上年的一行指标；line_id 是今年的对应行，null 为今年没有。"""

    line_id: int | None
    level1: str
    level2: str
    name: str
    code: str
    target: str
    actual: str
    reason: str
    attachments: list[AttachmentOut]


class LastYearOut(BaseModel):
    """上年的自评表，按今年的指标对应。"""

    id: int
    fiscal_year: int
    state: str
    achieved: str
    lines: list[EarlierLineOut]
    attachments: list[AttachmentOut] = Field(description="不属于某一指标的佐证材料")


class CopyIn(BaseModel):
    """要从上年复制的内容：全部写入，或一处也不写。"""

    model_config = ConfigDict(extra="forbid")

    achieved: bool = Field(False, description="实际完成情况")
    actuals: Annotated[Rows, Field(description="复制实际完成值的行，今年的 line_id")] = []
    reasons: Annotated[Rows, Field(description="复制偏差原因的行，今年的 line_id")] = []
    attachments: Annotated[
        list[Number], Field(max_length=1000, description="佐证材料，上年的编号")
    ] = []
