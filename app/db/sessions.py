"""Login sessions: the database knows a token by its hash only."""

from datetime import datetime

from sqlmodel import Field, Session, col, select

from app.db.base import Table
from app.db.organisations import Organisation
from app.db.types import KEY, UtcDateTime
from app.db.users import User


class LoginSession(Table, table=True):
    """One login; over when ended, idle too long, or past `expires_at`."""

    __tablename__ = "login_sessions"

    token_hash: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True, sa_type=KEY)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def open_at(
    session: Session, token_hash: str, now: datetime, seen_since: datetime
) -> tuple[LoginSession, User, Organisation] | None:
    """The session with its active user, if it is neither ended, idle since, nor expired."""
    row = (
        select(LoginSession, User, Organisation)
        .join(User, col(LoginSession.user_id) == col(User.id))
        .join(Organisation, col(User.organisation_id) == col(Organisation.id))
        .where(
            LoginSession.token_hash == token_hash,
            col(LoginSession.ended_at).is_(None),
            col(LoginSession.expires_at) > now,
            col(LoginSession.last_seen_at) > seen_since,
            col(User.active),
            col(Organisation.active),
        )
    )
    found = session.exec(row).first()
    return None if found is None else (found[0], found[1], found[2])
