"""Whom a message goes to: the people of a unit, and the reviewers of a form at a step."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from app.db.organisations import Organisation
from app.db.recipients import Recipient
from app.domain.actors import Role
from app.domain.workflow import HOLDERS, State
from app.services import posts

UNIT = frozenset({Role.FILLER, Role.UNIT_LEAD})


class OfUnit(Protocol):
    """What belongs to a unit and a year: a form."""

    organisation_id: int
    fiscal_year: int


def people_of(
    session: Session,
    now: datetime,
    organisation_id: int,
    fiscal_year: int,
    roles: Collection[Role],
) -> tuple[Recipient, ...]:
    """Whoever acts for an organisation in one of those roles, stand-ins included."""
    path = session.get_one(Organisation, organisation_id).path
    found = {
        (unit.path, user.id): Recipient(user.id, user.name, unit.id)
        for role in sorted(roles)
        for user, unit in posts.acting(session, now, role, path, fiscal_year)
    }
    return tuple(found[key] for key in sorted(found))


def unit_of(session: Session, now: datetime, form: OfUnit) -> tuple[Recipient, ...]:
    """The fillers and leads of a form's unit."""
    return _nearest(session, now, form, UNIT)


def reviewers_of(
    session: Session, now: datetime, form: OfUnit, state: State
) -> tuple[Recipient, ...]:
    """Whoever reviews the form at that step: those nearest above its unit, not all above them."""
    return _nearest(session, now, form, HOLDERS[state] - {Role.SYSTEM})


def _nearest(
    session: Session, now: datetime, form: OfUnit, roles: Collection[Role]
) -> tuple[Recipient, ...]:
    found = people_of(session, now, form.organisation_id, form.fiscal_year, roles)
    nearest = found[-1].organisation_id if found else None  # the longest path comes last
    return tuple(person for person in found if person.organisation_id == nearest)
