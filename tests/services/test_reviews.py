"""Reviewing: opened, judged, approved, returned with remarks, mended, and said to whom."""

from decimal import Decimal

import pytest

from app.db import reviews as stored
from app.db import scores, self_evaluations
from app.db.workflow_settings import WorkflowSetting
from app.domain.actors import Scope
from app.domain.workflow import Action, State
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import completions, filling, remarks, reviews, submissions
from app.services.courses import actions
from app.services.entries import LineEntry
from app.services.remarks import RemarkEntry
from app.services.review_sheets import get_review
from app.services.reviews import JudgementEntry, ReturnEntry, ReviewEntry
from app.services.self_evaluations import get_sheet
from tests import factories
from tests.services.review_cases import HOUR, NOTHING, approved_by, submitted


@pytest.fixture
def case(session, now):
    return submitted(session, now)


def form_of(session, case):
    return self_evaluations.find(session, Scope("/"), case.form_id)


def send_back(session, case, actor, now, **entry):
    words = {"reason": "请补充佐证材料"} | entry
    return reviews.send_back(session, actor, now, case.form_id, None, ReturnEntry(**words))


def problems(refusal):
    return [problem.pointer for problem in refusal.value.errors]


def test_approved_at_each_step_to_the_end(session, now, case):
    people = (case.lead, case.department, case.finance)
    states = [approved_by(session, now, case, person).state for person in people]
    assert states == [State.DEPARTMENT_REVIEW, State.FINANCE_REVIEW, State.COMPLETED]
    history = get_review(session, case.filler, case.form_id).history
    assert [(item.step, item.decision, item.reviewer) for item in history] == [
        ("unit_review", "approved", "顾明远"),
        ("department_review", "approved", "沈立群"),
        ("finance_review", "approved", "陆建中"),
    ]
    score, form = scores.of_form(session, case.form_id), form_of(session, case)
    assert score.version == form.version


@pytest.mark.parametrize("who", ["filler", "department", "finance"])
def test_only_the_holder_approves(session, now, case, who):
    with pytest.raises((Forbidden, Conflict)):
        approved_by(session, now, case, getattr(case, who))


