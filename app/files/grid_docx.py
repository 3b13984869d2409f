"""A grid as docx: tables that Word and LibreOffice lay out alike, to be edited like any other.

Column widths stand in the grid of the table and in every cell: Word reads the one, LibreOffice
the other. Rows are not cut by a page, heading rows are repeated.
"""

import io
from collections.abc import Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tc
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from app.domain.layouts import Style
from app.files.grids import Cell, Grid, GridTable, Placed, placed
from app.files.text_widths import lines_of

FONT = "宋体"
TITLE, SUBTITLE, TEXT, SMALL = 18, 12, 9.5, 8  # points
SHORT_SIDE, LONG_SIDE = 210, 297  # of A4, mm
TOP, BOTTOM = 18, 18  # mm
LINE = 14  # points from line to line
TALLEST = 560  # points of a row that surely fits a page
PADDING = 57  # twentieths of a point left and right of the text of a cell: 1 mm
ALIGNED = {
    Style.LABEL: WD_ALIGN_PARAGRAPH.CENTER,
    Style.CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    Style.WORDS: WD_ALIGN_PARAGRAPH.LEFT,
    Style.FIGURE: WD_ALIGN_PARAGRAPH.RIGHT,
}


def written(grid: Grid, now: datetime) -> bytes:
    """The grid as a Word document made at that moment."""
    document = docx.Document()
    _set_up(document, grid, now)
    _paragraph(document, grid.title, TITLE, WD_ALIGN_PARAGRAPH.CENTER).runs[0].bold = True
    if grid.subtitle:
        _paragraph(document, grid.subtitle, SUBTITLE, WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, grid.unit, TEXT, WD_ALIGN_PARAGRAPH.RIGHT)
    for number, table in enumerate(grid.tables):
        if number:  # two tables that touch would become one, with the headings of the first
            _thin(document.add_paragraph())
        _table(document, table, grid.widths)
    for note in grid.notes:
        _paragraph(document, note, TEXT)
    _signatures(document, grid)
    _thin(document.add_paragraph())  # Word wants a paragraph below the last table
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_up(document: Document, grid: Grid, now: datetime) -> None:
    """A4 and its margins, the face of the type, what stands at the head and foot of each page."""
    told = document.core_properties
    told.title, told.author, told.comments = grid.title, "", ""
    told.created = told.modified = now.replace(tzinfo=None)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(TEXT)
    shape = style.element.get_or_add_rPr()
    shape.get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    shape.append(language)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1
    section = document.sections[0]
    width, height = SHORT_SIDE, LONG_SIDE
    if grid.landscape:
        width, height = height, width
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm((width - sum(grid.widths)) / 2)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.header_distance = section.footer_distance = Mm(10)
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(head, grid.mark, SMALL)
    _foot(section.footer.paragraphs[0], grid)


def _foot(paragraph: Paragraph, grid: Grid) -> None:
    """What the grid says, and page n of m at the right."""
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(sum(grid.widths)), WD_TAB_ALIGNMENT.RIGHT)
    # The style of footers stops in the middle; nothing stands there here.
    paragraph.style = "Normal"
    _run(paragraph, "\n".join(grid.foot_lines) + "\t第 ", SMALL)
    _field(paragraph, "PAGE")
    _run(paragraph, " 页　共 ", SMALL)
    _field(paragraph, "NUMPAGES")
    _run(paragraph, " 页", SMALL)


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that the program which shows the document puts in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = _run(paragraph, "1", SMALL)
    field.append(run)
    paragraph._p.append(field)


def _run(paragraph: Paragraph, text: str, size: float) -> BaseOxmlElement:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    element: BaseOxmlElement = run._r
    return element


def _paragraph(
    document: Document, text: str, size: float, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(3)
    _run(paragraph, text, size)
    return paragraph


def _thin(paragraph: Paragraph) -> None:
    """As good as no line at all."""
    paragraph.paragraph_format.line_spacing = Pt(1)
    _run(paragraph, "", 1)


def _table(document: Document, grid_table: GridTable, widths: Sequence[int]) -> None:
    table = document.add_table(len(grid_table.rows), len(widths), "Table Grid")
    _lay_out(table, widths)
    rows = table._tbl.tr_lst
    cells = list(placed(grid_table, len(widths)))
    uncut = set(range(len(rows))) - {item.row for item in cells if _is_tall(item, widths)}
    for number, row in enumerate(rows):
        if number in uncut:
            _mark(row, "w:cantSplit")
        if number < grid_table.headings:
            _mark(row, "w:tblHeader")
    matrix = [list(row.tc_lst) for row in rows]
    for item in cells:
        width = Mm(sum(widths[item.column : item.column + item.cell.columns]))
        for part in range(item.cell.rows):
            here = matrix[item.row + part][item.column : item.column + item.cell.columns]
            _join(here, width)
            if item.cell.rows > 1:
                here[0].vMerge = "continue" if part else "restart"
        _fill(_Cell(matrix[item.row][item.column], table), item.cell)


def _lay_out(table: Table, widths: Sequence[int]) -> None:
    """Fixed widths, in the table's own grid too, and narrow margins in the cells."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Mm(width)
    whole = table._tbl.tblPr.find(qn("w:tblW"))
    if whole is not None:
        whole.set(qn("w:type"), "dxa")
        whole.set(qn("w:w"), str(round(Mm(sum(widths)).twips)))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(PADDING))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def _is_tall(item: Placed, widths: Sequence[int]) -> bool:
    """Whether a cell of one row may not fit a page, so that its row has to be cut."""
    width = sum(widths[item.column : item.column + item.cell.columns])
    return item.cell.rows == 1 and lines_of(item.cell.text, width, TEXT) * LINE > TALLEST


def _mark(row: CT_Row, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))


def _join(cells: Sequence[CT_Tc], width: Length) -> None:
    """The first cell of a row over the others."""
    first, *others = cells
    for other in others:
        row = other.getparent()
        if row is not None:
            row.remove(other)
    if others:
        first.grid_span = len(cells)
    first.width = width


def _fill(shown: _Cell, cell: Cell) -> None:
    shown.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = shown.paragraphs[0]
    paragraph.alignment = ALIGNED[cell.style]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    if cell.text:
        paragraph.add_run(cell.text)


def _signatures(document: Document, grid: Grid) -> None:
    """Side by side in equal shares, without lines."""
    if not grid.signatures:
        return
    _paragraph(document, "", TEXT)
    table = document.add_table(1, len(grid.signatures))
    share = sum(grid.widths) // len(grid.signatures)
    _lay_out(table, [share] * len(grid.signatures))
    _mark(table._tbl.tr_lst[0], "w:cantSplit")
    for place, text in zip(table._tbl.tr_lst[0].tc_lst, grid.signatures, strict=True):
        place.width = Mm(share)
        _fill(_Cell(place, table), Cell(text=text, style=Style.WORDS))
