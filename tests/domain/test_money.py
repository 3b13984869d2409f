from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import read_amount, whole_fen
from app.domain.numbers import Fault, NotANumber, plain


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("500.00", "万元", "5000000"),
        ("96.57", "万元", "965700"),
        ("2,492,147.00", "元", "2492147"),
        ("1.2", "亿元", "120000000"),
        ("36", "千元", "36000"),
        ("-0.01", "元", "-0.01"),
        ("９９．５", "（万元）", "995000"),
        ("123456789012345678.123456789012", "亿元", "12345678901234567812345678.9012"),
    ],
)
def test_read_amount_is_exact_yuan(text, unit, amount):
    assert read_amount(text, unit) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("12万", "元", Fault.HAS_UNIT),
        ("12元", "元", Fault.HAS_UNIT),
        ("", "元", Fault.EMPTY),
        ("NaN", "元", Fault.NOT_FINITE),
        ("一百", "元", Fault.NOT_A_FIGURE),
        ("12", "吨", Fault.UNKNOWN_UNIT),
        ("12", "", Fault.UNKNOWN_UNIT),
        ("12", "元/人", Fault.UNKNOWN_UNIT),
    ],
)
def test_what_is_no_amount(text, unit, reason):
    with pytest.raises(NotANumber) as caught:
        read_amount(text, unit)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("amount", "whole"), [("12.34", True), ("12.3400", True), ("12.345", False), ("0", True)]
)
def test_whole_fen(amount, whole):
    assert whole_fen(Decimal(amount)) is whole


@given(st.integers(-(10**17), 10**17))
def test_wan_yuan_of_whole_fen_are_read_back_to_the_fen(fen):
    wan_yuan = Decimal(fen).scaleb(-6)
    assert read_amount(plain(wan_yuan), "万元") == Decimal(fen).scaleb(-2)
