"""Import of budgets and execution (预算与执行): one row a project, year and fund source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.db import budgets
from app.db.budgets import Budget
from app.db.lookups import by_values
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, differences
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.import_columns import Column
from app.domain.imports import Effect
from app.domain.numbers import plain
from app.domain.policies import maintains
from app.services import audit
from app.services.audit import Act
from app.services.budgets import ZERO, BudgetEntry, check_cells
from app.services.fields import Fields
from app.services.form_sheets import follow_accounts
from app.services.import_plans import By, Cells, PlainTable, Planned, changed, effect_of
from app.services.import_tables import Record, TableSet

SOURCES = {
    label: source for source, label in SOURCE_LABELS.items() if source is not FundSource.TOTAL
}
SOURCE_NAMES = {str(source): label for label, source in SOURCES.items()}
# Other spellings of published tables.
SPELT = {"财政拨款": FundSource.APPROPRIATION, "上年结转": FundSource.CARRIED_OVER}
NO_PROJECT = "没有这个代码的项目，或者它不在您的管理范围内，请核对"
NO_YEAR = "这个预算年度不在您的管理范围内，请核对"
AMOUNTS = ("initial", "adjustment", "executed", "received")


@dataclass(frozen=True, slots=True)
class ProjectsOf:
    """The projects that the records of a table name, as far as the actor sees them."""

    by_code: Mapping[str, Project]
    owners: Mapping[int, Organisation]

    def find(self, cells: Cells) -> Project | None:
        """The project of a record; its absence is noted."""
        project = self.by_code.get(cells.text("project_code"))
        if project is None:
            cells.problem("project_code", NO_PROJECT)
        return project

    def about(self, row: Budget) -> audit.Subject:
        """What an event on a budget is about."""
        return audit.about(row, self.owners[row.project_id].id)


def projects_of(session: Session, actor: Actor, records: Sequence[Record]) -> ProjectsOf:
    """The projects that the records name."""
    codes = {record.cells.get("project_code", "") for record in records}
    rows = by_values(session, Project, Project.code, codes)
    units = by_values(session, Organisation, Organisation.id, {row.organisation_id for row in rows})
    seen = {unit.id: unit for unit in units if actor.scope.has_path(unit.path)}
    found = [row for row in rows if row.organisation_id in seen]
    return ProjectsOf(
        {row.code: row for row in found}, {row.id: seen[row.organisation_id] for row in found}
    )


class Budgets(PlainTable):
    """预算与执行: known by project, year and source; amounts in the unit of the heading."""

    name = "budgets"
    label = "预算与执行"
    policy = maintains(Noun.BUDGET)
    columns: tuple[Column, ...] = (
        Column(name="project_code", label="项目代码", expected="您管理范围内的项目代码，21 位",
               example="31000024T000000000001", aliases=("项目编码", "项目编号"), required=True,
               width=26),
        Column(name="project_name", label="项目名称", expected="只供核对，不导入", reading=True,
               example="示例信息化建设项目", width=32),
        Column(name="fiscal_year", label="预算年度", expected="四位年份", example="2024",
               aliases=("年度", "年份"), required=True, width=10),
        Column(name="source", label="资金来源", expected="、".join(SOURCES), example="当年财政拨款",
               aliases=("资金性质",), choices=tuple(SOURCES), required=True),
        Column(name="initial", label="年初预算数", expected="数字，单位见表头", example="5000000",
               aliases=("年初预算", "年初预算金额"), money=True, width=18),
        Column(name="adjustment", label="年度调整数", expected="数字，调减写负数", example="0",
               aliases=("调整数", "预算调整数", "调整金额"), money=True, width=18),
        Column(name="executed", label="全年执行数", expected="数字，单位见表头", example="4986000",
               aliases=("执行数", "全年支出数", "支出数", "预算执行数"), money=True, width=18),
        Column(name="received", label="到位资金", expected="数字，单位见表头", example="5000000",
               aliases=("到位数", "资金到位数", "到位金额"), money=True, width=18),
    )  # fmt: skip
    notes: tuple[str, ...] = (
        "一行是一个项目一个年度的一种资金来源；这三项识别一条记录。",
        "金额的单位写在表头的括号里：元或万元。空格的金额保持原值，新增时为 0。",
    )

    def plan(
        self, session: Session, actor: Actor, tables: TableSet, *, hold: bool
    ) -> list[Planned]:
        """New ones and changes by project, year and source."""
        records = list(tables.records())
        known = projects_of(session, actor, records)
        ids = {project.id for project in known.by_code.values()}
        stored = {
            (row.project_id, row.fiscal_year, row.source): row
            for row in by_values(session, Budget, Budget.project_id, ids, hold=hold)
        }
        taken: dict[tuple[int, int, str], Record] = {}
        found = []
        for record in records:
            cells = Cells(tables, record)
            if not cells.required("project_code", "fiscal_year", "source"):
                continue
            project = known.find(cells)
            year = cells.year("fiscal_year")
            source = cells.choice("source", {**SOURCES, **SPELT}, "")
            if project is None or not year or not source:
                continue
            if not actor.scope.has_year(year):
                cells.problem("fiscal_year", NO_YEAR)
                continue
            first = taken.setdefault((project.id, year, source), record)
            if first is not record:
                cells.problem("source", f"与第 {first.row} 行重复，请只保留一行")
                continue
            row = stored.get((project.id, year, source))
            found.append(self._one(cells, project, (year, source), row))
        return found

    def _one(
        self, cells: Cells, project: Project, place: tuple[int, str], row: Budget | None
    ) -> Planned:
        year, source = place
        amounts = {
            name: cells.amount(name, getattr(row, name) if row else ZERO) for name in AMOUNTS
        }
        entry = BudgetEntry(project_id=project.id, fiscal_year=year, source=source, **amounts)
        fields = Fields()
        check_cells(fields, entry)
        cells.take(fields)
        before = {} if row is None else _shown(row, project)
        changes = changed(self.columns, before, _shown(entry, project))
        return Planned(
            record=cells.record,
            effect=effect_of(row, changes),
            key=f"{project.code} {project.name} {year} 年 {SOURCE_NAMES[source]}",
            entry=(entry, project),
            row=row,
            changes=changes,
        )

    def apply(self, session: Session, by: By, planned: Sequence[Planned], /) -> list[Act]:
        """Store the amounts; forms of these projects and years are examined again."""
        acts: list[Act] = []
        touched: set[tuple[int, int]] = set()
        for item in planned:
            entry, project = item.entry
            if item.effect is not Effect.UNCHANGED:
                touched.add((project.id, entry.fiscal_year))
            if item.effect is Effect.CHANGED:
                acts.append(_change(item.row, entry, project))
        new = [_made(*item.entry) for item in planned if item.effect is Effect.NEW]
        session.add_all(new)
        session.flush()
        owners = {project.id: project for _, project in (item.entry for item in planned)}
        acts += [_creation(row, owners[row.project_id]) for row in new]
        for project_id, year in _with_forms(session, touched):
            follow_accounts(session, by.now, project_id, year)
        return acts

    def rows(self, session: Session, actor: Actor) -> Iterator[tuple[str, ...]]:
        """The budgets within the scope, by project, year and source; amounts in 元."""
        for row, project in budgets.all_within(session, actor.scope):
            shown = _shown(row, project)
            yield tuple(shown[column.name] for column in self.columns)


def _with_forms(session: Session, touched: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those projects and years that have a form."""
    ids = {project_id for project_id, _ in touched}
    for form in by_values(session, SelfEvaluation, SelfEvaluation.project_id, ids):
        if form.is_current and (form.project_id, form.fiscal_year) in touched:
            yield form.project_id, form.fiscal_year


def _made(entry: BudgetEntry, project: Project) -> Budget:
    return Budget(
        project_id=project.id,
        region_code=project.region_code,
        fiscal_year=entry.fiscal_year,
        source=entry.source,
        **{name: getattr(entry, name) for name in AMOUNTS},
    )


def _shown(row: Budget | BudgetEntry, project: Project) -> Mapping[str, str]:
    amounts = {name: plain(getattr(row, name)) for name in AMOUNTS}
    return {
        "project_code": project.code,
        "project_name": project.name,
        "fiscal_year": str(row.fiscal_year),
        "source": SOURCE_NAMES[row.source],
        **amounts,
    }


def _change(row: Budget, entry: BudgetEntry, project: Project) -> Act:
    before = audit.cells(row, BudgetEntry)
    for name in AMOUNTS:
        setattr(row, name, getattr(entry, name))
    row.version += 1
    changes = differences(before, audit.cells(row, BudgetEntry))
    return Act(AuditAction.CHANGE, audit.about(row, project.organisation_id), changes)


def _creation(row: Budget, project: Project) -> Act:
    told = differences({}, audit.cells(row, BudgetEntry))
    return Act(AuditAction.CREATE, audit.about(row, project.organisation_id), told)
