"""Editions as shipped, and as found by name, region and year."""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from app.domain import standards as domain
from app.domain.actuals import Tier
from app.domain.checks import TITLES
from app.domain.numbers import Mode
from app.domain.rules import RULES
from app.domain.standards import OCCASIONS, NoStandardInForce
from app.errors import NotFound, Unacceptable
from app.services import standards
from app.services.standards import editions, load

SHIPPED = [f"{item.standard}/{item.edition}" for item in editions()]
each_edition = pytest.mark.parametrize("edition", editions(), ids=SHIPPED)
self_evaluations = pytest.mark.parametrize(
    "edition",
    [item for item in editions() if item.kind == "self_evaluation"],
    ids=lambda item: f"{item.standard}/{item.edition}",
)


# ---------------------------------------------------------------- as shipped


def test_the_editions_that_real_forms_need_are_there():
    assert SHIPPED == [
        "hubei-self-evaluation/2020-02-25",
        "national-evaluation/2020-02-25",
        "national-self-evaluation/2020-02-25",
        "shanghai-declaration/2019-01-01",
        "shanghai-evaluation/2014-01-01",
        "shanghai-self-evaluation/2019-01-01",
        "shanghai-self-evaluation/2024-01-01",
    ]


@each_edition
def test_an_edition_says_where_it_comes_from(edition):
    assert edition.title
    assert edition.document
    assert edition.reference
    assert edition.confidence in {"S", "V", "C", "M", "m"}
    assert len(edition.region) == 6
    assert edition.kind in {"self_evaluation", "evaluation", "declaration"}


@each_edition
def test_grade_bands_cover_0_to_100_without_gap(edition):
    steps = edition.scale.steps
    lowers = [step.lower for step in steps]
    assert lowers == sorted(set(lowers), reverse=True)
    assert lowers[-1] == 0 < lowers[0] < edition.full == 100
    assert len({step.name for step in steps}) == len(steps)
    assert all(step.inclusive for step in steps), "no published scale excludes its lower bound"
    for cents in range(100 * 100 + 1):
        total = Decimal(cents) / 100
        (holding,) = [
            step.name
            for step, above in zip(steps, [None, *steps], strict=False)
            if step.holds(total) and not (above and above.holds(total))
        ]
        assert edition.scale.grade(total) == holding


@each_edition
def test_weights_that_an_edition_sets_leave_no_point_over(edition):
    weights = [group.full for group in edition.groups]
    known = sum((full for full in weights if full is not None), edition.funds.full)
    assert known <= 100
    if weights and None not in weights:
        assert known == 100
    assert all(full is None or full > 0 for full in weights)
    assert any(group.required for group in edition.groups)


@each_edition
def test_tiers_cover_the_whole_weight_without_gap(edition):
    choice = edition.rules["qualitative"]
    if choice.name != "three_tiers":
        return
    tiers = choice.parameters.tiers
    assert [tier.tier for tier in tiers] == [Tier.MET, Tier.PARTIAL, Tier.UNMET]
    assert tiers[0].high == 100
    assert tiers[-1].low == 0
    assert [tier.low for tier in tiers[:-1]] == [tier.high for tier in tiers[1:]]


@each_edition
def test_every_kind_of_target_has_a_rule(edition):
    assert set(edition.rules) == set(OCCASIONS)
    chosen = [*edition.rules.values(), *(named.choice for named in edition.named)]
    assert {choice.name for choice in chosen} <= set(RULES)


@each_edition
def test_every_check_is_known_and_weighed(edition):
    assert set(edition.checks) == set(TITLES)


@each_edition
def test_figures_of_rounding_and_explaining_are_sound(edition):
    assert 0 <= edition.rate.places <= edition.rate_printed
    assert {edition.points.mode, edition.rate.mode} <= set(Mode)
    assert 1 < edition.overfulfilment.warn_from <= edition.overfulfilment.reason_from
    assert 0 <= edition.funds.cut_off < edition.funds.cap


def test_what_real_forms_proved():
    new = standards.get("shanghai-self-evaluation", "2024-01-01")
    old = standards.get("shanghai-self-evaluation", "2019-01-01")
    assert (new.rate.mode, new.rate.places, new.points.mode) == (Mode.TRUNCATE, 2, Mode.HALF_UP)
    assert (old.rate.mode, old.rate.places, old.rate_printed) == (Mode.HALF_UP, 0, 2)
    assert [group.full for group in old.groups] == [36, 34, 15, 15]
    assert [step.lower for step in old.scale.steps] == [90, 75, 60, 0]
    assert standards.get("national-evaluation").funds.denominator == "received"


# ---------------------------------------------------------------- digests


def test_digests_differ_and_stay():
    digests = [item.digest for item in editions()]
    assert len(set(digests)) == len(digests)
    assert [item.digest for item in load(files("app.standards"))] == digests


