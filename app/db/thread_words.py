"""Words in the thread at a form (沟通记录): written once, never edited, never deleted."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.types import KEY, UtcDateTime


class ThreadWord(Regional, table=True):
    """What somebody wrote; `path` names a cell as a remark's does, "" speaks of the whole form.

    `author_id` is that of an account, or of a key where `role` is system.
    """

    __tablename__ = "thread_words"
    __table_args__ = (
        Index(None, "self_evaluation_id", "id"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    self_evaluation_id: int = Field(
        foreign_key="self_evaluations.id", ondelete="CASCADE", sa_type=KEY
    )
    path: str = ""
    text: str
    author_id: int = Field(sa_type=KEY)
    author: str
    role: str
    written_at: datetime = Field(sa_type=UtcDateTime)


def newest(session: Session, form_id: int, limit: int) -> list[ThreadWord]:
    """The last words of a form, in the order in which they were written."""
    rows = select(ThreadWord).where(ThreadWord.self_evaluation_id == form_id)
    found = session.exec(rows.order_by(col(ThreadWord.id).desc()).limit(limit))
    return list(found)[::-1]


def page(session: Session, form_id: int, after: int, limit: int) -> list[ThreadWord]:
    """Up to `limit` words of a form, the oldest first, after that id."""
    rows = select(ThreadWord).where(
        ThreadWord.self_evaluation_id == form_id, col(ThreadWord.id) > after
    )
    return list(session.exec(rows.order_by(col(ThreadWord.id)).limit(limit)))


def authors(session: Session, form_id: int, role_of_keys: str) -> set[int]:
    """The people who have written in the thread of a form."""
    rows = select(ThreadWord.author_id).where(
        ThreadWord.self_evaluation_id == form_id, ThreadWord.role != role_of_keys
    )
    return set(session.exec(rows.distinct()))
