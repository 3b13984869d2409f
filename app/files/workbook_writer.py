"""Writing of xlsx from plain rows: every cell is text, never a formula or a link."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell holds no more; what a report shows of a longer text is its beginning.
LONGEST_CELL = 32_767
WIDEST = 60
# Rows below the headings for which lists to choose from are offered.
OFFERED_ROWS = 5_000
MOST_IN_LIST = 255  # signs of all choices together, a limit of the format
HEAD = {"bold": True, "bg_color": "#E8F0FA", "border": 1, "border_color": "#D5DBE3",
        "text_wrap": True, "valign": "vcenter"}  # fmt: skip
WORDS = {"num_format": "@", "valign": "top"}
WRAPPED = {**WORDS, "text_wrap": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """A column: its heading, a remark at the heading, the words its cells are chosen from."""

    heading: str
    remark: str = ""
    choices: tuple[str, ...] = ()
    width: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSheet:
    """A sheet to write: headings in its first row, the rows below."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[str]] = ()


def written(*sheets: NewSheet) -> bytes:
    """A workbook of those sheets."""
    made = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(made, options) as book:
        formats = [book.add_format(wanted) for wanted in (HEAD, WORDS, WRAPPED)]
        for sheet in sheets:
            _sheet(book.add_worksheet(sheet.name), sheet, formats)
    return made.getvalue()


def plain(name: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> NewSheet:
    """A sheet to read, with columns as wide as what stands in them."""
    kept = list(rows)
    texts = zip(heading, *kept, strict=True)
    widths = (min(max(map(_places, column)) + 2, WIDEST) for column in texts)
    columns = [
        SheetColumn(heading=words, width=width)
        for words, width in zip(heading, widths, strict=True)
    ]
    return NewSheet(name=name, columns=columns, rows=kept)


def _places(text: str) -> int:
    """How wide a text is; a Chinese character takes two places."""
    return len(text.encode("gb18030", "replace"))


def _sheet(page: Worksheet, sheet: NewSheet, formats: Sequence[Format]) -> None:
    head, words, wrapped = formats
    page.freeze_panes(1, 0)
    page.set_row(0, 24)
    for place, column in enumerate(sheet.columns):
        # The whole column is text, so that codes typed into it keep their noughts.
        page.set_column(place, place, column.width, words)
        page.write_string(0, place, column.heading, head)
        if column.remark:
            page.write_comment(0, place, column.remark, {"x_scale": 1.6})
        if column.choices and len("，".join(column.choices)) <= MOST_IN_LIST:
            page.data_validation(1, place, OFFERED_ROWS, place, _choice(column))
    for number, cells in enumerate(sheet.rows, 1):
        for place, cell in enumerate(cells):
            style = wrapped if "\n" in cell else words
            page.write_string(number, place, cell[:LONGEST_CELL], style)


def _choice(column: SheetColumn) -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_title": "请从列表中选择",
        "error_message": f"{column.heading}请从列表中选择。"[:255],
    }
