"""Login sessions: the database knows a token by its hash only."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlmodel import Field, Session, col, select

from app.db.base import Table
from app.db.organisations import Organisation
from app.db.types import KEY, UtcDateTime
from app.db.users import User

Moment = datetime | BindParameter[datetime]


class LoginSession(Table, table=True):
    """One login; over when ended, idle too long, past `expires_at`, or no longer of its person.

    `epoch` is that of the account when the session began: where it differs from the
    account's present one, the session is over (a changed password, say).
    `grant_id` and `delegation_id` are the post that was chosen; whether it is in force is
    asked at each request.
    `pending` sessions wait for the second factor and open nothing else. `method` says how it
    was begun, `assured` that a provider vouched for two factors, and `logout_hint` is what the
    provider wants to hear at the end, sealed with the server's key.
    """

    __tablename__ = "login_sessions"

    token_hash: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True, sa_type=KEY)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    epoch: int
    grant_id: int | None = Field(default=None, foreign_key="grants.id", sa_type=KEY)
    delegation_id: int | None = Field(default=None, foreign_key="delegations.id", sa_type=KEY)
    pending: bool = False
    address: str = ""
    agent: str = ""
    method: str = "password"
    assured: bool = False
    logout_hint: str = ""


def _open(now: Moment, seen_since: Moment) -> tuple[ColumnElement[bool], ...]:
    return (
        col(LoginSession.ended_at).is_(None),
        col(LoginSession.expires_at) > now,
        col(LoginSession.last_seen_at) > seen_since,
        col(LoginSession.epoch) == col(User.epoch),
    )


# Put together once: every request asks this.
_OPEN_AT = (
    select(LoginSession, User)
    .join(User, col(LoginSession.user_id) == col(User.id))
    .join(Organisation, col(User.organisation_id) == col(Organisation.id))
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        *_open(bindparam("now"), bindparam("seen_since")),
        col(User.active),
        col(Organisation.active),
    )
)


def open_at(
    session: Session, token_hash: str, now: datetime, seen_since: datetime
) -> tuple[LoginSession, User] | None:
    """The session with its active user, if it is neither ended, idle since, nor expired."""
    given = {"token_hash": token_hash, "now": now, "seen_since": seen_since}
    found = session.exec(_OPEN_AT, params=given).first()
    return None if found is None else (found[0], found[1])


def of_user(
    session: Session, user_id: int, now: datetime, seen_since: datetime
) -> list[LoginSession]:
    """The open sessions of one person, the newest first."""
    rows = (
        select(LoginSession)
        .join(User, col(LoginSession.user_id) == col(User.id))
        .where(LoginSession.user_id == user_id, *_open(now, seen_since))
        .order_by(col(LoginSession.last_seen_at).desc(), LoginSession.token_hash)
    )
    return list(session.exec(rows))


def of_handle(session: Session, user_id: int, handle: str) -> LoginSession | None:
    """A person's session by the beginning of its hash, open or not."""
    row = select(LoginSession).where(
        LoginSession.user_id == user_id,
        col(LoginSession.token_hash).startswith(handle, autoescape=True),
    )
    return session.exec(row).first()


def by_handle(session: Session, handle: str) -> LoginSession | None:
    """Anybody's session by the beginning of its hash, open or not."""
    row = select(LoginSession).where(
        col(LoginSession.token_hash).startswith(handle, autoescape=True)
    )
    return session.exec(row).first()
