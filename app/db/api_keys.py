"""API keys of other systems: the database knows a key by its hash only."""

from datetime import datetime

from sqlmodel import Field, Session, col, func, or_, select
from sqlmodel.sql.expression import Select

from app.db.base import NEVER_REUSE_IDS, Table
from app.db.organisations import Organisation
from app.db.types import KEY, UtcDateTime
from app.db.users import User


class ApiKey(Table, table=True):
    """One system's key; `scopes` are words with spaces between: read write score audit accounts.

    The owner is the person who answers for it, and needs a second factor; a key whose owner's
    account is switched off opens nothing.
    """

    __tablename__ = "api_keys"
    __table_args__ = NEVER_REUSE_IDS

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    key_hash: str = Field(unique=True)
    name: str
    organisation_id: int = Field(foreign_key="organisations.id", index=True, sa_type=KEY)
    scopes: str = ""
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)
    owner_id: int | None = Field(default=None, foreign_key="users.id", index=True, sa_type=KEY)


def by_hash(session: Session, key_hash: str) -> tuple[ApiKey, Organisation] | None:
    """The key with its organisation, if they and the account of its owner are active."""
    return session.exec(_open().where(ApiKey.key_hash == key_hash)).first()


def by_id(session: Session, key_id: int) -> tuple[ApiKey, Organisation] | None:
    """The same key by its id, for what goes on after its request."""
    return session.exec(_open().where(ApiKey.id == key_id)).first()


def owns_any(session: Session, user_id: int) -> bool:
    """Whether the person answers for an active key."""
    row = select(ApiKey.id).where(ApiKey.owner_id == user_id, col(ApiKey.active)).limit(1)
    return session.exec(row).first() is not None


def count_owned(session: Session, user_id: int) -> int:
    """How many active keys the person answers for."""
    row = select(func.count(col(ApiKey.id))).where(ApiKey.owner_id == user_id, col(ApiKey.active))
    return session.exec(row).one()


def _open() -> Select[ApiKey, Organisation]:
    return (
        select(ApiKey, Organisation)
        .join(Organisation, col(ApiKey.organisation_id) == col(Organisation.id))
        .outerjoin(User, col(ApiKey.owner_id) == col(User.id))
        .where(
            col(ApiKey.active),
            col(Organisation.active),
            or_(col(ApiKey.owner_id).is_(None), col(User.active)),
        )
    )