def test_a_digest_covers_the_file_and_all_that_it_extends():
    folder = files("app.standards")
    names = ("national-self-evaluation/2020-02-25", "shanghai-self-evaluation/2024-01-01")
    base, own = (folder.joinpath(f"{name}.toml").read_bytes() for name in names)
    found = {f"{item.standard}/{item.edition}": item.digest for item in editions()}
    assert found[names[0]] == hashlib.sha256(base).hexdigest()
    assert found[names[1]] == hashlib.sha256(own + base).hexdigest()


# ---------------------------------------------------------------- by name


@pytest.mark.parametrize(
    ("standard", "edition", "found"),
    [
        ("shanghai-self-evaluation", "2019-01-01", date(2019, 1, 1)),
        ("shanghai-self-evaluation", None, date(2024, 1, 1)),
        ("national-self-evaluation", None, date(2020, 2, 25)),
    ],
)
def test_an_edition_by_name(standard, edition, found):
    assert standards.get(standard, edition).edition == found


@pytest.mark.parametrize(
    ("standard", "edition", "named"),
    [("mars", None, "“mars”"), ("mars", "2024-01-01", "“mars 2024-01-01”"),
     ("shanghai-self-evaluation", "2020-01-01", "“shanghai-self-evaluation 2020-01-01”"),
     ("shanghai-self-evaluation", "", "“shanghai-self-evaluation”")],
)  # fmt: skip
def test_an_edition_that_does_not_exist(standard, edition, named):
    with pytest.raises(NotFound, match=named):
        standards.get(standard, edition)


# ---------------------------------------------------------------- in force

IN_FORCE = [  # region, kind, year, standard, edition
    pytest.param("310115", "self_evaluation", 2024, "shanghai-self-evaluation/2024-01-01",
                 id="a county of Shanghai falls back to the city"),
    pytest.param("310000", "self_evaluation", 2030, "shanghai-self-evaluation/2024-01-01",
                 id="the newest goes on"),
    pytest.param("310000", "self_evaluation", 2023, "shanghai-self-evaluation/2019-01-01",
                 id="the year before it began"),
    pytest.param("310000", "self_evaluation", 2019, "shanghai-self-evaluation/2019-01-01",
                 id="its first year"),
    pytest.param("420106", "self_evaluation", 2021, "hubei-self-evaluation/2020-02-25",
                 id="a county of Hubei"),
    pytest.param("652829", "self_evaluation", 2022, "national-self-evaluation/2020-02-25",
                 id="a county whose province has none"),
    pytest.param("000000", "self_evaluation", 2020, "national-self-evaluation/2020-02-25",
                 id="the nation, in the year that it began"),
    pytest.param("310000", "evaluation", 2018, "shanghai-evaluation/2014-01-01",
                 id="evaluation in Shanghai"),
    pytest.param("652829", "evaluation", 2022, "national-evaluation/2020-02-25",
                 id="evaluation elsewhere"),
    pytest.param("310115", "declaration", 2019, "shanghai-declaration/2019-01-01",
                 id="declaration"),
]  # fmt: skip


@pytest.mark.parametrize(("region", "kind", "year", "found"), IN_FORCE)
def test_the_edition_in_force(region, kind, year, found):
    edition = standards.in_force(region, kind, year)
    assert f"{edition.standard}/{edition.edition}" == found


NOT_YET = [
    pytest.param("310000", "self_evaluation", 2018, id="Shanghai: evaluations only"),
    pytest.param("000000", "self_evaluation", 2019, id="the nation, a year early"),
    pytest.param("652829", "evaluation", 2013, id="before any"),
    pytest.param("420000", "declaration", 2024, id="no declaration but in Shanghai"),
    pytest.param("310000", "monitoring", 2024, id="a kind that has no edition"),
]


@pytest.mark.parametrize(("region", "kind", "year"), NOT_YET)
def test_before_the_first_edition_there_is_none(region, kind, year):
    with pytest.raises(Unacceptable, match=f"{year}年度没有适用的评分标准") as caught:
        standards.in_force(region, kind, year)
    assert [problem.pointer for problem in caught.value.errors] == ["/fiscal_year"]
    with pytest.raises(NoStandardInForce, match=region):
        domain.in_force(editions(), region, kind, date(year, 12, 31))


def test_an_edition_in_force_among_those_of_one_standard():
    named = standards.in_force("310000", "self_evaluation", 2024, "national-self-evaluation")
    assert named.standard == "national-self-evaluation"


def test_a_city_comes_before_its_province():
    names = ("hubei-self-evaluation", "national-self-evaluation")
    province, nation = (standards.get(name) for name in names)
    city = replace(province, region="420100")
    known, end = [nation, province, city], date(2024, 12, 31)
    assert domain.in_force(known, "420106", "self_evaluation", end) is city
    assert domain.in_force(known, "420200", "self_evaluation", end) is province
    assert domain.in_force(known, "310115", "self_evaluation", end) is nation
