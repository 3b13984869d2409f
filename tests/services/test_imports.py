"""Imports: previewed, applied whole or not at all, and exactly as previewed."""

from dataclasses import replace

import pytest
from sqlmodel import select

from app.db.imports import Import
from app.db.organisations import Organisation
from app.domain.actors import Role
from app.domain.audit import AuditAction
from app.domain.imports import ImportState
from app.errors import Conflict, Forbidden, NotFound, UnreadableFile, VersionConflict
from app.services import imports, organisations
from app.services.import_kinds import open_to
from app.services.imports import Upload, report_of
from tests.factories import MOMENT, make_actor
from tests.services.import_cases import as_csv, as_xlsx, imported, places, preview
from tests.services.trail import since, told, trail

HEAD = ("单位代码", "单位名称", "单位类别", "地区代码", "上级单位代码")


def new_units(*codes):
    return as_csv(HEAD, *((code, f"单位{code}", "预算单位", "310000", "") for code in codes))


def of_code(session, code):
    return session.exec(select(Organisation).where(Organisation.code == code)).first()


def test_a_preview_writes_nothing_but_itself(session, tree, finance):
    before = trail(session)
    row, report = preview(session, finance, "organisations", new_units("A1", "A2"))

    assert (row.state, row.added, row.changed, row.problems) == (ImportState.READY, 2, 0, 0)
    assert [effect.key for effect in report.effects] == ["A1 单位A1", "A2 单位A2"]
    assert of_code(session, "A1") is None
    (event,) = since(session, before)
    assert (event.action, event.object_kind) == (AuditAction.CREATE, "import")
    assert told(event)["/file_name"] == (None, "表.csv")


def test_applying_does_all_of_it_and_tells_the_trail_each_row(session, tree, finance):
    row, _ = preview(session, finance, "organisations", new_units("A1", "A2"))
    before = trail(session)
    done = imports.apply(session, finance, MOMENT, row.id, row.version)

    assert (done.state, done.applied_by, done.source) == (ImportState.APPLIED, "某人", "")
    assert of_code(session, "A2").path == f"{tree.finance.path}{of_code(session, 'A2').id}/"
    events = since(session, before)
    assert [event.action for event in events] == [
        AuditAction.CREATE, AuditAction.CREATE, AuditAction.IMPORT,
    ]  # fmt: skip
    assert told(events[0])["/code"] == (None, "A1")
    assert told(events[-1])["/state"] == (ImportState.READY, ImportState.APPLIED)


def test_it_is_applied_once(session, tree, finance):
    done = imported(session, finance, "organisations", new_units("A1"))
    for act in (imports.apply, imports.preview_again):
        with pytest.raises(Conflict, match="已经导入"):
            act(session, finance, MOMENT, done.id, done.version)


def test_what_has_problems_is_not_applied_at_all(session, tree, finance):
    row, report = preview(
        session, finance, "organisations",
        as_csv(HEAD, ("A1", "单位", "预算单位", "310000", ""), ("A2", "", "办公室", "31", "无")),
    )  # fmt: skip
    assert row.state == ImportState.FAULTY
    assert places(report) == [(3, "B"), (3, "C")] or len(report.problems) >= 1
    before = trail(session)
    with pytest.raises(Conflict, match="还有问题"):
        imports.apply(session, finance, MOMENT, row.id, row.version)
    assert of_code(session, "A1") is None
    assert since(session, before) == []


def test_when_data_moved_it_has_to_be_previewed_again(session, tree, finance):
    table = as_csv(HEAD, (tree.unit.code, "新名称", "预算单位", "310000", ""))
    row, _ = preview(session, finance, "organisations", table)
    entry = organisations.OrganisationEntry(
        code=tree.unit.code, name="别人改的名称", region_code="310000", kind="unit"
    )
    organisations.update(session, finance, MOMENT, tree.unit.id, tree.unit.version, entry)

    with pytest.raises(Conflict, match="重新预览"):
        imports.apply(session, finance, MOMENT, row.id, row.version)
    assert tree.unit.name == "别人改的名称"

    again = imports.preview_again(session, finance, MOMENT, row.id, row.version)
    (effect,) = report_of(again).effects
    assert [(c.field, c.before, c.after) for c in effect.changes] == [
        ("单位名称", "别人改的名称", "新名称")
    ]
    imports.apply(session, finance, MOMENT, again.id, again.version)
    assert tree.unit.name == "新名称"


