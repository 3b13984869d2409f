"""Attachments (佐证材料): what a file is called, where it belongs and what it must still be."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, func
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.types import KEY, UtcDateTime

BATCH = 1000


class Attachment(Regional, table=True):
    """A file at a form, or at one of its lines. It never changes; `key` names its bytes.

    A revision of a form names the same bytes as the one before it.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "key"),
        Index(None, "key"),
        Index(None, "organisation_id", "fiscal_year"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    # No cascade: the bytes would stay behind.
    self_evaluation_id: int = Field(foreign_key="self_evaluations.id", sa_type=KEY)
    line_id: int | None = Field(default=None, foreign_key="indicator_lines.id", sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    key: str
    name: str
    kind: str
    size: int = Field(sa_type=KEY)
    sha256: str
    marks: str = ""
    attached_by: str
    attached_at: datetime = Field(sa_type=UtcDateTime)


def of_form(session: Session, form_id: int) -> list[Attachment]:
    """The attachments of a form, oldest first."""
    rows = select(Attachment).where(Attachment.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(Attachment.id))))


def find(session: Session, form_id: int, attachment_id: int) -> Attachment | None:
    """One attachment, if it belongs to the form."""
    row = select(Attachment).where(
        Attachment.id == attachment_id, Attachment.self_evaluation_id == form_id
    )
    return session.exec(row).first()


def in_use(session: Session, key: str) -> bool:
    """Whether any row names those bytes."""
    return session.exec(select(Attachment.id).where(Attachment.key == key)).first() is not None


def keys(session: Session) -> set[str]:
    """The keys of all bytes that rows name."""
    return set(session.exec(select(Attachment.key).distinct()))


def unit_bytes(session: Session, organisation_id: int, fiscal_year: int) -> int:
    """How many bytes a unit keeps for a year, those that several rows name counted once."""
    kept = (
        select(Attachment.key, func.max(Attachment.size).label("size"))
        .where(Attachment.organisation_id == organisation_id, Attachment.fiscal_year == fiscal_year)
        .group_by(col(Attachment.key))
        .subquery()
    )
    return int(session.exec(select(func.coalesce(func.sum(kept.c.size), 0))).one())


def all_of_them(session: Session) -> Iterator[Attachment]:
    """Every attachment, by id."""
    last = 0
    while True:
        rows = select(Attachment).where(col(Attachment.id) > last).order_by(col(Attachment.id))
        found = session.exec(rows.limit(BATCH)).all()
        if not found:
            return
        yield from found
        last = found[-1].id
