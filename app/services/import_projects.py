"""Import of projects (项目), known by their 21-character codes."""

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session

from app.db import projects
from app.db.lookups import by_values
from app.db.organisations import Organisation
from app.db.projects import Project
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, differences
from app.domain.import_columns import Column
from app.domain.imports import Effect
from app.domain.policies import maintains
from app.services import audit
from app.services.audit import Act
from app.services.fields import Fields
from app.services.import_plans import (
    FLAGS,
    By,
    Cells,
    PlainTable,
    Planned,
    changed,
    effect_of,
    flag,
    once,
)
from app.services.import_tables import Record, TableSet
from app.services.projects import TAKEN, ProjectEntry, check_cells, made, put

NO_UNIT = "没有这个代码的单位，或者它不在您的管理范围内，请核对"
OWNER_STAYS = "实施单位建立后不能更改，请写原来的单位代码"


class _Known:
    """What the plan looks up: stored projects by code, and organisations by code and id."""

    def __init__(self, session: Session, actor: Actor, records: list[Record], hold: bool) -> None:
        codes = {record.cells["code"] for record in records}
        rows = by_values(session, Project, Project.code, codes, hold=hold)
        named = {record.cells.get("unit_code", "") for record in records}
        units = by_values(session, Organisation, Organisation.code, named)
        owners = by_values(
            session, Organisation, Organisation.id, {r.organisation_id for r in rows}
        )
        self.by_code = {row.code: row for row in rows}
        self.owners = {unit.id: unit for unit in (*owners, *units)}
        seen = (unit for unit in units if actor.scope.has_path(unit.path))
        self.units = {unit.code: unit for unit in seen}
        self.scope = actor.scope

    def seen(self, code: str) -> Project | None:
        """The stored project of that code within the actor's scope."""
        row = self.by_code.get(code)
        within = row is not None and self.scope.has_path(self.owners[row.organisation_id].path)
        return row if within else None


class Projects(PlainTable):
    """项目: the owner of a stored one stays."""

    name = "projects"
    label = "项目"
    policy = maintains(Noun.PROJECT)
    columns: tuple[Column, ...] = (
        Column(name="code", label="项目代码", expected="21 位：区划、年份、字母、顺序号",
               example="31000024T000000000001", aliases=("项目编码", "项目编号"), required=True,
               width=26),
        Column(name="name", label="项目名称", expected="项目的全称", example="示例信息化建设项目",
               required=True, width=32),
        Column(name="unit_code", label="实施单位代码", expected="您管理范围内的单位代码",
               example="001001", aliases=("单位代码", "预算单位代码"), required=True),
        Column(name="unit_name", label="实施单位名称", expected="只供核对，不导入", reading=True,
               example="示例单位", aliases=("单位名称", "实施单位", "预算单位", "单位"), width=28),
        Column(name="first_year", label="开始年度", expected="四位年份", example="2024",
               aliases=("起始年度", "开始年份"), required=True, width=10),
        Column(name="last_year", label="结束年度", expected="四位年份，不早于开始年度",
               example="2026", aliases=("终止年度", "截止年度"), required=True, width=10),
        Column(name="recurring", label="经常性项目", expected="是、否；留空为否", example="否",
               aliases=("是否经常性项目", "是否经常性"), choices=tuple(FLAGS), width=12),
    )  # fmt: skip
    notes: tuple[str, ...] = (
        "一行一个项目；按项目代码识别，已登记的项目按表修改，没有登记的新增。",
    )

    def plan(
        self, session: Session, actor: Actor, tables: TableSet, *, hold: bool
    ) -> list[Planned]:
        """New ones by unknown codes, changes by known ones."""
        records = once(tables, "code")
        known = _Known(session, actor, records, hold)
        found = (self._one(tables, record, known) for record in records)
        return [planned for planned in found if planned is not None]

    def _one(self, tables: TableSet, record: Record, known: _Known) -> Planned | None:
        cells, code = Cells(tables, record), record.cells["code"]
        row = known.seen(code)
        if row is None and code in known.by_code:
            cells.problem("code", TAKEN)
            return None
        if row is None:
            cells.required("name", "unit_code", "first_year", "last_year")
        owner = _owner(cells, row, known)
        entry = _entry(cells, row, owner.id if owner else 0)
        fields = Fields()
        check_cells(fields, entry)
        cells.take(fields)
        if owner is None:
            return None
        before = {} if row is None else _shown(_stored(row), owner)
        changes = changed(self.columns, before, _shown(entry, owner))
        return Planned(
            record=record,
            effect=effect_of(row, changes),
            key=f"{entry.code} {entry.name}",
            entry=(entry, owner),
            row=row,
            changes=changes,
        )

    def apply(self, session: Session, _: By, planned: Sequence[Planned], /) -> list[Act]:
        """Store changes and new ones."""
        acts = [_change(item) for item in planned if item.effect is Effect.CHANGED]
        entries = (item.entry for item in planned if item.effect is Effect.NEW)
        new = [made(entry, owner.region_code) for entry, owner in entries]
        session.add_all(new)
        session.flush()
        return acts + [_creation(row) for row in new]

    def rows(self, session: Session, actor: Actor) -> Iterator[tuple[str, ...]]:
        """The projects within the scope, by code."""
        for row, owner in projects.all_within(session, actor.scope):
            shown = _shown(_stored(row), owner)
            yield tuple(shown[column.name] for column in self.columns)


def _owner(cells: Cells, row: Project | None, known: _Known) -> Organisation | None:
    stored = known.owners[row.organisation_id] if row is not None else None
    owner = known.units.get(cells.text("unit_code")) if cells.text("unit_code") else stored
    if owner is None:
        cells.also("unit_code", NO_UNIT)
    elif stored is not None and owner.id != stored.id:
        cells.problem("unit_code", OWNER_STAYS)
    return owner


def _entry(cells: Cells, row: Project | None, owner_id: int) -> ProjectEntry:
    return ProjectEntry(
        code=cells.text("code"),
        name=cells.text("name", row.name if row else ""),
        organisation_id=owner_id,
        first_year=cells.year("first_year", row.first_year if row else 0),
        last_year=cells.year("last_year", row.last_year if row else 0),
        recurring=cells.choice("recurring", FLAGS, row.recurring if row else False),
    )


def _stored(row: Project) -> ProjectEntry:
    return ProjectEntry(**audit.cells(row, ProjectEntry))  # type: ignore[arg-type]


def _shown(entry: ProjectEntry, owner: Organisation) -> Mapping[str, str]:
    return {
        "code": entry.code,
        "name": entry.name.strip(),
        "unit_code": owner.code,
        "unit_name": owner.name,
        "first_year": str(entry.first_year),
        "last_year": str(entry.last_year),
        "recurring": flag(entry.recurring),
    }


def _change(item: Planned) -> Act:
    before = audit.cells(item.row, ProjectEntry)
    put(item.row, item.entry[0])
    changes = differences(before, audit.cells(item.row, ProjectEntry))
    return Act(AuditAction.CHANGE, audit.about(item.row), changes)


def _creation(row: Project) -> Act:
    told = differences({}, audit.cells(row, ProjectEntry))
    return Act(AuditAction.CREATE, audit.about(row), told)
