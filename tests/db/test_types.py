from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, localcontext

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.db.budgets import Budget
from app.db.indicator_lines import IndicatorLine
from app.db.self_evaluations import SelfEvaluation
from app.db.types import FIGURE, MONEY, Exact, InexactNumber, NaiveMoment
from tests.factories import make_budget, make_form, make_organisation, make_project

SMALLEST = Decimal("-9999999999999999.99")
LARGEST = Decimal("9999999999999999.99")


@pytest.mark.parametrize(
    "amount",
    [SMALLEST, LARGEST, Decimal(0), Decimal("-0.01"), Decimal("456.78"), Decimal("1E+3")],
)
def test_money_comes_back_to_the_last_fen(session, amount):
    project = make_project(session, make_organisation(session))
    budget = make_budget(session, project, initial=amount)
    session.expire(budget)
    assert budget.initial == amount
    assert budget.initial.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "figure", [Decimal("0.000001"), Decimal("9223372036854.775807"), Decimal("33.333333"), None]
)
def test_figures_come_back_to_the_millionth(session, figure):
    form = make_form(session, make_project(session, make_organisation(session)))
    line = IndicatorLine(
        self_evaluation_id=form.id,
        region_code=form.region_code,
        fiscal_year=form.fiscal_year,
        position=0,
        full=figure,
    )
    session.add(line)
    session.flush()
    session.expire(line)
    assert line.full == figure


def test_sums_in_the_database_are_exact(session):
    project = make_project(session, make_organisation(session))
    for year, amount in ((2022, LARGEST), (2023, Decimal("0.01")), (2024, Decimal("0.10"))):
        make_budget(session, project, fiscal_year=year, initial=amount)
    assert session.scalar(select(func.sum(Budget.initial))) == Decimal("10000000000000000.10")


def test_comparisons_in_the_database_are_exact(session):
    project = make_project(session, make_organisation(session))
    make_budget(session, project, initial=LARGEST)
    above = select(func.count()).where(col(Budget.initial) > Decimal("9999999999999999.98"))
    below = select(func.count()).where(col(Budget.initial) < LARGEST)
    assert (session.scalar(above), session.scalar(below)) == (1, 0)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.5, id="a float"),
        pytest.param(True, id="a truth value"),
        pytest.param("1.50", id="a text"),
        pytest.param(Decimal("NaN"), id="not a number"),
        pytest.param(Decimal("sNaN"), id="a signalling nan"),
        pytest.param(Decimal("-Infinity"), id="infinity"),
        pytest.param(Decimal("0.001"), id="too many places"),
        pytest.param(Decimal("1E-999999"), id="far too many places"),
        pytest.param(Decimal("9" * 40 + ".999"), id="forty digits"),
        pytest.param(Decimal("92233720368547758.08"), id="one fen above 64 bits"),
        pytest.param(Decimal("-92233720368547758.08"), id="one fen below 64 bits"),
        pytest.param(Decimal("1E+999"), id="an enormous exponent"),
    ],
)
def test_what_is_not_exact_is_refused(session, value):
    project = make_project(session, make_organisation(session))
    with pytest.raises(InexactNumber):
        make_budget(session, project, initial=value)
    assert issubclass(InexactNumber, ValueError)


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        (MONEY, Decimal("92233720368547758.07"), 2**63 - 1),
        (MONEY, Decimal("1.500000"), 150),
        (MONEY, Decimal("0E+999"), 0),
        (MONEY, 7, 700),
        (FIGURE, Decimal("1E+3"), 1_000_000_000),
        (Exact(0), Decimal(12), 12),
    ],
)
def test_scaled(column, value, stored):
    assert column.scaled(value) == stored


def test_the_precision_of_the_caller_does_not_matter():
    with localcontext(prec=3):
        assert MONEY.scaled(LARGEST) == 999_999_999_999_999_999


def test_moments_come_back_in_utc(session):
    project = make_project(session, make_organisation(session))
    shanghai = datetime(2025, 3, 3, 7, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    form = make_form(session, project, created_at=shanghai)
    session.expire(form)
    assert form.created_at == shanghai
    assert form.created_at.tzinfo is UTC
    later = select(func.count()).where(
        col(SelfEvaluation.created_at) > shanghai - timedelta(seconds=1)
    )
    assert session.scalar(later) == 1


def test_a_moment_without_time_zone_is_refused(session):
    project = make_project(session, make_organisation(session))
    with pytest.raises(NaiveMoment):
        make_form(session, project, created_at=datetime(2025, 3, 3, 7, 30))  # noqa: DTZ001
