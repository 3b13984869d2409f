"""Who may do what as data says: keys by the level of their organisation, steps and reasons."""

import pytest

from app.db import self_evaluations
from app.db.return_reasons import ReturnReason
from app.domain.actors import Role, Scope
from app.domain.workflow import Action, State
from app.errors import Forbidden, Unacceptable, VersionConflict
from app.services import workflow_settings
from app.services.courses import actions
from app.services.review_sheets import get_review
from app.services.workflow_settings import ReasonEntry, StepsEntry
from tests import factories
from tests.services.review_cases import approved_by, submitted


@pytest.fixture
def case(session, now):
    return submitted(session, now)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("unit", State.DEPARTMENT_REVIEW), ("department", State.FINANCE_REVIEW)],
)
def test_a_key_acts_for_its_own_level_and_below(session, now, case, kind, expected):
    person = case.lead if kind == "unit" else case.department
    organisation = session.get_one(factories.Organisation, person.organisation_id)
    key = factories.make_actor(organisation, Role.SYSTEM)
    form = self_evaluations.find(session, Scope("/"), case.form_id)
    while Action.APPROVE in actions(session, key, form):
        approved_by(session, now, case, key)
    assert form.state == expected


def test_steps_and_reasons_are_settings_that_finance_keeps(session, now, case):
    steps = StepsEntry(steps=("finance_review", "unit_review"))
    arguments = ("310000", "project", 0, steps)
    with pytest.raises(Forbidden):
        workflow_settings.set_steps(session, case.lead, now, *arguments)
    setting = workflow_settings.set_steps(session, case.finance, now, *arguments)
    assert (setting.steps, setting.version) == ("unit_review finance_review", 1)
    with pytest.raises(VersionConflict):
        workflow_settings.set_steps(session, case.finance, now, *arguments)
    with pytest.raises(Unacceptable) as refusal:
        workflow_settings.set_steps(
            session, case.finance, now, "999999", "whole", 0, StepsEntry(steps=("lunch",))
        )
    assert [problem.pointer for problem in refusal.value.errors] == [
        "/region_code",
        "/kind",
        "/steps/0",
    ]
    entry = ReasonEntry(label="附件不清晰", position=20)
    assert (
        workflow_settings.set_reason(session, case.finance, now, "blurred", 0, entry).version == 1
    )
    retired = ReasonEntry(label="其他", active=False)
    workflow_settings.set_reason(session, case.finance, now, "other", 1, retired)
    codes = [reason.code for reason in get_review(session, case.lead, case.form_id).reasons]
    assert ("blurred" in codes, "other" in codes) == (True, False)
    assert session.get(ReturnReason, "other") is not None
