"""The rows of a form as they take what is declared and budgeted now; what was typed stays."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.db import finding_answers
from app.db.declarations import DeclaredIndicator
from app.db.finding_answers import FindingAnswer
from app.db.fund_lines import FundLine
from app.db.goals import Goal
from app.db.indicator_lines import IndicatorLine
from app.domain.audit import Change, differences
from app.domain.matching import placed
from app.services import audit
from app.services.entries import FundEntry, LineEntry
from app.services.form_sheets import FormSheet

Changes = tuple[Change, ...]
# What a form's row takes from a declared indicator.
COLUMNS = ("level1", "level2", "level3", "name", "code", "target", "full", "rule", "parameters")
ROWS = "/indicators/"  # a finding names a row by its place


def cells(row: IndicatorLine | DeclaredIndicator) -> dict[str, Any]:
    """What both kinds of rows have in common."""
    return {name: getattr(row, name) for name in COLUMNS}


def differs(line: IndicatorLine, declared: DeclaredIndicator) -> bool:
    """Whether a row says anything else than what is declared."""
    return cells(line) != cells(declared)


def take_goal(goal: Goal, expected: str | None) -> Changes:
    """The goal with another 预期目标; None leaves it."""
    if expected is None:
        return ()
    before, goal.expected = goal.expected, expected
    goal.version += 1
    return differences({"expected": before}, {"expected": expected})


def take_fund(fund: FundLine, new: dict[str, Decimal]) -> Changes:
    """A source with the amounts of the accounts."""
    before = audit.cells(fund, FundEntry)
    for name, amount in new.items():
        setattr(fund, name, amount)
        setattr(fund, f"pulled_{name}", amount)
    fund.version += 1
    return differences(before, audit.cells(fund, FundEntry), f"/funds/{fund.source}")


def take_rows(
    session: Session,
    sheet: FormSheet,
    taken: Sequence[tuple[IndicatorLine | None, DeclaredIndicator | None]],
    positions: Mapping[int, int],
) -> Changes:
    """The table with each pair as declared: changed, added (no line) or removed (not declared).

    `positions` are the places in the declared order of the lines that it has, by line id.
    """
    order, places, changes = list(sheet.lines), dict(positions), list[Change]()
    for line, row in taken:
        if line is not None and row is None:
            changes += _removed(session, sheet, line)
            order.remove(line)
        elif line is not None and row is not None:
            if (line.level1, line.level2) != (row.level1, row.level2):
                order.remove(line)
                _insert(order, places, line, row.position)
            changes += _changed(line, row)
        elif row is not None:
            made = _added(session, sheet, row)
            _insert(order, places, made, row.position)
            changes += differences({}, cells(made), f"/lines/{made.id}")
    if [line.id for line in order] != [line.id for line in sheet.lines]:
        _arrange(session, order)
        _follow(session, sheet, order)
    return tuple(changes)


def _insert(
    order: list[IndicatorLine], places: dict[int, int], line: IndicatorLine, position: int
) -> None:
    order.insert(placed(position, [places.get(row.id) for row in order]), line)
    places[line.id] = position


def _changed(line: IndicatorLine, declared: DeclaredIndicator) -> Changes:
    before = cells(line)
    for name, value in cells(declared).items():
        setattr(line, name, value)
    line.version += 1
    return differences(before, cells(line), f"/lines/{line.id}")


def _added(session: Session, sheet: FormSheet, declared: DeclaredIndicator) -> IndicatorLine:
    form = sheet.form
    last = max((line.position for line in sheet.lines), default=-1)
    line = IndicatorLine(
        self_evaluation_id=form.id,
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        position=last + 1 + declared.position,  # free until the rows are arranged
        **cells(declared),
    )
    session.add(line)
    session.flush()
    return line


def _removed(session: Session, sheet: FormSheet, line: IndicatorLine) -> Changes:
    """A row goes; its evidence stays with the form as a whole."""
    lost = differences(cells(line) | audit.cells(line, LineEntry), {}, f"/lines/{line.id}")
    for file in sheet.attachments:
        if file.line_id == line.id:
            file.line_id = None
            session.add(file)
            lost += (Change(f"/lines/{line.id}/attachments", file.name, None),)
            lost += (Change("/attachments", None, file.name),)
    session.flush()
    session.delete(line)
    session.flush()
    return lost


def _arrange(session: Session, order: Sequence[IndicatorLine]) -> None:
    """Number the rows anew: first out of each other's way, for no two may share a number."""
    for place, line in enumerate(order):
        line.position = -1 - place
    session.flush()
    for place, line in enumerate(order):
        line.position = place
    session.flush()


def _follow(session: Session, sheet: FormSheet, order: Sequence[IndicatorLine]) -> None:
    """Answers given to findings go with their rows; those of a row that is gone are gone."""
    now_at = {line.id: place for place, line in enumerate(order)}
    answers = finding_answers.of_form(session, sheet.form.id)
    for answer in answers:
        session.delete(answer)
    session.flush()
    for answer in answers:
        path = _path(answer.path, sheet.lines, now_at)
        if path:
            kept = answer.model_dump(exclude={"id", "path"})
            session.add(FindingAnswer(**kept, path=path))
    session.flush()


def _path(path: str, lines: Sequence[IndicatorLine], now_at: Mapping[int, int]) -> str:
    """The path of a finding with its row's new number; "" where the row is gone."""
    if not path.startswith(ROWS):
        return path
    number, slash, cell = path.removeprefix(ROWS).partition("/")
    to = now_at.get(lines[int(number)].id)
    return "" if to is None else f"{ROWS}{to}{slash}{cell}"
