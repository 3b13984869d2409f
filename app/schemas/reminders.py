"""Reminders (催报) and their texts as they travel."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Line, Number, Prose
from app.schemas.self_evaluations import NamedOut

MOST_PROJECTS = 500


class ReminderIn(BaseModel):
    """催报一些项目，或一个单位及其下级中临近截止和逾期的全部项目。"""

    model_config = ConfigDict(extra="forbid")

    project_ids: Annotated[
        list[Number], Field(max_length=MOST_PROJECTS, description="要催报的项目")
    ] = []
    organisation_id: Number | None = Field(
        None, description="写明时催报这个单位及其下级，不再看 project_ids"
    )
    within: Annotated[int, Field(ge=0, description="距截止日期不超过几天的，逾期的都在内")] = 7
    subject: Line = Field(description="标题，可以用 {unit}、{project} 等字段")
    body: Prose = Field(description="内容，可以用的字段见 /reminder-templates")


class OutcomeOfRemindersOut(BaseModel):
    """催报的结果，各是多少个项目。"""

    sent: int = Field(description="已经发出")
    queued: int = Field(description="在免打扰时间内，等到 until 发出")
    again: int = Field(description="当天已经催报过，没有再发")
    settled: int = Field(description="已经送审或免报，不需要催报")
    unheard: int = Field(description="已发出的当中，单位没有可以收到消息的人员")
    until: datetime | None


class ReminderOut(BaseModel):
    """一次催报。"""

    id: int
    project: NamedOut
    unit: NamedOut
    subject: str
    body: str
    sent_by: str
    asked_at: datetime
    due_at: datetime = Field(description="应当发出的时间")
    day: date = Field(description="发出的那一天，同一张表一天一次")
    delivered_at: datetime | None
    dropped_at: datetime | None = Field(description="到时已不需要催报，没有发出")
    recipients: str = Field(description="收到消息的人员")


class ReminderTemplateIn(BaseModel):
    """新增或修改一条催报模板。"""

    model_config = ConfigDict(extra="forbid")

    code: Line = Field(description="代码，小写字母开头")
    label: Line = Field(description="模板名称")
    subject: Line = Field(description="标题")
    body: Prose = Field(description="内容")
    position: int = Field(0, ge=0, le=10_000, description="排列次序")
    active: bool = Field(True, description="是否可供选择")
    version: int = Field(0, ge=0, description="所依据的版本；新增时为 0")


class ReminderTemplateOut(BaseModel):
    """A text of the catalogue."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    label: str
    subject: str
    body: str
    position: int
    active: bool
    version: int


class ReminderTemplatesOut(BaseModel):
    """催报模板的全部目录和模板可以使用的字段。"""

    items: list[ReminderTemplateOut]
    fields: dict[str, str] = Field(description="字段和它的含义")
