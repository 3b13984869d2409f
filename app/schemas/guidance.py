"""Guidance for one row (指标说明) as it travels."""

from pydantic import BaseModel, Field


class GuidanceOut(BaseModel):
    """一行指标的说明；没有写明的为空字符串。"""

    line_id: int
    name: str
    rule: str = Field(description="计分规则的名称")
    rule_words: str = Field(description="计分规则，一句话")
    because: str = Field(description="得分的计算过程")
    inferred_from: str
    explanation: str = Field(description="申报时写的指标说明")
    data_source: str = Field(description="申报时写的数据来源和佐证要求")
    standard: str
    clause: str = Field(description="依据的文件")
    reference: str
