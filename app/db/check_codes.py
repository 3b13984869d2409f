"""Check codes (校验码): what a version of a form was when a document of it left the house."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, select

from app.db.base import NEVER_REUSE_IDS, Regional
from app.db.types import FIGURE, KEY, UtcDateTime


class CheckCode(Regional, table=True):
    """One code: the form and its version, the hash of what is printed, and what a paper shows.

    The form may be a draft that is deleted later: the code stays, and then names no form.
    """

    __tablename__ = "check_codes"
    __table_args__ = (UniqueConstraint("self_evaluation_id", "version"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True)
    self_evaluation_id: int | None = Field(
        default=None, foreign_key="self_evaluations.id", ondelete="SET NULL", sa_type=KEY
    )
    version: int
    revision: int
    content_hash: str
    project: str
    unit: str
    state: str
    total: Decimal = Field(sa_type=FIGURE)
    full: Decimal = Field(sa_type=FIGURE)
    grade: str
    standard: str
    edition: str
    issued_at: datetime = Field(sa_type=UtcDateTime)


def of_version(session: Session, form_id: int, version: int) -> CheckCode | None:
    """The code of one version of a form."""
    row = select(CheckCode).where(
        CheckCode.self_evaluation_id == form_id, CheckCode.version == version
    )
    return session.exec(row).first()


def by_code(session: Session, code: str) -> CheckCode | None:
    """The row of a code, written without its groups."""
    return session.exec(select(CheckCode).where(CheckCode.code == code)).first()
