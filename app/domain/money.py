"""Amounts of money: typed in 元, 万元 or 亿元, kept in 元, exact."""

from decimal import Decimal

from app.domain.numbers import EXACT, Fault, NotANumber, read_number
from app.domain.units import Unit

_FEN = Decimal("0.01")
_FEWEST_PLACES = 2


def read_amount(text: str | None, unit: str) -> Decimal:
    """The amount in 元, exact, of a figure written in that unit; raises NotANumber."""
    amount, measure = read_number(text), Unit.parse(unit)
    if measure.kind != "money":
        raise NotANumber(Fault.UNKNOWN_UNIT, unit)
    return EXACT.multiply(amount, measure.factor)


def whole_fen(amount: Decimal) -> bool:
    """Whether an amount in 元 has no fraction of a 分, so that it can be stored."""
    return amount == EXACT.quantize(amount, _FEN)


def written(amount: Decimal, unit: str = "元") -> str:
    """An amount in 元 as printed in that unit, exactly and with separators: `1,234.50`.

    At least two decimals; more where the unit needs them, for no page rounds an amount.
    """
    text = f"{(amount / Unit.parse(unit).factor).normalize(EXACT):,f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(_FEWEST_PLACES, '0')}"
