"""A workbook of plain sheets to hand on: text stays text, and the first row is the heading."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import xlsxwriter

# A formula or a link in a cell of somebody else's form must not come to life here.
SETTINGS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 60
LONGEST = 32_767


def write(path: Path, sheets: Mapping[str, Iterable[Sequence[str]]]) -> None:
    """Write the sheets with their rows, headings first; raises OSError."""
    with path.open("wb") as file:
        book = xlsxwriter.Workbook(file, {"in_memory": True, **SETTINGS})
        heading = book.add_format({"bold": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            widths: list[int] = []
            for number, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    style = wrapped if number else heading
                    sheet.write_string(number, place, cell[:LONGEST], style)
                widths = _widened(widths, cells)
            for place, width in enumerate(widths):
                sheet.set_column(place, place, width)
        book.close()


def _widened(widths: list[int], cells: Sequence[str]) -> list[int]:
    """Column widths that hold these cells too; a Chinese character takes two places."""
    needed = [min(len(cell.encode("gb18030", "replace")) + 2, WIDEST) for cell in cells]
    known = widths + [0] * (len(needed) - len(widths))
    return [max(pair) for pair in zip(known, needed, strict=True)]
