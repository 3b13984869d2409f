"""Tables to import in tests: CSV and xlsx made here, and the acts on them in one transaction."""

import csv
import io

import xlsxwriter

from app.services import imports
from app.services.imports import Upload, report_of
from tests.factories import MOMENT

PROJECT = "31000024T999999999777"
OTHER = "31000024T999999999778"


def as_csv(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return Upload("表.csv", text.getvalue().encode("utf-8-sig"))


def as_xlsx(*rows, name="表.xlsx", sheets=None):
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False})
    for title, content in (sheets or {"表": rows}).items():
        sheet = book.add_worksheet(title)
        for number, row in enumerate(content):
            sheet.write_row(number, 0, row)
    book.close()
    return Upload(name, made.getvalue())


def preview(session, actor, kind, upload):
    """The import and its report."""
    row = imports.preview(session, actor, MOMENT, kind, upload)
    return row, report_of(row)


def imported(session, actor, kind, upload):
    """The import, previewed without a problem and applied."""
    row, report = preview(session, actor, kind, upload)
    assert report.problems == ()
    return imports.apply(session, actor, MOMENT, row.id, row.version)


def places(report):
    """Where the problems stand: row and column."""
    return [(problem.row, problem.column) for problem in report.problems]


def says(report):
    """What it tells of each problem."""
    return [problem.message for problem in report.problems]
