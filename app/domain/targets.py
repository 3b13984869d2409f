"""Target values (年度指标值) in every spelling that forms use."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.domain.days import Days
from app.domain.numbers import EXACT
from app.domain.quantities import Comparator, UnreadableQuantity
from app.domain.readings import Dated, read_cell
from app.domain.text import is_blank, normalise
from app.domain.units import NONE, Unit

__all__ = ["Comparator", "Target", "TargetKind"]

# Longer texts are narrative: cheap to read, and not worth keeping.
_CACHED = 120


class TargetKind(StrEnum):
    """What a target value is, which decides the rules that can score it."""

    QUANTITY = "quantity"
    RANGE = "range"
    DATE = "date"
    QUALITATIVE = "qualitative"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Target:
    """A target value as read; a comparator of None means a bare number, of unknown direction."""

    text: str
    kind: TargetKind
    comparator: Comparator | None = None
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: Unit = NONE
    days: Days | None = None

    @classmethod
    def parse(cls, text: str | None, year: int | None = None) -> "Target":
        """The target that the cell holds, a date without a year falling in `year`; never raises."""
        written = text or ""
        return _parse(written, year) if len(written) <= _CACHED else _read(written, year)

    @property
    def base(self) -> Decimal | None:
        """The value in the base unit of its kind (元, 秒, 米 …)."""
        return None if self.value is None else EXACT.multiply(self.value, self.unit.factor)

    @property
    def upper_base(self) -> Decimal | None:
        """The upper end of a range in the base unit of its kind."""
        return None if self.upper is None else EXACT.multiply(self.upper, self.unit.factor)


def _read(text: str, year: int | None) -> Target:
    shown = normalise(text)
    if is_blank(shown):
        return Target(text, TargetKind.EMPTY)
    try:
        found = read_cell(shown, year)
    except UnreadableQuantity:
        return Target(text, TargetKind.UNREADABLE)
    if found is None:
        return Target(text, TargetKind.QUALITATIVE)
    if isinstance(found, Dated):
        return Target(text, TargetKind.DATE, found.comparator, days=found.days)
    kind = TargetKind.QUANTITY if found.upper is None else TargetKind.RANGE
    return Target(text, kind, found.comparator, found.value, found.upper, found.unit)


_parse = lru_cache(maxsize=8192)(_read)
