"""A Word document as rows: its paragraphs and the rows of its tables, in their order."""

import io
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.table import CT_Row
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from app.errors import UnreadableFile, WhyUnreadable

# A vertical merge: the first cell of it, and those that go on below.
RESTART, CONTINUE = "restart", "continue"
Open = dict[int, str]


def read(content: bytes) -> list[Any]:
    """Paragraphs and table rows as plain values, counted from the top."""
    try:
        document = Document(io.BytesIO(content))
    except (OpcError, BadZipFile, KeyError, ValueError) as error:
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error
    return [
        [line, "", table, False, cells]
        for line, (table, cells) in enumerate(_blocks(document.iter_inner_content()), 1)
    ]


def _blocks(blocks: Iterator[Paragraph | Table]) -> Iterator[tuple[int, list[Any]]]:
    table = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                yield 0, [[block.text.replace("\t", "  "), 0, 1, False]]
            continue
        table += 1
        above: Open = {}
        for row in block._tbl.tr_lst:
            cells = list(_cells(row, block, above))
            if any(text for text, *_ in cells):
                yield table, cells


def _cells(row: CT_Row, table: Table, above: Open) -> Iterator[list[Any]]:
    """Text, first column, column after the last, and whether the cell began in a row above."""
    column = row.grid_before
    for cell in row.tc_lst:
        right = column + cell.grid_span
        goes_on = cell.vMerge == CONTINUE
        text = above.get(column, "") if goes_on else _text(_Cell(cell, table))
        above[column] = text
        yield [text, column, right, goes_on]
        column = right


def _text(cell: _Cell) -> str:
    """The cell's paragraphs, those of tables within it too."""
    return "\n".join(_lines(cell)).strip()


def _lines(cell: _Cell) -> Iterator[str]:
    for block in cell.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        else:
            for row in block.rows:
                for inner in row.cells:
                    yield from _lines(inner)
