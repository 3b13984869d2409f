from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import func, select

from app.db.declarations import DeclaredIndicator
from app.domain.actors import Role
from app.errors import Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import declarations
from app.services.declarations import DeclarationEntry, DeclaredIndicatorEntry
from tests.factories import MOMENT, make_actor, make_declaration, make_project

OUTPUT = DeclaredIndicatorEntry(
    level1="产出指标",
    level2="数量指标",
    name="制作数量完成率",
    target="=100.00(%)",
    full=Decimal(13),
)
SATISFACTION = DeclaredIndicatorEntry(
    level1="满意度指标", name="满意度", target="≥90%", full=Decimal("10.5"), rule="with_floor",
    parameters={"floor": "60"},
)  # fmt: skip


@pytest.fixture
def filler(tree):
    return make_actor(tree.unit)


@pytest.fixture
def entry(session, tree):
    return DeclarationEntry(
        project_id=make_project(session, tree.unit).id,
        fiscal_year=2024,
        goal="按期制作",
        indicators=(OUTPUT, SATISFACTION),
    )


def pointers(refused):
    return [problem.pointer for problem in refused.value.errors]


def test_what_is_declared_comes_back_in_order(session, filler, entry):
    made = declarations.create(session, filler, MOMENT, entry)
    read = declarations.get(session, filler, made.declaration.id)
    assert read.declaration.goal == "按期制作"
    assert [(row.position, row.name, row.full) for row in read.indicators] == [
        (0, "制作数量完成率", Decimal(13)),
        (1, "满意度", Decimal("10.5")),
    ]
    assert [row.parameters for row in read.indicators] == ["", '{"floor": "60"}']
    assert {row.region_code for row in read.indicators} == {"310000"}


def test_every_problem_at_once_by_its_row(session, filler, entry):
    wrong = replace(
        entry,
        goal="目" * 10_001,
        indicators=(
            OUTPUT,
            replace(OUTPUT, name="", target="1\x07", full=Decimal(-1)),
            replace(SATISFACTION, level1="一" * 200, parameters={"floor": "\x00"}),
        ),
    )
    with pytest.raises(Unacceptable) as refused:
        declarations.create(session, filler, MOMENT, wrong)
    assert pointers(refused) == [
        "/goal",
        "/indicators/1/name",
        "/indicators/1/target",
        "/indicators/1/full",
        "/indicators/2/level1",
        "/indicators/2/parameters",
    ]
    assert refused.value.errors[1].message == "请填写第2行指标名称"


def test_one_a_project_and_year(session, filler, entry):
    declarations.create(session, filler, MOMENT, entry)
    with pytest.raises(Unacceptable) as refused:
        declarations.create(session, filler, MOMENT, entry)
    assert pointers(refused) == ["/fiscal_year"]
    assert declarations.create(session, filler, MOMENT, replace(entry, fiscal_year=2025))


def test_update_replaces_the_whole(session, filler, entry):
    made = declarations.create(session, filler, MOMENT, entry)
    changed = declarations.update(
        session,
        filler,
        MOMENT,
        made.declaration.id,
        1,
        replace(entry, goal="", indicators=(SATISFACTION,)),
    )
    assert (changed.declaration.version, changed.declaration.goal) == (2, "")
    read = declarations.get(session, filler, made.declaration.id)
    assert [row.name for row in read.indicators] == ["满意度"]
    with pytest.raises(VersionConflict):
        declarations.update(session, filler, MOMENT, made.declaration.id, 1, entry)
    with pytest.raises(Unacceptable) as refused:
        declarations.update(
            session, filler, MOMENT, made.declaration.id, 2, replace(entry, fiscal_year=2023)
        )
    assert pointers(refused) == ["/fiscal_year"]


def test_delete_takes_the_indicators_along(session, filler, entry):
    made = declarations.create(session, filler, MOMENT, entry)
    declarations.delete(session, filler, MOMENT, made.declaration.id, 1)
    assert session.exec(select(func.count()).select_from(DeclaredIndicator)).one() == 0


def test_lists_are_scoped_filtered_and_paged(session, tree, filler):
    project = make_project(session, tree.unit)
    for year in (2023, 2024, 2025):
        make_declaration(session, project, [{}, {}], fiscal_year=year)
    make_declaration(session, make_project(session, tree.other_unit), [{}])
    first = declarations.list_declarations(session, filler, limit=2)
    second = declarations.list_declarations(session, filler, limit=2, after=first.next)
    sheets = [*first.items, *second.items]
    assert [sheet.declaration.fiscal_year for sheet in sheets] == [2023, 2024, 2025]
    assert [len(sheet.indicators) for sheet in sheets] == [2, 2, 2]
    of_2024 = declarations.list_declarations(
        session, filler, project_id=project.id, fiscal_year=2024
    )
    assert len(of_2024.items) == 1


def test_scope_and_role(session, tree, filler, entry):
    hidden = make_declaration(session, make_project(session, tree.other_unit))
    with pytest.raises(NotFound):
        declarations.get(session, filler, hidden.id)
    with pytest.raises(Unacceptable) as refused:
        declarations.create(session, filler, MOMENT, replace(entry, project_id=hidden.project_id))
    assert pointers(refused) == ["/project_id"]
    with pytest.raises(Forbidden):
        declarations.create(session, make_actor(tree.unit, Role.UNIT_LEAD), MOMENT, entry)
