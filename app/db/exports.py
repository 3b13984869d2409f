"""Exports (导出): one row a job, from its start to the day on which its file is deleted."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Index, and_, func, or_, text
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.types import KEY, UtcDateTime
from app.domain.exports import UNFINISHED, ExportState

OPEN = text("state IN ('waiting', 'running')")


class Export(Versioned, table=True):
    """One export: what was asked for, in which post, how far it has come, what came of it.

    `organisation_id` is the organisation whose forms are taken out, all below it included;
    `chosen` the ids of forms ticked by hand instead, with blanks between. `role`, `post_id` and
    `absent_id` tell the post of whoever started it, whose rights are asked again at every step;
    `started_by_id` is an account, or the key where `role` is that of a system.
    `done` of `total` forms are in the file. A worker owns the job until `lease_until`.
    """

    __tablename__ = "exports"
    __table_args__ = (
        Index(None, "started_by_id", "role", "id"),
        Index("ix_exports_open", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str
    state: str = ExportState.WAITING
    region_code: str = Field(foreign_key="regions.code")
    fiscal_year: int
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    form_state: str = ""
    chosen: str = ""
    started_at: datetime = Field(sa_type=UtcDateTime)
    started_by_id: int = Field(sa_type=KEY)
    started_by: str
    role: str
    post_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    absent_id: int | None = Field(default=None, sa_type=KEY)
    done: int = 0
    total: int = 0
    tries: int = 0
    worker: str = ""
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    file_key: str = ""
    file_name: str = ""
    size: int = Field(default=0, sa_type=BigInteger)
    sha256: str = ""
    error: str = ""


def find(session: Session, starter: tuple[int, str], export_id: int) -> Export | None:
    """The export, if that account or key started it."""
    row = select(Export).where(Export.id == export_id, _started_by(starter))
    return session.exec(row).first()


def find_locked(session: Session, export_id: int) -> Export | None:
    """One export as it is now, held until the transaction ends."""
    row = select(Export).where(Export.id == export_id).with_for_update()
    return session.exec(row.execution_options(populate_existing=True)).first()


def page(session: Session, starter: tuple[int, str], before: int, limit: int) -> list[Export]:
    """Up to `limit` exports of an account or key, the newest first, below an id."""
    rows = select(Export).where(_started_by(starter))
    if before:
        rows = rows.where(col(Export.id) < before)
    return list(session.exec(rows.order_by(col(Export.id).desc()).limit(limit)))


def count_unfinished(session: Session, starter: tuple[int, str]) -> int:
    """How many of them wait or are being made."""
    rows = select(func.count(col(Export.id))).where(
        _started_by(starter), col(Export.state).in_(UNFINISHED)
    )
    return session.exec(rows).one()


def any_due(session: Session, now: datetime) -> bool:
    """Whether a worker would find something to make or to delete."""
    rows = select(Export.id).where(or_(_free(now), _spent(now))).limit(1)
    return session.exec(rows).first() is not None


def free(session: Session, now: datetime) -> Export | None:
    """The oldest job that nobody is at, held; those that another process holds are left out."""
    rows = select(Export).where(_free(now)).order_by(col(Export.id)).limit(1)
    held = rows.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.exec(held).first()


def spent(session: Session, now: datetime, limit: int) -> list[Export]:
    """Finished exports whose days are over, held."""
    rows = select(Export).where(_spent(now)).order_by(col(Export.id)).limit(limit)
    held = rows.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return list(session.exec(held))


def keys(session: Session) -> Collection[str]:
    """The keys of all files that rows name."""
    return set(session.exec(select(Export.file_key).where(Export.file_key != "")))


def in_use(session: Session, key: str) -> bool:
    """Whether a row names that file."""
    return (
        session.exec(select(Export.id).where(Export.file_key == key).limit(1)).first() is not None
    )


def _started_by(starter: tuple[int, str]) -> ColumnElement[bool]:
    """A person sees what they started in whatever post; a key only its own."""
    number, kind = starter
    system = col(Export.role) == "system"
    return and_(col(Export.started_by_id) == number, system if kind == "key" else ~system)


def _free(now: datetime) -> ColumnElement[bool]:
    waits = col(Export.state) == ExportState.WAITING
    left = and_(col(Export.state) == ExportState.RUNNING, col(Export.lease_until) <= now)
    return or_(waits, left)


def _spent(now: datetime) -> ColumnElement[bool]:
    return and_(col(Export.state) == ExportState.DONE, col(Export.expires_at) <= now)
