"""A grid as xlsx: one sheet of A4 with merged cells, numbers as numbers, text always as text."""

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.domain.layouts import Style
from app.files.grids import Cell, Grid, GridTable, Placed, placed
from app.files.text_widths import lines_of

SETTINGS = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
FONT = "宋体"
POINTS = 10  # of the type in cells
LINE = 14  # points from line to line
PADDING = 6  # points above and below the lines of a cell together
TALLEST = 400  # points of a row; the format allows 409.5
LONGEST = 32_767  # signs of a cell
MOST_DIGITS = 15  # that a number keeps in a workbook; more stay text
A4 = 9
MARGIN = 14 / 25.4  # inches
EVERYWHERE = "A1:XFD1048576"
PIXELS_OF_MM = 96 / 25.4
ALIGNED = {Style.LABEL: "center", Style.CENTRE: "center", Style.WORDS: "left",
           Style.FIGURE: "right"}  # fmt: skip
TITLE = {"font_size": 18, "bold": True, "align": "center", "valign": "vcenter", "font_name": FONT}
PLAIN = {"font_size": POINTS, "valign": "vcenter", "font_name": FONT, "text_wrap": True}
NOTE = {"font_name": FONT, "x_scale": 1.6}
SHEET = "绩效自评表"


def written(grid: Grid, now: datetime) -> bytes:
    """The grid as a workbook of one sheet, made at that moment."""
    made = io.BytesIO()
    with Workbook(made, SETTINGS) as book:
        book.set_properties({"title": grid.title, "created": now.replace(tzinfo=None)})
        page = book.add_worksheet(SHEET)
        _set_up(page, grid)
        _Writer(book, page, grid).write()
    return made.getvalue()


def _set_up(page: Worksheet, grid: Grid) -> None:
    """A4, as wide as the page, page n of m at the foot."""
    page.set_paper(A4)
    if grid.landscape:
        page.set_landscape()
    page.set_margins(left=MARGIN, right=MARGIN, top=MARGIN, bottom=0.8)
    page.center_horizontally()
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)
    page.ignore_errors({"number_stored_as_text": EVERYWHERE})
    for place, width in enumerate(grid.widths):
        page.set_column_pixels(place, place, round(width * PIXELS_OF_MM))
    told = "　".join(grid.foot_lines).replace("&", "&&")
    page.set_header(f'&R&"{FONT}"&9{grid.mark.replace("&", "&&")}')
    page.set_footer(f'&L&"{FONT}"&8{told}&R&"{FONT}"&9第 &P 页　共 &N 页')


