"""Rows of the form page: funds by source and indicators with their merged level cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.db.indicator_lines import IndicatorLine
from app.domain.actuals import Tier
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.lines import Line
from app.domain.numbers import plain
from app.domain.scored import Kind
from app.domain.targets import TargetKind
from app.domain.tiers import CHOICES as TIERS
from app.services.form_sheets import FormSheet
from app.views.filters import MoneyUnit, money
from app.views.forms import Cell, Entered

AMOUNTS = {"initial": "年初预算数", "adjusted": "全年预算数", "executed": "全年执行数"}
REASON = "偏差原因分析及改进措施"
NO_POINTS = "—"


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of the funds block: as shown, and the cell to type 元 into when it is open."""

    column: str
    shown: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class FundView:
    """A row of the funds block; `typed` rows have cells, the total row has none."""

    source: str
    version: int
    label: str
    amounts: tuple[Amount, ...]
    full: str
    rate: str
    points: str
    because: str
    typed: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """A row of the indicator table; a span of 0 means that the cell above covers this row."""

    id: int
    version: int
    name: str
    level1: str
    level1_span: int
    level2: str
    level2_span: int
    group: int
    target: str
    full: str
    points: str
    scored: bool
    lost: bool
    because: str
    actual: Cell
    choices: tuple[str, ...]
    judged: Cell | None
    judged_open: bool
    reason: Cell
    reason_required: bool


@dataclass(frozen=True, slots=True)
class SubtotalView:
    """小计 of one level-1 group, shown in its cell."""

    group: int
    points: str
    full: str


def cell(name: str, label: str, stored: str, entered: Entered) -> Cell:
    """A cell of the sheet: what was typed and refused, else what is stored or kept unscored."""
    held = entered.kept.get(name, stored)
    value = entered.values.get(name, held)
    return Cell(
        id=name.replace("lines.", "line-").replace("funds.", "fund-").replace(".", "-"),
        name=name,
        label=label,
        value=value,
        message=entered.messages.get(name, ""),
        held=held if value != held else None,
        fate=entered.fates.get(name),
    )


def fund_views(form: FormSheet, unit: MoneyUnit, entered: Entered) -> tuple[FundView, ...]:
    """The total row, computed, and a row for each source."""
    execution, shown = form.sheet.execution, form.standard.points.shown
    rates = {item.source: item.rate_shown for item in execution.sources}
    totals = {column: sum(getattr(fund, column) for fund in form.funds) for column in AMOUNTS}
    total = FundView(
        source=FundSource.TOTAL,
        version=form.form.version,
        label=SOURCE_LABELS[FundSource.TOTAL],
        amounts=_amounts(FundSource.TOTAL, totals, unit, entered),
        full=shown(execution.full),
        rate=execution.rate_shown,
        points=shown(execution.points),
        because=execution.because,
        typed=False,
    )
    sources = tuple(
        FundView(
            source=fund.source,
            version=fund.version,
            label=SOURCE_LABELS[FundSource(fund.source)],
            amounts=_amounts(
                fund.source, {name: getattr(fund, name) for name in AMOUNTS}, unit, entered
            ),
            full=NO_POINTS,
            rate=rates.get(fund.source, ""),
            points=NO_POINTS,
            because="",
            typed=True,
        )
        for fund in form.funds
    )
    return (total, *sources)


def _amounts(
    source: str, values: dict[str, Decimal], unit: MoneyUnit, entered: Entered
) -> tuple[Amount, ...]:
    label = SOURCE_LABELS[FundSource(source)]
    return tuple(
        Amount(
            column=column,
            shown=money(values[column], unit),
            cell=cell(
                f"funds.{source}.{column}", f"{label} {words}", money(values[column]), entered
            ),
        )
        for column, words in AMOUNTS.items()
    )


def line_views(form: FormSheet, entered: Entered) -> tuple[LineView, ...]:
    """The indicator rows in their order, cells of equal levels merged downward."""
    firsts = _spans(form.lines, lambda line: (line.level1,))
    seconds = _spans(form.lines, lambda line: (line.level1, line.level2))
    groups = [item.level for item in form.sheet.subtotals]
    return tuple(
        _line(form, record, line, (first, second, groups.index(record.level1)), entered)
        for record, line, first, second in zip(
            form.lines, form.sheet.lines, firsts, seconds, strict=True
        )
    )


def _spans(
    lines: Sequence[IndicatorLine], key: Callable[[IndicatorLine], tuple[str, ...]]
) -> list[int]:
    """For each row how many rows its merged cell covers, 0 under a cell from above."""
    spans = [0] * len(lines)
    first = 0
    for index, line in enumerate(lines):
        if index and key(line) != key(lines[index - 1]):
            first = index
        spans[first] += 1
    return spans


def _line(
    form: FormSheet,
    record: IndicatorLine,
    line: Line,
    spans: tuple[int, int, int],
    entered: Entered,
) -> LineView:
    scored, place = line.scored, f"lines.{record.id}"
    shown = form.standard.points.shown
    judged = "" if record.judged is None else plain(record.judged)
    may_judge = scored.kind is Kind.JUDGED or line.target.kind is TargetKind.QUALITATIVE
    return LineView(
        id=record.id,
        version=record.version,
        name=record.name,
        level1=record.level1,
        level1_span=spans[0],
        level2=record.level2,
        level2_span=spans[1],
        group=spans[2],
        target=record.target,
        full=shown(line.full) if line.full is not None else "",
        points=shown(scored.points) if scored.determined else NO_POINTS,
        scored=scored.determined,
        lost=line.full is not None and scored.determined and scored.points < line.full,
        because="；".join(part for part in (scored.because, scored.inferred_from) if part),
        actual=cell(f"{place}.actual", f"{record.name} 实际完成值", record.actual, entered),
        choices=_choices(line, record.actual),
        judged=cell(f"{place}.judged", f"{record.name} 得分", judged, entered)
        if may_judge
        else None,
        judged_open=judged_open(record, line),
        reason=cell(f"{place}.reason", f"{record.name} {REASON}", record.reason, entered),
        reason_required=line.reason_required,
    )


def judged_open(record: IndicatorLine, line: Line) -> bool:
    """Whether a person gives the points; a judgement once given is never out of sight."""
    below = line.actual.tier in (Tier.PARTIAL, Tier.UNMET)
    asked = line.target.kind is TargetKind.QUALITATIVE and (below or record.judged is not None)
    return line.scored.kind is Kind.JUDGED or asked


def _choices(line: Line, stored: str) -> tuple[str, ...]:
    """What a qualitative row offers, a stored text of another wording kept as its own choice."""
    if line.target.kind is not TargetKind.QUALITATIVE:
        return ()
    return TIERS if stored in TIERS or not stored else (*TIERS, stored)


def subtotals(form: FormSheet) -> tuple[SubtotalView, ...]:
    """小计 of each level-1 group; a row's `group` is the place of its own among them."""
    shown = form.standard.points.shown
    return tuple(
        SubtotalView(number, shown(item.points), plain(item.full))
        for number, item in enumerate(form.sheet.subtotals)
    )
