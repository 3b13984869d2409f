import pytest
from tests.domain.factories import NATIONAL, SHANGHAI_EVALUATION, ask, line


def rated(rule, actual, full="10", **figures):
    scored = ask(rule, "", actual, full, **figures)
    return NATIONAL.points.shown(scored.points), scored.met


SATISFACTION = [
    pytest.param("100%", ("10.00", True), id="all content"),
    pytest.param("90%", ("10.00", True), id="exactly full_at"),
    pytest.param("89.99%", ("10.00", False), id="just below rounds to full, yet missed"),
    pytest.param("89.9%", ("9.99", False), id="below full_at, in proportion"),
    pytest.param("60%", ("6.67", False), id="exactly the floor"),
    pytest.param("59.99%", ("0.00", False), id="below the floor"),
    pytest.param("-5%", ("0.00", False), id="negative"),
    pytest.param("92", ("10.00", True), id="a bare number is percent"),
    pytest.param("900‰", ("10.00", True), id="per mille"),
    pytest.param("120%", ("10.00", True), id="above 100 % earns no extra"),
]


@pytest.mark.parametrize(("actual", "expected"), SATISFACTION)
def test_satisfaction_floor(actual, expected):
    assert rated("satisfaction_floor", actual, floor="60", full_at="90") == expected


THRESHOLD = [
    pytest.param("75", "75%", "7.50", False, id="75: at the threshold"),
    pytest.param("75", "74.99%", "0.00", False, id="75: below"),
    pytest.param("75", "100%", "10.00", True, id="75: at the base"),
    pytest.param("75", "104.59%", "10.00", True, id="75: beyond the base earns no extra"),
    pytest.param("65", "65%", "6.50", False, id="65: at the threshold"),
    pytest.param("65", "64.99%", "0.00", False, id="65: below"),
    pytest.param("65", "约98%", "9.80", False, id="65: approximate"),
    pytest.param("65", "650‰", "6.50", False, id="65: per mille"),
    pytest.param("0", "-3%", "0.00", False, id="0: negative"),
]


@pytest.mark.parametrize(("threshold", "actual", "points", "met"), THRESHOLD)
def test_threshold_proportional(threshold, actual, points, met):
    assert rated("threshold_proportional", actual, threshold=threshold, base="100") == (points, met)


@pytest.mark.parametrize(
    ("name", "actual", "full", "points"),
    [
        pytest.param("预算执行率", "75%", "4", "3.0", id="execution at 75 %"),
        pytest.param("预算执行率", "74.99%", "4", "0.0", id="execution below 75 %"),
        pytest.param("预算执行率", "99.81%", "4", "4.0", id="execution rounds to one decimal"),
        pytest.param("使用者满意度", "65%", "10", "6.5", id="satisfaction at 65 %"),
        pytest.param("使用者满意度", "64.9%", "10", "0.0", id="satisfaction below 65 %"),
        pytest.param("操作效率提升度", "88%", "4", "3.5", id="share"),
    ],
)
def test_an_edition_names_thresholds_by_words_of_the_indicator(name, actual, full, points):
    scored = line(SHANGHAI_EVALUATION, name=name, target="", actual=actual, full=full).scored
    assert format(scored.points, "f") == points


SHARE = [
    pytest.param("88%", "4", ("3.52", False), id="in proportion"),
    pytest.param("100%", "4", ("4.00", True), id="whole"),
    pytest.param("111.1%", "4", ("4.00", True), id="above 100 %"),
    pytest.param("0%", "4", ("0.00", False), id="nothing"),
    pytest.param("-1%", "4", ("0.00", False), id="negative"),
    pytest.param("99.875%", "4", ("4.00", False), id="tie 3.995 goes up"),
]


@pytest.mark.parametrize(("actual", "full", "expected"), SHARE)
def test_share(actual, full, expected):
    assert rated("share", actual, full, base="100") == expected


STEPS = [
    pytest.param("90%", ("10.00", True), id="exactly full_at"),
    pytest.param("89.99%", ("9.00", False), id="a step begun counts whole"),
    pytest.param("85%", ("9.00", False), id="exactly one step"),
    pytest.param("84.9%", ("8.00", False), id="into the second step"),
    pytest.param("40%", ("0.00", False), id="ten steps"),
    pytest.param("10%", ("0.00", False), id="never below 0"),
]


@pytest.mark.parametrize(("actual", "expected"), STEPS)
def test_step_deduction(actual, expected):
    assert rated("step_deduction", actual, full_at="90", step="5", points="1") == expected


BANDS = [
    pytest.param("0%", ("5.00", True), id="no deviation"),
    pytest.param("10%", ("5.00", True), id="first limit, included"),
    pytest.param("-10%", ("5.00", True), id="either way"),
    pytest.param("10.01%", ("3.00", False), id="second band"),
    pytest.param("-15%", ("3.00", False), id="second limit"),
    pytest.param("20%", ("1.00", False), id="third limit"),
    pytest.param("20.01%", ("0.00", False), id="beyond all"),
    pytest.param("5个百分点", ("5.00", True), id="points of percent"),
]


@pytest.mark.parametrize(("actual", "expected"), BANDS)
def test_bands(actual, expected):
    assert rated("bands", actual, "5", bands="10:100;15:60;20:20") == expected


FIGURES = {
    "satisfaction_floor": {"floor": "60", "full_at": "90"},
    "threshold_proportional": {"threshold": "75", "base": "100"},
    "share": {"base": "100"},
    "step_deduction": {"full_at": "90", "step": "5", "points": "1"},
    "bands": {"bands": "10:100"},
}


@pytest.mark.parametrize("rule", FIGURES)
@pytest.mark.parametrize(
    ("actual", "because"),
    [
        ("", "实际完成值未填写，记0分"),
        ("较满意", "“较满意”不是比率，未计分"),
        ("80%-90%", "“80%-90%”不是比率，未计分"),
        ("90人", "“90人”的单位“人”不是%，未计分"),
        ("3万", "“3万”的单位“万”不是%，未计分"),
    ],
)
def test_what_is_no_rate_earns_nothing_and_says_why(rule, actual, because):
    scored = ask(rule, "", actual, **FIGURES[rule])
    assert (scored.because, scored.determined, scored.met) == (because, False, None)


BECAUSE = [
    ("satisfaction_floor", "92%", "满意度92%达到90%，记满分10.00"),
    ("satisfaction_floor", "50%", "满意度50%低于60%，记0分"),
    ("satisfaction_floor", "72%", "72%÷90%×10.00 = 8.00"),
    ("threshold_proportional", "74%", "74%低于75%，记0分"),
    ("threshold_proportional", "120%", "100%÷100%×10.00 = 10.00"),
    ("share", "88%", "88%÷100%×10.00 = 8.80"),
    ("step_deduction", "95%", "95%达到90%，记满分10.00"),
    ("step_deduction", "81%", "低于90%共2档：10.00−2×1 = 8.00"),
    ("bands", "-8%", "偏差8%不超过10%，按100%记10.00分"),
    ("bands", "12%", "偏差12%超出各档，记0分"),
]


@pytest.mark.parametrize(("rule", "actual", "because"), BECAUSE)
def test_points_explain_themselves(rule, actual, because):
    assert ask(rule, "", actual, **FIGURES[rule]).because == because
