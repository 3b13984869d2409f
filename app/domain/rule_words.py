"""A rule in one sentence with the figures that it was chosen with (计分规则)."""

import re

from app.domain.numbers import plain
from app.domain.rules import RULES, RuleChoice
from app.domain.scored import TierBand

_NAME = re.compile(r"[a-z_]+")


def rule_words(choice: RuleChoice) -> str:
    """What the rule does, its figures in the place of their names; tiers and bands follow.

    A figure that may be left out and was is named by nothing: its sentence says what then holds.
    """
    parameters = choice.parameters
    figures = {name: plain(value) for name, value in parameters.figures.items()}
    sentence = RULES[choice.name].explains
    if not _NAME.findall(sentence) or figures:
        sentence = _NAME.sub(lambda found: figures.get(found[0], found[0]), sentence)
    else:
        sentence = RULES[choice.name].label
    more = [f"{tier.label}记分值的{_share(tier)}" for tier in parameters.tiers]
    more += [f"不超过{plain(band.limit)}%记{plain(band.share)}%" for band in parameters.bands]
    return "：".join((sentence, "；".join(more))) if more else sentence


def _share(tier: TierBand) -> str:
    low, high = plain(tier.low), plain(tier.high)
    return f"{high}%" if low == high else f"{low}%至{high}%"
