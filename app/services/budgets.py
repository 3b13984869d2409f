"""Budgets and execution (预算与执行) of the projects that the actor sees; amounts in 元."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from app.db import budgets, projects
from app.db.budgets import Budget
from app.db.projects import Project
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, differences
from app.domain.forms import FundSource
from app.errors import NotFound
from app.services import audit, paging
from app.services.claims import claim, require
from app.services.fields import Fields
from app.services.form_sheets import follow_accounts
from app.services.paging import Page

SOURCES = frozenset(FundSource) - {FundSource.TOTAL}
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetEntry:
    """One fund source of a project in one year; a cut is a negative adjustment."""

    project_id: int
    fiscal_year: int
    source: str
    initial: Decimal = ZERO
    adjustment: Decimal = ZERO
    executed: Decimal = ZERO
    received: Decimal = ZERO


def create(session: Session, actor: Actor, now: datetime, entry: BudgetEntry) -> Budget:
    """Store the budget of one fund source of a project that the actor sees."""
    require(actor, Noun.BUDGET)
    fields = Fields()
    check_cells(fields, entry)
    project = projects.find(session, actor.scope, entry.project_id)
    if project is None or not actor.scope.has_year(entry.fiscal_year):
        fields.add("/project_id", "项目不在您的管理范围内，请核对编号", entry.project_id)
        raise fields.refusal()
    if any(
        row.source == entry.source
        for row in budgets.of_year(session, project.id, entry.fiscal_year)
    ):
        fields.add("/source", "这个项目本年度的这种资金已经登记，请改用修改", entry.source)
    fields.settle()
    row = Budget(
        project_id=entry.project_id,
        region_code=project.region_code,
        fiscal_year=entry.fiscal_year,
        source=entry.source,
    )
    _write(session, row, entry)
    told = differences({}, audit.cells(row, BudgetEntry))
    audit.record(session, actor, now, AuditAction.CREATE, _about(session, row), told)
    follow_accounts(session, now, row.project_id, row.fiscal_year)
    return row


def get(session: Session, actor: Actor, budget_id: int) -> Budget:
    """One budget row within the actor's scope; raises NotFound."""
    found = budgets.find(session, actor.scope, budget_id)
    if found is None:
        raise NotFound
    return found


def list_budgets(
    session: Session,
    actor: Actor,
    *,
    project_id: int | None = None,
    fiscal_year: int | None = None,
    source: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Page[Budget]:
    """A page of the budget rows within the actor's scope."""
    rows = paging.size(limit)
    found = budgets.page(
        session,
        actor.scope,
        project_id=project_id,
        fiscal_year=fiscal_year,
        source=source,
        after=paging.id_after(after),
        limit=rows + 1,
    )
    return paging.page_of(found, rows, lambda budget: budget.id)


def update(
    session: Session,
    actor: Actor,
    now: datetime,
    budget_id: int,
    version: int,
    entry: BudgetEntry,
) -> Budget:
    """Replace the amounts; project, year and source stay."""
    held = _held(session, actor, budget_id, version)
    fields = Fields()
    check_cells(fields, entry)
    for name, label in (("project_id", "项目"), ("fiscal_year", "年度"), ("source", "资金来源")):
        given = getattr(entry, name)
        if given != getattr(held, name):
            fields.add(f"/{name}", f"{label}建立后不能更改，请写原来的值", given)
    fields.settle()
    before = audit.cells(held, BudgetEntry)
    held.version += 1
    _write(session, held, entry)
    changes = differences(before, audit.cells(held, BudgetEntry))
    audit.record(session, actor, now, AuditAction.CHANGE, _about(session, held), changes)
    follow_accounts(session, now, held.project_id, held.fiscal_year)
    return held


def delete(session: Session, actor: Actor, now: datetime, budget_id: int, version: int) -> None:
    """Delete one budget row."""
    held = _held(session, actor, budget_id, version)
    subject, lost = _about(session, held), differences(audit.cells(held, BudgetEntry), {})
    session.delete(held)
    session.flush()
    audit.record(session, actor, now, AuditAction.DELETE, subject, lost)
    follow_accounts(session, now, held.project_id, held.fiscal_year)


def _about(session: Session, row: Budget) -> audit.Subject:
    return audit.about(row, session.get_one(Project, row.project_id).organisation_id)


def _held(session: Session, actor: Actor, budget_id: int, version: int) -> Budget:
    require(actor, Noun.BUDGET)
    get(session, actor, budget_id)
    return claim(session, Budget, budget_id, version)


def check_cells(fields: Fields, entry: BudgetEntry) -> None:
    """What can be said of an entry by itself."""
    before = len(fields.problems)
    fields.year("/fiscal_year", "预算年度", entry.fiscal_year)
    fields.choice("/source", "资金来源", entry.source, SOURCES)
    fields.amount("/initial", "年初预算数", entry.initial)
    fields.amount("/adjustment", "年度调整数", entry.adjustment, negative=True)
    fields.amount("/executed", "全年执行数", entry.executed)
    fields.amount("/received", "到位资金", entry.received)
    sound = len(fields.problems) == before
    if sound and entry.initial + entry.adjustment < 0:
        message = "调减额不能超过年初预算数，请核对"
        fields.add("/adjustment", message, entry.adjustment)


def _write(session: Session, row: Budget, entry: BudgetEntry) -> None:
    row.initial, row.adjustment = entry.initial, entry.adjustment
    row.executed, row.received = entry.executed, entry.received
    session.add(row)
    session.flush()
