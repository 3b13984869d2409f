"""Check codes: the same for the same version, and what they say when the form moves on."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.db.check_codes import CheckCode
from app.domain.check_codes import Verdict
from app.services import check_codes, completions, filling, self_evaluations
from app.services.entries import LineEntry
from tests.services.filling_cases import fill, opened
from tests.services.review_cases import approved_by, submitted

PUBLIC = "https://jixiao.example.gov.cn"


def issue(session, actor, now, form_id):
    sheet = self_evaluations.get_sheet(session, actor, form_id)
    return check_codes.issue(session, now, sheet, PUBLIC)


def test_one_code_a_version(session, now):
    case = opened(session, now)
    first = issue(session, case.filler, now, case.form_id)
    assert issue(session, case.lead, now + timedelta(days=1), case.form_id) == first
    assert first.address == f"{PUBLIC}/check-codes/{first.code}"
    fill(session, now, case)
    assert issue(session, case.filler, now, case.form_id).code != first.code
    assert len(session.exec(select(CheckCode)).all()) == 2


def test_without_a_public_address_there_is_a_code_alone(session, now):
    case = opened(session, now)
    sheet = self_evaluations.get_sheet(session, case.filler, case.form_id)
    assert check_codes.issue(session, now, sheet, "").address == ""


def test_it_stays_genuine_while_only_the_state_moves(session, now):
    case = submitted(session, now)
    mark = issue(session, case.filler, now, case.form_id)
    approved_by(session, now, case, case.lead)
    found = check_codes.verify(session, mark.code)
    assert found.verdict is Verdict.GENUINE
    assert (found.state_then, found.state_now) == ("unit_review", "department_review")
    sheet = self_evaluations.get_sheet(session, case.finance, case.form_id)
    assert (found.project, found.unit) == (sheet.project.name, sheet.unit.name)
    assert found.total == sheet.standard.points.shown(sheet.sheet.total)
    assert found.grade == sheet.sheet.grade


def test_a_later_change_is_told_without_what_it_is(session, now):
    case = opened(session, now)
    fill(session, now, case)
    mark = issue(session, case.filler, now, case.form_id)
    before = check_codes.verify(session, mark.code)
    line = LineEntry(actual="1册")
    filling.save_line(session, case.filler, now, case.form_id, case.line_ids[0], None, line)
    after = check_codes.verify(session, mark.code)
    assert (before.verdict, after.verdict) == (Verdict.GENUINE, Verdict.CHANGED)
    assert (after.total, after.grade) == (before.total, before.grade)


def test_a_draft_that_was_deleted_leaves_its_code(session, now):
    case = opened(session, now)
    mark = issue(session, case.filler, now, case.form_id)
    self_evaluations.delete_draft(session, case.filler, now, case.form_id, None)
    session.expire_all()
    found = check_codes.verify(session, mark.code)
    assert (found.verdict, found.state_now) == (Verdict.CHANGED, "")


@pytest.mark.parametrize("typed", ["", "没有", "ACDE-FGHJ-KLMN-PQRT-UVWX", "' OR 1=1 --"])
def test_an_unknown_code_says_nothing(session, typed):
    assert check_codes.verify(session, typed) is None


def test_a_reopened_form_makes_older_documents_old(session, now):
    case = submitted(session, now)
    form = approved_by(session, now, case, case.lead, case.department, case.finance)
    mark = issue(session, case.filler, now, case.form_id)
    completions.reopen(session, case.finance, now, form.id, None, "金额有误")
    found = check_codes.verify(session, mark.code)
    assert (found.verdict, found.superseded) == (Verdict.CHANGED, True)
