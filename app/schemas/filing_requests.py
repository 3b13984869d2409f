"""Extensions (延期) and waivers (免报) as they travel."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Number, Prose
from app.schemas.self_evaluations import NamedOut


class FilingRequestIn(BaseModel):
    """申请或直接准予延期、免报。"""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["extension", "waiver"] = Field(description="extension 延期、waiver 免报")
    reason: Prose = Field(description="原因")
    until: date | None = Field(None, description="延期到哪一天，只有延期要写")
    project_id: Number | None = Field(None, description="只为一个项目时写它的编号")
    organisation_id: Number | None = Field(
        None, description="为一个单位及其全部下级；都不写时为密钥所属单位"
    )


class DecisionIn(BaseModel):
    """对一份申请的决定。"""

    model_config = ConfigDict(extra="forbid")

    granted: bool = Field(description="true 准予，false 不予准许")
    answer: Prose = Field("", description="办理意见；不予准许时必须写明")


class DisallowanceIn(BaseModel):
    """撤销已经准予的延期或免报。"""

    model_config = ConfigDict(extra="forbid")

    answer: Prose = Field(description="撤销的原因")


class FilingRequestOut(BaseModel):
    """一份延期或免报的申请。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    task_id: int
    organisation_id: int
    project_id: int | None = Field(description="为整个单位时为 null")
    kind: str
    until: date | None
    reason: str
    state: str = Field(description="asked、granted、refused、withdrawn 或 revoked")
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    answer: str
    version: int


class ListedRequestOut(FilingRequestOut):
    """一份申请和它所关系的任务、单位、项目。"""

    task: str
    unit: NamedOut
    project: NamedOut | None
