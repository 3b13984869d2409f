from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.numbers import Fault, Mode, NotANumber, Rounding, plain, read_number

DECIMALS = st.decimals(
    min_value=Decimal("-1e18"), max_value=Decimal("1e18"), allow_nan=False, places=6
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("95.00", "95.00"),
        ("1,234.50", "1234.50"),
        ("１２３４．５", "1234.5"),
        ("１，２３４．５", "1234.5"),
        (" 1 234.5", "1234.5"),
        ("1\u00a0234.5\u3000", "1234.5"),
        ("12,345,678.90", "12345678.90"),
        ("+5", "5"),
        ("-5.3", "-5.3"),
        ("－5.3", "-5.3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_read_number(text, value):
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, Fault.EMPTY),
        ("", Fault.EMPTY),
        ("—", Fault.EMPTY),
        ("NaN", Fault.NOT_FINITE),
        ("sNaN123", Fault.NOT_FINITE),
        ("-Infinity", Fault.NOT_FINITE),
        ("∞", Fault.NOT_FINITE),
        ("无穷大", Fault.NOT_FINITE),
        ("1e999", Fault.SCIENTIFIC),
        ("1E+3", Fault.SCIENTIFIC),
        ("1" * 40, Fault.TOO_MANY_DIGITS),
        ("0." + "1" * 40, Fault.TOO_MANY_DIGITS),
        ("12万", Fault.HAS_UNIT),
        ("12.5万元", Fault.HAS_UNIT),
        ("95%", Fault.HAS_UNIT),
        ("¥100", Fault.HAS_UNIT),
        ("十二", Fault.NOT_A_FIGURE),
        ("12,34", Fault.NOT_A_FIGURE),
        ("1_000", Fault.NOT_A_FIGURE),
        ("1.2.3", Fault.NOT_A_FIGURE),
        ("٣", Fault.NOT_A_FIGURE),
        ("12 34", Fault.NOT_A_FIGURE),
    ],
)
def test_what_is_no_number(text, reason):
    with pytest.raises(NotANumber) as caught:
        read_number(text)
    assert caught.value.reason is reason
    assert caught.value.text == (text or "")


@pytest.mark.parametrize(
    ("value", "places", "mode", "shown"),
    [
        pytest.param("9.972", 2, Mode.HALF_UP, "9.97", id="down"),
        pytest.param("9.975", 2, Mode.HALF_UP, "9.98", id="half goes up"),
        pytest.param(
            "99.729", 2, Mode.TRUNCATE, "99.72", id="truncated, as Shanghai prints a rate"
        ),
        pytest.param("80.67", 0, Mode.HALF_UP, "81", id="whole percent"),
        pytest.param("10", 2, Mode.HALF_UP, "10.00", id="zeros are added"),
        pytest.param("-1.005", 2, Mode.HALF_UP, "-1.01", id="half away from zero"),
        pytest.param("-1.009", 2, Mode.TRUNCATE, "-1.00", id="truncated towards zero"),
        pytest.param("-0.001", 2, Mode.HALF_UP, "0.00", id="no negative zero"),
        pytest.param("9" * 30, 2, Mode.HALF_UP, "9" * 30 + ".00", id="longer than 28 digits"),
    ],
)
def test_rounding(value, places, mode, shown):
    assert Rounding(places, mode).shown(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("50.00", "50"),
        ("0.10", "0.1"),
        ("1E+3", "1000"),
        ("100", "100"),
        ("0.00", "0"),
        ("-0.0", "0"),
        ("-2.50", "-2.5"),
        ("1E-7", "0.0000001"),
    ],
)
def test_plain(value, shown):
    assert plain(Decimal(value)) == shown


@given(DECIMALS)
def test_plain_is_read_back_as_the_same_number(value):
    assert read_number(plain(value)) == value


@given(DECIMALS, st.integers(0, 6), st.sampled_from(Mode))
def test_what_is_shown_is_read_back_as_the_rounded_number(value, places, mode):
    rounding = Rounding(places, mode)
    assert read_number(rounding.shown(value)) == rounding.apply(value)


@given(DECIMALS, st.integers(0, 6), st.sampled_from(Mode))
def test_rounding_twice_changes_nothing_and_moves_less_than_one_step(value, places, mode):
    rounding = Rounding(places, mode)
    rounded = rounding.apply(value)
    assert rounding.apply(rounded) == rounded
    assert abs(rounded - value) < Decimal(1).scaleb(-places)


@given(st.text())
def test_any_text_is_a_finite_number_or_refused(text):
    value = None
    with suppress(NotANumber):
        value = read_number(text)
    assert value is None or value.is_finite()
