"""Grants (授权) as they travel."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Line, Number, Prose, Year


class GrantIn(BaseModel):
    """申请一项授权：以什么岗位、在哪个单位及其下级、哪些年度、从哪天到哪天。"""

    model_config = ConfigDict(extra="forbid")

    role: Line = Field(description="岗位，如 filler、unit_lead、department、finance")
    organisation_id: Number | None = Field(None, description="授权单位；不写时为账号所属单位")
    first_year: Year | None = Field(None, description="开始年度；不写为不限")
    last_year: Year | None = Field(None, description="结束年度；不写为不限")
    starts: date | None = Field(None, description="开始日期；不写为当天")
    ends: date | None = Field(None, description="截止日期，含当日；不写为长期")
    reason: Prose = Field(description="申请原因")


class GrantRequestIn(GrantIn):
    """为一个已有的账号申请授权。"""

    user_id: Number = Field(description="账号编号")


class RevocationIn(BaseModel):
    """撤销一项授权。"""

    model_config = ConfigDict(extra="forbid")

    reason: Prose = Field(description="撤销的原因")


class GrantOut(BaseModel):
    """一项授权和它今天的状态。"""

    id: int
    user_id: int
    username: str
    name: str
    role: str
    role_label: str
    organisation_id: int
    organisation: str
    first_year: int | None
    last_year: int | None
    starts: date
    ends: date | None
    state: str = Field(
        description="requested 待确认、active 在用、upcoming 未到开始日期、expired 已到期、"
        "refused 未同意、revoked 已撤销"
    )
    state_label: str
    reason: str
    requested_at: datetime
    requested_by: str
    decided_at: datetime | None
    decided_by: str
    decision: str = Field(description="不同意或撤销的原因")
    version: int
