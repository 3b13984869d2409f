"""Projects (项目) as they travel."""

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Name, Number, ProjectCode, Year


class ProjectIn(BaseModel):
    """新建或整体修改一个项目。"""

    model_config = ConfigDict(extra="forbid")

    code: ProjectCode = Field(
        description="项目代码，21 位：6 位区划、2 位年份、字母 T/Y/R、12 位顺序号"
    )
    name: Name = Field(description="项目名称")
    organisation_id: Number = Field(description="实施单位")
    first_year: Year = Field(description="开始年度")
    last_year: Year = Field(description="结束年度")
    recurring: bool = Field(False, description="是否经常性项目")


class ProjectOut(BaseModel):
    """一个项目。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    code: str
    name: str
    kind: str = Field(description="specific 特定目标类、operating 运转类、personnel 人员类")
    organisation_id: int
    region_code: str
    first_year: int
    last_year: int
    recurring: bool
    version: int
