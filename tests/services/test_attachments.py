"""Evidence at forms: who attaches, reads, takes out and deletes; quotas, revisions, last year."""

from dataclasses import replace

import pytest

from app.db import attachments as stored
from app.db import indicator_lines, snapshots
from app.domain.actors import Role
from app.domain.audit import Result
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.files.store import Store
from app.services import attachments, completions, self_evaluations, submissions
from app.services.attachment_policies import policy
from app.services.attachments import Received
from app.services.self_evaluations import delete_draft, get_sheet, open_form
from tests import factories
from tests.services.filling_cases import INDICATORS, fill, opened
from tests.services.review_cases import HOUR, approved_by, submitted
from tests.services.trail import since, told, trail


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "attachments")


@pytest.fixture
def case(session, now):
    return opened(session, now)


def received(store, name="验收单.pdf", content=b"%PDF-1.7", **given):
    incoming = store.begin()
    incoming.write(content)
    incoming.finish()
    incoming.keep()
    incoming.close()
    return Received(incoming.key, name, "pdf", len(content), incoming.sha256, **given)


def attach(session, case, now, *files, line_id=None, actor=None, limits=None):
    return attachments.attach(
        session, actor or case.filler, now, case.form_id, line_id, files, limits or policy()
    )


def test_attached_at_a_line_and_at_the_form(session, now, case, store):
    version = get_sheet(session, case.filler, case.form_id).form.version
    (row,) = attach(session, case, now, received(store), line_id=case.line_ids[1])
    attach(session, case, now, received(store, "说明.pdf", marks="embedded"))
    sheet = get_sheet(session, case.lead, case.form_id)
    assert [(item.line_id, item.name, item.marks) for item in sheet.attachments] == [
        (case.line_ids[1], "验收单.pdf", ""),
        (None, "说明.pdf", "embedded"),
    ]
    assert (row.attached_by, row.attached_at) == (case.filler.name, now)
    assert sheet.form.version == version + 2
    assert (row.region_code, row.fiscal_year) == (sheet.form.region_code, sheet.form.fiscal_year)


def test_each_upload_is_one_event_with_the_hash_of_each_file(session, now, case, store):
    before = trail(session)
    files = (received(store, "一.pdf", b"1"), received(store, "二.pdf", b"2"))
    attach(session, case, now, *files, line_id=case.line_ids[0])
    (event,) = since(session, before)
    assert (event.action, event.result, event.object_id) == ("attach", "done", str(case.form_id))
    assert [(change.field, change.after) for change in event.changes] == [
        (f"/lines/{case.line_ids[0]}/attachments", f"{file.name} sha256:{file.sha256}")
        for file in files
    ]


def test_a_deletion_is_one_event_and_the_bytes_go(session, now, case, store):
    file = received(store)
    (row,) = attach(session, case, now, file)
    before = trail(session)
    place = (session, case.filler, now, case.form_id, row.id)
    attachments.delete(*place, 1, store)
    (event,) = since(session, before)
    assert (event.action, told(event)) == (
        "detach",
        {"/attachments": (f"验收单.pdf sha256:{file.sha256}", None)},
    )
    assert store.digest(file.key) == file.sha256
    session.commit()
    assert store.digest(file.key) is None
    with pytest.raises(NotFound):
        attachments.delete(*place, 1, store)


def test_a_deletion_that_is_undone_leaves_the_bytes(session, now, case, store):
    file = received(store)
    (row,) = attach(session, case, now, file)
    session.commit()
    attachments.delete(session, case.filler, now, case.form_id, row.id, None, store)
    session.rollback()
    assert store.digest(file.key) == file.sha256
    assert stored.in_use(session, file.key)


def test_a_deletion_names_the_version(session, now, case, store):
    (row,) = attach(session, case, now, received(store))
    with pytest.raises(VersionConflict):
        attachments.delete(session, case.filler, now, case.form_id, row.id, 2, store)


def test_taking_out_is_one_event(session, now, case, store):
    (row,) = attach(session, case, now, received(store))
    before = trail(session)
    found = attachments.record_export(session, case.lead, now, case.form_id, row.id)
    (event,) = since(session, before)
    assert (found.id, event.action, event.actor_name) == (row.id, "export", case.lead.name)
    assert "验收单.pdf" in told(event)["/attachments"][1]


def test_a_find_of_the_scanner_is_one_refused_event(session, now, case):
    before = trail(session)
    finds = {"合同.pdf": "Eicar-Signature"}
    attachments.record_infected(session, case.filler, now, case.form_id, finds)
    (event,) = since(session, before)
    assert (event.action, event.result) == ("attach", Result.REFUSED)
    assert told(event) == {"/attachments": (None, "合同.pdf：Eicar-Signature")}


def test_strangers_find_nothing(session, now, case, store):
    (row,) = attach(session, case, now, received(store))
    who, form = case.stranger, case.form_id
    for act in (
        lambda: attachments.may_attach(session, who, form),
        lambda: attach(session, case, now, received(store), actor=who),
        lambda: attachments.get(session, who, form, row.id),
        lambda: attachments.record_export(session, who, now, form, row.id),
        lambda: attachments.record_infected(session, who, now, form, {"a": "b"}),
        lambda: attachments.delete(session, who, now, form, row.id, None, store),
    ):
        with pytest.raises(NotFound) as refusal:
            act()
        assert refusal.value.message == NotFound.default


