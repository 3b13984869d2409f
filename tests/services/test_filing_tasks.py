"""Filing tasks: issued by finance, changed while nobody began, ended and resumed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.db import filing_tasks as stored
from app.domain.actors import Role, Scope
from app.domain.audit import AuditAction, ObjectKind
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import filing_requests, filing_tasks
from tests import factories
from tests.services.filing_cases import (
    CLOSES,
    DUE,
    OPENS,
    begun,
    bureau,
    entry,
    extension,
    issued,
)
from tests.services.trail import since, told, trail


@pytest.fixture
def case(session):
    return bureau(session)


def test_finance_issues_a_task_and_that_is_one_event(session, now, case):
    before = trail(session)
    task = issued(session, now, case, note="  请按时报送。 ")
    (event,) = since(session, before)
    assert (event.action, event.object_kind) == (AuditAction.ISSUE, ObjectKind.FILING_TASK)
    assert told(event)["/due"] == (None, "2025-03-31")
    assert told(event)["/targets"] == (None, f"{case.tree.finance.name}及下级")
    assert (task.note, task.issued_by, task.region_code) == ("请按时报送。", "陆建中", "310000")


@pytest.mark.parametrize("role", [role for role in Role if role not in ("finance", "system")])
def test_nobody_else_issues_a_task(session, now, case, role):
    actor = factories.make_actor(case.tree.finance, role)
    with pytest.raises(Forbidden):
        filing_tasks.issue(session, actor, now, entry(case))


@pytest.mark.parametrize(("kind", "may"), [("finance", True), ("department", False)])
def test_a_key_issues_for_a_finance_bureau_alone(session, now, case, kind, may):
    key = factories.make_actor(getattr(case.tree, kind), Role.SYSTEM)
    targets = {case.tree.unit.id: True}
    if may:
        assert filing_tasks.issue(session, key, now, entry(case, targets=targets)).id
        return
    with pytest.raises(Forbidden):
        filing_tasks.issue(session, key, now, entry(case, targets=targets))


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"title": "长" * 181}, "/title"),
        ({"note": "字\x00"}, "/note"),
        ({"due": OPENS - timedelta(days=1)}, "/due"),
        ({"closes": DUE - timedelta(days=1)}, "/closes"),
        ({"opens": None}, "/opens"),
        ({"closes": None}, "/closes"),
        ({"fiscal_year": 24}, "/fiscal_year"),
        ({"kind": "lunch"}, "/kind"),
        ({"targets": {}}, "/targets"),
        ({"targets": {10**9: True}}, "/targets/0/organisation_id"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(session, now, case, given, pointer):
    before = trail(session)
    with pytest.raises(Unacceptable) as refusal:
        issued(session, now, case, **given)
    assert [problem.pointer for problem in refusal.value.errors] == [pointer]
    assert trail(session) == before


def test_everything_wrong_is_told_at_once(session, now, case):
    wrong = {"title": "", "due": OPENS - timedelta(days=9), "targets": {}}
    with pytest.raises(Unacceptable) as refusal:
        issued(session, now, case, **wrong)
    pointers = [problem.pointer for problem in refusal.value.errors]
    assert pointers == ["/title", "/due", "/targets"]


def test_one_day_is_a_term(session, now, case):
    assert issued(session, now, case, opens=DUE, due=DUE, closes=DUE).closes == DUE


def test_a_foreign_organisation_is_refused_like_an_absent_one(session, now, case):
    actor = replace(case.finance, scope=Scope(case.tree.department.path))
    messages = []
    for organisation_id in (case.tree.other_unit.id, 10**9):
        with pytest.raises(Unacceptable) as refusal:
            filing_tasks.issue(session, actor, now, entry(case, targets={organisation_id: False}))
        messages.append(refusal.value.errors[0].message)
    assert messages[0] == messages[1]


def test_a_year_outside_of_the_actors_years_is_refused(session, now, case):
    actor = replace(case.finance, scope=replace(case.finance.scope, last_year=2023))
    with pytest.raises(Unacceptable) as refusal:
        filing_tasks.issue(session, actor, now, entry(case))
    assert refusal.value.errors[0].pointer == "/fiscal_year"


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ({"department": True}, {"unit": True}, True),
        ({"unit": True}, {"department": True}, True),
        ({"unit": False}, {"unit": False}, True),
        ({"department": False}, {"unit": False}, False),
        ({"unit": False}, {"department": False}, False),
        ({"department": True}, {"other_department": True}, False),
    ],
)
def test_no_organisation_is_asked_twice(session, now, case, first, second, clash):
    def targets(given):
        return {getattr(case.tree, name).id: below for name, below in given.items()}

    issued(session, now, case, targets=targets(first))
    if clash:
        with pytest.raises(Unacceptable, match="改正"):
            issued(session, now, case, targets=targets(second))
        issued(session, now, case, targets=targets(second), fiscal_year=2023)
        return
    assert issued(session, now, case, targets=targets(second)).id


def test_who_is_asked_and_who_asks_see_a_task_and_nobody_else(session, now, case):
    task = issued(session, now, case, targets={case.tree.unit.id: True})
    for actor in (case.finance, case.department, case.filler, case.lead):
        assert filing_tasks.get(session, actor, task.id).task.id == task.id
        assert [row.id for row in filing_tasks.list_tasks(session, actor).items] == [task.id]
    with pytest.raises(NotFound):
        filing_tasks.get(session, case.stranger, task.id)
    assert filing_tasks.list_tasks(session, case.stranger).items == ()


def test_a_target_alone_leaves_those_below_it_out(session, now, case):
    task = issued(session, now, case, targets={case.tree.department.id: False})
    with pytest.raises(NotFound):
        filing_tasks.get(session, case.filler, task.id)
    assert stored.of_organisation(session, case.tree.unit.path, factories.YEAR) is None
    assert stored.of_organisation(session, case.tree.department.path, factories.YEAR) == task


def test_a_year_narrows_the_list_and_the_scope(session, now, case):
    task = issued(session, now, case)
    assert filing_tasks.list_tasks(session, case.finance, fiscal_year=2023).items == ()
    narrow = replace(case.filler, scope=replace(case.filler.scope, last_year=2023))
    with pytest.raises(NotFound):
        filing_tasks.get(session, narrow, task.id)


def test_a_task_is_changed_while_nobody_began(session, now, case):
    task = issued(session, now, case)
    before = trail(session)
    wanted = entry(case, due=date(2025, 4, 2), targets={case.tree.unit.id: False})
    filing_tasks.change(session, case.finance, now, task.id, 1, wanted)
    (event,) = since(session, before)
    assert told(event) == {
        "/due": ("2025-03-31", "2025-04-02"),
        "/targets": (f"{case.tree.finance.name}及下级", case.tree.unit.name),
    }
    assert task.version == 2
    with pytest.raises(VersionConflict):
        filing_tasks.change(session, case.finance, now, task.id, 1, wanted)


def test_once_somebody_began_a_task_stays(session, now, case):
    task = issued(session, now, case)
    begun(session, now, case)
    assert not filing_tasks.get(session, case.finance, task.id).may_change
    before = trail(session)
    with pytest.raises(Conflict, match="延期"):
        filing_tasks.change(session, case.finance, now, task.id, 1, entry(case))
    with pytest.raises(Conflict):
        filing_tasks.take_back(session, case.finance, now, task.id, 1)
    assert trail(session) == before


def test_once_somebody_asked_a_task_stays(session, now, case):
    task = issued(session, now, case)
    filing_requests.ask(session, case.filler, now, task.id, extension(date(2025, 4, 5)))
    with pytest.raises(Conflict):
        filing_tasks.change(session, case.finance, now, task.id, 1, entry(case))


def test_forms_begun_before_follow_the_task(session, now, case):
    form = begun(session, now, case)
    assert form.due_on is None
    before = trail(session)
    task = issued(session, now + timedelta(hours=1), case)
    events = since(session, before)
    assert [event.action for event in events] == [AuditAction.SCHEDULE, AuditAction.ISSUE]
    assert told(events[0]) == {"/due_on": (None, "2025-03-31")}
    assert (form.due_on, form.version) == (DUE, 2)
    later = entry(case, due=CLOSES)
    filing_tasks.change(session, case.finance, now, task.id, 1, later)
    assert form.due_on == CLOSES
    elsewhere = entry(case, targets={case.tree.other_unit.id: True})
    filing_tasks.change(session, case.finance, now, task.id, 2, elsewhere)
    assert form.due_on is None


def test_a_task_taken_back_leaves_nothing(session, now, case):
    form = begun(session, now, case)
    task = issued(session, now + timedelta(hours=1), case)
    before = trail(session)
    filing_tasks.take_back(session, case.finance, now, task.id, 1)
    assert [event.action for event in since(session, before)] == [
        AuditAction.SCHEDULE,
        AuditAction.DELETE,
    ]
    assert form.due_on is None
    with pytest.raises(NotFound):
        filing_tasks.get(session, case.finance, task.id)


def test_a_task_is_ended_with_a_reason_and_resumed(session, now, case):
    task = issued(session, now, case)
    with pytest.raises(Unacceptable) as refusal:
        filing_tasks.end(session, case.finance, now, task.id, 1, " ")
    assert refusal.value.errors[0].pointer == "/reason"
    before = trail(session)
    filing_tasks.end(session, case.finance, now, task.id, 1, "改用新表")
    with pytest.raises(Conflict, match="陆建中"):
        filing_tasks.end(session, case.finance, now, task.id, 2, "再来一次")
    filing_tasks.resume(session, case.finance, now, task.id, 2)
    assert (task.ended_at, task.version) == (None, 3)
    with pytest.raises(Conflict):
        filing_tasks.resume(session, case.finance, now, task.id, 3)
    actions = [event.action for event in since(session, before)]
    assert actions == [AuditAction.END, AuditAction.RESUME]


@pytest.mark.parametrize("who", ["department", "filler", "lead"])
def test_only_the_issuer_ends_a_task(session, now, case, who):
    task = issued(session, now, case)
    actor = getattr(case, who)
    for act in (
        lambda: filing_tasks.end(session, actor, now, task.id, 1, "不报了"),
        lambda: filing_tasks.take_back(session, actor, now, task.id, 1),
        lambda: filing_tasks.change(session, actor, now, task.id, 1, entry(case)),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_lower_bureau_does_not_change_the_task_of_a_higher_one(session, now, case):
    task = issued(session, now, case)
    lower = factories.make_actor(case.tree.department, Role.FINANCE)
    with pytest.raises(Forbidden, match="上级"):
        filing_tasks.end(session, lower, now, task.id, 1, "不报了")
    assert not filing_tasks.get(session, lower, task.id).may_end


def test_a_foreign_task_is_refused_like_an_absent_one(session, now, case):
    task = issued(session, now, case, targets={case.tree.unit.id: True})
    stranger = factories.make_actor(case.tree.other_department, Role.FINANCE)
    for task_id in (task.id, 10**9):
        with pytest.raises(NotFound):
            filing_tasks.end(session, stranger, now, task_id, 1, "不报了")
