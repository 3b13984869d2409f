"""Import of declared targets (绩效目标申报): a row an indicator."""

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session

from app.db import declarations
from app.db.declarations import Declaration
from app.db.lookups import by_values
from app.db.projects import Project
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, Change, differences
from app.domain.forms import NO_PARAMETERS
from app.domain.import_columns import Column
from app.domain.imports import Effect
from app.domain.numbers import plain
from app.domain.policies import maintains
from app.services import audit
from app.services.audit import Act
from app.services.declarations import (
    DeclarationEntry,
    DeclarationSheet,
    DeclaredIndicatorEntry,
    check_cells,
    indicators_of,
    write,
)
from app.services.declarations import cells as told
from app.services.fields import Fields
from app.services.import_budgets import NO_YEAR, ProjectsOf, projects_of
from app.services.import_plans import By, Cells, PlainTable, Planned, effect_of
from app.services.import_tables import TableSet

TEXTS = ("level1", "level2", "level3", "name", "code", "target", "rule", "explanation",
         "data_source")  # fmt: skip
OTHER_GOAL = "同一项目同一年度的年度总体目标前后不一致，请统一，或只在第一行填写"
NOT_PARAMETERS = "评分参数请照导出的写法填写，或留空"


class Declarations(PlainTable):
    """绩效目标: all rows of a project and year together are its declaration, in their order."""

    name = "declarations"
    label = "绩效目标"
    policy = maintains(Noun.DECLARATION)
    columns: tuple[Column, ...] = (
        Column(name="project_code", label="项目代码", expected="您管理范围内的项目代码，21 位",
               example="31000024T000000000001", aliases=("项目编码", "项目编号"), required=True,
               width=26),
        Column(name="project_name", label="项目名称", expected="只供核对，不导入", reading=True,
               example="示例信息化建设项目", width=28),
        Column(name="fiscal_year", label="预算年度", expected="四位年份", example="2024",
               aliases=("年度", "年份"), required=True, width=10),
        Column(name="goal", label="年度总体目标", expected="可以只在该项目的第一行填写",
               example="按期建成并投入使用。", aliases=("总体目标", "绩效目标"), width=36),
        Column(name="level1", label="一级指标", expected="如 产出指标、效益指标、满意度指标",
               example="产出指标", width=14),
        Column(name="level2", label="二级指标", expected="如 数量指标、质量指标、时效指标",
               example="数量指标", width=14),
        Column(name="level3", label="三级指标", expected="与指标名称不同时填写", example="",
               else_for="name", width=14),
        Column(name="name", label="指标名称", expected="指标的名称", example="完成系统建设数量",
               aliases=("指标内容", "绩效指标", "指标"), required=True, width=28),
        Column(name="code", label="指标代码", expected="没有时留空", example="",
               aliases=("指标编码",), width=14),
        Column(name="target", label="年度指标值", expected="如 ≥95%、=1.00(个)、9月30日前",
               example="≥1(个)", aliases=("指标值", "目标值", "预期指标值"), width=18),
        Column(name="full", label="分值", expected="数字", example="10", aliases=("权重",),
               width=10),
        Column(name="rule", label="评分规则", expected="一般留空，由评分标准决定", example=""),
        Column(name="parameters", label="评分参数", expected="一般留空", example=""),
        Column(name="explanation", label="指标说明", expected="指标是什么、怎么算，填报时显示",
               example="", aliases=("指标解释", "指标内涵"), width=28),
        Column(name="data_source", label="数据来源", expected="用什么材料佐证，填报时显示",
               example="", aliases=("数据来源及佐证", "佐证材料要求"), width=28),
    )  # fmt: skip
    notes: tuple[str, ...] = (
        "一行一条指标；同一项目同一年度的各行合起来是它的绩效目标，按表中先后排列。",
        "已申报的，以表中的指标整体替换；已建立的自评表不变，填报人可以重新取数。",
    )

    def plan(
        self, session: Session, actor: Actor, tables: TableSet, *, hold: bool
    ) -> list[Planned]:
        """One effect a project and year."""
        known = projects_of(session, actor, list(tables.records()))
        groups = _groups(actor, tables, known)
        ids = {project.id for project in known.by_code.values()}
        rows = by_values(session, Declaration, Declaration.project_id, ids, hold=hold)
        stored = {(row.project_id, row.fiscal_year): row for row in rows}
        indicators = declarations.indicators_of_each(session, [row.id for row in rows])
        projects = {project.id: project for project in known.by_code.values()}
        planned = []
        for (project_id, year), group in groups.items():
            row = stored.get((project_id, year))
            sheet = (
                None if row is None else DeclarationSheet(row, tuple(indicators.get(row.id, ())))
            )
            planned.append(self._one(group, projects[project_id], year, sheet))
        return planned

    def _one(
        self, group: list[Cells], project: Project, year: int, stored: DeclarationSheet | None
    ) -> Planned:
        entry = DeclarationEntry(
            project_id=project.id,
            fiscal_year=year,
            goal=_goal(group) or (stored.declaration.goal if stored else ""),
            indicators=tuple(_indicator(cells) for cells in group),
        )
        fields = Fields()
        check_cells(fields, entry)
        _take(fields, group)
        row = stored.declaration if stored else None
        changes = _changes(entry, project, stored)
        return Planned(
            record=group[0].record,
            effect=effect_of(row, changes),
            key=f"{project.code} {project.name} {year} 年（{len(group)} 条指标）",
            entry=(entry, project, stored),
            row=row,
            changes=changes,
        )

    def apply(self, session: Session, _: By, planned: Sequence[Planned], /) -> list[Act]:
        """Store each declaration whole."""
        return [
            _applied(session, *item.entry)
            for item in planned
            if item.effect is not Effect.UNCHANGED
        ]

    def rows(self, session: Session, actor: Actor) -> Iterator[tuple[str, ...]]:
        """The declared indicators within the scope, by project and year, in their order."""
        for indicator, declaration, project in declarations.all_within(session, actor.scope):
            shown = {
                "project_code": project.code,
                "project_name": project.name,
                "fiscal_year": str(declaration.fiscal_year),
                "goal": declaration.goal if indicator.position == 0 else "",
                **{name: getattr(indicator, name) for name in (*TEXTS, "parameters")},
                "full": "" if indicator.full is None else plain(indicator.full),
            }
            yield tuple(shown[column.name] for column in self.columns)


