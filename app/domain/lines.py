"""One indicator line scored: which rule it falls under, what it earns, what it must explain."""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.actuals import Actual
from app.domain.directions import Direction
from app.domain.findings import Severity
from app.domain.forms import IndicatorRow
from app.domain.numbers import NotANumber, read_number
from app.domain.ratios import percent
from app.domain.rules import RULES, ParameterError, RuleChoice, choose
from app.domain.rules.quantitative import figures_of
from app.domain.scored import Parameters, Question, Scored
from app.domain.standards import Standard
from app.domain.targets import Comparator, Target, TargetKind
from app.domain.text import is_blank

DIRECTIONS = {
    Comparator.AT_LEAST: Direction.AT_LEAST,
    Comparator.GREATER: Direction.AT_LEAST,
    Comparator.EQUAL: Direction.EQUAL,
    Comparator.LESS: Direction.AT_MOST,
    Comparator.AT_MOST: Direction.AT_MOST,
}
OCCASIONS = {
    TargetKind.RANGE: ("within", Direction.WITHIN),
    TargetKind.DATE: ("by_date", Direction.BY_DATE),
    TargetKind.QUALITATIVE: ("qualitative", Direction.NONE),
    TargetKind.EMPTY: ("unspecified", Direction.NONE),
}
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Line:
    """A scored line. `achievement` is actual ÷ target in percent where that means something."""

    row: IndicatorRow
    target: Target
    actual: Actual
    full: Decimal | None
    judged: Decimal | None
    scored: Scored
    reason_required: bool
    achievement: Decimal | None


def score_line(row: IndicatorRow, year: int | None, standard: Standard) -> Line:
    """Score one line under an edition; unreadable cells give an undetermined line."""
    target, actual = Target.parse(row.target, year), Actual.parse(row.actual, year)
    full, judged = read_points(row.full), read_points(row.points)
    try:
        choice, direction, inferred = choose_rule(row, target, standard)
        because = f"年度指标值“{target.text}”无法识别，未计分"
    except ParameterError as error:
        choice, direction, inferred, because = None, Direction.NONE, "", str(error)
    question = Question(
        target=target,
        actual=actual,
        full=full or Decimal(0),
        judged=judged,
        parameters=choice.parameters if choice else Parameters(),
        direction=direction,
        inferred_from=inferred,
        rounding=standard.points,
        rule=choice.name if choice else "",
    )
    scored = _score(choice, question, because, full)
    achievement = _achievement(question)
    required = reason_required(scored, full, achievement, actual, standard)
    return Line(row, target, actual, full, judged, scored, required, achievement)


def choose_rule(
    row: IndicatorRow, target: Target, standard: Standard
) -> tuple[RuleChoice | None, Direction, str]:
    """The rule of a line, its direction, and from what the direction was inferred ("" if told).

    The row's own rule comes first, then the edition's rules by name, then by comparator.
    """
    occasion, direction, inferred = _occasion(row, target, standard)
    own = choose(row.rule, dict(row.parameters)) if row.rule else None
    named = (item.choice for item in standard.named if item.covers(row.level1, row.name))
    choice = own or next(named, None)
    if choice is None:
        return standard.rules.get(occasion), direction, inferred
    told = RULES[choice.name].direction
    return choice, told or direction, "" if told else inferred


def reason_required(
    scored: Scored,
    full: Decimal | None,
    achievement: Decimal | None,
    actual: Actual,
    standard: Standard,
) -> bool:
    """Whether 偏差原因分析及改进措施 is due: points lost or target missed (1.2, B1)."""
    if not standard.reason_required or not scored.determined:
        return False
    if scored.met is False or (full is not None and scored.points < full):
        return True
    strict = standard.check("B2").severity is Severity.ERROR
    return strict and overfulfilled(achievement, actual, scored, standard) == "reason"


def overfulfilled(
    achievement: Decimal | None, actual: Actual, scored: Scored, standard: Standard
) -> str:
    """How far beyond its target a line went: "" (not), "warn" or "reason" (section 4)."""
    if scored.direction not in (Direction.AT_LEAST, Direction.EQUAL) or not scored.met:
        return ""
    rule = standard.overfulfilment
    if achievement is None:
        beyond = actual.value is not None and actual.value >= rule.zero_target_from
        return "reason" if beyond and scored.direction is Direction.AT_LEAST else ""
    ratio = achievement / 100
    if ratio >= rule.reason_from:
        return "reason"
    return "warn" if ratio >= rule.warn_from else ""


def read_points(text: str) -> Decimal | None:
    """分值 or 得分 as typed; None when blank or unreadable (the checks say which)."""
    if is_blank(text):
        return None
    try:
        return read_number(text.strip().removesuffix("分"))
    except NotANumber:
        return None


def _occasion(row: IndicatorRow, target: Target, standard: Standard) -> tuple[str, Direction, str]:
    if target.kind in OCCASIONS:
        return (*OCCASIONS[target.kind], "")
    if target.kind is TargetKind.UNREADABLE:
        return "", Direction.NONE, ""
    if target.comparator is not None:
        direction = DIRECTIONS[target.comparator]
        return direction.value, direction, ""
    word = standard.direction.ceiling_word(row.name)
    if word is not None:
        return "at_most", Direction.AT_MOST, f"指标名称含“{word}”，按越低越好计"
    default = Direction(standard.direction.default)
    return default.value, default, "指标值未写比较符，按评分标准的默认方向计"


def _score(
    choice: RuleChoice | None, question: Question, because: str, full: Decimal | None
) -> Scored:
    if choice is None:
        return question.undetermined(because)
    if full is None or full < 0:
        return question.undetermined("分值未填写或不是数字，未计分")
    return choice.score(question)


def _achievement(question: Question) -> Decimal | None:
    figures = figures_of(question)
    if figures is None or figures[0] <= 0:
        return None
    return percent(figures[1], figures[0])