def test_strangers_find_nothing(session, now, case):
    for act in (
        lambda: approved_by(session, now, case, case.stranger),
        lambda: send_back(session, case, case.stranger, now),
        lambda: get_review(session, case.stranger, case.form_id),
        lambda: reviews.accept(session, case.stranger, now, case.form_id, None),
        lambda: remarks.settle(session, case.stranger, now, case.form_id, 1),
        lambda: completions.publish(session, case.stranger, now, case.form_id, None),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_county_without_department_review(session, now, case):
    session.add(
        WorkflowSetting(region_code="310000", kind="project", steps="unit_review finance_review")
    )
    session.flush()
    assert approved_by(session, now, case, case.lead).state == State.FINANCE_REVIEW
    sheet = get_review(session, case.finance, case.form_id)
    assert sheet.returns == (State.RETURNED, State.UNIT_REVIEW)
    assert sheet.next_state is State.COMPLETED
    form = submissions.withdraw(session, case.lead, now, case.form_id, None)
    assert form.state == State.UNIT_REVIEW


def test_withdrawn_until_the_reviewer_accepts(session, now, case):
    form = form_of(session, case)
    assert actions(session, case.filler, form) == {Action.WITHDRAW}
    get_review(session, case.lead, case.form_id)
    assert form.opened_at is None
    reviews.accept(session, case.lead, now, case.form_id, form.version)
    assert (form.opened_at, form.opened_by) == (now, "顾明远")
    assert actions(session, case.filler, form) == frozenset()
    with pytest.raises(Conflict):
        submissions.withdraw(session, case.filler, now, case.form_id, None)
    with pytest.raises(Conflict):
        reviews.accept(session, case.lead, now, case.form_id, None)


def test_saving_a_review_opens_the_form_too(session, now, case):
    reviews.save(session, case.lead, now, case.form_id, None, ReviewEntry(opinion="正在核对"))
    assert form_of(session, case).opened_by == "顾明远"


def test_points_stand_beside_the_self_score_never_over_it(session, now, case):
    first, second, _ = case.line_ids
    entry = ReviewEntry(
        opinion="总体属实。",
        lines={first: JudgementEntry("45", "台账少 10 册"), second: JudgementEntry("", "属实")},
    )
    reviews.save(session, case.lead, now, case.form_id, None, entry)
    sheet = get_review(session, case.lead, case.form_id)
    assert sheet.lines[first].points == Decimal(45)
    assert sheet.lines[second].points is None
    assert sheet.sheet.sheet.total == Decimal("99.97")
    assert sheet.reviewed_total == Decimal("94.97")
    assert scores.of_form(session, case.form_id).total == Decimal("99.97")


def test_a_cleared_line_leaves_no_row(session, now, case):
    first = case.line_ids[0]
    for typed in (JudgementEntry("45", "少 10 册"), JudgementEntry("", " ")):
        entry = ReviewEntry(lines={first: typed})
        reviews.save(session, case.lead, now, case.form_id, None, entry)
    assert get_review(session, case.lead, case.form_id).lines == {}


@pytest.mark.parametrize(
    ("typed", "pointer"),
    [
        (JudgementEntry("50.01"), "points"),
        (JudgementEntry("-1"), "points"),
        (JudgementEntry("四十"), "points"),
        (JudgementEntry("1.234"), "points"),
        (JudgementEntry("50", "长" * 501), "opinion"),
    ],
)
def test_points_and_opinions_that_do_not_fit(session, now, case, typed, pointer):
    first = case.line_ids[0]
    entry = ReviewEntry(lines={first: typed})
    with pytest.raises(Unacceptable) as refusal:
        reviews.save(session, case.lead, now, case.form_id, None, entry)
    assert problems(refusal) == [f"/lines/{first}/{pointer}"]
    assert stored.of_form(session, case.form_id) == []


def test_a_line_of_another_form_is_not_found(session, now, case):
    entry = ReviewEntry(lines={10**9: JudgementEntry("1")})
    with pytest.raises(NotFound):
        reviews.save(session, case.lead, now, case.form_id, None, entry)


def test_returned_by_the_department_mended_and_approved(session, now, case):
    first = case.line_ids[0]
    approved_by(session, now, case, case.lead)
    pinned = (RemarkEntry(f"/lines/{first}/actual", "与台账不一致"),)
    reviews.save(session, case.department, now, case.form_id, None, ReviewEntry(remarks=pinned))
    assert get_review(session, case.filler, case.form_id).remarks == ()
    form = send_back(session, case, case.department, now + HOUR * 2, code="value")
    assert form.state == State.RETURNED
    assert form.returned_reason == "指标值或完成值与实际不符：请补充佐证材料"
    (remark,) = get_sheet(session, case.filler, case.form_id).remarks
    assert (remark.path, remark.text, remark.author) == (
        f"/lines/{first}/actual",
        "与台账不一致",
        "沈立群",
    )
    later = now + HOUR * 3
    entry = LineEntry(actual="101册")
    filling.save_line(session, case.filler, later, case.form_id, first, None, entry)
    remarks.settle(session, case.filler, later, case.form_id, remark.id)
    submissions.submit(session, case.filler, later, case.form_id, None)
    approved_by(session, later, case, case.lead)
    sheet = get_review(session, case.department, case.form_id)
    assert sheet.changed == {f"/lines/{first}/actual"}
    assert (sheet.remarks[0].resolved_by, sheet.remarks[0].resolved_at) == ("某人", later)
    approved_by(session, later, case, case.department)
    assert approved_by(session, later, case, case.finance).state == State.COMPLETED
    assert form.returned_reason == ""


@pytest.mark.parametrize("to", [State.UNIT_REVIEW, State.DEPARTMENT_REVIEW])
def test_returned_to_an_earlier_reviewer_who_decides_again(session, now, case, to):
    approved_by(session, now, case, case.lead, case.department)
    entry = ReviewEntry(lines={case.line_ids[0]: JudgementEntry("40")})
    reviews.save(session, case.finance, now, case.form_id, None, entry)
    form = send_back(session, case, case.finance, now, to=to)
    assert form.state == to
    holder = case.lead if to is State.UNIT_REVIEW else case.department
    assert Action.APPROVE in actions(session, holder, form)
    assert Action.EDIT not in actions(session, case.filler, form)
    reviewed = get_review(session, holder, case.form_id)
    assert [word.points for word in reviewed.said[case.line_ids[0]]] == [Decimal(40)]
    approved_by(session, now, case, holder)


def test_a_second_round_begins_with_what_was_said_in_the_first(session, now, case):
    first = case.line_ids[0]
    entry = ReviewEntry(opinion="见各行", lines={first: JudgementEntry("45", "少 10 册")})
    reviews.save(session, case.lead, now, case.form_id, None, entry)
    send_back(session, case, case.lead, now)
    submissions.submit(session, case.filler, now, case.form_id, None)
    reviews.accept(session, case.lead, now, case.form_id, None)
    again = get_review(session, case.lead, case.form_id)
    assert (again.review.round, again.lines[first].points) == (2, Decimal(45))


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"reason": " "}, "/reason"),
        ({"reason": "", "code": "other"}, "/reason"),
        ({"code": "unheard"}, "/code"),
        ({"to": State.FINANCE_REVIEW}, "/to"),
        ({"to": "somewhere"}, "/to"),
        ({"reason": "长" * 501}, "/reason"),
        (
            {"review": ReviewEntry(remarks=(RemarkEntry("/lines/0/actual", "x"),))},
            "/remarks/0/path",
        ),
        ({"review": ReviewEntry(remarks=(RemarkEntry("/achieved", " "),))}, "/remarks/0/text"),
    ],
)
def test_a_return_that_says_too_little(session, now, case, entry, pointer):
    with pytest.raises(Unacceptable) as refusal:
        send_back(session, case, case.lead, now, **entry)
    assert problems(refusal) == [pointer]
    assert form_of(session, case).state == State.UNIT_REVIEW


