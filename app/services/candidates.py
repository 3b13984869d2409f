"""Rules that would explain a printed figure which the edition's own rule does not give."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from app.domain.checks.remarks import agrees, read_printed
from app.domain.forms import Form
from app.domain.funds import execution_of
from app.domain.lines import read_points, score_line
from app.domain.numbers import Mode, Rounding
from app.domain.rules import RULES, RuleChoice
from app.domain.scored import Kind
from app.domain.sheet import Sheet
from app.domain.standards import OCCASIONS, Standard
from app.services import standards

ZERO = Decimal(0)
_MODES = {Mode.HALF_UP: "四舍五入", Mode.TRUNCATE: "截断"}
_DENOMINATORS = {"adjusted": "全年预算数", "initial": "年初预算数", "received": "到位资金"}
_PERCENT_PLACES = 2
_MOST = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to come to the printed figure: in words, as arithmetic, and which editions have it."""

    path: str
    printed: str
    rule: str
    because: str
    editions: tuple[str, ...] = ()


def candidates(sheet: Sheet) -> list[Candidate]:
    """For each printed figure that was refuted, the rules that give it, at most five each."""
    paths = dict.fromkeys(finding.path for finding in sheet.findings if finding.given)
    return [found for path in paths for found in _distinct(_explained(sheet, path))[:_MOST]]


def _distinct(found: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each rule, with every edition that has it."""
    merged: dict[str, Candidate] = {}
    for item in found:
        known = merged.get(item.rule)
        editions = tuple(dict.fromkeys((*(known.editions if known else ()), *item.editions)))
        merged[item.rule] = replace(known or item, editions=editions)
    return list(merged.values())


def _explained(sheet: Sheet, path: str) -> Iterator[Candidate]:
    _, block, *rest = path.split("/")
    if block == "indicators" and len(rest) == 2 and rest[1] == "points":
        yield from _points(sheet, path, int(rest[0]))
    elif path.endswith("/rate"):
        yield from _rate(sheet, path)
    elif path == "/claimed/execution_points" or (block == "funds" and path.endswith("/points")):
        yield from _execution(sheet, path)
    elif path == "/claimed/total":
        yield from _total(sheet, path)
    elif path == "/claimed/grade":
        yield from _grade(sheet, path)


def _others() -> list[Standard]:
    return [item for item in standards.editions() if item.kind != "declaration"]


def _name(standard: Standard) -> str:
    return f"{standard.standard}/{standard.edition.isoformat()}"


def _points(sheet: Sheet, path: str, index: int) -> Iterator[Candidate]:
    """Every rule with figures that any edition has, under every rounding of points."""
    row = sheet.form.indicators[index]
    printed = read_points(row.points)
    if printed is None:
        return
    for edition in _others():
        for choice in _choices(edition):
            tried = replace(
                sheet.standard,
                rules=dict.fromkeys(OCCASIONS, choice),
                named=(),
                points=edition.points,
            )
            scored = score_line(row, sheet.form.fiscal_year, tried).scored
            computed = scored.determined and scored.kind in (Kind.QUANTITATIVE, Kind.DATE)
            if computed and agrees(printed, scored.points, edition.points):
                label = RULES[choice.name].label
                yield Candidate(path, row.points, label, scored.because, (_name(edition),))


def _choices(edition: Standard) -> list[RuleChoice]:
    found = [*edition.rules.values(), *(item.choice for item in edition.named)]
    return [choice for place, choice in enumerate(found) if choice not in found[:place]]


def _rate(sheet: Sheet, path: str) -> Iterator[Candidate]:
    """Every denominator, rounded or cut to two, one or no decimals."""
    text = _printed(sheet.form, path)
    printed = read_printed(text)
    row = int(path.split("/")[2]) if path.startswith("/funds/") else None
    if printed is None:
        return
    for denominator, mode, places in product(_DENOMINATORS, _MODES, range(_PERCENT_PLACES, -1, -1)):
        rule = replace(sheet.standard.funds, denominator=denominator)
        execution = execution_of(sheet.funds, replace(sheet.standard, funds=rule))
        rate = execution.rate if row is None else execution.sources[row].rate
        if rate is None or Rounding(places, mode).apply(rate) != printed:
            continue
        words = f"执行数÷{_DENOMINATORS[denominator]}，{_MODES[mode]}到{places}位小数"
        same = [
            _name(item)
            for item in _others()
            if (item.funds.denominator, item.rate) == (denominator, Rounding(places, mode))
        ]
        yield Candidate(path, text, words, f"{rate:.6f}% → {printed}%", tuple(same))


def _execution(sheet: Sheet, path: str) -> Iterator[Candidate]:
    """The funds rule and the rounding of every edition, and each denominator."""
    text = _printed(sheet.form, path)
    printed = read_printed(text)
    if printed is None:
        return
    for edition, denominator in product(_others(), _DENOMINATORS):
        rule = replace(edition.funds, denominator=denominator)
        tried = replace(sheet.standard, funds=rule, points=edition.points)
        execution = execution_of(sheet.funds, tried)
        if execution.rate is None or rule.full == ZERO:
            continue
        if agrees(printed, execution.points, edition.points):
            words = f"执行数÷{_DENOMINATORS[denominator]}×{rule.full:f}分"
            own = (_name(edition),) if denominator == edition.funds.denominator else ()
            yield Candidate(path, text, words, execution.because, own)


def _total(sheet: Sheet, path: str) -> Iterator[Candidate]:
    """The sum of what the form prints itself, with or without budget execution."""
    text = sheet.form.claimed.total
    printed = read_printed(text)
    rows = [read_points(line.row.points) for line in sheet.lines]
    if printed is None or None in rows:
        return
    indicators = sum((points for points in rows if points is not None), ZERO)
    execution = read_printed(sheet.form.claimed.execution_points) or ZERO
    if indicators + execution == printed:
        because = f"{indicators:f}＋{execution:f} = {printed:f}"
        yield Candidate(path, text, "表上各项得分相加，差异在上列各行得分", because)
    elif indicators == printed:
        yield Candidate(path, text, "只加了指标得分，没有加预算执行得分", f"{indicators:f}")


def _grade(sheet: Sheet, path: str) -> Iterator[Candidate]:
    """The grade scale of every edition, of the total as recomputed."""
    text = sheet.form.claimed.grade
    for edition in _others():
        if edition.scale.grade(sheet.total) == text:
            words = f"“{text}”为{edition.scale.band(text)}"
            yield Candidate(path, text, words, f"总分{sheet.total:f}", (_name(edition),))


def _printed(form: Form, path: str) -> str:
    _, block, *rest = path.split("/")
    if block == "funds":
        return (
            form.funds[int(rest[0])].rate if rest[1] == "rate" else form.funds[int(rest[0])].points
        )
    return form.claimed.rate if rest[0] == "rate" else form.claimed.execution_points


__all__ = ["Candidate", "candidates"]
