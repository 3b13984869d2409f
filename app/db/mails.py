"""The outbox (待发邮件): letters written in the transaction of an act, each sent by one worker."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Index, and_, func, or_, text, update
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.organisations import Organisation, within
from app.db.types import KEY, UtcDateTime
from app.db.users import User
from app.domain.actors import Scope
from app.domain.mails import ON_ITS_WAY, MailState

OPEN = text("state IN ('waiting', 'claimed', 'handing')")


class Mail(Versioned, table=True):
    """One letter to one address; `path` is the page of ours that it leads to.

    A worker that claims it owns it until `lease_until`. `tries` counts claims. `error` says in
    Chinese what came in the way last, `reply` what the server answered.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_open", "next_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "organisation_id", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    user_id: int = Field(foreign_key="users.id", index=True, sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    message_id: int | None = Field(default=None, foreign_key="messages.id", sa_type=KEY)
    kind: str
    address: str
    subject: str
    body: str
    path: str
    written_at: datetime = Field(sa_type=UtcDateTime)
    state: str = MailState.WAITING
    tries: int = 0
    next_at: datetime = Field(sa_type=UtcDateTime)
    worker: str = ""
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""
    reply: str = ""


def any_due(session: Session, now: datetime) -> bool:
    """Whether a worker would find something to do."""
    row = select(Mail.id).where(_due(now)).limit(1)
    return session.exec(row).first() is not None


def due(session: Session, now: datetime, limit: int) -> list[Mail]:
    """Letters to be sent or to be given up, held; those that another process holds are left out."""
    rows = select(Mail).where(_due(now)).order_by(col(Mail.id)).limit(limit)
    held = rows.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return list(session.exec(held))


def find(session: Session, mail_id: int) -> Mail | None:
    """One letter as it is now, held until the transaction ends."""
    row = select(Mail).where(Mail.id == mail_id).with_for_update()
    return session.exec(row.execution_options(populate_existing=True)).first()


def cancel(session: Session, user_id: int, kind: str, now: datetime, why: str) -> None:
    """Give up what still waits of one kind for a person."""
    rows = update(Mail).where(
        col(Mail.user_id) == user_id, col(Mail.kind) == kind, col(Mail.state) == MailState.WAITING
    )
    given_up = {"state": MailState.FAILED, "settled_at": now, "error": why, "body": ""}
    session.execute(rows.values(**given_up))


def page(
    session: Session, scope: Scope, states: Collection[str], before: int, limit: int
) -> list[tuple[Mail, User, Organisation]]:
    """Up to `limit` letters to people within the scope in those states, the newest first."""
    rows = (
        select(Mail, User, Organisation)
        .join(User, col(Mail.user_id) == col(User.id))
        .join(Organisation, col(Mail.organisation_id) == col(Organisation.id))
        .where(within(scope), col(Mail.state).in_(states))
    )
    if before:
        rows = rows.where(col(Mail.id) < before)
    found = session.exec(rows.order_by(col(Mail.id).desc()).limit(limit))
    return [(mail, user, unit) for mail, user, unit in found]


def counts(session: Session, scope: Scope) -> dict[str, int]:
    """How many letters to people within the scope stand in each state."""
    rows = (
        select(Mail.state, func.count())
        .join(Organisation, col(Mail.organisation_id) == col(Organisation.id))
        .where(within(scope))
        .group_by(col(Mail.state))
    )
    return dict(session.exec(rows).all())


def find_within(session: Session, scope: Scope, mail_id: int) -> Mail | None:
    """One letter to somebody within the scope, held."""
    row = (
        select(Mail)
        .join(Organisation, col(Mail.organisation_id) == col(Organisation.id))
        .where(Mail.id == mail_id, within(scope))
        .with_for_update(of=Mail)
    )
    return session.exec(row.execution_options(populate_existing=True)).first()


def _due(now: datetime) -> ColumnElement[bool]:
    waits = and_(col(Mail.state) == MailState.WAITING, col(Mail.next_at) <= now)
    left = and_(col(Mail.state).in_(ON_ITS_WAY), col(Mail.lease_until) <= now)
    return or_(waits, left)
