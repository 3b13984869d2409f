"""Extensions and waivers: asked for by the unit, granted or refused by who is above."""

from datetime import date, timedelta

import pytest

from app.db.filing_requests import RequestState
from app.domain.actors import Role
from app.domain.audit import AuditAction
from app.domain.workflow import State
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import filing_requests, self_evaluations
from tests import factories
from tests.services.filing_cases import (
    CLOSES,
    DUE,
    begun,
    bureau,
    declared,
    extension,
    issued,
    waiver,
)
from tests.services.trail import since, told, trail

LATER = date(2025, 4, 20)


@pytest.fixture
def case(session):
    return bureau(session)


@pytest.fixture
def task(session, now, case):
    return issued(session, now, case)


@pytest.fixture
def form(session, now, case, task):
    return begun(session, now, case)


def ask(session, now, case, task, wish=None, by=None):
    wish = wish or extension(LATER, project_id=case.project.id)
    return filing_requests.ask(session, by or case.filler, now, task.id, wish)


def test_asking_is_a_record_and_changes_nothing_else(session, now, case, task, form):
    before = trail(session)
    request = ask(session, now, case, task)
    (event,) = since(session, before)
    assert event.action == AuditAction.ASK
    assert told(event)["/until"] == (None, "2025-04-20")
    assert (request.state, request.asked_by, form.due_on) == ("asked", "周晓岚", DUE)


@pytest.mark.parametrize("who", ["department", "finance"])
def test_who_is_above_grants_and_the_form_is_due_later(session, now, case, task, form, who):
    request = ask(session, now, case, task)
    before, version = trail(session), form.version
    decider = getattr(case, who)
    filing_requests.decide(session, decider, now, request.id, 1, granted=True)
    events = since(session, before)
    assert [event.action for event in events] == [AuditAction.SCHEDULE, AuditAction.ALLOW]
    assert told(events[0]) == {"/due_on": ("2025-03-31", "2025-04-20")}
    assert (form.due_on, form.version) == (LATER, version + 1)
    assert (request.state, request.decided_by) == ("granted", decider.name)


def test_a_refusal_tells_why(session, now, case, task, form):
    request = ask(session, now, case, task)
    place = (session, case.department, now, request.id, 1)
    with pytest.raises(Unacceptable) as refusal:
        filing_requests.decide(*place, granted=False, answer=" ")
    assert refusal.value.errors[0].pointer == "/answer"
    before = trail(session)
    filing_requests.decide(*place, granted=False, answer="请按期报送")
    assert [event.action for event in since(session, before)] == [AuditAction.DENY]
    assert (request.state, form.due_on) == ("refused", DUE)
    assert ask(session, now, case, task).id != request.id


def test_nobody_decides_their_own_request(session, now, case, task):
    own = ask(session, now, case, task, extension(LATER), by=case.department)
    assert own.organisation_id == case.tree.department.id
    with pytest.raises(Forbidden, match="本单位"):
        filing_requests.decide(session, case.department, now, own.id, 1, granted=True)
    request = ask(session, now, case, task)
    for actor in (case.filler, case.lead):
        with pytest.raises(Forbidden):
            filing_requests.decide(session, actor, now, request.id, 1, granted=True)
    filing_requests.decide(session, case.finance, now, own.id, 1, granted=True)


def test_who_comes_second_is_told_who_decided(session, now, case, task):
    request = ask(session, now, case, task)
    filing_requests.decide(session, case.department, now, request.id, 1, granted=True)
    with pytest.raises(Conflict, match=r"沈立群已于3月3日10:00办理.*已准予"):
        filing_requests.decide(session, case.finance, now, request.id, 1, granted=True)


def test_a_stale_version_is_refused(session, now, case, task):
    request = ask(session, now, case, task)
    with pytest.raises(VersionConflict):
        filing_requests.decide(session, case.finance, now, request.id, 2, granted=True)


def test_the_same_wish_waits_once(session, now, case, task):
    ask(session, now, case, task)
    with pytest.raises(Conflict, match="正在等待办理"):
        ask(session, now, case, task, by=case.lead)
    ask(session, now, case, task, waiver(project_id=case.project.id))
    ask(session, now, case, task, extension(LATER))
    with pytest.raises(Conflict):
        ask(session, now, case, task, extension(LATER + timedelta(days=1)))


def test_an_extension_of_a_branch_reaches_all_its_forms(session, now, case, task, form):
    other = declared(session, case.tree.department)
    department = factories.make_actor(case.tree.department)
    second = self_evaluations.open_form(session, department, now, other.id, factories.YEAR)
    wish = extension(LATER, organisation_id=case.tree.department.id)
    before = trail(session)
    filing_requests.give(session, case.finance, now, task.id, wish)
    actions = [event.action for event in since(session, before)]
    assert actions == [AuditAction.SCHEDULE, AuditAction.SCHEDULE, AuditAction.ALLOW]
    assert (form.due_on, second.due_on) == (LATER, LATER)


