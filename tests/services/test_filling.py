"""Saving cells: what is stored, what is refused, and that the score always follows."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlmodel import Session

from app.db import scores
from app.domain.scoring import score_form
from app.errors import Conflict, NotFound, Unacceptable, VersionConflict
from app.services import filling, self_evaluations, standards, submissions
from app.services.entries import FormEntry, FundEntry, LineEntry
from tests.services.filling_cases import Opened, fill, opened


@pytest.fixture
def case(session: Session, now: datetime) -> Opened:
    return opened(session, now)


def save(session: Session, now: datetime, case: Opened, row: int, **cells: str):
    """Save cells of one line, whatever its version."""
    line_id, entry = case.line_ids[row], LineEntry(**cells)
    return filling.save_line(session, case.filler, now, case.form_id, line_id, None, entry)


def test_a_saved_cell_is_scored_with_its_arithmetic(session, now, case):
    sheet = save(session, now, case, 0, actual="90册")
    line = sheet.lines[0]
    assert (line.actual, line.points, line.because) == (
        "90册",
        Decimal("45.00"),
        "90÷100×50.00 = 45.00",
    )
    assert line.reason_required
    assert sheet.sheet.total == Decimal("54.97")


def test_the_stored_score_equals_recomputation(session, now, case):
    save(session, now, case, 0, actual="90册", reason="供应商延期，已更换")
    save(session, now, case, 1, actual="部分达成年度指标并具有一定效果", judged="20.5")
    sheet = save(session, now, case, 2, actual="95%")
    stored = scores.of_form(session, case.form_id)
    again = score_form(sheet.sheet.form, standards.get("shanghai-self-evaluation", "2024-01-01"))
    assert stored is not None
    assert (stored.total, stored.grade, stored.version) == (
        again.total,
        again.grade,
        sheet.form.version,
    )
    assert [line.points for line in sheet.lines] == [line.scored.points for line in again.lines]
    assert stored.total == Decimal("85.47")


def test_versions_move_with_content_alone(session, now, case):
    first = save(session, now, case, 0, actual="90册")
    second = save(session, now, case, 0, actual="90册")
    assert (first.form.version, second.form.version) == (2, 2)
    assert (first.lines[0].version, second.lines[0].version) == (2, 2)


def test_a_stale_line_is_refused_and_other_lines_still_save(session, now, case):
    save(session, now, case, 0, actual="90册")
    stale = LineEntry(actual="80册")
    with pytest.raises(VersionConflict) as conflict:
        filling.save_line(session, case.filler, now, case.form_id, case.line_ids[0], 1, stale)
    assert conflict.value.current == 2
    other = LineEntry(actual="95%")
    filling.save_line(session, case.filler, now, case.form_id, case.line_ids[2], 1, other)


LONG = "长" * 10_000


@pytest.mark.parametrize(
    ("row", "cells", "pointer", "words"),
    [
        pytest.param(0, {"actual": "若干"}, "/actual", "请填数字", id="text in a number cell"),
        pytest.param(0, {"actual": "NaN"}, "/actual", "第1行", id="NaN"),
        pytest.param(0, {"actual": "Infinity"}, "/actual", "第1行", id="infinity"),
        pytest.param(0, {"actual": "1e999"}, "/actual", "第1行", id="1e999"),
        pytest.param(0, {"actual": "9" * 40}, "/actual", "第1行", id="40 digits"),
        pytest.param(0, {"actual": "9\x00"}, "/actual", "控制字符", id="control character"),
        pytest.param(0, {"actual": LONG}, "/actual", "200字以内", id="long actual"),
        pytest.param(0, {"reason": LONG}, "/reason", "2000字以内", id="long reason"),
        pytest.param(0, {"reason": "a\ud800"}, "/reason", "控制字符", id="lone surrogate"),
        pytest.param(1, {"actual": "95%"}, "/actual", "定性", id="figure in a word cell"),
        pytest.param(1, {"judged": "31"}, "/judged", "0至30之间", id="more than full"),
        pytest.param(1, {"judged": "-1"}, "/judged", "0至30之间", id="negative points"),
        pytest.param(1, {"judged": "1.234"}, "/judged", "2位小数", id="three decimals"),
        pytest.param(1, {"judged": "NaN"}, "/judged", "不是数字", id="NaN points"),
        pytest.param(1, {"judged": "多"}, "/judged", "不是数字", id="words as points"),
    ],
)
def test_bad_cells_are_named_and_nothing_is_stored(session, now, case, row, cells, pointer, words):
    with pytest.raises(Unacceptable) as refused:
        save(session, now, case, row, **cells)
    problem = refused.value.errors[0]
    assert problem.pointer == pointer
    assert words in problem.message
    assert f"第{row + 1}行" in problem.message
    assert self_evaluations.get_sheet(session, case.filler, case.form_id).form.version == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("12万", "不写“万”", id="ten thousands in a yuan cell"),
        pytest.param("NaN", "不是金额", id="NaN"),
        pytest.param("Infinity", "不是金额", id="infinity"),
        pytest.param("1e999", "普通数字", id="exponent"),
        pytest.param("9" * 40, "位数过多", id="40 digits"),
        pytest.param("99999999999999", "最大金额", id="too large"),
        pytest.param("-1", "负数", id="negative"),
        pytest.param("1.234", "两位小数", id="a tenth of a fen"),
        pytest.param("", "没有的填0", id="empty"),
        pytest.param("壹佰", "不是金额", id="words"),
        pytest.param("1\x07", "控制字符", id="control character"),
    ],
)
def test_bad_amounts_are_named(session, now, case, text, words):
    entry = FundEntry(executed=text)
    with pytest.raises(Unacceptable) as refused:
        filling.save_fund(session, case.filler, now, case.form_id, "appropriation", None, entry)
    problem = refused.value.errors[0]
    assert problem.pointer == "/executed"
    assert problem.message.startswith("当年财政拨款全年执行数")
    assert words in problem.message


@pytest.mark.parametrize(
    "text", ["4,986,000.00", "４９８６０００", " 4986000 ", "4986000.0", "4 986 000"]
)
def test_amounts_are_read_as_people_write_them(session, now, case, text):
    entry = FundEntry(executed=text)
    sheet = filling.save_fund(session, case.filler, now, case.form_id, "appropriation", 1, entry)
    assert sheet.funds[0].executed == Decimal("4986000.00")
    assert sheet.funds[0].version == 1


def test_a_fund_row_moves_the_rate(session, now, case):
    entry = FundEntry(executed="2500000")
    sheet = filling.save_fund(session, case.filler, now, case.form_id, "appropriation", 1, entry)
    assert sheet.sheet.execution.rate_shown == "50.00"
    codes = {finding.code for finding in sheet.sheet.findings}
    assert "D3" in codes  # the accounts hold another figure


def test_a_whole_form_is_saved_or_refused_whole(session, now, case):
    first, second, third = case.line_ids
    entry = FormEntry(
        achieved="x" * 6000,
        funds={"other": FundEntry(executed="12万")},
        lines={
            first: LineEntry(actual="若干"),
            second: LineEntry(actual="达成指标", judged="99"),
            third: LineEntry(actual="95%"),
        },
    )
    with pytest.raises(Unacceptable) as refused:
        filling.save_all(session, case.filler, now, case.form_id, 1, entry)
    assert [problem.pointer for problem in refused.value.errors] == [
        "/achieved",
        "/funds/other/executed",
        f"/lines/{first}/actual",
        f"/lines/{second}/judged",
    ]
    assert [
        line.actual for line in self_evaluations.get_sheet(session, case.filler, case.form_id).lines
    ] == ["", "", ""]


def test_a_whole_form_is_saved_at_once(session, now, case):
    first, second, third = case.line_ids
    lines = {
        first: LineEntry(actual="100册"),
        second: LineEntry(actual="达成指标"),
        third: LineEntry(actual="95%"),
    }
    entry = FormEntry(achieved="完成", funds={"other": FundEntry(initial="0")}, lines=lines)
    sheet = filling.save_all(session, case.filler, now, case.form_id, 1, entry)
    assert (sheet.sheet.total, sheet.sheet.grade, sheet.form.version) == (
        Decimal("99.97"),
        "优",
        2,
    )


@pytest.mark.parametrize(
    "entry",
    [FormEntry(lines={10**9: LineEntry()}), FormEntry(funds={"lottery": FundEntry()})],
    ids=["another form's line", "no such source"],
)
def test_rows_of_other_forms_are_not_found(session, now, case, entry):
    with pytest.raises(NotFound):
        filling.save_all(session, case.filler, now, case.form_id, None, entry)


def test_a_line_of_another_form_is_not_found(session, now, case):
    other = opened(session, now)
    with pytest.raises(NotFound):
        filling.save_line(
            session, case.filler, now, case.form_id, other.line_ids[0], None, LineEntry(actual="1")
        )


def test_a_submitted_form_is_locked(session, now, case):
    fill(session, now, case)
    submissions.submit(session, case.filler, now, case.form_id, None)
    with pytest.raises(Conflict):
        save(session, now, case, 0, actual="90册")


def test_text_is_kept_as_typed_but_for_the_blanks_around_it(session, now, case):
    sheet = filling.save_goal(session, case.filler, now, case.form_id, 1, "  一、完成；\n二、满意 ")
    assert sheet.goal.achieved == "一、完成；\n二、满意"
