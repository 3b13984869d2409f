"""Import of organisations (单位), parents and children in one table, in whatever order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.db import organisations
from app.db.lookups import by_values
from app.db.organisations import Organisation, OrganisationKind
from app.db.regions import Region
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, differences
from app.domain.import_columns import Column
from app.domain.imports import Effect
from app.domain.policies import maintains
from app.services import audit
from app.services.audit import Act
from app.services.fields import Fields
from app.services.import_plans import (
    ACTIVE,
    By,
    Cells,
    PlainTable,
    Planned,
    active,
    changed,
    effect_of,
    once,
)
from app.services.import_tables import Record, TableSet
from app.services.organisations import (
    NO_REGION,
    TAKEN,
    OrganisationEntry,
    about,
    check_cells,
    made,
    put,
)

KIND_LABELS = {
    "财政部门": OrganisationKind.FINANCE,
    "主管部门": OrganisationKind.DEPARTMENT,
    "预算单位": OrganisationKind.UNIT,
}
KIND_NAMES = {value: label for label, value in KIND_LABELS.items()}
NO_PARENT = "没有这个代码的上级单位，或者它不在您的管理范围内，请核对"
PARENT_STAYS = "导入不能移动已登记的单位，上级单位请写原来的代码，或留空"
CIRCLE = "上级单位互为上下级，请核对"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with the code of the organisation that it stands below."""

    entry: OrganisationEntry
    parent_code: str


class _Known:
    """What the plan looks up: stored organisations by code and id, and registered regions."""

    def __init__(self, session: Session, actor: Actor, records: list[Record], hold: bool) -> None:
        codes = {record.cells.get(name, "") for record in records for name in CODES}
        rows = by_values(session, Organisation, Organisation.code, codes, hold=hold)
        ids = {row.parent_id for row in rows if row.parent_id} | {actor.organisation_id}
        above = by_values(session, Organisation, Organisation.id, ids)
        self.by_code = {row.code: row for row in rows}
        self.code_of = {row.id: row.code for row in (*rows, *above)}
        self.coming = {record.cells["code"] for record in records}
        named = {record.cells.get("region_code", "") for record in records}
        named |= {row.region_code for row in rows}
        self.regions = {row.code for row in by_values(session, Region, Region.code, named)}
        self.scope = actor.scope
        self.own_code = self.code_of.get(actor.organisation_id, "")

    def seen(self, code: str) -> Organisation | None:
        """The stored organisation of that code within the actor's scope."""
        row = self.by_code.get(code)
        return row if row is not None and self.scope.has_path(row.path) else None


CODES = ("code", "parent_code")


