"""A form to be scored without being stored, and the answer: the public scoring contract."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.domain.findings import Finding, Severity
from app.domain.forms import SOURCE_LABELS, Claimed, Form, FundRow, IndicatorRow
from app.domain.lines import Line
from app.domain.sheet import Sheet, Subtotal
from app.domain.standards import Standard
from app.domain.text import is_blank, normalise
from app.schemas.cells import FIRST_YEAR, LAST_YEAR, Cell

MOST_INDICATORS = 2_000
MOST_FUNDS = 200
MOST_PARAMETERS = 100


def _nothing_is_empty(value: Any) -> Any:
    return [] if value is None else value


def _nothing_is_bare(value: Any) -> Any:
    return {} if value is None else value


def _text_or_nothing(value: Any) -> Any:
    """Heads are no cells: a key of that name that holds something else is an unknown key."""
    return None if isinstance(value, list | dict) else value


Head = Annotated[Cell, BeforeValidator(_text_or_nothing)]


class _Row(BaseModel):
    """Cells of a printed form; keys that nobody knows are left aside."""

    model_config = ConfigDict(extra="ignore")


class FundIn(_Row):
    """资金表的一行。"""

    source: Cell = Field("", description="total、appropriation、carried_over 或 other")
    initial: Cell = Field("", description="年初预算数")
    adjustment: Cell = Field("", description="年度调整数")
    adjusted: Cell = Field("", description="全年预算数")
    executed: Cell = Field("", description="全年执行数")
    received: Cell = Field("", description="到位资金（评价用）")
    unit: Cell = Field("", description="金额单位：元、万元或亿元；各行都不写时为元")
    full: Cell = Field("", description="分值")
    rate: Cell = Field("", description="表上打印的执行率（%）")
    points: Cell = Field("", description="表上打印的得分")


class IndicatorIn(_Row):
    """指标表的一行。"""

    level1: Cell = Field("", description="一级指标")
    level2: Cell = Field("", description="二级指标")
    level3: Cell = Field("", description="三级指标")
    name: Cell = Field("", description="指标名称")
    code: Cell = Field("", description="指标代码")
    target: Cell = Field("", description="年度指标值，如 ≥95.00(%)")
    actual: Cell = Field("", description="实际完成值")
    full: Cell = Field("", description="分值")
    points: Cell = Field("", description="打印或人工评定的得分")
    reason: Cell = Field("", description="偏差原因分析及改进措施")
    rule: Cell = Field("", description="本行单独使用的评分规则名称")
    parameters: Annotated[
        dict[Cell, Cell],
        BeforeValidator(_nothing_is_bare),
        Field(max_length=MOST_PARAMETERS, description="该规则的数值"),
    ] = {}


class ClaimedIn(_Row):
    """表上打印的合计数，用来与重算结果核对。"""

    total: Cell = Field("", description="总分")
    full: Cell = Field("", description="分值合计")
    grade: Cell = Field("", description="评分等级")
    rate: Cell = Field("", description="执行率（%）")
    execution_points: Cell = Field("", description="预算执行得分")


class ScoringIn(_Row):
    """一张待评分的表；任何一格都可以空缺或读不出来，读不出来的写进 findings。"""

    model_config = ConfigDict(extra="ignore")

    standard: Cell = Field("", description="评分标准；不写时按地区、年度和表类选用")
    edition: Cell = Field("", description="标准版本（施行日期）；不写时用预算年度施行的版本")
    kind: Cell = Field("", description="表类；不写时为 self_evaluation")
    fiscal_year: Cell = Field("", description="预算年度")
    region_code: Cell = Field("", description="地区代码，如 310000")
    project: Head = Field("", description="项目名称")
    unit: Head = Field("", description="实施单位")
    expected: Head = Field("", description="预期目标")
    achieved: Annotated[
        Cell | None,
        BeforeValidator(_text_or_nothing),
        Field(description="实际完成情况；不写或为 null 时不检查它是否为空"),
    ] = None
    funds: Annotated[
        list[FundIn], BeforeValidator(_nothing_is_empty), Field(max_length=MOST_FUNDS)
    ] = []
    indicators: Annotated[
        list[IndicatorIn], BeforeValidator(_nothing_is_empty), Field(max_length=MOST_INDICATORS)
    ] = []
    claimed: Annotated[
        ClaimedIn,
        BeforeValidator(_nothing_is_bare),
        Field(default_factory=lambda: ClaimedIn.model_validate({})),
    ]


class SourceRateOut(BaseModel):
    """One fund source and its own execution rate."""

    source: str
    label: str
    rate: str | None


class ExecutionOut(BaseModel):
    """Budget execution (预算执行率) and the points it earns."""

    rate: str | None = Field(description="执行率（%），按标准规定的位数")
    points: str
    full: str
    because: str
    rule: str
    sources: list[SourceRateOut]


class ScoredLineOut(BaseModel):
    """One indicator with its points and the arithmetic in words."""

    level1: str
    level2: str
    name: str
    points: str
    full: str | None
    met: bool | None
    because: str
    rule: str
    direction: str
    inferred: bool
    inferred_from: str
    kind: str
    determined: bool
    achievement: str | None = Field(description="完成率（%）")
    reason_required: bool


class Level2SubtotalOut(BaseModel):
    """Points of one level-2 group."""

    level2: str
    full: str
    points: str


class SubtotalOut(BaseModel):
    """Points of one level-1 group (小计)."""

    level1: str
    full: str
    points: str
    children: list[Level2SubtotalOut]


class FindingOut(BaseModel):
    """One finding at one place of the form."""

    code: str
    severity: str
    path: str = Field(description="JSON 指针，指向所提交的表")
    message: str
    expected: str
    given: str


class ScoringOut(BaseModel):
    """A scored form: every figure with its reason."""

    standard: str
    edition: str
    edition_hash: str
    execution: ExecutionOut
    indicators: list[ScoredLineOut]
    subtotals: list[SubtotalOut]
    total: str
    full: str
    grade: str
    determined: bool = Field(description="各行和预算执行是否都能计分；否则总分只含能计分的部分")
    findings: list[FindingOut]


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
    """A year that was given and cannot be read: dates in the cells then stay without one."""
    if body is None or is_blank(body.fiscal_year) or fiscal_year_of(body.fiscal_year):
        return
    message = "预算年度读不出来，请写四位年份，如 2024。"
    yield Finding(
        "fiscal_year", Severity.WARNING, "/fiscal_year", message, given=body.fiscal_year[:200]
    )


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
