"""Self-evaluations (绩效自评): open, read, list, delete; `filling` writes their cells."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import attachments, budgets, declarations, projects, regions, self_evaluations
from app.db.declarations import DeclaredIndicator
from app.db.fund_lines import FundLine
from app.db.goals import Goal
from app.db.indicator_lines import IndicatorLine
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.scores import StoredScore
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.audit import AuditAction, Change, differences
from app.domain.filing_tasks import Standing, local_day
from app.domain.workflow import Action, State
from app.errors import Conflict, Forbidden, NotFound, VersionConflict
from app.services import audit, filing_terms, paging, standards
from app.services.courses import Desk, actions, newer, standing
from app.services.entries import FundEntry, LineEntry
from app.services.filing_terms import Filing
from app.services.form_sheets import SOURCES, FormSheet, load, store_score
from app.services.paging import Page

KIND = "self_evaluation"
ListedRow = tuple[SelfEvaluation, Project, Organisation, StoredScore | None]


@dataclass(frozen=True, slots=True)
class ListedForm:
    """What a list shows of a form; `score` is None only before the first scoring."""

    form: SelfEvaluation
    project: Project
    unit: Organisation
    score: StoredScore | None
    days_left: int | None
    allowed: frozenset[Action] = frozenset()
    days_waiting: int = 0


def open_form(
    session: Session,
    actor: Actor,
    now: datetime,
    project_id: int,
    fiscal_year: int,
    due_on: date | None = None,
) -> SelfEvaluation:
    """The form of a project and year: the one in use, or a new draft prefilled from its targets.

    Asking twice gives the same form. Where a filing task asks for it, it is due when the task
    says. Raises NotFound, Forbidden, Conflict (nothing declared, or the task has not opened)
    and Unacceptable (no edition in force).
    """
    project = projects.find(session, actor.scope, project_id)
    if project is None or not actor.scope.has_year(fiscal_year):
        raise NotFound
    existing = self_evaluations.current(session, project_id, fiscal_year)
    if existing is not None:
        return existing
    if not Desk(session, actor).grants(Action.EDIT):
        raise Forbidden
    filing = _begun(session, now, project, fiscal_year)
    due = filing.due_on if filing else due_on
    try:
        with session.begin_nested():
            form = _new_form(session, now, project, fiscal_year, due)
    except IntegrityError:
        raced = self_evaluations.current(session, project_id, fiscal_year)
        if raced is None:
            raise
        return raced
    store_score(session, load(session, form, frozenset()), now)
    begun = differences({}, {"state": form.state, "edition": f"{form.standard}/{form.edition}"})
    audit.record(session, actor, now, AuditAction.OPEN, audit.about(form), begun)
    return form


def get_sheet(session: Session, actor: Actor, form_id: int) -> FormSheet:
    """A form whole, with what the actor may do now; raises NotFound."""
    form = self_evaluations.find(session, actor.scope, form_id)
    if form is None:
        raise NotFound
    return load(session, form, actions(session, actor, form))


def held(
    session: Session, actor: Actor, form_id: int, action: Action | None, version: int | None
) -> SelfEvaluation:
    """A form locked for an action; `version` None where a row's own version guards the write.

    Without an action the caller itself asks what is allowed.

    Raises NotFound, Forbidden, Conflict and VersionConflict.
    """
    form = self_evaluations.find_locked(session, actor.scope, form_id)
    if form is None:
        raise NotFound
    desk = Desk(session, actor)
    if action is not None and not desk.grants(action):
        raise Forbidden
    if action is not None and action not in desk.actions(form):
        raise Conflict(standing(session, form))
    if version is not None and version != form.version:
        raise VersionConflict(form.version, newer(session, form))
    return form


def delete_draft(
    session: Session, actor: Actor, now: datetime, form_id: int, version: int | None
) -> None:
    """Delete a form that was never submitted; raises Conflict for any other."""
    form = held(session, actor, form_id, Action.EDIT, version)
    if form.state != State.DRAFT or form.receipt is not None:
        raise Conflict("只有从未提交过的草稿可以删除。")
    if attachments.of_form(session, form.id):
        raise Conflict("这张表有佐证材料，请先逐份删除，再删除草稿。")
    subject, lost = audit.about(form), _typed(load(session, form, frozenset()))
    session.delete(form)
    session.flush()
    audit.record(session, actor, now, AuditAction.DELETE, subject, lost)


def _typed(loaded: FormSheet) -> tuple[Change, ...]:
    """Everything that stood in the cells of a form that is deleted."""
    lost = differences({"state": loaded.form.state, "achieved": loaded.goal.achieved}, {})
    for fund in loaded.funds:
        lost += differences(audit.cells(fund, FundEntry), {}, f"/funds/{fund.source}")
    for line in loaded.lines:
        lost += differences(audit.cells(line, LineEntry), {}, f"/lines/{line.id}")
    return lost


def list_forms(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    fiscal_year: int | None = None,
    organisation_id: int | None = None,
    state: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Page[ListedForm]:
    """Forms in use within the actor's scope, by id, with the days left to their deadline."""
    size = paging.size(limit)
    rows = self_evaluations.page(
        session,
        actor.scope,
        fiscal_year=fiscal_year,
        organisation_id=organisation_id,
        state=state,
        after=paging.id_after(after),
        limit=size + 1,
    )
    desk = Desk(session, actor)
    found = [listed(session, desk, now, row) for row in rows]
    return paging.page_of(found, size, lambda item: item.form.id)


