"""Filling in a form (填报): one cell group or the whole sheet, scored in the same transaction."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from app.db import fund_lines, goals, indicator_lines
from app.db.fund_lines import FundLine
from app.db.goals import Goal
from app.db.indicator_lines import IndicatorLine
from app.db.self_evaluations import SelfEvaluation
from app.domain.actors import Actor
from app.domain.actuals import Actual
from app.domain.audit import AuditAction, Change, differences
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.workflow import Action
from app.errors import NotFound, Problem, Unacceptable, VersionConflict
from app.services import audit, drafts, entries, standards
from app.services.courses import actions
from app.services.entries import FormEntry, FundEntry, LineEntry
from app.services.form_sheets import FormSheet, load, store_score
from app.services.self_evaluations import held

Changes = tuple[Change, ...]


def save_line(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    line_id: int,
    version: int | None,
    entry: LineEntry,
) -> FormSheet:
    """Store cells of one line and its new score; `version` is the line's.

    Raises Unacceptable with pointers /actual, /judged, /reason.
    """
    form = held(session, actor, form_id, Action.EDIT, None)
    line = indicator_lines.find(session, form_id, line_id)
    if line is None:
        raise NotFound
    _guard(line.version, version)
    standard = standards.get(form.standard, form.edition)
    _refuse(entries.line_problems(entry, line, form.fiscal_year, standard))
    changed = write_line(line, entry)
    changed += drafts.cleared(session, form_id, entry.paths(line_id))
    return touched(session, actor, now, form, changed)


def save_fund(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    source: str,
    version: int | None,
    entry: FundEntry,
) -> FormSheet:
    """Store cells of one fund row in 元; raises Unacceptable with pointers /initial, …."""
    form = held(session, actor, form_id, Action.EDIT, None)
    fund = next((row for row in fund_lines.of_form(session, form.id) if row.source == source), None)
    if fund is None:
        raise NotFound
    _guard(fund.version, version)
    _refuse(entries.fund_problems(entry, SOURCE_LABELS[FundSource(source)]))
    changed = write_fund(fund, entry)
    changed += drafts.cleared(session, form_id, entry.paths(source))
    return touched(session, actor, now, form, changed)


def save_goal(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    achieved: str,
) -> FormSheet:
    """Store 实际完成情况; raises Unacceptable with the pointer /achieved."""
    form = held(session, actor, form_id, Action.EDIT, None)
    goal = goals.of_form(session, form.id)[0]
    _guard(goal.version, version)
    _refuse(entries.text_problems(achieved, "achieved", "实际完成情况", "/achieved"))
    changed = write_goal(goal, achieved) + drafts.cleared(session, form_id, ("/achieved",))
    return touched(session, actor, now, form, changed)


def save_all(
    session: Session,
    actor: Actor,
    now: datetime,
    form_id: int,
    version: int | None,
    entry: FormEntry,
) -> FormSheet:
    """Store a whole form as typed, all of it or nothing; `version` is the form's.

    Raises Unacceptable with pointers /lines/12/actual, /funds/other/executed, /achieved.
    """
    form = held(session, actor, form_id, Action.EDIT, version)
    return touched(session, actor, now, form, write_form(session, form, entry))


def write_form(session: Session, form: SelfEvaluation, entry: FormEntry) -> Changes:
    """Set the cells of a form that is held; what changed by it. Raises like `save_all`."""
    lines = {line.id: line for line in indicator_lines.of_form(session, form.id)}
    funds = {fund.source: fund for fund in fund_lines.of_form(session, form.id)}
    if not (entry.lines.keys() <= lines.keys() and entry.funds.keys() <= funds.keys()):
        raise NotFound
    _refuse(form_problems(form, entry, lines))
    changed: Changes = ()
    for key, cells in entry.lines.items():
        changed += write_line(lines[key], cells)
    for source, amounts in entry.funds.items():
        changed += write_fund(funds[source], amounts)
    if entry.achieved is not None:
        changed += write_goal(goals.of_form(session, form.id)[0], entry.achieved)
    return changed + drafts.cleared(session, form.id, entry.paths())


def _guard(current: int, version: int | None) -> None:
    if version is not None and version != current:
        raise VersionConflict(current)


def _refuse(problems: Iterator[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise Unacceptable(found)


def form_problems(
    form: SelfEvaluation, entry: FormEntry, lines: dict[int, IndicatorLine]
) -> Iterator[Problem]:
    """What keeps a whole form's cells from being stored; `lines` are the form's own by id."""
    yield from entries.text_problems(entry.achieved, "achieved", "实际完成情况", "/achieved")
    for source, cells in entry.funds.items():
        label = SOURCE_LABELS[FundSource(source)]
        yield from entries.fund_problems(cells, label, f"/funds/{source}")
    standard = standards.get(form.standard, form.edition)
    for key, typed in entry.lines.items():
        at = f"/lines/{key}"
        yield from entries.line_problems(typed, lines[key], form.fiscal_year, standard, at)


def write_line(line: IndicatorLine, entry: LineEntry) -> Changes:
    """Set the cells that were given; what changed by it."""
    before, tier, judged = audit.cells(line, LineEntry), Actual.parse(line.actual).tier, line.judged
    if entry.actual is not None:
        line.actual = entry.actual.strip()
    if entry.judged is not None:
        line.judged = entries.points(entry.judged)
    if entry.reason is not None:
        line.reason = entry.reason.strip()
    if line.judged == judged and Actual.parse(line.actual).tier is not tier:
        line.judged = None  # given for another tier, whose band it had to keep
    after = audit.cells(line, LineEntry)
    return bumped(line, differences(before, after, f"/lines/{line.id}"))


def write_fund(fund: FundLine, entry: FundEntry) -> Changes:
    """Set the amounts that were given; what changed by it."""
    before = audit.cells(fund, FundEntry)
    for column in entries.FUND_LABELS:
        text = getattr(entry, column)
        if text is not None and entries.money(text) != getattr(fund, column):
            setattr(fund, column, entries.money(text))
    after = audit.cells(fund, FundEntry)
    return bumped(fund, differences(before, after, f"/funds/{fund.source}"))


def write_goal(goal: Goal, achieved: str) -> Changes:
    """Set 实际完成情况; what changed by it."""
    before, goal.achieved = goal.achieved, achieved.strip()
    return bumped(goal, differences({"achieved": before}, {"achieved": goal.achieved}))


def bumped(row: IndicatorLine | FundLine | Goal, changes: Changes) -> Changes:
    """A row's version counts its changes; saving the same text again is no change."""
    row.version += bool(changes)
    return changes


def touched(
    session: Session, actor: Actor, now: datetime, form: SelfEvaluation, changed: Changes
) -> FormSheet:
    """The form after a save: version moved, score stored and audited, if anything changed."""
    loaded = settle(session, actor, now, form, changed)
    if changed:
        audit.record(session, actor, now, AuditAction.EDIT, audit.about(form), changed)
    return loaded


def settle(
    session: Session, actor: Actor, now: datetime, form: SelfEvaluation, changed: Changes
) -> FormSheet:
    """The form after a save: version moved and score stored, if anything changed."""
    if changed:
        form.version += 1
        form.updated_at, form.updated_by = now, actor.name
    session.flush()
    loaded = load(session, form, actions(session, actor, form))
    if changed:
        store_score(session, loaded, now)
    return loaded
