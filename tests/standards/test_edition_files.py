"""Edition files: how one extends another, and how a faulty one names its place and the mend."""

from datetime import date
from importlib.resources import files

import pytest

from app.domain.editions import parse
from app.domain.numbers import Mode
from app.domain.standards import OCCASIONS
from app.domain.tables import TableError
from app.services.standards import load

BASE = (files("app.standards") / "national-self-evaluation/2020-02-25.toml").read_text("utf-8")
BASE_TEXT = BASE.replace('"national-self-evaluation"', '"base"').replace("2020-02-25", "2020-01-01")
HEAD = 'extends = "base/2020-01-01"\nstandard = "own"\neffective_from = 2024-01-01\n'


def folder(tmp_path, **texts):
    """A folder of editions; base/2020-01-01 is the national one, others by file name."""
    texts = {"base/2020-01-01": BASE_TEXT, **texts}
    for name, text in texts.items():
        path = tmp_path / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "README.md").write_text("not an edition")
    (tmp_path / "base" / "notes.txt").write_text("nor this")
    return tmp_path


def own(tmp_path, text):
    """The edition own/2024-01-01 that extends the base with this text."""
    found = load(folder(tmp_path, **{"own/2024-01-01": HEAD + text}))
    return {item.standard: item for item in found}


def test_an_edition_that_says_nothing_is_the_one_that_it_extends(tmp_path):
    found = own(tmp_path, "")
    base, heir = found["base"], found["own"]
    assert heir.rules == base.rules
    assert (heir.groups, heir.scale, heir.checks, heir.points) == (
        base.groups,
        base.scale,
        base.checks,
        base.points,
    )
    assert (heir.standard, heir.edition, heir.title) == ("own", date(2024, 1, 1), base.title)
    assert heir.digest != base.digest


def test_tables_merge(tmp_path):
    heir = own(
        tmp_path, "[funds]\nfull = 20\n[rounding]\nrate = { places = 0, mode = 'truncate' }"
    )["own"]
    assert (heir.funds.full, heir.funds.cap, heir.funds.denominator) == (20, 100, "adjusted")
    assert (heir.rate.places, heir.points.places) == (0, 2)


def test_tables_within_tables_merge(tmp_path):
    heir = own(tmp_path, "[rounding.rate]\nmode = 'truncate'")["own"]
    assert (heir.rate.mode, heir.rate.places) == (Mode.TRUNCATE, 2)


def test_lists_replace(tmp_path):
    heir = own(
        tmp_path, "[[grades]]\nname = '合格'\nlower = 60\n[[grades]]\nname = '差'\nlower = 0"
    )["own"]
    assert [step.name for step in heir.scale.steps] == ["合格", "差"]
    heir = own(tmp_path, "[direction]\nceiling = ['成本']")["own"]
    assert (heir.direction.ceiling, heir.direction.default) == (("成本",), "at_least")


def test_a_rule_replaces_the_old_one_whole(tmp_path):
    found = own(tmp_path, "[rules]\nat_most = { rule = 'at_most_ratio' }")
    base, heir = found["base"], found["own"]
    assert (heir.rules["at_most"].name, dict(heir.rules["at_most"].parameters.figures)) == (
        "at_most_ratio",
        {},
    )
    assert heir.rules["equal"] == base.rules["equal"]


def test_a_figure_of_a_rule_alone_joins_the_rule(tmp_path):
    rule = own(tmp_path, "[rules]\nat_most = { zero_at = 3 }")["own"].rules["at_most"]
    assert (rule.name, rule.parameters.figure("zero_at")) == ("at_most_linear", 3)


def test_a_check_that_weighs_otherwise_keeps_its_figures(tmp_path):
    found = own(tmp_path, "[checks]\nB4 = { severity = 'error' }\nC9 = { severity = 'off' }")
    base, heir = found["base"].checks, found["own"].checks
    assert (heir["B4"].severity, heir["B4"].figure("rows")) == ("error", 3)
    assert (heir["C9"].severity, heir["C9"].figures) == (None, base["C9"].figures)
    assert heir["C10"] == base["C10"]


def test_editions_extend_in_a_chain(tmp_path):
    last = (
        'extends = "own/2024-01-01"\nstandard = "last"\neffective_from = 2025-01-01\ntitle = "末"'
    )
    texts = {"own/2024-01-01": f"{HEAD}\n[funds]\nfull = 20", "last/2025-01-01": last}
    found = {item.standard: item for item in load(folder(tmp_path, **texts))}
    assert (found["last"].funds.full, found["last"].title) == (20, "末")
    assert len({item.digest for item in found.values()}) == 3