def test_a_reason_of_the_catalogue_is_enough(session, now, case):
    form = send_back(session, case, case.lead, now, reason="", code="incomplete")
    assert form.returned_reason == "填报内容不完整"


def test_remarks_are_replaced_and_keep_their_author(session, now, case):
    kept, gone = RemarkEntry("/achieved", "太笼统"), RemarkEntry("/expected", "与申报不同")
    for given in ((kept, gone), (kept,)):
        reviews.save(session, case.lead, now, case.form_id, None, ReviewEntry(remarks=given))
    (remark,) = get_review(session, case.lead, case.form_id).remarks
    assert (remark.text, remark.author, remark.written_at) == ("太笼统", "顾明远", now)


def test_only_who_mends_or_reviews_settles_a_remark(session, now, case):
    pinned = ReviewEntry(remarks=(RemarkEntry("/achieved", "太笼统"),))
    reviews.save(session, case.lead, now, case.form_id, None, pinned)
    (remark,) = get_review(session, case.lead, case.form_id).remarks
    with pytest.raises(Conflict):
        remarks.settle(session, case.filler, now, case.form_id, remark.id)
    with pytest.raises(NotFound):
        remarks.settle(session, case.lead, now, case.form_id, remark.id + 1)
    assert remarks.settle(session, case.lead, now, case.form_id, remark.id).resolved_at == now


def test_the_second_of_two_reviewers_is_told_who_and_when(session, now, case):
    seen = form_of(session, case).version
    reviews.save(session, case.lead, now, case.form_id, seen, ReviewEntry(opinion="已核对"))
    with pytest.raises(VersionConflict, match="顾明远，3月3日10:00"):
        reviews.approve(session, case.lead, now + HOUR, case.form_id, seen, NOTHING)
    approved_by(session, now, case, case.lead)
    with pytest.raises(Conflict, match="顾明远已于3月3日11:00办理，这张表现在是“主管部门审核”"):
        send_back(session, case, case.lead, now)


def test_last_years_values_stand_beside(session, now, case):
    form = form_of(session, case)
    before = factories.make_form(
        session, session.get_one(factories.Project, form.project_id), fiscal_year=2023
    )
    line = get_sheet(session, case.lead, case.form_id).lines[0]
    copy = line.model_dump(exclude={"id", "version"}) | {"fiscal_year": 2023}
    copy |= {"self_evaluation_id": before.id, "actual": "88册", "points": Decimal(44)}
    session.add(type(line)(**copy))
    session.flush()
    shown = get_review(session, case.lead, case.form_id).last_year
    assert {key: (value.actual, value.points) for key, value in shown.items()} == {
        line.id: ("88册", Decimal(44))
    }
