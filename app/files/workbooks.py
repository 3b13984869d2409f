"""Reading of xlsx into plain rows of text, in the guarded child: a survey first, then the cells."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.errors import UnreadableFile, WhyUnreadable
from app.files import containers
from app.files.number_formats import GENERAL, SHOWN, day, figure
from app.files.workbook_survey import MOST_COLUMNS, Fault, survey, survey_closely

DIGITS = "digits"
# What calamine gives for a cell: text, a number, yes or no, a moment.
Value = str | int | float | bool | datetime | date | time | timedelta


def read(content: bytes) -> list[dict[str, Any]]:
    """The visible sheets: name, rows as [number, cells] and faults as [row, column, why]."""
    faults = survey(containers.opened(content))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [
                _sheet(book.get_sheet_by_name(meta.name), faults.get(meta.name, []))
                for meta in book.sheets_metadata
                if meta.visible is SheetVisibleEnum.Visible and meta.typ is SheetTypeEnum.WorkSheet
            ]
    except CalamineError as error:
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error


def read_closely(content: bytes) -> list[dict[str, Any]]:
    """Every sheet, hidden ones too, each figure and day as its cell shows it.

    Beside rows and faults: `figures` are the cells that hold a number or a day, not text, and
    `covered` those that a merged cell hides, each as [row, column].
    """
    surveyed = survey_closely(containers.opened(content))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [
                _close_sheet(book.get_sheet_by_name(meta.name), *surveyed.get(meta.name, ([], {})))
                for meta in book.sheets_metadata
                if meta.typ is SheetTypeEnum.WorkSheet
            ]
    except CalamineError as error:
        raise UnreadableFile(WhyUnreadable.DAMAGED) from error


def _close_sheet(
    sheet: CalamineSheet, faults: list[Fault], formats: dict[tuple[int, int], str]
) -> dict[str, Any]:
    values: list[list[Value]] = sheet.to_python(skip_empty_area=False)
    told, figures = [], []
    for number, cells in enumerate(values, 1):
        texts = []
        for place, value in enumerate(cells, 1):
            texts.append(_shown(value, formats.get((number, place), GENERAL)))
            if not isinstance(value, str | bool):
                figures.append([number, place])
        if any(texts):
            told.append([number, texts])
    covered = [
        [row + 1, column + 1]
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
        for row in range(top, min(bottom + 1, len(values)))
        for column in range(left, min(right + 1, MOST_COLUMNS))
        if (row, column) != (top, left)
    ]
    noted = [*faults, *_long_numbers(values)]
    return {"name": sheet.name, "rows": told, "faults": noted,
            "figures": figures, "covered": covered}  # fmt: skip


def _shown(value: Value, number_format: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return figure(Decimal(value), number_format)
    if isinstance(value, datetime):
        return day(value if value.time() != time() else value.date(), number_format)
    return day(value, number_format) if isinstance(value, date) else _text(value)


def _sheet(sheet: CalamineSheet, faults: list[Fault]) -> dict[str, Any]:
    values: list[list[Value]] = sheet.to_python(skip_empty_area=False)
    _spread(sheet, values)
    noted = [*faults, *_long_numbers(values)]
    rows = ((number, [_text(value) for value in cells]) for number, cells in enumerate(values, 1))
    told = [[number, cells] for number, cells in rows if any(cells)]
    return {"name": sheet.name, "rows": told, "faults": noted}


def _spread(sheet: CalamineSheet, values: list[list[Value]]) -> None:
    """Give every row of a merged column block the value that stands in its first."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if left == right and left < (len(values[0]) if values else 0):
            for row in values[top + 1 : bottom + 1]:
                row[left] = values[top][left]


def _long_numbers(values: list[list[Value]]) -> Iterator[Fault]:
    """Whole numbers with more digits than a spreadsheet keeps: the last ones are lost."""
    for number, cells in enumerate(values, 1):
        for place, value in enumerate(cells, 1):
            if isinstance(value, float) and abs(value) >= 10**SHOWN.prec:
                yield number, place, DIGITS


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return figure(Decimal(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)
