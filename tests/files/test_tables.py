"""Sound tables as people save them: encodings, separators, formulas, numbers, merged cells."""

import csv
import io

import pytest
import xlsxwriter

from app.errors import UnreadableFile
from app.files import csv_text, tables
from app.files.tables import Row
from tests.files.hostile import SHEET, sheet_of, with_part, workbook

ROWS = (("单位代码", "单位名称"), ("001", "某市教育局\n（本级）"))


def saved(rows, separator=",", encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "，", "|"])
def test_csv_in_every_encoding_with_every_separator(encoding, separator):
    if separator == "，":
        content = '单位代码，单位名称\n001，"某市教育局\n（本级）"\n'.encode(encoding)
    else:
        content = saved(ROWS, separator, encoding)

    (sheet,) = tables.read(content)

    assert sheet.rows == tuple(Row(number, cells) for number, cells in enumerate(ROWS, 1))


def test_rows_keep_their_numbers_over_blank_ones():
    (sheet,) = tables.read(b"a,b\n,\n\n1,2\n")

    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ("a", "b")), (4, ("1", "2"))]


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''-x", "-5", "'-5", "+x", "＝A1", "@x", "'普通'"]
)
def test_a_guarded_cell_comes_back_as_it_was(text):
    content = "".join(csv_text.lines([("甲", text)])).encode()

    assert tables.read(content)[0].rows[0].cells == ("甲", text)


def fill(sheet):
    sheet.write_row("B2", ["编号", 1, 0.1 + 0.2, 1234567.5, True, 310000])
    sheet.write_formula("B3", "=1+1", None, "")
    sheet.write_formula("C3", "=1+1", None, 2)
    sheet.write_formula("D3", "=1/0", None, "#DIV/0!")
    sheet.write_number("E3", 123456789012345678)
    sheet.write_string("F3", " =x ")


def test_numbers_are_read_as_a_spreadsheet_shows_them_and_formulas_by_their_value():
    (sheet,) = tables.read(workbook(fill))

    assert sheet.rows[0] == Row(2, ("", "编号", "1", "0.3", "1234567.5", "是", "310000"))
    assert sheet.rows[1].cells[:4] == ("", "", "2", "")
    assert sheet.rows[1].cells[5] == " =x "
    assert sheet.faults == {(3, 2): "uncomputed", (3, 4): "error", (3, 5): "digits"}


def test_a_merged_block_says_the_same_in_each_of_its_rows():
    def merged(sheet):
        sheet.write_row("A1", ["一级指标", "指标名称"])
        sheet.merge_range("A2:A4", "产出指标")
        for row, name in enumerate(["数量", "质量", "时效"], 1):
            sheet.write(row, 1, name)

    (sheet,) = tables.read(workbook(merged))

    assert [row.cells for row in sheet.rows[1:]] == [
        ("产出指标", "数量"), ("产出指标", "质量"), ("产出指标", "时效"),
    ]  # fmt: skip


def test_cells_that_only_have_a_colour_reach_as_far_as_they_like():
    rows = '<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'

    (sheet,) = tables.read(with_part(SHEET, sheet_of(rows)))

    assert sheet.rows == (Row(1, ("7",)),)


def test_hidden_sheets_are_not_read():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("表").write("A1", "x")
        hidden = book.add_worksheet("选项")
        hidden.write("A1", "y")
        hidden.very_hidden()

    assert [sheet.name for sheet in tables.read(made.getvalue())] == ["表"]


def test_a_sheet_survives_being_kept_as_plain_values():
    (sheet,) = tables.read(workbook(fill))

    assert tables.of_plain(tables.plain(sheet)) == sheet


def test_the_message_names_the_place():
    with pytest.raises(UnreadableFile, match="A5201"):
        tables.read(b"a\n" * 5201)


def test_what_lies_in_another_workbook_is_neither_fetched_nor_reckoned():
    cell = '<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>95</v></c><c r="B1"><f>[1]X!B1</f></c></row>'
    content = with_part(SHEET, sheet_of(cell))
    (sheet,) = tables.read(content, closely=True)
    assert sheet.rows[0].cells[:1] == ("95",)
    assert sheet.faults == {(1, 2): "uncomputed"}


def test_read_closely_a_table_tells_figures_merged_cells_and_hidden_sheets():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        shown, hidden = book.add_worksheet("甲"), book.add_worksheet("乙")
        hidden.write(0, 0, "也读")
        hidden.hide()
        shown.write(0, 0, "99.72%")
        shown.write_number(0, 1, 0.9972, book.add_format({"num_format": "0.00%"}))
        shown.merge_range(1, 0, 2, 0, "合并")
        shown.write(2, 1, "旁边")

    first, second = tables.read(made.getvalue(), closely=True)
    assert first.rows[0].cells[:2] == ("99.72%", "99.72%")
    assert (first.figures, first.covered) == ({(1, 2)}, {(3, 1)})
    assert second.rows[0].cells[0] == "也读"
    assert tables.of_plain(tables.plain(first)) == first
