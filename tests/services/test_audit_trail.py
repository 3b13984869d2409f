"""The audit trail read: the chain that betrays tampering, lists and export for auditors."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.db.goals import Goal
from app.domain.actors import Role
from app.domain.audit import AuditAction, Change, ObjectKind
from app.domain.audit_chain import Fault
from app.errors import AuditUnavailable, Forbidden, Unacceptable
from app.services import audit, filling, regions, self_evaluations
from app.services.audit import EventFilter
from app.services.regions import RegionEntry
from tests import factories
from tests.services.filling_cases import fill, opened
from tests.services.trail import told, trail, unguarded

EVERYTHING = EventFilter()


@pytest.fixture
def case(session, now):
    return opened(session, now)


def auditor(organisation, **given):
    return factories.make_actor(organisation, Role.AUDITOR, **given)


def listed(session, actor, **asked):
    return audit.list_events(session, actor, EventFilter(**asked)).items


# ---------------------------------------------------------------- the chain


def test_what_the_services_write_verifies(session, now, case):
    fill(session, now, case)
    found = audit.verified(session)
    assert (found.count, found.fault) == (len(trail(session)), None)


def test_the_hash_may_be_changed_and_that_is_an_event(session, now, case):
    audit.begin(session, now, "sha256")
    assert len(trail(session)) == 1
    audit.begin(session, now, "sm3")
    fill(session, now, case)
    found = audit.verified(session)
    assert (found.fault, found.digest.partition(":")[0]) == (None, "sm3")
    assert told(trail(session)[1]) == {"/algorithm": ("sha256", "sm3")}


TAMPERED = [
    ("UPDATE audit_events SET actor_name = '别人' WHERE number = 3", 3, Fault.CHANGED),
    ("UPDATE audit_events SET changes = '[]' WHERE number = 2", 2, Fault.CHANGED),
    ("UPDATE audit_events SET changes = 'x' WHERE number = 2", 2, Fault.CHANGED),
    ("UPDATE audit_events SET at = '2020-01-01 00:00:00' WHERE number = 1", 1, Fault.CHANGED),
    ("DELETE FROM audit_events WHERE number = 3", 3, Fault.DELETED),
    ("DELETE FROM audit_events WHERE number = 5", 5, Fault.DELETED),
    ("DELETE FROM audit_events", 1, Fault.DELETED),
    ("UPDATE audit_heads SET number = 4", 5, Fault.INSERTED),
    ("UPDATE audit_heads SET digest = 'sha256:00'", 5, Fault.CHANGED),
]


@pytest.mark.parametrize(("sql", "number", "fault"), TAMPERED)
def test_tampering_in_the_database_is_named(session, now, case, sql, number, fault):
    fill(session, now, case)
    unguarded(session.connection())
    session.connection().execute(text(sql))
    found = audit.verified(session)
    assert (found.broken, found.fault) == (number, fault)


def test_a_cell_that_no_longer_is_a_moment_is_named(session, now, case):
    if session.connection().dialect.name != "sqlite":
        pytest.skip("only SQLite stores what its column cannot hold")
    fill(session, now, case)
    unguarded(session.connection())
    sql = "UPDATE audit_events SET at = 'yesterday' WHERE number = 4"
    session.connection().execute(text(sql))
    assert audit.verified(session).broken == 4


def test_a_chain_rewritten_whole_is_betrayed_by_a_digest_kept_elsewhere(session, now, case):
    fill(session, now, case)
    kept = audit.verified(session)
    assert audit.verified(session, (5, kept.digest)).fault is None
    assert audit.verified(session, (4, kept.digest)).fault is Fault.REWRITTEN
    assert audit.verified(session, (6, kept.digest)).fault is Fault.DELETED


@pytest.mark.parametrize("damage", ["DELETE FROM audit_heads", "DROP TABLE audit_events"])
def test_without_its_record_nothing_is_done(session, now, case, damage):
    unguarded(session.connection())
    session.connection().execute(text(damage))
    with pytest.raises(AuditUnavailable, match="审计记录暂时无法写入"), session.begin_nested():
        filling.save_goal(session, case.filler, now, case.form_id, None, "做完了。")
    session.expire_all()
    achieved = session.exec(
        select(Goal.achieved).where(Goal.self_evaluation_id == case.form_id)
    ).one()
    assert achieved == ""


# ---------------------------------------------------------------- reading

READERS = (Role.AUDITOR, Role.AUDITADMIN)


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS])
def test_only_auditors_read_the_trail(session, now, tree, role):
    scopes = frozenset({"read", "write", "score"}) if role is Role.SYSTEM else None
    given = {"scopes": scopes} if scopes else {}
    actor = factories.make_actor(tree.finance, role, **given)
    with pytest.raises(Forbidden, match="审计人员"):
        audit.list_events(session, actor, EVERYTHING)
    with pytest.raises(Forbidden):
        audit.record_export(session, actor, now, EVERYTHING)
    with pytest.raises(Forbidden):
        next(audit.exported(session, actor, EVERYTHING))


def test_an_auditor_reads_what_lies_within_the_scope(session, now, tree):
    project = factories.make_project(session, tree.unit)
    factories.make_declaration(session, project, [{"name": "数量"}])
    filler = factories.make_actor(tree.unit)
    self_evaluations.open_form(session, filler, now, project.id, factories.YEAR)
    finance = factories.make_actor(tree.finance, Role.FINANCE)
    regions.create(session, finance, now, RegionEntry(code="310101", name="黄浦区"))
    assert len(listed(session, auditor(tree.finance))) == 2
    assert len(listed(session, auditor(tree.department))) == 1
    assert listed(session, auditor(tree.other_department)) == ()


def test_the_list_is_filtered_and_paged_from_the_newest(session, now, case):
    top = replace(case.filler, role=Role.AUDITOR)
    fill(session, now + timedelta(days=1), case)
    assert len(listed(session, top)) == 5
    assert len(listed(session, top, action="open")) == 1
    assert len(listed(session, top, person=" 某人 ")) == 5
    assert listed(session, top, person="别人") == ()
    assert len(listed(session, top, first=date(2025, 3, 4))) == 4
    assert len(listed(session, top, last=date(2025, 3, 3))) == 1
    page = audit.list_events(session, top, EVERYTHING, None, 2)
    numbers = [event.number for event in page.items]
    while page.next:
        page = audit.list_events(session, top, EVERYTHING, page.next, 2)
        numbers += [event.number for event in page.items]
    assert numbers == [5, 4, 3, 2, 1]


def test_days_are_those_of_beijing(session, case):
    top = replace(case.filler, role=Role.AUDITOR)
    late = datetime(2025, 3, 3, 16, 30, tzinfo=UTC)  # 00:30 of the 4th in Beijing
    filling.save_goal(session, case.filler, late, case.form_id, None, "做完了。")
    assert len(listed(session, top, first=date(2025, 3, 4), last=date(2025, 3, 4))) == 1


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"first": date(2025, 3, 4), "last": date(2025, 3, 3)}, "/last"),
        ({"person": "王\x00"}, "/person"),
    ],
)
def test_a_filter_that_cannot_be_is_told(session, tree, asked, pointer):
    with pytest.raises(Unacceptable) as refusal:
        audit.list_events(session, auditor(tree.finance), EventFilter(**asked))
    assert [problem.pointer for problem in refusal.value.errors] == [pointer]


def test_the_export_has_a_row_a_change_in_words(session, now, case):
    top = replace(case.filler, role=Role.AUDITOR, address="10.9.9.9")
    fill(session, now, case)
    audit.record_export(session, top, now, EventFilter(action="edit"))
    headings, *rows = audit.exported(session, top, EVERYTHING)
    assert headings[:4] == ("编号", "时间", "人员", "岗位")
    assert rows[0][:9] == (
        "6", "2025-03-03 10:00:00+08:00", "某人", "审计人员", "10.9.9.9", "导出", "审计记录", "",
        "成功",
    )  # fmt: skip
    assert rows[0][9:] == ("操作", "", "填写")
    assert rows[1][9:] == ("实际完成情况", "", "全年印制完成，就医秩序改善。")
    assert len(rows) == sum(len(event.changes) or 1 for event in trail(session))


def test_a_long_export_is_whole(session, now, tree):
    subject = audit.Subject(ObjectKind.USER, "1", tree.unit.id)
    for _ in range(205):
        change = Change("/name", "甲", "乙")
        actor = factories.make_actor(tree.unit)
        audit.record(session, actor, now, AuditAction.CHANGE, subject, [change])
    rows = list(audit.exported(session, auditor(tree.unit), EVERYTHING))
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(205, 0, -1)]
