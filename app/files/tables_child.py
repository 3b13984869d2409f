"""The reader of tables that runs in the guarded child: the format is told by the content."""

from typing import Any

from app.errors import UnreadableFile, WhyUnreadable
from app.files import delimited, workbooks
from app.files.containers import NOT_A_TABLE, Kind, kind_of


def parse(content: bytes, *, closely: bool = False) -> list[dict[str, Any]]:
    """The sheets as plain values, with more of each cell where asked; raises UnreadableFile."""
    kind = kind_of(content)
    if kind is Kind.XLSX:
        return workbooks.read_closely(content) if closely else workbooks.read(content)
    if kind is Kind.TEXT:
        return delimited.read(content)
    raise UnreadableFile(WhyUnreadable.WRONG_KIND, NOT_A_TABLE)
