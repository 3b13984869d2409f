"""Which reviews a form passes (审核环节), by region and form kind: a setting, never code."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.types import KEY


class WorkflowSetting(Versioned, table=True):
    """The review steps of one region and kind, in words separated by blanks."""

    __tablename__ = "workflow_settings"
    __table_args__ = (UniqueConstraint("region_code", "kind"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    region_code: str = Field(foreign_key="regions.code")
    kind: str
    steps: str


def find(session: Session, region_code: str, kind: str) -> WorkflowSetting | None:
    """The setting of a region and kind; None where every review is passed."""
    row = select(WorkflowSetting).where(
        WorkflowSetting.region_code == region_code, WorkflowSetting.kind == kind
    )
    return session.exec(row).first()


def every(session: Session) -> list[WorkflowSetting]:
    """All settings, by region and kind."""
    rows = select(WorkflowSetting).order_by(
        col(WorkflowSetting.region_code), col(WorkflowSetting.kind)
    )
    return list(session.exec(rows))