def test_one_rule_for_every_kind_of_target(tmp_path):
    heir = own(tmp_path, "[rules.every]\nrule = 'judged'")["own"]
    assert {choice.name for choice in heir.rules.values()} == {"judged"}
    assert set(heir.rules) == set(OCCASIONS)


# ---------------------------------------------------------------- faulty files

FAULTY = [  # what is added to a sound edition, words of the message
    pytest.param("titel = '某省'", "titel: unknown key; known keys:", id="a slip at the top"),
    pytest.param("full = '100'", "full: expected a number, got '100'", id="a figure in quotes"),
    pytest.param("full = nan", "full: expected a number", id="not a number"),
    pytest.param("full = inf", "full: expected a number", id="infinite"),
    pytest.param("region = 310000", "region: expected str, got 310000", id="a number for a text"),
    pytest.param("reason_required = 1", "reason_required: expected bool, got 1", id="1 for true"),
    pytest.param(
        "effective_from = '2024-01-01'", "Cannot overwrite a value", id="a key twice is no TOML"
    ),
    pytest.param("title = ", "own/2024-01-01.toml: Invalid value", id="no TOML at all"),
    pytest.param(
        "[rounding.rate]\nmode = 'up'", "rounding.rate.mode: half_up or truncate", id="mode"
    ),
    pytest.param("[rounding.points]\nplaces = -1", "rounding.points.mode: half_up or", id="places"),
    pytest.param("[rounding.points]\nplaces = 2.5", "places: expected int", id="half a place"),
    pytest.param("[rounding]\nodd = 1", "rounding.odd: unknown key", id="a slip in rounding"),
    pytest.param("[funds]\nfulll = 20", "funds.fulll: unknown key", id="a slip in funds"),
    pytest.param(
        "[funds]\ndenominator = 'total'",
        "funds.denominator: adjusted, initial or received",
        id="denominator",
    ),
    pytest.param(
        "[funds]\ncap = true", "funds.cap: expected a number, got True", id="true for 100"
    ),
    pytest.param("funds = 10", "funds: expected a table, got 10", id="a number for a table"),
    pytest.param("[[groups]]\nfull = 10", "groups[0].level1: missing", id="a group without name"),
    pytest.param(
        "[[groups]]\nlevel1 = '产出'\naliases = '产'",
        "groups[0].aliases: expected a list",
        id="a text for a list",
    ),
    pytest.param(
        "[[groups]]\nlevel1 = '产出'\nweight = 5",
        "groups[0].weight: unknown key",
        id="a slip in a group",
    ),
    pytest.param("groups = ['产出']", "groups: expected a list of tables", id="groups in words"),
    pytest.param(
        "[rules]\nat_most = { rule = 'best' }",
        "rules.at_most.rule: 没有名为“best”的评分规则",
        id="a rule that does not exist",
    ),
    pytest.param(
        "[rules]\nat_most = { rule = 'at_most_linear' }", "缺少参数“zero_at”", id="no figure"
    ),
    pytest.param(
        "[rules]\nat_most = { rule = 'at_most_linear', zero_at = '二' }",
        "rules.at_most.rule: 参数“zero_at”应为数字",
        id="a figure in words",
    ),
    pytest.param(
        "[rules]\nat_most = { rule = 2 }", "rules.at_most.rule: expected str", id="no rule"
    ),
    pytest.param(
        "[rules]\nat_mots = { rule = 'equal' }", "rules.at_mots: unknown key", id="a slip"
    ),
    pytest.param(
        "[rules]\nqualitative = { rule = 'three_tiers', tiers = ['甲'] }",
        "rules.qualitative.rule: 参数“tiers”的每一行应写明tier",
        id="tiers in words",
    ),
    pytest.param(
        "[[named_rules]]\nwords = ['满意度']",
        "named_rules[0].use.rule: missing",
        id="a named rule without rule",
    ),
    pytest.param(
        "[[named_rules]]\nword = '满'\nuse = { rule = 'judged' }",
        "named_rules[0].word: unknown key",
        id="a slip in a named rule",
    ),
    pytest.param(
        "[direction]\ndefault = 'up'",
        "direction.default: at_least, at_most or equal",
        id="direction",
    ),
    pytest.param("[direction]\nceilings = []", "direction.ceilings: unknown key", id="ceilings"),
    pytest.param("[overfulfilment]\nwarn = 1.2", "overfulfilment.warn: unknown key", id="warn"),
    pytest.param(
        "[[grades]]\nname = '优'\nlower = 90", "grades: write the steps", id="no step at 0"
    ),
    pytest.param(
        "[[grades]]\nname = '差'\nlower = 0\n[[grades]]\nname = '优'\nlower = 90",
        "grades: write the steps",
        id="grades upside down",
    ),
    pytest.param(
        "[[grades]]\nname = '优'\nlower = 0\n[[grades]]\nname = '差'\nlower = 0",
        "grades: write the steps",
        id="two steps at one bound",
    ),
    pytest.param("grades = []", "grades: write the steps", id="no grades"),
    pytest.param("[[grades]]\nname = '优'", "grades[0].lower: missing", id="a grade without bound"),
    pytest.param(
        "[checks]\nA1 = { severity = 'fatal' }",
        "checks.A1.severity: error, warning, info or off",
        id="severity",
    ),
    pytest.param(
        "[checks]\nA1 = {}\n[checks.A99]\nseverity = 'off'",
        "checks.A99: unknown check",
        id="a check that does not exist",
    ),
    pytest.param(
        "[checks]\nB4 = { rows = '三' }",
        "checks.B4.rows: expected a number, got '三'",
        id="a figure of a check in words",
    ),
    pytest.param(
        "[checks]\nA1 = 'error'", "checks.A1: expected a table, got 'error'", id="no table"
    ),
]


