"""A submitted form and the people of its tree: what tests of reviewing begin from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from app.db.organisations import Organisation
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor, Role
from app.services import reviews, submissions
from app.services.reviews import ReviewEntry
from tests import factories
from tests.services.filling_cases import Opened, fill, opened

HOUR = timedelta(hours=1)
NOTHING = ReviewEntry()


@dataclass(frozen=True, slots=True)
class Submitted:
    """The form, its lines in order, and whoever holds it on its way."""

    form_id: int
    line_ids: tuple[int, ...]
    filler: Actor
    lead: Actor
    department: Actor
    finance: Actor
    stranger: Actor
    opened: Opened


def submitted(session: Session, now: datetime) -> Submitted:
    """A form that was filled in and submitted, before its unit's lead."""
    case = opened(session, now)
    fill(session, now, case)
    submissions.submit(session, case.filler, now, case.form_id, None)
    unit = session.get_one(Organisation, case.filler.organisation_id)
    department = session.get_one(Organisation, unit.parent_id)
    finance = session.get_one(Organisation, department.parent_id)
    return Submitted(
        form_id=case.form_id,
        line_ids=case.line_ids,
        filler=case.filler,
        lead=factories.make_actor(unit, Role.UNIT_LEAD, name="顾明远"),
        department=factories.make_actor(department, Role.DEPARTMENT, name="沈立群"),
        finance=factories.make_actor(finance, Role.FINANCE, name="陆建中"),
        stranger=case.stranger,
        opened=case,
    )


def approved_by(
    session: Session, now: datetime, case: Submitted, *reviewers: Actor
) -> SelfEvaluation:
    """The form after those reviewers agreed, an hour apart."""
    form = None
    for place, reviewer in enumerate(reviewers):
        at = now + HOUR * (place + 1)
        form = reviews.approve(session, reviewer, at, case.form_id, None, NOTHING)
    assert form is not None
    return form
