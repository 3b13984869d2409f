"""Re-pulling (重新取数): what was declared and budgeted since a form was opened, taken over by row.

A form keeps what it was opened with. What has changed since is shown beside what was typed, and
its filler takes it row by row; nothing that was typed is changed or lost by it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from sqlmodel import Session

from app.db import budgets, declarations, reviews
from app.db.declarations import DeclaredIndicator
from app.db.fund_lines import FundLine
from app.db.indicator_lines import IndicatorLine
from app.domain.actors import Actor
from app.domain.audit import AuditAction
from app.domain.matching import Named, matched
from app.domain.text import normalise
from app.domain.workflow import Action
from app.errors import Conflict, NotFound, Problem, Unacceptable
from app.services import repulled_rows
from app.services.courses import recorded
from app.services.filling import settle
from app.services.form_sheets import FormSheet, load
from app.services.last_year import named
from app.services.self_evaluations import get_sheet, held

AMOUNTS = ("initial", "adjusted", "executed")
NEWER = "绩效目标或预算在您查看以后又有变动，请核对新的内容后再取数。"
NOTHING = "还没有勾选要取的内容，请勾选后再取数"


class RowKind(StrEnum):
    """What became of a row since the form was opened."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is declared otherwise than it stands on the form; `key` names it for taking.

    `files` are how many hang on the row; what was `reviewed` stays on record with its row.
    """

    key: str
    line: IndicatorLine | None
    declared: DeclaredIndicator | None
    files: int = 0
    reviewed: bool = False

    @property
    def kind(self) -> RowKind:
        """Whether it was changed, added or removed."""
        if self.line is None:
            return RowKind.ADDED
        return RowKind.REMOVED if self.declared is None else RowKind.CHANGED

    @property
    def row(self) -> IndicatorLine | DeclaredIndicator:
        """The row of the form, else the declared one."""
        row = self.line or self.declared
        if row is None:
            raise ValueError("a change is of a row")
        return row

    @property
    def worked_on(self) -> bool:
        """Whether somebody's work would go with the row."""
        line = self.line
        typed = line is not None and (line.actual or line.reason or line.judged is not None)
        return bool(typed or self.files or self.reviewed)


@dataclass(frozen=True, slots=True)
class FundChange:
    """A source whose amounts on the form are not those of the accounts, in 元.

    `since` tells that the accounts themselves changed after the form took its amounts.
    """

    fund: FundLine
    new: dict[str, Decimal]
    since: bool


@dataclass(frozen=True, slots=True)
class Repull:
    """Everything that a form could take now; `basis` names what was shown, to be taken as such.

    `goal` is the declared one where it differs from the form's; `positions` are the places of
    the form's rows in the declared order.
    """

    sheet: FormSheet
    declared: bool
    goal: str | None
    rows: tuple[RowChange, ...]
    funds: tuple[FundChange, ...]
    basis: str
    positions: Mapping[int, int]

    @property
    def news(self) -> bool:
        """Whether something was changed since the form took it; what was typed is no news."""
        return bool(self.rows) or self.goal is not None or any(fund.since for fund in self.funds)


@dataclass(frozen=True, slots=True)
class RepullEntry:
    """What is taken: rows by key, funds by source; `everything` is all but rows worked on."""

    basis: str
    goal: bool = False
    rows: frozenset[str] = field(default_factory=frozenset)
    funds: frozenset[str] = field(default_factory=frozenset)
    everything: bool = False


def compare(session: Session, actor: Actor, form_id: int) -> Repull:
    """A form beside what is declared and budgeted now; raises NotFound."""
    return of_sheet(session, get_sheet(session, actor, form_id))


def of_sheet(session: Session, sheet: FormSheet) -> Repull:
    """The same for a form that is loaded."""
    form = sheet.form
    row = declarations.of_year(session, form.project_id, form.fiscal_year)
    goal = row.goal if row and normalise(row.goal) != normalise(sheet.goal.expected) else None
    declared = declarations.indicators(session, row.id) if row else []
    wanted = [
        Named(item.code, item.level1, item.level2, item.name or item.level3) for item in declared
    ]
    places = matched(wanted, [named(line) for line in sheet.lines])
    rows = tuple(_rows(session, sheet, declared, places)) if row else ()
    funds = tuple(_funds(session, sheet))
    return Repull(
        sheet=sheet,
        declared=row is not None,
        goal=goal,
        rows=rows,
        funds=funds,
        basis=_basis(goal, rows, funds),
        positions={
            sheet.lines[place].id: item.position
            for item, place in zip(declared, places, strict=True)
            if place is not None
        },
    )