@pytest.mark.parametrize(("text", "words"), FAULTY)
def test_a_faulty_file_names_itself_and_the_place(tmp_path, text, words):
    with pytest.raises(TableError, match=r"^own/2024-01-01\.toml: ") as caught:
        own(tmp_path, text)
    assert words in str(caught.value)


HEADS = [
    pytest.param(
        {"extends": '"base/1999-01-01"'},
        "extends unknown edition 'base/1999-01-01'",
        id="extends what is not there",
    ),
    pytest.param({"extends": "5"}, "extends unknown edition '5'", id="extends a number"),
    pytest.param(
        {"extends": '"own/2024-01-01"'},
        "extends unknown edition 'own/2024-01-01'",
        id="extends itself",
    ),
    pytest.param({"standard": '"other"'}, "must be own and 2024-01-01", id="another name"),
    pytest.param({"effective_from": "2024-02-01"}, "must be own and 2024-01-01", id="another day"),
    pytest.param(
        {"effective_from": "2024-01-01T00:00:00"}, "must be own and 2024-01-01", id="hour"
    ),
    pytest.param({"effective_from": '"2024-01-01"'}, "effective_from: expected date", id="text"),
    pytest.param({"standard": None}, "must be own and 2024-01-01", id="no name of its own"),
]


@pytest.mark.parametrize(("changes", "words"), HEADS)
def test_a_faulty_head_is_named(tmp_path, changes, words):
    keys = {"extends": '"base/2020-01-01"', "standard": '"own"', "effective_from": "2024-01-01"}
    text = "\n".join(f"{key} = {value}" for key, value in {**keys, **changes}.items() if value)
    with pytest.raises(TableError, match=r"^own/2024-01-01\.toml: ") as caught:
        load(folder(tmp_path, **{"own/2024-01-01": text}))
    assert words in str(caught.value)


def test_editions_that_extend_each_other_are_refused(tmp_path):
    one = 'extends = "two/2024-01-01"\nstandard = "one"\neffective_from = 2024-01-01'
    two = 'extends = "one/2024-01-01"\nstandard = "two"\neffective_from = 2024-01-01'
    with pytest.raises(TableError, match="extends unknown edition 'one/2024-01-01'"):
        load(folder(tmp_path, **{"one/2024-01-01": one, "two/2024-01-01": two}))


@pytest.mark.parametrize("key", ["standard", "title", "kind", "region", "effective_from", "full"])
def test_what_an_edition_must_say(key):
    document = {"standard": "own", "title": "某省", "kind": "self_evaluation", "region": "310000",
                "document": "号", "reference": "页", "confidence": "S", "rounding": {
                    "points": {"places": 2, "mode": "half_up"},
                    "rate": {"places": 2, "mode": "half_up"}},
                "effective_from": date(2024, 1, 1), "full": 100}  # fmt: skip
    del document[key]
    with pytest.raises(TableError, match=f"^{key}: missing$"):
        parse(document, "")
