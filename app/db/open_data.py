"""What an export reads: which forms, and the stored rows of some of them, in few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.db.fund_lines import FundLine
from app.db.goals import Goal
from app.db.indicator_lines import IndicatorLine
from app.db.organisations import Organisation, within
from app.db.projects import Project
from app.db.scores import StoredScore
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Scope

AnyRow = TypeVar("AnyRow", FundLine, Goal, IndicatorLine)


@dataclass(frozen=True, slots=True)
class Record:
    """One form with all its stored rows."""

    form: SelfEvaluation
    project: Project
    unit: Organisation
    score: StoredScore | None
    funds: tuple[FundLine, ...]
    goals: tuple[Goal, ...]
    indicators: tuple[IndicatorLine, ...]


def form_ids(session: Session, scope: Scope, state: str = "") -> list[int]:
    """The forms in use within the scope, or those in one state, unit by unit."""
    rows = _within(scope).where(col(SelfEvaluation.is_current))
    if state:
        rows = rows.where(SelfEvaluation.state == state)
    return list(session.exec(rows.order_by(col(Organisation.path), col(SelfEvaluation.id))))


def count(session: Session, scope: Scope, state: str = "") -> int:
    """How many forms that would be."""
    rows = _within(scope).where(col(SelfEvaluation.is_current))
    if state:
        rows = rows.where(SelfEvaluation.state == state)
    return session.exec(select(func.count()).select_from(rows.subquery())).one()


def chosen_ids(session: Session, scope: Scope, ids: Sequence[int]) -> list[int]:
    """Those of the forms that lie within the scope, unit by unit."""
    rows = _within(scope).where(col(SelfEvaluation.id).in_(ids))
    return list(session.exec(rows.order_by(col(Organisation.path), col(SelfEvaluation.id))))


def records(session: Session, scope: Scope, ids: Sequence[int]) -> list[Record]:
    """The stored rows of those forms that lie within the scope, in the order of the ids."""
    rows = (
        select(SelfEvaluation, Project, Organisation, StoredScore)
        .join(Project, col(SelfEvaluation.project_id) == col(Project.id))
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .outerjoin(StoredScore, col(StoredScore.self_evaluation_id) == col(SelfEvaluation.id))
        .where(within(scope, SelfEvaluation.fiscal_year), col(SelfEvaluation.id).in_(ids))
    )
    heads = {row[0].id: row for row in session.exec(rows)}
    funds = select(FundLine).where(col(FundLine.self_evaluation_id).in_(heads))
    goals = select(Goal).where(col(Goal.self_evaluation_id).in_(heads))
    lines = select(IndicatorLine).where(col(IndicatorLine.self_evaluation_id).in_(heads))
    of_funds = _by_form(session.exec(funds.order_by(col(FundLine.id))))
    of_goals = _by_form(session.exec(goals.order_by(col(Goal.position))))
    of_lines = _by_form(session.exec(lines.order_by(col(IndicatorLine.position))))
    return [
        Record(*heads[key], tuple(of_funds[key]), tuple(of_goals[key]), tuple(of_lines[key]))
        for key in ids
        if key in heads
    ]


def _within(scope: Scope) -> SelectOfScalar[int]:
    return (
        select(SelfEvaluation.id)
        .join(Organisation, col(SelfEvaluation.organisation_id) == col(Organisation.id))
        .where(within(scope, SelfEvaluation.fiscal_year))
    )


def _by_form(rows: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row.self_evaluation_id].append(row)
    return found
