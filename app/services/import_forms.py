"""Import of filled-in templates (填报模板): each changed cell as if typed, or a conflict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from app.db import audit_events, self_evaluations
from app.db.fund_lines import FundLine
from app.db.goals import Goal
from app.db.indicator_lines import IndicatorLine
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.actuals import Actual
from app.domain.audit import AuditEvent, Change, ObjectKind
from app.domain.filling_templates import Part, Sense, Verdict, judge, same, settled
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.import_columns import Column
from app.domain.imports import Effect
from app.domain.money import read_amount
from app.domain.numbers import NotANumber, plain
from app.domain.policies import acts
from app.domain.workflow import Action
from app.errors import Conflict, Problem
from app.files import tables
from app.files.tables import Sheet
from app.services import cells, courses, entries, filing_terms, filled_sheets
from app.services.audit import Act
from app.services.courses import Desk
from app.services.entries import FormEntry, FundEntry, LineEntry
from app.services.filled_sheets import FilledForm, FilledRow, FilledSheets
from app.services.import_plans import By, Cells, Planned
from app.services.import_tables import TableSet
from app.services.template_columns import COLUMNS, SENSES, column
from app.services.template_rows import (
    FormRows,
    filled_cells,
    may_judge,
    pointer,
    row_label,
    rows_of,
    shown_cells,
)

Stored = IndicatorLine | Goal | FundLine
NOT_THERE = "没有这张自评表，或者它不在您的管理范围内。请删去这张工作表，或者重新下载模板"
NOT_ITS_ROW = "这一行不属于这张自评表，可能是从别的工作表粘贴来的。请删去，或者重新下载模板"
NOT_JUDGED = "这一行由系统计分，不填人工评分。请清空这一格"
CONFLICT = (
    "下载模板以后，{who}。要保留系统中的内容，请把这一格改成与它相同；"
    "要用您的内容，请重新下载模板，在新模板里填写"
)
UNCHANGED_THERE = "没有改动，未读取（{why}）"
LATEST_EVENTS = 200  # so far back is looked for who changed a cell


class FilledForms:
    """自评表填报: rows by their hidden keys; the writing is that of typing."""

    name = "self_evaluations"
    label = "自评表填报"
    policy = acts(Action.EDIT)
    columns: tuple[Column, ...] = tuple(
        item for items in COLUMNS.values() for item in items if not item.reading
    )

    def read(self, content: bytes, /) -> tuple[Sheet, ...]:
        """Every sheet, figures as their cells show them."""
        return tables.read(content, closely=True)

    def understood(self, sheets: Sequence[Sheet], now: datetime, /) -> TableSet:
        """The sheets that are forms."""
        return filled_sheets.understood(sheets, now)

    def plan(
        self, session: Session, actor: Actor, tables: TableSet, *, hold: bool
    ) -> list[Planned]:
        """One effect a row; forms that are not in the actor's hands are told by sheet."""
        if not isinstance(tables, FilledSheets):
            raise TypeError(type(tables))
        find = self_evaluations.find_locked if hold else self_evaluations.find
        ids = sorted(form.form_id for form in tables.forms)  # held in one order by everybody
        found = {form_id: find(session, actor.scope, form_id) for form_id in ids}
        desk, planned = Desk(session, actor), []
        for filled in tables.forms:
            form = found[filled.form_id]
            why = _closed(session, desk, form, tables.now)
            if form is None or why:
                _turned_away(tables, filled, why)
                continue
            planned += list(_FormPlan(session, tables, filled, rows_of(session, form)).rows())
        return planned

    def apply(self, session: Session, by: By, planned: Sequence[Planned], /) -> list[Act]:
        """Store the changed cells of all forms as one batch."""
        wanted: dict[int, FormEntry] = {}
        for item in planned:
            if item.effect is Effect.CHANGED:
                form_id, key, entry = item.entry
                form = wanted.get(form_id, FormEntry())
                wanted[form_id] = _with(form, key.part, key.name, entry)
        return cells.save_batch(session, by.actor, by.now, wanted)


def _closed(session: Session, desk: Desk, form: SelfEvaluation | None, now: datetime) -> str:
    """Why a form cannot be filled in now, "" where it can."""
    if form is None:
        return NOT_THERE
    if Action.EDIT not in desk.actions(form):
        return courses.standing(session, form)
    try:
        filing = filing_terms.of_form(session, form)
        filing_terms.require_open(session, now, filing, form.organisation_id)
    except Conflict as refusal:
        return refusal.message
    return ""


def _turned_away(tables: FilledSheets, filled: FilledForm, why: str) -> None:
    """A form that takes nothing: a problem only where something was filled in."""
    touched = any(
        not same(row.record.cells[name], base, SENSES[name], figure=name in row.figures)
        for row in filled.rows.values()
        for name, base in row.base.items()
        if name in SENSES and name in row.record.cells
    )
    if touched:
        tables.about(filled, why)
    else:
        tables.left(filled, UNCHANGED_THERE.format(why=why))


