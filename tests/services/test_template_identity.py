"""There and back: a template unchanged changes nothing, one with changed cells exactly these."""

import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.db import fund_lines, goals, indicator_lines
from app.domain.numbers import plain
from app.domain.text import forbidden_characters
from app.files import tables, tables_child
from app.services import imports
from app.services.import_kinds import FILLED
from app.services.import_plans import By
from tests.factories import MOMENT
from tests.services.filling_cases import opened
from tests.services.template_cases import ACHIEVED, ACTUAL, EXECUTED, REASON, row_of, template, told

# Whatever a form may hold: formulas, apostrophes, escapes of the format, line ends, wide digits.
SIGNS = st.characters(exclude_categories=("Cs", "Cn", "Co"))
WORDS = st.one_of(
    st.sampled_from(["", "=1+1", "'95", "_x000D_", "_x0041_", "甲\r\n乙", "\t", "９５％",
                     "1,234.50", "0.9972", "@SUM", "https://a.cn", "—", "95.00(%)", "2024/9/30",
                     "达成指标", "<b>&amp;", " 前后 ", "TRUE", "1E5"]),
    st.text(SIGNS, max_size=30).filter(lambda text: not forbidden_characters(text)),
)  # fmt: skip
AMOUNTS = st.decimals(0, Decimal("9999999999999.99"), places=2)
FILLED_IN = st.fixed_dictionaries(
    {"actual": WORDS, "reason": WORDS, "achieved": WORDS, "executed": AMOUNTS, "judged":
     st.none() | st.decimals(0, 30, places=2)}
)  # fmt: skip
TYPED = st.fixed_dictionaries(
    {},
    optional={
        "actual": st.integers(1, 10**6).map(lambda figure: f"{figure}册"),
        "reason": st.text("甲乙丙1=", min_size=1, max_size=9),
        "achieved": st.text("丁戊己_x", min_size=1, max_size=9),
        "executed": AMOUNTS,
    },
)
SPENT = Decimal(4_986_000)
LABELS = {"actual": "实际完成值", "reason": "偏差原因分析及改进措施", "achieved": "实际完成情况",
          "executed": "全年执行数"}  # fmt: skip
FEW = settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def planned(session, case, content):
    """The report of a file, read in this process: the child is tested elsewhere."""
    sheets = [tables.of_plain(item) for item in tables_child.parse(content, closely=True)]
    return imports._plan(session, By(case.filler, MOMENT), FILLED, sheets, hold=False).report


def fill_in(session, case, filled):
    line = indicator_lines.of_form(session, case.form_id)[0]
    line.actual, line.reason, line.judged = filled["actual"], filled["reason"], filled["judged"]
    goals.of_form(session, case.form_id)[0].achieved = filled["achieved"]
    fund_lines.of_form(session, case.form_id)[0].executed = filled["executed"]
    session.flush()


@pytest.fixture
def case(session, now):
    return opened(session, now)


@FEW
@given(filled=FILLED_IN)
def test_a_template_unchanged_changes_nothing(session, case, filled):
    fill_in(session, case, filled)
    report = planned(session, case, template(session, case))
    assert (told(report), report.problems, report.left_out) == ([], (), ())
    assert report.counts() == {"unchanged": 7}


PLACES = {"actual": (ACTUAL, "lines"), "reason": (REASON, "lines"), "achieved": (ACHIEVED, "goal"),
          "executed": (EXECUTED, "funds")}  # fmt: skip


@FEW
@given(typed=TYPED, blank=st.integers(0, 3), name=st.sampled_from(["甲", "Sheet 1"]))
def test_changed_cells_are_exactly_the_changes(session, case, typed, blank, name):
    book = load_workbook(io.BytesIO(template(session, case)))
    sheet = book.worksheets[0]
    for field, value in typed.items():
        column, part = PLACES[field]
        cell = sheet[f"{column}{row_of(sheet, part)}"]
        cell.value = float(value) if isinstance(value, Decimal) else value
        cell.data_type = "n" if isinstance(value, Decimal) else "s"
    if blank:
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))  # this library leaves them where they were
        sheet.insert_rows(row_of(sheet, "lines", 1), blank)
    sheet.title = name
    made = io.BytesIO()
    book.save(made)
    report = planned(session, case, made.getvalue())
    wanted = {
        (LABELS[field], plain(value) if isinstance(value, Decimal) else value)
        for field, value in typed.items()
        if value != SPENT
    }
    assert {(field, after) for _, field, _, after in told(report)} == wanted
    assert (report.problems, report.left_out) == ((), ())
