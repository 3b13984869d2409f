"""Words in the thread at a form (沟通记录) as they travel."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Cell


class WordIn(BaseModel):
    """一条留言。"""

    model_config = ConfigDict(extra="forbid")

    text: Cell = Field(description="留言的内容，最多 1000 个字")
    path: Cell = Field("", description="所说的格子，如 /lines/12/actual；空字符串为整张表")


class WordOut(BaseModel):
    """表上的一条留言；不能修改或删除。"""

    id: int
    path: str
    cell: str = Field(description="所说格子的名称；空字符串为整张表")
    text: str
    author: str
    role: str
    role_label: str
    written_at: datetime
