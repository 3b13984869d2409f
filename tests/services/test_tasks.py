"""The task list: years, forms and what was not begun, each within the scope."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from app.domain.actors import READ, Role
from app.domain.filing_tasks import Standing
from app.services import filing_requests, filing_tasks, tasks
from app.services.filing_entries import FilingTaskEntry
from app.services.filing_requests import RequestEntry
from tests import factories
from tests.factories import YEAR

DECLARED = [{"name": "第一项"}]


def declared(session, unit, year=YEAR, **given):
    project = factories.make_project(session, unit, **given)
    factories.make_declaration(session, project, DECLARED, fiscal_year=year)
    return project


def test_the_newest_year_with_anything_is_shown(session, now, tree):
    declared(session, tree.unit, YEAR - 1)
    newest = declared(session, tree.unit, YEAR)
    found = tasks.task_list(session, factories.make_actor(tree.unit), now)
    assert (found.fiscal_year, found.years) == (YEAR, (YEAR, YEAR - 1))
    assert [item.project.id for item in found.not_begun] == [newest.id]


def test_another_year_may_be_asked_for_even_an_empty_one(session, now, tree):
    declared(session, tree.unit)
    found = tasks.task_list(session, factories.make_actor(tree.unit), now, 1999)
    assert (found.fiscal_year, found.years) == (1999, (YEAR, 1999))
    assert found.forms.items == ()
    assert found.not_begun == ()


def test_without_anything_it_is_this_year(session, now, tree):
    found = tasks.task_list(session, factories.make_actor(tree.unit), now)
    assert (found.fiscal_year, found.years) == (now.year, (now.year,))


def test_a_project_with_a_form_is_begun(session, now, tree):
    project = declared(session, tree.unit)
    form = factories.make_form(session, project)
    found = tasks.task_list(session, factories.make_actor(tree.unit), now)
    assert [item.form.id for item in found.forms.items] == [form.id]
    assert found.not_begun == ()


def test_a_form_of_another_year_does_not_count(session, now, tree):
    project = declared(session, tree.unit)
    factories.make_form(session, project, fiscal_year=YEAR - 1)
    found = tasks.task_list(session, factories.make_actor(tree.unit), now, YEAR)
    assert [item.project.id for item in found.not_begun] == [project.id]


def test_others_scopes_stay_out_of_sight(session, now, tree):
    declared(session, tree.other_unit, YEAR + 1)
    found = tasks.task_list(session, factories.make_actor(tree.unit), now, YEAR)
    assert found.years == (YEAR,)
    assert found.not_begun == ()


@pytest.mark.parametrize(
    "given", [{"role": Role.UNIT_LEAD}, {"role": Role.FINANCE}, {"scopes": frozenset({READ})}]
)
def test_only_who_may_begin_a_form_is_offered_it(session, now, tree, given):
    declared(session, tree.unit)
    found = tasks.task_list(session, factories.make_actor(tree.unit, **given), now)
    assert found.not_begun == ()


def issued(session, now, tree, **given):
    finance = factories.make_actor(tree.finance, Role.FINANCE)
    usual = {
        "title": "2024年度自评",
        "fiscal_year": YEAR,
        "opens": date(2025, 3, 1),
        "due": date(2025, 3, 31),
        "closes": date(2025, 4, 10),
        "targets": {tree.finance.id: True},
    }
    return filing_tasks.issue(session, finance, now, FilingTaskEntry(**usual | given))


def give(session, now, tree, task, project, **given):
    wish = RequestEntry(reason="决算推迟", project_id=project.id, **given)
    finance = factories.make_actor(tree.finance, Role.FINANCE)
    filing_requests.give(session, finance, now, task.id, wish)


def test_what_was_not_begun_has_its_day_and_the_nearest_stands_first(session, now, tree):
    extended, usual, waived = (declared(session, tree.unit) for _ in range(3))
    task = issued(session, now, tree)
    give(session, now, tree, task, extended, kind="extension", until=date(2025, 4, 5))
    give(session, now, tree, task, waived, kind="waiver")
    found = tasks.task_list(session, factories.make_actor(tree.unit), now)
    assert [item.project.id for item in found.not_begun] == [usual.id, extended.id]
    assert [item.days_left for item in found.not_begun] == [28, 33]
    assert found.due == 2
    (asked,) = found.asked
    assert (asked.standing, asked.days_left, asked.tally.owed) == (Standing.OPEN, 28, 2)


def test_before_a_task_opens_it_is_said_when(session, now, tree):
    declared(session, tree.unit)
    issued(session, now, tree, opens=date(2025, 3, 10))
    (item,) = tasks.task_list(session, factories.make_actor(tree.unit), now).not_begun
    assert item.standing is Standing.EARLY


def test_a_year_with_a_task_alone_is_offered(session, now, tree):
    issued(session, now, tree, fiscal_year=YEAR + 1)
    found = tasks.task_list(session, factories.make_actor(tree.unit), now)
    assert (found.fiscal_year, found.due) == (YEAR + 1, 0)


def test_requests_wait_for_who_is_above_and_not_for_who_asked(session, now, tree):
    task = issued(session, now, tree)
    department = factories.make_actor(tree.department, Role.DEPARTMENT)
    for asker in (factories.make_actor(tree.unit), department):
        wish = RequestEntry(kind="waiver", reason="项目终止")
        filing_requests.ask(session, asker, now, task.id, wish)
    seen = {
        role: tasks.task_list(session, factories.make_actor(unit, role), now, YEAR).requests
        for unit, role in (
            (tree.unit, Role.FILLER),
            (tree.department, Role.DEPARTMENT),
            (tree.finance, Role.FINANCE),
            (tree.finance, Role.AUDITOR),
        )
    }
    assert list(seen.values()) == [0, 1, 2, 0]


def test_the_most_urgent_forms_of_each_state_are_shown(session, now, tree, monkeypatch):
    monkeypatch.setattr(tasks, "EACH", 2)
    days = {}
    for day in (20, None, 5, 12):
        due = date(2025, 3, day) if day else None
        days[factories.make_form(session, declared(session, tree.unit), due_on=due).id] = day
    sent = [
        factories.make_form(
            session, declared(session, tree.unit), state="unit_review", moved_at=now - wait
        )
        for wait in (timedelta(days=1), timedelta(days=9), timedelta(days=3))
    ]
    found = tasks.task_list(session, factories.make_actor(tree.unit, Role.UNIT_LEAD), now)
    assert [days[item.form.id] for item in found.forms.items if item.form.id in days] == [5, 12]
    waiting = [item.days_waiting for item in found.forms.items if item.form.id not in days]
    assert waiting == [9, 3]
    assert (found.counts, found.due) == ({"draft": 4, "unit_review": 3}, len(sent))


def test_more_forms_ask_no_more_of_the_database(session, now, tree):
    def asked():
        statements = []
        connection = session.connection()

        def note(*given):
            statements.append(given[2])

        session.expunge_all()
        event.listen(connection, "before_cursor_execute", note)
        tasks.task_list(session, factories.make_actor(tree.unit), now, YEAR)
        event.remove(connection, "before_cursor_execute", note)
        return len(statements)

    def more(count):
        for _ in range(count):
            declared(session, tree.unit)
            factories.make_form(session, declared(session, tree.unit))
        session.flush()

    issued(session, now, tree)
    more(1)
    few = asked()
    more(6)
    assert asked() <= few
