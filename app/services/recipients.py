"""Whom a message goes to: the people of a unit, and the reviewers of a form at a step."""

from collections.abc import Collection
from typing import Protocol

from sqlmodel import Session

from app.db import recipients
from app.db.organisations import Organisation
from app.db.recipients import Recipient
from app.domain.actors import Role
from app.domain.workflow import HOLDERS, State

UNIT = frozenset({Role.FILLER, Role.UNIT_LEAD})


class OfUnit(Protocol):
    """What belongs to a unit: a form."""

    organisation_id: int


def people_of(
    session: Session, organisation_id: int, roles: Collection[Role]
) -> tuple[Recipient, ...]:
    """The people of one organisation in those roles."""
    return tuple(recipients.in_roles(session, (organisation_id,), roles))


def unit_of(session: Session, form: OfUnit) -> tuple[Recipient, ...]:
    """The fillers and leads of a form's unit."""
    return _nearest(session, form, UNIT)


def reviewers_of(session: Session, form: OfUnit, state: State) -> tuple[Recipient, ...]:
    """Whoever reviews the form at that step: those nearest above its unit, not all above them."""
    return _nearest(session, form, HOLDERS[state] - {Role.SYSTEM})


def _nearest(session: Session, form: OfUnit, roles: Collection[Role]) -> tuple[Recipient, ...]:
    path = session.get_one(Organisation, form.organisation_id).path
    above = [int(part) for part in path.strip("/").split("/")]
    found = recipients.in_roles(session, above, roles)
    for organisation_id in reversed(above):
        there = tuple(item for item in found if item.organisation_id == organisation_id)
        if there:
            return there
    return ()
