"""Exact numbers: how one is read, rounded and shown."""

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import cache

from app.domain.text import normalise

# The ambient context keeps 28 digits; a long value times a unit must still be exact.
EXACT = Context(prec=90)
# A ratio of absurd figures (万亿 against one per 万亿) has more digits; it is still only rounded.
_ROOMY = Context(prec=1000)
_MOST_DIGITS = 30
_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)")
_NOT_FINITE = re.compile(r"[+-]?(?:s?nan[0-9]*|inf(?:inity)?|∞|(?:正|负)?无穷大?)", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+")
_FIGURE_AND_WORDS = re.compile(r"[¥$]?[+-]?[0-9][0-9, ]*(?:\.[0-9]+)?[^0-9., ][^0-9]*|[¥$].*[0-9]")


class Fault(StrEnum):
    """Why a text is no number."""

    EMPTY = "empty"
    NOT_FINITE = "not_finite"
    SCIENTIFIC = "scientific"
    TOO_MANY_DIGITS = "too_many_digits"
    HAS_UNIT = "has_unit"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_A_FIGURE = "not_a_figure"


class NotANumber(ValueError):
    """A text that cannot be read as one exact number; `reason` is a Fault, `text` as given."""

    def __init__(self, reason: Fault, text: str) -> None:
        super().__init__(f"{reason}: {text[:60]!r}")
        self.reason = reason
        self.text = text


class Mode(StrEnum):
    """How the digits beyond the last shown place are dropped."""

    HALF_UP = "half_up"
    TRUNCATE = "truncate"


_DECIMAL_MODES = {Mode.HALF_UP: ROUND_HALF_UP, Mode.TRUNCATE: ROUND_DOWN}


@dataclass(frozen=True, slots=True)
class Rounding:
    """Decimal places and mode, as an edition of a standard fixes them."""

    places: int
    mode: Mode

    def apply(self, value: Decimal) -> Decimal:
        """The value with exactly these decimal places."""
        mode = _DECIMAL_MODES[self.mode]
        return value.quantize(_last_place(self.places), rounding=mode, context=_ROOMY)

    def shown(self, value: Decimal) -> str:
        """The rounded value as printed, such as "9.97"; never "-0.00"."""
        rounded = self.apply(value)
        return format(rounded or abs(rounded), "f")


@cache
def _last_place(places: int) -> Decimal:
    return Decimal((0, (1,), -places))


def plain(value: Decimal) -> str:
    """The value without exponent and idle zeros: 50.00 is "50", 1E+3 is "1000"."""
    if not value:
        return "0"
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def read_number(text: str | None) -> Decimal:
    """The one number that the text is, thousands separators allowed; raises NotANumber."""
    shown = normalise(text)
    if _NUMBER.fullmatch(shown) is None:
        raise NotANumber(_fault_of(shown), text or "")
    if len(shown) > _MOST_DIGITS and sum(map(str.isdigit, shown)) > _MOST_DIGITS:
        raise NotANumber(Fault.TOO_MANY_DIGITS, text or "")
    return Decimal(shown.replace(",", "").replace(" ", ""))


def _fault_of(shown: str) -> Fault:
    if not shown.strip("-"):
        return Fault.EMPTY
    if _NOT_FINITE.fullmatch(shown):
        return Fault.NOT_FINITE
    if _SCIENTIFIC.fullmatch(shown):
        return Fault.SCIENTIFIC
    if _FIGURE_AND_WORDS.fullmatch(shown):
        return Fault.HAS_UNIT
    return Fault.NOT_A_FIGURE