def _groups(
    actor: Actor, tables: TableSet, known: ProjectsOf
) -> dict[tuple[int, int], list[Cells]]:
    """The records of each project and year, in the order of the file."""
    groups: dict[tuple[int, int], list[Cells]] = {}
    for record in tables.records():
        cells = Cells(tables, record)
        if not cells.required("project_code", "fiscal_year"):
            continue
        project, year = known.find(cells), cells.year("fiscal_year")
        if project is None or not year:
            continue
        if not actor.scope.has_year(year):
            cells.problem("fiscal_year", NO_YEAR)
            continue
        groups.setdefault((project.id, year), []).append(cells)
    return groups


def _goal(group: list[Cells]) -> str:
    """The goal that stands in one or more rows of a group."""
    goal = ""
    for cells in group:
        given = cells.text("goal")
        if given and goal and given != goal:
            cells.problem("goal", OTHER_GOAL)
        goal = goal or given
    return goal


def _indicator(cells: Cells) -> DeclaredIndicatorEntry:
    texts = {name: cells.text(name) for name in TEXTS}
    return DeclaredIndicatorEntry(**texts, full=cells.figure("full"), parameters=_parameters(cells))


def _parameters(cells: Cells) -> Mapping[str, str]:
    text = cells.text("parameters")
    if not text:
        return NO_PARAMETERS
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        cells.problem("parameters", NOT_PARAMETERS)
        return NO_PARAMETERS
    return read


def _take(fields: Fields, group: list[Cells]) -> None:
    """Note a service's problems at the row that each is about."""
    for problem in fields.problems:
        _, place, *rest = [*problem.pointer.split("/"), ""]
        if place == "indicators":
            group[int(rest[0])].also(rest[1], problem.message)
        else:
            group[0].also(place, problem.message)


def _changes(
    entry: DeclarationEntry, project: Project, stored: DeclarationSheet | None
) -> tuple[Change, ...]:
    """Goal and indicators that differ, each by its number and the label of its column."""
    head = Declaration(
        project_id=project.id,
        region_code=project.region_code,
        fiscal_year=entry.fiscal_year,
        goal=entry.goal.strip(),
    )
    after = told(DeclarationSheet(head, tuple(indicators_of(head, entry))))
    before = told(stored) if stored else {}
    return tuple(
        Change(_label(change.field), change.before, change.after)
        for change in differences(before, after)
        if change.field not in {"/project_id", "/fiscal_year"}
    )


def _label(pointer: str) -> str:
    _, place, *rest = pointer.split("/")
    if place != "indicators":
        return LABELS[place]
    return f"第 {int(rest[0]) + 1} 条 {LABELS[rest[1]]}"


def _applied(
    session: Session,
    entry: DeclarationEntry,
    project: Project,
    stored: DeclarationSheet | None,
) -> Act:
    before = told(stored) if stored else {}
    row = Declaration(
        project_id=project.id, region_code=project.region_code, fiscal_year=entry.fiscal_year
    )
    if stored:
        row = stored.declaration
        row.version += 1
    after = told(write(session, row, entry))
    action = AuditAction.CHANGE if stored else AuditAction.CREATE
    return Act(action, audit.about(row, project.organisation_id), differences(before, after))


LABELS = {column.name: column.label for column in Declarations.columns}
