"""Reminders: who is offered, one a day, quiet hours, a record of each, sent when due."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import select

from app.db.messages import Message
from app.db.reminders import Reminder
from app.domain.actors import Role
from app.domain.audit import AuditAction, ObjectKind
from app.domain.workflow import State
from app.errors import Conflict, Forbidden, NotFound, Unacceptable
from app.services import filing_requests, history, reminder_deliveries, reminders
from app.services.reminders import ReminderEntry
from tests import factories
from tests.services.filing_cases import begun, bureau, declared, extension, issued, waiver
from tests.services.trail import since, told, trail

# A Friday at ten, three days before the task is due.
FRIDAY = datetime(2025, 3, 28, 2, 0, tzinfo=UTC)
EVENING = datetime(2025, 3, 28, 13, 0, tzinfo=UTC)
MONDAY = datetime(2025, 3, 31, 0, 0, tzinfo=UTC)
LATE = datetime(2025, 4, 2, 2, 0, tzinfo=UTC)
WORDS = {"subject": "请报送：{project}", "body": "{unit}：{task}，{left}（{due}），{state}。"}


@pytest.fixture
def case(session):
    made = bureau(session)
    person = factories.make_account
    return replace(
        made,
        filler=person(session, made.tree.unit, "周晓岚", Role.FILLER),
        lead=person(session, made.tree.unit, "顾明远", Role.UNIT_LEAD),
        department=person(session, made.tree.department, "沈立群", Role.DEPARTMENT),
        finance=person(session, made.tree.finance, "陆建中", Role.FINANCE),
    )


@pytest.fixture
def task(session, now, case):
    return issued(session, now, case)


@pytest.fixture
def form(session, now, case, task):
    return begun(session, now, case)


def urge(session, at, case, task, *projects, by=None, **given):
    entry = ReminderEntry(**WORDS | {"project_ids": frozenset(p.id for p in projects)} | given)
    return reminders.send(session, by or case.department, at, task.id, entry)


def sent_to(session):
    return {(row.user_id, row.subject) for row in session.exec(select(Message))}


def offered(session, at, case, task, **given):
    by = given.pop("by", case.finance)
    found = reminders.candidates(session, by, at, task.id, **given)
    return [item.item.listed.project.id for item in found]


def test_who_is_due_within_days_is_offered(session, case, task, form):
    both = [case.project.id, case.other_project.id]
    assert sorted(offered(session, FRIDAY, case, task)) == both
    assert offered(session, FRIDAY, case, task, within=2) == []
    assert sorted(offered(session, LATE, case, task, within=0)) == both
    assert offered(session, FRIDAY, case, task, by=case.department) == [case.project.id]
    with pytest.raises(Unacceptable) as refusal:
        offered(session, FRIDAY, case, task, within=61)
    assert refusal.value.errors[0].pointer == "/within"


def test_sent_waived_and_extended_filings_are_not_offered(session, case, task, form):
    form.state = State.UNIT_REVIEW
    wish = waiver(project_id=case.other_project.id)
    filing_requests.give(session, case.finance, FRIDAY, task.id, wish)
    third = declared(session, case.tree.unit)
    wish = extension(date(2025, 4, 20), project_id=third.id)
    filing_requests.give(session, case.finance, FRIDAY, task.id, wish)
    assert offered(session, FRIDAY, case, task) == []


def test_a_reminder_tells_the_people_of_the_unit_and_is_on_record(session, case, task, form):
    before = trail(session)
    outcome = urge(session, FRIDAY, case, task, case.project)
    assert (outcome.sent, outcome.queued, outcome.again, outcome.unheard) == (1, 0, 0, 0)
    subject = f"请报送：{case.project.name}"
    assert sent_to(session) == {(case.filler.id, subject), (case.lead.id, subject)}
    (row,) = session.exec(select(Reminder)).all()
    unit = case.tree.unit.name
    assert row.body == f"{unit}：{task.title}，还剩 3 天（2025年3月31日），草稿。"
    assert (row.sent_by, row.recipients, row.delivered_at) == ("沈立群", "周晓岚、顾明远", FRIDAY)
    (event,) = since(session, before)
    assert (event.action, event.object_kind) == (AuditAction.REMIND, ObjectKind.SELF_EVALUATION)
    assert told(event)["/recipients"] == (None, "周晓岚、顾明远")
    newest = history.of_form(session, case.filler, form.id).events.items[0]
    assert newest.event.number == event.number


def test_a_project_that_nobody_began_is_reminded_too(session, case, task):
    before = trail(session)
    assert urge(session, FRIDAY, case, task, case.project).sent == 1
    (event,) = since(session, before)
    assert event.object_kind == ObjectKind.REMINDER
    (row,) = session.exec(select(Reminder)).all()
    assert row.body.endswith("未开始。")


def test_one_reminder_a_day_for_the_same_form(session, case, task, form):
    assert urge(session, FRIDAY, case, task, case.project).sent == 1
    before = trail(session)
    second = urge(session, FRIDAY + timedelta(hours=5), case, task, case.project, by=case.finance)
    assert (second.sent, second.again) == (0, 1)
    assert since(session, before) == []
    assert len(sent_to(session)) == 2
    assert urge(session, LATE, case, task, case.project).sent == 1


def test_in_quiet_hours_it_waits_for_their_end(session, case, task, form):
    before = trail(session)
    outcome = urge(session, EVENING, case, task, case.project)
    assert (outcome.sent, outcome.queued, outcome.until) == (0, 1, MONDAY)
    assert sent_to(session) == set()
    (event,) = since(session, before)
    assert "/due_at" in told(event)
    assert not reminder_deliveries.deliver_next(session, MONDAY - timedelta(seconds=1))
    assert reminder_deliveries.deliver_next(session, MONDAY)
    assert not reminder_deliveries.deliver_next(session, MONDAY)
    (row,) = session.exec(select(Reminder)).all()
    # Its words are those of the day on which it is read.
    assert "今天截止" in row.body
    assert (row.day, row.delivered_at) == (date(2025, 3, 31), MONDAY)
    assert len(sent_to(session)) == 2
    message = session.exec(select(Message)).first()
    assert message.sender == "沈立群"
    delivered = since(session, before)[1]
    assert (delivered.actor_name, delivered.action) == ("系统", AuditAction.REMIND)
    # Monday has its reminder: who urges on Monday comes second.
    assert urge(session, MONDAY + timedelta(hours=2), case, task, case.project).again == 1


def test_what_was_sent_in_the_meantime_is_not_urged_any_more(session, case, task, form):
    urge(session, EVENING, case, task, case.project)
    form.state = State.UNIT_REVIEW
    session.flush()
    before = trail(session)
    assert reminder_deliveries.deliver_next(session, MONDAY)
    (row,) = session.exec(select(Reminder)).all()
    assert (row.delivered_at, row.dropped_at) == (None, MONDAY)
    assert sent_to(session) == set()
    assert len(since(session, before)) == 1
    assert not reminder_deliveries.any_due(session, MONDAY)


def test_a_branch_is_urged_in_one_click(session, case, task, form):
    other = declared(session, case.tree.unit)
    branch = case.tree.department.id
    outcome = urge(session, FRIDAY, case, task, by=case.finance, organisation_id=branch)
    assert outcome.sent == 2
    reminded = {row.project_id for row in session.exec(select(Reminder))}
    assert reminded == {case.project.id, other.id}


def test_what_is_settled_already_is_counted_and_left_alone(session, case, task, form):
    form.state = State.COMPLETED
    session.flush()
    other = declared(session, case.tree.unit)
    outcome = urge(session, FRIDAY, case, task, case.project, other)
    assert (outcome.sent, outcome.settled) == (1, 1)


def test_a_unit_without_accounts_is_told_of(session, case, task):
    outcome = urge(session, FRIDAY, case, task, case.other_project, by=case.finance)
    assert (outcome.sent, outcome.unheard) == (1, 1)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"subject": " "}, "/subject"),
        ({"subject": "字" * 121}, "/subject"),
        ({"body": ""}, "/body"),
        ({"body": "{name}"}, "/body"),
        ({"body": "{unit"}, "/body"),
    ],
)
def test_words_that_do_not_fit_are_told(session, case, task, given, pointer):
    before = trail(session)
    with pytest.raises(Unacceptable) as refusal:
        urge(session, FRIDAY, case, task, case.project, **given)
    assert [problem.pointer for problem in refusal.value.errors] == [pointer]
    assert trail(session) == before


def test_nobody_chosen_is_told(session, case, task):
    with pytest.raises(Unacceptable) as refusal:
        urge(session, FRIDAY, case, task)
    assert refusal.value.errors[0].pointer == "/project_ids"


def test_a_project_out_of_reach_is_refused_like_an_absent_one(session, case, task):
    absent = SimpleNamespace(id=10**9)
    for project in (case.other_project, absent):
        with pytest.raises(NotFound):
            urge(session, FRIDAY, case, task, case.project, project)
    assert session.exec(select(Reminder)).all() == []


@pytest.mark.parametrize("who", ["filler", "lead"])
def test_units_urge_nobody(session, case, task, who):
    with pytest.raises(Forbidden):
        urge(session, FRIDAY, case, task, case.project, by=getattr(case, who))
    with pytest.raises(Forbidden):
        reminders.candidates(session, getattr(case, who), FRIDAY, task.id)


def test_before_the_task_opens_nobody_is_urged(session, case, task):
    with pytest.raises(Conflict, match="还没有开始填报"):
        urge(session, datetime(2025, 2, 27, 2, 0, tzinfo=UTC), case, task, case.project)


def test_quiet_hours_are_those_of_the_units_region(session, now):
    made = bureau(session, zone="America/New_York")
    task = issued(session, now, made)
    # Ten in the morning in Shanghai is the evening before in New York.
    assert urge(session, FRIDAY, made, task, made.project).queued == 1


def test_a_long_name_is_shortened_in_the_subject(session, case, task):
    case.project.name = "长" * 180
    session.flush()
    urge(session, FRIDAY, case, task, case.project)
    (row,) = session.exec(select(Reminder)).all()
    assert len(row.subject) <= 120


def test_reminders_are_listed_within_the_scope_the_newest_first(session, case, task, form):
    urge(session, FRIDAY, case, task, case.project)
    urge(session, FRIDAY, case, task, case.other_project, by=case.finance)
    listed = reminders.list_reminders(session, case.finance, task.id).items
    assert [row[1].id for row in listed] == [case.other_project.id, case.project.id]
    mine = reminders.list_reminders(session, case.filler, task.id).items
    assert [row[1].id for row in mine] == [case.project.id]


def test_the_last_reminder_stands_beside_a_candidate(session, case, task, form):
    urge(session, FRIDAY, case, task, case.project)
    found = reminders.candidates(session, case.department, FRIDAY, task.id)
    assert found[0].last.day == date(2025, 3, 28)
