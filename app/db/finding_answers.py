"""Answers to warnings (预警说明): why a form is right although a check doubted it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.types import KEY, UtcDateTime


class FindingAnswer(Regional, table=True):
    """The reason given for one finding, known by its code and its path in the form."""

    __tablename__ = "finding_answers"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "code", "path"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    self_evaluation_id: int = Field(
        foreign_key="self_evaluations.id", ondelete="CASCADE", sa_type=KEY
    )
    code: str
    path: str
    reason: str
    answered_by: str
    answered_at: datetime = Field(sa_type=UtcDateTime)


def of_form(session: Session, form_id: int) -> list[FindingAnswer]:
    """All answers given on a form."""
    rows = select(FindingAnswer).where(FindingAnswer.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(FindingAnswer.id))))


def find(session: Session, form_id: int, code: str, path: str) -> FindingAnswer | None:
    """The answer to one finding."""
    row = select(FindingAnswer).where(
        FindingAnswer.self_evaluation_id == form_id,
        FindingAnswer.code == code,
        FindingAnswer.path == path,
    )
    return session.exec(row).first()
