"""Rules for 定量指标: figures compared with figures, in one unit, exactly.

Sources: 财预〔2020〕10号 (met: full; not met: in proportion) and the practice of deployed
systems for ceilings, "=" and zero targets. A negative actual counts as 0 unless the target
itself is negative.
"""

from decimal import Decimal
from typing import NamedTuple

from app.domain.actuals import ActualKind
from app.domain.ratios import proportion
from app.domain.scored import Question, Scored
from app.domain.units import Unit, compatible, convert

ZERO = Decimal(0)
ONE = Decimal(1)


class Pair(NamedTuple):
    """Target and actual as numbers of one unit, and as a person reads them."""

    target: Decimal
    actual: Decimal
    target_text: str
    actual_text: str


def at_least(question: Question) -> Scored:
    """正向 (≥ >): B ≥ A → W, else B÷A×W."""
    pair = _pair(question)
    if isinstance(pair, Scored):
        return pair
    if pair.actual >= pair.target:
        return _full(question, pair, "≥")
    return _proportion(question, pair)


def equal(question: Question) -> Scored:
    """等于: A = 0: B ≤ 0 → W, else 0; A > 0: B ≥ A → W (overshoot is full), else B÷A×W."""
    pair = _pair(question)
    if isinstance(pair, Scored):
        return pair
    if pair.target == ZERO:
        if pair.actual <= ZERO:
            return _full(question, pair, "=")
        because = f"指标值为0，实际值{pair.actual_text}大于0，记0分"
        return question.scored(ZERO, because, False)
    if pair.actual >= pair.target:
        return _full(question, pair, "=" if pair.actual == pair.target else "≥")
    return _proportion(question, pair)


def at_most_linear(question: Question) -> Scored:
    """反向 (≤ <): B ≤ A → W; then falling in a line to 0 at `zero_at` times A."""
    pair = _pair(question)
    if isinstance(pair, Scored):
        return pair
    if pair.actual <= pair.target:
        return _full(question, pair, "≤")
    return _falling(question, pair)


def at_most_ratio(question: Question) -> Scored:
    """反向 (≤ <): B ≤ A → W, else A÷B×W."""
    pair = _pair(question)
    if isinstance(pair, Scored):
        return pair
    if pair.actual <= pair.target:
        return _full(question, pair, "≤")
    if pair.target <= ZERO:
        return question.scored(ZERO, _beyond(pair), False)
    points = proportion(pair.target, pair.actual, question.full)
    formula = f"{pair.target_text}÷{pair.actual_text}×{question.shown(question.full)}"
    return question.scored(points, f"{formula} = {question.shown(points)}", False)


def at_most_strict(question: Question) -> Scored:
    """反向 (≤ <): B ≤ A → W, else 0 and left to a person."""
    pair = _pair(question)
    if isinstance(pair, Scored):
        return pair
    if pair.actual <= pair.target:
        return _full(question, pair, "≤")
    return question.scored(ZERO, _beyond(pair), False)


def within(question: Question) -> Scored:
    """区间 [A1, A2]: inside → W; below → B÷A1×W; above → falling from A2 to `zero_at`·A2."""
    pair = _pair(question)
    if isinstance(pair, Scored):
        return pair
    if question.target.upper is None:
        text = question.target.text
        return question.undetermined(f"年度指标值“{text}”不是区间，不能按区间计分")
    if pair.actual < pair.target:
        return _proportion(question, pair)
    upper = convert(question.target.upper, question.target.unit, _common(question))
    if pair.actual <= upper:
        because = f"实际值{pair.actual_text}在指标值{question.target.text}之内，记满分"
        return question.scored(question.full, because, True)
    return _falling(question, pair._replace(target=upper, target_text=f"{upper:f}"))


def figures_of(question: Question) -> tuple[Decimal, Decimal] | None:
    """Target and actual as numbers of one unit, or None where they cannot be compared."""
    pair = _pair(question)
    return None if isinstance(pair, Scored) else (pair.target, pair.actual)


def _pair(question: Question) -> Pair | Scored:
    target, actual = question.target, question.actual
    if target.value is None:
        return question.undetermined(f"年度指标值“{target.text}”不是数值，不能按数值计分")
    if actual.kind is ActualKind.EMPTY:
        return question.undetermined("实际完成值未填写，记0分")
    if actual.kind is not ActualKind.QUANTITY or actual.value is None:
        return question.undetermined(f"指标值为数值，实际完成值“{actual.text}”不是数值，未计分")
    if not compatible(target.unit, actual.unit):
        units = f"指标值单位“{target.unit.text}”与实际值单位“{actual.unit.text}”不能换算"
        return question.undetermined(f"{units}，未计分")
    unit = _common(question)
    goal = convert(target.value, target.unit, unit)
    return _pair_of(goal, convert(actual.value, actual.unit, unit))


def _common(question: Question) -> Unit:
    """The finer of the two units: conversion towards it is exact."""
    return min(question.target.unit, question.actual.unit, key=lambda unit: unit.factor)


def _pair_of(goal: Decimal, value: Decimal) -> Pair:
    if value < ZERO <= goal:
        return Pair(goal, ZERO, f"{goal:f}", f"{value:f}（负值按0计）")
    return Pair(goal, value, f"{goal:f}", f"{value:f}")


def _full(question: Question, pair: Pair, sign: str) -> Scored:
    full = question.shown(question.full)
    because = f"实际值{pair.actual_text} {sign} 指标值{pair.target_text}，记满分{full}"
    return question.scored(question.full, because, True)


def _proportion(question: Question, pair: Pair) -> Scored:
    if pair.target <= ZERO:
        because = f"实际值{pair.actual_text}未达到指标值{pair.target_text}，记0分"
        return question.scored(ZERO, because, False)
    points = proportion(pair.actual, pair.target, question.full)
    formula = f"{pair.actual_text}÷{pair.target_text}×{question.shown(question.full)}"
    return question.scored(points, f"{formula} = {question.shown(points)}", False)


def _falling(question: Question, pair: Pair) -> Scored:
    zero_at = question.parameters.figure("zero_at")
    if pair.target <= ZERO or pair.actual >= zero_at * pair.target:
        return question.scored(ZERO, _beyond(pair), False)
    room = (zero_at - 1) * pair.target
    points = proportion(room - (pair.actual - pair.target), room, question.full)
    over = f"({pair.actual_text}−{pair.target_text})÷{room:f}"
    formula = f"(1−{over})×{question.shown(question.full)}"
    return question.scored(points, f"{formula} = {question.shown(points)}", False)


def _beyond(pair: Pair) -> str:
    return f"实际值{pair.actual_text}超过指标值{pair.target_text}，记0分"
