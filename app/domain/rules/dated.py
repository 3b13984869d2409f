"""Rules for 时效 targets that name a day (9月30日前)."""

from app.domain.actuals import ActualKind, Tier
from app.domain.days import Days
from app.domain.ratios import of_percent
from app.domain.scored import Kind, Question, Scored


def by_date(question: Question) -> Scored:
    """按期完成: done by the deadline → W, later → `late_share` percent of W."""
    target, actual = question.target, question.actual
    if actual.kind is ActualKind.EMPTY:
        return question.undetermined("实际完成值未填写，记0分", Kind.DATE)
    if actual.kind is ActualKind.TIER:
        return _by_word(question)
    if target.days is None or actual.days is None:
        return question.undetermined(
            f"“{target.text}”与“{actual.text}”缺少可比较的日期，未计分", Kind.DATE
        )
    return _by_days(question, target.days, actual.days)


def _by_days(question: Question, due: Days, done: Days) -> Scored:
    if done.last <= due.last:
        because = f"完成于{done.last:%Y-%m-%d}，不晚于{due.last:%Y-%m-%d}，记满分"
        return question.scored(question.full, because, True, Kind.DATE)
    if done.first > due.last:
        return _late(question, f"完成于{done.first:%Y-%m-%d}，晚于{due.last:%Y-%m-%d}")
    because = f"“{question.actual.text}”不能确定是否早于{due.last:%Y-%m-%d}，请写明日期"
    return question.undetermined(because, Kind.DATE)


def _by_word(question: Question) -> Scored:
    tier = question.actual.tier
    if tier is Tier.MET:
        because = f"“{question.actual.text}”：按期完成，记满分"
        return question.scored(question.full, because, True, Kind.DATE)
    if tier is Tier.UNMET:
        return _late(question, f"“{question.actual.text}”：未按期完成")
    because = f"“{question.actual.text}”不能确定是否按期，请写明完成日期"
    return question.undetermined(because, Kind.DATE)


def _late(question: Question, how: str) -> Scored:
    share = question.parameters.figure("late_share")
    points = of_percent(share, question.full)
    because = f"{how}，按{share:f}%记{question.shown(points)}分"
    return question.scored(points, because, False, Kind.DATE)
