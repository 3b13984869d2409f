"""Ranges of figures as cells write them: 80%-90%, 18至54周岁, ≥80%且≤90%, ±5%."""

import re
from decimal import Decimal

from app.domain.quantities import (
    EACH,
    LEAD,
    NUMBER,
    Comparator,
    Quantity,
    UnreadableQuantity,
    figure,
    read_tail,
)
from app.domain.units import NONE, Unit, compatible, convert

_HINT = re.compile("[0-9].*[-~至到≤<]|±")
_FROM_TO = re.compile(
    rf"{LEAD}(?:=|在|介于|控制在)?{EACH}(?P<low>{NUMBER})(?P<unit>[^0-9()~-]*?(?:\([^()0-9]*\))?)"
    f"(?:~{{1,2}}|-{{1,2}}|至|到)(?P<high>{NUMBER})(?P<rest>.*?)(?:之间|区间)?"
)
_BETWEEN = re.compile(
    f"(?P<low>{NUMBER})(?P<unit>[^0-9≥≤<>=]*)(?P<first>[≤<])[^0-9≥≤<>=]{{0,12}}(?P<second>[≤<])"
    f"(?P<high>{NUMBER})(?P<rest>[^≥≤<>=]*)"
)
_BOTH_SIGNS = re.compile(
    f"(?P<first>[≥>])(?P<low>{NUMBER})(?P<unit>[^0-9≥≤<>=]*?)[,;、且并和及]*"
    f"(?P<second>[≤<])(?P<high>{NUMBER})(?P<rest>[^≥≤<>=]*)"
)
_EITHER_SIDE = re.compile(f"±(?P<high>{NUMBER})(?P<rest>.*)")
_LED_BY_ZERO = re.compile("[+-]?0[0-9]")


def read_range(shown: str) -> Quantity | None:
    """The range that a normalised text is as a whole, else None."""
    if _HINT.search(shown) is None:
        return None
    for pattern in (_FROM_TO, _BETWEEN, _BOTH_SIGNS, _EITHER_SIDE):
        found = pattern.fullmatch(shown)
        if found:
            return _range(found.groupdict())
    return None


def _range(parts: dict[str, str | None]) -> Quantity | None:
    high, rest = parts["high"] or "", parts["rest"] or ""
    low = parts.get("low") or f"-{high}"
    tail = read_tail(rest)
    # 021-12345678 is a telephone number.
    if tail is None or _LED_BY_ZERO.match(low):
        return None
    units = _unit_within(parts.get("unit") or ""), tail.unit_of(NONE, parts.get("each"))
    if units[0] is None or units[1] is None:
        return None
    if tail.bound is Comparator.AT_LEAST or {parts.get("first"), parts.get("second")} & {"<", ">"}:
        raise UnreadableQuantity("a range holds both its ends and nothing beyond")
    return _ordered(figure(low), units[0], figure(high), units[1])


def _unit_within(text: str) -> Unit | None:
    """The unit behind the low end; only in brackets may it be one that nobody knows."""
    return Unit.parse(text) if text.startswith("(") else Unit.find(text)


def _ordered(low: Decimal, low_unit: Unit, high: Decimal, high_unit: Unit) -> Quantity:
    unit = _common(low_unit, high_unit)
    first = low if low_unit == NONE else convert(low, low_unit, unit)
    last = high if high_unit == NONE else convert(high, high_unit, unit)
    if last < first:
        raise UnreadableQuantity(f"{last} is below {first}")
    return Quantity(first, unit, upper=last)


def _common(low: Unit, high: Unit) -> Unit:
    """The unit of both ends: a unit on one side counts for both, else the smaller of two."""
    if NONE in {low, high}:
        return low if high == NONE else high
    if not compatible(low, high):
        raise UnreadableQuantity(f"from {low.text} to {high.text}")
    if low.kind == high.kind:
        return min(low, high, key=lambda unit: unit.factor)
    return low if low.kind else high
