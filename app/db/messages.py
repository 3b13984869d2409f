"""Messages (消息): what the program tells one person, until and since they read it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Index, and_, func, or_, text, update
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.organisations import Organisation, within
from app.db.types import KEY, UtcDateTime
from app.db.users import User
from app.domain.actors import Scope

UNREAD = text("read_at IS NULL")


class Message(Versioned, table=True):
    """One message to one person; `about_kind` and `about_id` say where it leads.

    `organisation_id` is that of the person when it was sent; `sender` is who acted.
    """

    __tablename__ = "messages"
    # The number at the bell is counted for every page: only unread rows are in its index.
    __table_args__ = (
        Index(None, "user_id", "id"),
        Index("ix_messages_unread", "user_id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index(None, "organisation_id", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    user_id: int = Field(foreign_key="users.id", sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    region_code: str | None = Field(default=None, foreign_key="regions.code")
    fiscal_year: int | None = None
    kind: str
    subject: str
    body: str
    about_kind: str = ""
    about_id: int | None = Field(default=None, sa_type=KEY)
    sender: str
    sent_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def unread(session: Session, user_id: int, most: int) -> int:
    """How many messages a person has not read, counted no further than `most`."""
    rows = select(Message.id).where(Message.user_id == user_id, col(Message.read_at).is_(None))
    return session.exec(select(func.count()).select_from(rows.limit(most).subquery())).one()


def page(
    session: Session, user_id: int, *, unread_only: bool, before: int, limit: int
) -> list[Message]:
    """Up to `limit` messages of a person, the newest first, below id `before` (0: any)."""
    rows = select(Message).where(Message.user_id == user_id)
    if unread_only:
        rows = rows.where(col(Message.read_at).is_(None))
    if before:
        rows = rows.where(col(Message.id) < before)
    return list(session.exec(rows.order_by(col(Message.id).desc()).limit(limit)))


def own(session: Session, user_id: int, message_id: int) -> Message | None:
    """One message, if it is that person's."""
    row = select(Message).where(Message.id == message_id, Message.user_id == user_id)
    return session.exec(row).first()


def read_all(session: Session, user_id: int, now: datetime) -> int:
    """Mark everything that a person has not read; how many there were."""
    rows = (
        update(Message)
        .where(col(Message.user_id) == user_id, col(Message.read_at).is_(None))
        .values(read_at=now, version=Message.version + 1)
        .returning(col(Message.id))
    )
    return len(session.execute(rows).all())


def unread_about(session: Session, user_id: int, kind: str, about_id: int) -> list[Message]:
    """What a person has not read of one kind about one thing, the oldest first."""
    rows = select(Message).where(
        Message.user_id == user_id,
        col(Message.read_at).is_(None),
        Message.kind == kind,
        Message.about_id == about_id,
    )
    return list(session.exec(rows.order_by(col(Message.id))))


def within_scope(
    session: Session, scope: Scope, *, unread_only: bool, after: int, limit: int
) -> list[tuple[Message, User]]:
    """Up to `limit` messages to people of the organisations within the scope, by id."""
    rows = (
        select(Message, User)
        .join(User, col(Message.user_id) == col(User.id))
        .join(Organisation, col(Message.organisation_id) == col(Organisation.id))
        .where(_seen(scope), col(Message.id) > after)
    )
    if unread_only:
        rows = rows.where(col(Message.read_at).is_(None))
    found = session.exec(rows.order_by(col(Message.id)).limit(limit))
    return [(message, user) for message, user in found]


def find_within(session: Session, scope: Scope, message_id: int) -> tuple[Message, User] | None:
    """One message with its reader, if that person's organisation lies within the scope."""
    row = (
        select(Message, User)
        .join(User, col(Message.user_id) == col(User.id))
        .join(Organisation, col(Message.organisation_id) == col(Organisation.id))
        .where(_seen(scope), Message.id == message_id)
    )
    found = session.exec(row).first()
    return None if found is None else (found[0], found[1])


def add_all(session: Session, rows: Iterable[Message]) -> None:
    """Store new messages, so that they have their ids."""
    session.add_all(rows)
    session.flush()


def taken_out(session: Session) -> list[Message]:
    """Every message, removed and ready to be stored anew: for the making of demo data alone."""
    rows = list(session.exec(select(Message).order_by(col(Message.id))))
    copies = [Message(**row.model_dump(exclude={"id"})) for row in rows]
    for row in rows:
        session.delete(row)
    session.flush()
    return copies


def _seen(scope: Scope) -> ColumnElement[bool]:
    """A message that belongs to no year is seen whatever years the scope holds."""
    year = col(Message.fiscal_year)
    in_years = or_(year.is_(None), year.between(scope.first_year, scope.last_year))
    return and_(within(scope), in_years)
