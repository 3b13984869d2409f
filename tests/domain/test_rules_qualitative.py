from dataclasses import replace
from decimal import Decimal

import pytest
from tests.domain.factories import HUBEI, NATIONAL, ask, line

from app.domain.scored import Kind

MET, PARTIAL, UNMET = "达成指标", "部分达成年度指标并具有一定效果", "未达成年度指标且效果较差"


def tiered(actual, full="10", points="", standard=NATIONAL, target="有效"):
    return line(standard, target=target, actual=actual, full=full, points=points).scored


BANDS = [  # actual, W, points given, points that count
    pytest.param(MET, "10", "", "10.00", id="met, not judged: full"),
    pytest.param(MET, "10", "10", "10.00", id="met at W"),
    pytest.param(MET, "10", "8", "8.00", id="met at 0.8W"),
    pytest.param(MET, "10", "7.99", "0.00", id="met, just below 0.8W"),
    pytest.param(MET, "10", "10.01", "0.00", id="met, above W"),
    pytest.param(PARTIAL, "10", "", "6.00", id="partial, not judged: lower end"),
    pytest.param(PARTIAL, "10", "8", "0.00", id="partial at 0.8W is the tier above"),
    pytest.param(PARTIAL, "10", "7.99", "7.99", id="partial, just below 0.8W"),
    pytest.param(PARTIAL, "10", "6", "6.00", id="partial at 0.6W"),
    pytest.param(PARTIAL, "10", "5.99", "0.00", id="partial, just below 0.6W"),
    pytest.param(UNMET, "10", "", "0.00", id="unmet, not judged: lower end"),
    pytest.param(UNMET, "10", "6", "0.00", id="unmet at 0.6W is the tier above"),
    pytest.param(UNMET, "10", "5.99", "5.99", id="unmet, just below 0.6W"),
    pytest.param(UNMET, "10", "0", "0.00", id="unmet at 0"),
    pytest.param(UNMET, "10", "-1", "0.00", id="unmet, negative"),
    pytest.param(MET, "8.01", "6.41", "6.41", id="0.8W = 6.408 is 6.41: met"),
    pytest.param(MET, "8.01", "6.40", "0.00", id="6.40 is below 6.41"),
    pytest.param(PARTIAL, "8.01", "6.40", "6.40", id="so 6.40 is partial"),
    pytest.param(PARTIAL, "8.01", "6.41", "0.00", id="and 6.41 is not"),
    pytest.param(PARTIAL, "8.01", "4.81", "4.81", id="0.6W = 4.806 is 4.81: partial"),
    pytest.param(PARTIAL, "8.01", "4.80", "0.00", id="4.80 is below 4.81"),
    pytest.param(UNMET, "8.01", "4.80", "4.80", id="so 4.80 is unmet"),
    pytest.param(MET, "6.78", "5.42", "5.42", id="0.8W = 5.424 is 5.42"),
    pytest.param(UNMET, "0", "0", "0.00", id="a row that weighs nothing"),
]


@pytest.mark.parametrize(("actual", "full", "points", "counted"), BANDS)
def test_points_count_inside_the_band_of_the_tier(actual, full, points, counted):
    scored = tiered(actual, full, points)
    assert (format(scored.points, "f"), scored.kind) == (counted, Kind.QUALITATIVE)
    assert scored.determined


@pytest.mark.parametrize(
    ("actual", "points", "counted"),
    [
        (PARTIAL, "5", "5.00"),
        (PARTIAL, "4.99", "0.00"),
        (UNMET, "4.99", "4.99"),
        (MET, "8", "8.00"),
    ],
)
def test_the_edition_sets_the_bands(actual, points, counted):
    assert format(tiered(actual, points=points, standard=HUBEI).points, "f") == counted


BECAUSE = [
    (MET, "", "达成年度指标：记满分"),
    (PARTIAL, "", "部分达成年度指标并具有一定效果：未给分，暂按档次下限6.00"),
    (PARTIAL, "7", "部分达成年度指标并具有一定效果：在[6.00, 8.00)内评7.00分"),
    (MET, "9", "达成年度指标：在[8.00, 10.00]内评9.00分"),
    (UNMET, "7.5", "未达成年度指标且效果较差应在[0.00, 6.00)内给分，7.5不予采用，记0分"),
    ("明显改善", "7", "“明显改善”未写明档次，采用人工评分7.00"),
]


@pytest.mark.parametrize(("actual", "points", "because"), BECAUSE)
def test_a_tier_explains_itself(actual, points, because):
    assert tiered(actual, points=points).because == because


@pytest.mark.parametrize(
    ("actual", "met"), [(MET, True), (PARTIAL, False), (UNMET, False), ("明显改善", None)]
)
def test_whether_it_is_met(actual, met):
    assert tiered(actual, points="0").met is met


@pytest.mark.parametrize("actual", ["长效", " 长效 "])
def test_the_words_of_the_target_are_the_target_met(actual):
    assert tiered(actual, target="长效").because == "达成年度指标：记满分"


UNDETERMINED = [
    pytest.param("", "8", "实际完成值未填写，记0分", id="missing, though judged"),
    pytest.param("98%", "8", "指标值为定性，实际完成值“98%”为数值，未计分", id="a figure"),
    pytest.param(
        "明显改善", "", "“明显改善”未写明达成、部分达成或未达成，未计分", id="words alone"
    ),
    pytest.param("明显改善", "10.01", "“明显改善”未写明", id="words, points above W"),
    pytest.param("明显改善", "-1", "“明显改善”未写明", id="words, negative points"),
    pytest.param("明显改善", "八分", "“明显改善”未写明", id="words, unreadable points"),
]


@pytest.mark.parametrize(("actual", "points", "because"), UNDETERMINED)
def test_without_a_tier_nothing_is_guessed(actual, points, because):
    scored = tiered(actual, points=points)
    assert because in scored.because
    assert (scored.points, scored.determined, scored.kind) == (
        Decimal(0),
        False,
        Kind.QUALITATIVE,
    )


def test_points_for_words_may_reach_the_ends():
    assert tiered("明显改善", points="0").determined
    assert tiered("明显改善", points="10").points == 10


def test_an_edition_may_lack_a_tier():
    tiers = NATIONAL.rules["qualitative"].parameters.tiers[:2]
    scored = line_with_tiers(tiers)
    assert (scored.because, scored.determined) == ("评分标准没有“unmet”档", False)


def line_with_tiers(tiers):
    choice = NATIONAL.rules["qualitative"]
    fewer = replace(choice, parameters=replace(choice.parameters, tiers=tiers))
    edition = replace(NATIONAL, rules={**NATIONAL.rules, "qualitative": fewer})
    return tiered(UNMET, standard=edition)


YES_NO = [
    pytest.param("是", "10.00", True, id="yes"),
    pytest.param("已完成", "10.00", True, id="done"),
    pytest.param("达成指标", "10.00", True, id="the tier met"),
    pytest.param(" 合 格 ", "10.00", True, id="layout does not matter"),
    pytest.param("否", "0.00", False, id="no"),
    pytest.param("部分达成", "0.00", False, id="all or nothing"),
    pytest.param("未完成", "0.00", False, id="not done"),
    pytest.param("1", "0.00", False, id="a figure says nothing"),
]


@pytest.mark.parametrize(("actual", "points", "met"), YES_NO)
def test_yes_or_no(actual, points, met):
    scored = ask("yes_no", "完成", actual)
    assert (format(scored.points, "f"), scored.met) == (points, met)
    assert scored.kind is Kind.QUALITATIVE


def test_yes_or_no_needs_an_answer():
    assert not ask("yes_no", "完成", "").determined
