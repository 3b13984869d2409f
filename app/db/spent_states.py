"""States of logins by a provider that were answered once: an answer counts only the first time."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col

from app.db.base import Table
from app.db.types import UtcDateTime


class SpentState(Table, table=True):
    """One state, known by its hash, until it would be too old anyway."""

    __tablename__ = "spent_states"

    state_hash: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


def spend(session: Session, state_hash: str, now: datetime, expires_at: datetime) -> bool:
    """Whether this is the first time; of two at once only one is."""
    session.execute(delete(SpentState).where(col(SpentState.expires_at) <= now))
    try:
        with session.begin_nested():
            session.add(SpentState(state_hash=state_hash, expires_at=expires_at))
    except IntegrityError:
        return False
    return True
