"""A standard's edition (评分标准): every figure that a region, year and form kind bind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.findings import Severity
from app.domain.grades import Grade, GradeScale
from app.domain.numbers import Mode, Rounding
from app.domain.rules import ParameterError, RuleChoice, choose
from app.domain.tables import Table, TableError

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


def parse(document: Mapping[str, Any], digest: str) -> Standard:
    """An edition from its TOML document; raises TableError naming the place of a fault."""
    table = Table(document)
    rounding = table.table("rounding")
    standard = Standard(
        standard=table.text("standard"),
        edition=table.day("effective_from"),
        digest=digest,
        title=table.text("title"),
        kind=table.text("kind"),
        region=table.text("region"),
        document=table.text("document"),
        reference=table.text("reference"),
        confidence=table.text("confidence"),
        note=table.text("note", ""),
        full=table.decimal("full"),
        points=_rounding(rounding.table("points")),
        rate=_rounding(rounding.table("rate")),
        rate_printed=rounding.whole("rate_printed", rounding.table("rate").whole("places")),
        funds=_funds(table.table("funds")),
        groups=tuple(_group(item) for item in table.tables("groups")),
        rules=_rules(table.table("rules")),
        named=tuple(_named(item) for item in table.tables("named_rules")),
        direction=_direction(table.table("direction")),
        overfulfilment=_overfulfilment(table.table("overfulfilment")),
        reason_required=table.flag("reason_required", True),
        scale=_scale(table),
        checks=_checks(table.table("checks")),
    )
    rounding.close()
    table.close()
    return standard


def _rounding(table: Table) -> Rounding:
    places, mode = table.whole("places"), table.text("mode")
    if places < 0 or mode not in set(Mode):
        raise TableError(f"{table.where('mode')}: half_up or truncate, to 0 or more places")
    table.close()
    return Rounding(places, Mode(mode))


def _funds(table: Table) -> FundsRule:
    rule = FundsRule(
        full=table.decimal("full"),
        denominator=table.text("denominator"),
        cap=table.decimal("cap"),
        cut_off=table.decimal("cut_off"),
        reason_below=table.optional_decimal("reason_below"),
    )
    if rule.denominator not in ("adjusted", "initial", "received"):
        raise TableError(f"{table.where('denominator')}: adjusted, initial or received")
    table.close()
    return rule


def _group(table: Table) -> Group:
    group = Group(
        level1=table.text("level1"),
        aliases=table.texts("aliases"),
        full=table.optional_decimal("full"),
        required=table.flag("required", False),
        level2=table.texts("level2"),
    )
    table.close()
    return group


def _rules(table: Table) -> Mapping[str, RuleChoice]:
    if table.has("every"):
        choice = _choice(table.table("every"))
        return dict.fromkeys(OCCASIONS, choice)
    rules = {occasion: _choice(table.table(occasion)) for occasion in OCCASIONS}
    table.close()
    return rules


def _choice(table: Table) -> RuleChoice:
    name = table.text("rule")
    values = {key: table.raw(key) for key in table.keys() if key != "rule"}
    try:
        return choose(name, values)
    except ParameterError as error:
        raise TableError(f"{table.where('rule')}: {error}") from error


def _named(table: Table) -> NamedRule:
    rule = NamedRule(
        words=table.texts("words"),
        level1=table.texts("level1"),
        choice=_choice(table.table("use")),
    )
    table.close()
    return rule


def _direction(table: Table) -> DirectionRule:
    rule = DirectionRule(
        default=table.text("default"),
        ceiling=table.texts("ceiling"),
        ceiling_except=table.texts("ceiling_except"),
    )
    if rule.default not in ("at_least", "at_most", "equal"):
        raise TableError(f"{table.where('default')}: at_least, at_most or equal")
    table.close()
    return rule


def _overfulfilment(table: Table) -> Overfulfilment:
    rule = Overfulfilment(
        warn_from=table.decimal("warn_from"),
        reason_from=table.decimal("reason_from"),
        zero_target_from=table.decimal("zero_target_from"),
    )
    table.close()
    return rule


def _scale(table: Table) -> GradeScale:
    steps = []
    for row in table.tables("grades"):
        lower, inclusive = row.decimal("lower"), row.flag("inclusive", True)
        steps.append(Grade(row.text("name"), lower, inclusive))
        row.close()
    falling = [step.lower for step in steps]
    if not steps or falling != sorted(set(falling), reverse=True) or falling[-1] != 0:
        raise TableError("grades: write the steps from the best down to one that begins at 0")
    return GradeScale(tuple(steps))


def _checks(table: Table) -> Mapping[str, CheckRule]:
    return {code: _check(table.table(code)) for code in table.keys()}


def _check(table: Table) -> CheckRule:
    severity = table.text("severity")
    if severity != "off" and severity not in set(Severity):
        raise TableError(f"{table.where('severity')}: error, warning, info or off")
    figures = {key: table.raw(key) for key in table.keys() if key != "severity"}
    return CheckRule(None if severity == "off" else Severity(severity), figures)
