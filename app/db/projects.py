"""Projects (项目), known by their 21-character codes; the letter of the code tells the kind."""

from sqlalchemy import Index
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Versioned
from app.db.organisations import Organisation, within
from app.db.types import KEY
from app.domain.actors import Scope


class Project(Versioned, table=True):
    """One project of an organisation, over its first to last year."""

    __tablename__ = "projects"
    __table_args__ = (
        Index(None, "region_code", "first_year", "id"),
        Index(None, "organisation_id", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True)
    name: str
    kind: str
    organisation_id: int = Field(foreign_key="organisations.id", sa_type=KEY)
    region_code: str = Field(foreign_key="regions.code")
    first_year: int
    last_year: int
    recurring: bool = False


def find(session: Session, scope: Scope, project_id: int) -> Project | None:
    """The project, if its owner lies within the scope."""
    row = (
        select(Project)
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(Project.id == project_id, within(scope))
    )
    return session.exec(row).first()


def by_code(session: Session, code: str) -> Project | None:
    """The project of that code."""
    return session.exec(select(Project).where(Project.code == code)).first()


def page(
    session: Session,
    scope: Scope,
    *,
    organisation_id: int | None,
    fiscal_year: int | None,
    kind: str | None,
    after: int,
    limit: int,
) -> list[Project]:
    """Up to `limit` projects within the scope, by id, after that id."""
    rows = (
        select(Project)
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(within(scope), col(Project.id) > after)
    )
    if organisation_id is not None:
        rows = rows.where(Project.organisation_id == organisation_id)
    if fiscal_year is not None:
        rows = rows.where(
            col(Project.first_year) <= fiscal_year, col(Project.last_year) >= fiscal_year
        )
    if kind is not None:
        rows = rows.where(Project.kind == kind)
    return list(session.exec(rows.order_by(col(Project.id)).limit(limit)))


def all_within(session: Session, scope: Scope) -> list[tuple[Project, Organisation]]:
    """Every project whose owner lies within the scope, with that owner, by code."""
    rows = (
        select(Project, Organisation)
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(within(scope))
    )
    return list(session.exec(rows.order_by(Project.code)))
