"""A page of a list."""

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

Item = TypeVar("Item")


class PageOut(BaseModel, Generic[Item]):
    """Up to `limit` items, and where the next page begins."""

    items: list[Item]
    next: str | None = Field(description="下一页的位置，照抄到查询参数 after；最后一页为 null")
