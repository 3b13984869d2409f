"""Reviews (审核): one row for each time a form comes before a reviewer, with its lines."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.types import FIGURE, KEY, UtcDateTime

AGREED = "agreed"


class Review(Regional, table=True):
    """A review; `decision` is empty until it is decided, `round` counts those of a step.

    `branch` names who shares the step (业务处, 绩效处), "" where nobody does. AGREED is the
    decision of a branch while others of its step are still to decide.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "step", "branch", "round"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    # No cascade: a form that was reviewed cannot be deleted.
    self_evaluation_id: int = Field(foreign_key="self_evaluations.id", sa_type=KEY)
    step: str
    branch: str = ""
    round: int
    reviewer_id: int = Field(sa_type=KEY)
    reviewer: str
    opinion: str = ""
    decision: str = ""
    reason_code: str = ""
    returned_to: str = ""
    begun_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReviewLine(Regional, table=True):
    """What a reviewer says of one line: points beside the self score, never over it."""

    __tablename__ = "review_lines"
    __table_args__ = (
        UniqueConstraint("review_id", "line_id"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    review_id: int = Field(foreign_key="reviews.id", ondelete="CASCADE", sa_type=KEY)
    line_id: int = Field(foreign_key="indicator_lines.id", sa_type=KEY)
    points: Decimal | None = Field(default=None, sa_type=FIGURE)
    opinion: str = ""


def of_form(session: Session, form_id: int) -> list[Review]:
    """The reviews of a form, oldest first."""
    rows = select(Review).where(Review.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(Review.id))))


def agreed(session: Session, form_id: int, step: str) -> list[Review]:
    """The reviews of the branches that agreed to a step which others are still to decide."""
    rows = select(Review).where(
        Review.self_evaluation_id == form_id, Review.step == step, Review.decision == AGREED
    )
    return list(session.exec(rows.order_by(col(Review.id))))


def open_of(session: Session, form_id: int, step: str, branch: str) -> Review | None:
    """The review of a step by a branch that is not decided yet."""
    row = select(Review).where(
        Review.self_evaluation_id == form_id,
        Review.step == step,
        Review.branch == branch,
        Review.decision == "",
    )
    return session.exec(row.order_by(col(Review.id).desc())).first()


def lines_of(session: Session, review_id: int) -> dict[int, ReviewLine]:
    """What a review says of each line, by the line's id."""
    rows = select(ReviewLine).where(ReviewLine.review_id == review_id)
    return {row.line_id: row for row in session.exec(rows)}


def reviewed_lines(session: Session, line_ids: Sequence[int]) -> set[int]:
    """Those of the lines of which a review has said something."""
    rows = select(ReviewLine.line_id).where(col(ReviewLine.line_id).in_(line_ids))
    return set(session.exec(rows.distinct()))
