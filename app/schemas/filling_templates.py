"""What is asked for when filling templates (填报模板) are taken out."""

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.cells import Number, Year


class TemplateIn(BaseModel):
    """要下载哪些自评表的填报模板。"""

    model_config = ConfigDict(extra="forbid")

    fiscal_year: Year = Field(description="预算年度")
    organisation_id: Number | None = Field(None, description="只要这个单位的；不写为管理范围内全部")
