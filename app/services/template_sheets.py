"""One form as a sheet to fill in: indicators below the frozen heads, then goal and funds."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from app.db.fund_lines import FundLine
from app.db.indicator_lines import IndicatorLine
from app.domain.filling_templates import (
    BASE_MARK,
    NOTE,
    Part,
    RowKey,
    form_mark,
    head_mark,
    written_base,
)
from app.domain.forms import SOURCE_LABELS, FundSource
from app.domain.numbers import plain
from app.domain.tiers import CHOICES
from app.files.template_book import FIRST, Grid, GridRow, Placed, Style
from app.services.entries import FUND_LABELS, MOST_YUAN
from app.services.template_columns import COLUMNS, heading
from app.services.template_rows import (
    FormRows,
    filled_cells,
    is_qualitative,
    may_judge,
    row_label,
)

LINES = {column.name: place for place, column in enumerate(COLUMNS[Part.LINES], FIRST)}
WORDS = ("level1", "level2", "name", "target", "actual", "reason")
COLUMN_WIDTHS = {column.name: column.width for column in COLUMNS[Part.LINES]}
WIDTHS = [column.width for column in COLUMNS[Part.LINES]]
# Where the cells of the other parts stand under the columns of the indicators: from, how many.
PLACES = {
    "expected": (LINES["number"], 5), "achieved": (LINES["actual"], 5),
    "source": (LINES["number"], 4), "initial": (LINES["target"], 1),
    "adjusted": (LINES["actual"], 1), "executed": (LINES["full"], 2), "rate": (LINES["points"], 1),
}  # fmt: skip
WIDE = sum(1 for _ in WIDTHS)
LINE_POINTS = 16  # the height of a line of text
HEAD_ROWS = 4
HINT = (
    "请在白底的格子里填写；灰底的由系统计算或取自申报。不要删除隐藏的 A、B 两列。"
    "填好后在系统中上传，先看预览，再确认。"
)


def grid(name: str, rows: FormRows, unit: str, made: str) -> Grid:
    """The sheet of a form; `made` says when and for whom the template was taken out."""
    lines = [_line(rows, line) for line in rows.lines]
    body = [*_head(rows, unit, made), _headings(Part.LINES), *lines]
    below = [GridRow(key=NOTE), *_goal(rows), GridRow(key=NOTE), *_funds(rows, len(body) + 6)]
    return Grid(
        name=name,
        rows=[*body, *below],
        widths=WIDTHS,
        frozen=(HEAD_ROWS, LINES["target"]),
        same_above=(LINES["level1"], LINES["level2"]),
        same_rows=(HEAD_ROWS, HEAD_ROWS + len(lines) - 1),
        footer=f"{rows.project.name}　{rows.form.fiscal_year}年度　填报模板",
    )


def _head(rows: FormRows, unit: str, made: str) -> Iterator[GridRow]:
    form, project = rows.form, rows.project
    title = f"{project.name}　绩效自评填报模板（{form.fiscal_year}年度）"
    about = f"项目代码 {project.code}　填报单位 {unit}　{made}"
    first = Placed(column=FIRST, span=WIDE, value=title, style=Style.TITLE)
    mark = form_mark(form.id, form.version)
    yield GridRow(key=mark, base=BASE_MARK, cells=(first,), height=26)
    for words in (about, HINT):
        told = Placed(column=FIRST, span=WIDE, value=words, style=Style.NOTE)
        yield GridRow(key=NOTE, cells=(told,), height=18)


def _headings(part: Part) -> GridRow:
    cells = []
    for item in COLUMNS[part]:
        place, span = PLACES.get(item.name) or (LINES[item.name], 1)
        remark = "" if item.reading else item.expected
        if item.money:
            remark = f"{item.expected}；单位是元"
        cells.append(
            Placed(column=place, span=span, value=heading(item), style=Style.HEAD, remark=remark)
        )
    return GridRow(key=head_mark(part), cells=tuple(cells), height=24)


def _line(rows: FormRows, line: IndicatorLine) -> GridRow:
    filled = filled_cells(line)
    shown = {
        "number": str(line.position + 1),
        "level1": line.level1,
        "level2": line.level2,
        "name": line.name,
        "target": line.target,
        "full": "" if line.full is None else plain(line.full),
        "points": _points(rows, line),
    }
    figures = {"number", "full", "points"}
    cells = [
        Placed(
            column=LINES[name],
            value=text,
            style=Style.LOCKED_FIGURE if name in figures else Style.LOCKED,
        )
        for name, text in shown.items()
    ]
    reason = "未达标，须说明原因和措施" if line.reason_required else ""
    cells += [
        _actual(line),
        _judged(line),
        Placed(column=LINES["reason"], value=filled["reason"], style=Style.OPEN,
               prompt=("偏差原因", reason)),
    ]  # fmt: skip
    texts = [(getattr(line, name), COLUMN_WIDTHS[name]) for name in WORDS]
    return _keyed(Part.LINES, str(line.id), filled, cells, _height(texts))


def _points(rows: FormRows, line: IndicatorLine) -> str:
    """The points as of now; an empty line has none yet."""
    if not line.actual and line.judged is None:
        return ""
    return rows.standard.points.shown(line.points)


def _actual(line: IndicatorLine) -> Placed:
    place = LINES["actual"]
    if not is_qualitative(line):
        prompt = (f"指标值 {line.target}", "请填实际完成的数值、日期或情况，可以带单位。")
        return Placed(column=place, value=line.actual, style=Style.OPEN, prompt=prompt)
    known = line.actual in CHOICES or not line.actual
    choices = CHOICES if known else (*CHOICES, line.actual)
    prompt = ("定性指标", "请从列表中选择。")
    return Placed(column=place, value=line.actual, style=Style.OPEN, prompt=prompt, choices=choices)


def _judged(line: IndicatorLine) -> Placed:
    place = LINES["judged"]
    value = "" if line.judged is None else line.judged
    if not may_judge(line):
        return Placed(column=place, value=value, style=Style.LOCKED_FIGURE)
    prompt = ("人工评分", "部分达成或未达成时，由填报人在规定的范围内评分。")
    return Placed(column=place, value=value, style=Style.OPEN_FIGURE, prompt=prompt, most=line.full)


def _goal(rows: FormRows) -> Iterator[GridRow]:
    yield _headings(Part.GOAL)
    goal = rows.goal
    cells = [
        Placed(column=place, span=span, value=text, style=style)
        for (place, span), text, style in (
            (PLACES["expected"], goal.expected, Style.LOCKED),
            (PLACES["achieved"], goal.achieved, Style.OPEN),
        )
    ]
    height = max(_height([(goal.expected, 70), (goal.achieved, 86)]), 4 * LINE_POINTS)
    yield _keyed(Part.GOAL, str(goal.id), filled_cells(goal), cells, height)


def _funds(rows: FormRows, first: int) -> Iterator[GridRow]:
    """The total, reckoned by the workbook itself, and a row for each source."""
    yield _headings(Part.FUNDS)
    total = {name: sum(getattr(fund, name) for fund in rows.funds) for name in FUND_LABELS}
    last = first + len(rows.funds)
    yield GridRow(key=NOTE, cells=_total(total, first, last), height=20)
    for number, fund in enumerate(rows.funds, first + 1):
        cells = [
            _source(row_label(fund)),
            *_amounts(fund),
            _rate(fund.adjusted, fund.executed, number),
        ]
        yield _keyed(Part.FUNDS, fund.source, filled_cells(fund), cells, 20)


def _source(label: str) -> Placed:
    place, span = PLACES["source"]
    return Placed(column=place, span=span, value=label, style=Style.LOCKED)


def _amounts(fund: FundLine) -> Iterator[Placed]:
    for name in FUND_LABELS:
        place, span = PLACES[name]
        value = getattr(fund, name)
        style = Style.OPEN_MONEY
        yield Placed(column=place, span=span, value=value, style=style, most=MOST_YUAN)


def _total(total: dict[str, Decimal], first: int, last: int) -> tuple[Placed, ...]:
    cells = [_source(SOURCE_LABELS[FundSource.TOTAL])]
    for name, value in total.items():
        place, span = PLACES[name]
        letter = _letter(place)
        cells.append(
            Placed(column=place, span=span, value=value, style=Style.LOCKED_MONEY,
                   formula=f"=SUM({letter}{first + 1}:{letter}{last})")
        )  # fmt: skip
    return (*cells, _rate(total["adjusted"], total["executed"], first))


def _rate(adjusted: Decimal, executed: Decimal, row: int) -> Placed:
    place, span = PLACES["rate"]
    divisor = f"{_letter(PLACES['adjusted'][0])}{row}"
    formula = f"=IF({divisor}=0,0,{_letter(PLACES['executed'][0])}{row}/{divisor})"
    value = executed / adjusted if adjusted else Decimal(0)
    return Placed(column=place, span=span, value=value, style=Style.LOCKED_PERCENT, formula=formula)


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _keyed(
    part: Part, name: str, base: dict[str, str], cells: Iterable[Placed], height: int
) -> GridRow:
    key = RowKey(part, name).written()
    return GridRow(key=key, base=written_base(base), cells=tuple(cells), height=height)


def _height(texts: Iterable[tuple[str, int]]) -> int:
    """The height that the longest of these texts takes in a column so many signs wide."""
    lines = max(_lines(text, width) for text, width in texts)
    return min(lines * LINE_POINTS + 6, 400)


def _lines(text: str, width: int) -> int:
    """So many lines; a Chinese sign takes two places."""
    return sum(
        -(-len(line.encode("gb18030", "replace")) // width) or 1 for line in text.split("\n")
    )
