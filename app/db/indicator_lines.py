"""Indicator lines of a form: what was declared, what was filled in, and how it scored."""

from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional, Versioned
from app.db.types import FIGURE, KEY

ZERO = Decimal("0.000000")


class IndicatorLine(Versioned, Regional, table=True):
    """One leaf of the indicator tree; the last block of columns is written by scoring alone."""

    __tablename__ = "indicator_lines"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "position"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    self_evaluation_id: int = Field(
        foreign_key="self_evaluations.id", ondelete="CASCADE", sa_type=KEY
    )
    position: int
    level1: str = ""
    level2: str = ""
    level3: str = ""
    name: str = ""
    code: str = ""
    target: str = ""
    actual: str = ""
    full: Decimal | None = Field(default=None, sa_type=FIGURE)
    judged: Decimal | None = Field(default=None, sa_type=FIGURE)
    reason: str = ""
    rule: str = ""
    parameters: str = ""

    points: Decimal = Field(default=ZERO, sa_type=FIGURE)
    because: str = ""
    rule_used: str = ""
    met: bool | None = None
    direction: str = "none"
    inferred: bool = False
    kind: str = "unscored"
    reason_required: bool = False


def of_form(session: Session, form_id: int) -> list[IndicatorLine]:
    """The lines of a form, in its order."""
    rows = select(IndicatorLine).where(IndicatorLine.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(IndicatorLine.position))))


def find(session: Session, form_id: int, line_id: int) -> IndicatorLine | None:
    """One line, if it belongs to the form."""
    row = select(IndicatorLine).where(
        IndicatorLine.id == line_id, IndicatorLine.self_evaluation_id == form_id
    )
    return session.exec(row).first()
