"""Budgets and their execution (预算与执行), one row a fund source of a project and year."""

from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, col, select

from app.db.base import NEVER_REUSE_IDS, Regional, Versioned
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.types import KEY, MONEY
from app.domain.actors import Scope

ZERO = Decimal("0.00")


class Budget(Versioned, Regional, table=True):
    """All amounts in 元; 全年预算数 is the initial budget plus its adjustment."""

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("project_id", "fiscal_year", "source"),
        Index(None, "region_code", "fiscal_year", "id"),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True, sa_type=KEY)
    project_id: int = Field(foreign_key="projects.id", sa_type=KEY)
    source: str
    initial: Decimal = Field(default=ZERO, sa_type=MONEY)
    adjustment: Decimal = Field(default=ZERO, sa_type=MONEY)
    executed: Decimal = Field(default=ZERO, sa_type=MONEY)
    received: Decimal = Field(default=ZERO, sa_type=MONEY)

    @property
    def adjusted(self) -> Decimal:
        """全年预算数, in 元."""
        return self.initial + self.adjustment


def of_year(session: Session, project_id: int, fiscal_year: int) -> list[Budget]:
    """The fund sources of one project in one year."""
    rows = select(Budget).where(Budget.project_id == project_id, Budget.fiscal_year == fiscal_year)
    return list(session.exec(rows.order_by(col(Budget.id))))


def find(session: Session, scope: Scope, budget_id: int) -> Budget | None:
    """The budget row, if its project's owner lies within the scope."""
    row = (
        select(Budget)
        .join(Project, col(Budget.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(Budget.id == budget_id, within(scope, Budget.fiscal_year))
    )
    return session.exec(row).first()


def page(
    session: Session,
    scope: Scope,
    *,
    project_id: int | None,
    fiscal_year: int | None,
    source: str | None,
    after: int,
    limit: int,
) -> list[Budget]:
    """Up to `limit` budget rows within the scope, by id, after that id."""
    rows = (
        select(Budget)
        .join(Project, col(Budget.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(within(scope, Budget.fiscal_year), col(Budget.id) > after)
    )
    if project_id is not None:
        rows = rows.where(Budget.project_id == project_id)
    if fiscal_year is not None:
        rows = rows.where(Budget.fiscal_year == fiscal_year)
    if source is not None:
        rows = rows.where(Budget.source == source)
    return list(session.exec(rows.order_by(col(Budget.id)).limit(limit)))


def all_within(session: Session, scope: Scope) -> list[tuple[Budget, Project]]:
    """Every budget row within the scope with its project, by project, year and source."""
    rows = (
        select(Budget, Project)
        .join(Project, col(Budget.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(within(scope, Budget.fiscal_year))
    )
    return list(session.exec(rows.order_by(Project.code, col(Budget.fiscal_year), Budget.source)))
