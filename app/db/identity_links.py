"""Links (关联) from an identity at a provider to an account of this system."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, select

from app.db.base import NEVER_REUSE_IDS, Table
from app.db.types import KEY, UtcDateTime


class IdentityLink(Table, table=True):
    """Who a subject of an issuer is here; one identity an account and issuer."""

    __tablename__ = "identity_links"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("user_id", "issuer"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    issuer: str
    subject: str
    user_id: int = Field(foreign_key="users.id", ondelete="CASCADE", sa_type=KEY)
    created_at: datetime = Field(sa_type=UtcDateTime)


def of_identity(session: Session, issuer: str, subject: str) -> IdentityLink | None:
    """The link of an identity."""
    row = select(IdentityLink).where(IdentityLink.issuer == issuer, IdentityLink.subject == subject)
    return session.exec(row).first()


def of_user(session: Session, issuer: str, user_id: int) -> IdentityLink | None:
    """The link of an account to an issuer."""
    row = select(IdentityLink).where(IdentityLink.issuer == issuer, IdentityLink.user_id == user_id)
    return session.exec(row).first()
