"""Sheets of a workbook as a person sees them: merged cells whole, figures as they are formatted."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.files import containers
from app.files.workbook_survey import ERROR, survey

# Row, column (from 1) of a merged cell's first cell; the last row and column that it covers.
Spans = dict[tuple[int, int], tuple[int, int, int, int]]
NOT_COMPUTED = "公式未计算"
_DECIMALS = re.compile(r"\.(0+)")
_SHOWN_DIGITS = 15


def read(content: bytes) -> list[Any]:
    """The visible sheets, one after another, as rows of plain values."""
    faults = survey(containers.opened(content))
    book = load_workbook(io.BytesIO(content), data_only=True)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    found: list[Any] = []
    for table, sheet in enumerate(visible, 1):
        uncomputed = {
            (row, column) for row, column, why in faults.get(sheet.title, []) if why != ERROR
        }
        place = f"工作表“{sheet.title}”" if len(visible) > 1 else ""
        for line, cells in _rows(sheet, uncomputed):
            found.append([line, place, table, False, cells])
    return found


def _rows(sheet: Worksheet, uncomputed: set[tuple[int, int]]) -> Iterator[tuple[int, list[Any]]]:
    spans = _spans(sheet)
    for cells in sheet.iter_rows():
        told = []
        for cell in cells:
            row, column = cell.row, cell.column
            top, left, bottom, right = spans.get((row, column), (row, column, row, column))
            if column != left or bottom < row:
                continue
            shown = sheet.cell(top, left)
            text = (
                NOT_COMPUTED
                if (top, left) in uncomputed
                else text_of(shown.value, shown.number_format)
            )
            told.append([text, left, right + 1, row > top])
        if any(text for text, *_ in told):
            yield cells[0].row, told


def _spans(sheet: Worksheet) -> Spans:
    """For each cell within a merged one: where that begins and ends."""
    return {
        (row, column): (area.min_row, area.min_col, area.max_row, area.max_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
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
        return _day(moment, number_format)
    if isinstance(value, date):
        return _day(value, number_format)
    return str(value) if not isinstance(value, timedelta) else str(value)


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


def _day(value: date, number_format: str) -> str:
    if "年" in number_format and not isinstance(value, datetime):
        return (
            f"{value.year}年{value.month}月{value.day}日"
            if "d" in number_format.lower()
            else (f"{value.year}年{value.month}月")
        )
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
