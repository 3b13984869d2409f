"""Filling templates in tests: taken out, changed as people and programs do, and sent in again."""

import io
from collections.abc import Callable

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.domain.filling_templates import MARK
from app.services import filling_templates, imports
from app.services.imports import Upload, report_of
from tests.factories import MOMENT

KIND = "self_evaluations"
ACTUAL, JUDGED, REASON = "H", "J", "L"
INITIAL, ADJUSTED, EXECUTED, ACHIEVED = "G", "H", "I", "H"


def template(session, case) -> bytes:
    """The template of the case's form."""
    return filling_templates.of_form(session, case.filler, MOMENT, case.form_id).content


def changed(content: bytes, change: Callable[[Worksheet], object]) -> bytes:
    """The workbook with its first sheet changed, saved by another program."""
    book = load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def row_of(sheet: Worksheet, part: str, place: int = 0) -> int:
    """The number of a row of data: the so-manieth of its part."""
    rows = [row for row in range(1, sheet.max_row + 1)
            if str(sheet.cell(row, 1).value or "").startswith(f"{MARK}{part}:")]  # fmt: skip
    return rows[place]


def line(sheet: Worksheet, place: int, column: str):
    """A cell of an indicator line."""
    return sheet[f"{column}{row_of(sheet, 'lines', place)}"]


def sent(session, actor, content: bytes, name: str = "填好.xlsx", now=MOMENT):
    """The import and its report."""
    row = imports.preview(session, actor, now, KIND, Upload(name, content))
    return row, report_of(row)


def told(report) -> list[tuple[str, str, str | None, str | None]]:
    """Every change of a report: the row's key without the project, column, before, after."""
    return [
        (effect.key.split(" ", 1)[1], change.field, change.before, change.after)
        for effect in report.effects
        for change in effect.changes
    ]
