"""API keys of other systems: the database knows a key by its hash only."""

from datetime import datetime

from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Table
from app.db.organisations import Organisation
from app.db.types import KEY, UtcDateTime


class ApiKey(Table, table=True):
    """One system's key; `scopes` are words with spaces between: read write score."""

    __tablename__ = "api_keys"
    __table_args__ = NEVER_REUSE_IDS

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    key_hash: str = Field(unique=True)
    name: str
    organisation_id: int = Field(foreign_key="organisations.id", index=True, sa_type=KEY)
    scopes: str = ""
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


def by_hash(session: Session, key_hash: str) -> tuple[ApiKey, Organisation] | None:
    """The active key with its active organisation."""
    row = (
        select(ApiKey, Organisation)
        .join(Organisation, col(ApiKey.organisation_id) == col(Organisation.id))
        .where(ApiKey.key_hash == key_hash, col(ApiKey.active), col(Organisation.active))
    )
    found = session.exec(row).first()
    return None if found is None else (found[0], found[1])
