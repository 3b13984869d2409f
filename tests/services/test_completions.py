"""After the end: published, taken back, reopened as a revision; and many forms at once."""

from dataclasses import replace

import pytest

from app.db import self_evaluations
from app.domain.actors import Scope
from app.domain.workflow import Action, State
from app.errors import Conflict, Forbidden, Unacceptable
from app.services import approvals, completions, filling, submissions
from app.services.courses import actions
from app.services.entries import LineEntry
from app.services.review_sheets import get_review
from app.services.self_evaluations import get_sheet
from tests.services.review_cases import approved_by, submitted


@pytest.fixture
def case(session, now):
    made = submitted(session, now)
    approved_by(session, now, made, made.lead, made.department, made.finance)
    return made


def act(session, now, case, what, *words, by=None):
    return getattr(completions, what)(session, by or case.finance, now, case.form_id, None, *words)


def test_published_and_taken_back(session, now, case):
    assert act(session, now, case, "publish").state == State.PUBLISHED
    with pytest.raises(Conflict):
        act(session, now, case, "reopen", "有误")
    assert act(session, now, case, "unpublish").state == State.COMPLETED


@pytest.mark.parametrize("words", [("publish",), ("unapprove", "有误"), ("reopen", "有误")])
def test_only_finance_acts_after_the_end(session, now, case, words):
    for person in (case.filler, case.lead, case.department):
        with pytest.raises(Forbidden):
            act(session, now, case, *words, by=person)


def test_unapproved_it_is_before_finance_again(session, now, case):
    form = act(session, now, case, "unapprove", "抽查发现佐证不足")
    assert form.state == State.FINANCE_REVIEW
    last = get_review(session, case.finance, case.form_id).history[-1]
    assert (last.decision, last.opinion) == ("unapproved", "抽查发现佐证不足")
    assert approved_by(session, now, case, case.finance).state == State.COMPLETED
    assert act(session, now, case, "unapprove", "再次抽查").state == State.FINANCE_REVIEW


@pytest.mark.parametrize("what", ["unapprove", "reopen"])
@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_taking_back_wants_a_reason(session, now, case, what, reason):
    with pytest.raises(Unacceptable, match="改正"):
        act(session, now, case, what, reason)


def test_reopened_a_new_revision_takes_its_place(session, now, case):
    revision = act(session, now, case, "reopen", "审计要求更正")
    old = self_evaluations.find(session, Scope("/"), case.form_id)
    assert (revision.revision, revision.supersedes_id) == (2, old.id)
    assert (revision.state, revision.returned_reason) == (State.RETURNED, "审计要求更正")
    assert (old.is_current, old.state) == (False, State.COMPLETED)
    for person in (case.filler, case.finance):
        assert actions(session, person, old) == frozenset()
    assert self_evaluations.current(session, old.project_id, old.fiscal_year).id == revision.id
    before, after = (get_sheet(session, case.filler, form.id) for form in (old, revision))
    assert after.sheet.total == before.sheet.total
    assert [line.actual for line in after.lines] == [line.actual for line in before.lines]
    assert after.allowed == {Action.EDIT, Action.SUBMIT}


def test_a_revision_shows_what_differs_from_the_one_before(session, now, case):
    revision = act(session, now, case, "reopen", "审计要求更正")
    line = get_sheet(session, case.filler, revision.id).lines[0]
    entry = LineEntry(actual="101册")
    filling.save_line(session, case.filler, now, revision.id, line.id, None, entry)
    form = submissions.submit(session, case.filler, now, revision.id, None)
    assert form.receipt is not None
    assert get_review(session, case.lead, revision.id).changed == {f"/lines/{line.id}/actual"}


def many(session, now, *cases, together=False, stale=()):
    lead = replace(cases[0].lead, scope=Scope("/"))
    versions = {case.form_id: 1 for case in stale}
    for case in set(cases) - set(stale):
        versions[case.form_id] = self_evaluations.version_of(session, Scope("/"), case.form_id)
    ordered = {case.form_id: versions[case.form_id] for case in cases}
    return approvals.approve_many(session, lead, now, ordered, together=together)


def states(session, *cases):
    return [self_evaluations.find(session, Scope("/"), case.form_id).state for case in cases]


def test_many_at_once_each_reported(session, now):
    first, second = submitted(session, now), submitted(session, now)
    outcomes = many(session, now, first, second, stale=(second,))
    assert [outcome.approved for outcome in outcomes] == [True, False]
    assert outcomes[0].message == "已同意，现在是“主管部门审核”。"
    assert outcomes[1].code == "version_conflict"
    assert states(session, first, second) == [State.DEPARTMENT_REVIEW, State.UNIT_REVIEW]


def test_many_together_or_none(session, now):
    first, second = submitted(session, now), submitted(session, now)
    outcomes = many(session, now, first, second, together=True, stale=(second,))
    assert [outcome.code for outcome in outcomes] == ["together", "version_conflict"]
    assert states(session, first, second) == [State.UNIT_REVIEW] * 2
    assert all(outcome.approved for outcome in many(session, now, first, second, together=True))
    assert states(session, first, second) == [State.DEPARTMENT_REVIEW] * 2


@pytest.mark.parametrize("ids", [(), range(1, 202)])
def test_none_or_too_many(session, now, case, ids):
    with pytest.raises(Unacceptable):
        approvals.candidates(session, case.finance, ids)


def test_a_summary_says_what_can_be_approved(session, now, case):
    other = submitted(session, now)
    (done,) = approvals.candidates(session, case.finance, [case.form_id])
    (open_,) = approvals.candidates(session, other.lead, [other.form_id])
    assert (done.approvable, open_.approvable, open_.unsettled) == (False, True, 0)
