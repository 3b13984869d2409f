"""Lanes (互斥类别): what binds a person to one, and how what is over lets them go."""

from datetime import datetime

from sqlmodel import Session

from app.db import delegations, grants
from app.db.delegations import Delegation
from app.db.grants import Grant
from app.db.users import User
from app.domain.audit import Change
from app.domain.delegations import DelegationState
from app.domain.grants import GrantState, Lane
from app.services.posts import day, term


def enter(session: Session, user: User, lane: Lane) -> Lane:
    """Bind the person to a lane; the database refuses while anything of another lives."""
    if user.lane != lane:
        user.lane = lane
        session.add(user)
        session.flush()
    return lane


def held(session: Session, now: datetime, user_id: int) -> list[Grant]:
    """A person's own grants and requests that the calendar has not ended."""
    rows = grants.live_of(session, user_id)
    return [grant for grant, zone in rows if not term(grant).is_over(day(now, zone))]


def bound(session: Session, now: datetime, user_id: int) -> Lane | None:
    """The lane that a person is bound to on the day it is, by grants or by what was lent."""
    own = (grant.lane for grant in held(session, now, user_id))
    lent = (
        row.lane
        for row, zone in delegations.open_of(session, user_id)
        if not term(row).is_over(day(now, zone))
    )
    return next((Lane(lane) for lane in (*own, *lent) if lane), None)


def close(session: Session, grant: Grant, state: GrantState) -> None:
    """Let a grant bind nobody any more."""
    grant.state, grant.lane = state, None
    grant.version += 1
    session.add(grant)


def end_delegations(session: Session, now: datetime, grant: Grant, by: str) -> list[Change]:
    """End what was lent of a grant; the changes to tell."""
    return [end(session, now, row, by) for row in delegations.open_of_grant(session, grant.id)]


def end(session: Session, now: datetime, row: Delegation, by: str) -> Change:
    """End a delegation; the change to tell."""
    row.ended_at, row.ended_by = now, by
    return _over(session, row, DelegationState.ENDED)


def retire(session: Session, now: datetime, user_id: int) -> list[Change]:
    """Note as over what the calendar has ended: it binds nobody any more; the changes to tell."""
    told = []
    for grant, zone in grants.live_of(session, user_id):
        if term(grant).is_over(day(now, zone)):
            told.append(Change(f"/grants/{grant.id}/state", grant.state, GrantState.EXPIRED))
            close(session, grant, GrantState.EXPIRED)
    for row, zone in delegations.open_of(session, user_id):
        if term(row).is_over(day(now, zone)):
            told.append(_over(session, row, DelegationState.EXPIRED))
    session.flush()
    return told


def _over(session: Session, row: Delegation, state: DelegationState) -> Change:
    told = Change(f"/delegations/{row.id}/state", row.state, state)
    row.state, row.lane = state, None
    row.version += 1
    session.add(row)
    return told
