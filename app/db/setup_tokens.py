"""The one-time token that lets the first administrator in."""

from datetime import datetime

from sqlmodel import Field, Session, col, select

from app.db.base import Table
from app.db.types import UtcDateTime


class SetupToken(Table, table=True):
    """One token, known by its hash only; dead when used or expired."""

    __tablename__ = "setup_tokens"

    token_hash: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def all_unused(session: Session) -> list[SetupToken]:
    """The tokens that nobody has used, expired or not."""
    return list(session.exec(select(SetupToken).where(col(SetupToken.used_at).is_(None))))
