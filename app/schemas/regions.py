"""Administrative divisions (行政区划) as they travel."""

from pydantic import BaseModel, ConfigDict, Field


class RegionOut(BaseModel):
    """一个行政区划。"""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(description="行政区划代码")
    name: str
    parent_code: str | None
    time_zone: str = Field(description="填报期限按这个时区计算")
    version: int
