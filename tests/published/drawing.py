"""A form drawn once as cells with spans, and written by real libraries as xlsx, docx and pdf."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from docx import Document
from openpyxl import Workbook
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table

FONT = "STSong-Light"  # one of the fonts that a PDF reader has for Chinese: nothing to embed
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
STYLE = ParagraphStyle("cell", fontName=FONT, fontSize=8, leading=10, wordWrap="CJK")


@dataclass(frozen=True)
class Drawn:
    """One cell: its text, where it begins, how many columns and rows it covers."""

    text: str
    row: int
    column: int
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Sheet:
    """A form: the lines above its table, and the cells of the table."""

    above: tuple[str, ...]
    cells: tuple[Drawn, ...]
    below: tuple[str, ...] = ()

    @property
    def columns(self) -> int:
        return max(cell.column + cell.columns for cell in self.cells)

    @property
    def rows(self) -> int:
        return max(cell.row + cell.rows for cell in self.cells)


def as_xlsx(*sheets: Sheet) -> bytes:
    """Each form on a sheet of its own."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, drawn in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for line, text in enumerate(drawn.above, 1):
            sheet.cell(line, 1, text)
            sheet.merge_cells(
                start_row=line, end_row=line, start_column=1, end_column=drawn.columns
            )
        top = len(drawn.above) + 1
        for cell in drawn.cells:
            place = {"start_row": top + cell.row, "start_column": 1 + cell.column}
            sheet.cell(place["start_row"], place["start_column"]).value = cell.text or None
            end = {
                "end_row": place["start_row"] + cell.rows - 1,
                "end_column": place["start_column"] + cell.columns - 1,
            }
            if cell.rows > 1 or cell.columns > 1:
                sheet.merge_cells(**place, **end)
        for line, text in enumerate(drawn.below):
            sheet.cell(top + drawn.rows + line, 1, text)
    return _bytes(book.save)


def as_docx(*sheets: Sheet) -> bytes:
    """One form after another, each a table below its lines."""
    document = Document()
    for drawn in sheets:
        for text in drawn.above:
            document.add_paragraph(text)
        table = document.add_table(drawn.rows, drawn.columns)
        for cell in drawn.cells:
            first = table.cell(cell.row, cell.column)
            last = table.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1)
            first.merge(last).text = cell.text
        for text in drawn.below:
            document.add_paragraph(text)
    return _bytes(document.save)


def as_pdf(*sheets: Sheet) -> bytes:
    """Each form from the top of a page, its cells wrapped, its table broken where the page ends."""
    story: list[Flowable] = []
    for drawn in sheets:
        story += [Paragraph(text, STYLE) for text in drawn.above]
        grid: list[list[object]] = [[""] * drawn.columns for _ in range(drawn.rows)]
        style: list[tuple[object, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
        for cell in drawn.cells:
            grid[cell.row][cell.column] = Paragraph(cell.text, STYLE)
            corner = (cell.column + cell.columns - 1, cell.row + cell.rows - 1)
            style.append(("SPAN", (cell.column, cell.row), corner))
        width = 540 / drawn.columns
        story.append(Table(grid, colWidths=[width] * drawn.columns, style=style))
        story += [Paragraph(text, STYLE) for text in drawn.below]
        story.append(PageBreak())
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 24)
    return _bytes(lambda file: SimpleDocTemplate(file, pagesize=A4, **margins).build(story))


def as_text(*sheets: Sheet) -> bytes:
    """Cells parted by tabs, a covered cell empty: what copying a table out of a page gives."""
    lines: list[str] = []
    for drawn in sheets:
        lines += drawn.above
        grid = [[""] * drawn.columns for _ in range(drawn.rows)]
        for cell in drawn.cells:
            grid[cell.row][cell.column] = cell.text.replace("\n", "")
        lines += ["\t".join(row) for row in grid]
        lines += drawn.below
    return "\n".join(lines).encode()


def _bytes(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


FORMATS = {"xlsx": as_xlsx, "docx": as_docx, "pdf": as_pdf, "txt": as_text}
