"""Stored scores: what the form's present version scores, ready for a list or a poll."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index
from sqlmodel import Field, Session

from app.db.base import Regional
from app.db.types import FIGURE, KEY, UtcDateTime


class StoredScore(Regional, table=True):
    """The score of one form at `version`; written in the transaction that made the version."""

    __tablename__ = "scores"
    __table_args__ = (Index(None, "region_code", "fiscal_year", "self_evaluation_id"),)

    self_evaluation_id: int = Field(
        primary_key=True,
        foreign_key="self_evaluations.id",
        ondelete="CASCADE",
        sa_type=KEY,
        sa_column_kwargs={"autoincrement": False},
    )
    version: int
    total: Decimal = Field(sa_type=FIGURE)
    full: Decimal = Field(sa_type=FIGURE)
    execution_points: Decimal = Field(sa_type=FIGURE)
    execution_full: Decimal = Field(sa_type=FIGURE)
    rate_shown: str = ""
    grade: str = ""
    errors: int = 0
    warnings: int = 0
    computed_at: datetime = Field(sa_type=UtcDateTime)


def of_form(session: Session, form_id: int) -> StoredScore | None:
    """The stored score of a form."""
    return session.get(StoredScore, form_id)
