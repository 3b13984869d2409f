"""What reviewing leaves in the audit trail, and who may read it while it is under way."""

import pytest

from app.domain.audit import AuditAction, ObjectKind
from app.services import completions, history, remarks, reviews, workflow_settings
from app.services.approvals import approve_many
from app.services.remarks import RemarkEntry
from app.services.review_sheets import get_review
from app.services.reviews import JudgementEntry, ReturnEntry, ReviewEntry
from app.services.workflow_settings import ReasonEntry, StepsEntry
from tests import factories
from tests.services.review_cases import NOTHING, approved_by, submitted
from tests.services.trail import since, told, trail


@pytest.fixture
def case(session, now):
    return submitted(session, now)


def judged(case):
    lines = {case.line_ids[0]: JudgementEntry("9", "缺证明")}
    return ReviewEntry("总体属实", lines, (RemarkEntry("/achieved", "请补充"),))


def test_one_event_an_act_with_what_it_changed(session, now, case):
    before, line = trail(session), case.line_ids[0]
    for _ in range(2):  # the same again is no act
        reviews.save(session, case.lead, now, case.form_id, None, judged(case))
    reviews.approve(session, case.lead, now, case.form_id, None, NOTHING)
    saved, approved = since(session, before)
    assert (saved.action, approved.action) == (AuditAction.REVIEW, AuditAction.APPROVE)
    assert told(saved) == {
        "/opened_by": (None, case.lead.name),
        "/opinion": (None, "总体属实"),
        f"/lines/{line}/reviewed_points": (None, "9"),
        f"/lines/{line}/opinion": (None, "缺证明"),
        "/remarks/achieved": (None, "请补充"),
    }
    assert told(approved) == {
        "/state": ("unit_review", "department_review"),
        "/opened_by": (case.lead.name, None),
    }


def test_opening_returning_and_settling(session, now, case):
    before = trail(session)
    reviews.accept(session, case.lead, now, case.form_id, None)
    remark = ReviewEntry(remarks=(RemarkEntry("/achieved", "请补充"),))
    words = ReturnEntry("请看批注", review=remark)
    reviews.send_back(session, case.lead, now, case.form_id, None, words)
    [pinned] = get_review(session, case.filler, case.form_id).remarks
    for _ in range(2):  # settled once
        remarks.settle(session, case.filler, now, case.form_id, pinned.id)
    opened, returned, settled = since(session, before)
    assert told(opened) == {"/opened_by": (None, case.lead.name)}
    assert told(returned) == {
        "/state": ("unit_review", "returned"),
        "/returned_reason": (None, "请看批注"),
        "/opened_by": (case.lead.name, None),
        "/remarks/achieved": (None, "请补充"),
    }
    assert (settled.action, told(settled)) == (
        AuditAction.SETTLE,
        {"/remarks/achieved": ("请补充", None)},
    )


def test_after_the_end(session, now, case):
    approved_by(session, now, case, case.lead, case.department, case.finance)
    before, place = trail(session), (session, case.finance, now, case.form_id, None)
    completions.publish(*place)
    completions.unpublish(*place)
    revision = completions.reopen(*place, "数据有误")
    published, hidden, reopened, begun = since(session, before)
    assert told(published) == {"/state": ("completed", "published")}
    assert told(hidden) == {"/state": ("published", "completed")}
    assert told(reopened) == {"/is_current": ("true", "false"), "/reason": (None, "数据有误")}
    assert (begun.object_id, begun.action) == (str(revision.id), AuditAction.OPEN)
    assert told(begun)["/supersedes_id"] == (None, str(case.form_id))


def test_taken_back(session, now, case):
    approved_by(session, now, case, case.lead, case.department, case.finance)
    before = trail(session)
    completions.unapprove(session, case.finance, now, case.form_id, None, "复核金额")
    [event] = since(session, before)
    assert told(event) == {
        "/state": ("completed", "finance_review"),
        "/reason": (None, "复核金额"),
    }


def test_a_batch_leaves_an_event_for_each_form_approved(session, now, case):
    other = submitted(session, now)
    before = trail(session)
    version = get_review(session, case.lead, case.form_id).sheet.form.version
    both = {case.form_id: version, other.form_id: 999}
    approve_many(session, case.lead, now, both, together=True)
    assert since(session, before) == []
    approve_many(session, case.lead, now, both, together=False)
    assert [event.object_id for event in since(session, before)] == [str(case.form_id)]


def test_settings_and_reasons(session, now, case):
    before, finance = trail(session), (session, case.finance, now)
    workflow_settings.set_steps(
        *finance, factories.REGION, "project", 0, StepsEntry(steps=("finance_review",))
    )
    workflow_settings.set_reason(*finance, "blurred", 0, ReasonEntry(label="附件不清晰"))
    steps, reason = since(session, before)
    assert (steps.object_kind, steps.region_code) == (ObjectKind.WORKFLOW_SETTING, "310000")
    assert told(steps) == {"/steps": (None, "finance_review")}
    assert (reason.object_kind, reason.object_id) == (ObjectKind.RETURN_REASON, "blurred")
    assert told(reason)["/label"] == (None, "附件不清晰")


def test_a_review_under_way_is_its_reviewers_own(session, now, case):
    reviews.save(session, case.lead, now, case.form_id, None, judged(case))

    def newest(actor):
        return history.of_form(session, actor, case.form_id).events.items[0]

    assert newest(case.filler).event.action == AuditAction.REVIEW
    assert newest(case.filler).changes == ()
    assert {"意见", "受理人"} <= {cell.label for cell in newest(case.lead).changes}
