"""What a rule is asked and what it answers: points that explain themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from app.domain.actuals import Actual
from app.domain.directions import Direction
from app.domain.numbers import Rounding
from app.domain.targets import Target


class Kind(StrEnum):
    """How a line is judged: by figures, by words, by date, by a person, or not at all."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"
    DATE = "date"
    JUDGED = "judged"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Scored:
    """得分 of one line: exact points and the arithmetic in words.

    `determined` is False when the cells do not suffice to apply the rule; the points are
    then 0 and `because` says what is missing. `met` is None when nobody can tell.
    """

    points: Decimal
    because: str
    rule: str
    met: bool | None
    direction: Direction
    inferred: bool
    inferred_from: str
    kind: Kind
    determined: bool = True


@dataclass(frozen=True, slots=True)
class Band:
    """A step of a banded rule: up to (or from) `limit`, the percent `share` of full points."""

    limit: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class TierBand:
    """A qualitative tier: percents of full points, `low` included, `high` only at the top."""

    tier: str
    label: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Parameters:
    """A rule's own figures, read once from the edition or from a row."""

    figures: Mapping[str, Decimal] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    tiers: tuple[TierBand, ...] = ()

    def figure(self, name: str) -> Decimal:
        """A figure that the rule requires."""
        return self.figures[name]

    def optional(self, name: str) -> Decimal | None:
        """A figure that the rule can do without."""
        return self.figures.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line put to a rule. `judged` is what a person gave (人工评分), never trusted."""

    target: Target
    actual: Actual
    full: Decimal
    judged: Decimal | None
    parameters: Parameters
    direction: Direction
    inferred_from: str
    rounding: Rounding
    rule: str

    def scored(
        self, points: Decimal, because: str, met: bool | None, kind: Kind = Kind.QUANTITATIVE
    ) -> Scored:
        """An answer: points rounded as the edition says and held between 0 and full."""
        held = min(max(self.rounding.apply(points), Decimal(0)), self.full)
        return self._answer(held, because, met, kind, True)

    def undetermined(self, because: str, kind: Kind = Kind.UNSCORED) -> Scored:
        """No answer is possible: 0 points, and why."""
        return self._answer(Decimal(0), because, None, kind, False)

    def shown(self, points: Decimal) -> str:
        """Points as the edition prints them."""
        return self.rounding.shown(points)

    def _answer(
        self, points: Decimal, because: str, met: bool | None, kind: Kind, determined: bool
    ) -> Scored:
        return Scored(
            points=points,
            because=because,
            rule=self.rule,
            met=met,
            direction=self.direction,
            inferred=bool(self.inferred_from),
            inferred_from=self.inferred_from,
            kind=kind,
            determined=determined,
        )
