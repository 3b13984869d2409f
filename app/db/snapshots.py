"""Snapshots: a form as it was submitted, word for word, with its hash. Never changed."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.types import KEY, UtcDateTime


class Snapshot(Regional, table=True):
    """The content (JSON text) of one version of a form and its SHA-256 in hexadecimal."""

    __tablename__ = "snapshots"
    __table_args__ = (
        UniqueConstraint("self_evaluation_id", "version"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    # No cascade: what was submitted stays, so its form cannot be deleted.
    self_evaluation_id: int = Field(foreign_key="self_evaluations.id", sa_type=KEY)
    revision: int
    version: int
    content: str
    sha256: str
    taken_at: datetime = Field(sa_type=UtcDateTime)


def of_form(session: Session, form_id: int) -> list[Snapshot]:
    """The snapshots of a form, oldest first."""
    rows = select(Snapshot).where(Snapshot.self_evaluation_id == form_id)
    return list(session.exec(rows.order_by(col(Snapshot.version))))
