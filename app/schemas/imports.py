"""Imports (导入) as they travel: the file as Base64 in, counts and the report by cell out."""

from base64 import b64decode
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.schemas.audit_events import ChangeOut
from app.schemas.cells import Line

ImportKind = Literal[
    "users", "organisations", "projects", "budgets", "declarations", "self_evaluations"
]


def _decoded(value: Any) -> bytes:
    try:
        return b64decode(value, validate=True)
    except (TypeError, ValueError) as error:
        raise PydanticCustomError("cell.base64", "{name}请用 Base64 写出文件的内容。") from error


Content = Annotated[
    bytes,
    BeforeValidator(_decoded),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]


class ImportIn(BaseModel):
    """要导入的一份表。"""

    model_config = ConfigDict(extra="forbid")

    kind: ImportKind = Field(
        description="users 账号（需要 accounts 权限）、organisations 单位、projects 项目、"
        "budgets 预算与执行、declarations 绩效目标、self_evaluations 填好的自评表填报模板"
    )
    file_name: Line = Field(description="文件名，只供人辨认；格式按内容判断")
    content: Content = Field(description="文件的内容（.xlsx 或 .csv），写成 Base64")
    dry_run: bool = Field(True, description="true 只预览；false 没有问题时立即写入")


class ImportOut(BaseModel):
    """一次导入。"""

    id: int
    kind: str
    state: str = Field(description="ready 待确认、faulty 有问题、applied 已导入")
    state_label: str
    file_name: str
    file_digest: str = Field(description="文件内容的 SHA-256")
    added: int = Field(description="新增的记录数")
    changed: int = Field(description="修改的记录数")
    unchanged: int = Field(description="无变化的记录数")
    problems: int = Field(description="问题数；有一处问题就全部不写入")
    created_at: datetime
    created_by: str
    applied_at: datetime | None
    applied_by: str
    version: int


class ImportProblemOut(BaseModel):
    """一处需要改正的地方。"""

    sheet: str = Field(description="工作表；CSV 为空")
    row: int = Field(description="行号；0 为整张表")
    column: str = Field(description="列的字母；空为整行")
    heading: str = Field(description="列名")
    value: str = Field(description="现在的内容")
    expected: str = Field(description="应当填写什么")
    message: str = Field(description="问题和改法")


class ImportEffectOut(BaseModel):
    """一行的结果。"""

    sheet: str
    row: int
    effect: str = Field(description="new 新增、changed 修改、unchanged 无变化")
    effect_label: str
    key: str = Field(description="所指的记录")
    changes: list[ChangeOut] = Field(description="逐格的变更；field 和 label 都是列名")


class ImportReportOut(ImportOut):
    """一次导入和它的报告。"""

    problem_list: list[ImportProblemOut]
    effect_list: list[ImportEffectOut]
    left_out: list[str] = Field(description="文件中没有读取的内容")


class IssuedPasswordOut(BaseModel):
    """一个账号的初始密码，只在这一次答复里出现。"""

    model_config = ConfigDict(from_attributes=True)

    username: str
    name: str
    unit: str
    password: str
    until: datetime


class IssuedPasswordsOut(BaseModel):
    """一次导入所建账号的初始密码。"""

    items: list[IssuedPasswordOut]
