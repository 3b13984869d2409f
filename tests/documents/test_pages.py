"""A4, pages and what repeats on them, in a form that takes several."""

import io

import docx
import pdfplumber
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from pypdfium2 import PdfDocument

from app.domain.workflow import LABELS
from app.services import documents, layouts
from app.services.documents import KINDS
from tests.documents.looks import CHECK, NOW
from tests.documents.reading import docx_part, pdf_pages, sheet_of, widths_of
from tests.services.document_cases import LAYOUTS, filled, row

MANY = tuple(
    row(
        "产出指标/数量指标" if number < 40 else "效益指标/社会效益指标",
        f"第{number:02}项：街道图书馆流通服务点图书更新和设备维护完成情况",
        f"≥{number}.00(%)", f"{number}.00(%)", "1", reason="按计划完成。" * (number % 9),
    )
    for number in range(1, 91)
)  # fmt: skip


@pytest.fixture(scope="session")
def long(room) -> dict[str, bytes]:
    case = filled(room, NOW, "shanghai-2024", rows=MANY, project="长表", achieved="已完成。" * 700)
    return {
        kind: documents.make(room, case.filler, case.form_id, kind, NOW, CHECK).content
        for kind in KINDS
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_document_is_a4_of_one_page(made, layout):
    contents = made[layout].contents
    pdf = PdfDocument(contents["pdf"])
    assert len(pdf) == 1
    assert [round(side) for side in pdf[0].get_size()] == [595, 842]
    pdf.close()
    section = docx.Document(io.BytesIO(contents["docx"])).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    setup = sheet_of(contents["xlsx"])
    assert str(setup.page_setup.paperSize) == setup.PAPERSIZE_A4
    assert setup.sheet_properties.pageSetUpPr.fitToPage
    assert setup.page_setup.fitToHeight == 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_state_unit_signatures_and_check_code_stand_in_every_document(made, layout):
    form = made[layout]
    told = layouts.of_edition(form.sheet.standard)
    wanted = [LABELS["draft"], f"金额单位：{told.money_unit}", CHECK.code, CHECK.address]
    wanted += [text.strip() for text in told.signatures]
    sheet = sheet_of(form.contents["xlsx"])
    texts = {
        "pdf": "".join(pdf_pages(form.contents["pdf"])),
        "docx": "".join(
            docx_part(form.contents["docx"], f"word/{name}.xml").replace("&amp;", "&")
            for name in ("document", "header1", "footer1")
        ),
        "xlsx": "".join(str(cell.value) for line in sheet.iter_rows() for cell in line),
    }
    for kind, text in texts.items():
        bare = "".join(text.split())
        missing = [item for item in wanted if "".join(item.split()) not in bare]
        assert missing == [], kind


def test_headings_and_page_numbers_are_on_every_page_of_a_long_pdf(long):
    pages = list(pdf_pages(long["pdf"]))
    assert len(pages) > 4
    for number, text in enumerate(pages, 1):
        assert f"第 {number} 页　共 {len(pages)} 页" in text
        assert CHECK.code in text
    with_lines = [text for text in pages if "项：街道" in text]
    assert len(with_lines) > 3
    assert all("三级指标" in text and "年度指标值" in text for text in with_lines)


def test_no_row_of_a_long_pdf_is_cut_that_fits_a_page(long):
    with pdfplumber.open(io.BytesIO(long["pdf"])) as document:
        rows = [row for page in document.pages for table in page.extract_tables() for row in table]
    names = ["".join(row[2].split()) for row in rows if row[2] and "项：街道" in row[2]]
    assert names == [item["name"] for item in MANY]
    reasons = ["".join((row[7] or "").split()) for row in rows if row[2] and "项：街道" in row[2]]
    assert reasons == [item["reason"] for item in MANY]


def test_headings_repeat_and_rows_are_whole_in_word(long):
    document = docx.Document(io.BytesIO(long["docx"]))
    marked = [
        [place for place, tr in enumerate(table._tbl.tr_lst) if tr.find(f".//{qn('w:tblHeader')}")
         is not None]
        for table in document.tables
    ]  # fmt: skip
    assert marked == [[], [0], []]
    lines = document.tables[1]._tbl.tr_lst
    assert all(tr.find(f".//{qn('w:cantSplit')}") is not None for tr in lines)
    # The goal takes more than a page and has to be cut.
    goal = document.tables[0]._tbl.tr_lst[-1]
    assert goal.find(f".//{qn('w:cantSplit')}") is None
    assert "NUMPAGES" in docx_part(long["docx"], "word/footer1.xml")


def test_columns_have_the_widths_of_the_layout_in_the_table_and_in_its_cells(made):
    for layout, form in made.items():
        widths = layouts.of_edition(form.sheet.standard).widths
        twips = [round(Mm(width).twips) for width in widths]
        content = form.contents["docx"]
        for found in widths_of(content)[:2]:
            assert all(abs(a - b) <= 1 for a, b in zip(found, twips, strict=True)), layout
        for table in docx.Document(io.BytesIO(content)).tables[:2]:
            for tr in table._tbl.tr_lst:
                assert sum(tc.grid_span for tc in tr.tc_lst) == len(widths)
                told = sum(tc.width for tc in tr.tc_lst)
                assert abs(told - Mm(sum(widths))) < Mm(1)


def test_a_workbook_repeats_the_headings_and_holds_what_is_taller_than_a_row(long):
    sheet = sheet_of(long["xlsx"])
    first, _, last = str(sheet.print_title_rows).replace("$", "").partition(":")
    assert first == last
    assert sheet[f"C{first}"].value == "三级指标"
    heights = [item.height for item in sheet.row_dimensions.values() if item.height]
    assert max(heights) <= 409
    spread = [area for area in sheet.merged_cells.ranges if area.max_row > area.min_row]
    texts = [str(sheet.cell(area.min_row, area.min_col).value) for area in spread]
    assert any(text.startswith("已完成。") for text in texts)
