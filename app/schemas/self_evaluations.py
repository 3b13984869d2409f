"""Self-evaluations (绩效自评表) as they travel: what is filled in, and how it scored."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.budgets import BudgetSource
from app.schemas.cells import Cell, Money, Number, ShownFigure, Year
from app.schemas.scorings import (
    MOST_INDICATORS,
    ExecutionOut,
    FindingOut,
    ScoredLineOut,
    SubtotalOut,
)


class OpenIn(BaseModel):
    """打开一个项目一年的自评表。"""

    model_config = ConfigDict(extra="forbid")

    project_id: Number
    fiscal_year: Year
    due_on: date | None = Field(None, description="填报截止日期")


class LineIn(BaseModel):
    """要修改的格子：不写的不动，写 null 的清空。"""

    model_config = ConfigDict(extra="forbid")

    actual: Cell | None = Field(None, description="实际完成值")
    judged: Cell | None = Field(None, description="人工评定的得分")
    reason: Cell | None = Field(None, description="偏差原因分析及改进措施")


class FundChangeIn(BaseModel):
    """要修改的金额（元）：不写的不动。"""

    model_config = ConfigDict(extra="forbid")

    initial: Cell | None = Field(None, description="年初预算数")
    adjusted: Cell | None = Field(None, description="全年预算数")
    executed: Cell | None = Field(None, description="全年执行数")


class GoalIn(BaseModel):
    """年度总体目标的实际完成情况。"""

    model_config = ConfigDict(extra="forbid")

    achieved: Cell | None = Field(description="实际完成情况；null 为清空")


class FormIn(BaseModel):
    """一次修改多处：全部保存，或一处也不保存。"""

    model_config = ConfigDict(extra="forbid")

    achieved: Cell | None = Field(None, description="实际完成情况")
    funds: Annotated[dict[BudgetSource, FundChangeIn], Field(description="按资金来源")] = {}
    lines: Annotated[
        dict[Number, LineIn], Field(max_length=MOST_INDICATORS, description="按指标行编号")
    ] = {}


class SubmissionIn(BaseModel):
    """提交时要说明的事；可以不写。"""

    model_config = ConfigDict(extra="forbid")

    late_reason: Cell = Field("", description="逾期原因；已超过截止日期时必须写明")


class AnswerIn(BaseModel):
    """对一条预警的说明。"""

    model_config = ConfigDict(extra="forbid")

    code: Cell = Field(description="预警的代码，照抄 findings 中的 code")
    path: Cell = Field(description="预警的位置，照抄 findings 中的 path")
    reason: Cell = Field(description="说明；写成空字符串为收回")


class NamedOut(BaseModel):
    """Another resource by its name."""

    id: int
    code: str
    name: str


class FundOut(BaseModel):
    """One row of the funds block."""

    source: str
    label: str
    initial: Money
    adjusted: Money
    executed: Money
    rate: str | None = Field(description="执行率（%）")
    version: int | None = Field(description="合计行由各行相加，没有版本")
    etag: str | None = Field(description="修改这一行时写入 If-Match")


class GoalOut(BaseModel):
    """Annual goal: expected and achieved."""

    expected: str
    achieved: str
    version: int
    etag: str


class LineOut(ScoredLineOut):
    """One indicator line: the cells, then how they scored."""

    id: int
    position: int
    level3: str
    code: str
    target: str
    actual: str
    judged: ShownFigure
    reason: str
    version: int
    etag: str = Field(description="修改这一行时写入 If-Match")


class AnsweredFindingOut(FindingOut):
    """A finding with the reason given for it, if any."""

    answer: str = Field(description="对预警的说明，没有时为空")


class SummaryOut(BaseModel):
    """The form in short, after one of its rows was saved."""

    id: int
    version: int
    etag: str
    total: str
    full: str
    grade: str
    determined: bool
    errors: int
    warnings: int


class SavedLineOut(LineOut):
    """A saved line, and what it made of the form."""

    form: SummaryOut


class SavedFundOut(FundOut):
    """A saved fund row, and what it made of the form."""

    form: SummaryOut


class SavedGoalOut(GoalOut):
    """The saved goal, and what it made of the form."""

    form: SummaryOut


class LinesOut(BaseModel):
    """All lines of a form, in its order; a form is never paged."""

    items: list[LineOut]
    next: str | None = None


class ListedFormOut(BaseModel):
    """A form as a list shows it."""

    id: int
    project: NamedOut
    unit: NamedOut
    region_code: str
    fiscal_year: int
    revision: int
    state: str
    state_label: str
    due_on: date | None
    days_left: int | None = Field(description="距截止日期的天数，当天为 0，过期为负")
    total: str | None
    grade: str | None
    errors: int
    warnings: int
    version: int


class FilingTermOut(BaseModel):
    """What a filing task asks of a form; days are whole days of the project's region."""

    task_id: int
    title: str
    opens: date
    due: date
    closes: date
    extended: date | None = Field(description="已准予的延期中最晚的一天")
    ended: bool = Field(description="任务是否已提前结束")
    waived: bool = Field(description="是否已准予免报")


class SelfEvaluationOut(BaseModel):
    """一张自评表，全部内容。"""

    id: int
    project: NamedOut
    unit: NamedOut
    department: NamedOut | None
    region_code: str
    fiscal_year: int
    revision: int
    supersedes_id: int | None = Field(description="所接替的上一个修订，没有时为 null")
    is_current: bool = Field(description="是否为正在使用的修订")
    state: str
    state_label: str
    allowed: list[str] = Field(description="现在可以办理的事：edit、submit、withdraw、return")
    standard: str
    edition: str
    edition_hash: str
    due_on: date | None
    filing: FilingTermOut | None = Field(description="所属的填报任务，没有任务时为 null")
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    receipt: str | None = Field(description="回执号")
    returned_reason: str
    expected: str = Field(description="预期目标")
    achieved: str = Field(description="实际完成情况")
    goal_etag: str = Field(description="修改实际完成情况时写入 If-Match")
    funds: list[FundOut]
    execution: ExecutionOut
    indicators: list[LineOut]
    subtotals: list[SubtotalOut]
    total: str
    full: str
    grade: str
    determined: bool
    findings: list[AnsweredFindingOut] = Field(description="path 是指向本表的 JSON 指针")
    version: int
