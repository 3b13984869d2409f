"""Filling templates: which forms are handed out, to whom, and how the workbook is made."""

import io
import zipfile
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from app.domain.audit import AuditAction
from app.errors import Conflict, Forbidden, NotFound
from app.services import filling_templates
from tests.factories import MOMENT, YEAR
from tests.services.filing_cases import begun, bureau, issued
from tests.services.filling_cases import opened
from tests.services.template_cases import ACTUAL, JUDGED, changed, line, row_of, sent
from tests.services.trail import since, trail
from tests.services.trail import told as fields


@pytest.fixture
def case(session, now):
    return opened(session, now)


def test_a_whole_unit_in_one_workbook_and_who_may_have_it(session, case):
    before = trail(session)
    made = filling_templates.of_year(session, case.filler, MOMENT, YEAR)
    (event,) = since(session, before)
    assert (event.action, fields(event)["/template"][1]) == (AuditAction.EXPORT, made.name)
    _, report = sent(session, case.filler, made.content)
    assert report.counts() == {"unchanged": 7}
    with pytest.raises(Conflict, match="没有可以填写的自评表"):
        filling_templates.of_year(session, case.filler, MOMENT, YEAR - 1)
    with pytest.raises(Forbidden):
        filling_templates.of_year(session, case.lead, MOMENT, YEAR)
    with pytest.raises(NotFound):
        filling_templates.of_form(session, case.stranger, MOMENT, case.form_id)


def test_names_of_sheets_fit_the_format():
    names = list(filling_templates.sheet_names(["甲" * 40, "a/b:c*[d]?'e'", ""]))
    assert names == [f"1 {'甲' * 29}", "2 a b c d e", "3"]


def test_the_workbook_helps_whoever_fills_it_in(session, case):
    content = filling_templates.of_form(session, case.filler, MOMENT, case.form_id).content
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]

    assert book.sheetnames[1:] == ["填报说明"]
    assert sheet.column_dimensions["A"].hidden
    assert sheet.freeze_panes == "G5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$1:$4"
    assert not sheet.protection.sheet
    assert "元" in sheet[f"G{row_of(sheet, 'head', 2)}"].comment.text
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation
             if rule.type == "list"}  # fmt: skip
    assert list(lists) == [line(sheet, 1, ACTUAL).coordinate]
    assert "达成指标" in lists["H6"]
    open_cell, locked = line(sheet, 1, JUDGED), line(sheet, 0, JUDGED)
    assert (open_cell.fill.fill_type, locked.fill.fill_type) == (None, "solid")
    total = row_of(sheet, "funds") - 1
    assert sheet[f"G{total}"].value == f"=SUM(G{total + 1}:G{total + 3})"
    reckoned = load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    assert reckoned[f"G{total}"].value == 5_000_000
    assert round(reckoned[f"K{total}"].value, 4) == 0.9972
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not any("external" in name or "vba" in name for name in package.namelist())


def test_a_closed_task_takes_nothing_from_a_template(session, now):
    case = bureau(session)
    issued(session, now, case)
    form = begun(session, now, case)
    content = filling_templates.of_form(session, case.filler, MOMENT, form.id).content
    late = MOMENT + timedelta(days=60)

    def typed(sheet):
        line(sheet, 0, ACTUAL).value = "90册"

    _, report = sent(session, case.filler, changed(content, typed), now=late)
    assert "填报已经关闭" in report.problems[0].message
    _, same = sent(session, case.filler, content, now=late)
    assert same.problems == ()
