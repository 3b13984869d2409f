"""Opening, reading, listing and deleting forms."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlmodel import Session

from app.db import scores
from app.domain.actors import Role
from app.domain.workflow import Action
from app.errors import Conflict, Forbidden, NotFound, Unacceptable, VersionConflict
from app.services import self_evaluations, submissions
from tests import factories
from tests.services.filling_cases import fill, opened


def test_a_form_opens_prefilled_from_its_targets_and_accounts(session: Session, now: datetime):
    case = opened(session, now)
    sheet = self_evaluations.get_sheet(session, case.filler, case.form_id)
    assert [line.target for line in sheet.lines] == ["≥100册", "改善", "≥90%"]
    assert [line.full for line in sheet.lines] == [Decimal(50), Decimal(30), Decimal(10)]
    assert sheet.goal.expected == "方便参保人员就医。"
    assert [fund.executed for fund in sheet.funds] == [
        Decimal("4986000.00"),
        Decimal(0),
        Decimal(0),
    ]
    assert (sheet.form.standard, sheet.form.edition) == ("shanghai-self-evaluation", "2024-01-01")
    assert sheet.sheet.execution.rate_shown == "99.72"
    assert sheet.allowed == {Action.EDIT, Action.SUBMIT}


def test_a_new_form_is_scored_at_once(session: Session, now: datetime):
    case = opened(session, now)
    stored = scores.of_form(session, case.form_id)
    assert stored is not None
    assert (stored.version, stored.total, stored.execution_points) == (
        1,
        Decimal("9.97"),
        Decimal("9.97"),
    )


def test_opening_twice_gives_the_same_form(session: Session, now: datetime):
    case = opened(session, now)
    again = self_evaluations.open_form(session, case.filler, now, case.project_id, factories.YEAR)
    assert again.id == case.form_id


def test_a_project_without_targets_cannot_be_evaluated(session: Session, now: datetime):
    tree = factories.make_tree(session)
    project = factories.make_project(session, tree.unit)
    filler = factories.make_actor(tree.unit)
    with pytest.raises(Conflict, match="没有2024年度的绩效目标"):
        self_evaluations.open_form(session, filler, now, project.id, factories.YEAR)


def test_a_year_before_every_edition_is_refused(session: Session, now: datetime):
    tree = factories.make_tree(session)
    project = factories.make_project(session, tree.unit, first_year=2010, last_year=2030)
    factories.make_declaration(session, project, fiscal_year=2012)
    filler = factories.make_actor(tree.unit)
    with pytest.raises(Unacceptable, match="没有适用的评分标准"):
        self_evaluations.open_form(session, filler, now, project.id, 2012)


@pytest.mark.parametrize("role", [Role.UNIT_LEAD, Role.DEPARTMENT, Role.FINANCE, Role.AUDITOR])
def test_only_fillers_open_forms(session: Session, now: datetime, role: Role):
    tree = factories.make_tree(session)
    project = factories.make_project(session, tree.unit)
    factories.make_declaration(session, project)
    actor = factories.make_actor(tree.unit, role)
    with pytest.raises(Forbidden):
        self_evaluations.open_form(session, actor, now, project.id, factories.YEAR)


def test_a_foreign_form_looks_like_an_absent_one(session: Session, now: datetime):
    case = opened(session, now)
    with pytest.raises(NotFound) as foreign:
        self_evaluations.get_sheet(session, case.stranger, case.form_id)
    with pytest.raises(NotFound) as absent:
        self_evaluations.get_sheet(session, case.stranger, 10**9)
    assert foreign.value.message == absent.value.message


def test_lists_stay_within_the_scope(session: Session, now: datetime):
    case = opened(session, now)
    mine = self_evaluations.list_forms(session, case.filler, now, fiscal_year=factories.YEAR)
    theirs = self_evaluations.list_forms(session, case.stranger, now, fiscal_year=factories.YEAR)
    assert [item.form.id for item in mine.items] == [case.form_id]
    assert theirs.items == ()


@pytest.mark.parametrize(
    ("due_on", "left"),
    [
        pytest.param(None, None, id="no deadline"),
        pytest.param(date(2025, 3, 3), 0, id="today in Shanghai"),
        pytest.param(date(2025, 3, 2), -1, id="yesterday"),
        pytest.param(date(2025, 3, 31), 28, id="weeks to go"),
    ],
)
def test_days_left_are_counted_in_the_zone_of_the_region(session, now, due_on, left):
    case = opened(session, now)
    form = self_evaluations.get_sheet(session, case.filler, case.form_id).form
    form.due_on = due_on
    assert self_evaluations.days_left(session, form, now) == left


def test_the_day_turns_at_midnight_in_shanghai(session: Session, now: datetime):
    case = opened(session, now)
    form = self_evaluations.get_sheet(session, case.filler, case.form_id).form
    form.due_on = date(2025, 3, 3)
    evening = now.replace(hour=15, minute=59)  # 23:59 in Shanghai
    assert self_evaluations.days_left(session, form, evening) == 0
    assert self_evaluations.days_left(session, form, evening.replace(hour=16)) == -1


def test_a_draft_can_be_deleted_and_opened_again(session: Session, now: datetime):
    case = opened(session, now)
    self_evaluations.delete_draft(session, case.filler, case.form_id, 1)
    with pytest.raises(NotFound):
        self_evaluations.get_sheet(session, case.filler, case.form_id)
    again = self_evaluations.open_form(session, case.filler, now, case.project_id, factories.YEAR)
    assert again.version == 1


def test_a_stale_delete_is_refused(session: Session, now: datetime):
    case = opened(session, now)
    with pytest.raises(VersionConflict):
        self_evaluations.delete_draft(session, case.filler, case.form_id, 7)


def test_what_was_once_submitted_stays(session: Session, now: datetime):
    case = opened(session, now)
    fill(session, now, case)
    submissions.submit(session, case.filler, now, case.form_id, None)
    submissions.withdraw(session, case.filler, now, case.form_id, None)
    with pytest.raises(Conflict, match="从未提交过"):
        self_evaluations.delete_draft(session, case.filler, case.form_id, None)
