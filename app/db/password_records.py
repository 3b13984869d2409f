"""Former passwords, as hashes, so that they do not come back."""

from datetime import datetime

from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Table
from app.db.types import KEY, UtcDateTime


class PasswordRecord(Table, table=True):
    """One password that a person had."""

    __tablename__ = "password_records"
    __table_args__ = NEVER_REUSE_IDS

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    user_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True, sa_type=KEY)
    password_hash: str
    set_at: datetime = Field(sa_type=UtcDateTime)


def newest(session: Session, user_id: int, limit: int) -> list[str]:
    """The hashes of the last passwords, the newest first."""
    rows = (
        select(PasswordRecord.password_hash)
        .where(PasswordRecord.user_id == user_id)
        .order_by(col(PasswordRecord.id).desc())
        .limit(limit)
    )
    return list(session.exec(rows))


def keep(session: Session, record: PasswordRecord, limit: int) -> None:
    """Store one more and forget those that are older than the last `limit`."""
    session.add(record)
    session.flush()
    rows = (
        select(PasswordRecord)
        .where(PasswordRecord.user_id == record.user_id)
        .order_by(col(PasswordRecord.id).desc())
        .offset(limit)
    )
    for old in session.exec(rows):
        session.delete(old)
