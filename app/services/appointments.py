"""Appointments (任命): grants in force from the start, by whoever stands at the machine itself.

The console and the first setup are trusted with both halves of the second-person rule, or
nobody could ever begin; the trail says that it was the console.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.db import delegations, grants
from app.db.grants import Grant
from app.db.organisations import Organisation
from app.db.users import User
from app.domain.actors import Role
from app.domain.audit import AuditAction, Change, Stranger, differences
from app.domain.grants import GrantState, lane_of
from app.services import audit, lanes
from app.services.grant_entries import cells

# Begun a day early it is in force in every region's calendar.
EARLY = timedelta(days=1)
FIRST = "首次设置"


def place(
    session: Session, now: datetime, user: User, role: Role, unit: Organisation, by: Stranger
) -> Grant:
    """Store a grant that is in force at once, without telling the trail of it."""
    grant = Grant(
        user_id=user.id,
        role=role,
        lane=lanes.enter(session, user, lane_of(role)),
        organisation_id=unit.id,
        starts=(now - EARLY).date(),
        state=GrantState.ACTIVE,
        requested_at=now,
        requested_by=by.name or FIRST,
        decided_at=now,
        decided_by=by.name or FIRST,
    )
    session.add(grant)
    session.flush()
    return grant


def tell(session: Session, now: datetime, grant: Grant, by: Stranger) -> None:
    """The event of such a grant, with the person it is for."""
    told = differences({}, {"user_id": grant.user_id, **cells(grant)})
    audit.record(session, by, now, AuditAction.CONFIRM, audit.about(grant), told)


def clear(session: Session, now: datetime, user: User, by: Stranger) -> list[Change]:
    """End all grants of a person, what they lent and what was lent to them; the changes."""
    told = []
    for grant, _ in grants.live_of(session, user.id):
        told.append(Change(f"/grants/{grant.id}/state", grant.state, GrantState.REVOKED))
        lanes.close(session, grant, GrantState.REVOKED)
        grant.decided_at, grant.decided_by, grant.decided_by_id = now, by.name, None
        told += lanes.end_delegations(session, now, grant, by.name)
    for row, _ in delegations.open_of(session, user.id):
        told.append(lanes.end(session, now, row, by.name))
    session.flush()
    return told
