"""Opening and submitting against a task: too early, in time, late, closed, extended, returned."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.db import filing_requests as stored
from app.db import late_filings as late_rows
from app.domain.workflow import State
from app.errors import Conflict, NotFound, NotReady, Unacceptable
from app.services import (
    completions,
    filing_requests,
    filing_tasks,
    filling,
    late_filings,
    reviews,
    self_evaluations,
    submissions,
)
from app.services.reviews import ReturnEntry
from tests import factories
from tests.services.filing_cases import CLOSES, DUE, OPENS, bureau, entry, extension, waiver
from tests.services.filling_cases import fill, opened
from tests.services.review_cases import NOTHING
from tests.services.trail import since, told, trail

SHANGHAI = ZoneInfo("Asia/Shanghai")
FINANCE = factories.Role.FINANCE


def at(day, clock="12:00", zone=SHANGHAI):
    return datetime.combine(day, datetime.min.time().fromisoformat(clock), zone)


@pytest.fixture
def case(session):
    """A filled form of a unit, opened before any task, and the bureau above it."""
    made = opened(session, at(date(2025, 2, 1)))
    fill(session, at(date(2025, 2, 2)), made)
    return made


@pytest.fixture
def finance(session, case):
    return factories.make_actor(above(session, case, 2), FINANCE, name="陆建中")


@pytest.fixture
def task(session, case, finance):
    issued = entry(bureau(session), targets={finance.organisation_id: True})
    return filing_tasks.issue(session, finance, at(date(2025, 2, 3)), issued)


def above(session, case, steps):
    unit = session.get_one(factories.Organisation, case.filler.organisation_id)
    for _ in range(steps):
        unit = session.get_one(factories.Organisation, unit.parent_id)
    return unit


def submit(session, case, moment, reason=""):
    return submissions.submit(session, case.filler, moment, case.form_id, None, reason)


def rows(session, case):
    return late_rows.of_form(session, case.form_id)


@pytest.mark.parametrize("moment", [at(OPENS, "00:00"), at(DUE, "23:59")])
def test_in_time_nothing_more_is_asked(session, case, task, moment):
    before = trail(session)
    form = submit(session, case, moment, reason="不需要的说明")
    (event,) = since(session, before)
    assert "/late_reason" not in told(event)
    assert (form.state, rows(session, case)) == (State.UNIT_REVIEW, [])


def test_without_a_task_all_is_as_it_was(session, case):
    assert submit(session, case, at(date(2031, 1, 1))).receipt


def test_before_the_task_opens_nothing_is_sent(session, case, task):
    with pytest.raises(Conflict, match="2025年3月1日开始填报"):
        submit(session, case, at(OPENS - timedelta(days=1), "23:59"))


@pytest.mark.parametrize(
    ("day", "clock", "days"),
    [(DUE + timedelta(days=1), "00:00", 1), (CLOSES, "23:59", 10)],
)
def test_after_the_last_day_a_reason_is_asked_and_kept(session, case, task, day, clock, days):
    moment = at(day, clock)
    before = trail(session)
    with pytest.raises(Unacceptable) as refusal:
        submit(session, case, moment, " \u3000")
    (problem,) = refusal.value.errors
    assert (problem.pointer, f"{days} 天" in problem.message) == ("/late_reason", True)
    assert trail(session) == before
    form = submit(session, case, moment, " 决算数据推迟 ")
    (event,) = since(session, before)
    assert told(event)["/days_late"] == (None, str(days))
    assert told(event)["/late_reason"] == (None, "决算数据推迟")
    (late,) = rows(session, case)
    assert (late.days, late.reason, late.receipt) == (days, "决算数据推迟", form.receipt)
    assert (late.filed_by, late.filed_at) == (case.filler.name, moment.astimezone(UTC))


def test_a_reason_that_is_too_long_is_told(session, case, task):
    with pytest.raises(Unacceptable, match="改正"):
        submit(session, case, at(CLOSES), "长" * 501)


def test_what_is_wrong_with_the_form_comes_first(session, case, task):
    filling.save_goal(session, case.filler, at(DUE), case.form_id, None, "")
    with pytest.raises(NotReady):
        submit(session, case, at(CLOSES))


def test_after_it_closes_nothing_is_sent_and_the_message_says_whom_to_ask(session, case, task):
    department = above(session, case, 1)
    with pytest.raises(Conflict) as refusal:
        submit(session, case, at(CLOSES + timedelta(days=1), "00:00"), "原因")
    assert "2025年4月10日" in refusal.value.message
    assert f"{department.name}或财政部门申请延期" in refusal.value.message


def test_an_extension_covers_the_days_beyond_the_end(session, case, task, finance):
    until = CLOSES + timedelta(days=10)
    wish = extension(until, project_id=case.project_id)
    filing_requests.give(session, finance, at(CLOSES), task.id, wish)
    with pytest.raises(Conflict):
        submit(session, case, at(until + timedelta(days=1), "00:00"), "原因")
    submit(session, case, at(until, "23:59"))
    assert rows(session, case) == []


def test_an_ended_task_takes_nothing_but_from_who_was_extended(session, case, task, finance):
    filing_tasks.end(session, finance, at(date(2025, 3, 5)), task.id, 1, "改用新表")
    with pytest.raises(Conflict, match="陆建中于2025年3月5日结束"):
        submit(session, case, at(date(2025, 3, 6)))
    wish = extension(DUE + timedelta(days=1), project_id=case.project_id)
    filing_requests.give(session, finance, at(date(2025, 3, 6)), task.id, wish)
    assert submit(session, case, at(date(2025, 3, 6))).receipt


def test_a_waived_form_may_be_sent_at_any_time(session, case, task, finance):
    wish = waiver(project_id=case.project_id)
    filing_requests.give(session, finance, at(DUE), task.id, wish)
    assert submit(session, case, at(date(2026, 1, 1))).due_on is None
    assert rows(session, case) == []


def returned(session, case, finance, moment):
    lead = factories.make_actor(above(session, case, 0), factories.Role.UNIT_LEAD)
    words = ReturnEntry(reason="请核对")
    return reviews.send_back(session, lead, moment, case.form_id, None, words)


def test_a_returned_form_has_days_to_be_mended(session, case, task, finance):
    submit(session, case, at(DUE))
    long_after = at(date(2025, 6, 1))
    before = trail(session)
    form = returned(session, case, finance, long_after)
    (event,) = since(session, before)
    assert told(event)["/due_on"] == ("2025-03-31", "2025-06-11")
    assert form.due_on == date(2025, 6, 11)
    with pytest.raises(Conflict):
        submit(session, case, at(date(2025, 6, 12), "00:00"), "原因")
    assert submit(session, case, at(date(2025, 6, 11), "23:59")).state == State.UNIT_REVIEW
    assert rows(session, case) == []


def test_a_return_with_days_enough_left_grants_nothing(session, case, task, finance):
    submit(session, case, at(OPENS))
    returned(session, case, finance, at(OPENS))
    unit = above(session, case, 0)
    assert stored.granted(session, task.id, unit.path, case.project_id) == []


def test_a_reopened_form_has_days_to_be_mended(session, case, task, finance):
    submit(session, case, at(DUE))
    people = [above(session, case, steps) for steps in (0, 1, 2)]
    roles = (factories.Role.UNIT_LEAD, factories.Role.DEPARTMENT, FINANCE)
    for unit, role in zip(people, roles, strict=True):
        reviewer = factories.make_actor(unit, role)
        reviews.approve(session, reviewer, at(date(2025, 6, 1)), case.form_id, None, NOTHING)
    place = (session, finance, at(date(2025, 7, 1)), case.form_id, None)
    assert completions.reopen(*place, "补充材料").due_on == date(2025, 7, 11)


def test_midnight_is_that_of_the_forms_region(session, now):
    auckland = ZoneInfo("Pacific/Auckland")
    made = bureau(session, zone="Pacific/Auckland")
    filing_tasks.issue(session, made.finance, now, entry(made))
    place = (made.project.id, factories.YEAR)
    early = at(OPENS - timedelta(days=1), "23:59", auckland)
    with pytest.raises(Conflict, match="3月1日开始填报"):
        self_evaluations.open_form(session, made.filler, early, *place)
    form = self_evaluations.open_form(session, made.filler, at(OPENS, "00:00", auckland), *place)
    last = at(DUE, "23:59", auckland)
    assert last.astimezone(SHANGHAI).date() == DUE
    assert self_evaluations.days_left(session, form, last) == 0
    lateness = late_filings.judge(session, last + timedelta(minutes=1), form)
    # It is still the 31st in Shanghai, where the page's reader may sit: late all the same.
    assert (last + timedelta(minutes=1)).astimezone(SHANGHAI).date() == DUE
    assert lateness.days == 1


def test_a_form_is_begun_with_the_day_of_its_task(session, now):
    made = bureau(session)
    filing_tasks.issue(session, made.finance, now, entry(made))
    wish = extension(date(2025, 4, 5), project_id=made.project.id)
    filing_requests.give(session, made.department, now, _task(session, made).id, wish)
    given = (made.project.id, factories.YEAR, date(2030, 1, 1))
    form = self_evaluations.open_form(session, made.filler, now, *given)
    assert form.due_on == date(2025, 4, 5)


def _task(session, made):
    return filing_tasks.list_tasks(session, made.finance).items[0]


def test_late_filings_are_listed_within_the_scope(session, case, task, finance):
    submit(session, case, at(CLOSES), "决算数据推迟")
    for actor in (finance, case.filler):
        ((late, project, unit),) = late_filings.list_late(session, actor, task.id).items
        assert (late.days, project.id, unit.id) == (10, case.project_id, late.organisation_id)
    with pytest.raises(NotFound):
        late_filings.list_late(session, factories.make_actor(case_other(session)), task.id)


def case_other(session):
    return factories.make_tree(session).unit
