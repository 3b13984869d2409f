"""Declared targets (绩效目标申报): what a project promises for a year, prefilled into its form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from app.db import declarations, projects
from app.db.declarations import Declaration, DeclaredIndicator
from app.db.projects import Project
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, differences
from app.domain.forms import NO_PARAMETERS
from app.errors import NotFound
from app.services import audit, paging
from app.services.claims import claim, require
from app.services.fields import NAME_LENGTH, Fields
from app.services.paging import Page

PROSE_LENGTH = 10_000
TARGET_LENGTH = 2_000
CELLS = (("level1", "一级指标"), ("level2", "二级指标"), ("level3", "三级指标"),
         ("code", "指标代码"), ("rule", "评分规则"))  # fmt: skip
TOLD = (("explanation", "指标说明"), ("data_source", "数据来源"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredIndicatorEntry:
    """One declared indicator; `rule` and `parameters` bind it alone, if given.

    `explanation` and `data_source` are shown to whoever fills in the form.
    """

    name: str
    level1: str = ""
    level2: str = ""
    level3: str = ""
    code: str = ""
    target: str = ""
    full: Decimal | None = None
    rule: str = ""
    parameters: Mapping[str, str] = field(default_factory=lambda: NO_PARAMETERS)
    explanation: str = ""
    data_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationEntry:
    """The goal and the indicators of a project and year, in the order of the form."""

    project_id: int
    fiscal_year: int
    goal: str = ""
    indicators: tuple[DeclaredIndicatorEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclarationSheet:
    """A declaration whole."""

    declaration: Declaration
    indicators: tuple[DeclaredIndicator, ...]


def create(
    session: Session, actor: Actor, now: datetime, entry: DeclarationEntry
) -> DeclarationSheet:
    """Store the targets of a project that the actor sees, for a year that has none yet."""
    require(actor, Noun.DECLARATION)
    fields = Fields()
    check_cells(fields, entry)
    project = projects.find(session, actor.scope, entry.project_id)
    if project is None or not actor.scope.has_year(entry.fiscal_year):
        fields.add("/project_id", "项目不在您的管理范围内，请核对编号", entry.project_id)
        raise fields.refusal()
    if declarations.of_year(session, project.id, entry.fiscal_year) is not None:
        message = "这个项目本年度已经申报绩效目标，请改用修改"
        fields.add("/fiscal_year", message, entry.fiscal_year)
    fields.settle()
    row = Declaration(
        project_id=entry.project_id,
        region_code=project.region_code,
        fiscal_year=entry.fiscal_year,
    )
    made = write(session, row, entry)
    changes = differences({}, cells(made))
    audit.record(session, actor, now, AuditAction.CREATE, _about(session, row), changes)
    return made


def get(session: Session, actor: Actor, declaration_id: int) -> DeclarationSheet:
    """One declaration within the actor's scope; raises NotFound."""
    return _sheet(session, _find(session, actor, declaration_id))


