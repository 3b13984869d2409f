"""Rules over a rate in percent: satisfaction floors, thresholds, bands, steps."""

from decimal import ROUND_CEILING, Decimal

from app.domain.actuals import ActualKind
from app.domain.ratios import of_percent, proportion
from app.domain.scored import Question, Scored
from app.domain.units import NONE

PERCENTS = ("percent", "percentage_point")


def satisfaction_floor(question: Question) -> Scored:
    """满意度赋分: ≥ full_at → W; ≥ floor → rate÷full_at×W; below → 0 (财预〔2021〕101号, 2.6d)."""
    rate = _rate(question)
    if isinstance(rate, Scored):
        return rate
    floor, full_at = question.parameters.figure("floor"), question.parameters.figure("full_at")
    if rate >= full_at:
        because = f"满意度{rate:f}%达到{full_at:f}%，记满分{question.shown(question.full)}"
        return question.scored(question.full, because, True)
    if rate < floor:
        return question.scored(Decimal(0), f"满意度{rate:f}%低于{floor:f}%，记0分", False)
    return _proportion(question, rate, full_at, met=False)


def threshold_proportional(question: Question) -> Scored:
    """达线按比例: rate ≥ threshold → rate÷base×W (at most W), below → 0."""
    rate = _rate(question)
    if isinstance(rate, Scored):
        return rate
    threshold = question.parameters.figure("threshold")
    if rate < threshold:
        return question.scored(Decimal(0), f"{rate:f}%低于{threshold:f}%，记0分", False)
    base = question.parameters.figure("base")
    return _proportion(question, rate, base, met=rate >= base)


def share(question: Question) -> Scored:
    """按比率: rate÷base×W, at most W."""
    rate = _rate(question)
    if isinstance(rate, Scored):
        return rate
    base = question.parameters.figure("base")
    return _proportion(question, rate, base, met=rate >= base)


def step_deduction(question: Question) -> Scored:
    """分档扣分: `points` off for every begun `step` percent below `full_at`, floor 0."""
    rate = _rate(question)
    if isinstance(rate, Scored):
        return rate
    figure = question.parameters.figure
    full_at, step, off = figure("full_at"), figure("step"), figure("points")
    if rate >= full_at:
        because = f"{rate:f}%达到{full_at:f}%，记满分{question.shown(question.full)}"
        return question.scored(question.full, because, True)
    steps = ((full_at - rate) / step).to_integral_value(ROUND_CEILING)
    points = question.full - steps * off
    formula = f"{question.shown(question.full)}−{steps:f}×{off:f}"
    shown = question.shown(max(points, Decimal(0)))
    because = f"低于{full_at:f}%共{steps:f}档：{formula} = {shown}"
    return question.scored(points, because, False)


def bands(question: Question) -> Scored:
    """偏差分档: |deviation in percent| up to a limit earns that band's share of W, else 0."""
    rate = _rate(question)
    if isinstance(rate, Scored):
        return rate
    deviation = abs(rate)
    band = next((item for item in question.parameters.bands if deviation <= item.limit), None)
    if band is None:
        return question.scored(Decimal(0), f"偏差{deviation:f}%超出各档，记0分", False)
    points = of_percent(band.share, question.full)
    because = f"偏差{deviation:f}%不超过{band.limit:f}%，按{band.share:f}%记"
    met = band is question.parameters.bands[0]
    return question.scored(points, f"{because}{question.shown(points)}分", met)


def _rate(question: Question) -> Decimal | Scored:
    """The actual as a percent number; a bare number is taken as percent, 90人 is not."""
    actual, unit = question.actual, question.actual.unit
    if actual.kind is ActualKind.EMPTY:
        return question.undetermined("实际完成值未填写，记0分")
    if actual.kind is not ActualKind.QUANTITY or actual.value is None:
        return question.undetermined(f"“{actual.text}”不是比率，未计分")
    if unit != NONE and unit.kind not in PERCENTS:
        return question.undetermined(f"“{actual.text}”的单位“{unit.text}”不是%，未计分")
    return actual.value * unit.factor


def _proportion(question: Question, rate: Decimal, base: Decimal, *, met: bool) -> Scored:
    held = min(max(rate, Decimal(0)), base)
    points = proportion(held, base, question.full)
    formula = f"{held:f}%÷{base:f}%×{question.shown(question.full)}"
    return question.scored(points, f"{formula} = {question.shown(points)}", met)