def test_a_repaired_surrounding_lets_a_faulty_table_through(session, tree, finance):
    table = as_csv(HEAD, ("A2", "单位", "预算单位", "310000", "A1"))
    row, report = preview(session, finance, "organisations", table)
    assert places(report) == [(2, "E")]
    imported(session, finance, "organisations", new_units("A1"))

    again = imports.preview_again(session, finance, MOMENT, row.id, row.version)

    assert (again.state, again.problems) == (ImportState.READY, 0)


def test_a_version_that_is_not_the_stored_one_is_refused(session, tree, finance):
    row, _ = preview(session, finance, "organisations", new_units("A1"))
    with pytest.raises(VersionConflict):
        imports.apply(session, finance, MOMENT, row.id, row.version + 1)


def test_somebody_elses_import_is_as_absent(session, tree, finance):
    row, _ = preview(session, finance, "organisations", new_units("A1"))
    below = make_actor(tree.department, Role.SYSTEM)
    another_post = make_actor(tree.finance, Role.FILLER)
    messages = set()
    for actor, import_id in ((below, row.id), (another_post, row.id), (finance, row.id + 999)):
        with pytest.raises(NotFound) as refused:
            imports.get(session, actor, import_id)
        messages.add(refused.value.message)
    assert len(messages) == 1
    assert imports.list_imports(session, below).items == ()


def test_each_post_has_its_kinds(session, tree):
    kinds = {
        role: [kind.name for kind in open_to(make_actor(tree.finance, role))]
        for role in (Role.FINANCE, Role.DEPARTMENT, Role.FILLER, Role.UNIT_LEAD, Role.AUDITOR)
    }
    assert kinds[Role.FINANCE] == ["organisations", "projects", "budgets", "declarations"]
    assert kinds[Role.DEPARTMENT] == ["projects", "budgets", "declarations"]
    assert kinds[Role.FILLER] == ["declarations", "self_evaluations"]
    assert kinds[Role.UNIT_LEAD] == kinds[Role.AUDITOR] == []


def test_a_kind_of_another_post_is_forbidden_and_no_kind_is_absent(session, tree):
    with pytest.raises(Forbidden):
        preview(session, make_actor(tree.unit), "organisations", new_units("A1"))
    with pytest.raises(NotFound):
        preview(session, make_actor(tree.unit), "secrets", new_units("A1"))


def test_a_file_that_cannot_be_read_leaves_no_trace(session, tree, finance):
    before = trail(session)
    with pytest.raises(UnreadableFile):
        preview(session, finance, "organisations", Upload("x.xlsx", b"PK\x03\x04"))
    assert since(session, before) == []
    assert session.exec(select(Import)).all() == []


def test_the_list_is_newest_first_and_pages(session, tree, finance):
    ids = [preview(session, finance, "organisations", new_units(c))[0].id for c in "ABC"]
    first = imports.list_imports(session, finance, limit=2)
    rest = imports.list_imports(session, finance, first.next, 2)
    assert [row.id for row in (*first.items, *rest.items)] == ids[::-1]
    assert rest.next is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [("C:\\我的\\单位.xlsx", "单位.xlsx"), ("../../a.csv", "a.csv"), ("\x00", "未命名"),
     ("x" * 500, "x" * 180)],
)  # fmt: skip
def test_a_file_name_is_kept_without_its_folders(session, tree, finance, given, kept):
    upload = replace(new_units("A1"), name=given)
    assert preview(session, finance, "organisations", upload)[0].file_name == kept


def test_five_thousand_rows_in_one_go(session, tree, finance):
    rows = [(f"B{n:05}", f"单位{n}", "预算单位", "310000", "") for n in range(5000)]
    done = imported(session, finance, "organisations", as_xlsx(HEAD, *rows))
    assert done.added == 5000
    assert len(trail(session)) >= 5001


def test_an_export_is_an_event(session, tree, finance):
    before = trail(session)
    kind = imports.record_export(session, finance, MOMENT, "organisations")
    rows = list(imports.exported(session, finance, kind))

    assert rows[0][0] == tree.finance.code
    (event,) = since(session, before)
    assert (event.action, event.object_id) == (AuditAction.EXPORT, "organisations")
