"""Whom a message goes to: the people of a unit, and the reviewers of a form at a step.

Stand-ins are among them: who acts in a role at this moment is read from grants.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from app.db.organisations import Organisation
from app.db.users import User
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
) -> frozenset[int]:
    """The accounts of those who act in the roles for that very organisation in a year."""
    unit = session.get_one(Organisation, organisation_id)
    reaching = _reaching(session, now, unit.path, fiscal_year, roles)
    return frozenset(user.id for held_for, user in reaching if held_for.id == unit.id)


def unit_of(session: Session, now: datetime, form: OfUnit) -> frozenset[int]:
    """The accounts of the fillers and leads of a form's unit."""
    return _nearest(session, now, form, UNIT)


def reviewers_of(session: Session, now: datetime, form: OfUnit, state: State) -> frozenset[int]:
    """The accounts of whoever reviews the form at that step.

    Those nearest above its unit, not all above them: a province is not told of each county's form.
    """
    return _nearest(session, now, form, HOLDERS[state] - {Role.SYSTEM})


def _nearest(
    session: Session, now: datetime, form: OfUnit, roles: Collection[Role]
) -> frozenset[int]:
    path = session.get_one(Organisation, form.organisation_id).path
    found = tuple(_reaching(session, now, path, form.fiscal_year, roles))
    nearest = max((len(unit.path) for unit, _ in found), default=0)
    return frozenset(user.id for unit, user in found if len(unit.path) == nearest)


def _reaching(
    session: Session, now: datetime, path: str, fiscal_year: int, roles: Collection[Role]
) -> Iterator[tuple[Organisation, User]]:
    for role in sorted(roles):
        yield from posts.reaching_by_unit(session, now, role, path, fiscal_year)
