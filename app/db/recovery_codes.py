"""Recovery codes: each stands in once for a second factor that was lost."""

from datetime import datetime

from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Table
from app.db.types import KEY, UtcDateTime


class RecoveryCode(Table, table=True):
    """One code, known by its keyed hash only."""

    __tablename__ = "recovery_codes"
    __table_args__ = NEVER_REUSE_IDS

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    user_id: int = Field(foreign_key="users.id", ondelete="CASCADE", index=True, sa_type=KEY)
    code_hash: str = Field(unique=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def unused(session: Session, user_id: int) -> list[RecoveryCode]:
    """What is left of a person's codes."""
    rows = select(RecoveryCode).where(
        RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None)
    )
    return list(session.exec(rows))


def replace(session: Session, user_id: int, hashes: list[str]) -> None:
    """Forget all codes of a person and store new ones."""
    for old in session.exec(select(RecoveryCode).where(RecoveryCode.user_id == user_id)):
        session.delete(old)
    session.flush()
    session.add_all(RecoveryCode(user_id=user_id, code_hash=code_hash) for code_hash in hashes)
    session.flush()
