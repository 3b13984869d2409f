"""Plain text, such as a program makes of a PDF: lines, and cells where tabs part them."""

import codecs
from collections.abc import Iterator
from itertools import islice

from app.errors import UnreadableFile, WhyUnreadable
from app.files.sources import MOST_ROWS, Cell, Row

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB18030 last: it holds every older Chinese code page and takes nearly anything.
ENCODINGS = ("utf-8", "gb18030")
FORM_FEED = "\f"
# A page of a text made from a PDF ends in more blank lines than ever stand between two lines.
PAGE_GAP = 3
LARGEST = 5_000_000
LONGEST_LINE = 10_000
TOO_LARGE = "这个文件超过 5 MB，不像自评表的文字。请核对是否选错了文件。"
LONG_LINE = "第 {number} 行超过 {most} 个字，不像自评表的文字。请核对是否选错了文件。"
NO_TEXT = "这个文件不是文本。请另存为 UTF-8 或 GB18030 编码的文本，或选择原来的文件。"


def rows(content: bytes) -> list[Row]:
    """Every line that says something, up to one beyond the most; raises UnreadableFile."""
    return list(islice(_rows(decoded(content)), MOST_ROWS + 1))


def decoded(content: bytes) -> str:
    """The text in the encoding that its first bytes name, else UTF-8, else GB18030."""
    if len(content) > LARGEST:
        raise UnreadableFile(WhyUnreadable.TOO_LARGE, TOO_LARGE)
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(WhyUnreadable.WRONG_KIND, NO_TEXT)


def _rows(text: str) -> Iterator[Row]:
    table, in_table, gap = 0, False, 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        shown = line.replace(FORM_FEED, "").strip(" \u3000\r")
        fed = FORM_FEED in line
        if not shown.strip():
            gap += PAGE_GAP if fed else 1
            continue
        if len(shown) > LONGEST_LINE:
            message = LONG_LINE.format(number=number, most=LONGEST_LINE)
            raise UnreadableFile(WhyUnreadable.TOO_LARGE, message)
        parted = "\t" in shown
        if parted and not in_table:
            table += 1
        in_table = parted
        # Between rows of a table nothing but the end of a page leaves a blank line.
        new_page = fed or gap >= (1 if parted else PAGE_GAP)
        yield Row(number, _cells(shown), "", table if parted else 0, gap, new_page)
        gap = 0


def _cells(line: str) -> tuple[Cell, ...]:
    texts = line.split("\t")
    return tuple(Cell(text.strip(), place, place + 1) for place, text in enumerate(texts))
