"""Filing tasks (填报任务) as they travel, with their progress and the filings they ask for."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Line, Name, Number, Prose, Year
from app.schemas.self_evaluations import NamedOut

MOST_TARGETS = 500


class TargetIn(BaseModel):
    """一个填报单位。"""

    model_config = ConfigDict(extra="forbid")

    organisation_id: Number = Field(description="单位编号，须在密钥所属单位的范围内")
    below: bool = Field(True, description="是否包括它的全部下级单位")


class FilingTaskIn(BaseModel):
    """下达或整体修改一项填报任务。日期都是整日，按项目所在地区的时间判断。"""

    model_config = ConfigDict(extra="forbid")

    title: Name = Field(description="任务名称")
    fiscal_year: Year
    kind: Line = Field("project", description="表的种类")
    opens: date = Field(description="开始日期：这一天起可以填报")
    due: date = Field(description="截止日期：这一天结束前送审为按期，以后为逾期")
    closes: date = Field(description="关闭日期：这一天结束后不能再送审，除非已准予延期")
    note: Prose = Field("", description="填报要求")
    targets: Annotated[
        list[TargetIn], Field(max_length=MOST_TARGETS, description="填报单位，至少一个")
    ]


class EndingIn(BaseModel):
    """提前结束一项任务的原因。"""

    model_config = ConfigDict(extra="forbid")

    reason: Prose = Field(description="原因，会显示给单位")


class TargetOut(BaseModel):
    """An organisation that a task is for."""

    organisation: NamedOut
    below: bool


class ListedTaskOut(BaseModel):
    """一项填报任务，列表所示。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    fiscal_year: int
    kind: str
    region_code: str
    opens: date
    due: date
    closes: date
    note: str
    issued_by: str
    issued_at: datetime
    ended_at: datetime | None = Field(description="提前结束的时间，没有提前结束时为 null")
    ended_by: str | None
    ended_reason: str
    version: int


class FilingTaskOut(ListedTaskOut):
    """一项填报任务和它的填报单位。"""

    targets: list[TargetOut]
    may_change: bool = Field(description="现在能否修改或撤回：有单位开始填报后不能")
    may_end: bool = Field(description="现在能否结束或恢复")


class TallyOut(BaseModel):
    """How many filings stand where; `late` is among those not sent."""

    asked: int = Field(description="应报")
    not_begun: int = Field(description="未开始")
    filling: int = Field(description="填报中")
    reviewing: int = Field(description="审核中")
    returned: int = Field(description="已退回")
    done: int = Field(description="已完成")
    waived: int = Field(description="免报")
    late: int = Field(description="逾期未报，已计入未开始、填报中或已退回")


class BranchOut(BaseModel):
    """One branch of the tree."""

    organisation: NamedOut
    inner: bool = Field(description="是否还有下级单位")
    tally: TallyOut


class ProgressOut(BaseModel):
    """一个单位和它各个直接下级的填报进度。"""

    task_id: int
    organisation: NamedOut
    tally: TallyOut
    own: TallyOut = Field(description="本单位自己的项目，不含下级")
    branches: list[BranchOut]


class FilingOut(BaseModel):
    """任务要求填报的一个项目。"""

    project: NamedOut
    unit: NamedOut
    form_id: int | None = Field(description="自评表的编号，没有开始时为 null")
    state: str | None
    bucket: str = Field(description="not_begun、filling、reviewing、returned、done 或 waived")
    bucket_label: str
    due_on: date = Field(description="按期送审的最后一天，已计入延期")
    days_left: int | None = Field(description="剩余天数：当天为 0，逾期为负；不必再报时为 null")
    late: bool


class LateFilingOut(BaseModel):
    """一次逾期填报。"""

    id: int
    project: NamedOut
    unit: NamedOut
    self_evaluation_id: int
    receipt: str
    days: int = Field(description="逾期天数")
    reason: str
    filed_by: str
    filed_at: datetime
