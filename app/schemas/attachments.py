"""Attachments (佐证材料) as they travel."""

from datetime import datetime

from pydantic import BaseModel, Field


class AttachmentOut(BaseModel):
    """一份佐证材料。内容从不改变，需要更换时删除后重新上传。"""

    id: int
    line_id: int | None = Field(description="所佐证的指标行；null 为整张表")
    name: str = Field(description="上传时的文件名")
    kind: str = Field(description="按内容识别的类型，如 pdf、xlsx、jpeg")
    media_type: str
    size: int = Field(description="字节数")
    sha256: str = Field(description="内容的 SHA-256，十六进制")
    marks: list[str] = Field(description="打开时要留意的，如 embedded（内含附件）")
    attached_by: str
    attached_at: datetime
    etag: str = Field(description="删除时照抄到 If-Match")


class AttachmentsOut(BaseModel):
    """一张表的佐证材料，按上传的先后。"""

    items: list[AttachmentOut]
