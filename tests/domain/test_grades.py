from dataclasses import replace
from decimal import Decimal

import pytest
from tests.domain.factories import HUBEI, NATIONAL, SHANGHAI_2019, SHANGHAI_2024, form, row, score

from app.domain.grades import Grade, GradeScale


def scale(*steps):
    return GradeScale(tuple(Grade(name, Decimal(lower)) for name, lower in steps))


NINETY_EIGHTY = NATIONAL.scale
NINETY_75 = SHANGHAI_2019.scale
EIGHTY_SEVENTY = scale(("优", 80), ("良", 70), ("中", 60), ("差", 0))
FIVE = scale(("优", 90), ("良", 80), ("中", 70), ("低", 60), ("差", 0))

GRADED = [
    pytest.param(NINETY_EIGHTY, "100", "优", id="national, top"),
    pytest.param(NINETY_EIGHTY, "90.00", "优", id="national, exactly 90"),
    pytest.param(NINETY_EIGHTY, "89.99", "良", id="national, just below 90"),
    pytest.param(NINETY_EIGHTY, "89.7", "良", id="national, 89.7"),
    pytest.param(NINETY_EIGHTY, "80", "良", id="national, exactly 80"),
    pytest.param(NINETY_EIGHTY, "79.99", "中", id="national, just below 80"),
    pytest.param(NINETY_EIGHTY, "60", "中", id="national, exactly 60"),
    pytest.param(NINETY_EIGHTY, "59.99", "差", id="national, just below 60"),
    pytest.param(NINETY_EIGHTY, "0", "差", id="national, nothing"),
    pytest.param(NINETY_EIGHTY, "-1", "差", id="below every step"),
    pytest.param(NINETY_75, "90", "优秀", id="2019, exactly 90"),
    pytest.param(NINETY_75, "89.99", "良好", id="2019, below 90"),
    pytest.param(NINETY_75, "75", "良好", id="2019, exactly 75"),
    pytest.param(NINETY_75, "74.99", "合格", id="2019, below 75"),
    pytest.param(NINETY_75, "60", "合格", id="2019, exactly 60"),
    pytest.param(NINETY_75, "59.99", "不合格", id="2019, below 60"),
    pytest.param(EIGHTY_SEVENTY, "80", "优", id="80/70/60, exactly 80"),
    pytest.param(EIGHTY_SEVENTY, "79.99", "良", id="80/70/60, below 80"),
    pytest.param(EIGHTY_SEVENTY, "70", "良", id="80/70/60, exactly 70"),
    pytest.param(FIVE, "69.99", "低", id="five steps"),
    pytest.param(FIVE, "60", "低", id="five steps, exactly 60"),
]


@pytest.mark.parametrize(("given", "total", "name"), GRADED)
def test_grade(given, total, name):
    assert given.grade(Decimal(total)) == name


def test_a_lower_bound_may_be_exclusive():
    exclusive = GradeScale(
        (
            Grade("优", Decimal(90), inclusive=False),
            Grade("良", Decimal(80)),
            Grade("差", Decimal(0)),
        )
    )
    assert exclusive.grade(Decimal("90.00")) == "良"
    assert exclusive.grade(Decimal("90.01")) == "优"
    assert exclusive.band("优") == "90分以上"


@pytest.mark.parametrize("standard", [NATIONAL, SHANGHAI_2024, HUBEI])
def test_exactly_90_has_a_grade_and_it_is_the_best(standard):
    assert standard.scale.grade(Decimal("90.00")) == "优"


def test_bands_in_words():
    words = [NINETY_EIGHTY.band(step.name) for step in NINETY_EIGHTY.steps]
    assert words == ["90分（含）以上", "80（含）—90分", "60（含）—80分", "0（含）—60分"]


def test_finding_a_step_by_its_name():
    assert NINETY_EIGHTY.find("良") == Grade("良", Decimal(80))
    assert NINETY_EIGHTY.find("优秀") is None


TOTALS = [
    pytest.param("79.995", "90.00", "优", id="89.995 prints 90.00 and is graded as it prints"),
    pytest.param("79.994", "89.99", "良", id="89.994 prints 89.99"),
    pytest.param("80", "90.00", "优", id="90 exactly"),
]


@pytest.mark.parametrize(("full", "total", "grade"), TOTALS)
def test_the_grade_is_that_of_the_total_as_printed(full, total, grade):
    """A weight with three decimals is refused (X1), but total and grade must agree meanwhile."""
    only = replace(form(), indicators=(row(full=full),), funds=(full_execution(),))
    sheet = score(only)
    assert (NATIONAL.points.shown(sheet.total), sheet.grade) == (total, grade)


def full_execution():
    return replace(form().funds[0], executed="100")
