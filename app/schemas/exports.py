"""Exports (导出) as they travel: what to take out, and how far a job has come."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.domain.workflow import State
from app.schemas.cells import Number, Year

ExportFormat = Literal["xlsx", "docx", "pdf", "csv", "json"]
# No request holds more; how many may be chosen is the policy's business.
MOST_IDS = 10_000


class ExportIn(BaseModel):
    """要导出的自评表：一个单位和年度的全部，或者逐张写明的几张。"""

    model_config = ConfigDict(extra="forbid")

    kind: ExportFormat = Field(
        description="xlsx、docx、pdf 为每张表一份文档；csv、json 为开放数据和数据字典"
    )
    fiscal_year: Year | None = Field(None, description="预算年度；写明 form_ids 时可以不写")
    organisation_id: Number | None = Field(
        None, description="哪个单位的表，含全部下级单位；不写时为密钥所属单位"
    )
    state: State | None = Field(None, description="只导出这一办理状态的表")
    form_ids: Annotated[
        list[Number], Field(max_length=MOST_IDS, description="逐张写明自评表的编号，须是同一年度的")
    ] = []


class ExportOut(BaseModel):
    """一次导出。"""

    id: int
    kind: str
    kind_label: str
    state: str = Field(
        description="waiting 等待中、running 生成中、done 可以下载、failed 没有完成、expired 已过期"
    )
    state_label: str
    fiscal_year: int
    organisation_id: int
    form_state: str = Field(description="只导出的办理状态，空为全部")
    form_ids: list[int] = Field(description="逐张写明的表，空为整个单位")
    done: int = Field(description="已完成的表数")
    total: int = Field(description="共要导出的表数，开始生成以前为 0")
    started_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="文件到这个时间删除")
    file_name: str
    size: int = Field(description="文件的字节数，生成以前为 0")
    sha256: str = Field(description="文件的 SHA-256，生成以前为空")
    error: str = Field(description="没有完成的原因")
    version: int
