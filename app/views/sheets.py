"""The form page (自评表): everything it shows, made once from a form's sheet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from app.domain.actors import Actor
from app.domain.workflow import Action
from app.services.cells import Undoable, undoable
from app.services.form_sheets import FormSheet
from app.services.threads import Thread
from app.views.evidence import Evidence, evidence_of
from app.views.filters import MoneyUnit
from app.views.forms import Cell, Entered
from app.views.heads import FormHead, form_head
from app.views.remarks import Remarks, remarks_at, unsettled
from app.views.rows import FundView, LineView, SubtotalView, cell, fund_views, line_views, subtotals
from app.views.summaries import SummaryView, summary_view
from app.views.threads import ThreadView, thread_view


@dataclass(frozen=True, slots=True)
class MoneyChoice:
    """One side of the 元/万元 switch."""

    label: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FormPage:
    """自评表 on screen: head, funds, goal, indicators, totals, summary and what may be done.

    `here` is the page that shows it (form or check), to which an answered warning returns;
    `typing` is off where amounts stand in 万元: what is typed and posted is always 元.
    """

    id: int
    version: int
    here: str
    title: str
    head: FormHead
    late_reason: Cell
    editable: bool
    may_submit: bool
    may_withdraw: bool
    receipt: str
    money_unit: MoneyUnit
    funds: tuple[FundView, ...]
    expected: str
    goal_version: int
    achieved: Cell
    lines: tuple[LineView, ...]
    subtotals: tuple[SubtotalView, ...]
    summary: SummaryView
    errors: tuple[Cell, ...]
    conflict: str
    remarks: Remarks
    evidence: Evidence
    may_review: bool
    unsettled: int
    outdated: str = ""
    thread: ThreadView | None = None
    undo: Undoable | None = None

    @property
    def typing(self) -> bool:
        """Whether amounts can be typed: they are in 元, as they are stored."""
        return self.editable and self.money_unit is MoneyUnit.YUAN

    @property
    def money_units(self) -> tuple[MoneyChoice, ...]:
        """The two sides of the 元/万元 switch."""
        return money_choices(self.money_unit)


def form_page(
    form: FormSheet,
    today: date,
    unit: MoneyUnit = MoneyUnit.YUAN,
    entered: Entered | None = None,
    conflict: str = "",
    here: str = "form",
) -> FormPage:
    """The page of a form, to be read alone on its review; what was `entered` stands as typed."""
    entered = _with_drafts(form, entered or Entered())
    editable = Action.EDIT in form.allowed and here != "review"
    funds, lines = fund_views(form, unit, entered), line_views(form, entered)
    achieved = cell("achieved", "实际完成情况", form.goal.achieved, entered)
    late = cell("late_reason", "逾期原因", "", entered)
    return FormPage(
        id=form.form.id,
        version=form.form.version,
        here=here,
        title=f"{'错误：' if entered.refused or conflict else ''}{form.project.name}",
        head=form_head(form, today),
        late_reason=late,
        editable=editable,
        may_submit=Action.SUBMIT in form.allowed,
        may_withdraw=Action.WITHDRAW in form.allowed,
        receipt=form.form.receipt or "",
        money_unit=unit,
        funds=funds,
        expected=form.goal.expected,
        goal_version=form.goal.version,
        achieved=achieved,
        lines=lines,
        subtotals=subtotals(form),
        summary=summary_view(form, editable, entered),
        errors=_errors(entered, (*_cells(funds, achieved, lines), late)),
        conflict=conflict,
        remarks=remarks_at(form),
        evidence=evidence_of(form),
        may_review=Action.REVIEW in form.allowed,
        unsettled=unsettled(form.remarks),
    )


def typed_cells(page: FormPage) -> dict[str, str]:
    """What stands in each place to type, by field name."""
    return {item.name: item.value for item in _cells(page.funds, page.achieved, page.lines)}


def with_thread(page: FormPage, form: FormSheet, thread: Thread) -> FormPage:
    """The page with what was written at the form, and what is declared otherwise by now."""
    talk = thread_view(thread, form, page.here)
    return replace(page, thread=talk, outdated=form.outdated)


def with_undo(page: FormPage, session: Session, actor: Actor) -> FormPage:
    """The page with the reader's last paste or import, while it can be undone."""
    return replace(page, undo=undoable(session, actor, page.id) if page.editable else None)


def money_choices(chosen: MoneyUnit) -> tuple[MoneyChoice, ...]:
    """The 元/万元 switch, one side of it chosen."""
    return tuple(MoneyChoice(unit.label, f"?unit={unit}", unit is chosen) for unit in MoneyUnit)


def _with_drafts(form: FormSheet, entered: Entered) -> Entered:
    """What the cells show: what was just sent, else texts kept unscored, with their messages."""
    drafts = {cell_name(path): draft for path, draft in form.drafts.items()}
    kept = {name: draft.text for name, draft in drafts.items()}
    messages = {name: draft.message for name, draft in drafts.items() if name not in entered.values}
    told = messages | dict(entered.messages)
    return replace(entered, kept=kept, messages=told, refused=bool(entered.messages))


def cell_name(path: str) -> str:
    """The field of a cell's path: /lines/12/actual is lines.12.actual."""
    return path.strip("/").replace("/", ".")


def _errors(entered: Entered, places: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells with a message, in the order of the page, where something was just refused."""
    return tuple(item for item in places if item.message) if entered.refused else ()


def _cells(
    funds: tuple[FundView, ...], achieved: Cell, lines: tuple[LineView, ...]
) -> Iterator[Cell]:
    """Every place to type, in the order of the page."""
    for fund in funds:
        if fund.typed:
            yield from (amount.cell for amount in fund.amounts)
    yield achieved
    for line in lines:
        yield from (line.actual, *([line.judged] if line.judged else []), line.reason)
