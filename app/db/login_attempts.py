"""Attempts to log in: what the lock on an account and the delay on an address count."""

from datetime import datetime

from sqlalchemy import ColumnElement, Index, delete, func
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Table
from app.db.types import KEY, UtcDateTime


class LoginAttempt(Table, table=True):
    """One attempt that was judged; `account` is the hash of the name typed, which may be nobody's.

    `source` is where it came from as the lock sees it: a browser that has been let in
    before ("device:…"), else the address.
    """

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index(None, "account", "at"),
        Index(None, "address", "at"),
        Index(None, "at"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    account: str
    address: str
    source: str
    trusted: bool
    succeeded: bool
    at: datetime = Field(sa_type=UtcDateTime)


def take_turn(session: Session, account: str) -> None:
    """Let the attempts on one account be judged one after another, each seeing the last.

    SQLite has one writer at a time anyway; PostgreSQL is told to queue by the account's name.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(account))))


def was_let_in(session: Session, account: str, address: str, since: datetime) -> bool:
    """Whether somebody logged in to that account from that address since then."""
    row = select(LoginAttempt.id).where(
        LoginAttempt.account == account,
        LoginAttempt.address == address,
        col(LoginAttempt.succeeded),
        col(LoginAttempt.at) > since,
    )
    return session.exec(row.limit(1)).first() is not None


def failures_of_source(
    session: Session, account: str, source: str, since: datetime
) -> list[datetime]:
    """When attempts on the account failed from one source, the newest first, since a success."""
    own = (LoginAttempt.account == account, LoginAttempt.source == source)
    last_let_in = session.exec(
        select(func.max(LoginAttempt.id)).where(*own, col(LoginAttempt.succeeded))
    ).one()
    return _failures(session, since, *own, col(LoginAttempt.id) > (last_let_in or 0))


def failures_of_strangers(session: Session, account: str, since: datetime) -> list[datetime]:
    """When attempts on the account failed from places that were never let in, newest first."""
    return _failures(
        session, since, LoginAttempt.account == account, col(LoginAttempt.trusted).is_(False)
    )


def failures_of_address(session: Session, address: str, since: datetime) -> list[datetime]:
    """When a stranger's attempts from an address failed, on whatever account, newest first."""
    return _failures(
        session, since, LoginAttempt.address == address, col(LoginAttempt.trusted).is_(False)
    )


def forget(session: Session, before: datetime) -> None:
    """Drop what no rule counts any more."""
    session.execute(delete(LoginAttempt).where(col(LoginAttempt.at) < before))


def _failures(
    session: Session, since: datetime, *conditions: ColumnElement[bool] | bool
) -> list[datetime]:
    rows = (
        select(LoginAttempt.at)
        .where(*conditions, col(LoginAttempt.succeeded).is_(False), col(LoginAttempt.at) > since)
        .order_by(col(LoginAttempt.at).desc())
        .limit(200)
    )
    return list(session.exec(rows))
