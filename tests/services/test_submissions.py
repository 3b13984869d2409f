"""Submission: blocked by errors, warnings answered, one receipt, a frozen snapshot."""

import hashlib
import json
from datetime import datetime

import pytest
from sqlmodel import Session

from app.db import scores, snapshots
from app.domain.workflow import Action, State
from app.errors import Conflict, Forbidden, NotFound, NotReady, Unacceptable, VersionConflict
from app.services import filling, reviews, self_evaluations, submissions
from app.services.entries import LineEntry
from app.services.reviews import ReturnEntry
from tests.services.filling_cases import Opened, fill, opened


@pytest.fixture
def case(session: Session, now: datetime) -> Opened:
    return opened(session, now)


def submit(session, now, case, version=None):
    return submissions.submit(session, case.filler, now, case.form_id, version)


def overfulfil(session, now, case):
    """Fill everything, and the first line far beyond its target: warning B2."""
    fill(session, now, case)
    entry = LineEntry(actual="200册")
    return filling.save_line(session, case.filler, now, case.form_id, case.line_ids[0], None, entry)


def test_an_empty_form_is_not_submitted_and_says_all_that_is_missing(session, now, case):
    with pytest.raises(NotReady) as refused:
        submit(session, now, case)
    assert [finding.path for finding in refused.value.findings] == [
        "/indicators/0/actual",
        "/indicators/1/actual",
        "/indicators/2/actual",
        "/achieved",
    ]
    assert self_evaluations.get_sheet(session, case.filler, case.form_id).form.state == State.DRAFT


def test_a_submitted_form_has_a_receipt_and_a_snapshot(session, now, case):
    sheet = fill(session, now, case)
    form = submit(session, now, case, sheet.form.version)
    assert (form.state, form.submitted_at) == (State.UNIT_REVIEW, now)
    assert form.receipt == f"ZP2024310000{form.id:06d}-01"
    (snapshot,) = snapshots.of_form(session, form.id)
    assert snapshot.sha256 == hashlib.sha256(snapshot.content.encode()).hexdigest()
    content = json.loads(snapshot.content)
    assert (content["total"], content["grade"]) == ("99.97", "优")
    assert content["form"]["indicators"][0]["actual"] == "100册"
    assert content["edition_hash"] == form.edition_hash


def test_the_stored_score_follows_the_state(session, now, case):
    fill(session, now, case)
    form = submit(session, now, case)
    stored = scores.of_form(session, form.id)
    assert stored is not None
    assert stored.version == form.version


def test_a_missing_reason_blocks(session, now, case):
    fill(session, now, case)
    entry = LineEntry(actual="90册")
    line_id = case.line_ids[0]
    filling.save_line(session, case.filler, now, case.form_id, line_id, None, entry)
    with pytest.raises(NotReady) as refused:
        submit(session, now, case)
    assert [(finding.code, finding.path) for finding in refused.value.findings] == [
        ("B1", "/indicators/0/reason")
    ]
    reason = LineEntry(reason="供应商延期，已更换供应商。")
    filling.save_line(session, case.filler, now, case.form_id, line_id, None, reason)
    assert submit(session, now, case).state == State.UNIT_REVIEW


def test_a_warning_wants_an_answer(session, now, case):
    overfulfil(session, now, case)
    with pytest.raises(NotReady) as refused:
        submit(session, now, case)
    (finding,) = refused.value.findings
    assert finding.code == "B2"
    answered = submissions.answer_warning(
        session, case.filler, now, case.form_id, finding.code, finding.path, "追加印制任务"
    )
    assert answered.answers == {("B2", "/indicators/0/reason"): "追加印制任务"}
    assert submit(session, now, case).state == State.UNIT_REVIEW


def test_an_answer_can_be_changed_and_taken_back(session, now, case):
    overfulfil(session, now, case)
    where = ("B2", "/indicators/0/reason")
    for reason in ("追加任务", "上级追加任务", ""):
        sheet = submissions.answer_warning(session, case.filler, now, case.form_id, *where, reason)
    assert sheet.answers == {where: ""}
    with pytest.raises(NotReady):
        submit(session, now, case)


def test_there_is_nothing_to_answer_without_a_warning(session, now, case):
    with pytest.raises(NotFound, match="预警已不存在"):
        submissions.answer_warning(
            session, case.filler, now, case.form_id, "B2", "/indicators/0/reason", "没有"
        )


def test_an_answer_has_limits(session, now, case):
    overfulfil(session, now, case)
    with pytest.raises(Unacceptable, match="改正"):
        submissions.answer_warning(
            session, case.filler, now, case.form_id, "B2", "/indicators/0/reason", "长" * 501
        )


def test_submitting_twice_gives_one_receipt(session, now, case):
    fill(session, now, case)
    form = submit(session, now, case)
    with pytest.raises(Conflict):
        submit(session, now, case)
    assert len(snapshots.of_form(session, form.id)) == 1


def test_a_stale_submission_is_refused(session, now, case):
    fill(session, now, case)
    with pytest.raises(VersionConflict):
        submit(session, now, case, 1)


def test_withdrawn_forms_are_drafts_again_and_keep_their_snapshots(session, now, case):
    fill(session, now, case)
    submit(session, now, case)
    form = submissions.withdraw(session, case.filler, now, case.form_id, None)
    assert form.state == State.DRAFT
    assert self_evaluations.get_sheet(session, case.filler, form.id).allowed == {
        Action.EDIT,
        Action.SUBMIT,
    }
    assert submit(session, now, case).receipt.endswith("-02")
    assert len(snapshots.of_form(session, form.id)) == 2


def test_the_lead_returns_with_a_reason(session, now, case):
    fill(session, now, case)
    submit(session, now, case)
    with pytest.raises(Unacceptable, match="改正"):
        reviews.send_back(session, case.lead, now, case.form_id, None, ReturnEntry(reason="  "))
    form = reviews.send_back(
        session, case.lead, now, case.form_id, None, ReturnEntry(reason="请补充佐证材料")
    )
    assert (form.state, form.returned_reason) == (State.RETURNED, "请补充佐证材料")
    again = submit(session, now, case)
    assert (again.state, again.returned_reason) == (State.UNIT_REVIEW, "")


def test_fillers_do_not_return_and_leads_do_not_submit(session, now, case):
    fill(session, now, case)
    with pytest.raises(Forbidden):
        submissions.submit(session, case.lead, now, case.form_id, None)
    submit(session, now, case)
    with pytest.raises(Forbidden):
        reviews.send_back(session, case.filler, now, case.form_id, None, ReturnEntry(reason="原因"))


def test_strangers_find_nothing(session, now, case):
    for act in (submissions.submit, submissions.withdraw):
        with pytest.raises(NotFound):
            act(session, case.stranger, now, case.form_id, None)
