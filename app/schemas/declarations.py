"""Declared targets (绩效目标申报) as they travel: the annual goal and the indicator tree."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Figure, Line, Name, Number, Prose, ShownFigure, Year
from app.schemas.scorings import MOST_INDICATORS, MOST_PARAMETERS


class DeclaredIndicatorIn(BaseModel):
    """一条申报的指标。"""

    model_config = ConfigDict(extra="forbid")

    level1: Line = Field("", description="一级指标")
    level2: Line = Field("", description="二级指标")
    level3: Line = Field("", description="三级指标")
    name: Name = Field(description="指标名称")
    code: Line = Field("", description="指标代码")
    target: Prose = Field("", description="年度指标值，如 ≥95.00(%)")
    full: Figure = Field(None, description="分值")
    rule: Line = Field("", description="本行单独使用的评分规则名称")
    parameters: Annotated[dict[str, Line], Field(max_length=MOST_PARAMETERS)] = {}
    explanation: Prose = Field("", description="指标说明：指标是什么、怎么算，填报时显示")
    data_source: Prose = Field("", description="数据来源：用什么材料佐证，填报时显示")


class DeclarationIn(BaseModel):
    """新建或整体修改一个项目一年的绩效目标。"""

    model_config = ConfigDict(extra="forbid")

    project_id: Number
    fiscal_year: Year
    goal: Prose = Field("", description="年度总体目标")
    indicators: Annotated[list[DeclaredIndicatorIn], Field(max_length=MOST_INDICATORS)] = []


class DeclaredIndicatorOut(BaseModel):
    """一条申报的指标。"""

    model_config = ConfigDict(from_attributes=True)

    position: int
    level1: str
    level2: str
    level3: str
    name: str
    code: str
    target: str
    full: ShownFigure
    rule: str
    parameters: dict[str, str]
    explanation: str
    data_source: str


class DeclarationOut(BaseModel):
    """一个项目一年的绩效目标。"""

    id: int
    project_id: int
    region_code: str
    fiscal_year: int
    goal: str
    indicators: list[DeclaredIndicatorOut]
    version: int
