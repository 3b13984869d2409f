"""Self-evaluations (绩效自评表): the head of each form, its state and its version."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional, Versioned
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.scores import StoredScore
from app.db.types import KEY, UtcDateTime
from app.domain.actors import Scope

PROJECT_KIND = "project"


class SelfEvaluation(Versioned, Regional, table=True):
    """One revision of one form; `version` counts its changes, all rows of the form included."""

    __tablename__ = "self_evaluations"
    __table_args__ = (
        UniqueConstraint("project_id", "fiscal_year", "kind", "revision"),
        Index(
            "uq_self_evaluations_current",
            "project_id",
            "fiscal_year",
            "kind",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        Index(None, "region_code", "fiscal_year", "id"),
        Index(None, "organisation_id", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    project_id: int = Field(foreign_key="projects.id", sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    kind: str = PROJECT_KIND
    revision: int = 1
    supersedes_id: int | None = Field(default=None, foreign_key="self_evaluations.id", sa_type=KEY)
    is_current: bool = True
    standard: str
    edition: str
    edition_hash: str
    state: str
    due_on: date | None = None
    returned_reason: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    receipt: str | None = Field(default=None, unique=True)
    # Since when and by whose act it stands in its state, who opened it there, who wrote last.
    moved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moved_by: str | None = None
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_by: str | None = None
    updated_by: str | None = None


def find(session: Session, scope: Scope, form_id: int) -> SelfEvaluation | None:
    """The form, if its organisation lies within the scope."""
    row = (
        select(SelfEvaluation)
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(SelfEvaluation.id == form_id, within(scope, SelfEvaluation.fiscal_year))
    )
    return session.exec(row).first()


def find_locked(session: Session, scope: Scope, form_id: int) -> SelfEvaluation | None:
    """The form as it is now, held until the transaction ends: read it so before a write."""
    row = (
        select(SelfEvaluation)
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(SelfEvaluation.id == form_id, within(scope, SelfEvaluation.fiscal_year))
        .with_for_update(of=SelfEvaluation, key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.exec(row).first()


def current(
    session: Session, project_id: int, fiscal_year: int, kind: str = PROJECT_KIND
) -> SelfEvaluation | None:
    """The revision in use for a project and year."""
    row = select(SelfEvaluation).where(
        SelfEvaluation.project_id == project_id,
        SelfEvaluation.fiscal_year == fiscal_year,
        SelfEvaluation.kind == kind,
        col(SelfEvaluation.is_current),
    )
    return session.exec(row).first()


def version_of(session: Session, scope: Scope, form_id: int) -> int | None:
    """The version alone, for a poll; None when the form is not within the scope."""
    row = (
        select(SelfEvaluation.version)
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(SelfEvaluation.id == form_id, within(scope, SelfEvaluation.fiscal_year))
    )
    return session.exec(row).first()


def page(
    session: Session,
    scope: Scope,
    *,
    fiscal_year: int | None,
    organisation_id: int | None,
    state: str | None,
    after: int,
    limit: int,
) -> list[tuple[SelfEvaluation, Project, Organisation, StoredScore | None]]:
    """Up to `limit` current forms within the scope with what a list shows, after that id."""
    rows = (
        select(SelfEvaluation, Project, Organisation, StoredScore)
        .join(Project, col(SelfEvaluation.project_id) == col(Project.id))
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .outerjoin(StoredScore, col(StoredScore.self_evaluation_id) == col(SelfEvaluation.id))
        .where(
            within(scope, SelfEvaluation.fiscal_year),
            col(SelfEvaluation.is_current),
            col(SelfEvaluation.id) > after,
        )
    )
    if fiscal_year is not None:
        rows = rows.where(SelfEvaluation.fiscal_year == fiscal_year)
    if organisation_id is not None:
        rows = rows.where(SelfEvaluation.organisation_id == organisation_id)
    if state is not None:
        rows = rows.where(SelfEvaluation.state == state)
    found = session.exec(rows.order_by(col(SelfEvaluation.id)).limit(limit))
    return [(form, project, unit, score) for form, project, unit, score in found]


def by_receipt(session: Session, receipt: str) -> SelfEvaluation | None:
    """The form that was given this receipt number (回执号)."""
    return session.exec(select(SelfEvaluation).where(SelfEvaluation.receipt == receipt)).first()


def years_of(session: Session, scope: Scope, ids: Sequence[int]) -> dict[int, int]:
    """The fiscal years of those forms that lie within the scope."""
    rows = (
        select(SelfEvaluation.id, SelfEvaluation.fiscal_year)
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(col(SelfEvaluation.id).in_(ids), within(scope, SelfEvaluation.fiscal_year))
    )
    return dict(session.exec(rows).all())
