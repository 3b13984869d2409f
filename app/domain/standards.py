"""A standard's edition (评分标准): every figure that a region, year and form kind bind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.findings import Severity
from app.domain.grades import GradeScale
from app.domain.numbers import Rounding
from app.domain.rules import RuleChoice

# Which kind of target asks for which entry of [rules]; `every` overrides them all.
OCCASIONS = ("at_least", "at_most", "equal", "within", "by_date", "qualitative", "unspecified")


class NoStandardInForce(LookupError):
    """No edition had begun by the day asked for."""


@dataclass(frozen=True, slots=True)
class FundsRule:
    """How budget execution earns points; percents are 0–100 and more, points are 分值."""

    full: Decimal
    denominator: str
    cap: Decimal
    cut_off: Decimal
    reason_below: Decimal | None


@dataclass(frozen=True, slots=True)
class Group:
    """A level-1 group: its usual weight (None: free) and whether a form must have it."""

    level1: str
    aliases: tuple[str, ...]
    full: Decimal | None
    required: bool
    level2: tuple[str, ...]

    def names(self, level1: str) -> bool:
        """Whether a printed level-1 cell means this group (产出, 产出指标, 产出指标（50分）)."""
        return level1.startswith((self.level1, *self.aliases))


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule for the indicators whose name or level-1 holds one of the words."""

    words: tuple[str, ...]
    level1: tuple[str, ...]
    choice: RuleChoice

    def covers(self, level1: str, name: str) -> bool:
        """Whether the indicator is meant."""
        if self.level1 and not level1.startswith(self.level1):
            return False
        return not self.words or any(word in name for word in self.words)


@dataclass(frozen=True, slots=True)
class DirectionRule:
    """How a bare number gets its direction: the default, or a ceiling by the name's sense."""

    default: str
    ceiling: tuple[str, ...]
    ceiling_except: tuple[str, ...]

    def ceiling_word(self, name: str) -> str | None:
        """The word that makes an indicator a ceiling (成本, 投诉, 事故 …), or None."""
        if any(word in name for word in self.ceiling_except):
            return None
        return next((word for word in self.ceiling if word in name), None)


@dataclass(frozen=True, slots=True)
class Overfulfilment:
    """When exceeding a target asks for an explanation; ratios of actual to target."""

    warn_from: Decimal
    reason_from: Decimal
    zero_target_from: Decimal


@dataclass(frozen=True, slots=True)
class CheckRule:
    """What an edition says of one check: how it weighs, and the check's own figures."""

    severity: Severity | None
    figures: Mapping[str, Any]

    def figure(self, name: str) -> Decimal:
        """A figure of the check; a missing one is an error of the edition."""
        return Decimal(self.figures[name])

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words of the check, empty when the edition names none."""
        return tuple(self.figures.get(name, ()))


CHECK_OFF = CheckRule(None, {})


@dataclass(frozen=True, slots=True)
class Standard:
    """One dated edition of a standard, whole. `digest` is the hash of what was read."""

    standard: str
    edition: date
    digest: str
    title: str
    kind: str
    region: str
    document: str
    reference: str
    confidence: str
    note: str
    full: Decimal
    points: Rounding
    rate: Rounding
    rate_printed: int
    funds: FundsRule
    groups: tuple[Group, ...]
    rules: Mapping[str, RuleChoice]
    named: tuple[NamedRule, ...]
    direction: DirectionRule
    overfulfilment: Overfulfilment
    reason_required: bool
    scale: GradeScale
    checks: Mapping[str, CheckRule]

    def shown_rate(self, percent: Decimal) -> str:
        """执行率 as the edition prints it: rounded, then written with the printed decimals."""
        rounded = self.rate.apply(percent)
        return f"{rounded or abs(rounded):.{self.rate_printed}f}"

    def check(self, code: str) -> CheckRule:
        """What the edition says of a check; a check it does not name is off."""
        return self.checks.get(code, CHECK_OFF)

    def group(self, level1: str) -> Group | None:
        """The group that a printed level-1 cell names, or None."""
        return next((group for group in self.groups if group.names(level1)), None)


def in_force(editions: Iterable[Standard], region: str, kind: str, on: date) -> Standard:
    """The newest edition in force for a region on a day, the nearest region first.

    A county (6 digits) falls back to its city, its province and the national standard.
    Raises NoStandardInForce.
    """
    begun = [item for item in editions if item.kind == kind and item.edition <= on]
    for code in (region, f"{region[:4]}00", f"{region[:2]}0000", "000000"):
        nearest = [item for item in begun if item.region == code]
        if nearest:
            return max(nearest, key=lambda item: item.edition)
    raise NoStandardInForce(f"{region} {kind} {on}")
