"""What the task list asks beyond the forms themselves: the years, and what was not begun."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.db.declarations import Declaration
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.self_evaluations import PROJECT_KIND, SelfEvaluation
from app.domain.actors import Scope


def years(session: Session, scope: Scope) -> list[int]:
    """Every fiscal year with a declaration or a form within the scope, the newest first."""
    declared = (
        select(Declaration.fiscal_year)
        .join(Project, col(Declaration.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(within(scope, Declaration.fiscal_year))
    )
    begun = (
        select(SelfEvaluation.fiscal_year)
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(within(scope, SelfEvaluation.fiscal_year))
    )
    found = {*session.exec(declared.distinct()), *session.exec(begun.distinct())}
    return sorted(found, reverse=True)


def not_begun(session: Session, scope: Scope, fiscal_year: int, limit: int) -> list[Project]:
    """Projects within the scope that declared targets for the year and have no form, by id."""
    begun = select(SelfEvaluation.project_id).where(
        SelfEvaluation.fiscal_year == fiscal_year,
        SelfEvaluation.kind == PROJECT_KIND,
        col(SelfEvaluation.is_current),
    )
    rows = (
        select(Project)
        .join(Declaration, col(Declaration.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(
            within(scope, Declaration.fiscal_year),
            Declaration.fiscal_year == fiscal_year,
            col(Project.id).not_in(begun),
        )
    )
    return list(session.exec(rows.order_by(col(Project.id)).limit(limit)))


def counts(session: Session, scope: Scope, fiscal_year: int) -> dict[str, int]:
    """How many forms of a year within the scope stand in each state."""
    rows = (
        select(SelfEvaluation.state, func.count())
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(
            within(scope, SelfEvaluation.fiscal_year),
            SelfEvaluation.fiscal_year == fiscal_year,
            col(SelfEvaluation.is_current),
        )
        .group_by(col(SelfEvaluation.state))
    )
    return dict(session.exec(rows).all())
