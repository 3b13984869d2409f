"""The shape of every refusal, for the published contract."""

from pydantic import BaseModel, Field


class FieldProblemOut(BaseModel):
    """One field that needs mending."""

    pointer: str = Field(description="JSON 指针，如 /indicators/3/actual、/query/limit")
    message: str = Field(description="哪里不合适、怎样改")
    given: str = Field(description="所填的内容（过长时截短）")


class ProblemOut(BaseModel):
    """RFC 9457 的问题说明。"""

    type: str
    title: str = Field(description="按状态码的简短说明")
    status: int
    detail: str = Field(description="这一次为什么没有办成，下一步怎么做")
    code: str = Field(description="稳定的代码，程序按它判断")
    errors: list[FieldProblemOut]
