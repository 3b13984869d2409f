"""Accounts (账号) as they travel: never a password or a hash."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Line, Name, Number
from app.schemas.grants import GrantIn, GrantOut

MOST_GRANTS = 20


class UserIn(BaseModel):
    """建立一个账号，并为它申请授权。"""

    model_config = ConfigDict(extra="forbid")

    username: Line = Field(description="账号，登录时使用")
    name: Name = Field(description="姓名")
    organisation_id: Number = Field(description="所属单位")
    grants: list[GrantIn] = Field(
        default_factory=list, max_length=MOST_GRANTS, description="申请的授权，由安全管理员确认"
    )


class UserOut(BaseModel):
    """一个账号和它的全部授权。"""

    id: int
    username: str
    name: str
    organisation_id: int
    organisation: str
    active: bool
    seen_at: datetime | None = Field(description="最近一次登录后的操作；从未登录为 null")
    idle: bool = Field(description="启用而长期没有登录")
    locked: bool = Field(description="因多次输错密码，现在不能从陌生的地方登录")
    second_factor: bool = Field(description="已设置二次验证")
    grants: list[GrantOut]
    version: int
