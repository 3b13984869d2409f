"""Text that wants to be something else stays text, in every format."""

import io
import re
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from pypdfium2 import PdfDocument

from app.domain.layouts import Style
from app.files import grid_docx, grid_pdf, grid_xlsx
from app.files.grids import Cell, CheckMark, Grid, GridTable, number_in, writable
from tests.documents.reading import docx_texts, pdf_texts, sheet_of

NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
TEXTS = (
    "=cmd|'/c calc'!A1",
    "@SUM(A1:A9)",
    "+1+1",
    "-2",
    "{=1+1}",
    "http://example.com/?a=1&b=2",
    "<xml attr='1'>&amp;</xml>",
    "#set page(width: 1pt)",
    "$x$ *b* _i_ `r` @ref",
    "&[Page] &P &N &D",
    "_x0041_ _x000D_",
    "名" * 3000,
    "W" * 400,
    "a" * 32,
)
SEEN = ("\U0001f600 表情", "\U00020bb7野家", "العربية")


def grid_with(*texts: str, check: CheckMark | None = None) -> Grid:
    cells = tuple((Cell(text=text, style=Style.WORDS),) for text in texts)
    tables = (GridTable(0, cells),)
    return Grid(title="标题", subtitle="", mark="草稿", unit="", landscape=False, widths=(120,),
                tables=tables, check=check)  # fmt: skip


@pytest.fixture(scope="module")
def xlsx() -> bytes:
    return grid_xlsx.written(grid_with(*TEXTS, *SEEN), NOW)


def test_a_workbook_holds_them_as_text_without_formulas_or_links(xlsx):
    cells = {cell.value: cell for row in sheet_of(xlsx).iter_rows() for cell in row}
    for text in (*TEXTS, *SEEN):
        assert cells[text].data_type == "s"
        assert cells[text].quotePrefix
        assert cells[text].hyperlink is None
    source = ZipFile(io.BytesIO(xlsx)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in source


def test_a_word_document_holds_them_as_they_are():
    content = grid_docx.written(grid_with(*TEXTS, *SEEN), NOW)
    assert docx_texts(content) == [*TEXTS, *SEEN]


def test_a_pdf_holds_them_as_they_are_and_no_word_leaves_its_cell():
    content = grid_pdf.written(grid_with(*TEXTS), NOW)
    assert "".join(pdf_texts(content)).replace(" ", "") == "".join(TEXTS).replace(" ", "")
    document = PdfDocument(content)
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_charbox(place) for place in range(text.count_chars())]
        assert max(right for _, _, right, _ in boxes) < page.get_width() - 60
    document.close()


def test_signs_that_the_font_lacks_do_not_keep_a_pdf_from_being_made():
    content = grid_pdf.written(grid_with(*SEEN), NOW)
    assert "表情" in "".join(pdf_texts(content))


@pytest.mark.parametrize("write", [grid_xlsx.written, grid_docx.written, grid_pdf.written])
def test_signs_that_no_format_can_write_are_replaced(write):
    assert writable("a\x00b\x07c\ud800d\r\ne\x0bf\u2028g\th") == "a�b�c�d\ne\nf\ng\th"
    assert write(grid_with(writable("a\x00b\ud800")), NOW)


def test_the_check_code_cannot_break_the_foot_of_a_workbook():
    check = CheckMark(code="A&B", address="https://example.cn/v?a=1&P=2")
    sheet = sheet_of(grid_xlsx.written(grid_with("x", check=check), NOW))
    assert re.search("A&&B.*a=1&&P=2", sheet.oddFooter.left.text or "")
    assert sheet.oddFooter.right.text == "第 &P 页　共 &N 页"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234.50", "1234.50"), ("0", "0"), ("-3.10", "-3.10"), ("—", None), ("12%", None),
     ("1e5", None), ("１２", None), ("1,23", None), ("", None)],
)  # fmt: skip
def test_a_number_is_a_plain_printed_number(text, number):
    assert (str(number_in(text)) if number_in(text) is not None else None) == number


def test_a_number_with_more_digits_than_a_workbook_keeps_stays_text():
    text = "12,345,678,901,234,567.89"
    cell = Cell(text=text, style=Style.FIGURE, number=number_in(text))
    grid = Grid(title="标题", subtitle="", mark="", unit="", landscape=False, widths=(60,),
                tables=(GridTable(0, ((cell,),)),))  # fmt: skip
    assert text in {item.value for row in sheet_of(grid_xlsx.written(grid, NOW)) for item in row}
