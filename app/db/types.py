"""Column types that lose nothing: scaled integers for numbers, aware UTC for moments."""

from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, TypeDecorator
from sqlalchemy.exc import DontWrapMixin

LARGEST = 2**63 - 1

# SQLite numbers rows by itself only in a column declared INTEGER.
KEY = BigInteger().with_variant(Integer(), "sqlite")


class InexactNumber(DontWrapMixin, ValueError):
    """A number that the column cannot hold exactly; SQLAlchemy passes it on as it is."""


class Exact(TypeDecorator[Decimal]):
    """A decimal kept as an integer of its last digit, so that sums in SQL are exact.

    SQLite would store a NUMERIC as a binary float and hand back another number.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: Decimal | None, _: Dialect) -> int | None:
        """The integer to store; raises InexactNumber (a ValueError) rather than round."""
        return None if value is None else self.scaled(value)

    def process_result_value(self, value: Any | None, _: Dialect) -> Decimal | None:
        """The decimal with `scale` places; sums arrive from PostgreSQL as whole decimals."""
        return None if value is None else Decimal(int(value)).scaleb(-self.scale)

    def scaled(self, value: object) -> int:
        """`value` in units of its last place; raises InexactNumber if that is not exact."""
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise InexactNumber(f"expected a Decimal, got {value!r}")
        number = Decimal(value)
        if not number.is_finite():
            raise InexactNumber(f"not a finite number: {value}")
        if not number:
            return 0
        if number.adjusted() + self.scale >= len(str(LARGEST)):
            raise InexactNumber(f"too large for {self.scale} places in 64 bits: {value}")
        digits = len(number.as_tuple().digits)
        with localcontext(prec=digits + self.scale + 1):
            moved = number.scaleb(self.scale)
        if number.adjusted() < -self.scale or moved != moved.to_integral_value():
            raise InexactNumber(f"more than {self.scale} decimal places: {value}")
        if abs(moved) > LARGEST:
            raise InexactNumber(f"too large for {self.scale} places in 64 bits: {value}")
        return int(moved)


MONEY = Exact(2)  # 元, to the 分
FIGURE = Exact(6)  # points and weights


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on both sides, UTC in the database, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """The moment in UTC; a naive one would mean another moment elsewhere and is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(f"a moment needs its time zone: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """The stored moment, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class NaiveMoment(DontWrapMixin, ValueError):
    """A datetime without a time zone."""
