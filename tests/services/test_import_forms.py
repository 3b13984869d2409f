"""Filled-in templates: what people and their programs do to a workbook, and what comes of it."""

from datetime import date

import pytest

from app.db import fund_lines, goals, indicator_lines, self_evaluations
from app.domain.audit import AuditAction
from app.domain.imports import ImportState
from app.errors import Conflict
from app.services import filling, imports, submissions
from app.services.entries import FormEntry, LineEntry
from tests.factories import MOMENT, make_actor
from tests.services.filling_cases import fill, opened
from tests.services.template_cases import (
    ACHIEVED,
    ACTUAL,
    EXECUTED,
    INITIAL,
    JUDGED,
    REASON,
    changed,
    line,
    row_of,
    sent,
    template,
    told,
)
from tests.services.trail import since, trail
from tests.services.trail import told as fields


@pytest.fixture
def case(session, now):
    return opened(session, now)


@pytest.fixture
def book(session, case):
    return template(session, case)


def upload(session, case, book, change):
    return sent(session, case.filler, changed(book, change))


def test_a_template_comes_back_without_a_change(session, case, book):
    row, report = sent(session, case.filler, book)
    assert (row.state, row.changed, row.unchanged, row.problems) == (ImportState.READY, 0, 7, 0)
    assert (report.problems, report.left_out) == ((), ())


def test_what_was_typed_is_stored_scored_and_on_record_as_one_batch(session, case, book):
    def typed(sheet):
        line(sheet, 0, ACTUAL).value = "90册"
        line(sheet, 0, REASON).value = "供应商延期，\n已更换"
        line(sheet, 1, ACTUAL).value = "部分达成年度指标并具有一定效果"
        line(sheet, 1, JUDGED).value = 20.5
        sheet[f"{EXECUTED}{row_of(sheet, 'funds')}"].value = "４，980，000.5"
        sheet[f"{ACHIEVED}{row_of(sheet, 'goal')}"].value = "  全年完成。 "

    row, report = upload(session, case, book, typed)
    assert told(report) == [
        ("第1行“印制数量”", "实际完成值", None, "90册"),
        ("第1行“印制数量”", "偏差原因分析及改进措施", None, "供应商延期，\n已更换"),
        ("第2行“就医秩序”", "实际完成值", None, "部分达成年度指标并具有一定效果"),
        ("第2行“就医秩序”", "人工评分", None, "20.5"),
        ("年度总体目标", "实际完成情况", None, "全年完成。"),
        ("当年财政拨款", "全年执行数", "4986000", "4980000.5"),
    ]
    before = trail(session)
    imports.apply(session, case.filler, MOMENT, row.id, row.version)
    edit, own = since(session, before)
    first = case.line_ids[0]
    assert (edit.action, own.action) == (AuditAction.EDIT, AuditAction.IMPORT)
    assert fields(edit)[f"/lines/{first}/actual"] == (None, "90册")
    assert len(edit.changes) == 6
    lines = indicator_lines.of_form(session, case.form_id)
    assert [str(item.points) for item in lines[:2]] == ["45.000000", "20.500000"]
    assert goals.of_form(session, case.form_id)[0].achieved == "全年完成。"
    assert str(fund_lines.of_form(session, case.form_id)[0].executed) == "4980000.50"


def test_rows_moved_inserted_hidden_and_deleted_a_sheet_renamed(session, case, book):
    def moved(sheet):
        first, last = row_of(sheet, "lines", 0), row_of(sheet, "lines", 2)
        for column in range(1, 13):
            one, other = sheet.cell(first, column), sheet.cell(last, column)
            one.value, other.value = other.value, one.value
        sheet.cell(first, 8).value = "95%"
        sheet.row_dimensions[first].hidden = True
        sheet.delete_rows(row_of(sheet, "lines", 1))
        sheet.insert_rows(first, 2)
        sheet.title = "改过的名字"

    row, report = upload(session, case, book, moved)
    assert told(report) == [("第3行“参保人满意度”", "实际完成值", None, "95%")]
    assert report.problems == ()
    assert report.left_out == ("工作表“改过的名字”：没有第2行“就医秩序” 1 行，这些行保持原样",)
    imports.apply(session, case.filler, MOMENT, row.id, row.version)
    third = indicator_lines.of_form(session, case.form_id)[2]
    assert third.actual == "95%"


