"""Sealed text opens where it was sealed for, and nowhere else."""

import base64

import pytest

from app.services import sealing

KEY = b"k" * 32


@pytest.mark.parametrize("text", ["", "预算", "a" * 100_000, "half \ud800 of a pair", "\x00"])
def test_what_was_sealed_opens(text):
    sealed = sealing.seal(KEY, "form", text)
    assert sealing.unseal(KEY, "form", sealed) == text
    assert sealed != sealing.seal(KEY, "form", text)
    assert (
        text.encode("utf-8", "surrogatepass") not in base64.urlsafe_b64decode(sealed)
        or len(text) < 4
    )


def test_another_purpose_key_or_letter_opens_nothing():
    sealed = sealing.seal(KEY, "form", "text")
    assert sealing.unseal(KEY, "flow", sealed) is None
    assert sealing.unseal(b"l" * 32, "form", sealed) is None
    for at in range(0, len(sealed) - 1, 7):
        other = "A" if sealed[at] != "A" else "B"
        assert sealing.unseal(KEY, "form", sealed[:at] + other + sealed[at + 1 :]) is None


@pytest.mark.parametrize("odd", ["", "x", "====", "预算", "\ud800", "AAAA" * 20, " "])
def test_what_was_never_sealed_opens_nothing(odd):
    assert sealing.unseal(KEY, "form", odd) is None
