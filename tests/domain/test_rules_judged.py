import pytest
from tests.domain.factories import NATIONAL, ask

from app.domain.scored import Kind


def judged(rule, actual="", full="4", points="", **figures):
    scored = ask(rule, "", actual, full, points, **figures)
    assert scored.kind is Kind.JUDGED
    return NATIONAL.points.shown(scored.points), scored.met, scored.determined


CHECKLIST = [
    pytest.param("0", "1", ("0.00", False, True), id="none met"),
    pytest.param("3", "1", ("3.00", False, True), id="three of four"),
    pytest.param("3项", "1", ("3.00", False, True), id="counted with a unit"),
    pytest.param("4", "1", ("4.00", True, True), id="all"),
    pytest.param("5", "1", ("4.00", True, True), id="never above W"),
    pytest.param("1", "2", ("2.00", False, True), id="two points each"),
    pytest.param("3", "1.25", ("3.75", False, True), id="points with decimals"),
    pytest.param("-1", "1", ("0.00", False, True), id="negative"),
    pytest.param("", "1", ("0.00", None, False), id="missing"),
    pytest.param("全部", "1", ("0.00", None, False), id="words"),
]


@pytest.mark.parametrize(("actual", "each", "expected"), CHECKLIST)
def test_checklist(actual, each, expected):
    assert judged("checklist", actual, each=each) == expected


DEDUCTION = [
    pytest.param("0", ("4.00", True, True), id="nothing to deduct"),
    pytest.param("2分", ("2.00", False, True), id="two"),
    pytest.param("0.5", ("3.50", False, True), id="half a point"),
    pytest.param("4", ("0.00", False, True), id="all"),
    pytest.param("9", ("0.00", False, True), id="never below 0"),
    pytest.param("-1", ("0.00", None, False), id="a negative deduction would be a gift"),
    pytest.param("", ("0.00", None, False), id="missing"),
    pytest.param("酌情", ("0.00", None, False), id="words"),
]


@pytest.mark.parametrize(("actual", "expected"), DEDUCTION)
def test_deduction(actual, expected):
    assert judged("deduction", actual) == expected


JUDGED = [
    pytest.param("0", {}, ("0.00", False, True), id="nothing"),
    pytest.param("3.5", {}, ("3.50", False, True), id="between"),
    pytest.param("4", {}, ("4.00", True, True), id="full"),
    pytest.param("4分", {}, ("4.00", True, True), id="with its unit"),
    pytest.param("4.01", {}, ("0.00", False, True), id="above W counts nothing"),
    pytest.param("-1", {}, ("0.00", False, True), id="negative counts nothing"),
    pytest.param("", {}, ("0.00", None, False), id="missing"),
    pytest.param("很好", {}, ("0.00", None, False), id="unreadable"),
    pytest.param("1", {"low": "1"}, ("1.00", False, True), id="at the lower end"),
    pytest.param("0.99", {"low": "1"}, ("0.00", False, True), id="below the lower end"),
    pytest.param("3", {"high": "3"}, ("3.00", False, True), id="at the upper end"),
    pytest.param("3.01", {"high": "3"}, ("0.00", False, True), id="above the upper end"),
    pytest.param("4", {"high": "9"}, ("4.00", True, True), id="the band never exceeds W"),
    pytest.param("4.5", {"high": "9"}, ("0.00", False, True), id="W bounds the band"),
    pytest.param("0", {"high": "0"}, ("0.00", False, True), id="a band that ends at 0"),
    pytest.param("1", {"high": "0"}, ("0.00", False, True), id="above a band that ends at 0"),
]


@pytest.mark.parametrize(("points", "band", "expected"), JUDGED)
def test_judged(points, band, expected):
    assert judged("judged", points=points, **band) == expected


BECAUSE = [
    ("checklist", "3", "", {"each": "1"}, "符合3项×每项1分 = 3.00"),
    ("checklist", "", "", {"each": "1"}, "未填写符合的要点数，未计分"),
    ("deduction", "1.5", "", {}, "4.00−1.5 = 2.50"),
    ("deduction", "-1", "", {}, "未填写应扣分数，未计分"),
    ("judged", "", "3", {}, "人工评分3.00（满分4.00）"),
    ("judged", "", "5", {}, "人工评分5不在0.00至4.00之间，不予采用，记0分"),
    ("judged", "", "", {}, "未填写人工评分，记0分"),
]


@pytest.mark.parametrize(("rule", "actual", "points", "figures", "because"), BECAUSE)
def test_points_explain_themselves(rule, actual, points, figures, because):
    assert ask(rule, "", actual, "4", points, **figures).because == because
