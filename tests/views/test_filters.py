"""How figures and times are written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.views import filters
from app.views.filters import MoneyUnit


@pytest.mark.parametrize(
    ("amount", "yuan", "wan"),
    [
        ("0", "0.00", "0.00"),
        ("5000000.00", "5,000,000.00", "500.00"),
        ("8769400.00", "8,769,400.00", "876.94"),
        ("1234.5", "1,234.50", "0.12345"),
        ("0.01", "0.01", "0.000001"),
        ("-120000", "-120,000.00", "-12.00"),
        ("9999999999999.99", "9,999,999,999,999.99", "999,999,999.999999"),
    ],
)
def test_an_amount_is_written_exactly_in_either_unit(amount, yuan, wan):
    assert filters.money(Decimal(amount)) == yuan
    assert filters.money(Decimal(amount), MoneyUnit.WAN) == wan


def test_no_amount_is_nothing():
    assert filters.money(None) == ""


def test_times_are_those_of_china():
    moment = datetime(2025, 3, 2, 16, 5, 9, tzinfo=UTC)
    assert filters.minute(moment) == "2025-03-03 00:05"
    assert filters.clock(moment) == "00:05:09"
    assert filters.today(moment) == date(2025, 3, 3)
    assert filters.day(date(2025, 3, 3)) == "2025年3月3日"
    assert (filters.minute(None), filters.clock(None), filters.day(None)) == ("", "", "")
