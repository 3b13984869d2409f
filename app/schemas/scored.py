"""From the request to the domain's form, and from a scored sheet to what travels."""

from collections.abc import Iterator

from app.domain.findings import Finding, Severity
from app.domain.forms import SOURCE_LABELS, Claimed, Form, FundRow, IndicatorRow
from app.domain.lines import Line
from app.domain.sheet import Sheet, Subtotal
from app.domain.standards import Standard
from app.domain.text import is_blank, normalise
from app.schemas.cells import FIRST_YEAR, LAST_YEAR
from app.schemas.scorings import (
    ExecutionOut,
    FindingOut,
    FundIn,
    Level2SubtotalOut,
    ScoredLineOut,
    ScoringIn,
    ScoringOut,
    SourceRateOut,
    SubtotalOut,
)


def form_of(body: ScoringIn) -> Form:
    """The request as the domain reads it: text in every cell."""
    unit = _declared_unit(body.funds)
    return Form(
        fiscal_year=fiscal_year_of(body.fiscal_year),
        project=body.project,
        unit=body.unit,
        expected=body.expected,
        achieved=body.achieved,
        funds=tuple(FundRow(**{**dict(row), "unit": row.unit or unit}) for row in body.funds),
        indicators=tuple(IndicatorRow(**dict(row)) for row in body.indicators),
        claimed=Claimed(**dict(body.claimed)),
    )


def fiscal_year_of(text: str) -> int | None:
    """A year as printed (2024, 2024年, 2024年度), or None when it cannot be read."""
    digits = normalise(text).removesuffix("度").removesuffix("年")
    if not (len(digits) == 4 and digits.isascii() and digits.isdigit()):
        return None
    return int(digits) if FIRST_YEAR <= int(digits) <= LAST_YEAR else None


def _declared_unit(funds: list[FundIn]) -> str:
    """The one unit that the rows name: a printed table declares it once for all rows."""
    named = {row.unit for row in funds if row.unit}
    return named.pop() if len(named) == 1 else "元"


def scoring_of(sheet: Sheet, body: ScoringIn | None = None) -> ScoringOut:
    """The answer to a scoring: printed strings with the edition's decimals."""
    standard, shown = sheet.standard, sheet.standard.points.shown
    findings = [finding_of(finding) for finding in (*_unread_year(body), *sheet.findings)]
    return ScoringOut(
        standard=standard.standard,
        edition=standard.edition.isoformat(),
        edition_hash=standard.digest,
        execution=execution_of(sheet),
        indicators=[scored_line_of(line, standard) for line in sheet.lines],
        subtotals=[subtotal_of(subtotal, standard) for subtotal in sheet.subtotals],
        total=shown(sheet.total),
        full=shown(sheet.full),
        grade=sheet.grade,
        determined=sheet.determined,
        findings=findings,
    )


def _unread_year(body: ScoringIn | None) -> Iterator[Finding]:
    """A year that is not printed or cannot be read: dates in the cells then stay without one."""
    if body is None or fiscal_year_of(body.fiscal_year):
        return
    message = "预算年度未写或读不出来，日期无法对照年度，请写四位年份，如 2024。"
    told = body.edition and is_blank(body.fiscal_year)
    severity = Severity.INFO if told else Severity.WARNING
    yield Finding("X3", severity, "/fiscal_year", message, given=body.fiscal_year[:200])


def execution_of(sheet: Sheet) -> ExecutionOut:
    """Budget execution of a sheet as it travels."""
    execution, shown = sheet.execution, sheet.standard.points.shown
    return ExecutionOut(
        rate=execution.rate_shown or None,
        points=shown(execution.points),
        full=shown(execution.full),
        because=execution.because,
        rule=execution.rule,
        sources=[
            SourceRateOut(
                source=item.source, label=_source_label(item.source), rate=item.rate_shown or None
            )
            for item in execution.sources
        ],
    )


def _source_label(source: str) -> str:
    return next((text for known, text in SOURCE_LABELS.items() if known == source), source)


def scored_line_of(line: Line, standard: Standard) -> ScoredLineOut:
    """One scored line as it travels."""
    scored, shown = line.scored, standard.points.shown
    return ScoredLineOut(
        level1=line.row.level1,
        level2=line.row.level2,
        name=line.row.name,
        points=shown(scored.points),
        full=None if line.full is None else shown(line.full),
        met=scored.met,
        because=scored.because,
        rule=scored.rule,
        direction=scored.direction.value,
        inferred=scored.inferred,
        inferred_from=scored.inferred_from,
        kind=scored.kind.value,
        determined=scored.determined,
        achievement=None if line.achievement is None else standard.shown_rate(line.achievement),
        reason_required=line.reason_required,
    )


def subtotal_of(subtotal: Subtotal, standard: Standard) -> SubtotalOut:
    """One level-1 subtotal with the level-2 subtotals below it."""
    shown = standard.points.shown
    return SubtotalOut(
        level1=subtotal.level,
        full=shown(subtotal.full),
        points=shown(subtotal.points),
        children=[
            Level2SubtotalOut(
                level2=child.level, full=shown(child.full), points=shown(child.points)
            )
            for child in subtotal.children
        ],
    )


def finding_of(finding: Finding) -> FindingOut:
    """One finding as it travels."""
    return FindingOut(
        code=finding.code,
        severity=finding.severity.value,
        path=finding.path,
        message=finding.message,
        expected=finding.expected,
        given=finding.given,
    )