@dataclass(slots=True)
class _FormPlan:
    """What one sheet does to its form."""

    session: Session
    tables: FilledSheets
    filled: FilledForm
    form: FormRows
    events: list[AuditEvent] = field(default_factory=list)

    def rows(self) -> Iterator[Planned]:
        """One effect for each row of the sheet that is one of the form's."""
        stored = self.form.keyed()
        for key, row in self.filled.rows.items():
            if key not in stored:
                self.tables.problem(row.record, "", NOT_ITS_ROW, "")
                continue
            yield self._row(row, stored[key])
        missing = [row_label(row) for key, row in stored.items() if key not in self.filled.rows]
        if missing:
            named = "、".join(missing[:5]) + ("等" if len(missing) > 5 else "")
            self.tables.left(self.filled, f"没有{named} {len(missing)} 行，这些行保持原样")

    def _row(self, row: FilledRow, stored: Stored) -> Planned:
        before = filled_cells(stored)
        typed = dict(self._changed(row, stored, before))
        cells = Cells(self.tables, row.record)
        for problem in self._problems(stored, typed):
            cells.also(problem.pointer.rpartition("/")[2], problem.message)
        self._overwritten(row, stored)
        changes = tuple(self._changes(stored, before, typed))
        return Planned(
            record=row.record,
            effect=Effect.CHANGED if changes else Effect.UNCHANGED,
            key=f"{self.form.project.name} {row_label(stored)}",
            entry=(self.form.form.id, row.key, typed),
            row=stored,
            changes=changes,
        )

    def _changed(
        self, row: FilledRow, stored: Stored, before: Mapping[str, str]
    ) -> Iterator[tuple[str, str]]:
        """The cells that were changed, as they would be typed; conflicts are noted."""
        for name, now in before.items():
            if name not in row.record.cells or name in row.spoilt:
                continue
            text = self._typed(row, name)
            base, figure = row.base.get(name, ""), name in row.figures
            verdict = judge(base, text, now, SENSES[name], figure=figure)
            if verdict is Verdict.CHANGED:
                yield name, settled(text)
            elif verdict is Verdict.CONFLICT:
                self._conflict(row, stored, name, now)

    def _typed(self, row: FilledRow, name: str) -> str:
        """The text of a cell; figures in one spelling, amounts in 元."""
        text = row.record.cells[name]
        if SENSES[name] is not Sense.FIGURE:
            return text
        try:
            return plain(read_amount(text, self.tables.unit(row.record, name) or "元"))
        except NotANumber:
            return text

    def _conflict(self, row: FilledRow, stored: Stored, name: str, now: str) -> None:
        message = CONFLICT.format(who=self._who(pointer(stored, name)))
        self.tables.problem(row.record, name, message, expected=f"系统中现在是“{now}”")

    def _who(self, cell: str) -> str:
        """Who changed a cell last, and when."""
        form = self.form.form
        if not self.events:
            self.events = audit_events.of_object(
                self.session, ObjectKind.SELF_EVALUATION, str(form.id), 0, LATEST_EVENTS
            )
        for event in self.events:
            if any(change.field == cell for change in event.changes):
                at = courses.moment(self.session, form.region_code, event.at)
                return f"{event.actor_name}已于{at}改了这一格"
        at = courses.moment(self.session, form.region_code, form.updated_at)
        return f"这一格已经变动（最后更新于{at}）"

    def _problems(self, stored: Stored, typed: Mapping[str, str]) -> Iterator[Problem]:
        """What keeps the cells from being stored, in the words of the page."""
        if isinstance(stored, IndicatorLine):
            year, standard = self.form.form.fiscal_year, self.form.standard
            if typed.get("judged") and not may_judge(stored):
                yield Problem("/judged", NOT_JUDGED)
            yield from entries.line_problems(LineEntry(**typed), stored, year, standard)
        elif isinstance(stored, FundLine):
            label = SOURCE_LABELS[FundSource(stored.source)]
            yield from entries.fund_problems(FundEntry(**typed), label)
        else:
            achieved = typed.get("achieved")
            yield from entries.text_problems(achieved, "achieved", "实际完成情况", "/achieved")

    def _changes(
        self, stored: Stored, before: Mapping[str, str], typed: Mapping[str, str]
    ) -> Iterator[Change]:
        """Each changed cell by its heading, what follows from a change among them."""
        after = {**before, **typed, **_follows(stored, typed)}
        for name, text in after.items():
            if text != before[name]:
                yield Change(column(name).label, before[name] or None, text or None)

    def _overwritten(self, row: FilledRow, stored: Stored) -> None:
        """Cells that are only shown and were written over: they stay as they are."""
        for name, text in shown_cells(stored).items():
            given = row.record.cells.get(name, text)
            if not same(given, text, Sense.FIGURE):
                words = f"第 {row.record.row} 行“{column(name).label}”不能在模板里修改，未读取"
                self.tables.left(self.filled, words)


def _follows(stored: Stored, typed: Mapping[str, str]) -> dict[str, str]:
    """What a change brings with it: points given for another tier are taken back."""
    if not isinstance(stored, IndicatorLine) or "actual" not in typed or "judged" in typed:
        return {}
    other = Actual.parse(stored.actual).tier is not Actual.parse(typed["actual"]).tier
    return {"judged": ""} if other else {}


def _with(form: FormEntry, part: Part, name: str, typed: Mapping[str, str]) -> FormEntry:
    """The entry of a form with one more row in it."""
    if part is Part.LINES:
        lines = {**form.lines, int(name): LineEntry(**typed)}
        return FormEntry(form.achieved, form.funds, lines)
    if part is Part.FUNDS:
        return FormEntry(form.achieved, {**form.funds, name: FundEntry(**typed)}, form.lines)
    return FormEntry(typed.get("achieved"), form.funds, form.lines)