def test_the_longest_extension_counts(session, now, case, task, form):
    for until in (LATER, date(2025, 4, 5)):
        wish = extension(until, project_id=case.project.id)
        filing_requests.give(session, case.department, now, task.id, wish)
    assert form.due_on == LATER


def test_what_was_granted_can_be_taken_back(session, now, case, task, form):
    request = ask(session, now, case, task)
    filing_requests.decide(session, case.department, now, request.id, 1, granted=True)
    with pytest.raises(Unacceptable):
        filing_requests.disallow(session, case.finance, now, request.id, 2, "")
    before = trail(session)
    filing_requests.disallow(session, case.finance, now, request.id, 2, "误批")
    actions = [event.action for event in since(session, before)]
    assert actions == [AuditAction.SCHEDULE, AuditAction.DISALLOW]
    assert (form.due_on, request.state) == (DUE, RequestState.REVOKED)


def test_a_waiver_takes_the_day_away(session, now, case, task, form):
    request = ask(session, now, case, task, waiver(project_id=case.project.id))
    assert request.until is None
    filing_requests.decide(session, case.department, now, request.id, 1, granted=True)
    assert form.due_on is None


def test_a_sent_form_keeps_its_version(session, now, case, task, form):
    form.state = State.UNIT_REVIEW
    session.flush()
    version = form.version
    wish = extension(LATER, project_id=case.project.id)
    filing_requests.give(session, case.department, now, task.id, wish)
    assert (form.version, form.due_on) == (version, DUE)


def test_a_request_can_be_withdrawn_until_it_is_decided(session, now, case, task):
    request = ask(session, now, case, task)
    before = trail(session)
    filing_requests.withdraw(session, case.lead, now, request.id, 1)
    (event,) = since(session, before)
    assert told(event) == {"/state": ("asked", "withdrawn")}
    with pytest.raises(Conflict):
        filing_requests.decide(session, case.department, now, request.id, 2, granted=True)


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        (extension(None), "/until"),
        (extension(DUE), "/until"),
        (extension(CLOSES + timedelta(days=181)), "/until"),
        (filing_requests.RequestEntry(kind="waiver", reason=" "), "/reason"),
        (filing_requests.RequestEntry(kind="lunch", reason="饿"), "/kind"),
        (extension(LATER, project_id=10**9), "/project_id"),
        (extension(LATER, organisation_id=10**9), "/organisation_id"),
    ],
)
def test_what_does_not_fit_is_named(session, now, case, task, wish, pointer):
    with pytest.raises(Unacceptable) as refusal:
        ask(session, now, case, task, wish)
    assert [problem.pointer for problem in refusal.value.errors] == [pointer]


@pytest.mark.parametrize("days", [1, 190])
def test_the_first_and_the_last_day_of_an_extension(session, now, case, task, days):
    assert ask(session, now, case, task, extension(DUE + timedelta(days=days))).until


def test_an_extension_may_begin_today_once_the_task_is_over(session, now, case, task):
    today = CLOSES + timedelta(days=5)
    at = now + (today - now.date())
    with pytest.raises(Unacceptable):
        ask(session, at, case, task, extension(today - timedelta(days=1)))
    assert ask(session, at, case, task, extension(today)).until == today


def test_who_is_not_asked_asks_for_nothing(session, now, case):
    task = issued(session, now, case, targets={case.tree.department.id: True})
    with pytest.raises(NotFound):
        ask(session, now, case, task, extension(LATER), by=case.stranger)
    alone = issued(session, now, case, targets={case.tree.other_department.id: False})
    wish = extension(LATER, organisation_id=case.tree.other_unit.id)
    with pytest.raises(Unacceptable, match="改正"):
        filing_requests.give(session, case.finance, now, alone.id, wish)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.EVALUATOR, Role.SYSADMIN, Role.FINANCE])
def test_only_those_who_file_ask(session, now, case, task, role):
    with pytest.raises(Forbidden):
        ask(session, now, case, task, by=factories.make_actor(case.tree.unit, role))


def test_a_foreign_request_is_refused_like_an_absent_one(session, now, case, task):
    request = ask(session, now, case, task)
    stranger = factories.make_actor(case.tree.other_department, Role.DEPARTMENT)
    for request_id in (request.id, 10**9):
        with pytest.raises(NotFound):
            filing_requests.decide(session, stranger, now, request_id, 1, granted=True)
    assert filing_requests.list_requests(session, stranger).items == ()


def test_requests_are_listed_by_state(session, now, case, task):
    first = ask(session, now, case, task)
    second = ask(session, now, case, task, waiver(project_id=case.project.id))
    filing_requests.decide(session, case.department, now, first.id, 1, granted=True)
    page = filing_requests.list_requests(session, case.department, task_id=task.id, state="asked")
    assert [row[0].id for row in page.items] == [second.id]
    assert len(filing_requests.list_requests(session, case.filler).items) == 2