class _Writer:
    """Goes down the sheet; a row of the grid that is too tall for one row takes several."""

    def __init__(self, book: Workbook, page: Worksheet, grid: Grid) -> None:
        self._book, self._page, self._grid = book, page, grid
        self._row = 0
        self._last = len(grid.widths) - 1
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def write(self) -> None:
        """Title, tables, notes, signatures, in this order."""
        grid = self._grid
        self._line(grid.title, TITLE, 30)
        if grid.subtitle:
            self._line(grid.subtitle, PLAIN | {"align": "center", "font_size": 12}, 20)
        self._ends(f"状态：{grid.mark}", grid.unit)
        for table in grid.tables:
            self._table(table)
        for note in grid.notes:
            lines = lines_of(note, sum(grid.widths), POINTS)
            self._line(note, PLAIN | {"align": "left"}, lines * LINE + PADDING)
        self._signatures()
        for line in grid.foot_lines:
            self._line(line, PLAIN | {"align": "left", "font_size": 9}, 16)
        self._page.print_area(0, 0, self._row - 1, self._last)

    def _line(self, text: str, style: Mapping[str, Any], height: float) -> None:
        """A text over all columns."""
        self._page.set_row(self._row, height)
        self._across(self._row, 0, self._row, self._last, text, self._format(style))
        self._row += 1

    def _ends(self, left: str, right: str) -> None:
        """A text at either end of one line."""
        middle = len(self._grid.widths) // 2
        self._page.set_row(self._row, 18)
        for first, last, text, side in (
            (0, middle - 1, left, "left"),
            (middle, self._last, right, "right"),
        ):
            style = self._format(PLAIN | {"align": side})
            self._across(self._row, first, self._row, last, text, style)
        self._row += 1

    def _table(self, table: GridTable) -> None:
        cells = list(placed(table, len(self._grid.widths)))
        heights = _heights(cells, self._grid.widths, len(table.rows))
        starts = [self._row]
        for height in heights:
            parts = math.ceil(height / TALLEST)
            for part in range(parts):
                self._page.set_row(starts[-1] + part, math.ceil(height / parts))
            starts.append(starts[-1] + parts)
        if table.headings:
            self._page.repeat_rows(starts[0], starts[table.headings] - 1)
        for item in cells:
            last = item.column + item.cell.columns - 1
            area = starts[item.row], item.column, starts[item.row + item.cell.rows] - 1, last
            self._cell(item.cell, area)
        self._row = starts[-1]

    def _cell(self, cell: Cell, area: tuple[int, int, int, int]) -> None:
        if cell.note:
            self._page.write_comment(*area[:2], cell.note, NOTE)
        style = PLAIN | {"border": 1, "align": ALIGNED[cell.style]}
        number = cell.number
        if number is None or len(number.as_tuple().digits) > MOST_DIGITS:
            # The quote keeps it text when somebody edits it; nothing of it ever becomes a formula.
            self._across(*area, cell.text, self._format(style | {"quote_prefix": True}))
            return
        style = self._format(style | {"num_format": _number_format(cell.text, number)})
        if area[:2] != area[2:]:
            self._page.merge_range(*area, "", style)
        self._page.write_number(*area[:2], number, style)

    def _across(
        self, row: int, column: int, last_row: int, last: int, text: str, style: Format
    ) -> None:
        """A text in an area of cells, whatever it looks like."""
        if (row, column) != (last_row, last):
            self._page.merge_range(row, column, last_row, last, "", style)
        if text:
            self._page.write_string(row, column, text[:LONGEST], style)
        else:
            self._page.write_blank(row, column, None, style)

    def _signatures(self) -> None:
        """Each in an equal share of the columns, one below another where they are too many."""
        texts = self._grid.signatures
        if not texts:
            return
        self._page.set_row(self._row, 12)
        self._page.set_row(self._row + 1, 30)
        for text, (first, last) in zip(texts, self._shares(len(texts)), strict=True):
            style = self._format(PLAIN | {"align": "left"})
            self._across(self._row + 1, first, self._row + 1, last, text, style)
        self._row += 2

    def _shares(self, count: int) -> Iterator[tuple[int, int]]:
        """First and last column of each of so many shares of about the same width."""
        widths, whole = self._grid.widths, sum(self._grid.widths)
        first, passed = 0, 0
        for number in range(1, count + 1):
            last = first
            passed += widths[first]
            while last < self._last and passed + widths[last + 1] / 2 <= whole * number / count:
                last += 1
                passed += widths[last]
            last = self._last if number == count else last
            yield first, last
            first = last + 1

    def _format(self, style: Mapping[str, Any]) -> Format:
        key = tuple(sorted(style.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(style))
        return self._formats[key]


def _number_format(text: str, number: Decimal) -> str:
    """The format under which a workbook shows the number as it is printed."""
    places = max(0, -int(number.as_tuple().exponent))
    whole = "#,##0" if "," in text else "0"
    return f"{whole}.{'0' * places}" if places else whole


def _heights(cells: Sequence[Placed], widths: Sequence[int], rows: int) -> list[float]:
    """Points that each row needs; what a tall cell lacks, the last of its rows is given."""
    heights = [float(LINE + PADDING)] * rows
    for item in sorted(cells, key=lambda found: found.cell.rows):
        width = sum(widths[item.column : item.column + item.cell.columns])
        needed = lines_of(item.cell.text, width, POINTS) * LINE + PADDING
        covered = slice(item.row, item.row + item.cell.rows)
        lacking = needed - sum(heights[covered])
        if lacking > 0:
            share = lacking / item.cell.rows
            heights[covered] = [height + share for height in heights[covered]]
    return heights
