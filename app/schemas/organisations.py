"""Organisations (单位) as they travel."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Code, Name, Number, RegionCode

OrganisationKind = Literal["finance", "department", "unit"]


class OrganisationIn(BaseModel):
    """新建或整体修改一个单位。"""

    model_config = ConfigDict(extra="forbid")

    code: Code = Field(description="单位代码，全系统不重复")
    name: Name = Field(description="单位全称")
    region_code: RegionCode
    parent_id: Number | None = Field(None, description="上级单位；不写时为密钥所属的单位")
    kind: OrganisationKind = Field(
        description="finance 财政部门、department 主管部门、unit 预算单位"
    )
    active: bool = Field(True, description="停用后，它的用户和密钥不能再使用")


class OrganisationOut(BaseModel):
    """一个单位。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    code: str
    name: str
    region_code: str
    parent_id: int | None
    path: str = Field(description="从最上级到本单位的编号，如 /1/2/3/")
    kind: str
    active: bool
    version: int
