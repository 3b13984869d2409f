"""Editions of standards (评分标准) as they travel: every figure, as text."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from app.domain.numbers import plain
from app.domain.rules import RULES, RuleChoice
from app.domain.scored import Parameters
from app.domain.standards import Standard

Exact = Annotated[Decimal, PlainSerializer(plain), WithJsonSchema({"type": "string"})]


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class EditionOut(_Shown):
    """一个标准的一个版本，只列名目。"""

    standard: str
    edition: str = Field(description="施行日期")
    edition_hash: str = Field(description="全部数值的 SHA-256，得分上也有同样的一项")
    title: str
    kind: str
    region: str
    document: str = Field(description="文号")


class RoundingOut(_Shown):
    """保留的小数位数和舍入办法。"""

    places: int
    mode: str = Field(description="half_up 四舍五入、truncate 截断")


class FundsRuleOut(_Shown):
    """预算执行怎样得分。"""

    full: Exact
    denominator: str = Field(
        description="分母：adjusted 全年预算数、initial 年初预算数、received 到位资金"
    )
    cap: Exact
    cut_off: Exact
    reason_below: Exact | None


class GroupOut(_Shown):
    """一个一级指标。"""

    level1: str
    aliases: list[str]
    full: Exact | None
    required: bool
    level2: list[str]


class BandOut(_Shown):
    """分档规则的一档。"""

    limit: Exact
    share: Exact


class TierOut(_Shown):
    """定性指标的一档，占分值的百分数。"""

    tier: str
    label: str
    low: Exact
    high: Exact


class RuleOut(BaseModel):
    """一条评分规则和它的数值。"""

    rule: str
    label: str
    explains: str
    figures: dict[str, str]
    bands: list[BandOut]
    tiers: list[TierOut]


class NamedRuleOut(BaseModel):
    """按指标名称或一级指标选用的规则。"""

    words: list[str]
    level1: list[str]
    use: RuleOut


class DirectionOut(_Shown):
    """没有写比较符的数怎样判断方向。"""

    default: str
    ceiling: list[str]
    ceiling_except: list[str]


class OverfulfilmentOut(_Shown):
    """超额完成的界限（实际值与指标值之比）。"""

    warn_from: Exact
    reason_from: Exact
    zero_target_from: Exact


class GradeOut(_Shown):
    """一个评分等级。"""

    name: str
    lower: Exact
    inclusive: bool


class CheckOut(BaseModel):
    """一项审核：轻重和它的数值。"""

    severity: str = Field(description="error、warning、info；off 表示不检查")
    figures: dict[str, Any]


class StandardOut(EditionOut):
    """一个标准的一个版本，全文。"""

    reference: str
    confidence: str = Field(description="依据：S 见于原件、V 见于公开页面、M 通行、C 实践")
    note: str
    full: Exact
    points: RoundingOut
    rate: RoundingOut
    funds: FundsRuleOut
    groups: list[GroupOut]
    rules: dict[str, RuleOut]
    named_rules: list[NamedRuleOut]
    direction: DirectionOut
    overfulfilment: OverfulfilmentOut
    reason_required: bool
    grades: list[GradeOut]
    checks: dict[str, CheckOut]


class EditionsOut(BaseModel):
    """全部标准的名目。"""

    items: list[EditionOut]
    next: str | None = None


def edition_of(standard: Standard) -> EditionOut:
    """An edition by its head."""
    return EditionOut(**_head(standard))


def standard_of(standard: Standard) -> StandardOut:
    """An edition whole."""
    return StandardOut(
        **_head(standard),
        reference=standard.reference,
        confidence=standard.confidence,
        note=standard.note,
        full=standard.full,
        points=RoundingOut.model_validate(standard.points),
        rate=RoundingOut.model_validate(standard.rate),
        funds=FundsRuleOut.model_validate(standard.funds),
        groups=[GroupOut.model_validate(group) for group in standard.groups],
        rules={occasion: _rule(choice) for occasion, choice in standard.rules.items()},
        named_rules=[
            NamedRuleOut(
                words=list(named.words), level1=list(named.level1), use=_rule(named.choice)
            )
            for named in standard.named
        ],
        direction=DirectionOut.model_validate(standard.direction),
        overfulfilment=OverfulfilmentOut.model_validate(standard.overfulfilment),
        reason_required=standard.reason_required,
        grades=[GradeOut.model_validate(grade) for grade in standard.scale.steps],
        checks={
            code: CheckOut(severity=check.severity or "off", figures=_figures(check.figures))
            for code, check in standard.checks.items()
        },
    )


def _head(standard: Standard) -> dict[str, Any]:
    return {
        "standard": standard.standard,
        "edition": standard.edition.isoformat(),
        "edition_hash": standard.digest,
        "title": standard.title,
        "kind": standard.kind,
        "region": standard.region,
        "document": standard.document,
    }


def _rule(choice: RuleChoice) -> RuleOut:
    rule, parameters = RULES[choice.name], choice.parameters
    return RuleOut(
        rule=choice.name,
        label=rule.label,
        explains=rule.explains,
        figures=_plain_figures(parameters),
        bands=[BandOut.model_validate(band) for band in parameters.bands],
        tiers=[TierOut.model_validate(tier) for tier in parameters.tiers],
    )


def _plain_figures(parameters: Parameters) -> dict[str, str]:
    return {name: plain(figure) for name, figure in parameters.figures.items()}


def _figures(figures: Any) -> Any:
    """The figures of a check with every number as text, at any depth."""
    if isinstance(figures, Mapping):
        return {key: _figures(value) for key, value in figures.items()}
    if isinstance(figures, list | tuple):
        return [_figures(value) for value in figures]
    if isinstance(figures, bool | str):
        return figures
    return plain(Decimal(figures))