class Organisations(PlainTable):
    """单位: known by their codes; the parent of a stored one stays."""

    name = "organisations"
    label = "单位"
    policy = maintains(Noun.ORGANISATION)
    columns: tuple[Column, ...] = (
        Column(name="code", label="单位代码", expected="字母、数字、点、横线，最多 38 位",
               example="001001", aliases=("预算单位代码", "机构代码", "单位编码"), required=True),
        Column(name="name", label="单位名称", expected="单位的全称", example="示例市教育局",
               aliases=("预算单位", "预算单位名称", "单位", "名称"), required=True, width=28),
        Column(name="kind", label="单位类别", expected="、".join(KIND_LABELS), example="主管部门",
               aliases=("类别", "单位性质"), choices=tuple(KIND_LABELS), required=True),
        Column(name="region_code", label="地区代码", expected="6 位数字，已登记的地区",
               example="310000", aliases=("行政区划代码", "区划代码"), required=True),
        Column(name="parent_code", label="上级单位代码",
               expected="已登记或同一表中的单位代码；留空为您所在的单位", example="001",
               aliases=("上级代码", "主管部门代码")),
        Column(name="active", label="状态", expected="、".join(ACTIVE), example="启用",
               aliases=("是否启用", "启用状态"), choices=tuple(ACTIVE)),
    )  # fmt: skip
    notes: tuple[str, ...] = (
        "一行一个单位；按单位代码识别，已登记的单位按表修改，没有登记的新增。",
        "上级单位可以在同一张表里，先后不限。已登记单位的上级不能更改。",
    )

    def plan(
        self, session: Session, actor: Actor, tables: TableSet, *, hold: bool
    ) -> list[Planned]:
        """New ones by unknown codes, changes by known ones."""
        records = once(tables, "code")
        if hold:
            organisations.hold_tree(session, actor.organisation_id)
        known = _Known(session, actor, records, hold)
        planned = [
            found for record in records if (found := self._one(tables, record, known)) is not None
        ]
        _check_circles(tables, planned)
        return planned

    def _one(self, tables: TableSet, record: Record, known: _Known) -> Planned | None:
        cells, code = Cells(tables, record), record.cells["code"]
        row = known.seen(code)
        if row is None and code in known.by_code:
            cells.problem("code", TAKEN)
            return None
        if row is None:
            cells.required("name", "kind", "region_code")
        entry, parent = _entry(cells, row), self._parent(cells, row, known)
        fields = Fields()
        check_cells(fields, entry)
        if entry.region_code not in known.regions:
            fields.add("/region_code", NO_REGION)
        cells.take(fields)
        before = {} if row is None else _shown(_stored(row), known.code_of.get(row.parent_id or 0))
        changes = changed(self.columns, before, _shown(entry, parent))
        return Planned(
            record=record,
            effect=effect_of(row, changes),
            key=f"{entry.code} {entry.name}",
            entry=Placed(entry, parent),
            row=row,
            changes=changes,
        )

    def _parent(self, cells: Cells, row: Organisation | None, known: _Known) -> str:
        if row is not None:
            stored = known.code_of.get(row.parent_id or 0, "")
            given = cells.text("parent_code", stored)
            if given != stored:
                cells.problem("parent_code", PARENT_STAYS)
            return stored
        given = cells.text("parent_code", known.own_code)
        coming = given in known.coming and given not in known.by_code
        if not (coming or given == known.own_code or known.seen(given) is not None):
            cells.problem("parent_code", NO_PARENT)
        return given

    def apply(self, session: Session, _: By, planned: Sequence[Planned], /) -> list[Act]:
        """Store parents before children."""
        acts = [_change(item) for item in planned if item.effect is Effect.CHANGED]
        session.flush()
        new = [item.entry for item in planned if item.effect is Effect.NEW]
        outside = {placed.parent_code for placed in new} - {item.entry.code for item in new}
        rows = by_values(session, Organisation, Organisation.code, outside)
        ids = {row.code: row.id for row in rows}
        while new:
            ready = [placed for placed in new if placed.parent_code in ids]
            stored = [made(placed.entry, ids[placed.parent_code]) for placed in ready]
            organisations.add_all(session, stored)
            ids |= {row.code: row.id for row in stored}
            acts += [_creation(row) for row in stored]
            new = [placed for placed in new if placed.entry.code not in ids]
        return acts

    def rows(self, session: Session, actor: Actor) -> Iterator[tuple[str, ...]]:
        """The organisations within the scope, parents first."""
        found = organisations.all_within(session, actor.scope)
        codes = {row.id: row.code for row in found}
        for row in found:
            shown = _shown(_stored(row), codes.get(row.parent_id or 0, ""))
            yield tuple(shown[column.name] for column in self.columns)


def _entry(cells: Cells, row: Organisation | None) -> OrganisationEntry:
    stored = None if row is None else _stored(row)
    return OrganisationEntry(
        code=cells.text("code"),
        name=cells.text("name", stored.name if stored else ""),
        kind=cells.choice("kind", KIND_LABELS, stored.kind if stored else ""),
        region_code=cells.text("region_code", stored.region_code if stored else ""),
        parent_id=stored.parent_id if stored else None,
        active=cells.choice("active", ACTIVE, stored.active if stored else True),
    )


def _stored(row: Organisation) -> OrganisationEntry:
    return OrganisationEntry(**audit.cells(row, OrganisationEntry))  # type: ignore[arg-type]


def _shown(entry: OrganisationEntry, parent_code: str | None) -> Mapping[str, str]:
    return {
        "code": entry.code,
        "name": entry.name.strip(),
        "kind": KIND_NAMES.get(OrganisationKind(entry.kind), "") if entry.kind else "",
        "region_code": entry.region_code,
        "parent_code": parent_code or "",
        "active": active(entry.active),
    }


def _check_circles(tables: TableSet, planned: list[Planned]) -> None:
    """New organisations that stand below each other have nowhere to begin."""
    parents = {
        item.entry.entry.code: item.entry.parent_code
        for item in planned
        if item.effect is Effect.NEW
    }
    for item in planned:
        walked, code = set(), item.entry.entry.code
        while code in parents and code not in walked:
            walked.add(code)
            code = parents[code]
        if code in walked:
            tables.problem(item.record, "parent_code", CIRCLE)


def _change(item: Planned) -> Act:
    before = audit.cells(item.row, OrganisationEntry)
    put(item.row, replace(item.entry.entry, parent_id=item.row.parent_id))
    changes = differences(before, audit.cells(item.row, OrganisationEntry))
    return Act(AuditAction.CHANGE, about(item.row), changes)


def _creation(row: Organisation) -> Act:
    told = differences({}, audit.cells(row, OrganisationEntry))
    return Act(AuditAction.CREATE, about(row), told)
