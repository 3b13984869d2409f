"""Quotients with so many digits that rounding them once is exact."""

from decimal import Decimal

from app.domain.numbers import EXACT

HUNDRED = Decimal(100)


def proportion(part: Decimal, whole: Decimal, of: Decimal) -> Decimal:
    """part ÷ whole × of, reckoned as part × of ÷ whole so that a tie stays a tie."""
    return EXACT.divide(EXACT.multiply(part, of), whole)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """part ÷ whole in percent, unrounded."""
    return proportion(part, whole, HUNDRED)


def of_percent(share: Decimal, of: Decimal) -> Decimal:
    """`share` percent of a number."""
    return proportion(share, HUNDRED, of)