@pytest.mark.parametrize(
    ("value", "number_format", "stored"),
    [
        (0.9972, "0.00%", "99.72%"),
        (0.99718, "0.00%", "99.718%"),
        (95, "0.00", "95.00"),
        (1234.5, "#,##0.00", "1234.50"),
        (date(2024, 9, 30), "yyyy-mm-dd", "2024-09-30"),
        (date(2024, 9, 30), 'yyyy"年"m"月"d"日"', "2024年9月30日"),
        (0.1 + 0.2, "General", "0.3"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(session, case, book, value, number_format, stored):
    def typed(sheet):
        cell = line(sheet, 2, ACTUAL)
        cell.value, cell.number_format = value, number_format

    _, report = upload(session, case, book, typed)
    (change,) = told(report) or [(None, None, None, report.problems[0].value)]
    assert change[3] == stored


def test_a_program_that_makes_numbers_of_texts_changes_nothing(session, case):
    entry = FormEntry(lines={case.line_ids[2]: LineEntry(actual="95.00")})
    filling.save_all(session, case.filler, MOMENT, case.form_id, None, entry)

    def converted(sheet):
        cell = line(sheet, 2, ACTUAL)
        cell.value, cell.number_format = 95, "General"
        sheet[f"{INITIAL}{row_of(sheet, 'funds')}"].value = "5,000,000.00"

    _, report = upload(session, case, template(session, case), converted)
    assert (told(report), report.problems) == ([], ())


def test_a_cleared_cell_is_cleared_and_its_points_with_it(session, now, case):
    entry = LineEntry(actual="部分达成年度指标并具有一定效果", judged="20")
    filling.save_line(session, case.filler, now, case.form_id, case.line_ids[1], None, entry)

    def cleared(sheet):
        line(sheet, 1, ACTUAL).value = None

    row, report = upload(session, case, template(session, case), cleared)
    assert told(report) == [
        ("第2行“就医秩序”", "实际完成值", entry.actual, None),
        ("第2行“就医秩序”", "人工评分", "20", None),
    ]
    imports.apply(session, case.filler, MOMENT, row.id, row.version)
    second = indicator_lines.of_form(session, case.form_id)[1]
    assert (second.actual, second.judged) == ("", None)


def test_every_problem_is_told_by_cell_in_the_words_of_the_page(session, case, book):
    def wrong(sheet):
        line(sheet, 0, ACTUAL).value = "很多"
        line(sheet, 0, JUDGED).value = 5
        line(sheet, 1, JUDGED).value = 31
        line(sheet, 2, ACTUAL).value = "=1/2"
        line(sheet, 2, REASON).value = "字" * 2001
        funds = row_of(sheet, "funds")
        sheet[f"{INITIAL}{funds}"].value = "五百万"
        sheet[f"{EXECUTED}{funds}"].value = 1.234
        sheet[f"{EXECUTED}{funds + 1}"].value = None

    row, report = upload(session, case, book, wrong)
    found = {f"{item.column}{item.row}": item for item in report.problems}
    assert list(found) == ["H5", "J5", "J6", "H7", "L7", "G14", "I14", "I15"]
    assert found["H5"].message == "第1行指标值为“≥100册”，实际完成值请填数字"
    assert (found["H5"].heading, found["H5"].value) == ("实际完成值", "很多")
    assert "系统计分" in found["J5"].message
    assert found["J6"].message == "第2行得分应在0至30之间，请改写"
    assert "保存一次" in found["H7"].message
    assert "压缩到2000字" in found["L7"].message
    assert found["G14"].message == "当年财政拨款年初预算数不是金额，请填写数字，单位为元"
    assert "最多保留两位小数" in found["I14"].message
    assert "没有的填0" in found["I15"].message
    with pytest.raises(Conflict, match="还有问题"):
        imports.apply(session, case.filler, MOMENT, row.id, row.version)


def test_a_cell_that_somebody_else_changed_meanwhile_is_a_conflict(session, case, book):
    other = make_actor_of(session, case, name="李静")
    cells = {case.line_ids[0]: LineEntry(actual="95册"), case.line_ids[2]: LineEntry(actual="90%")}
    filling.save_all(session, other, MOMENT, case.form_id, None, FormEntry(lines=cells))

    def typed(sheet):
        line(sheet, 0, ACTUAL).value = "90册"
        line(sheet, 2, ACTUAL).value = "90%"
        line(sheet, 1, ACTUAL).value = "达成指标"

    _, report = upload(session, case, book, typed)
    (problem,) = report.problems
    assert (problem.column, problem.value) == (ACTUAL, "90册")
    assert problem.expected == "系统中现在是“95册”"
    assert "李静已于3月3日10:00改了这一格" in problem.message
    assert told(report) == [("第2行“就医秩序”", "实际完成值", None, "达成指标")]


def make_actor_of(session, case, **given):
    form = self_evaluations.find(session, case.filler.scope, case.form_id)
    unit = session.get_one(type(form), form.id).organisation_id
    return make_actor(type("Unit", (), {"id": unit, "path": case.filler.scope.path}), **given)


def test_a_form_that_moved_after_the_preview_is_previewed_again(session, now, case, book):
    row, _ = upload(
        session, case, book, lambda sheet: setattr(line(sheet, 0, ACTUAL), "value", "90册")
    )
    cells = LineEntry(actual="80册")
    filling.save_line(session, case.filler, now, case.form_id, case.line_ids[0], None, cells)
    with pytest.raises(Conflict, match="重新预览"):
        imports.apply(session, case.filler, MOMENT, row.id, row.version)
    again = imports.preview_again(session, case.filler, MOMENT, row.id, row.version)
    assert again.state == ImportState.FAULTY


def test_forms_in_other_hands_are_told_by_sheet_only_if_something_was_filled_in(
    session, now, case, book
):
    fill(session, now, case)
    before = template(session, case)
    submissions.submit(session, case.filler, now, case.form_id, None)

    _, same = sent(session, case.filler, before)
    assert same.problems == ()
    assert "没有改动，未读取" in same.left_out[0]
    assert "单位审核" in same.left_out[0]
    typed = changed(before, lambda sheet: setattr(line(sheet, 0, ACTUAL), "value", "90册"))
    _, other = sent(session, case.filler, typed)
    (problem,) = other.problems
    assert (problem.row, problem.sheet[:2]) == (0, "1 ")
    assert "单位审核" in problem.message
    _, foreign = sent(session, case.stranger, typed)
    assert "不在您的管理范围内" in foreign.problems[0].message
    with pytest.raises(Conflict, match="单位审核"):
        template(session, case)


def test_what_no_template_can_be_is_told(session, case, book):
    def spoilt(sheet):
        first = row_of(sheet, "lines")
        sheet.cell(first + 1, 2).value = "{}x"
        sheet.cell(first + 2, 1).value = sheet.cell(first, 1).value
        sheet.cell(first + 2, 7).value = "≥1"
        sheet.insert_rows(first)
        sheet[f"{ACTUAL}{first}"].value = "插进来的"
        sheet.cell(sheet.max_row + 2, 4).value = "经办人：某人"

    _, report = upload(session, case, book, spoilt)
    messages = [item.message for item in report.problems]
    assert [message[:8] for message in messages] == [
        "这一行没有行标识",
        "这一行的标识（隐",
        "与第 6 行是同",
    ]
    assert any("不是模板的行" in words for words in report.left_out)

    _, keyless = upload(session, case, book, lambda sheet: sheet.delete_cols(1, 2))
    assert "A、B 两列不能删除" in keyless.problems[0].message
    _, headless = upload(session, case, book, lambda sheet: sheet.delete_rows(4))
    assert "“绩效指标”部分的表头行不见了" in headless.problems[0].message


def test_merged_cells_written_over_columns_and_another_unit_of_amounts(session, case, book):
    def merged(sheet):
        first = row_of(sheet, "lines")
        sheet.merge_cells(f"{ACTUAL}{first}:{ACTUAL}{first + 1}")
        sheet[f"{ACTUAL}{first}"].value = "90册"
        sheet[f"G{first}"].value = "≥1册"
        head = row_of(sheet, "head", 2)
        sheet[f"{EXECUTED}{head}"].value = "全年执行数（万元）"
        sheet[f"{EXECUTED}{head + 2}"].value = 400
        for row in (head + 3, head + 4):
            sheet[f"{EXECUTED}{row}"].value = 0

    _, report = upload(session, case, book, merged)
    assert [(item.column, item.row) for item in report.problems] == [(ACTUAL, 6)]
    assert "取消合并" in report.problems[0].message
    assert ("当年财政拨款", "全年执行数", "4986000", "4000000") in told(report)
    assert any("第 5 行“年度指标值”不能在模板里修改" in words for words in report.left_out)
