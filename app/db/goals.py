"""Annual goals of a form (年度总体目标): what was expected and what was achieved."""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional, Versioned
from app.db.types import KEY


class Goal(Versioned, Regional, table=True):
    """预期目标 and 实际完成情况."""

    __tablename__ = "goals"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "position"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    self_evaluation_id: int = Field(
        foreign_key="self_evaluations.id", ondelete="CASCADE", sa_type=KEY
    )
    position: int = 0
    expected: str = ""
    achieved: str = ""


def of_form(session: Session, form_id: int) -> list[Goal]:
    """The goals of a form, in its order."""
    rows = select(Goal).where(Goal.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(Goal.position))))
