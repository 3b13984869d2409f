"""Users (人员): accounts; what each may act as stands in its grants."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.organisations import Organisation, within
from app.db.types import KEY, UtcDateTime
from app.domain.actors import Scope


class User(Versioned, table=True):
    """One person's account; the password is kept as an argon2id hash only.

    `epoch` counts what ends every open session: a new password, a new second factor.
    `issued_until` is set while the password is one that somebody else issued.
    `demo` accounts have a public password: no policy and no second factor binds them.
    `lane` is what the person may be: grants of another lane cannot live beside it.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("id", "lane"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    username: str = Field(unique=True)
    name: str
    lane: str = ""
    organisation_id: int = Field(foreign_key="organisations.id", index=True, sa_type=KEY)
    password_hash: str
    active: bool = True
    demo: bool = False
    epoch: int = 1
    password_set_at: datetime = Field(sa_type=UtcDateTime)
    issued_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    issued_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    totp_nonce: str = ""
    totp_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    totp_step: int = 0


def by_username(session: Session, username: str) -> User | None:
    """The account of that name, active or not."""
    return session.exec(select(User).where(User.username == username)).first()


def named(session: Session, scope: Scope, usernames: Iterable[str]) -> dict[str, User]:
    """The active accounts of those names whose organisations lie within the scope."""
    rows = (
        select(User)
        .join(Organisation, col(User.organisation_id) == col(Organisation.id))
        .where(within(scope), col(User.active), col(User.username).in_(list(usernames)))
    )
    return {user.username: user for user in session.exec(rows)}


def ids_of(session: Session, usernames: Iterable[str]) -> list[int]:
    """The accounts of those names."""
    return list(session.exec(select(User.id).where(col(User.username).in_(list(usernames)))))


def of_unit(session: Session, organisation_id: int) -> list[User]:
    """The active accounts whose home is that organisation, by name."""
    rows = select(User).where(User.organisation_id == organisation_id, col(User.active))
    return list(session.exec(rows.order_by(col(User.name), col(User.id))))


def count(session: Session) -> int:
    """How many accounts there are, active or not."""
    return session.exec(select(func.count(col(User.id)))).one()


def all_within(session: Session, scope: Scope) -> list[tuple[User, Organisation]]:
    """Every account whose home lies within the scope, with that home, by name."""
    rows = (
        select(User, Organisation)
        .join(Organisation, col(User.organisation_id) == col(Organisation.id))
        .where(within(scope))
    )
    return list(session.exec(rows.order_by(User.username)))


def names(session: Session, user_ids: Iterable[int]) -> list[str]:
    """What those people are called, those with an account in use, by name."""
    rows = select(User.name).where(col(User.id).in_(list(user_ids)), col(User.active))
    return list(session.exec(rows.order_by(col(User.name))))
