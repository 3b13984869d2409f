from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.actors import Role
from app.errors import Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import budgets
from app.services.budgets import BudgetEntry
from tests.factories import MOMENT, make_actor, make_budget, make_project


@pytest.fixture
def department(tree):
    return make_actor(tree.department, Role.DEPARTMENT)


@pytest.fixture
def entry(session, tree):
    return BudgetEntry(
        project_id=make_project(session, tree.unit).id,
        fiscal_year=2024,
        source="appropriation",
        initial=Decimal("0.00"),
        adjustment=Decimal("965700.00"),
        executed=Decimal("965699.99"),
    )


def pointers(refused):
    return [problem.pointer for problem in refused.value.errors]


def test_adjusted_is_initial_plus_adjustment(session, department, entry):
    row = budgets.create(session, department, MOMENT, entry)
    assert (row.adjusted, row.region_code, row.version) == (Decimal("965700.00"), "310000", 1)
    assert budgets.get(session, department, row.id) is row


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"initial": Decimal("-0.01"), "adjustment": Decimal(1)}, ["/initial"]),
        ({"executed": Decimal("0.001")}, ["/executed"]),
        ({"received": Decimal("1E+15")}, ["/received"]),
        ({"received": Decimal("NaN"), "executed": Decimal("Infinity")}, ["/executed", "/received"]),
        ({"initial": Decimal(1), "adjustment": Decimal(-2)}, ["/adjustment"]),
        ({"source": "total", "fiscal_year": 24}, ["/fiscal_year", "/source"]),
        ({"project_id": 999_999}, ["/project_id"]),
    ],
)
def test_each_problem_by_its_field(session, department, entry, change, expected):
    with pytest.raises(Unacceptable) as refused:
        budgets.create(session, department, MOMENT, replace(entry, **change))
    assert pointers(refused) == expected


def test_a_source_is_registered_once_a_year(session, department, entry):
    budgets.create(session, department, MOMENT, entry)
    budgets.create(session, department, MOMENT, replace(entry, source="other"))
    budgets.create(session, department, MOMENT, replace(entry, fiscal_year=2025))
    with pytest.raises(Unacceptable) as refused:
        budgets.create(session, department, MOMENT, entry)
    assert pointers(refused) == ["/source"]


def test_update_replaces_amounts_only(session, department, entry):
    row = budgets.create(session, department, MOMENT, entry)
    spent = replace(entry, executed=Decimal("965700.00"))
    assert budgets.update(session, department, MOMENT, row.id, 1, spent).version == 2
    with pytest.raises(VersionConflict):
        budgets.update(session, department, MOMENT, row.id, 1, spent)
    with pytest.raises(Unacceptable) as refused:
        budgets.update(
            session, department, MOMENT, row.id, 2, replace(entry, fiscal_year=2025, source="other")
        )
    assert pointers(refused) == ["/fiscal_year", "/source"]


def test_lists_are_scoped_filtered_and_paged(session, tree, department):
    project = make_project(session, tree.unit)
    own = [make_budget(session, project, fiscal_year=year) for year in (2023, 2024, 2025)]
    make_budget(session, make_project(session, tree.other_unit))
    first = budgets.list_budgets(session, department, limit=2)
    second = budgets.list_budgets(session, department, limit=2, after=first.next)
    assert [*first.items, *second.items] == own
    of_2024 = budgets.list_budgets(
        session, department, project_id=project.id, fiscal_year=2024, source="appropriation"
    )
    assert list(of_2024.items) == [own[1]]


def test_delete_scope_and_role(session, tree, department, entry):
    row = budgets.create(session, department, MOMENT, entry)
    stranger = make_actor(tree.other_department, Role.DEPARTMENT)
    with pytest.raises(NotFound):
        budgets.delete(session, stranger, MOMENT, row.id, 1)
    with pytest.raises(Forbidden):
        budgets.delete(session, make_actor(tree.unit, Role.FILLER), MOMENT, row.id, 1)
    budgets.delete(session, department, MOMENT, row.id, 1)
    with pytest.raises(NotFound):
        budgets.get(session, department, row.id)
