"""Reviews (审核) as they travel: what a reviewer says, and what the catalogue and settings hold."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.domain.workflow import State
from app.schemas.cells import Cell, Number, RegionCode, ShownFigure
from app.schemas.scorings import MOST_INDICATORS
from app.schemas.self_evaluations import SelfEvaluationOut

MOST_REMARKS = 500
MOST_FORMS = 200


class RemarkIn(BaseModel):
    """钉在一个格子上的批注。"""

    model_config = ConfigDict(extra="forbid")

    path: Cell = Field(description="格子的位置，如 /lines/12/actual、/achieved")
    text: Cell = Field(description="批注的内容")


class JudgementIn(BaseModel):
    """对一行指标的核查。"""

    model_config = ConfigDict(extra="forbid")

    points: Cell = Field("", description="核查得分，不超过分值；空字符串为不评")
    opinion: Cell = Field("", description="核查意见")


Judgements = Annotated[
    dict[Number, JudgementIn], Field(max_length=MOST_INDICATORS, description="按指标行编号")
]
Remarks = Annotated[
    list[RemarkIn], Field(max_length=MOST_REMARKS, description="本次审核的全部批注")
]


class ReviewIn(BaseModel):
    """本环节的审核，整份写入：没有列出的行和批注即为删去。"""

    model_config = ConfigDict(extra="forbid")

    opinion: Cell = Field("", description="总体意见")
    lines: Judgements = {}
    remarks: Remarks = []


class ApprovalIn(BaseModel):
    """同意；不写的部分照已保存的。"""

    model_config = ConfigDict(extra="forbid")

    opinion: Cell | None = Field(None, description="总体意见")


class ReturnIn(BaseModel):
    """退回的原因、对象和批注。"""

    model_config = ConfigDict(extra="forbid")

    reason: Cell = Field("", description="退回原因，说明需要修改的内容；选了 code 时可以不写")
    code: Cell = Field("", description="退回原因目录中的代码，见 /return-reasons")
    to: State = Field(State.RETURNED, description="退回给谁，见审核的 returns；不写为经办人")
    remarks: Remarks | None = Field(None, description="批注；不写时照已保存的")


class ReasonIn(BaseModel):
    """取消审核或重新开放的原因。"""

    model_config = ConfigDict(extra="forbid")

    reason: Cell = Field(description="原因，会显示给单位")


class ChosenFormIn(BaseModel):
    """一张要同意的表和所依据的版本。"""

    model_config = ConfigDict(extra="forbid")

    id: Number
    version: Number


class ApprovalsIn(BaseModel):
    """一次同意多张表。"""

    model_config = ConfigDict(extra="forbid")

    forms: Annotated[list[ChosenFormIn], Field(max_length=MOST_FORMS, description="要同意的表")]
    together: bool = Field(False, description="true 为全部办成或一张也不办；false 为逐张办理")


class BranchShape(BaseModel):
    """会签的处室和代表它审核的账号。"""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    step: Cell = Field(description="会签的审核环节")
    name: Cell = Field(description="处室名称，如 绩效处")
    members: Annotated[list[Cell], Field(max_length=100, description="审核人员的账号")]


class StepsIn(BaseModel):
    """一个地区一种表要经过的审核环节。"""

    model_config = ConfigDict(extra="forbid")

    region_code: RegionCode = Field(description="行政区划代码")
    kind: Cell = Field("project", description="表的种类")
    steps: Annotated[list[Cell], Field(max_length=10, description="审核环节，至少一个")]
    branches: Annotated[list[BranchShape] | None, Field(max_length=20)] = Field(
        None, description="会签的处室；不写时不改动，写空数组时取消会签"
    )
    version: int = Field(0, ge=0, description="所依据的版本；还没有设置时为 0")


class ReturnReasonIn(BaseModel):
    """退回原因目录中的一条。"""

    model_config = ConfigDict(extra="forbid")

    code: Cell = Field(description="代码，小写字母开头")
    label: Cell = Field(description="退回原因")
    position: int = Field(0, ge=0, le=10_000, description="排列次序")
    needs_words: bool = Field(False, description="是否必须另写说明")
    active: bool = Field(True, description="是否可供选择")
    version: int = Field(0, ge=0, description="所依据的版本；新增时为 0")


class RemarkOut(BaseModel):
    """A remark at a cell."""

    id: int
    path: str
    text: str
    author: str
    written_at: datetime
    resolved_by: str
    resolved_at: datetime | None = Field(description="标记已处理的时间")


class SaidOut(BaseModel):
    """What the reviewer of another step said of a line."""

    step: str
    branch: str = Field(description="会签的处室，没有会签时为空")
    points: ShownFigure
    opinion: str


class ReviewedLineOut(BaseModel):
    """One line beside its self score."""

    line_id: int
    points: ShownFigure = Field(description="核查得分，没有评时为 null")
    opinion: str
    said: list[SaidOut] = Field(description="其他环节的核查")
    last_actual: str | None = Field(description="上年实际完成值")
    last_points: ShownFigure = Field(description="上年得分")


class DecisionOut(BaseModel):
    """A decided review."""

    step: str
    step_label: str
    branch: str = Field(description="会签的处室，没有会签时为空")
    reviewer: str
    decision: str = Field(
        description="approved、agreed（等待其他处室会签）、lapsed（会签作废）、returned、"
        "unapproved 或 reopened"
    )
    opinion: str
    reason_code: str
    returned_to: str
    decided_at: datetime | None


class ReviewOut(BaseModel):
    """一张表的审核：本环节写下的、各环节的决定、批注和退回后改动的格子。"""

    form: SelfEvaluationOut
    step: str
    opinion: str
    reviewer: str
    opened_at: datetime | None
    opened_by: str | None
    lines: list[ReviewedLineOut]
    reviewed_total: str = Field(description="核查总分；没有核查的行按自评得分")
    remarks: list[RemarkOut]
    changed: list[str] = Field(description="退回后改动的格子")
    history: list[DecisionOut]
    returns: list[str] = Field(description="可以退回到的环节；returned 为经办人")


class OutcomeOut(BaseModel):
    """What became of one form."""

    id: int
    approved: bool
    code: str = Field(description="没有办成的原因代码")
    message: str


class ApprovalsOut(BaseModel):
    """逐张的办理结果。"""

    items: list[OutcomeOut]


class StepsOut(BaseModel):
    """The review steps of a region and kind."""

    region_code: str
    kind: str
    steps: list[str]
    branches: list[BranchShape]
    version: int


class StepsListOut(BaseModel):
    """Every setting; a region without one passes all steps."""

    items: list[StepsOut]


class ReturnReasonOut(BaseModel):
    """A reason of the catalogue."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    label: str
    position: int
    needs_words: bool
    active: bool
    version: int


class ReturnReasonsOut(BaseModel):
    """The catalogue whole."""

    items: list[ReturnReasonOut]
