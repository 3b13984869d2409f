"""Users (人员) and the one role each has for now."""

from sqlmodel import Field, Session, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.types import KEY


class User(Versioned, table=True):
    """One person's account; the password is kept as an argon2id hash only."""

    __tablename__ = "users"
    __table_args__ = NEVER_REUSE_IDS

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    username: str = Field(unique=True)
    name: str
    role: str
    organisation_id: int = Field(foreign_key="organisations.id", index=True, sa_type=KEY)
    password_hash: str
    active: bool = True


def by_username(session: Session, username: str) -> User | None:
    """The account of that name, active or not."""
    return session.exec(select(User).where(User.username == username)).first()
