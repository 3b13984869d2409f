"""Audit events (审计记录) and a form's history (历史) as they travel."""

from datetime import datetime

from pydantic import BaseModel, Field


class ChangeOut(BaseModel):
    """One changed field."""

    field: str = Field(description="位置，如 /lines/12/actual")
    label: str = Field(description="位置的中文名称")
    before: str | None = Field(description="变更前；null 为空")
    after: str | None = Field(description="变更后；null 为空")


class AuthorOut(BaseModel):
    """Who did it; a key is an actor of the role system."""

    id: int | None = Field(description="账号或密钥的编号；没有账号的为 null")
    name: str
    role: str
    role_label: str


class HistoryEventOut(BaseModel):
    """自评表历史中的一条。"""

    number: int = Field(description="在全部审计记录中的编号")
    at: datetime
    actor: AuthorOut
    action: str
    action_label: str
    changes: list[ChangeOut]


class AuditEventOut(HistoryEventOut):
    """一条审计记录。"""

    address: str = Field(description="来源地址")
    object_kind: str
    object_kind_label: str
    object_id: str
    organisation_id: int | None
    region_code: str | None
    fiscal_year: int | None
    result: str = Field(description="done 成功、refused 已拒绝")
    result_label: str
