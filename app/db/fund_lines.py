"""Fund rows of a form (项目资金), one a source; the total row is their sum and never stored."""

from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional, Versioned
from app.db.types import KEY, MONEY

ZERO = Decimal("0.00")


class FundLine(Versioned, Regional, table=True):
    """年初预算数, 全年预算数, 全年执行数 of one source, in 元.

    `pulled_…` is what the accounts said when the row was last filled from them, None where
    nobody knows: what differs from it was typed.
    """

    __tablename__ = "fund_lines"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "source"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    self_evaluation_id: int = Field(
        foreign_key="self_evaluations.id", ondelete="CASCADE", sa_type=KEY
    )
    source: str
    initial: Decimal = Field(default=ZERO, sa_type=MONEY)
    adjusted: Decimal = Field(default=ZERO, sa_type=MONEY)
    executed: Decimal = Field(default=ZERO, sa_type=MONEY)
    pulled_initial: Decimal | None = Field(default=None, sa_type=MONEY)
    pulled_adjusted: Decimal | None = Field(default=None, sa_type=MONEY)
    pulled_executed: Decimal | None = Field(default=None, sa_type=MONEY)


def of_form(session: Session, form_id: int) -> list[FundLine]:
    """The fund rows of a form, in the order they were opened."""
    rows = select(FundLine).where(FundLine.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(FundLine.id))))
