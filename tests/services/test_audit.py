"""The audit trail: one event a write, in its transaction, chained, and nothing secret in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.db.audit_events import EVENTS
from app.db.goals import Goal
from app.domain.actors import Role
from app.domain.audit import AuditAction, Change, ObjectKind, Result
from app.domain.audit_chain import Fault
from app.errors import AuditUnavailable, Conflict, Forbidden, Unacceptable, Unauthenticated
from app.services import (
    accounts,
    audit,
    budgets,
    declarations,
    filling,
    organisations,
    projects,
    regions,
    self_evaluations,
    submissions,
)
from app.services.audit import EventFilter
from app.services.budgets import BudgetEntry
from app.services.declarations import DeclarationEntry, DeclaredIndicatorEntry
from app.services.entries import FormEntry, FundEntry, LineEntry
from app.services.organisations import OrganisationEntry
from app.services.projects import ProjectEntry
from app.services.regions import RegionEntry
from tests import factories
from tests.services.filling_cases import fill, opened
from tests.services.trail import since, told, trail, unguarded

EVERYTHING = EventFilter()


@pytest.fixture
def case(session, now):
    return opened(session, now)


@pytest.fixture
def tree(session):
    return factories.make_tree(session)


def auditor(organisation, **given):
    return factories.make_actor(organisation, Role.AUDITOR, **given)


def listed(session, actor, **asked):
    return audit.list_events(session, actor, EventFilter(**asked)).items


# ---------------------------------------------------------------- forms


def test_opening_a_form_is_one_event_and_asking_again_none(session, now, case):
    [event] = trail(session)
    assert (event.action, event.object_kind, event.object_id) == (
        AuditAction.OPEN,
        ObjectKind.SELF_EVALUATION,
        str(case.form_id),
    )
    assert told(event)["/state"] == (None, "draft")
    self_evaluations.open_form(session, case.filler, now, case.project_id, factories.YEAR)
    assert len(trail(session)) == 1


def test_a_saved_line_says_who_when_from_where_what_before_and_after(session, now, case):
    filler, before = replace(case.filler, address="10.1.2.3"), trail(session)
    line_id = case.line_ids[0]
    for actual, reason in (("90册", "供应商延期"), ("95册", None)):
        entry = LineEntry(actual=actual, reason=reason)
        filling.save_line(session, filler, now, case.form_id, line_id, None, entry)
    first, second = since(session, before)
    assert told(first) == {
        f"/lines/{line_id}/actual": (None, "90册"),
        f"/lines/{line_id}/reason": (None, "供应商延期"),
    }
    assert told(second) == {f"/lines/{line_id}/actual": ("90册", "95册")}
    assert (second.actor_id, second.actor_name, second.actor_role) == (
        filler.id,
        filler.name,
        Role.FILLER,
    )
    assert (second.at, second.address, second.result) == (now, "10.1.2.3", Result.DONE)
    assert (second.organisation_id, second.region_code, second.fiscal_year) == (
        filler.organisation_id,
        factories.REGION,
        factories.YEAR,
    )


@pytest.mark.parametrize(
    ("entry", "changes"),
    [
        (
            FundEntry(executed="4,000,000.50", initial="5000000"),
            {"/funds/appropriation/executed": ("4986000", "4000000.5")},
        ),
        (FundEntry(executed="4986000.00"), None),
        (FundEntry(), None),
    ],
)
def test_a_saved_fund_names_the_amounts_that_changed(session, now, case, entry, changes):
    before = trail(session)
    filling.save_fund(session, case.filler, now, case.form_id, "appropriation", None, entry)
    assert [told(event) for event in since(session, before)] == ([changes] if changes else [])


def test_the_same_text_again_is_no_event(session, now, case):
    fill(session, now, case)
    before = trail(session)
    fill(session, now, case)
    assert since(session, before) == []


def test_a_whole_sheet_is_one_event_with_every_cell(session, now, case):
    before, (first, _, third) = trail(session), case.line_ids
    entry = FormEntry(
        achieved="都做完了。",
        funds={"other": FundEntry(initial="10", adjusted="10", executed="9.99")},
        lines={first: LineEntry(actual="100册", judged=""), third: LineEntry(actual="95%")},
    )
    filling.save_all(session, case.filler, now, case.form_id, None, entry)
    [event] = since(session, before)
    assert event.action == AuditAction.EDIT
    assert told(event) == {
        f"/lines/{first}/actual": (None, "100册"),
        f"/lines/{third}/actual": (None, "95%"),
        "/funds/other/initial": ("0", "10"),
        "/funds/other/adjusted": ("0", "10"),
        "/funds/other/executed": ("0", "9.99"),
        "/achieved": (None, "都做完了。"),
    }


def test_a_form_on_its_way_leaves_one_event_a_step(session, now, case):
    fill(session, now, case)
    before, form_id = trail(session), case.form_id
    submissions.submit(session, case.filler, now, form_id, None)
    submissions.withdraw(session, case.filler, now, form_id, None)
    submissions.submit(session, case.filler, now, form_id, None)
    submissions.send_back(session, case.lead, now, form_id, None, "请补充说明。")
    submit, withdraw, again, back = since(session, before)
    assert [event.action for event in (submit, withdraw, again, back)] == [
        AuditAction.SUBMIT,
        AuditAction.WITHDRAW,
        AuditAction.SUBMIT,
        AuditAction.RETURN,
    ]
    assert told(submit)["/state"] == ("draft", "unit_review")
    assert told(submit)["/receipt"][1] == told(again)["/receipt"][0] != told(again)["/receipt"][1]
    assert told(withdraw) == {"/state": ("unit_review", "draft")}
    assert told(back) == {
        "/state": ("unit_review", "returned"),
        "/returned_reason": (None, "请补充说明。"),
    }


def test_an_answered_warning_names_its_finding(session, now, case):
    entry = LineEntry(actual="200册")
    filling.save_line(session, case.filler, now, case.form_id, case.line_ids[0], None, entry)
    code, path = "B2", "/indicators/0/reason"
    before = trail(session)
    for reason in ("采购推迟到次年。", "采购推迟到次年。", ""):
        submissions.answer_warning(session, case.filler, now, case.form_id, code, path, reason)
    given, taken = since(session, before)
    field = "/answers/B2/indicators/0/reason"
    assert told(given) == {field: (None, "采购推迟到次年。")}
    assert told(taken) == {field: ("采购推迟到次年。", None)}


def test_a_deleted_draft_leaves_what_stood_in_it(session, now, case):
    fill(session, now, case)
    before = trail(session)
    self_evaluations.delete_draft(session, case.filler, now, case.form_id, None)
    [event] = since(session, before)
    assert (event.action, event.object_id) == (AuditAction.DELETE, str(case.form_id))
    assert told(event)[f"/lines/{case.line_ids[0]}/actual"] == ("100册", None)
    assert told(event)["/achieved"] == ("全年印制完成，就医秩序改善。", None)


def test_what_was_refused_in_a_form_is_no_change(session, now, case):
    before = trail(session)
    entry, line_id = LineEntry(actual="若干"), case.line_ids[0]
    with pytest.raises(Unacceptable):
        filling.save_line(session, case.filler, now, case.form_id, line_id, None, entry)
    with pytest.raises(Conflict):
        submissions.withdraw(session, case.filler, now, case.form_id, None)
    assert since(session, before) == []


# ---------------------------------------------------------------- master data


def test_master_data_leaves_one_event_a_write(session, now, tree):
    finance = factories.make_actor(tree.finance, Role.FINANCE)
    unit = OrganisationEntry(code="NEW-1", name="新单位", region_code="310000", kind="unit")
    region = RegionEntry(code="310101", name="黄浦区", parent_code="310000")
    project = ProjectEntry(
        code="31000024T000010263357",
        name="新项目",
        organisation_id=tree.unit.id,
        first_year=2024,
        last_year=2024,
    )
    acts = (
        (organisations, unit, replace(unit, name="旧单位"), "/name", ("新单位", "旧单位")),
        (regions, region, replace(region, name="黄浦"), "/name", ("黄浦区", "黄浦")),
        (projects, project, replace(project, recurring=True), "/recurring", ("false", "true")),
    )
    for service, entry, changed, field, pair in acts:
        before = trail(session)
        made = service.create(session, finance, now, entry)
        key = made.code if service is regions else made.id
        service.update(session, finance, now, key, 1, changed)
        service.delete(session, finance, now, key, 2)
        create, change, delete = since(session, before)
        assert {create.object_id, change.object_id, delete.object_id} == {str(key)}
        assert (create.action, delete.action) == (AuditAction.CREATE, AuditAction.DELETE)
        assert told(create)[field] == (None, pair[0])
        assert told(change) == {field: pair}
        assert told(delete)[field] == (pair[1], None)


def test_budgets_and_declarations_belong_to_the_unit_of_their_project(session, now, tree):
    finance = factories.make_actor(tree.finance, Role.FINANCE)
    project = factories.make_project(session, tree.unit)
    where = {"project_id": project.id, "fiscal_year": 2024}
    budget = BudgetEntry(**where, source="other", initial=Decimal("100.00"))
    row = DeclaredIndicatorEntry(name="数量", target="≥1", full=Decimal(10), parameters={"a": "b"})
    declared = DeclarationEntry(**where, goal="做成", indicators=(row,))
    made = budgets.create(session, finance, now, budget)
    budgets.update(session, finance, now, made.id, 1, replace(budget, executed=Decimal("0.10")))
    budgets.delete(session, finance, now, made.id, 2)
    sheet = declarations.create(session, finance, now, declared)
    other = replace(declared, indicators=(row, replace(row, name="质量")))
    key = sheet.declaration.id
    declarations.update(session, finance, now, key, 1, other)
    declarations.delete(session, finance, now, key, 2)
    events = trail(session)
    assert {event.organisation_id for event in events} == {tree.unit.id}
    assert {event.fiscal_year for event in events} == {2024}
    assert told(events[1]) == {"/executed": ("0", "0.1")}
    assert told(events[3])["/indicators/0/target"] == (None, "≥1")
    assert told(events[4])["/indicators/1/name"] == (None, "质量")
    assert told(events[5])["/goal"] == ("做成", None)
    assert len(events) == 6


# ---------------------------------------------------------------- accounts


@pytest.fixture
def person(session, now, tree):
    return accounts.add_user(session, now, "filler", "王敏", Role.FILLER, tree.unit, "demo-2024")


def test_coming_and_going_is_recorded_with_the_address(session, now, person, tree):
    before = trail(session)
    token = accounts.log_in(session, now, "filler", "demo-2024", address="10.1.2.3")
    accounts.log_out(session, now, token, address="10.1.2.4")
    accounts.log_out(session, now, token)
    came, went = since(session, before)
    assert (came.action, came.actor_name, came.address) == ("log_in", "王敏", "10.1.2.3")
    assert (went.action, went.actor_id, went.address) == ("log_out", person.id, "10.1.2.4")
    assert came.organisation_id == tree.unit.id


@pytest.mark.parametrize(
    ("username", "password", "name"),
    [("filler", "wrong", "王敏"), ("demo-2024", "filler", ""), ("no\x00body", "x", "")],
)
def test_a_refused_login_is_recorded(session, now, person, username, password, name):
    before = trail(session)
    with pytest.raises(Unauthenticated):
        accounts.log_in(session, now, username, password, address="10.1.2.3")
    [event] = since(session, before)
    assert (event.action, event.result, event.address) == ("log_in", Result.REFUSED, "10.1.2.3")
    assert event.actor_name == name


def test_no_secret_ever_gets_into_the_trail(session, now, tree):
    secrets = ["pass-word-1234", "key-key-key-1234", "wrong-one-1234"]
    user = accounts.add_user(session, now, "someone", "某人", Role.FILLER, tree.unit, secrets[0])
    key = accounts.add_key(session, now, secrets[1], "一体化系统", tree.unit, "read")
    token = accounts.log_in(session, now, "someone", secrets[0])
    for username in ("someone", secrets[0]):  # a password typed where the name belongs
        with pytest.raises(Unauthenticated):
            accounts.log_in(session, now, username, secrets[2])
    accounts.log_out(session, now, token)
    hidden = [*secrets, token, user.password_hash, key.key_hash]
    rows = session.execute(select(*EVENTS.columns)).all()
    assert len(rows) == 6
    stored = "\n".join(str(value) for row in rows for value in row)
    assert [secret for secret in hidden if secret in stored] == []


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


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
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
    assert rows[0][9:] == ("操作", "", "edit")
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
