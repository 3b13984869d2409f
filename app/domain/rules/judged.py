"""Rules of evaluation worksheets (底稿): points met, deductions, a person's judgement."""

from decimal import Decimal

from app.domain.actuals import ActualKind
from app.domain.scored import Kind, Question, Scored


def checklist(question: Question) -> Scored:
    """要点计分: `each` points for every point met, at most W."""
    count = question.actual.value
    if question.actual.kind is not ActualKind.QUANTITY or count is None:
        return question.undetermined("未填写符合的要点数，未计分", Kind.JUDGED)
    each = question.parameters.figure("each")
    points = max(count, Decimal(0)) * each
    because = f"符合{count:f}项×每项{each:f}分 = {question.shown(min(points, question.full))}"
    return question.scored(points, because, points >= question.full, Kind.JUDGED)


def deduction(question: Question) -> Scored:
    """扣分: W minus the points to deduct, floor 0."""
    off = question.actual.value
    if question.actual.kind is not ActualKind.QUANTITY or off is None or off < 0:
        return question.undetermined("未填写应扣分数，未计分", Kind.JUDGED)
    points = max(question.full - off, Decimal(0))
    because = f"{question.shown(question.full)}−{off:f} = {question.shown(points)}"
    return question.scored(points, because, off == 0, Kind.JUDGED)


def judged(question: Question) -> Scored:
    """人工评分: a person's points, held to the band [low, high] or [0, W]."""
    points = question.judged
    if points is None:
        return question.undetermined("未填写人工评分，记0分", Kind.JUDGED)
    low = question.parameters.optional("low") or Decimal(0)
    high = question.parameters.optional("high")
    high = question.full if high is None else min(high, question.full)
    if not low <= points <= high:
        span = f"{question.shown(low)}至{question.shown(high)}"
        because = f"人工评分{points:f}不在{span}之间，不予采用，记0分"
        return question.scored(Decimal(0), because, False, Kind.JUDGED)
    because = f"人工评分{question.shown(points)}（满分{question.shown(question.full)}）"
    return question.scored(points, because, points == question.full, Kind.JUDGED)
