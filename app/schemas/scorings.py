"""A form to be scored without being stored, and the answer: the public scoring contract."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.schemas.cells import Cell

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
    edition: Cell = Field(
        "", description="版本（施行日期）；不写时用该年度施行的，没有年度时用最新的"
    )
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
