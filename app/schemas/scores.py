"""Stored scores as they travel: what a dashboard polls."""

from pydantic import BaseModel, Field

from app.schemas.scorings import SubtotalOut


class ScoreLineOut(BaseModel):
    """One indicator and its points."""

    id: int
    level1: str
    level2: str
    name: str
    full: str | None
    points: str
    met: bool | None
    because: str
    rule: str
    kind: str


class ListedScoreOut(BaseModel):
    """一张自评表的得分，不含各行。"""

    id: int = Field(description="自评表编号")
    project_id: int
    organisation_id: int
    region_code: str
    fiscal_year: int
    state: str
    standard: str
    edition: str
    total: str
    full: str
    grade: str
    rate: str | None = Field(description="预算执行率（%）")
    execution_points: str
    execution_full: str
    errors: int
    warnings: int
    version: int = Field(description="自评表的版本；得分和它同时变化")


class ScoreOut(ListedScoreOut):
    """一张自评表的得分，连同小计和各行。"""

    edition_hash: str
    subtotals: list[SubtotalOut]
    indicators: list[ScoreLineOut]
