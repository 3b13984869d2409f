"""Imports (导入): one row a table that was uploaded, with what it would change or has changed."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import defer
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.organisations import Organisation, within
from app.db.types import KEY, UtcDateTime
from app.domain.actors import Scope

# Rows of a list leave these out: they are as large as the file.
LARGE = ("source", "report")


class Import(Versioned, table=True):
    """One uploaded table: `source` its plain rows as JSON, `report` what they mean.

    `plan` hashes what applying would do, so that nothing else is ever applied.
    """

    __tablename__ = "imports"
    __table_args__ = (Index(None, "organisation_id", "id"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str
    state: str
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    region_code: str = Field(foreign_key="regions.code")
    file_name: str
    file_digest: str
    source: str
    report: str
    plan: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    created_by_id: int = Field(sa_type=KEY)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    applied_by: str = ""
    issued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def find(session: Session, scope: Scope, import_id: int) -> Import | None:
    """The import, if the organisation that it was made for lies within the scope."""
    row = (
        select(Import)
        .join(Organisation, col(Import.organisation_id) == col(Organisation.id))
        .where(Import.id == import_id, within(scope))
    )
    return session.exec(row).first()


def page(
    session: Session, scope: Scope, kinds: tuple[str, ...], before: int, limit: int
) -> list[Import]:
    """Up to `limit` imports of those kinds within the scope, the newest first, below an id."""
    rows = (
        select(Import)
        .join(Organisation, col(Import.organisation_id) == col(Organisation.id))
        .where(within(scope), col(Import.kind).in_(kinds))
        .options(*(defer(getattr(Import, name)) for name in LARGE))
    )
    if before:
        rows = rows.where(col(Import.id) < before)
    return list(session.exec(rows.order_by(col(Import.id).desc()).limit(limit)))
