"""Words for a qualitative result (达成, 部分达成, 未达成), the form's own and others."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """The three tiers of a qualitative result; 财预〔2020〕10号."""

    MET = "met"
    PARTIAL = "partial"
    UNMET = "unmet"


# What a form offers to choose from, word for word.
CHOICES = ("达成指标", "部分达成年度指标并具有一定效果", "未达成年度指标且效果较差")


@dataclass(frozen=True, slots=True)
class ToldTier:
    """A tier that words tell; inferred when they are not the form's own."""

    tier: Tier
    inferred: bool


_GOAL = "了?(?:年度|年初|全年|预期|预定|既定|绩效|设定|各项)*(?:指标|目标|任务|要求|效果|水平)?值?"
_STORY = "(?:[,;:。.(].*)?"
_NO_DOUBT = "(?!.*(?:但|未|没有|部分|基本|不))"
_WELL = "已?(?:全部|全面|按[时期]|如期|圆满|顺利|提前|超额)*"
_DONE = "(?:完成|达到|达标|达成|实现)"
_NOT = "(?:未能?|没有|尚未)(?:按[时期]|如期|全部)?"
# The first wording that fits decides. One that speaks of a rate (达成率) names an indicator.
_WORDINGS = (
    (f"{_NO_DOUBT}已?达成{_GOAL}{_STORY}", Tier.MET, False),
    ("部分达成(?!率).*", Tier.PARTIAL, False),
    ("未达成(?!率).*", Tier.UNMET, False),
    (f"{_NO_DOUBT}{_WELL}{_DONE}{_GOAL}{_STORY}", Tier.MET, True),
    (f"(?:基本|部分|大部分){_DONE}{_GOAL}{_STORY}", Tier.PARTIAL, True),
    (f"{_NOT}(?:{_DONE}|开展|实施){_GOAL}{_STORY}", Tier.UNMET, True),
)
_TIERS = tuple(
    (re.compile(wording, re.DOTALL), ToldTier(tier, inferred))
    for wording, tier, inferred in _WORDINGS
)


def read_tier(shown: str) -> ToldTier | None:
    """The tier that a normalised text tells, else None: words are not turned into a result."""
    return next((told for wording, told in _TIERS if wording.fullmatch(shown)), None)
