"""Check codes: an alphabet that is hard to misread, and reading of whatever was typed."""

import math

import pytest

from app.domain.check_codes import ALPHABET, LENGTH, grouped, read

CODE = "ACDEFGHJKLMNPQRTUVWX"


def test_nobody_finds_one_by_trying_and_no_two_signs_look_alike():
    assert LENGTH * math.log2(len(set(ALPHABET))) >= 80
    for alike in ("0OQD"[:2], "1IL"[:2], "2Z", "5S", "8B"):
        assert len(set(alike) & set(ALPHABET)) <= 1
    assert not set("01") & set(ALPHABET)


def test_a_code_is_printed_in_groups():
    assert grouped(CODE) == "ACDE-FGHJ-KLMN-PQRT-UVWX"


@pytest.mark.parametrize(
    "typed",
    [
        grouped(CODE),
        CODE.lower(),
        f"  {grouped(CODE).replace('-', ' ')}\n",
        grouped(CODE).replace("-", "－"),
        "".join(chr(ord(sign) + 0xFEE0) for sign in CODE),
    ],
)
def test_however_it_is_typed(typed):
    assert read(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", CODE[:-1], CODE + "A", CODE[:-1] + "0", CODE[:-1] + "校", "A" * 10_000]
)
def test_what_cannot_be_a_code_is_none(typed):
    assert read(typed) == ""
