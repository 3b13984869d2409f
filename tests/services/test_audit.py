"""The audit trail: one event a write, in its transaction, chained, and nothing secret in it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import select

from app.db.audit_events import EVENTS
from app.domain.actors import Role
from app.domain.audit import AuditAction, ObjectKind, Result
from app.errors import Conflict, Unacceptable, Unauthenticated
from app.services import (
    accounts,
    budgets,
    declarations,
    filling,
    organisations,
    projects,
    regions,
    reviews,
    self_evaluations,
    submissions,
)
from app.services.budgets import BudgetEntry
from app.services.declarations import DeclarationEntry, DeclaredIndicatorEntry
from app.services.entries import FormEntry, FundEntry, LineEntry
from app.services.organisations import OrganisationEntry
from app.services.projects import ProjectEntry
from app.services.regions import RegionEntry
from app.services.reviews import ReturnEntry
from tests import factories
from tests.services.filling_cases import fill, opened
from tests.services.trail import since, told, trail


@pytest.fixture
def case(session, now):
    return opened(session, now)


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
    reviews.send_back(session, case.lead, now, form_id, None, ReturnEntry("请补充说明。"))
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
    assert len(rows) == 7
    stored = "\n".join(str(value) for row in rows for value in row)
    assert [secret for secret in hidden if secret in stored] == []
