"""Rules for 定性指标: a tier in words, points by a person inside the tier's band.

Source: 财预〔2020〕10号, three tiers 100%–80% (incl.), 80%–60% (incl.), 60%–0%; the edges are
rounded to two decimals before comparing, as deployed systems do.
"""

from decimal import Decimal

from app.domain.actuals import ActualKind, Tier
from app.domain.ratios import HUNDRED, of_percent
from app.domain.scored import Kind, Question, Scored, TierBand
from app.domain.text import normalise

YES = frozenset({"是", "有", "已完成", "完成", "合格", "通过"})


def three_tiers(question: Question) -> Scored:
    """定性三档: the tier chosen, and points given within its band of the full points."""
    actual = question.actual
    if actual.kind is ActualKind.EMPTY:
        return question.undetermined("实际完成值未填写，记0分", Kind.QUALITATIVE)
    tier = _tier(question)
    if tier is None:
        return _without_tier(question)
    band = next((item for item in question.parameters.tiers if item.tier == tier.value), None)
    if band is None:
        return question.undetermined(f"评分标准没有“{tier.value}”档", Kind.QUALITATIVE)
    return _in_band(question, band)


def yes_no(question: Question) -> Scored:
    """是否: done → W, else 0 (直接赋分)."""
    actual = question.actual
    if actual.kind is ActualKind.EMPTY:
        return question.undetermined("实际完成值未填写，记0分", Kind.QUALITATIVE)
    if actual.tier is Tier.MET or normalise(actual.text) in YES:
        because = f"“{actual.text}”：已做到，记满分{question.shown(question.full)}"
        return question.scored(question.full, because, True, Kind.QUALITATIVE)
    because = f"“{actual.text}”：未做到，记0分"
    return question.scored(Decimal(0), because, False, Kind.QUALITATIVE)


def _tier(question: Question) -> Tier | None:
    """The tier written, or 达成 when the actual repeats the words of the target."""
    actual = question.actual
    if actual.tier is not None:
        return actual.tier
    same = normalise(actual.text) == normalise(question.target.text)
    return Tier.MET if same and question.target.text else None


def _without_tier(question: Question) -> Scored:
    text, judged = question.actual.text, question.judged
    if question.actual.kind is ActualKind.QUANTITY:
        because = f"指标值为定性，实际完成值“{text}”为数值，未计分"
        return question.undetermined(because, Kind.QUALITATIVE)
    if judged is None or not 0 <= judged <= question.full:
        because = f"“{text}”未写明达成、部分达成或未达成，未计分"
        return question.undetermined(because, Kind.QUALITATIVE)
    because = f"“{text}”未写明档次，采用人工评分{question.shown(judged)}"
    return question.scored(judged, because, None, Kind.QUALITATIVE)


def _in_band(question: Question, band: TierBand) -> Scored:
    low, high = _edges(question, band)
    closed = band.high == HUNDRED
    span = f"[{question.shown(low)}, {question.shown(high)}{']' if closed else ')'}"
    met = band.tier == Tier.MET.value
    judged = question.judged
    if judged is None:
        points = high if closed else low
        how = "记满分" if closed else f"未给分，暂按档次下限{question.shown(points)}"
        return question.scored(points, f"{band.label}：{how}", met, Kind.QUALITATIVE)
    inside = low <= judged <= high if closed else low <= judged < high
    if not inside:
        because = f"{band.label}应在{span}内给分，{judged:f}不予采用，记0分"
        return question.scored(Decimal(0), because, met, Kind.QUALITATIVE)
    because = f"{band.label}：在{span}内评{question.shown(judged)}分"
    return question.scored(judged, because, met, Kind.QUALITATIVE)


def _edges(question: Question, band: TierBand) -> tuple[Decimal, Decimal]:
    edge = question.rounding.apply
    low = edge(of_percent(band.low, question.full))
    return low, edge(of_percent(band.high, question.full))
