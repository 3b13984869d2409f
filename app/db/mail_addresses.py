"""Where a person wants mail (邮件提醒), and the code that proves that the address is theirs."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Field, Session, col, select

from app.db.base import Versioned
from app.db.types import KEY, UtcDateTime


class MailAddress(Versioned, table=True):
    """One person's address; mail goes to `address`, which is verified, never to `pending`.

    `unwanted` are kinds of message with spaces between: a new kind is wanted by default.
    `codes_sent` counts those since `counted_from`, `failures` wrong codes since the last one.
    """

    __tablename__ = "mail_addresses"

    user_id: int = Field(primary_key=True, foreign_key="users.id", sa_type=KEY)
    address: str = ""
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unwanted: str = ""
    pending: str = ""
    code_hash: str = ""
    code_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    code_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    counted_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    codes_sent: int = 0
    failures: int = 0


def verified(session: Session, user_ids: Collection[int]) -> list[MailAddress]:
    """The addresses in use of those people."""
    rows = select(MailAddress).where(
        col(MailAddress.user_id).in_(user_ids), MailAddress.address != ""
    )
    return list(session.exec(rows))
