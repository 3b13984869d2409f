"""Idempotency keys of API callers: which request each stands for, and how it was answered."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, delete, func
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Table
from app.db.types import KEY, UtcDateTime

# So many old rows go with each new one: the table cannot grow, and nobody waits for a sweep.
SWEEP = 50


class IdempotencyKey(Table, table=True):
    """One answered request of an API key; the caller's word and the request are hashes only.

    `headers` is a JSON object, `content` the body as it was sent.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("api_key_id", "key_hash"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    api_key_id: int = Field(foreign_key="api_keys.id", ondelete="CASCADE", sa_type=KEY)
    key_hash: str
    request_hash: str
    status: int
    headers: str
    content: str
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


def find(session: Session, api_key_id: int, key_hash: str) -> IdempotencyKey | None:
    """What the caller's word stands for already."""
    row = select(IdempotencyKey).where(
        IdempotencyKey.api_key_id == api_key_id, IdempotencyKey.key_hash == key_hash
    )
    return session.exec(row).first()


def take_turn(session: Session, name: str) -> bool:
    """Whether nobody else holds that name in a transaction of another process.

    SQLite serves one process only, which knows its own requests.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0))
    return bool(session.execute(select(lock)).scalar_one())


def forget(session: Session, before: datetime) -> None:
    """Drop some answers from before that moment; rows that another transaction drops are left."""
    old = (
        select(IdempotencyKey.id)
        .where(col(IdempotencyKey.created_at) < before)
        .order_by(col(IdempotencyKey.created_at))
        .limit(SWEEP)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(list(session.exec(old))))
    )
