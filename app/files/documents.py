"""A document of any format that is read, as plain rows: the format is told by the content."""

from typing import Any

from app.errors import UnreadableFile, WhyUnreadable
from app.files import guarded, plain_text
from app.files.containers import EMPTY, HTML, OLE
from app.files.limits import Limits
from app.files.sources import MOST_ROWS, Cell, Row

PACKAGE, PDF = b"PK", b"%PDF"
# Text is read here: it holds nothing that could drive a parser mad.
PARSED = (PACKAGE, PDF, OLE)
LIMITS = Limits()
# A child reads so many pages; a file that takes its time on purpose ends with the first child.
PAGES_AT_ONCE = 6
MOST_PAGES = 300
TOO_LONG = "这个文件超过 {most} {what}，不像自评表。请分成几个较小的文件。"


def rows(content: bytes) -> list[Row]:
    """Every row of a document; raises UnreadableFile, and Busy when too many are being read."""
    if not content.strip():
        raise UnreadableFile(WhyUnreadable.EMPTY, EMPTY)
    if content.startswith(PDF):
        found = _pages(content)
    elif content.startswith(PARSED) or HTML.match(content[:1024]):
        told = guarded.run("app.files.documents_child:parse", content, limits=LIMITS)
        found = [_row(item) for item in told]
    else:
        found = plain_text.rows(content)
    if len(found) > MOST_ROWS:
        raise _too_long(MOST_ROWS, "行")
    return found


def _pages(content: bytes) -> list[Row]:
    """The rows of a PDF, some pages at a time, numbered through."""
    found: list[Row] = []
    first, pages = 0, 1
    while first < pages:
        options = {"first": first, "count": PAGES_AT_ONCE}
        told = guarded.run("app.files.pdf_child:parse", content, options, limits=LIMITS)
        pages = told["pages"]
        if pages > MOST_PAGES:
            raise _too_long(MOST_PAGES, "页")
        found += [_row([len(found) + place, *item]) for place, item in enumerate(told["rows"], 1)]
        first += PAGES_AT_ONCE
    if not found:
        message = (
            "这个 PDF 没有文字层，可能是扫描件。请改用可以选中文字的 PDF，或 Word、Excel 原件。"
        )
        raise UnreadableFile(WhyUnreadable.WRONG_KIND, message)
    return found


def _row(item: list[Any]) -> Row:
    """A row as a child tells it: line, place, table, new page, cells."""
    line, place, table, new_page, cells = item
    told = tuple(Cell(text, left, right, above) for text, left, right, above in cells)
    return Row(line, told, place, table, 0, new_page)


def _too_long(most: int, what: str) -> UnreadableFile:
    return UnreadableFile(WhyUnreadable.TOO_LARGE, TOO_LONG.format(most=most, what=what))
