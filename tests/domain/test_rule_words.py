"""Every rule of every edition is told in words without the names of its figures."""

import re
from decimal import Decimal

import pytest

from app.domain.rule_words import rule_words
from app.domain.rules import RULES, RuleChoice, choose
from app.domain.scored import Parameters
from app.services.standards import editions

CHOSEN = [
    choice
    for edition in editions()
    for choice in (*edition.rules.values(), *(named.choice for named in edition.named))
]


def test_the_editions_rules_are_told_with_their_figures():
    assert CHOSEN
    for choice in CHOSEN:
        words = rule_words(choice)
        assert not re.search("[a-z_]", words), words


@pytest.mark.parametrize("name", RULES)
def test_a_rule_without_figures_is_told_by_its_name_at_least(name):
    words = rule_words(RuleChoice(name, Parameters()))
    assert words
    assert not re.search("[a-z_]", words)


def test_figures_stand_where_their_names_stood():
    choice = choose("at_most_linear", {"zero_at": Decimal("1.5")})
    assert "达到 1.5 倍指标值记0分" in rule_words(choice)


def test_bands_follow():
    assert rule_words(choose("bands", {"bands": "10:100;15:60"})).endswith(
        "：不超过10%记100%；不超过15%记60%"
    )
