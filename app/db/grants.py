"""Grants of roles (授权): who may act as what, where, for which years, from when until when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, bindparam
from sqlmodel import Field, Session, and_, col, func, or_, select
from sqlmodel.sql.expression import Select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.organisations import Organisation, within
from app.db.regions import Region
from app.db.types import KEY, UtcDateTime
from app.db.users import User
from app.domain.actors import Role, Scope
from app.domain.grants import LIVE, GrantState

# One grant with whose it is and where, and the zone by which its days are judged.
Found = tuple["Grant", User, Organisation, str]


class Grant(Versioned, table=True):
    """A role of one person at an organisation and all below it.

    `lane` binds the person while the grant lives (requested or active) and is empty after:
    with the foreign key to the person's own lane no two lanes can live at once.
    `*_by_id` is a person's account; empty for a key, the console or an upgrade.
    """

    __tablename__ = "grants"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "lane"], ["users.id", "users.lane"]),
        CheckConstraint(
            "lane IS NULL OR lane = CASE WHEN role IN ('sysadmin', 'secadmin', 'auditadmin')"
            " THEN role ELSE 'business' END",
            name="lane_is_that_of_the_role",
        ),
        CheckConstraint(
            "(lane IS NOT NULL) = (state IN ('requested', 'active'))", name="lane_while_it_lives"
        ),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    user_id: int = Field(foreign_key="users.id", index=True, sa_type=KEY)
    role: str
    lane: str | None = None
    organisation_id: int = Field(foreign_key="organisations.id", index=True, sa_type=KEY)
    first_year: int | None = None
    last_year: int | None = None
    starts: date
    ends: date | None = None
    state: str = Field(index=True)
    reason: str = ""
    requested_at: datetime = Field(sa_type=UtcDateTime)
    requested_by: str
    requested_by_id: int | None = Field(default=None, sa_type=KEY)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""
    decided_by_id: int | None = Field(default=None, sa_type=KEY)
    decision: str = ""


def _found() -> Select[Grant, User, Organisation, str]:
    return (
        select(Grant, User, Organisation, Region.time_zone)
        .join(User, col(Grant.user_id) == col(User.id))
        .join(Organisation, col(Grant.organisation_id) == col(Organisation.id))
        .join(Region, col(Organisation.region_code) == col(Region.code))
    )


# Put together once: every request asks this.
_ACTIVE = (
    _found()
    .where(
        Grant.user_id == bindparam("user_id"),
        Grant.state == GrantState.ACTIVE,
        col(Organisation.active),
    )
    .order_by(col(Grant.id))
)


def find(session: Session, scope: Scope, grant_id: int) -> Found | None:
    """The grant, if its organisation lies within the scope."""
    return session.exec(_found().where(Grant.id == grant_id, within(scope))).first()


def of_user(session: Session, user_id: int) -> list[Found]:
    """Every grant of a person, the newest first."""
    rows = _found().where(Grant.user_id == user_id)
    return list(session.exec(rows.order_by(col(Grant.id).desc())))


def active_of(session: Session, user_id: int) -> list[Found]:
    """The confirmed grants of a person at organisations that are open, whatever the day is."""
    return list(session.exec(_ACTIVE, params={"user_id": user_id}))


def live_of(session: Session, user_id: int) -> list[tuple[Grant, str]]:
    """What binds a person to a lane, each with its zone."""
    rows = (
        select(Grant, Region.time_zone)
        .join(Organisation, col(Grant.organisation_id) == col(Organisation.id))
        .join(Region, col(Organisation.region_code) == col(Region.code))
        .where(Grant.user_id == user_id, col(Grant.state).in_(LIVE))
        .order_by(col(Grant.id))
    )
    return list(session.exec(rows))


def page(
    session: Session,
    scope: Scope,
    *,
    states: tuple[str, ...] = (),
    user_id: int | None = None,
    text: str = "",
    after: int = 0,
    limit: int,
) -> list[Found]:
    """Up to `limit` grants within the scope, by id, after that id."""
    rows = _found().where(within(scope), col(Grant.id) > after)
    if states:
        rows = rows.where(col(Grant.state).in_(states))
    if user_id is not None:
        rows = rows.where(Grant.user_id == user_id)
    if text:
        rows = rows.where(
            or_(
                col(User.name).contains(text, autoescape=True),
                col(User.username).contains(text, autoescape=True),
            )
        )
    return list(session.exec(rows.order_by(col(Grant.id)).limit(limit)))


def count_requested(session: Session, scope: Scope) -> int:
    """How many requests wait within the scope."""
    rows = (
        select(func.count(col(Grant.id)))
        .join(Organisation, col(Grant.organisation_id) == col(Organisation.id))
        .where(Grant.state == GrantState.REQUESTED, within(scope))
    )
    return session.exec(rows).one()


def holders(session: Session, role: Role, path: str, fiscal_year: int) -> list[Found]:
    """The active people whose confirmed grant of a role reaches an organisation and a year."""
    reaches = func.substr(path, 1, func.length(Organisation.path)) == col(Organisation.path)
    rows = _found().where(
        Grant.role == role,
        Grant.state == GrantState.ACTIVE,
        col(User.active),
        col(Organisation.active),
        reaches,
        and_(
            func.coalesce(Grant.first_year, fiscal_year) <= fiscal_year,
            func.coalesce(Grant.last_year, fiscal_year) >= fiscal_year,
        ),
    )
    return list(session.exec(rows.order_by(col(Grant.id))))
