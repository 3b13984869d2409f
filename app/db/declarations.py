"""Declared targets (绩效目标申报): the annual goal and the indicator tree of a project and year."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint, delete
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional, Versioned
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.types import FIGURE, KEY
from app.domain.actors import Scope


class Declaration(Versioned, Regional, table=True):
    """What a project promised for one year."""

    __tablename__ = "declarations"
    __table_args__ = (
        UniqueConstraint("project_id", "fiscal_year"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    project_id: int = Field(foreign_key="projects.id", sa_type=KEY)
    goal: str = ""


class DeclaredIndicator(Regional, table=True):
    """One declared indicator; `rule` and `parameters` (a JSON object) bind it alone, if given.

    `explanation` (指标说明) and `data_source` (数据来源) tell its filler what is meant and what
    proves it; a form does not take them over.
    """

    __tablename__ = "declared_indicators"
    __table_args__ = (
        UniqueConstraint("declaration_id", "position"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    declaration_id: int = Field(foreign_key="declarations.id", ondelete="CASCADE", sa_type=KEY)
    position: int
    level1: str = ""
    level2: str = ""
    level3: str = ""
    name: str = ""
    code: str = ""
    target: str = ""
    full: Decimal | None = Field(default=None, sa_type=FIGURE)
    rule: str = ""
    parameters: str = ""
    explanation: str = ""
    data_source: str = ""


def find(session: Session, scope: Scope, declaration_id: int) -> Declaration | None:
    """The declaration, if its project's owner lies within the scope."""
    row = (
        select(Declaration)
        .join(Project, col(Declaration.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(Declaration.id == declaration_id, within(scope, Declaration.fiscal_year))
    )
    return session.exec(row).first()


def of_year(session: Session, project_id: int, fiscal_year: int) -> Declaration | None:
    """The declaration of one project for one year."""
    row = select(Declaration).where(
        Declaration.project_id == project_id, Declaration.fiscal_year == fiscal_year
    )
    return session.exec(row).first()


def indicators(session: Session, declaration_id: int) -> list[DeclaredIndicator]:
    """The indicators of a declaration, in the order of the form."""
    rows = select(DeclaredIndicator).where(DeclaredIndicator.declaration_id == declaration_id)
    return list(session.exec(rows.order_by(col(DeclaredIndicator.position))))


def indicators_of_each(
    session: Session, declaration_ids: Sequence[int]
) -> dict[int, list[DeclaredIndicator]]:
    """The indicators of several declarations, in the order of the form, by declaration."""
    rows = select(DeclaredIndicator).where(
        col(DeclaredIndicator.declaration_id).in_(declaration_ids)
    )
    of_each: dict[int, list[DeclaredIndicator]] = {}
    for row in session.exec(rows.order_by(col(DeclaredIndicator.position))):
        of_each.setdefault(row.declaration_id, []).append(row)
    return of_each


def replace_indicators(
    session: Session, declaration_id: int, rows: Iterable[DeclaredIndicator]
) -> None:
    """Put `rows` in the place of all indicators of the declaration."""
    session.exec(
        delete(DeclaredIndicator).where(col(DeclaredIndicator.declaration_id) == declaration_id)
    )
    session.add_all(rows)
    session.flush()


def page(
    session: Session,
    scope: Scope,
    *,
    project_id: int | None,
    fiscal_year: int | None,
    after: int,
    limit: int,
) -> list[Declaration]:
    """Up to `limit` declarations within the scope, by id, after that id."""
    rows = (
        select(Declaration)
        .join(Project, col(Declaration.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(within(scope, Declaration.fiscal_year), col(Declaration.id) > after)
    )
    if project_id is not None:
        rows = rows.where(Declaration.project_id == project_id)
    if fiscal_year is not None:
        rows = rows.where(Declaration.fiscal_year == fiscal_year)
    return list(session.exec(rows.order_by(col(Declaration.id)).limit(limit)))


def all_within(
    session: Session, scope: Scope
) -> list[tuple[DeclaredIndicator, Declaration, Project]]:
    """Every declared indicator within the scope, by project and year, in the order of the form."""
    rows = (
        select(DeclaredIndicator, Declaration, Project)
        .join(Declaration, col(DeclaredIndicator.declaration_id) == col(Declaration.id))
        .join(Project, col(Declaration.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(within(scope, Declaration.fiscal_year))
    )
    order = (Project.code, col(Declaration.fiscal_year), col(DeclaredIndicator.position))
    return list(session.exec(rows.order_by(*order)))
