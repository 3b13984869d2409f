"""The grid of a stored form: the official layout filled with what page and API show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from app.db import budgets
from app.domain.filing_tasks import local_day
from app.domain.forms import FundSource
from app.domain.layouts import Each, Layout, LayoutCell, LayoutTable, Style, filled
from app.domain.money import written
from app.domain.workflow import LABELS, State
from app.files.grids import Cell, CheckMark, Grid, GridTable, number_in, placed, writable
from app.services.form_sheets import ZERO, FormSheet

AMOUNTS = ("initial", "adjusted", "executed")
YES_NO = {True: "是", False: "否"}
Values = Mapping[str, str]


def grid_of(
    session: Session, form: FormSheet, layout: Layout, check: CheckMark | None = None
) -> Grid:
    """A form in a layout, with the state that it is in and its receipt number at the foot."""
    values = _form_values(session, form, layout)
    many = {
        Each.FUND: [values | row for row in _fund_values(form, layout)],
        Each.LINE: [values | row for row in _line_values(form, layout)],
    }
    tables = tuple(_table(table, values, many) for table in layout.tables)
    for table in tables:
        list(placed(table, len(layout.widths)))  # a layout whose cells do not fit is told of here
    return Grid(
        title=layout.title,
        subtitle=filled(layout.subtitle, values),
        mark=LABELS[State(form.form.state)],
        unit=f"金额单位：{layout.money_unit}",
        landscape=layout.landscape,
        widths=layout.widths,
        tables=tables,
        notes=(*layout.notes, *_evidence(form)),
        signatures=layout.signatures,
        foot=(f"回执号：{form.form.receipt}",) if form.form.receipt else (),
        check=check,
    )


def _form_values(session: Session, form: FormSheet, layout: Layout) -> dict[str, str]:
    record, sheet, shown = form.form, form.sheet, form.standard.points.shown
    sent = local_day(record.submitted_at, form.zone) if record.submitted_at else None
    prior = budgets.of_year(session, record.project_id, record.fiscal_year - 1)
    sums = {name: sum((getattr(row, name) for row in form.funds), ZERO) for name in AMOUNTS}
    values = {
        "year": str(record.fiscal_year),
        "project": form.project.name,
        "code": form.project.code,
        "department": form.department.name if form.department else "",
        "unit": form.unit.name,
        "recurring": YES_NO[form.project.recurring],
        "submitted_on": sent.isoformat() if sent else "",
        "expected": form.goal.expected,
        "achieved": form.goal.achieved,
        "money_unit": layout.money_unit,
        **{name: written(amount, layout.money_unit) for name, amount in sums.items()},
        "prior_adjusted": written(sum((row.adjusted for row in prior), ZERO), layout.money_unit)
        if prior
        else "",
        "rate": sheet.execution.rate_shown,
        "execution_full": shown(sheet.execution.full),
        "execution_points": shown(sheet.execution.points),
        "because": sheet.execution.because,
        "full": shown(sheet.full),
        "total": shown(sheet.total),
        "grade": sheet.grade,
    }
    return _writable(values)


def _fund_values(form: FormSheet, layout: Layout) -> Iterator[dict[str, str]]:
    """A row for each source that the layout names, in its order."""
    execution, shown = form.sheet.execution, form.standard.points.shown
    rates = {item.source: item.rate_shown for item in execution.sources}
    for source, label in layout.sources.items():
        if source is FundSource.TOTAL:  # its amounts are those of the form
            points = {"full": shown(execution.full), "points": shown(execution.points)}
            yield {"label": label, "rate": execution.rate_shown, **points}
            continue
        stored = next(row for row in form.funds if row.source == source)
        amounts = {name: written(getattr(stored, name), layout.money_unit) for name in AMOUNTS}
        points = dict.fromkeys(("full", "points"), layout.no_points) | {"because": ""}
        yield {"label": label, "rate": rates.get(source, ""), **points, **amounts}


def _line_values(form: FormSheet, layout: Layout) -> Iterator[dict[str, str]]:
    shown = form.standard.points.shown
    groups = {item.level: shown(item.full) for item in form.sheet.subtotals}
    for record, line in zip(form.lines, form.sheet.lines, strict=True):
        scored = line.scored
        yield _writable(
            {
                "level1": record.level1,
                "level1_full": groups[record.level1],
                "level2": record.level2,
                "name": record.name,
                "target": record.target,
                "actual": record.actual,
                "full": shown(line.full) if line.full is not None else "",
                "points": shown(scored.points) if scored.determined else layout.no_points,
                "because": "；".join(filter(None, (scored.because, scored.inferred_from))),
                "reason": record.reason,
            }
        )


def _writable(values: Values) -> dict[str, str]:
    return {name: writable(text) for name, text in values.items()}


def _table(table: LayoutTable, values: Values, many: Mapping[Each, Sequence[Values]]) -> GridTable:
    rows: list[tuple[Cell, ...]] = []
    for row in table.rows:
        filled = [values] if row.each is None else many[row.each]
        rows += _merged(row.cells, filled) if filled else []
    return GridTable(table.headings, tuple(rows))


def _merged(cells: Sequence[LayoutCell], rows: Sequence[Values]) -> Iterator[tuple[Cell, ...]]:
    """A row of cells for each of the values; equal cells that merge stand in the first."""
    texts = [[filled(cell.text, values) for cell in cells] for values in rows]
    for number, values in enumerate(rows):
        made = []
        for place, cell in enumerate(cells):
            if not cell.merge:
                made.append(_cell(cell, values))
                continue
            run = _run(texts, number, [i for i in range(place + 1) if cells[i].merge])
            if run:
                made.append(replace(_cell(cell, values), rows=run))
        yield tuple(made)


def _run(texts: Sequence[Sequence[str]], number: int, places: Sequence[int]) -> int:
    """How many rows from here on say the same in those places; 0 where the row above does too."""
    key = [texts[number][place] for place in places]
    if number and key == [texts[number - 1][place] for place in places]:
        return 0
    end = number
    while end < len(texts) and key == [texts[end][place] for place in places]:
        end += 1
    return end - number


def _cell(cell: LayoutCell, values: Values) -> Cell:
    text = filled(cell.text, values)
    number = number_in(text) if cell.style is Style.FIGURE and len(cell.fields) == 1 else None
    return Cell(
        text=text,
        note=filled(cell.note, values),
        columns=cell.columns,
        rows=cell.rows,
        style=cell.style,
        number=number,
    )


def _evidence(form: FormSheet) -> Iterator[str]:
    """The names of what is attached, that of the form whole first, as its print view lists them."""
    names = {line.id: line.name for line in form.lines}
    whole = [item.name for item in form.attachments if item.line_id is None]
    listed = [
        f"{names[line.id]}：{item.name}"
        for line in form.lines
        for item in form.attachments
        if item.line_id == line.id
    ]
    if whole or listed:
        yield "佐证材料："
    for number, name in enumerate((*whole, *listed), 1):
        yield writable(f"{number}. {name}")
