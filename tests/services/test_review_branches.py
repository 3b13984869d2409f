"""Several branches (处室) share a review: all of them agree, any of them returns."""

import pytest

from app.db.organisations import Organisation
from app.db.users import User
from app.domain.workflow import Action, State
from app.errors import Conflict, Forbidden, Unacceptable
from app.services import completions, reviews, workflow_settings
from app.services.approvals import approve_many
from app.services.courses import actions
from app.services.remarks import RemarkEntry
from app.services.review_branches import BranchEntry, of_kind
from app.services.review_sheets import get_review
from app.services.reviews import JudgementEntry, ReturnEntry, ReviewEntry
from app.services.workflow_settings import StepsEntry
from tests import factories
from tests.services.review_cases import HOUR, NOTHING, approved_by, submitted

STEP, WAY = "finance_review", ("unit_review", "department_review", "finance_review")
SOCIAL, PERFORMANCE = "社会保障处", "绩效管理处"


@pytest.fixture
def case(session, now):
    return submitted(session, now)


@pytest.fixture
def people(session, case):
    """Two people of the finance bureau with accounts, and one beside them."""
    bureau = session.get_one(Organisation, case.finance.organisation_id)
    names = ("social", "performance", "beside")
    return {name: factories.make_account(session, bureau, name) for name in names}


def branch(name, *members, step=STEP):
    return BranchEntry(step=step, name=name, members=members)


def share(session, now, case, *branches, version=0):
    entry = StepsEntry(steps=WAY, branches=branches)
    place = (factories.REGION, "project", version, entry)
    return workflow_settings.set_steps(session, case.finance, now, *place)


@pytest.fixture
def shared(session, now, case, people):
    share(session, now, case, branch(SOCIAL, "social"), branch(PERFORMANCE, "performance"))
    approved_by(session, now, case, case.lead, case.department)
    return people


def approve(session, now, case, actor, entry=NOTHING):
    return reviews.approve(session, actor, now, case.form_id, None, entry)


def test_both_agree_in_either_order(session, now, case, shared):
    form = approve(session, now, case, shared["performance"])
    assert (form.state, form.moved_by) == (STEP, case.department.name)
    waiting = get_review(session, shared["social"], case.form_id)
    assert (waiting.others, waiting.next_state) == ((), State.COMPLETED)
    form = approve(session, now + HOUR, case, shared["social"])
    assert form.state == State.COMPLETED
    told = get_review(session, case.filler, case.form_id).history[-2:]
    assert [(item.branch, item.decision) for item in told] == [
        (PERFORMANCE, "approved"),
        (SOCIAL, "approved"),
    ]


def test_a_branch_agrees_once_and_nobody_beside_them(session, now, case, shared):
    approve(session, now, case, shared["social"])
    form = get_review(session, case.finance, case.form_id).sheet.form
    for actor in (shared["social"], shared["beside"], case.finance):
        assert not actions(session, actor, form) & {Action.APPROVE, Action.RETURN}
        with pytest.raises((Conflict, Forbidden)):
            approve(session, now, case, actor)


def test_one_returns_and_the_other_begins_anew(session, now, case, shared):
    approve(session, now, case, shared["social"])
    words = ReturnEntry("数据不符", to="department_review")
    reviews.send_back(session, shared["performance"], now, case.form_id, None, words)
    told = get_review(session, case.department, case.form_id).history[-2:]
    assert [item.decision for item in told] == ["lapsed", "returned"]
    approve(session, now + HOUR, case, case.department)
    assert approve(session, now + HOUR, case, shared["performance"]).state == STEP
    assert approve(session, now + HOUR, case, shared["social"]).state == State.COMPLETED


def test_each_says_its_own_beside_the_other(session, now, case, shared):
    line = case.line_ids[0]
    first = ReviewEntry(
        "同意", {line: JudgementEntry("8", "略高")}, (RemarkEntry("/achieved", "好"),)
    )
    approve(session, now, case, shared["social"], first)
    second = ReviewEntry("再核", {line: JudgementEntry("7", "")}, ())
    reviews.save(session, shared["performance"], now, case.form_id, None, second)
    seen = get_review(session, shared["performance"], case.form_id)
    assert (seen.review.branch, seen.lines[line].points) == (PERFORMANCE, 7)
    [word] = [one for one in seen.said[line] if one.branch]
    assert (word.branch, word.points, word.opinion) == (SOCIAL, 8, "略高")
    outside = get_review(session, case.filler, case.form_id)
    assert (outside.remarks, outside.history[-1].step) == ((), "department_review")
    assert line not in outside.said
    approve(session, now, case, shared["performance"])
    assert [remark.text for remark in get_review(session, case.filler, case.form_id).remarks] == [
        "好"
    ]


def test_taken_back_all_agree_again(session, now, case, shared):
    for name in ("social", "performance"):
        approve(session, now, case, shared[name])
    completions.unapprove(session, case.finance, now, case.form_id, None, "复核")
    assert approve(session, now, case, shared["social"]).state == STEP


def test_a_branch_that_is_dissolved_holds_nothing_up(session, now, case, shared):
    approve(session, now, case, shared["social"])
    left = (branch(SOCIAL, "social"), branch("预算处", "beside"))
    share(session, now, case, *left, version=1)
    assert approve(session, now, case, shared["beside"]).state == State.COMPLETED


def test_without_branches_again_anybody_of_finance_decides(session, now, case, shared):
    approve(session, now, case, shared["social"])
    share(session, now, case, version=1)
    assert approve(session, now, case, case.finance).state == State.COMPLETED


def test_many_at_once_say_who_is_still_to_agree(session, now, case, shared):
    version = get_review(session, case.finance, case.form_id).sheet.form.version
    [outcome] = approve_many(session, shared["social"], now, {case.form_id: version}, together=True)
    assert (outcome.approved, outcome.message) == (True, "已同意，待绩效管理处会签。")


def test_what_keeps_branches_from_being_set(session, now, case, people):
    gone = factories.make_account(
        session, session.get_one(Organisation, case.finance.organisation_id), "gone"
    )
    session.get_one(User, gone.id).active = False
    wrong = (
        branch(SOCIAL, "social", "nobody"),
        branch(SOCIAL, "social", "gone"),
        branch("", "beside", step="unit_review"),
        branch("预算处", step="lunch"),
    )
    with pytest.raises(Unacceptable) as refusal:
        share(session, now, case, *wrong)
    told = [(problem.pointer, problem.given) for problem in refusal.value.errors]
    assert told == [
        ("/branches/0/name", SOCIAL),
        ("/branches/0/members", "social"),
        ("/branches/0/members", "nobody"),
        ("/branches/1/name", SOCIAL),
        ("/branches/1/members", "social"),
        ("/branches/1/members", "gone"),
        ("/branches/2/name", ""),
        ("/branches/2/step", "unit_review"),
        ("/branches/3/step", "lunch"),
        ("/branches/3/step", "lunch"),
        ("/branches/3/members", ""),
    ]
    assert of_kind(session, factories.REGION, "project") == ()
