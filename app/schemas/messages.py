"""Messages (消息) as they travel."""

from datetime import datetime

from pydantic import BaseModel, Field


class ReaderOut(BaseModel):
    """Who a message is for."""

    id: int = Field(description="账号编号")
    username: str
    name: str
    organisation_id: int = Field(description="发送时所在的单位")


class MessageOut(BaseModel):
    """给一位人员的一条消息。"""

    id: int
    kind: str = Field(description="类别，如 returned、word、urged")
    kind_label: str
    subject: str
    body: str
    reader: ReaderOut
    sender: str = Field(description="办理人")
    sent_at: datetime
    read_at: datetime | None = Field(description="查阅时间；null 为未读")
    fiscal_year: int | None
    region_code: str | None
    self_evaluation_id: int | None = Field(description="所说的自评表；与表无关的为 null")
    path: str = Field(description="页面地址，接在本系统网址后面，供转发时链接")
