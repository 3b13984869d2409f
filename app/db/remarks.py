"""Remarks (批注): what a reviewer pinned to a cell, until somebody settles it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, col, or_, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.reviews import AGREED, Review
from app.db.types import KEY, UtcDateTime


class Remark(Regional, table=True):
    """A remark; `path` names its cell as a form's entry does: /lines/12/actual, /achieved."""

    __tablename__ = "remarks"
    __table_args__ = (
        Index(None, "self_evaluation_id"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    self_evaluation_id: int = Field(foreign_key="self_evaluations.id", sa_type=KEY)
    review_id: int = Field(foreign_key="reviews.id", sa_type=KEY)
    path: str
    text: str
    author_id: int = Field(sa_type=KEY)
    author: str
    written_at: datetime = Field(sa_type=UtcDateTime)
    resolved_by: str = ""
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def of_form(session: Session, form_id: int, *, undecided: bool) -> list[Remark]:
    """The remarks of a form, oldest first; those of a review under way only when asked for."""
    rows = (
        select(Remark)
        .join(Review, col(Remark.review_id) == col(Review.id))
        .where(
            Remark.self_evaluation_id == form_id,
            or_(undecided, col(Review.decision).not_in(("", AGREED))),
        )
    )
    return list(session.exec(rows.order_by(col(Remark.id))))


def find(session: Session, form_id: int, remark_id: int) -> Remark | None:
    """One remark, if it belongs to the form."""
    row = select(Remark).where(Remark.id == remark_id, Remark.self_evaluation_id == form_id)
    return session.exec(row).first()
