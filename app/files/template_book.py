"""Writing of workbooks to be filled in: sheets of placed cells, each row with a hidden key."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# The hidden columns before those that people see: the key of a row, and what it held.
KEY, BASE, FIRST = 0, 1, 2
A4 = 9
MOST_IN_LIST = 255  # signs of all choices together, a limit of the format
LONGEST_PROMPT, LONGEST_TITLE = 255, 32
_INK, _MUTED, _LINE, _GROUND, _TINT, _CONTROL = (
    "#1B2430", "#566273", "#D5DBE3", "#F4F6F9", "#E8F0FA", "#7D8998",
)  # fmt: skip
_FACE = {"font_name": "等线", "font_size": 10.5, "font_color": _INK, "valign": "vcenter"}
_LOCKED = {**_FACE, "font_color": _MUTED, "bg_color": _GROUND, "border": 1, "border_color": _LINE}
_OPEN = {**_FACE, "border": 1, "border_color": _CONTROL, "text_wrap": True, "locked": False}


class Style(StrEnum):
    """What a cell is for: a `LOCKED` one looks computed, an `OPEN` one is filled in."""

    TITLE = "title"
    NOTE = "note"
    HEAD = "head"
    LOCKED = "locked"
    LOCKED_FIGURE = "locked_figure"
    LOCKED_MONEY = "locked_money"
    LOCKED_PERCENT = "locked_percent"
    OPEN = "open"
    OPEN_FIGURE = "open_figure"
    OPEN_MONEY = "open_money"


FORMATS: Mapping[Style, dict[str, Any]] = {
    Style.TITLE: {**_FACE, "font_size": 15, "bold": True},
    Style.NOTE: {**_FACE, "font_color": _MUTED},
    Style.HEAD: {**_FACE, "bold": True, "bg_color": _TINT, "border": 1, "border_color": _LINE,
                 "align": "center", "text_wrap": True},
    Style.LOCKED: {**_LOCKED, "num_format": "@", "text_wrap": True},
    Style.LOCKED_FIGURE: {**_LOCKED, "align": "right"},
    Style.LOCKED_MONEY: {**_LOCKED, "align": "right", "num_format": "#,##0.00"},
    Style.LOCKED_PERCENT: {**_LOCKED, "align": "right", "num_format": "0.00%"},
    # Text, so that 95.00 keeps its noughts and 9/30 stays what was typed.
    Style.OPEN: {**_OPEN, "num_format": "@"},
    Style.OPEN_FIGURE: {**_OPEN, "align": "right"},
    Style.OPEN_MONEY: {**_OPEN, "align": "right", "num_format": "#,##0.00"},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One cell from a column on, so many wide; a `formula` shows the value until reckoned anew.

    `choices` and `most` say what may be typed, `prompt` what is asked for while the cell is
    chosen, `remark` is a note at the cell.
    """

    column: int
    value: str | Decimal
    style: Style
    span: int = 1
    formula: str = ""
    remark: str = ""
    prompt: tuple[str, str] = ("", "")
    choices: tuple[str, ...] = ()
    most: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A row: its hidden key and base, its cells, its height in points (0: by its content)."""

    cells: tuple[Placed, ...] = ()
    key: str = ""
    base: str = ""
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A sheet: rows from the top, widths of the columns from FIRST on, what stays in sight.

    `frozen` is the first row and column that move, `same_above` columns whose repeated
    words are shown faintly, `same_rows` the rows where that is so.
    """

    name: str
    rows: Sequence[GridRow]
    widths: Sequence[float]
    frozen: tuple[int, int] = (0, 0)
    same_above: tuple[int, ...] = ()
    same_rows: tuple[int, int] = (0, 0)
    footer: str = ""


def written(grids: Sequence[Grid]) -> bytes:
    """A workbook of those sheets; words in it are never formulas or links."""
    made = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(made, options) as book:
        formats = {style: book.add_format(wanted) for style, wanted in FORMATS.items()}
        faint = book.add_format({"font_color": _LINE})
        for grid in grids:
            _sheet(book.add_worksheet(grid.name), grid, formats, faint)
    return made.getvalue()


def _sheet(page: Worksheet, grid: Grid, formats: Mapping[Style, Format], faint: Format) -> None:
    _set_up(page, grid)
    for number, row in enumerate(grid.rows):
        if row.height:
            page.set_row(number, row.height)
        if row.key:
            page.write_string(number, KEY, row.key)
        if row.base:
            page.write_string(number, BASE, row.base)
        for cell in row.cells:
            _cell(page, number, cell, formats[cell.style])
    first, last = grid.same_rows
    for column in grid.same_above if last > first else ():
        place = f"${chr(ord('A') + column)}"
        same = f"={place}{first + 2}={place}{first + 1}"
        page.conditional_format(
            first + 1, column, last, column, {"type": "formula", "criteria": same, "format": faint}
        )


def _set_up(page: Worksheet, grid: Grid) -> None:
    page.set_column(KEY, BASE, 2, None, {"hidden": True})
    for place, width in enumerate(grid.widths, FIRST):
        page.set_column(place, place, width)
    page.freeze_panes(*grid.frozen)
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(0.5, 0.5, 0.6, 0.6)
    page.fit_to_pages(1, 0)
    page.print_area(0, FIRST, max(len(grid.rows) - 1, 0), FIRST + len(grid.widths) - 1)
    if grid.frozen[0]:
        page.repeat_rows(0, grid.frozen[0] - 1)
    page.set_footer(f"&L{grid.footer.replace('&', '&&')}&R第 &P 页，共 &N 页")
    # Points and amounts typed as text are understood all the same.
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _cell(page: Worksheet, row: int, cell: Placed, style: Format) -> None:
    last = cell.column + cell.span - 1
    if cell.span > 1:
        page.merge_range(row, cell.column, row, last, "", style)
    if cell.formula:
        page.write_formula(row, cell.column, cell.formula, style, float(cell.value))
    elif isinstance(cell.value, Decimal):
        page.write_number(row, cell.column, float(cell.value), style)
    elif cell.value:
        page.write_string(row, cell.column, cell.value, style)
    elif cell.span == 1:
        page.write_blank(row, cell.column, None, style)
    if cell.remark:
        page.write_comment(row, cell.column, cell.remark, {"x_scale": 2, "y_scale": 1.2})
    if cell.choices or cell.most is not None or cell.prompt[1]:
        page.data_validation(row, cell.column, row, last, _validation(cell))


def _validation(cell: Placed) -> dict[str, Any]:
    title, prompt = cell.prompt
    told = {"input_title": title[:LONGEST_TITLE], "input_message": prompt[:LONGEST_PROMPT],
            "error_title": "请改写这一格", "ignore_blank": True}  # fmt: skip
    fits = len(",".join(cell.choices)) <= MOST_IN_LIST
    if cell.choices and fits and not any("," in choice for choice in cell.choices):
        listed = {"validate": "list", "source": list(cell.choices)}
        return {**told, **listed, "error_message": "请从列表中选择。"}
    if cell.most is not None:
        message = f"请填写 0 至 {cell.most} 之间的数字。"
        between = {"validate": "decimal", "criteria": "between", "minimum": 0}
        return {**told, **between, "maximum": float(cell.most), "error_message": message}
    return {**told, "validate": "any"}
