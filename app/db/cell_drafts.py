"""Drafts of cells (未计分的内容): texts that a cell cannot hold, kept until they are mended."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.types import KEY, UtcDateTime


class CellDraft(Regional, table=True):
    """What somebody typed into a cell; `path` names it: /lines/12/actual, /achieved."""

    __tablename__ = "cell_drafts"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "path"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    self_evaluation_id: int = Field(
        foreign_key="self_evaluations.id", ondelete="CASCADE", sa_type=KEY
    )
    path: str
    text: str
    written_by: str
    written_at: datetime = Field(sa_type=UtcDateTime)


def of_form(session: Session, form_id: int) -> list[CellDraft]:
    """Every draft of a form, by the age of the cell's trouble."""
    rows = select(CellDraft).where(CellDraft.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(CellDraft.id))))


def of_cells(session: Session, form_id: int, paths: Collection[str]) -> list[CellDraft]:
    """The drafts of those cells."""
    rows = select(CellDraft).where(
        CellDraft.self_evaluation_id == form_id, col(CellDraft.path).in_(paths)
    )
    return list(session.exec(rows.order_by(col(CellDraft.id))))
