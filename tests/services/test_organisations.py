from dataclasses import replace

import pytest

from app.domain.actors import Role, Scope
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import organisations
from app.services.organisations import OrganisationEntry
from tests.factories import MOMENT, make_actor, make_project, make_tree
from tests.services.trail import since, told, trail

ENTRY = OrganisationEntry(code="310000-NEW", name="新单位", region_code="310000", kind="unit")


def pointers(refused):
    return [problem.pointer for problem in refused.value.errors]


def test_the_path_names_every_ancestor(tree):
    assert tree.unit.path == f"/{tree.finance.id}/{tree.department.id}/{tree.unit.id}/"


def test_a_new_one_stands_below_the_actor_unless_told_otherwise(session, tree, finance):
    new = organisations.create(session, finance, MOMENT, ENTRY)
    assert (new.parent_id, new.path) == (tree.finance.id, f"{tree.finance.path}{new.id}/")
    other = replace(ENTRY, code="OTHER", parent_id=tree.department.id)
    below = organisations.create(session, finance, MOMENT, other)
    assert below.path == f"{tree.department.path}{below.id}/"


def test_every_problem_at_once(session, tree):
    actor = make_actor(tree.department, Role.SYSTEM)
    wrong = OrganisationEntry(
        code="代码", name=" ", region_code="000000", kind="office", parent_id=tree.other_unit.id
    )
    with pytest.raises(Unacceptable) as refused:
        organisations.create(session, actor, MOMENT, wrong)
    assert pointers(refused) == ["/code", "/name", "/kind", "/region_code", "/parent_id"]


def test_a_code_is_registered_once(session, tree, finance):
    with pytest.raises(Unacceptable) as refused:
        organisations.create(session, finance, MOMENT, replace(ENTRY, code=tree.unit.code))
    assert pointers(refused) == ["/code"]


def test_an_actor_sees_their_own_organisation_and_below(session, tree):
    actor = make_actor(tree.department, Role.DEPARTMENT)
    seen = organisations.list_organisations(session, actor).items
    assert [row.id for row in seen] == [tree.department.id, tree.unit.id]
    assert organisations.get(session, actor, tree.unit.id) is tree.unit
    for hidden in (tree.finance, tree.other_department, tree.other_unit):
        with pytest.raises(NotFound):
            organisations.get(session, actor, hidden.id)


def test_a_scope_is_no_prefix_of_a_number(session, tree, finance):
    """An organisation 1 does not see organisation 12."""
    actor = make_actor(tree.finance, scope=Scope(tree.finance.path.rstrip("/") + "0/"))
    assert organisations.list_organisations(session, actor).items == ()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"kind": "department"}, ["department", "other_department"]),
        ({"region_code": "110000"}, []),
        ({"region_code": "310000", "kind": "finance"}, ["finance"]),
    ],
)
def test_filters(session, tree, finance, wanted, names):
    seen = organisations.list_organisations(session, finance, **wanted).items
    assert [row.id for row in seen] == [getattr(tree, name).id for name in names]


def test_children_and_pages(session, tree, finance):
    first = organisations.list_organisations(session, finance, limit=3)
    second = organisations.list_organisations(session, finance, limit=3, after=first.next)
    assert (len(first.items), len(second.items), second.next) == (3, 2, None)
    below = organisations.list_organisations(session, finance, parent_id=tree.department.id)
    assert below.items == (tree.unit,)


def test_update_replaces_and_counts(session, tree, finance):
    entry = replace(ENTRY, code=tree.unit.code, name=" 改名 ", active=False)
    changed = organisations.update(session, finance, MOMENT, tree.unit.id, 1, entry)
    assert (changed.name, changed.active, changed.version) == ("改名", False, 2)
    assert changed.parent_id == tree.department.id
    with pytest.raises(VersionConflict) as refused:
        organisations.update(session, finance, MOMENT, tree.unit.id, 1, entry)
    assert refused.value.current == 2


def test_it_moves_with_all_below_it(session, tree, finance):
    entry = replace(
        ENTRY, code="D", kind="department", parent_id=tree.other_department.id, name="移动"
    )
    before = trail(session)
    moved = organisations.update(session, finance, MOMENT, tree.department.id, 1, entry)
    assert moved.path == f"{tree.other_department.path}{moved.id}/"
    session.expire_all()
    assert tree.unit.path == f"{moved.path}{tree.unit.id}/"
    assert tree.other_unit.path == f"{tree.other_department.path}{tree.other_unit.id}/"
    (event,) = since(session, before)
    places = (str(tree.finance.id), str(tree.other_department.id))
    assert told(event)["/parent_id"] == places


@pytest.mark.parametrize("where", ["itself", "below itself", "outside", "nowhere"])
def test_where_it_cannot_move(session, tree, finance, where):
    stranger = make_tree(session).finance
    places = {"itself": tree.department, "below itself": tree.unit, "outside": stranger}
    parent_id = places[where].id if where in places else 999_999
    entry = replace(ENTRY, parent_id=parent_id)
    with pytest.raises(Unacceptable) as refused:
        organisations.update(session, finance, MOMENT, tree.department.id, 1, entry)
    assert pointers(refused) == ["/parent_id"]


def test_nobody_moves_the_ground_they_stand_on(session, tree):
    keeper = make_actor(tree.department, Role.SYSTEM)
    below = replace(ENTRY, parent_id=tree.other_department.id)
    with pytest.raises(Unacceptable):
        organisations.update(session, keeper, MOMENT, tree.department.id, 1, below)


def test_one_that_nothing_refers_to_can_be_deleted(session, tree, finance):
    organisations.delete(session, finance, MOMENT, tree.unit.id, 1)
    with pytest.raises(NotFound):
        organisations.get(session, finance, tree.unit.id)


@pytest.mark.parametrize("used_by", ["a child", "a project"])
def test_one_in_use_stays(session, tree, finance, used_by):
    held = tree.department if used_by == "a child" else tree.unit
    if used_by == "a project":
        make_project(session, tree.unit)
    with pytest.raises(Conflict) as refused:
        organisations.delete(session, finance, MOMENT, held.id, 1)
    assert "停用" in refused.value.message
    assert organisations.get(session, finance, held.id)


@pytest.mark.parametrize("role", [Role.FILLER, Role.UNIT_LEAD, Role.DEPARTMENT, Role.AUDITOR])
def test_who_does_not_keep_organisations(session, tree, role):
    actor = make_actor(tree.finance, role)
    with pytest.raises(Forbidden):
        organisations.create(session, actor, MOMENT, ENTRY)
    with pytest.raises(Forbidden):
        organisations.update(session, actor, MOMENT, tree.unit.id, 1, ENTRY)
    with pytest.raises(Forbidden):
        organisations.delete(session, actor, MOMENT, tree.unit.id, 1)


def test_a_key_that_only_reads_cannot_write(session, tree):
    reader = make_actor(tree.finance, Role.SYSTEM, scopes=frozenset({"read"}))
    with pytest.raises(Forbidden):
        organisations.create(session, reader, MOMENT, ENTRY)


def test_out_of_scope_is_not_found_even_for_a_keeper(session, tree):
    keeper = make_actor(tree.department, Role.SYSTEM)
    with pytest.raises(NotFound):
        organisations.delete(session, keeper, MOMENT, tree.other_unit.id, 1)