def listed(session: Session, desk: Desk, now: datetime, row: ListedRow) -> ListedForm:
    """A form as a list shows it to whoever sits at the desk."""
    form, project, unit, score = row
    return ListedForm(
        form=form,
        project=project,
        unit=unit,
        score=score,
        days_left=days_left(session, form, now),
        allowed=desk.actions(form),
        days_waiting=(now - form.moved_at).days if form.moved_at else 0,
    )


def days_left(session: Session, form: SelfEvaluation, now: datetime) -> int | None:
    """Whole days to the deadline in the region's zone: 0 on the day itself, negative after."""
    if form.due_on is None:
        return None
    return (form.due_on - local_day(now, regions.zone(session, form.region_code))).days


def _begun(session: Session, now: datetime, project: Project, fiscal_year: int) -> Filing | None:
    """What a task asks of the project; raises Conflict before it opens."""
    unit = session.get_one(Organisation, project.organisation_id)
    place = (project.id, project.region_code, fiscal_year)
    filing = filing_terms.of_project(session, unit, *place, shared=True)
    if filing is not None and filing.standing(now) is Standing.EARLY:
        raise Conflict(filing_terms.early_words(filing))
    return filing


def _new_form(
    session: Session, now: datetime, project: Project, fiscal_year: int, due_on: date | None
) -> SelfEvaluation:
    declared = declarations.of_year(session, project.id, fiscal_year)
    if declared is None:
        raise Conflict(f"该项目没有{fiscal_year}年度的绩效目标，请先申报目标再自评。")
    standard = standards.in_force(project.region_code, KIND, fiscal_year)
    form = SelfEvaluation(
        project_id=project.id,
        organisation_id=project.organisation_id,
        region_code=project.region_code,
        fiscal_year=fiscal_year,
        standard=standard.standard,
        edition=standard.edition.isoformat(),
        edition_hash=standard.digest,
        state=State.DRAFT,
        due_on=due_on,
        created_at=now,
        updated_at=now,
    )
    session.add(form)
    session.flush()
    session.add(Goal(**_keys(form), position=0, expected=declared.goal))
    session.add_all(_prefilled_funds(session, form))
    session.add_all(
        _prefilled_line(form, indicator)
        for indicator in declarations.indicators(session, declared.id)
    )
    session.flush()
    return form


def _keys(form: SelfEvaluation) -> dict[str, Any]:
    """The columns that tie a row to its form."""
    return {
        "self_evaluation_id": form.id,
        "region_code": form.region_code,
        "fiscal_year": form.fiscal_year,
    }


def _prefilled_funds(session: Session, form: SelfEvaluation) -> list[FundLine]:
    """One row a source, from the accounts; nothing in the accounts is 0."""
    known = {row.source: row for row in budgets.of_year(session, form.project_id, form.fiscal_year)}
    lines = [FundLine(**_keys(form), source=source) for source in SOURCES]
    for line in lines:
        budget = known.get(line.source)
        if budget is not None:
            line.initial, line.adjusted = budget.initial, budget.adjusted
            line.executed = budget.executed
        line.pulled_initial, line.pulled_adjusted = line.initial, line.adjusted
        line.pulled_executed = line.executed
    return lines


def _prefilled_line(form: SelfEvaluation, declared: DeclaredIndicator) -> IndicatorLine:
    return IndicatorLine(
        **_keys(form),
        position=declared.position,
        level1=declared.level1,
        level2=declared.level2,
        level3=declared.level3,
        name=declared.name,
        code=declared.code,
        target=declared.target,
        full=declared.full,
        rule=declared.rule,
        parameters=declared.parameters,
    )
