"""Actual values (实际完成值) in every spelling that forms use."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.domain.days import Days
from app.domain.numbers import EXACT
from app.domain.quantities import Comparator, Quantity, UnreadableQuantity
from app.domain.readings import Dated, read_cell
from app.domain.text import is_blank, normalise
from app.domain.tiers import Tier, read_tier
from app.domain.units import NONE, Unit

__all__ = ["Actual", "ActualKind", "Comparator", "Tier"]


class ActualKind(StrEnum):
    """What an actual value is; RANGE and UNREADABLE give no single figure to score."""

    QUANTITY = "quantity"
    RANGE = "range"
    DATE = "date"
    TIER = "tier"
    WORDS = "words"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


# What tells that a figure was reached, not how it compares: 已达到95%.
_REACHED = re.compile("^(?:已|均|实际)*达[到成]?(?=[0-9约近≥≤<>=])")
# Longer texts are narrative: cheap to read, and not worth keeping.
_CACHED = 120


@dataclass(frozen=True, slots=True)
class Actual:
    """An actual value as read, in the unit as written."""

    text: str
    kind: ActualKind
    value: Decimal | None = None
    unit: Unit = NONE
    days: Days | None = None
    tier: Tier | None = None
    approximate: bool = False
    comparator: Comparator | None = None
    inferred_tier: bool = False
    upper: Decimal | None = None

    @classmethod
    def parse(cls, text: str | None, year: int | None = None) -> "Actual":
        """The actual that the cell holds, a date without a year falling in `year`; never raises."""
        written = text or ""
        return _parse(written, year) if len(written) <= _CACHED else _read(written, year)

    @property
    def base(self) -> Decimal | None:
        """The value in the base unit of its kind (元, 秒, 米 …)."""
        return None if self.value is None else EXACT.multiply(self.value, self.unit.factor)


def _read(text: str, year: int | None) -> Actual:
    shown = normalise(text)
    if is_blank(shown):
        return Actual(text, ActualKind.EMPTY)
    try:
        found = read_cell(_REACHED.sub("", shown), year)
    except UnreadableQuantity:
        return Actual(text, ActualKind.UNREADABLE)
    if isinstance(found, Dated):
        return Actual(text, ActualKind.DATE, days=found.days, comparator=found.comparator)
    return _words(text, shown) if found is None else _figure(text, found)


def _figure(text: str, found: Quantity) -> Actual:
    return Actual(
        text,
        ActualKind.QUANTITY if found.upper is None else ActualKind.RANGE,
        found.value,
        found.unit,
        approximate=found.approximate,
        comparator=found.comparator,
        upper=found.upper,
    )


def _words(text: str, shown: str) -> Actual:
    told = read_tier(shown)
    if told is None:
        return Actual(text, ActualKind.WORDS)
    return Actual(text, ActualKind.TIER, tier=told.tier, inferred_tier=told.inferred)


_parse = lru_cache(maxsize=8192)(_read)