def news(found: Repull) -> str:
    """How much is declared or budgeted otherwise than the form took it; "" for no news."""
    if not found.news:
        return ""
    words = {
        RowKind.CHANGED: "行指标有变动",
        RowKind.ADDED: "行指标新增",
        RowKind.REMOVED: "行指标不再申报",
    }
    counts = {kind: sum(row.kind is kind for row in found.rows) for kind in words}
    parts = [f"{count} {words[kind]}" for kind, count in counts.items() if count]
    parts += ["总体目标有变动"] if found.goal is not None else []
    parts += ["预算有变动"] if any(fund.since for fund in found.funds) else []
    return "、".join(parts)


def take(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    entry: RepullEntry,
) -> FormSheet:
    """Take what was chosen, all of it or nothing; raises Unacceptable with the pointer /rows.

    Raises NotFound, Forbidden, VersionConflict, and Conflict where what is declared changed
    after it was shown.
    """
    form = held(session, actor, form_id, Action.EDIT, version)
    found = of_sheet(session, load(session, form, frozenset()))
    if entry.basis != found.basis:
        raise Conflict(NEWER)
    rows, funds = _chosen(found, entry)
    goal = found.goal if entry.goal or entry.everything else None
    _refuse(rows, bool(rows or funds or goal is not None))
    with recorded(session, actor, now, form, AuditAction.REPULL) as changes:
        changes.extend(repulled_rows.take_goal(found.sheet.goal, goal))
        for fund in funds:
            changes.extend(repulled_rows.take_fund(fund.fund, fund.new))
        taken = [(row.line, row.declared) for row in rows]
        changes.extend(repulled_rows.take_rows(session, found.sheet, taken, found.positions))
        return settle(session, actor, now, form, tuple(changes))


def _chosen(found: Repull, entry: RepullEntry) -> tuple[list[RowChange], list[FundChange]]:
    """What is taken of what was found; a row worked on goes only by its own name."""
    known = {row.key for row in found.rows}
    sources = {change.fund.source for change in found.funds}
    if not (entry.rows <= known and entry.funds <= sources):
        raise NotFound
    rows = [
        row
        for row in found.rows
        if row.key in entry.rows
        or (entry.everything and not (row.kind is RowKind.REMOVED and row.worked_on))
    ]
    funds = [
        change for change in found.funds if change.fund.source in entry.funds or entry.everything
    ]
    return rows, funds


def _refuse(rows: list[RowChange], anything: bool) -> None:
    problems = [
        Problem("/rows", f"“{row.line.name}”已有审核意见，不能删去，请保留这一行")
        for row in rows
        if row.line is not None and row.declared is None and row.reviewed
    ]
    if not anything:
        problems.append(Problem("/rows", NOTHING))
    if problems:
        raise Unacceptable(problems)


def _rows(
    session: Session,
    sheet: FormSheet,
    declared: list[DeclaredIndicator],
    places: tuple[int | None, ...],
) -> Iterator[RowChange]:
    """The rows that differ: in the declared order, then those that are declared no more."""
    reviewed = reviews.reviewed_lines(session, [line.id for line in sheet.lines])
    for row, place in zip(declared, places, strict=True):
        if place is None:
            yield RowChange(f"new.{row.position}", None, row)
        elif repulled_rows.differs(sheet.lines[place], row):
            yield _of_line(sheet, sheet.lines[place], row, reviewed)
    for place, line in enumerate(sheet.lines):
        if place not in places:
            yield _of_line(sheet, line, None, reviewed)


def _of_line(
    sheet: FormSheet, line: IndicatorLine, declared: DeclaredIndicator | None, reviewed: set[int]
) -> RowChange:
    at = f"/lines/{line.id}/"
    return RowChange(
        key=f"line.{line.id}",
        line=line,
        declared=declared,
        files=sum(row.line_id == line.id for row in sheet.attachments),
        reviewed=line.id in reviewed or any(row.path.startswith(at) for row in sheet.remarks),
    )


def _funds(session: Session, sheet: FormSheet) -> list[FundChange]:
    rows = budgets.of_year(session, sheet.form.project_id, sheet.form.fiscal_year)
    known = {row.source: row for row in rows}
    found = []
    for fund in sheet.funds:
        budget = known.get(fund.source)
        new = {name: getattr(budget, name) if budget else Decimal(0) for name in AMOUNTS}
        pulled = {name: getattr(fund, f"pulled_{name}") for name in AMOUNTS}
        mine = {name: getattr(fund, name) for name in AMOUNTS}
        if rows and mine != new:
            since = None not in pulled.values() and pulled != new
            found.append(FundChange(fund, new, since))
    return found


def _basis(goal: str | None, rows: tuple[RowChange, ...], funds: tuple[FundChange, ...]) -> str:
    """A short name of what is offered: another offer has another one."""
    shown = [
        goal,
        [(row.key, row.declared and repulled_rows.cells(row.declared)) for row in rows],
        [(change.fund.source, sorted(change.new.items())) for change in funds],
    ]
    return sha256(json.dumps(shown, default=str, ensure_ascii=False).encode()).hexdigest()[:16]
