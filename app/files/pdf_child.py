"""The reader of a PDF's text layer that runs in the guarded child, some pages at a time."""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import extract_text

from app.errors import UnreadableFile, WhyUnreadable
from app.files.containers import ENCRYPTED

# Left, top, right, bottom, in points from the upper left corner of the page.
Box = tuple[float, float, float, float]
Sign = dict[str, Any]
# Lines of one grid that stand closer together than this are one line.
CLOSE = 3


def parse(content: bytes, first: int, count: int) -> dict[str, Any]:
    """How many pages there are, and the rows of those asked for, each without its number."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            pages = document.pages[first : first + count]
            rows = [
                row for number, page in enumerate(pages, first + 1) for row in _page(page, number)
            ]
            return {"pages": len(document.pages), "rows": rows}
    except PdfminerException as error:
        if isinstance(error.args[0], PDFPasswordIncorrect):
            raise UnreadableFile(WhyUnreadable.ENCRYPTED, ENCRYPTED) from error
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error
    except PDFSyntaxError as error:
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error


def _page(page: Page, number: int) -> Iterator[list[Any]]:
    """Rows of tables and the lines around them, from the top of the page to its end."""
    tables = [table for table in page.find_tables() if len(table.cells) > 1]
    found = [(top, 0, [[text, 0, 1, False]]) for top, text in _lines(page, tables)]
    for place, table in enumerate(tables):
        # A table's number tells its page, so that none goes on unnoticed.
        found += [(top, number * 100 + place, cells) for top, cells in _grid(page, table)]
    found.sort(key=lambda item: item[0])
    begun = tables_begun = False
    for _, table_number, cells in found:
        new_page = not begun or (table_number > 0 and not tables_begun)
        begun, tables_begun = True, tables_begun or table_number > 0
        yield [f"第{number}页", table_number, new_page and number > 1, cells]
    page.close()


def _lines(page: Page, tables: list[Table]) -> Iterator[tuple[float, str]]:
    """The lines of text outside the tables, with their height on the page."""
    boxes = [table.bbox for table in tables]
    around = page.filter(lambda item: not any(_inside(item, box) for box in boxes))
    for line in around.extract_text_lines(return_chars=False):
        yield line["top"], line["text"]


def _grid(page: Page, table: Table) -> Iterator[tuple[float, list[Any]]]:
    """The rows of a table: each cell that reaches into the row, with where it reaches across."""
    boxes = [_rounded(cell) for cell in table.cells]
    tops = _merged({box[1] for box in boxes} | {box[3] for box in boxes})
    texts = {box: _text(page.chars, box) for box in boxes}
    for top, bottom in pairwise(tops):
        middle = (top + bottom) / 2
        row = sorted(box for box in boxes if box[1] < middle < box[3])
        cells = [[texts[box], round(box[0]), round(box[2]), box[1] < top - CLOSE] for box in row]
        if any(text for text, *_ in cells):
            yield top, cells


def _rounded(cell: Box) -> Box:
    left, top, right, bottom = (round(edge, 1) for edge in cell)
    return left, top, right, bottom


def _merged(edges: set[float]) -> list[float]:
    kept: list[float] = []
    for edge in sorted(edges):
        if not kept or edge - kept[-1] > CLOSE:
            kept.append(edge)
    return kept


def _text(signs: list[Sign], box: Box) -> str:
    return extract_text([sign for sign in signs if _inside(sign, box)]).strip()


def _inside(item: Sign, box: Box) -> bool:
    """Whether the middle of a sign lies within the box."""
    across, down = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(box[0] <= across < box[2] and box[1] <= down < box[3])
