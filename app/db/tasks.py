"""What the task list asks: the years, the most urgent forms of each state, what was not begun."""

from sqlalchemy import case, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.db.declarations import Declaration
from app.db.filing_requests import FilingRequest, RequestState
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.scores import StoredScore
from app.db.self_evaluations import PROJECT_KIND, SelfEvaluation
from app.domain.actors import Scope
from app.domain.workflow import State

# Forms that wait for their unit go by the day they are due, the others by how long they wait.
UNSENT = (State.DRAFT, State.RETURNED)


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


def not_begun(
    session: Session, scope: Scope, fiscal_year: int, limit: int
) -> list[tuple[Project, Organisation]]:
    """Projects within the scope that declared targets for the year and have no form, by id."""
    begun = select(SelfEvaluation.project_id).where(
        SelfEvaluation.fiscal_year == fiscal_year,
        SelfEvaluation.kind == PROJECT_KIND,
        col(SelfEvaluation.is_current),
    )
    rows = (
        select(Project, Organisation)
        .join(Declaration, col(Declaration.project_id) == col(Project.id))
        .join(Organisation, col(Project.organisation_id) == col(Organisation.id))
        .where(
            within(scope, Declaration.fiscal_year),
            Declaration.fiscal_year == fiscal_year,
            col(Project.id).not_in(begun),
        )
    )
    found = session.exec(rows.order_by(col(Project.id)).limit(limit))
    return [(project, unit) for project, unit in found]


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


def urgent(
    session: Session, scope: Scope, fiscal_year: int, each: int
) -> list[tuple[SelfEvaluation, Project, Organisation, StoredScore | None]]:
    """Up to `each` forms of a year in every state, the most urgent first.

    Those of their units by the day they are due, the others by how long they wait.
    """
    state, form_id = col(SelfEvaluation.state), col(SelfEvaluation.id)
    due = case((state.in_(UNSENT), col(SelfEvaluation.due_on)))
    place = (due.is_(None), due, col(SelfEvaluation.moved_at), form_id)
    numbered = (
        select(form_id.label("id"), func.row_number().over(partition_by=state, order_by=place))
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(
            within(scope, SelfEvaluation.fiscal_year),
            SelfEvaluation.fiscal_year == fiscal_year,
            col(SelfEvaluation.is_current),
        )
    ).subquery()
    chosen = select(numbered.c[0]).where(numbered.c[1] <= each)
    unit = aliased(Organisation)
    rows = (
        select(SelfEvaluation, Project, unit, StoredScore)
        .join(Project, col(SelfEvaluation.project_id) == col(Project.id))
        .join(unit, col(SelfEvaluation.organisation_id) == col(unit.id))
        .outerjoin(StoredScore, col(StoredScore.self_evaluation_id) == form_id)
        .where(form_id.in_(chosen))
        .order_by(*place)
    )
    return [(form, project, own, score) for form, project, own, score in session.exec(rows)]


def requests_waiting(
    session: Session, scope: Scope, fiscal_year: int, but_organisation_id: int | None
) -> int:
    """How many requests within the scope wait for a decision, those of one organisation aside."""
    rows = (
        select(func.count())
        .select_from(FilingRequest)
        .join(Organisation, col(FilingRequest.organisation_id) == col(Organisation.id))
        .where(
            within(scope, FilingRequest.fiscal_year),
            FilingRequest.fiscal_year == fiscal_year,
            FilingRequest.state == RequestState.ASKED,
        )
    )
    if but_organisation_id is not None:
        rows = rows.where(FilingRequest.organisation_id != but_organisation_id)
    return session.exec(rows).one()
