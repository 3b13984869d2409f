"""Which act on a form tells whom what, in the transaction of the act."""

import pytest
from sqlmodel import select

from app.db.messages import Message
from app.db.users import User
from app.db.workflow_settings import WorkflowSetting
from app.domain.actors import Role
from app.domain.workflow import State
from app.errors import Conflict
from app.services import approvals, completions, reviews, submissions
from app.services.reviews import ReturnEntry, ReviewEntry
from tests import factories
from tests.services.message_cases import newest, peopled, submitted
from tests.services.message_cases import told as sent

NOTHING = ReviewEntry()
UNIT = ("filler", "colleague", "lead")


@pytest.fixture
def case(session, now):
    return submitted(session, now)


def last(session):
    found = session.exec(select(Message.id).order_by(Message.id.desc())).first()
    return found or 0


def approve(session, now, case, *people):
    for person in people:
        reviews.approve(session, person, now, case.form_id, None, NOTHING)


def completed(session, now, case):
    approve(session, now, case, case.lead, case.department, case.finance)
    return last(session)


def to_unit(kind):
    return [(name, kind) for name in UNIT]


def test_submitting_tells_the_next_reviewer(session, now):
    case = submitted(session, now)
    assert sent(session, case) == [("lead", "submitted")]
    message = newest(session)
    assert message.subject.startswith("待审核：项目")
    assert message.body.endswith("已由周晓岚（经办人）提交，请单位审核。")
    assert (message.about_kind, message.about_id) == ("self_evaluation", case.form_id)
    assert (message.region_code, message.fiscal_year) == ("310000", 2024)


def test_agreeing_tells_the_next_reviewer_and_the_unit(session, now, case):
    since = last(session)
    approve(session, now, case, case.lead)
    assert sent(session, case, since) == [
        ("department", "submitted"), ("filler", "approved"), ("colleague", "approved"),
    ]  # fmt: skip
    assert newest(session).subject.startswith("已通过单位审核：")


def test_the_last_agreement_tells_the_unit_that_it_is_done(session, now, case):
    approve(session, now, case, case.lead, case.department)
    since = last(session)
    approve(session, now, case, case.finance)
    assert sent(session, case, since) == to_unit("completed")
    assert newest(session).body.endswith("已由陆建中（财政部门）通过财政审核，审核全部完成。")


def test_returning_tells_the_unit_with_the_reason(session, now, case):
    approve(session, now, case, case.lead)
    since = last(session)
    entry = ReturnEntry(reason="请按决算更正", code="value")
    reviews.send_back(session, case.department, now, case.form_id, None, entry)
    assert sent(session, case, since) == to_unit("returned")
    assert "退回意见：指标值或完成值与实际不符：请按决算更正\n" in newest(session).body


def test_returning_to_an_earlier_reviewer_tells_that_one(session, now, case):
    approve(session, now, case, case.lead, case.department)
    since = last(session)
    entry = ReturnEntry(reason="请复核", to=State.DEPARTMENT_REVIEW)
    reviews.send_back(session, case.finance, now, case.form_id, None, entry)
    assert sent(session, case, since) == [("department", "returned")]
    assert newest(session).body.endswith("请重新主管部门审核。")


def test_withdrawing_tells_whoever_would_have_reviewed(session, now, case):
    since = last(session)
    submissions.withdraw(session, case.filler, now, case.form_id, None)
    assert sent(session, case, since) == [("lead", "withdrawn")]


@pytest.mark.parametrize("reason", ["审计发现金额有误"])
def test_acts_after_the_end_tell_the_unit(session, now, case, reason):
    since = completed(session, now, case)
    completions.publish(session, case.finance, now, case.form_id, None)
    assert sent(session, case, since) == to_unit("published")
    since = last(session)
    completions.unpublish(session, case.finance, now, case.form_id, None)
    assert sent(session, case, since) == to_unit("unpublished")
    since = last(session)
    revision = completions.reopen(session, case.finance, now, case.form_id, None, reason)
    assert sent(session, case, since) == to_unit("reopened")
    assert newest(session).about_id == revision.id != case.form_id
    assert newest(session).body.endswith(f"原因：{reason}")


def test_taking_an_approval_back_tells_reviewer_and_unit_with_the_reason(session, now, case):
    since = completed(session, now, case)
    completions.unapprove(session, case.finance, now, case.form_id, None, "金额有误")
    # The finance officer who did it reviews again and is not told of the own act.
    assert sent(session, case, since) == to_unit("unapproved")
    assert "原因：金额有误" in newest(session).body


def test_nobody_is_told_of_an_act_that_was_not_done(session, now, case):
    since = last(session)
    with pytest.raises(Conflict):
        reviews.approve(session, case.department, now, case.form_id, None, NOTHING)
    reviews.accept(session, case.lead, now, case.form_id, None)
    reviews.save(session, case.lead, now, case.form_id, None, ReviewEntry(opinion="核对中"))
    assert sent(session, case, since) == []


def test_a_batch_undone_as_a_whole_tells_nobody(session, now, case):
    since = last(session)
    versions = {case.form_id: 10**6}
    approvals.approve_many(session, case.lead, now, versions, together=True)
    assert sent(session, case, since) == []


def test_a_step_that_the_region_leaves_out_is_not_told(session, now, case):
    session.add(
        WorkflowSetting(region_code="310000", kind="project", steps="unit_review finance_review")
    )
    session.flush()
    since = last(session)
    approve(session, now, case, case.lead)
    assert sent(session, case, since)[0] == ("finance", "submitted")


def test_only_the_nearest_reviewers_are_told(session, now, case):
    """Another bureau's people, and those of a level above that has nearer ones, are not."""
    finance = session.get_one(factories.Organisation, case.finance.organisation_id)
    other = factories.make_account(session, finance, "别的处", Role.DEPARTMENT)
    elsewhere = factories.make_tree(session)
    foreign = factories.make_account(session, elsewhere.department, "别处", Role.DEPARTMENT)
    approve(session, now, case, case.lead)
    told = set(session.exec(select(Message.user_id)))
    assert case.department.id in told
    assert {other.id, foreign.id}.isdisjoint(told)


def test_without_a_nearer_one_the_level_above_is_told(session, now, case):
    finance = session.get_one(factories.Organisation, case.finance.organisation_id)
    above = factories.make_account(session, finance, "别的处", Role.DEPARTMENT)
    session.get_one(User, case.department.id).active = False
    session.flush()
    approve(session, now, case, case.lead)
    assert above.id in set(session.exec(select(Message.user_id)))


def test_a_long_project_name_fits_the_subject(session, now):
    case = peopled(session, now)
    form = session.get_one(factories.SelfEvaluation, case.form_id)
    session.get_one(factories.Project, form.project_id).name = "长" * 180
    session.flush()
    submissions.submit(session, case.filler, now, case.form_id, None)
    assert len(newest(session).subject) < 80
