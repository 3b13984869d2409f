from dataclasses import replace

import pytest

from app.domain.actors import Role
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import projects
from app.services.projects import ProjectEntry
from tests.factories import MOMENT, make_actor, make_budget, make_project


@pytest.fixture
def department(tree):
    return make_actor(tree.department, Role.DEPARTMENT)


@pytest.fixture
def entry(tree):
    return ProjectEntry(
        code="31000024T000010263357",
        name="参保人员就医凭证制作费",
        organisation_id=tree.unit.id,
        first_year=2024,
        last_year=2025,
        recurring=True,
    )


def pointers(refused):
    return [problem.pointer for problem in refused.value.errors]


@pytest.mark.parametrize(
    ("letter", "kind"), [("T", "specific"), ("Y", "operating"), ("R", "personnel")]
)
def test_kind_and_region_follow_from_code_and_owner(session, department, entry, letter, kind):
    code = f"31000024{letter}000010263357"
    project = projects.create(session, department, MOMENT, replace(entry, code=code))
    assert (project.kind, project.region_code, project.version) == (kind, "310000", 1)
    assert projects.get(session, department, project.id) is project


def test_every_problem_at_once(session, tree, department):
    wrong = ProjectEntry(
        code="3100x024A00001026335七",
        name="项\x00目",
        organisation_id=tree.other_unit.id,
        first_year=20240,
        last_year=2023,
    )
    with pytest.raises(Unacceptable) as refused:
        projects.create(session, department, MOMENT, wrong)
    assert pointers(refused) == [
        "/code", "/code", "/code", "/name", "/first_year", "/last_year", "/organisation_id",
    ]  # fmt: skip
    assert all(len(problem.message) <= 40 for problem in refused.value.errors)


def test_a_code_is_registered_once(session, department, entry):
    projects.create(session, department, MOMENT, entry)
    with pytest.raises(Unacceptable) as refused:
        projects.create(session, department, MOMENT, entry)
    assert pointers(refused) == ["/code"]


def test_update_keeps_owner_and_counts(session, tree, department, entry):
    project = projects.create(session, department, MOMENT, entry)
    changed = projects.update(
        session,
        department,
        MOMENT,
        project.id,
        1,
        replace(entry, code="31000024Y000010263357", name="新名"),
    )
    assert (changed.name, changed.kind, changed.version) == ("新名", "operating", 2)
    with pytest.raises(VersionConflict):
        projects.update(session, department, MOMENT, project.id, 1, entry)
    other = replace(entry, organisation_id=tree.department.id)
    with pytest.raises(Unacceptable) as refused:
        projects.update(session, department, MOMENT, project.id, 2, other)
    assert pointers(refused) == ["/organisation_id"]


def test_lists_are_scoped_filtered_and_paged(session, tree, department):
    own = [make_project(session, tree.unit, last_year=2024 + n) for n in range(3)]
    make_project(session, tree.other_unit)
    first = projects.list_projects(session, department, limit=2)
    second = projects.list_projects(session, department, limit=2, after=first.next)
    assert [*first.items, *second.items] == own
    in_2025 = projects.list_projects(session, department, fiscal_year=2025)
    assert list(in_2025.items) == own[1:]
    by_owner = projects.list_projects(session, department, organisation_id=tree.unit.id)
    assert list(by_owner.items) == own
    assert projects.list_projects(session, department, kind="operating").items == ()


def test_delete_unless_in_use(session, tree, department):
    free, used = make_project(session, tree.unit), make_project(session, tree.unit)
    make_budget(session, used)
    projects.delete(session, department, MOMENT, free.id, 1)
    with pytest.raises(NotFound):
        projects.get(session, department, free.id)
    with pytest.raises(Conflict):
        projects.delete(session, department, MOMENT, used.id, 1)
    assert projects.get(session, department, used.id)


def test_scope_and_role(session, tree, department, entry):
    hidden = make_project(session, tree.other_unit)
    with pytest.raises(NotFound):
        projects.update(session, department, MOMENT, hidden.id, 1, entry)
    with pytest.raises(Forbidden):
        projects.create(session, make_actor(tree.unit, Role.FILLER), MOMENT, entry)
