"""Accounts as an administrator lists them: with their unit and when they were last seen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from app.db.organisations import Organisation, within
from app.db.sessions import LoginSession
from app.db.users import User
from app.domain.actors import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which accounts: a piece of name or user name, on or off, not seen since a moment."""

    text: str = ""
    active: bool | None = None
    unseen_since: datetime | None = None


# One account, its home unit, and when it was last used; None when it never was.
Row = tuple[User, Organisation, datetime | None]


def page(session: Session, scope: Scope, wanted: Wanted, after: int, limit: int) -> list[Row]:
    """Up to `limit` accounts of units within the scope, by id, after that id."""
    seen = _last_seen()
    rows = (
        select(User, Organisation, seen)
        .join(Organisation, col(User.organisation_id) == col(Organisation.id))
        .where(within(scope), col(User.id) > after, *_conditions(wanted, seen))
        .order_by(col(User.id))
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(rows)]


def one(session: Session, scope: Scope, user_id: int) -> Row | None:
    """One account, if its home unit lies within the scope."""
    found = page(session, scope, Wanted(), user_id - 1, 1)
    return found[0] if found and found[0][0].id == user_id else None


def _last_seen() -> ColumnElement[datetime]:
    return (
        select(func.max(col(LoginSession.last_seen_at)))
        .where(col(LoginSession.user_id) == col(User.id), col(LoginSession.pending).is_(False))
        .correlate(User)
        .scalar_subquery()
    )


def _conditions(wanted: Wanted, seen: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        pieces = (col(User.name), col(User.username))
        conditions.append(or_(*(name.contains(wanted.text, autoescape=True) for name in pieces)))
    if wanted.active is not None:
        conditions.append(col(User.active).is_(wanted.active))
    if wanted.unseen_since is not None:
        # Who never came is counted from the day that the account got its password.
        conditions.append(func.coalesce(seen, col(User.password_set_at)) < wanted.unseen_since)
    return conditions
