"""The reader of whole documents that runs in the guarded child: the format is told by content."""

from typing import Any

from app.errors import UnreadableFile, WhyUnreadable
from app.files import containers
from app.files.containers import Kind, kind_of

NOT_READ = "这个文件不是 Excel（.xlsx）、Word（.docx）、PDF 或文本。请核对后选择正确的文件。"


def parse(content: bytes) -> list[Any]:
    """The rows as plain values; the library of a format is loaded only for such a file."""
    kind = kind_of(content)
    if kind is Kind.XLSX:
        from app.files import sheet_rows  # noqa: PLC0415 - 0.1 s and 40 MB that others need not pay

        return sheet_rows.read(content)
    if kind is Kind.DOCX:
        from app.files import docx_rows  # noqa: PLC0415 - likewise

        package = containers.opened(content)
        for entry in package.infolist():
            containers.unfold(package, entry)
        return docx_rows.read(content)
    raise UnreadableFile(WhyUnreadable.WRONG_KIND, NOT_READ)
