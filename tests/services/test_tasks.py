"""The task list: years, forms and what was not begun, each within the scope."""

import pytest

from app.domain.actors import READ, Role
from app.services import tasks
from tests import factories
from tests.factories import YEAR

DECLARED = [{"name": "第一项"}]


@pytest.fixture
def tree(session):
    return factories.make_tree(session)


def declared(session, unit, year=YEAR, **given):
    project = factories.make_project(session, unit, **given)
    factories.make_declaration(session, project, DECLARED, fiscal_year=year)
    return project


def test_the_newest_year_with_anything_is_shown(session, now, tree):
    declared(session, tree.unit, YEAR - 1)
    newest = declared(session, tree.unit, YEAR)
    found = tasks.task_list(session, factories.make_actor(tree.unit), now)
    assert (found.fiscal_year, found.years) == (YEAR, (YEAR, YEAR - 1))
    assert [project.id for project in found.not_begun] == [newest.id]


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
    assert [item.id for item in found.not_begun] == [project.id]


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