def test_an_attachment_is_found_at_its_own_form_alone(session, now, case, store):
    other = opened(session, now)
    (row,) = attach(session, case, now, received(store))
    finance = factories.make_actor(
        session.get_one(factories.Organisation, case.filler.organisation_id), Role.FINANCE
    )
    finance = replace(finance, scope=replace(finance.scope, path="/"))
    assert attachments.get(session, finance, case.form_id, row.id).id == row.id
    with pytest.raises(NotFound):
        attachments.get(session, finance, other.form_id, row.id)
    with pytest.raises(NotFound):
        attach(session, case, now, received(store), line_id=other.line_ids[0])


def test_who_does_not_fill_does_not_attach(session, now, case, store):
    (row,) = attach(session, case, now, received(store))
    for act in (
        lambda: attachments.may_attach(session, case.lead, case.form_id),
        lambda: attach(session, case, now, received(store), actor=case.lead),
        lambda: attachments.delete(session, case.lead, now, case.form_id, row.id, None, store),
    ):
        with pytest.raises(Forbidden):
            act()


def test_submitted_the_evidence_is_frozen_by_its_hashes(session, now, store):
    case = opened(session, now)
    fill(session, now, case)
    file = received(store)
    (row,) = attach(session, case, now, file, line_id=case.line_ids[2])
    submissions.submit(session, case.filler, now, case.form_id, None)
    content = snapshots.of_form(session, case.form_id)[-1].content
    assert (
        f'"attachments": [{{"indicator": 2, "name": "验收单.pdf", "sha256": "{file.sha256}"'
        in content
    )
    for act in (
        lambda: attachments.may_attach(session, case.filler, case.form_id),
        lambda: attach(session, case, now, received(store)),
        lambda: attachments.delete(session, case.filler, now, case.form_id, row.id, None, store),
    ):
        with pytest.raises(Conflict):
            act()
    assert attachments.get(session, case.lead, case.form_id, row.id).sha256 == file.sha256


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"files_per_form": 2}, "一张表最多 2 份佐证材料，现有 1 份"),
        ({"form_quota": 29}, "只剩 1 KB 可用"),
        ({"unit_quota": 29}, "空间已满"),
    ],
)
def test_a_quota_refuses_all_files_of_an_upload(session, now, case, store, limits, says):
    attach(session, case, now, received(store, content=b"a" * 10))
    before, small = trail(session), replace(policy(), **limits)
    more = [received(store, content=b"b" * 10) for _ in range(2)]
    with pytest.raises(Unacceptable) as refusal:
        attach(session, case, now, *more, limits=small)
    (problem,) = refusal.value.errors
    assert problem.pointer == "/files"
    assert says in problem.message
    assert since(session, before) == []
    assert len(stored.of_form(session, case.form_id)) == 1


def test_the_quota_of_a_unit_counts_all_its_forms_of_the_year(session, now, case, store):
    attach(session, case, now, received(store, content=b"a" * 20))
    project = factories.make_project(
        session, session.get_one(factories.Organisation, case.filler.organisation_id)
    )
    factories.make_declaration(session, project, INDICATORS)
    form = open_form(session, case.filler, now, project.id, factories.YEAR)
    place = (session, case.filler, now, form.id, None)
    small = replace(policy(), unit_quota=30)
    with pytest.raises(Unacceptable):
        attachments.attach(*place, [received(store, content=b"b" * 11)], small)
    attachments.attach(*place, [received(store, content=b"b" * 10)], small)


def test_a_draft_with_evidence_is_not_deleted_over_it(session, now, case, store):
    (row,) = attach(session, case, now, received(store))
    with pytest.raises(Conflict, match="请先逐份删除"):
        delete_draft(session, case.filler, now, case.form_id, None)
    attachments.delete(session, case.filler, now, case.form_id, row.id, None, store)
    delete_draft(session, case.filler, now, case.form_id, None)


def test_a_revision_begins_with_the_same_evidence_and_the_old_keeps_it(session, now, store):
    case = submitted(session, now)
    approved = (case.lead, case.department, case.finance)
    file = received(store)
    with session.begin_nested():
        form = self_evaluations.get_sheet(session, case.filler, case.form_id).form
        state, form.state = form.state, "draft"
        attach(session, case, now, file, line_id=case.line_ids[1])
        attach(session, case, now, received(store, "整张表.pdf"))
        form.state = state
    approved_by(session, now, case, *approved)
    revision = completions.reopen(
        session, case.finance, now + 5 * HOUR, case.form_id, None, "审计要求更正"
    )
    lines = [line.id for line in indicator_lines.of_form(session, revision.id)]
    rows = stored.of_form(session, revision.id)
    assert [(row.line_id, row.name, row.attached_at) for row in rows] == [
        (lines[1], "验收单.pdf", now),
        (None, "整张表.pdf", now),
    ]
    assert stored.unit_bytes(session, revision.organisation_id, revision.fiscal_year) == 16
    attachments.delete(session, case.filler, now, revision.id, rows[0].id, None, store)
    session.commit()
    assert store.digest(file.key) == file.sha256
