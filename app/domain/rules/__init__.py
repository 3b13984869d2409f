"""The scoring rules by name. An edition picks from here; a figure never lives here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.directions import Direction
from app.domain.rules import dated, judged, qualitative, quantitative, rated
from app.domain.rules.parameters import ParameterError, read
from app.domain.scored import Parameters, Question, Scored

RuleFunction = Callable[[Question], Scored]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its Chinese label, what it does in one sentence, and the figures it takes.

    `direction` is what the rule itself says of the indicator; None leaves it to the target.
    """

    name: str
    label: str
    explains: str
    function: RuleFunction
    parameters: tuple[str, ...] = ()
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """A rule with its figures, as an edition or a row chose it."""

    name: str
    parameters: Parameters

    def score(self, question: Question) -> Scored:
        """Apply the rule to one line."""
        return RULES[self.name].function(question)


_ALL = (
    Rule(
        "at_least",
        "正向比例",
        "实际值达到指标值记满分，否则按 实际值÷指标值×分值 计分",
        quantitative.at_least,
        direction=Direction.AT_LEAST,
    ),
    Rule(
        "at_most_linear",
        "反向线性",
        "实际值不超过指标值记满分，超出部分按比例扣分，达到 zero_at 倍指标值记0分",
        quantitative.at_most_linear,
        ("zero_at",),
        Direction.AT_MOST,
    ),
    Rule(
        "at_most_ratio",
        "反向比率",
        "实际值不超过指标值记满分，否则按 指标值÷实际值×分值 计分",
        quantitative.at_most_ratio,
        direction=Direction.AT_MOST,
    ),
    Rule(
        "at_most_strict",
        "反向严格",
        "实际值不超过指标值记满分，超过即记0分，由人工核定",
        quantitative.at_most_strict,
        direction=Direction.AT_MOST,
    ),
    Rule(
        "equal",
        "等于",
        "指标值为0时实际值不大于0记满分；大于0时达到记满分，否则按比例计分",
        quantitative.equal,
        direction=Direction.EQUAL,
    ),
    Rule(
        "within",
        "区间",
        "实际值落在区间内记满分，低于下限按比例，高于上限按反向线性",
        quantitative.within,
        ("zero_at",),
        Direction.WITHIN,
    ),
    Rule(
        "by_date",
        "时限",
        "按期完成记满分，逾期按 late_share% 计分",
        dated.by_date,
        ("late_share",),
        Direction.BY_DATE,
    ),
    Rule("yes_no", "是否", "做到记满分，未做到记0分", qualitative.yes_no),
    Rule(
        "three_tiers",
        "定性三档",
        "按达成、部分达成、未达成三档，在档内给分",
        qualitative.three_tiers,
        ("tiers",),
    ),
    Rule(
        "satisfaction_floor",
        "满意度区间",
        "满意度达到 full_at% 记满分，不低于 floor% 按比例，低于 floor% 记0分",
        rated.satisfaction_floor,
        ("floor", "full_at"),
    ),
    Rule(
        "threshold_proportional",
        "达线按比例",
        "比率不低于 threshold% 时按 比率÷base%×分值 计分，低于则记0分",
        rated.threshold_proportional,
        ("threshold", "base"),
    ),
    Rule(
        "share",
        "按比率",
        "按 比率÷base%×分值 计分",
        rated.share,
        ("base",),
    ),
    Rule(
        "step_deduction",
        "分档扣分",
        "达到 full_at% 记满分，每低 step 个百分点扣 points 分，扣完为止",
        rated.step_deduction,
        ("full_at", "step", "points"),
    ),
    Rule(
        "bands",
        "偏差分档",
        "按偏差的绝对值落入的档次，记该档的比例",
        rated.bands,
        ("bands",),
    ),
    Rule(
        "checklist",
        "要点计分",
        "每符合一项评价要点得 each 分，不超过分值",
        judged.checklist,
        ("each",),
    ),
    Rule("deduction", "扣分", "分值减去应扣分数，扣完为止", judged.deduction),
    Rule(
        "judged",
        "人工评分",
        "由评分人在 low 至 high 之间给分，未注明时为0至分值",
        judged.judged,
        ("low?", "high?"),
    ),
)

RULES: Mapping[str, Rule] = {rule.name: rule for rule in _ALL}


def choose(name: str, values: Mapping[str, object]) -> RuleChoice:
    """A rule by name with its figures; raises ParameterError saying what is wrong."""
    rule = RULES.get(name)
    if rule is None:
        raise ParameterError(f"没有名为“{name}”的评分规则，可用：{'、'.join(RULES)}")
    return RuleChoice(name, read(rule.parameters, values))


__all__ = ["RULES", "ParameterError", "Rule", "RuleChoice", "choose"]