def list_declarations(
    session: Session,
    actor: Actor,
    *,
    project_id: int | None = None,
    fiscal_year: int | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Page[DeclarationSheet]:
    """A page of the declarations within the actor's scope, each with its indicators."""
    rows = paging.size(limit)
    found = declarations.page(
        session,
        actor.scope,
        project_id=project_id,
        fiscal_year=fiscal_year,
        after=paging.id_after(after),
        limit=rows + 1,
    )
    page = paging.page_of(found, rows, lambda declaration: declaration.id)
    of_each = declarations.indicators_of_each(session, [row.id for row in page.items])
    sheets = (DeclarationSheet(row, tuple(of_each.get(row.id, ()))) for row in page.items)
    return Page(tuple(sheets), page.next)


def update(
    session: Session,
    actor: Actor,
    now: datetime,
    declaration_id: int,
    version: int,
    entry: DeclarationEntry,
) -> DeclarationSheet:
    """Replace goal and indicators; project and year stay. Forms already opened keep theirs."""
    held = _held(session, actor, declaration_id, version)
    fields = Fields()
    check_cells(fields, entry)
    for name, label in (("project_id", "项目"), ("fiscal_year", "年度")):
        given = getattr(entry, name)
        if given != getattr(held, name):
            fields.add(f"/{name}", f"{label}建立后不能更改，请写原来的值", given)
    fields.settle()
    before = cells(_sheet(session, held))
    held.version += 1
    after = write(session, held, entry)
    changes = differences(before, cells(after))
    audit.record(session, actor, now, AuditAction.CHANGE, _about(session, held), changes)
    return after


def delete(
    session: Session, actor: Actor, now: datetime, declaration_id: int, version: int
) -> None:
    """Delete a declaration with its indicators."""
    held = _held(session, actor, declaration_id, version)
    subject, lost = _about(session, held), differences(cells(_sheet(session, held)), {})
    session.delete(held)
    session.flush()
    audit.record(session, actor, now, AuditAction.DELETE, subject, lost)


def _about(session: Session, row: Declaration) -> audit.Subject:
    return audit.about(row, session.get_one(Project, row.project_id).organisation_id)


def cells(sheet: DeclarationSheet) -> dict[str, object]:
    """Goal and indicators by their pointers, without the first slash."""
    row = sheet.declaration
    told: dict[str, object] = {
        "project_id": row.project_id,
        "fiscal_year": row.fiscal_year,
        "goal": row.goal,
    }
    for place, indicator in enumerate(sheet.indicators):
        row_cells = audit.cells(indicator, DeclaredIndicatorEntry)
        told |= {f"indicators/{place}/{name}": value for name, value in row_cells.items()}
    return told


def _find(session: Session, actor: Actor, declaration_id: int) -> Declaration:
    found = declarations.find(session, actor.scope, declaration_id)
    if found is None:
        raise NotFound
    return found


def _held(session: Session, actor: Actor, declaration_id: int, version: int) -> Declaration:
    require(actor, Noun.DECLARATION)
    _find(session, actor, declaration_id)
    return claim(session, Declaration, declaration_id, version)


def _sheet(session: Session, row: Declaration) -> DeclarationSheet:
    return DeclarationSheet(row, tuple(declarations.indicators(session, row.id)))


def check_cells(fields: Fields, entry: DeclarationEntry) -> None:
    """What can be said of an entry by itself."""
    fields.year("/fiscal_year", "预算年度", entry.fiscal_year)
    fields.text("/goal", "年度总体目标", entry.goal, PROSE_LENGTH)
    for position, indicator in enumerate(entry.indicators):
        at, row = f"/indicators/{position}", f"第{position + 1}行"
        fields.text(f"{at}/name", f"{row}指标名称", indicator.name, NAME_LENGTH, required=True)
        fields.text(f"{at}/target", f"{row}年度指标值", indicator.target, TARGET_LENGTH)
        fields.points(f"{at}/full", f"{row}分值", indicator.full)
        for names, longest in ((CELLS, NAME_LENGTH), (TOLD, TARGET_LENGTH)):
            for name, label in names:
                fields.text(f"{at}/{name}", f"{row}{label}", getattr(indicator, name), longest)
        for name, value in indicator.parameters.items():
            fields.text(f"{at}/parameters", f"{row}评分参数", f"{name}{value}", NAME_LENGTH)


def write(session: Session, row: Declaration, entry: DeclarationEntry) -> DeclarationSheet:
    """Store goal and indicators in the place of what was there."""
    row.goal = entry.goal.strip()
    session.add(row)
    session.flush()
    indicators = indicators_of(row, entry)
    declarations.replace_indicators(session, row.id, indicators)
    return DeclarationSheet(row, tuple(indicators))


def indicators_of(row: Declaration, entry: DeclarationEntry) -> list[DeclaredIndicator]:
    """The indicators of an entry as rows of a declaration, not yet stored."""
    return [
        DeclaredIndicator(
            declaration_id=row.id,
            region_code=row.region_code,
            fiscal_year=row.fiscal_year,
            position=position,
            level1=indicator.level1.strip(),
            level2=indicator.level2.strip(),
            level3=indicator.level3.strip(),
            name=indicator.name.strip(),
            code=indicator.code.strip(),
            target=indicator.target.strip(),
            full=indicator.full,
            rule=indicator.rule.strip(),
            parameters=_as_json(indicator.parameters),
            explanation=indicator.explanation.strip(),
            data_source=indicator.data_source.strip(),
        )
        for position, indicator in enumerate(entry.indicators)
    ]


def _as_json(parameters: Mapping[str, str]) -> str:
    """The parameters as a JSON object, "" when there are none."""
    return json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True) if parameters else ""
