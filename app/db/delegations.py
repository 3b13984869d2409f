"""Delegations (委托): a grant lent by its holder to a colleague, until a day at the latest."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, bindparam, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.grants import Grant
from app.db.organisations import Organisation
from app.db.regions import Region
from app.db.types import KEY, UtcDateTime
from app.db.users import User
from app.domain.delegations import OPEN, DelegationState
from app.domain.grants import GrantState


class Delegation(Versioned, table=True):
    """One grant lent; in force once the delegate accepted it, never longer than the grant is.

    `lane` binds the delegate while it is open, as a grant of their own would.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        ForeignKeyConstraint(["delegate_id", "lane"], ["users.id", "users.lane"]),
        CheckConstraint(
            "(lane IS NOT NULL) = (state IN ('offered', 'accepted'))", name="lane_while_it_is_open"
        ),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    grant_id: int = Field(foreign_key="grants.id", index=True, sa_type=KEY)
    delegate_id: int = Field(foreign_key="users.id", index=True, sa_type=KEY)
    lane: str | None = None
    starts: date
    ends: date
    state: str
    reason: str
    offered_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str = ""


class Found(NamedTuple):
    """A delegation with its grant, who lends, who stands in, where, and the zone of its days."""

    delegation: Delegation
    grant: Grant
    holder: User
    delegate: User
    organisation: Organisation
    zone: str


_HOLDER, _DELEGATE = aliased(User), aliased(User)
_ROWS = (
    select(Delegation, Grant, _HOLDER, _DELEGATE, Organisation, col(Region.time_zone))
    .join(Grant, col(Delegation.grant_id) == col(Grant.id))
    .join(_HOLDER, col(Grant.user_id) == col(_HOLDER.id))
    .join(_DELEGATE, col(Delegation.delegate_id) == col(_DELEGATE.id))
    .join(Organisation, col(Grant.organisation_id) == col(Organisation.id))
    .join(Region, col(Organisation.region_code) == col(Region.code))
    .order_by(col(Delegation.id).desc())
)
_HOME = aliased(Organisation)
# Put together once: every request asks this.
_ACCEPTED = _ROWS.join(_HOME, col(_HOLDER.organisation_id) == col(_HOME.id)).where(
    col(Delegation.delegate_id) == bindparam("delegate_id"),
    col(Delegation.state) == DelegationState.ACCEPTED,
    col(Grant.state) == GrantState.ACTIVE,
    col(_HOLDER.active),
    col(_HOLDER.organisation_id) == col(_DELEGATE.organisation_id),
    col(_HOME.active),
    col(Organisation.active),
)


def of_user(session: Session, user_id: int) -> list[Found]:
    """What a person lends and what is lent to them, the newest first."""
    mine = or_(col(Grant.user_id) == user_id, col(Delegation.delegate_id) == user_id)
    return [Found(*row) for row in session.execute(_ROWS.where(mine))]


def find(session: Session, user_id: int, delegation_id: int) -> Found | None:
    """The delegation, if the person is one of the two."""
    mine = or_(col(Grant.user_id) == user_id, col(Delegation.delegate_id) == user_id)
    row = session.execute(_ROWS.where(col(Delegation.id) == delegation_id, mine)).first()
    return None if row is None else Found(*row)


def accepted_of(session: Session, delegate_id: int) -> list[Found]:
    """What somebody took on and may act on, whatever the day is: both still of one open unit."""
    return [Found(*row) for row in session.execute(_ACCEPTED, {"delegate_id": delegate_id})]


def open_of(session: Session, delegate_id: int) -> list[tuple[Delegation, str]]:
    """What binds a delegate to a lane, each with its zone."""
    rows = (
        select(Delegation, col(Region.time_zone))
        .join(Grant, col(Delegation.grant_id) == col(Grant.id))
        .join(Organisation, col(Grant.organisation_id) == col(Organisation.id))
        .join(Region, col(Organisation.region_code) == col(Region.code))
        .where(col(Delegation.delegate_id) == delegate_id, col(Delegation.state).in_(OPEN))
    )
    return [(row[0], row[1]) for row in session.execute(rows)]


def open_of_grant(session: Session, grant_id: int) -> list[Delegation]:
    """The open delegations of a grant."""
    rows = select(Delegation).where(
        col(Delegation.grant_id) == grant_id, col(Delegation.state).in_(OPEN)
    )
    return list(session.execute(rows).scalars())


def accepted_of_grant(session: Session, grant_id: int) -> list[tuple[Delegation, User]]:
    """Who took a grant on and still belongs to its holder's unit."""
    rows = (
        select(Delegation, _DELEGATE)
        .join(Grant, col(Delegation.grant_id) == col(Grant.id))
        .join(_HOLDER, col(Grant.user_id) == col(_HOLDER.id))
        .join(_DELEGATE, col(Delegation.delegate_id) == col(_DELEGATE.id))
        .where(
            col(Delegation.grant_id) == grant_id,
            col(Delegation.state) == DelegationState.ACCEPTED,
            col(_DELEGATE.active),
            col(_HOLDER.organisation_id) == col(_DELEGATE.organisation_id),
        )
    )
    return [(row[0], row[1]) for row in session.execute(rows)]
