"""Documents read back by other programs than those that wrote them."""

import io
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pdfplumber
from docx.oxml.ns import qn
from pypdfium2 import PdfDocument

Rows = list[list[str]]


def sheet_of(content: bytes) -> Any:
    """The one sheet of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.worksheets) == 1
    return book.worksheets[0]


def xlsx_texts(content: bytes) -> list[str]:
    """Every cell as it is shown, row by row, empty ones left out."""
    return [_shown(cell) for row in sheet_of(content).iter_rows() for cell in row if _shown(cell)]


def _shown(cell: Any) -> str:
    if isinstance(cell.value, int | float):
        places = len(cell.number_format.partition(".")[2])
        grouping = "," if "," in cell.number_format else ""
        return f"{cell.value:{grouping}.{places}f}"
    return cell.value or ""


def docx_texts(content: bytes) -> list[str]:
    """Every cell of every table once, row by row, empty ones left out."""
    document = docx.Document(io.BytesIO(content))
    texts = []
    for table in document.tables:
        for tc in table._tbl.iter_tcs():
            if tc.vMerge != "continue":
                text = "\n".join(_paragraph(item) for item in tc.p_lst)
                texts += [text] if text else []
    return texts


def _paragraph(paragraph: Any) -> str:
    return docx.text.paragraph.Paragraph(paragraph, None).text


def pdf_texts(content: bytes) -> list[str]:
    """Every cell of every table, row by row, without the line ends of wrapping."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        tables = [table for page in document.pages for table in page.extract_tables()]
    cells = [cell for table in tables for row in table for cell in row]
    return [cell.replace("\n", "") for cell in cells if cell]


def pdf_pages(content: bytes) -> Iterator[str]:
    """The text of each page."""
    document = PdfDocument(content)
    for page in document:
        yield page.get_textpage().get_text_range()
    document.close()


def docx_part(content: bytes, name: str) -> str:
    """The source of a part of a docx."""
    return ZipFile(io.BytesIO(content)).read(name).decode()


def widths_of(content: bytes) -> list[list[int]]:
    """Column widths of each table's own grid, in twentieths of a point."""
    document = docx.Document(io.BytesIO(content))
    return [
        [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.gridCol_lst]
        for table in document.tables
    ]
