from decimal import Decimal

import pytest

from app.domain.rules import RULES, ParameterError, choose
from app.domain.scored import Band

TIER = {"tier": "met", "label": "达成", "low": 80, "high": 100}

FAULTY = [
    pytest.param("best", {}, "没有名为“best”的评分规则，可用：at_least", id="no such rule"),
    pytest.param("share", {}, "规则缺少参数“base”", id="missing"),
    pytest.param("share", {"base": 100, "bse": 1}, "没有参数“bse”，可用：base", id="unknown"),
    pytest.param("at_least", {"x": 1}, "没有参数“x”，可用：无", id="a rule without figures"),
    pytest.param("share", {"base": "百"}, "“base”应为数字，现为“百”", id="words"),
    pytest.param("share", {"base": ""}, "“base”应为数字", id="empty"),
    pytest.param("share", {"base": True}, "“base”应为数字", id="true"),
    pytest.param("share", {"base": [1]}, "“base”应为数字", id="a list"),
    pytest.param("share", {"base": Decimal("inf")}, "“base”应为数字", id="infinite"),
    pytest.param("share", {"base": Decimal("nan")}, "“base”应为数字", id="not a number"),
    pytest.param("share", {"base": 0}, "“base”应大于0，现为“0”", id="a divisor of 0"),
    pytest.param("share", {"base": "-1"}, "“base”应大于0", id="a negative divisor"),
    pytest.param(
        "step_deduction", {"full_at": 90, "step": "0", "points": 1}, "“step”应大于0", id="no step"
    ),
    pytest.param("satisfaction_floor", {"floor": -5, "full_at": 0}, "“full_at”应大于0", id="top"),
    pytest.param("bands", {"bands": 5}, "“bands”应为若干行，每行写明limit、share", id="not rows"),
    pytest.param("bands", {"bands": "10"}, "“share”应为数字", id="a band without its share"),
    pytest.param("bands", {"bands": ""}, "“limit”应为数字", id="no band"),
    pytest.param("bands", {"bands": "15:60;10:100"}, "“bands”应从小到大排列", id="out of order"),
    pytest.param("bands", {"bands": [{"limit": 1}]}, "每一行应写明limit、share", id="half a band"),
    pytest.param("bands", {"bands": [5]}, "每一行应写明limit、share，现为“5”", id="no table"),
    pytest.param("three_tiers", {"tiers": "三档"}, "“tiers”应为若干行", id="tiers in words"),
    pytest.param(
        "three_tiers", {"tiers": [{**TIER, "tier": "best"}]}, "没有名为“best”的档次", id="tier"
    ),
    pytest.param("three_tiers", {"tiers": [{**TIER, "low": "八"}]}, "“low”应为数字", id="edge"),
    pytest.param(
        "three_tiers", {"tiers": [{"tier": "met"}]}, "应写明tier、label", id="half a tier"
    ),
]


@pytest.mark.parametrize(("rule", "figures", "message"), FAULTY)
def test_faulty_figures_are_named(rule, figures, message):
    with pytest.raises(ParameterError, match=".") as caught:
        choose(rule, figures)
    assert message in str(caught.value)


@pytest.mark.parametrize("base", [100, Decimal("100"), "100", "１００", " 1,00 ".replace(",", "")])
def test_figures_come_typed_or_as_text(base):
    assert choose("share", {"base": base}).parameters.figure("base") == 100


@pytest.mark.parametrize(
    "bands",
    ["10:100;15:60", [{"limit": 10, "share": 100}, {"limit": Decimal(15), "share": "60"}]],
)
def test_bands_come_as_tables_or_as_text(bands):
    expected = (Band(Decimal(10), Decimal(100)), Band(Decimal(15), Decimal(60)))
    assert choose("bands", {"bands": bands}).parameters.bands == expected


def test_figures_that_a_rule_can_do_without():
    figures = choose("judged", {"high": 3}).parameters
    assert (figures.optional("high"), figures.optional("low")) == (3, None)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_label_and_one_sentence(name):
    rule = RULES[name]
    assert rule.name == name
    assert 2 <= len(rule.label) <= 6
    assert "。" not in rule.explains
