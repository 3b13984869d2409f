"""Documents of stored forms: whose they are, what they are called, what the trail says."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.audit import AuditAction
from app.domain.layouts import NoLayout
from app.errors import NotFound
from app.services import documents, layouts, standards
from app.services.document_grids import grid_of
from app.services.self_evaluations import get_sheet
from tests import factories
from tests.documents.reading import pdf_pages
from tests.services.document_cases import filled
from tests.services.trail import since, told, trail

SHANGHAI = "shanghai-2024"


def test_a_document_is_named_in_chinese_and_writes_nothing(session, now):
    case = filled(session, now, SHANGHAI)
    before, version = trail(session), case.sheet(session).form.version

    made = documents.make(session, case.filler, case.form_id, "xlsx", now)

    assert made.name == "2024年度_市图书馆_公共图书馆阅读推广经费_绩效自评表.xlsx"
    assert made.media_type.endswith("spreadsheetml.sheet")
    assert made.content[:2] == b"PK"
    assert since(session, before) == []
    assert case.sheet(session).form.version == version


def test_its_export_is_one_event(session, now):
    case = filled(session, now, SHANGHAI)
    before = trail(session)

    documents.record_export(session, case.filler, now, case.form_id, "pdf")

    (event,) = since(session, before)
    assert event.action == AuditAction.EXPORT
    assert event.object_id == str(case.form_id)
    assert told(event) == {"/document": (None, "pdf")}


def test_a_foreign_form_is_as_absent_as_one_that_is_not_there(session, now):
    case = filled(session, now, SHANGHAI)
    for form_id in (case.form_id, 999_999):
        with pytest.raises(NotFound) as refused:
            documents.make(session, case.stranger, form_id, "xlsx", now)
        assert refused.value.message == NotFound.default
        with pytest.raises(NotFound):
            documents.record_export(session, case.stranger, now, form_id, "xlsx")


def test_an_unknown_format_is_refused_with_those_that_there_are(session, now):
    case = filled(session, now, SHANGHAI)
    with pytest.raises(NotFound, match="xlsx、docx、pdf"):
        documents.make(session, case.filler, case.form_id, "exe", now)


@pytest.mark.parametrize(
    ("project", "shown"),
    [
        ("../../etc/passwd", "etcpasswd"),
        ('a:b*c?"<d>|e\n', "abcde"),
        ("\u202egnp.exe", "gnp.exe"),
        ("名" * 100, "名" * 30),
        ("...", "未命名"),
    ],
)
def test_a_file_name_is_safe_whatever_the_project_is_called(session, now, project, shown):
    case = filled(session, now, SHANGHAI, project=project)
    made = documents.make(session, case.filler, case.form_id, "xlsx", now)
    assert made.name == f"2024年度_市图书馆_{shown}_绩效自评表.xlsx"


def test_a_form_of_a_province_without_a_layout_takes_the_national_one():
    hubei = standards.get("hubei-self-evaluation")
    assert layouts.of_edition(hubei).region == "000000"
    assert layouts.of_edition(standards.get("shanghai-self-evaluation", "2019-01-01")).notes
    with pytest.raises(NoLayout):
        layouts.of_edition(replace(hubei, kind="monitoring"))


def test_every_edition_of_self_evaluation_has_a_layout_whose_cells_fit(session, now):
    form = filled(session, now, SHANGHAI).sheet(session)
    kinds = [item for item in standards.editions() if item.kind == "self_evaluation"]
    assert len(kinds) > 3
    for layout in layouts.layouts():
        assert grid_of(session, form, layout).tables
    for standard in kinds:
        assert layouts.of_edition(standard).kind == standard.kind


def test_the_receipt_and_the_budget_of_last_year_are_printed(session, now):
    case = filled(session, now, "shanghai-2019")
    form = get_sheet(session, case.filler, case.form_id)
    factories.make_budget(session, form.project, fiscal_year=2018, initial=Decimal("1234.50"))
    sent = form.form
    sent.receipt, sent.submitted_at = "ZP2019310000000001-01", now

    grid = grid_of(session, form, layouts.of_edition(form.standard))

    texts = [cell.text for table in grid.tables for row in table.rows for cell in row]
    assert "1,234.50" in texts
    assert "2025-03-03" in texts
    assert grid.foot == ("回执号：ZP2019310000000001-01",)


def test_pdfs_made_at_once_are_each_their_own(session, now):
    names = ("甲项目", "乙项目", "丙项目", "丁项目")
    sheets = [filled(session, now, SHANGHAI, project=name).sheet(session) for name in names]
    grids = [grid_of(session, sheet, layouts.of_edition(sheet.standard)) for sheet in sheets]
    write = documents.KINDS["pdf"].write
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda grid: write(grid, now), grids))
    for name, content in zip(names, made, strict=True):
        assert name in "".join(pdf_pages(content))


def test_who_starts_the_program_does_not_wait_for_what_makes_documents():
    asked = (
        "import sys, app.main, app.cli; print({'typst', 'docx', 'xlsxwriter'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{'xlsxwriter'}"
