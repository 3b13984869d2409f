"""What a person's last paste or import overwrote in a form, until it is undone or submitted."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, delete
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.types import KEY, UtcDateTime


class CellUndo(Regional, table=True):
    """One cell of the act: what it showed before and after, as text."""

    __tablename__ = "cell_undos"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "user_id", "path"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    self_evaluation_id: int = Field(
        foreign_key="self_evaluations.id", ondelete="CASCADE", sa_type=KEY
    )
    user_id: int = Field(sa_type=KEY)
    kind: str
    path: str
    before: str
    after: str
    made_at: datetime = Field(sa_type=UtcDateTime)


def of_person(session: Session, form_id: int, user_id: int) -> list[CellUndo]:
    """The cells of a person's last act in a form, in the order in which they were filled."""
    rows = select(CellUndo).where(
        CellUndo.self_evaluation_id == form_id, CellUndo.user_id == user_id
    )
    return list(session.exec(rows.order_by(col(CellUndo.id))))


def forget(session: Session, form_id: int, user_id: int | None = None) -> None:
    """No more undoing in this form, for one person or for everybody."""
    rows = delete(CellUndo).where(col(CellUndo.self_evaluation_id) == form_id)
    if user_id is not None:
        rows = rows.where(col(CellUndo.user_id) == user_id)
    session.execute(rows)
