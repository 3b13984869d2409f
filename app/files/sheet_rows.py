"""Sheets of a workbook as a person sees them: merged cells whole, figures as they are formatted."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.files import containers
from app.files.number_formats import day
from app.files.workbook_survey import ERROR, MOST_COLUMNS, MOST_ROWS, survey

# By row and column, from 1: the first row, the first and the last column of the merged cell there.
Spans = dict[tuple[int, int], tuple[int, int, int]]
_DECIMALS = re.compile(r"\.(0+)")
_SHOWN_DIGITS = 15


def read(content: bytes) -> list[Any]:
    """The visible sheets, one after another, as rows of plain values."""
    faults = survey(containers.opened(content))
    book = load_workbook(io.BytesIO(content), data_only=True)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    found: list[Any] = []
    # A target such as =100.00(%) that some program took for a formula is read as it was typed.
    typed = load_workbook(io.BytesIO(content)) if any(faults.values()) else book
    for table, sheet in enumerate(visible, 1):
        uncomputed = {
            (row, column) for row, column, why in faults.get(sheet.title, []) if why != ERROR
        }
        place = f"工作表“{sheet.title}”" if len(visible) > 1 else ""
        for line, cells in _rows(sheet, typed[sheet.title], uncomputed):
            found.append([line, place, table, False, cells])
    return found


def _rows(
    sheet: Worksheet, typed: Worksheet, uncomputed: set[tuple[int, int]]
) -> Iterator[tuple[int, list[Any]]]:
    spans = _spans(sheet)
    # A cell far away that only has a colour must not be gone to; one with a value was refused.
    bottom, rightmost = min(sheet.max_row, MOST_ROWS), min(sheet.max_column, MOST_COLUMNS)
    for row in range(1, bottom + 1):
        told = []
        for column in range(1, rightmost + 1):
            top, left, right = spans.get((row, column), (row, column, column))
            if column != left:
                continue
            shown = sheet.cell(top, left)
            text = text_of(shown.value, shown.number_format)
            if (top, left) in uncomputed:
                text = str(typed.cell(top, left).value)
            told.append([text, left, right + 1, row > top])
        if any(text for text, *_ in told):
            yield row, told


def _spans(sheet: Worksheet) -> Spans:
    """For each cell within a merged one: the first row, the first and the last column of that."""
    return {
        (row, column): (area.min_row, area.min_col, area.max_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1)
        for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1)
    }


def text_of(value: object, number_format: str) -> str:
    """A value as its cell shows it: 0.9972 under 0.00% is 99.72%."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _figure(Decimal(repr(value)), number_format)
    if isinstance(value, datetime):
        moment = value if value.time() != time() else value.date()
        return day(moment, number_format)
    if isinstance(value, date):
        return day(value, number_format)
    return str(value)


def _figure(value: Decimal, number_format: str) -> str:
    shape = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.', "", number_format.split(";", maxsplit=1)[0])
    percent = "%" in shape
    shown = value.scaleb(2) if percent else value
    if "0" not in shape and "#" not in shape:  # 常规
        return _plain(shown)
    decimals = _DECIMALS.search(shape)
    places = len(decimals[1]) if decimals else 0
    rounded = shown.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}" if "#,#" in shape or "0,0" in shape else f"{rounded:f}"
    return f"{text}%" if percent else text


def _plain(value: Decimal) -> str:
    digits = max(_SHOWN_DIGITS - value.adjusted() - 1, 0)
    shown = format(value.quantize(Decimal(1).scaleb(-min(digits, _SHOWN_DIGITS))), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
